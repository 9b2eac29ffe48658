import Engine
import Services
import Statistics
import Testing
import Units

/// The published load tests through the whole simulator: arrivals, environments, snapshot cache, first calls, figures.
///
/// 100 requests a second for ten minutes on 1,024 MB, as the samples describe their tests; what a request does besides
/// its first call is the warm median of the same test. A test like that has few cold requests in one replication, so
/// figures are means over replications, each with its 99.9 % Student interval, which is asserted to be within 5 % of
/// the published figure as a whole at p50 and p90; at p99 the mean is.
@Suite("Published load tests, simulated")
struct LoadTestTests {
  /// One published test.
  struct Published: CustomTestStringConvertible {
    let framework: Framework
    var runtime: String
    let hasSnapStart: Bool
    let warmMs: Double
    let ms: [Double]
    /// How far the figures may lie from the published ones.
    var tolerance = 0.05
    var testDescription: String { "\(framework) on \(runtime) \(hasSnapStart ? "with" : "without") SnapStart" }
  }

  static let published: [Published] = ["java17", "java21"].flatMap { runtime in
    [
      Published(
        framework: .springBoot, runtime: runtime, hasSnapStart: false, warmMs: 8.13, ms: [5_312, 5_646, 6_183]),
      Published(
        framework: .springBoot, runtime: runtime, hasSnapStart: true, warmMs: 7.62, ms: [1_048, 1_200, 1_598]),
    ]
  } + [
    Published(framework: .micronaut, runtime: "java17", hasSnapStart: false, warmMs: 8.52, ms: [4_609, 4_943, 5_501]),
    Published(framework: .micronaut, runtime: "java17", hasSnapStart: true, warmMs: 7.68, ms: [726, 815, 931]),
    Published(framework: .quarkus, runtime: "java17", hasSnapStart: false, warmMs: 7.5, ms: [2_525, 3_146, 4_056]),
    Published(framework: .quarkus, runtime: "java17", hasSnapStart: true, warmMs: 7.38, ms: [487, 587, 733]),
    Published(framework: .dagger, runtime: "java11", hasSnapStart: false, warmMs: 8.94, ms: [3_213, 3_630, 4_850]),
  ]

  private func config(_ test: Published) throws -> SystemConfig {
    var f = FunctionConfig(name: "f", handler: [.wait(.constant(test.warmMs * 1e6))])
    f.runtime = test.runtime
    f.memorySize = 1_024
    f.timeout = .seconds(30)
    f.initDuration = test.framework.initDuration(on: .x86)
    f.firstCall = test.framework.firstCall(on: .x86)
    if test.hasSnapStart {
      f.snapStart = SnapStartConfig(restore: try #require(test.framework.restore(on: .x86)))
      f.snapStart?.firstCall = test.framework.restoredFirstCall(on: .x86)
    }
    return SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .minutes(10),
      resources: [.function(f)],
      traffic: [
        TrafficConfig(
          name: "users", target: TrafficTarget(resource: "f"), arrivals: .poisson(ratePerSecond: 100))
      ])
  }

  @Test("cold requests take what AWS's samples measured", arguments: published)
  func figures(test: Published) throws {
    let runs = try replicate(try config(test), seed: 17, count: 12)
    for (name, ms) in zip(["p50ColdMs", "p90ColdMs", "p99ColdMs"], test.ms) {
      let interval = try runs.interval(name, of: "f")
      let found = "\(name) \(interval.mean) ± \(interval.halfWidth ?? .nan), published \(ms)"
      print("LOADTEST", test.testDescription, found, try runs.interval("coldStarts", of: "f").mean)
      #expect(abs(interval.mean / ms - 1) < test.tolerance, "\(found)")
    }
  }
}
