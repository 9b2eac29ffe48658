import Billing
import Engine
import Foundation
import Scenarios
import Services
import Statistics
import Testing
import Units

@testable import Experiments

@Suite("Batches of one run")
struct BatchTests {
  private func scenario(_ batches: String, rate: String = "20 / s", more: String = "") throws -> Scenario {
    let scratch = try Scratch()
    try scratch.put(
      """
      scenario: One run
      region: us-east-1
      duration: 1 h
      warmUp: 5 min
      period: 1 min
      \(batches)
      traffic:
        s: { target: f, arrivals: { poisson: { rate: \(rate) } } }
      resources:
        f: { type: function, timeout: 3 s, handler: [ compute: { exponential: { mean: 20 ms } } ] }
      objectives: [latency.p99 < 1 s, errors < 1 %, cost.monthly < 500 USD, f.meanConcurrency < 5]
      \(more)

      """, "s.yaml")
    return try Scenario.load(path: scratch.path + "/s.yaml")
  }

  private func run(_ scenario: Scenario, replications: Int = 1) async throws -> ExperimentResult {
    try await Runner.run(
      scenario: scenario, prices: PriceBook.bundled(region: "us-east-1"),
      options: Runner.Options(replications: replications, seed: 3))
  }

  @Test("the run is the same with batches as without, but for the intervals")
  func sameRun() async throws {
    let batched = try await run(scenario("batches: 30"))
    let plain = try await run(scenario("replications: 1"))
    #expect(batched.digest == plain.digest && batched.batches?.count == 30)
    #expect(plain.batches == nil && plain.traffic[0].latencyMs["mean"].halfWidth == nil)
    for name in LatencySummary.names {
      #expect(batched.traffic[0].latencyMs[name].mean == plain.traffic[0].latencyMs[name].mean)
    }
    #expect(batched.series.map(\.mean.count) == plain.series.map(\.mean.count))
    #expect(batched.cost.total.mean == plain.cost.total.mean)
  }

  @Test("requests have the interval of their sums in the batches, which the time series tells too")
  func requests() async throws {
    let result = try await run(scenario("batches: 30"))
    let series = try #require(result.series.first { $0.key.name == "Requests" && $0.key.resource == "s" })
    let sums = (0..<30).map { series.mean[2 * $0] + series.mean[2 * $0 + 1] }
    let expected = try #require(BatchMeans(of: sums).interval.halfWidth) * 30
    let found = try #require(result.traffic[0].requests.halfWidth)
    #expect(abs(found - expected) < 1e-6 * expected)
    #expect(result.traffic[0].requests.contains(72_000))
    #expect(result.batches?.span == .minutes(2))
  }

  @Test("response times, errors, cost and objectives get intervals; the largest value and resources' figures get none")
  func figures() async throws {
    let result = try await run(scenario("batches: 30"))
    let traffic = result.traffic[0]
    for name in ["mean", "p50", "p90", "p95", "p99"] {
      #expect(try #require(traffic.latencyMs[name].halfWidth) > 0, "\(name)")
      #expect(try #require(traffic.successLatencyMs[name].halfWidth) > 0, "\(name)")
    }
    // A batch has 2,400 requests: of 24 beyond the p99 one can speak, of 2 beyond the p99.9 not.
    #expect(traffic.latencyMs["p999"].halfWidth == nil && traffic.latencyMs["max"].halfWidth == nil)
    #expect(traffic.errorRate.halfWidth != nil)
    #expect(try #require(result.cost.total.halfWidth).amount > 0)
    #expect(result.objectives[0].observed.halfWidth == traffic.latencyMs["p99"].halfWidth)
    #expect(result.objectives.map { $0.observed.halfWidth != nil } == [true, true, true, false])
    #expect(result.objectives.map(\.certain) == [true, true, true, false])
    #expect(result.resources[0].figures.allSatisfy { $0.interval.halfWidth == nil })
  }

  @Test("that no request failed is certain only of enough requests")
  func unseen() async throws {
    var scenario = try scenario("batches: 30", rate: "1 / s")
    // 0 of some 3,600 is compatible with 0.10 %.
    scenario.objectives = [0.0009, 0.0012].map {
      Objective(metric: .errors(traffic: nil), comparator: .less, limit: .share($0), text: "errors")
    }
    let result = try await run(scenario)
    #expect(result.objectives.map(\.met) == [true, true])
    #expect(result.objectives.map(\.certain) == [false, true])
  }

  @Test("the batches' intervals are those of replications, within a factor of two")
  func replications() async throws {
    let batches = try await run(scenario("batches: 15", rate: "5 / s"))
    let whole = try await run(scenario("replications: 20", rate: "5 / s"), replications: 20)
    // The batches make one replication, so its interval is the root of 20 wider than that of twenty replications.
    for (found, other) in [
      (batches.traffic[0].latencyMs["mean"].halfWidth, whole.traffic[0].latencyMs["mean"].halfWidth),
      (batches.traffic[0].latencyMs["p99"].halfWidth, whole.traffic[0].latencyMs["p99"].halfWidth),
      (batches.cost.total.halfWidth?.inDollars, whole.cost.total.halfWidth?.inDollars),
    ] {
      let ratio = try #require(found) / (try #require(other) * 20.0.squareRoot())
      #expect(ratio > 0.5 && ratio < 2, "\(ratio)")
    }
  }

  @Test("auto takes 30 batches where these look independent")
  func automatic() async throws {
    let outcome = try #require(try await run(scenario("batches: auto")).batches)
    #expect(BatchMeans.counts.contains(outcome.count) && outcome.span == .minutes(60 / Int64(outcome.count)))
    #expect(outcome.dependent.isEmpty || outcome.count == 10)
  }

  @Test("what does not go in evenly is left out, and the run is whole all the same")
  func rest() async throws {
    let result = try await run(scenario("batches: 11", more: "description: uneven"))
    #expect(result.batches?.span == .minutes(5))
    #expect(result.digest == (try await run(scenario("replications: 1"))).digest)
  }

  @Test("several replications have their own intervals, and batches none")
  func several() async throws {
    let result = try await run(scenario("batches: 30"), replications: 3)
    #expect(result.batches == nil && result.traffic[0].latencyMs["mean"].count == 3)
  }

  @Test("a source without requests has no intervals, and stops nothing")
  func empty() async throws {
    let result = try await run(scenario("batches: 30", rate: "0 / s"))
    #expect(result.traffic[0].requests.mean == 0 && result.traffic[0].latencyMs["mean"].halfWidth == nil)
    #expect(result.batches?.dependent.isEmpty == true)
  }
}
