import Engine
import Statistics
import Testing
import Units

@testable import Experiments

@Suite("Objectives")
struct ObjectiveTests {
  private func outcome(_ objective: String, _ runs: [FakeRun]) async throws -> ObjectiveOutcome {
    let result = try await merged(runs, scenario: "objectives: [\(objective)]\n")
    return try #require(result.objectives.first)
  }

  private func latencies(_ milliseconds: Int64...) -> [FakeRun] {
    milliseconds.map { FakeRun(latencies: [.milliseconds($0)]) }
  }

  @Test(
    "a mean below, at and above the bound",
    arguments: [
      ("<", 9, true), ("<", 10, false), ("<=", 10, true),
      ("<=", 11, false), (">", 10, false), (">", 11, true), (">=", 10, true), (">=", 9, false),
    ])
  func bound(comparator: String, milliseconds: Int64, isMet: Bool) async throws {
    let outcome = try await outcome("latency.max \(comparator) 10 ms", latencies(milliseconds, milliseconds))
    #expect(outcome.met == isMet)
    #expect(outcome.observed.mean == Double(milliseconds))
    #expect(outcome.bound == 10 && outcome.unit == "ms")
    #expect(outcome.text == "latency.max \(comparator) 10 ms")
  }

  @Test("an interval on one side of the bound is certain, one across it is not, and neither is a single run")
  func certain() async throws {
    // 10 and 12 ms: mean 11, half-width 12.7.
    #expect(try await outcome("latency.max < 24 ms", latencies(10, 12)).certain)
    #expect(try await !outcome("latency.max < 23 ms", latencies(10, 12)).certain)
    let missed = try await outcome("latency.max < 5 ms", latencies(10, 10))
    #expect(!missed.met && missed.certain)
    #expect(try await !outcome("latency.max < 1 s", latencies(10)).certain)
  }

  @Test("the share of errors is that of all answers, and a run without one weighs nothing")
  func errors() async throws {
    let runs = [FakeRun(started: 4, completed: 4, errors: 1), FakeRun(started: 1, completed: 0)]
    let outcome = try await outcome("errors < 30 %", runs)
    #expect(outcome.observed.mean == 0.25 && outcome.observed.count == 2)
    #expect(outcome.met && outcome.unit == "%" && outcome.bound == 0.3)
  }

  @Test(
    "that nothing failed is certain only of as many requests as the bound takes: 3.7 over it",
    arguments: [
      ("<", "1 %", 184, false), ("<", "1 %", 185, true), ("<", "0.1 %", 185, false), (">", "1 %", 185, true),
    ])
  func nothingFailed(comparator: String, bound: String, requests: Int64, isCertain: Bool) async throws {
    let run = FakeRun(started: requests, completed: requests)
    let outcome = try await outcome("errors \(comparator) \(bound)", [run, run])
    #expect(outcome.observed == Interval(mean: 0, halfWidth: 0, count: 2))
    #expect(outcome.met == (comparator == "<") && outcome.certain == isCertain)
  }

  @Test("any figure of a resource may be an objective, in the unit that its name tells")
  func anyFigure() async throws {
    let run = FakeRun(figures: [
      Figure("refusedConnections", 3), Figure("cpuUtilization", 0.5), Figure("orders.p99AcquireMs", 12),
    ])
    let refused = try await outcome("f.refusedConnections < 3", [run])
    #expect(!refused.met && refused.observed.mean == 3 && refused.bound == 3 && refused.unit == "")
    #expect(try await outcome("f.refusedConnections <= 3.5", [run]).met)
    let cpu = try await outcome("f.cpuUtilization < 50 %", [run])
    #expect(!cpu.met && cpu.bound == 0.5 && cpu.unit == "%")
    let wait = try await outcome("f.orders.p99AcquireMs <= 12 ms", [run])
    #expect(wait.met && wait.bound == 12 && wait.unit == "ms")
  }

  @Test("a figure that the resource does not have is an error that lists those it has")
  func unknownFigure() async {
    let run = FakeRun(figures: [Figure("throttles", 3), Figure("errors", 0)])
    do {
      _ = try await outcome("f.throtles < 1", [run])
      Issue.record("there is no such figure")
    } catch let error as ExperimentError {
      let (text, place) = (error.description, "scenario.yaml:14:14: ")
      let fault = "the objective `f.throtles < 1`: f has no figure `throtles`, but throttles, errors"
      #expect(text.hasSuffix(place + fault))
    } catch { Issue.record(error) }
  }

  @Test("an objective on latency counts all answers, one on successLatency those that succeeded")
  func successes() async throws {
    let run = FakeRun(
      started: 4, completed: 4, errors: 3, latencies: [.milliseconds(80)],
      failureLatencies: [.milliseconds(1), .milliseconds(2), .milliseconds(3)])
    #expect(try await outcome("latency.mean < 1 s", [run]).observed.mean == 21.5)
    #expect(try await outcome("successLatency.mean < 1 s", [run]).observed.mean == 80)
    #expect(try await outcome("successLatency.s.p50 < 80 ms", [run]).met == false)
    let refused = FakeRun(errors: 1, failureLatencies: [.milliseconds(1)])
    #expect(try await outcome("successLatency.s.p99 < 1 h", [refused]).observed.mean.isNaN)
  }

  @Test("without any answer an objective is missed and uncertain")
  func nothing() async throws {
    let outcome = try await outcome("latency.s.p99 < 1 h", [FakeRun(completed: 0), FakeRun(completed: 0)])
    #expect(outcome.observed.mean.isNaN && !outcome.met && !outcome.certain)
  }

  @Test("the cost is compared as the bill shows it, to the cent", arguments: [("0.04", false), ("0.041", true)])
  func cost(bound: String, isMet: Bool) async throws {
    let runs = [(1, 1), (2, 2), (2, 2)].map { FakeRun(usage: $0) }
    let outcome = try await outcome("cost.monthly < \(bound) USD", runs)
    #expect(outcome.observed.mean == 0.04 && outcome.observed.halfWidth == 0.03 && outcome.observed.count == 3)
    #expect(outcome.met == isMet && outcome.unit == "USD")
  }

  @Test("throttles and cold starts are the function's own figures")
  func figures() async throws {
    let runs = [FakeRun(figures: [Figure("throttles", 3), Figure("coldStartProbability", 0.5)])]
    #expect(try await outcome("throttles.f <= 3", runs).met)
    #expect(try await outcome("throttles.f < 3", runs).observed.mean == 3)
    let cold = try await outcome("coldStarts.f < 40 %", runs)
    #expect(cold.observed.mean == 0.5 && !cold.met && cold.bound == 0.4)
  }
}
