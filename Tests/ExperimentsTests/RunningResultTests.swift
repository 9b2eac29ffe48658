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

  @Test("a replication without a completed request has no say in error rate and latency")
  func emptyReplication() async throws {
    let result = try await merged([
      FakeRun(started: 4, completed: 4, errors: 1, latencies: [.milliseconds(2)]),
      FakeRun(started: 4, completed: 0),
      FakeRun(started: 4, completed: 4, errors: 3, latencies: [.milliseconds(4)]),
    ])
    #expect(result.traffic[0].errorRate.mean == 0.5)
    #expect(result.traffic[0].errorRate.count == 2)
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
