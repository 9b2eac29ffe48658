import Engine
import Statistics
import Testing
import Units

@testable import Experiments

@Suite("Merging replications")
struct RunningResultTests {
  @Test("a mean has Student's half-width: 10, 12 and 14 are 12 with 4.303 x 2 / sqrt 3")
  func interval() async throws {
    let result = try await merged([10, 12, 14].map { FakeRun(started: $0) })
    let requests = result.traffic[0].requests
    #expect(requests.mean == 12)
    #expect(requests.count == 3)
    #expect(abs(try #require(requests.halfWidth) - 4.968275) < 1e-6)
  }

  @Test("one replication has no half-width")
  func single() async throws {
    let result = try await merged([FakeRun(started: 10, values: [4])])
    #expect(result.traffic[0].requests == Interval(mean: 10, halfWidth: nil, count: 1))
    #expect(result.series[0].mean == [4])
    #expect(result.series[0].halfWidth[0].isNaN)
    #expect(result.cost.total.halfWidth == nil)
  }

  @Test("a replication without a completed request weighs nothing in the error rate, and has no say in latency")
  func emptyReplication() async throws {
    let result = try await merged([
      FakeRun(started: 4, completed: 4, errors: 1, latencies: [.milliseconds(2)]),
      FakeRun(started: 4, completed: 0),
      FakeRun(started: 4, completed: 4, errors: 3, latencies: [.milliseconds(4)]),
    ])
    #expect(result.traffic[0].errorRate.mean == 0.5)
    // It is a replication all the same: one that could have had requests.
    #expect(result.traffic[0].errorRate.count == 3)
    #expect(result.traffic[0].errors.count == 3)
    #expect(result.traffic[0].latencyMs["max"].mean == 3)
    #expect(result.traffic[0].latencyMs["max"].count == 2)
  }

  @Test("no completed request at all leaves NaN, not zero")
  func nothingCompleted() async throws {
    let result = try await merged([FakeRun(completed: 0), FakeRun(completed: 0)])
    #expect(result.traffic[0].errorRate.mean.isNaN)
    #expect(result.traffic[0].errorRate.count == 0)
    for name in LatencySummary.names { #expect(result.traffic[0].latencyMs[name].mean.isNaN) }
  }

  /// Ten requests of which half fail, and 990 of which none does: five in a thousand, not one in four.
  private static let unequal = [
    FakeRun(
      started: 10, completed: 10, errors: 5, latencies: [.milliseconds(1)],
      figures: [Figure("coldStartProbability", 5, over: 10)]),
    FakeRun(
      started: 990, completed: 990, latencies: [.milliseconds(1)],
      figures: [Figure("coldStartProbability", 0, over: 990)]),
  ]

  @Test("a share is that of all counts: a replication weighs as much as its requests")
  func shares() async throws {
    let result = try await merged(Self.unequal, scenario: "objectives: [errors < 1 %, coldStarts.f < 1 %]\n")
    let wanted = RatioInterval(numerators: [5, 0], denominators: [10, 990]).interval()
    #expect(wanted.mean == 0.005 && wanted.halfWidth != nil)
    #expect(result.traffic[0].errorRate == wanted)
    #expect(result.resources[0].figures[0].interval == wanted)
    // Means of the replications' shares would be 25 %, and both would be missed.
    #expect(result.objectives.map(\.observed) == [wanted, wanted] && result.objectives.allSatisfy(\.met))
  }

  @Test("run and compare say the same of the same design, to the last bit, whatever the replications are like")
  func comparison() async throws {
    let scenario = try fakeScenario()
    let prices = try fakePrices()
    var runs = Self.unequal + [FakeRun(started: 3, completed: 0, figures: [Figure("coldStartProbability", 0, over: 0)])]
    runs[0].figures.append(Figure("itemHitRate", 7, over: 9))
    runs[2].figures.append(Figure("itemHitRate", 2, over: 4))
    let alone = try await merged(runs)
    let comparison = try await Comparison.run(
      ["a", "b"].map { Design(name: $0, scenario: scenario, prices: prices) }, baseline: 0,
      options: Runner.Options(replications: runs.count, seed: 1)
    ) { [runs] design, _, replication in
      var run = runs[replication]
      if design == 1 { run.errors = run.completed / 2 }
      return run.result
    }
    let f = FigureScope.resource(name: "f", type: "function")
    func cell(_ scope: FigureScope, _ name: String, _ design: Int) throws -> ComparedCell {
      let figure = try #require(comparison.figure(scope, name))
      return try #require(figure.cells[design])
    }
    #expect(try cell(.traffic("s"), "errorRate", 0).own == alone.traffic[0].errorRate)
    #expect(comparison.results[0].traffic[0].errorRate == alone.traffic[0].errorRate)
    let own = alone.resources[0].figures.map { ($0.name, $0.interval.mean) }
    #expect(own.map(\.0) == ["coldStartProbability", "itemHitRate"] && own[1].1 == 9.0 / 13)
    for (name, mean) in own { #expect(try cell(f, name, 0).own.mean == mean) }
    // b fails half of its requests: 500 of 1,000, against 5 of them.
    let errors = try cell(.traffic("s"), "errorRate", 1)
    #expect(errors.own.mean == 0.5 && errors.difference?.mean == 0.495 && errors.difference?.count == 3)
    // Equal shares differ by nothing, in those replications too that have none.
    for name in ["coldStartProbability", "itemHitRate"] { #expect(try cell(f, name, 1).isAlwaysEqual) }
    // More hits are not worse, more cold starts are.
    #expect(try !cell(f, "itemHitRate", 1).isBetterLower && cell(f, "coldStartProbability", 1).isBetterLower)
  }

  @Test("equal shares in unequal replications have a half-width of exactly nothing")
  func equalShares() async throws {
    let runs = [3, 7, 11, 90].map { FakeRun(started: 10 * $0, completed: 10 * $0, errors: $0) }
    let rate = try await merged(runs).traffic[0].errorRate
    #expect(rate == Interval(mean: 0.1, halfWidth: 0, count: 4))
  }

  @Test("latency figures come in their order, each estimated per replication and then averaged")
  func latency() async throws {
    let result = try await merged([
      FakeRun(latencies: [.milliseconds(10), .milliseconds(20)]), FakeRun(latencies: [.milliseconds(40)]),
    ])
    let latency = result.traffic[0].latencyMs
    #expect(latency.figures.map(\.name) == LatencySummary.names)
    #expect(latency["mean"].mean == 27.5)
    #expect(latency["max"].mean == 30)
    #expect(result.traffic[0].histogram.count == 3)
    #expect(result.traffic[0].histogram.maximum == Time.milliseconds(40).nanoseconds)
  }

  @Test("figures go by name, whichever replication brings them first, and NaN is left out")
  func figures() async throws {
    let result = try await merged([
      FakeRun(figures: [Figure("coldStarts", 2), Figure("share", .nan)]),
      FakeRun(figures: [Figure("share", 0.5), Figure("coldStarts", 4), Figure("late", 1)]),
    ])
    #expect(result.resources[0].figures.map(\.name) == ["coldStarts", "share", "late"])
    #expect(result.resources[0].figures.map(\.interval.mean) == [3, 0.5, 1])
    #expect(result.resources[0].figures.map(\.interval.count) == [2, 1, 1])
  }

  @Test("a cell's mean is over the replications that have data; a cell without any stays NaN")
  func series() async throws {
    let result = try await merged([
      FakeRun(values: [1, .nan, .nan]), FakeRun(values: [3, .nan, .nan]), FakeRun(values: [.nan, 5, .nan]),
    ])
    let series = result.series[0]
    #expect(series.key == fakeKey)
    #expect(series.mean[0] == 2 && series.mean[1] == 5 && series.mean[2].isNaN)
    #expect(abs(series.halfWidth[0] - 12.706205) < 1e-6)
    #expect(series.halfWidth[1].isNaN && series.halfWidth[2].isNaN)
    #expect(result.period == .minutes(5))
  }

  @Test("outcomes add up by name")
  func outcomes() async throws {
    let result = try await merged([
      FakeRun(outcomes: [OutcomeCount(name: "success", count: 3)]),
      FakeRun(outcomes: [OutcomeCount(name: "throttled", count: 1), OutcomeCount(name: "success", count: 2)]),
    ])
    #expect(
      result.traffic[0].outcomes
        == [OutcomeCount(name: "success", count: 5), OutcomeCount(name: "throttled", count: 1)])
  }

  @Test("the digest is FNV-1a over the replications' numbers and digests in order")
  func digest() async throws {
    let result = try await merged([FakeRun(digest: 10), FakeRun(digest: 11)])
    #expect(result.digest == "293f97b43e2f6a05")
    #expect(try await merged([FakeRun(digest: 11), FakeRun(digest: 10)]).digest != result.digest)
    #expect(RunningDigest().hexadecimal == "cbf29ce484222325")
    #expect(result.events == 200)
  }
}
