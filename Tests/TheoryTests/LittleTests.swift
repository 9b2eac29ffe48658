import Engine
import Foundation
import Scenarios
import Services
import Testing
import Units

/// Little's law on every part of every shipped scenario: time-weighted number = rate x mean time, in every run.
///
/// It is no matter of chance. Over a span that begins empty, the integral of the number present is the time of all who
/// have left plus the time so far of those who are still there. The latter are at most the peak number, and stay about
/// as long as the longest stay seen; that is the tolerance.
@Suite("Little's law in the shipped scenarios")
struct LittleTests {
  static let folder = ValidationData.root.appendingPathComponent("scenarios")

  static let files: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }()

  /// Spans that a debug build simulates in a few seconds and in which every part has something to do (RDS sends its
  /// events after up to five minutes); what is not listed gets two minutes.
  static let spans = [
    "aurora-failover.yaml": "9 min", "aurora-serverless.yaml": "450 min", "azure-day.yaml": "3 h",
    "busy-month.yaml": "20 min", "cheapest-batches.yaml": "2 min", "cheapest-memory.yaml": "10 min",
    "cold-start-vs-snapstart.yaml": "2 h",
    "dynamodb-modes.yaml": "30 min", "queue-worker.yaml": "7 min", "reference-kernel.yaml": "4 s",
    "table-stream.yaml": "6 min",
  ]

  /// The law for one part: `number` and `peak` present on average and at most, `served` times `mean` s of stay, and
  /// the longest stay in s.
  private func check(
    _ part: String, number: Double, peak: Double, served: Double, mean: Double, longest: Double, seconds: Double
  ) {
    let (present, stayed) = (number * seconds, served * mean)
    let tolerance = peak * longest + 1e-9 * present
    #expect(abs(present - stayed) <= tolerance, "\(part): \(present) s present, \(stayed) s stayed, ± \(tolerance) s")
    #expect(served > 0, "\(part) has something to do")
    // A tolerance as large as the figure would hold for anything; parts that are seldom used are left out.
    if served > 1_000 { #expect(tolerance < present, "\(part): the span tells nothing") }
  }

  private func largest(_ values: [Double]) -> Double { values.filter { !$0.isNaN }.max() ?? 0 }

  @Test("it holds for traffic, APIs, functions and tables", arguments: files)
  func holds(file: String) throws {
    let scenario = try Scenario.load(
      path: Self.folder.appendingPathComponent(file).path,
      overrides: [
        Override(path: "duration", value: Self.spans[file] ?? "2 min"), Override(path: "warmUp", value: "0 s"),
      ])
    #expect(scenario.system.warmUp == .zero, "the span begins empty")
    let run = try simulate(scenario.system, seed: 5, replication: 0)
    let seconds = run.duration.inSeconds
    for traffic in run.traffic {
      let averages = try run.values("InFlight", .average, of: traffic.name)
      var present = 0.0
      for (row, average) in averages.enumerated() {
        let start = Double(row) * run.period.inSeconds
        present += average * min(run.period.inSeconds, seconds - start)
      }
      check(
        traffic.name, number: present / seconds, peak: Double(traffic.inProgress), served: Double(traffic.completed),
        mean: traffic.latency.mean / 1e9, longest: Double(traffic.latency.maximum) / 1e9, seconds: seconds)
      #expect(traffic.started == traffic.completed + traffic.inProgress)
    }
    for resource in scenario.system.resources {
      let name = resource.name
      switch resource {
      case .function:
        let starts = try run.figure("coldStarts", of: name)
        let inits = starts > 0 ? try starts * run.figure("meanInitMs", of: name) / 1e3 : 0
        let invocations = try run.figure("invocations", of: name)
        let work = try run.figure("meanDurationMs", of: name) / 1e3
        let longest = try (run.values("Duration", .maximum, of: name), run.values("InitDuration", .maximum, of: name))
        check(
          name, number: try run.figure("meanConcurrency", of: name), peak: try run.figure("peakConcurrency", of: name),
          served: invocations, mean: work + inits / invocations,
          longest: (largest(longest.0) + largest(longest.1)) / 1e3, seconds: seconds)
      case .httpApi, .table:
        let latency = resource.typeName == "table" ? "SuccessfulRequestLatency" : "Latency"
        check(
          name, number: try run.figure("meanInFlight", of: name), peak: try run.figure("peakInFlight", of: name),
          served: try run.figure("requests", of: name), mean: try run.figure("meanLatencyMs", of: name) / 1e3,
          longest: largest(try run.values(latency, .maximum, of: name)) / 1e3, seconds: seconds)
      case .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbInstance, .auroraCluster, .dbProxy,
        .topic, .vpc:
        break
      }
    }
  }
}
