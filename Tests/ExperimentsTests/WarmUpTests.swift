import Billing
import Engine
import Scenarios
import Services
import Statistics
import Testing
import Units

@testable import Experiments

@Suite("Warm-up of pilots")
struct WarmUpOutcomeTests {
  private typealias Series = WarmUpOutcome.Series
  private typealias Row = (series: Series, values: [Double], period: Time)

  private func series(_ source: String, _ kind: Series.Kind = .inFlight) -> Series {
    Series(design: nil, source: source, kind: kind)
  }

  private func values(startUp: Int, of count: Int = 200) -> [Double] {
    (0..<count).map { $0 < startUp ? 50 : $0.isMultiple(of: 2) ? 1 : -1 }
  }

  @Test("the longest cut of all series counts, in time and not in observations")
  func longest() {
    let rows: [Row] = [
      (series("a"), values(startUp: 50), .seconds(1)), (series("b"), values(startUp: 10), .seconds(6)),
      (series("c"), values(startUp: 0), .hours(1)),
    ]
    #expect(WarmUpOutcome.finding(rows) == .cut(.seconds(60), by: series("b")))
    #expect(WarmUpOutcome.finding([rows[2]]) == .none)
  }

  @Test("one series that does not settle is enough for no cut; short ones have no say unless all are short")
  func unsettled() {
    let late: Row = (series("late"), values(startUp: 150), .seconds(1))
    let short: Row = (series("short"), [], .seconds(1))
    let good: Row = (series("good"), values(startUp: 10), .seconds(1))
    #expect(WarmUpOutcome.finding([good, late]) == .noSteadyState(series("late")))
    #expect(WarmUpOutcome.finding([short, good]) == .cut(.seconds(10), by: series("good")))
    #expect(WarmUpOutcome.finding([short]) == .tooShort)
  }

  @Test(
    "pilots have round periods, at most so many rows",
    arguments: [
      (.hours(1), 1_000, .seconds(5)), (.seconds(1_000), 1_000, .seconds(1)),
      (.seconds(1_000) + Time(nanoseconds: 1), 1_000, .seconds(2)), (.days(30), 1_000, .seconds(5_000)),
      (Time(nanoseconds: 1), 1_000, Time(nanoseconds: 1)),
    ] as [(Time, Int64, Time)])
  func period(span: Time, rows: Int64, period: Time) {
    #expect(WarmUpOutcome.period(of: span, rows: rows) == period)
  }

  @Test("the sentence says what was cut and by what, or why nothing was")
  func text() {
    func text(_ finding: WarmUpOutcome.Finding) -> String {
      WarmUpOutcome(finding: finding, pilotSpan: .hours(6)).text
    }
    let responses = series("shoppers", .responseTime)
    #expect(
      text(.cut(.seconds(130), by: responses))
        == "warm-up 130 s, cut by MSER-5 of 5 pilot replications (response time of shoppers)")
    #expect(text(.none) == "no warm-up cut: by MSER-5 of 5 pilot replications the run begins settled")
    #expect(
      text(.noSteadyState(responses)) == "no warm-up cut: MSER-5 of 5 pilot replications shows no steady state within "
        + "6 h (response time of shoppers)")
    #expect(text(.tooShort).hasSuffix("finds too few requests within 6 h"))
  }

  // MARK: On the simulator

  /// Requests that take a minute, so that the number in flight grows for minutes: 5 / s in an hour.
  private func slow(_ warmUp: String, rate: String = "1 / s", duration: String = "1 h") throws -> Scenario {
    let scratch = try Scratch()
    try scratch.put(
      """
      scenario: Slow
      region: us-east-1
      duration: \(duration)
      warmUp: \(warmUp)
      traffic:
        s: { target: f, arrivals: { poisson: { rate: \(rate) } } }
      resources:
        f:
          type: function
          timeout: 15 min
          handler: [ wait: { exponential: { mean: 1 min } } ]

      """, "slow.yaml")
    return try Scenario.load(path: scratch.path + "/slow.yaml")
  }

  private func run(_ scenario: Scenario, jobs: Int = 2) async throws -> ExperimentResult {
    try await Runner.run(
      scenario: scenario, prices: PriceBook.bundled(region: "us-east-1"),
      options: Runner.Options(replications: 3, jobs: jobs, seed: 5))
  }

  @Test("the span that pilots tell is left out, is an assumption, and does not depend on the jobs")
  func automatic() async throws {
    let result = try await run(slow("auto"))
    let outcome = try #require(result.warmUp)
    guard case .cut(let span, let series) = outcome.finding else {
      Issue.record("a start-up of minutes is cut, not \(outcome.text)")
      return
    }
    #expect(span >= .minutes(2) && span <= .minutes(30) && series.source == "s")
    #expect(result.scenario.system.warmUp == span && result.scenario.system.duration == .hours(1))
    let assumption = try #require(result.scenario.assumptions.first { $0.parameter == "warmUp" })
    #expect(assumption.value == span.description && assumption.source == outcome.text)
    let other = try await run(slow("auto"), jobs: 1)
    #expect(other.warmUp == outcome && other.digest == result.digest)
    // Equal to the scenario that states what was found.
    #expect(try await run(slow(span.description)).digest == result.digest)
    let whole = try await run(slow("0 s"))
    #expect(whole.digest != result.digest && whole.warmUp == nil)
  }

  @Test("from an empty start the number in flight is short of Little's law, after the cut it is not")
  func bias() async throws {
    func inFlight(_ result: ExperimentResult) throws -> Double {
      let series = try #require(
        result.series.first { $0.key.name == "InFlight" && $0.key.statistic == .average && $0.key.resource == "s" })
      return series.mean.reduce(0, +) / Double(series.mean.count)
    }
    // 5 / s for a minute each: 300. From empty the hour lacks 300 x 1 min / 60 min = 5; the standard deviation of the
    // mean of three hours is about 1.8.
    let cut = try inFlight(await run(slow("auto", rate: "5 / s")))
    let whole = try inFlight(await run(slow("0 s", rate: "5 / s")))
    #expect(cut - whole > 1.5 && abs(cut - 300) < 9)
  }

  @Test("a span too short to settle is not cut, and that is said")
  func tooShort() async throws {
    let result = try await run(slow("auto", rate: "20 / s", duration: "1 min"))
    #expect(result.scenario.system.warmUp == .zero)
    guard case .noSteadyState = try #require(result.warmUp).finding else {
      Issue.record("a minute shows no steady state of requests that take one")
      return
    }
  }

  /// Messages that a function takes half a second each for, 2 batches of one at a time: 4 / s and no more. One in ten
  /// fails for good, and its queue has no reader.
  private func worker(rate: String, duration: String = "1 h") throws -> Scenario {
    try Scenario.decode(
      """
      scenario: Worker
      region: us-east-1
      duration: \(duration)
      warmUp: auto
      traffic:
        s: { target: jobs, arrivals: { poisson: { rate: \(rate) } } }
      resources:
        jobs:
          type: queue
          visibilityTimeout: 60 s
          redrivePolicy: { deadLetterTarget: dead, maxReceiveCount: 1 }
        dead: { type: queue }
        mapping:
          type: eventSourceMapping
          eventSource: jobs
          functionName: f
          batchSize: 1
          scalingConfig: { maximumConcurrency: 2 }
        f:
          type: function
          timeout: 10 s
          handler: [ { wait: { constant: 500 ms } }, { fail: 10 % } ]

      """, path: "worker.yaml")
  }

  @Test("a queue that grows for ever has no steady state, although its senders are answered at once")
  func backlog() async throws {
    let result = try await run(worker(rate: "8 / s"))
    #expect(try #require(result.warmUp).finding == .noSteadyState(series("jobs", .backlog)))
    // Dead letters, which nobody receives, grow for ever too, and have no say.
    let sound = try #require(try await run(worker(rate: "1 / s")).warmUp)
    switch sound.finding {
    case .cut, .none: break
    case .noSteadyState, .tooShort: Issue.record("\(sound.text)")
    }
  }

  @Test("a source with a request now and then says nothing, in whatever series")
  func seldom() async throws {
    // 40 an hour, 200 in five pilots: fewer than 500, which a hundred points of five take.
    let outcome = try #require(try await run(slow("auto", rate: "40 / h")).warmUp)
    #expect(outcome.finding == .tooShort && outcome.span == .zero)
  }

  @Test("designs that are compared record the same span: the longest cut of any")
  func comparison() async throws {
    let slow = try slow("auto")
    var fast = slow
    guard case .function(var function) = fast.system.resources[0] else { return }
    function.timeout = .seconds(2)
    fast.system.resources[0] = .function(function)
    let prices = try PriceBook.bundled(region: "us-east-1")
    let comparison = try await Comparison.run(
      [Design(name: "fast", scenario: fast, prices: prices), Design(name: "slow", scenario: slow, prices: prices)],
      options: Runner.Options(replications: 2, jobs: 2, seed: 5))
    let outcome = try #require(comparison.results[0].warmUp)
    #expect(outcome.span > .zero && comparison.results.allSatisfy { $0.warmUp == outcome })
    #expect(comparison.results.allSatisfy { $0.scenario.system.warmUp == outcome.span })
    guard case .cut(_, let series) = outcome.finding else { return }
    #expect(series.design == "slow")
  }
}
