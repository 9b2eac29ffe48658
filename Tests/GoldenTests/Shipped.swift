import Billing
import Experiments
import Foundation
import Reports
import Scenarios
import Testing

/// A scenario of `scenarios/`, shortened so that a debug build runs it in seconds.
struct Shipped: CustomTestStringConvertible {
  /// Name of the file without `.yaml`.
  let name: String
  /// What `duration` is set to.
  let duration: String
  /// What `warmUp` is set to; nil leaves it as it is.
  var warmUp: String? = nil

  var testDescription: String { name }

  /// The top of the package.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Every shipped scenario; a test compares the list with the folder.
  static let all = [
    Shipped(name: "aurora-failover", duration: "4 min"),
    Shipped(name: "aurora-serverless", duration: "10 h"),
    Shipped(name: "azure-day", duration: "12 h"),
    Shipped(name: "busy-month", duration: "3 h"),
    Shipped(name: "cheapest-batches", duration: "3 min"),
    Shipped(name: "cheapest-memory", duration: "10 min"),
    Shipped(name: "cold-start-vs-snapstart", duration: "1 h"),
    Shipped(name: "dax-or-not", duration: "30 s", warmUp: "60 s"),
    Shipped(name: "dynamodb-modes", duration: "30 min"),
    Shipped(name: "hot-partition", duration: "2 min"),
    Shipped(name: "lambda-pool", duration: "12 h"),
    Shipped(name: "queue-worker", duration: "6 min"),
    Shipped(name: "rds-proxy-or-not", duration: "130 s"),
    Shipped(name: "reference-kernel", duration: "3 s"),
    Shipped(name: "serverless-api", duration: "10 min"),
    Shipped(name: "table-stream", duration: "6 min"),
    Shipped(name: "throttle-storm", duration: "150 s"),
  ]

  /// The scenario with its shortened duration.
  func scenario() throws -> Scenario {
    try Scenario.load(
      path: Self.root.appendingPathComponent("scenarios/\(name).yaml").path,
      overrides: [Override(path: "duration", value: duration)]
        + (warmUp.map { [Override(path: "warmUp", value: $0)] } ?? []))
  }

  /// Two replications of it.
  func run(jobs: Int) async throws -> ExperimentResult {
    let scenario = try scenario()
    return try await Runner.run(
      scenario: scenario, prices: PriceBook.bundled(region: scenario.system.region),
      options: Runner.Options(replications: 2, jobs: jobs, seed: scenario.seed, billing: scenario.billing))
  }

  /// Where its summary is recorded.
  var golden: URL { Self.root.appendingPathComponent("Tests/GoldenTests/Golden/\(name).summary.json") }
}
