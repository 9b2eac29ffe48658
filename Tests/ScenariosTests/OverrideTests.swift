import Scenarios
import Services
import Testing
import Units

@Suite("Overrides")
struct OverrideTests {
  private func function(_ overrides: [Override]) throws -> FunctionConfig {
    let resources = try Scenario.decode(Examples.full, path: "x", overrides: overrides).system.resources
    guard case .function(let function) = resources[1] else { throw Missing() }
    return function
  }

  private struct Missing: Error {}

  @Test("an override has a path and a value")
  func parsing() {
    #expect(Override("a.b=c=d") == Override(path: "a.b", value: "c=d"))
    #expect(Override("a=") == Override(path: "a", value: ""))
    #expect(Override("=a") == nil && Override("a") == nil)
  }

  @Test("a value is replaced, added, or put in place of a mapping")
  func values() throws {
    #expect(try function([Override(path: "resources.f.memorySize", value: "256 MB")]).memorySize == 256)
    let long = try Scenario.decode(Examples.small, path: "x", overrides: [Override(path: "warmUp", value: "2 min")])
    #expect(long.system.warmUp == .minutes(2))
    let fixed = try function([Override(path: "resources.f.initDuration", value: "200 ms")])
    #expect(fixed.initDuration == .constant(2e8))
    let rate = try Scenario.decode(
      Examples.full, path: "x", overrides: [Override(path: "traffic.steady.arrivals.poisson.rate", value: "7 / s")])
    #expect(rate.system.traffic[0].arrivals == .poisson(ratePerSecond: 7))
  }

  @Test(
    "lists take a place in brackets or after a point",
    arguments: ["resources.f.handler[5].fail", "resources.f.handler.5.fail"])
  func lists(path: String) throws {
    #expect(try function([Override(path: path, value: "2 %")]).handler[5] == .fail(probability: 0.02))
  }

  @Test("keys with points in them are reached")
  func points() throws {
    let path = "resources.g.handler[0].compute.empirical.p99.9"
    let resources = try Scenario.decode(Examples.full, path: "x", overrides: [Override(path: path, value: "8 ms")])
      .system.resources
    guard case .function(let g) = resources[2], case .compute(.empirical(let points)) = g.handler[0] else {
      throw Missing()
    }
    #expect(points[2].value == 8e6)
  }

  @Test("mappings that the file leaves out are added on the way")
  func absentMappings() throws {
    let bare = try Scenario.decode(Examples.small, path: "x")
    #expect(!bare.billing.freeTier && bare.system.account.scalingBurst == 1_000)
    let overrides = [
      Override(path: "billing.freeTier", value: "true"), Override(path: "account.functionScaling.burst", value: "7"),
    ]
    let scenario = try Scenario.decode(Examples.small, path: "x", overrides: overrides)
    #expect(scenario.billing.freeTier && scenario.system.account.scalingBurst == 7)
    for (path, fragment) in [
      ("biling.freeTier", "biling"), ("billing.freeTear", "did you mean `freeTier`?"),
      ("resources.another.memorySize", "found no `another`"), ("traffic.another.target", "found no `another`"),
    ] {
      let faults = Examples.faults(of: Examples.small, overrides: [Override(path: path, value: "true")])
      #expect(faults.contains { $0.hasPrefix("--set \(path): ") && $0.contains(fragment) }, "\(faults)")
    }
  }

  @Test("a path longer than any scenario is refused at once, and not printed whole")
  func endlessPath() {
    let path = "billing" + String(repeating: ".a", count: 50_000)
    let faults = Examples.faults(of: Examples.small, overrides: [Override(path: path, value: "1")])
    #expect(faults.count == 1 && faults[0].contains("found a path of 100007 bytes, wanted at most 1024"))
    #expect(faults[0].utf8.count < 200)
  }

  @Test("the last override of a path counts")
  func order() throws {
    let overrides = ["256 MB", "512 MB"].map { Override(path: "resources.f.memorySize", value: $0) }
    #expect(try function(overrides).memorySize == 512)
  }

  @Test(
    "faults name the override",
    arguments: [
      ("resources.f.memorySize", "64 MB", "found 64 MB, wanted 128 MB to 10 GB"),
      ("durations", "1 h", "did you mean `duration`?"),
      ("resources.ff.memorySize", "1 GB", "did you mean `f`?"), ("resources.f.handler[9].fail", "1 %", "wanted 0 to 5"),
      ("resources.f.handler[-1].fail", "1 %", "wanted 0 to 5"), ("duration.x", "1", "below the value 2 h"),
      ("duration", "[1, 2]", "wanted a single value"), ("duration", "", "found nothing"),
      ("duration", "'x", "a single value"),
      ("resources.f.timeout", "*a", "a single value"), ("", "1", "found no path"), ("a..b", "1", "found no `a`"),
    ])
  func faults(path: String, value: String, fragment: String) {
    let faults = Examples.faults(of: Examples.full, overrides: [Override(path: path, value: value)])
    #expect(faults.contains { $0.hasPrefix("--set \(path): ") && $0.contains(fragment) }, "\(faults)")
  }
}
