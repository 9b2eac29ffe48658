import Billing
import Engine
import Scenarios
import Services
import Testing
import Units

@testable import Experiments

/// What a test's replication found; everything else of the `RunResult` is fixed.
struct FakeRun: Sendable {
  var started: Int64 = 1
  var completed: Int64 = 1
  var errors: Int64 = 0
  /// Latencies of completed requests.
  var latencies: [Time] = []
  /// Latencies of failed requests, which `latencies` does not hold.
  var failureLatencies: [Time] = []
  var outcomes: [OutcomeCount] = []
  var figures: [Figure] = []
  var values: [Double] = []
  /// Amounts on the meters `a` and `b` of `fakePrices`, used by the resource `f`.
  var usage: (a: Int64, b: Int64) = (0, 0)
  var digest: UInt64 = 0

  /// The run as the engine would give it: one source `s`, one resource `f`, one series.
  var result: RunResult {
    var histogram = Histogram()
    for latency in latencies { histogram.record(latency.nanoseconds) }
    let successes = histogram
    for latency in failureLatencies { histogram.record(latency.nanoseconds) }
    let bands = [Int64](repeating: 0, count: LatencyBreakdown.bandCount)
    return RunResult(
      duration: .hours(730), period: .minutes(5), events: 100, digest: digest,
      traffic: [
        TrafficResult(
          name: "s", started: started, completed: completed, errors: errors, inProgress: started - completed,
          latency: histogram, successLatency: successes, outcomes: outcomes,
          breakdown: LatencyBreakdown(segments: ["f"], counts: bands, sums: bands.map { Int128($0) }))
      ],
      resources: [ResourceResult(name: "f", typeName: "function", figures: figures)],
      series: [MetricSeries(key: fakeKey, values: values)],
      usage: [
        UsageLine(meter: meter("a"), resource: "f", amount: usage.a),
        UsageLine(meter: meter("b"), resource: "f", amount: usage.b),
      ])
  }

  private func meter(_ key: String) -> Meter { Meter(service: "S", key: key, unitsPerPriced: 1, kind: .consumed) }
}

let fakeKey = MetricKey(
  resource: "f", namespace: "AWS/Lambda", name: "Invocations", unit: "Count", statistic: .sum)

/// One cent for a unit of `a` and of `b`.
func fakePrices() throws -> PriceBook {
  let entries = ["a", "b"].map { key in
    """
      - service: S
        key: \(key)
        description: Words for \(key)
        unit: request
        asOf: 2026-11
        source: a test
        grade: verified
        tiers:
          - { from: 0, price: 0.01 }

    """
  }
  return try PriceBook(
    yaml: "region: test-1\ndate: 2026-11-22\ncurrency: USD\nprices:\n" + entries.joined())
}

/// The smallest scenario with one source `s` and one function `f`, with lines to add at its end.
func fakeScenario(_ more: String = "") throws -> Scenario {
  let scratch = try Scratch()
  let text = """
    scenario: Test
    region: us-east-1
    duration: 1 h
    traffic:
      s:
        target: f
        arrivals: { poisson: { rate: 1 / s } }
    resources:
      f:
        type: function
        timeout: 10 s
        handler:
          - compute: 5 ms

    """
  try scratch.put(text + more, "scenario.yaml")
  return try Scenario.load(path: scratch.path + "/scenario.yaml")
}

/// The merged result of fake replications.
func merged(_ runs: [FakeRun], scenario more: String = "", jobs: Int = 1) async throws -> ExperimentResult {
  try await Runner.run(
    scenario: fakeScenario(more), prices: fakePrices(),
    options: Runner.Options(replications: runs.count, jobs: jobs, seed: 1)
  ) { _, replication in runs[replication].result }
}
