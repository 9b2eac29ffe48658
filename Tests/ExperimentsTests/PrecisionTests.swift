import Engine
import Scenarios
import Services
import Statistics
import Synchronization
import Testing
import Units

@testable import Experiments

@Suite("Replications until a precision")
struct PrecisionTests {
  /// The mean response time in ms is the n-th of these, over and over.
  private func run(
    _ milliseconds: [Int64], plan: PrecisionPlan, jobs: Int = 1, failing: Int? = nil
  ) async throws -> ExperimentResult {
    try await Runner.run(
      scenario: fakeScenario(), prices: fakePrices(),
      options: Runner.Options(replications: plan.rule.least, precision: plan, jobs: jobs, seed: 1)
    ) { _, replication throws(TraceError) in
      if replication == failing {
        throw TraceError(file: "t", line: 1, column: 1, found: "x", wanted: "y", fix: "z")
      }
      return FakeRun(
        latencies: [.milliseconds(milliseconds[replication % milliseconds.count])], usage: (100, 1),
        digest: UInt64(replication)
      ).result
    }
  }

  private func plan(
    _ share: Double, _ least: Int = 10, _ most: Int = 100,
    _ figures: [Objective.Metric] = [.latency(traffic: nil, .mean), .costMonthly]
  ) -> PrecisionPlan {
    PrecisionPlan(
      rule: RelativePrecision(relativeHalfWidth: share, least: least, most: most), figures: figures)
  }

  @Test("equal replications suffice at the first look, and are over at the second")
  func first() async throws {
    let result = try await run([5], plan: plan(0.01))
    let outcome = try #require(result.precision)
    #expect(result.replications == 15 && outcome.replications == 15 && outcome.isReached)
    #expect(outcome.figures.map(\.relativeHalfWidth) == [0, 0] && outcome.last == 0)
  }

  @Test("it stops at the second look in a row at which the interval of the merged replications is narrow enough")
  func looks() async throws {
    // 90 and 110 ms by turns: the standard deviation is about a tenth of the mean.
    for (share, most) in [(0.05, 100), (0.03, 100), (0.02, 100), (0.02, 20)] {
      let rule = plan(share, 10, most).rule
      let reached = rule.looks.map { look in
        rule.isReached(by: Interval.mean(of: (0..<look).map { $0.isMultiple(of: 2) ? 90 : 110 }))
      }
      let place = reached.indices.dropFirst().first { reached[$0] && reached[$0 - 1] }
      let outcome = try #require(try await run([90, 110], plan: plan(share, 10, most)).precision)
      #expect(
        outcome.replications == place.map { rule.looks[$0] } ?? most
          && outcome.isReached == reached[place ?? reached.count - 1])
      #expect(outcome.last == 0 && outcome.figures[1].isReached)
    }
  }

  @Test("any number of jobs stops at the same replication with the same bits", arguments: [2, 3, 8, 64])
  func jobs(jobs: Int) async throws {
    let values: [Int64] = [80, 120, 95, 70, 130, 101, 99]
    let one = try await run(values, plan: plan(0.08))
    let many = try await run(values, plan: plan(0.08), jobs: jobs)
    #expect(one.replications > 15 && one.replications < 100)
    #expect(many.replications == one.replications && many.digest == one.digest)
    #expect(many.precision == one.precision)
    #expect(many.traffic[0].latencyMs["mean"] == one.traffic[0].latencyMs["mean"])
    #expect(many.traffic[0].histogram == one.traffic[0].histogram)
  }

  @Test("a replication that fails beyond the last one needed was never there", arguments: [1, 8])
  func failingAhead(jobs: Int) async throws {
    #expect(try await run([5], plan: plan(0.01), jobs: jobs, failing: 15).replications == 15)
    await #expect(throws: ExperimentError.self) {
      _ = try await run([5], plan: plan(0.01), jobs: jobs, failing: 14)
    }
  }

  @Test("the figure that was waited for is the widest one at the last look that did not suffice")
  func last() async throws {
    let figures: [Objective.Metric] = [.costMonthly, .errors(traffic: nil), .latency(traffic: "s", .p99)]
    let outcome = try #require(try await run([90, 110], plan: plan(0.03, 10, 100, figures)).precision)
    #expect(outcome.isReached && outcome.replications > 10 && outcome.last == 2)
    #expect(outcome.name(of: outcome.figures[2]) == "latency.s.p99")
  }

  @Test("a share is known when the ratio of all counts is, which may be long before the replications' own shares agree")
  func ratio() async throws {
    // Idle replications, of which every other one fails half of its two requests, among busy ones with 1 % each.
    let runs = (0..<4).map { number -> FakeRun in
      let (completed, errors): (Int64, Int64) = number < 2 ? (2, Int64(number)) : (2_000, 20)
      return FakeRun(started: completed, completed: completed, errors: errors)
    }
    let result = try await Runner.run(
      scenario: fakeScenario(), prices: fakePrices(),
      options: Runner.Options(precision: plan(0.05, 20, 60, [.errors(traffic: nil)]), seed: 1)
    ) { _, replication in runs[replication % 4].result }
    let outcome = try #require(result.precision)
    #expect(outcome.isReached && outcome.replications == 30)
    let rate = result.traffic[0].errorRate
    #expect(outcome.figures[0].relativeHalfWidth == RelativePrecision.relative(rate))
    #expect(abs(rate.mean - 0.01) < 5e-4)
    let plain = Interval.mean(of: (0..<30).map { Double(runs[$0 % 4].errors) / Double(runs[$0 % 4].completed) })
    #expect(RelativePrecision.relative(plain) > 0.4)
  }

  @Test("a figure without a value in any replication is never known, so the cap ends it")
  func neverKnown() async throws {
    let outcome = try #require(
      try await Runner.run(
        scenario: fakeScenario(), prices: fakePrices(),
        options: Runner.Options(precision: plan(0.5, 10, 12, [.latency(traffic: nil, .p99)]), seed: 1)
      ) { _, _ in FakeRun(completed: 0).result }.precision)
    #expect(outcome.replications == 12 && !outcome.isReached)
    #expect(outcome.figures[0].relativeHalfWidth == .infinity)
  }

  @Test("a figure that a resource does not have is a fault that names those that it has")
  func unknownFigure() async throws {
    await #expect(throws: ExperimentError.objective("the replications' figure `f.x`: f has no figure `x`, but y")) {
      _ = try await Runner.run(
        scenario: fakeScenario(), prices: fakePrices(),
        options: Runner.Options(precision: plan(0.5, 10, 12, [.figure(resource: "f", name: "x")]), seed: 1)
      ) { _, _ in FakeRun(figures: [Figure("y", 1)]).result }
    }
  }

  @Test("designs that are compared have the same number, which the least known figure of any decides")
  func designs() async throws {
    let scenario = try fakeScenario()
    let prices = try fakePrices()
    let designs = ["a", "b"].map { Design(name: $0, scenario: scenario, prices: prices) }
    func compare(jobs: Int) async throws -> Comparison {
      try await Comparison.run(
        designs, baseline: 0,
        options: Runner.Options(precision: plan(0.03), jobs: jobs, seed: 1)
      ) { design, _, replication in
        // b's difference to a is exactly its own spread, and a has none.
        let value: Int64 = design == 0 ? 100 : replication.isMultiple(of: 2) ? 90 : 110
        return FakeRun(latencies: [.milliseconds(value)], digest: UInt64(replication)).result
      }
    }
    let one = try await compare(jobs: 1)
    let outcome = try #require(one.results[0].precision)
    #expect(one.replications == outcome.replications && one.results.allSatisfy { $0.replications == one.replications })
    #expect(outcome.isReached && one.replications > 10)
    #expect(outcome.name(of: outcome.figures[outcome.last]) == "latency.mean of b")
    let many = try await compare(jobs: 7)
    #expect(many.results[1].precision == outcome && many.results.map(\.digest) == one.results.map(\.digest))
  }

  @Test("progress counts towards the next look and ends at the last")
  func progress() async throws {
    let seen = Mutex<[Int]>([])
    let options = Runner.Options(precision: plan(0.001, 10, 15), seed: 1) { done, total in
      seen.withLock { $0.append(100 * done + total) }
    }
    _ = try await Runner.run(scenario: fakeScenario(), prices: fakePrices(), options: options) { _, replication in
      FakeRun(latencies: [.milliseconds(Int64(replication + 1))]).result
    }
    let first = (0..<10).map { 100 * $0 + 10 }
    #expect(seen.withLock { $0 } == first + (10...15).map { 100 * $0 + 15 })
  }
}
