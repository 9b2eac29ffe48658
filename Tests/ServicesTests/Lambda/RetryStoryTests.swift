import Engine
import Services
import Testing
import Units

/// SDK clients inside execution environments.
@Suite("SDK clients of a handler")
struct RetryStoryTests {
  /// A call without jitter.
  private func step(
    _ target: String, _ profile: RetryProfile, timeout: Time? = nil, onError: CallStep.OnError = .continue
  ) -> Step {
    var step = CallStep(
      target: target, operation: TableOperation(kind: .getItem, itemSize: Size(bytes: 1), consistentRead: true))
    step.retry = RetryConfig(profile)
    step.retry.jitter = .none
    step.timeout = timeout
    step.onError = onError
    return .call(step)
  }

  /// A table of one unit a second that owes 10,000 s after `drain`.
  private var owing: TableConfig {
    var table = table("t", milliseconds: 0)
    table.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1))
    return table
  }
  private let drain = Step.call(
    CallStep(
      target: "t", operation: TableOperation(kind: .query, itemSize: .kilobytes(400), items: 100, consistentRead: true))
  )

  @Test("the quota of an environment lasts over its invocations, and a new environment has a new one")
  func environments() throws {
    let work = function("f", timeout: .seconds(900), [.repeat(times: .constant(40), [step("t", .standard2026)])])
    var story = Story(
      [.function(function("drainer", [drain])), .function(work), .table(owing)],
      target: TrafficTarget(resource: "f"), at: [.seconds(1), .seconds(300), .seconds(1_000)])
    story.traffic.append(
      TrafficConfig(
        name: "once", target: TrafficTarget(resource: "drainer"),
        arrivals: .spikes([Spike(at: .zero, count: 1, over: .zero)])))
    story.duration = .seconds(2_000)
    let result = try story.run()
    // 33 calls retry three times each, after 1, 2 and 4 s, for 495 tokens; the next one once, for the last 5. The second
    // invocation has none left, the third is in another environment.
    #expect(result.figure("coldStarts", of: "f") == 2)
    #expect(result.figure("retries", of: "f") == 200)
    #expect(result.latencyMs == 2 * (100 + 33 * 7_000 + 1_000))
    #expect(result.sum("RetriesExhausted", of: "f") == 66)
    #expect(result.sum("RetryQuotaExceeded", of: "f") == 2 * 7 + 40)
  }

  @Test("environments at work at the same time have quotas of their own")
  func together() throws {
    let work = function("f", timeout: .seconds(900), [.repeat(times: .constant(40), [step("t", .standard2026)])])
    var story = Story(
      [.function(function("drainer", [drain])), .function(work), .table(owing)],
      target: TrafficTarget(resource: "f"), at: [.seconds(1)], count: 200)
    story.traffic.append(
      TrafficConfig(
        name: "once", target: TrafficTarget(resource: "drainer"),
        arrivals: .spikes([Spike(at: .zero, count: 1, over: .zero)])))
    #expect(try story.run().figure("retries", of: "f") == 200 * 100)
  }

  @Test("calls of two tables have clients of their own, calls of one table share one")
  func callees() throws {
    var other = owing
    other.name = "u"
    guard case .call(var drainOther) = drain else { return }
    drainOther.target = "u"
    for (second, retries) in [("u", 200.0), ("t", 100)] {
      let loop = Step.repeat(times: .constant(40), [step("t", .standard2026)])
      let again = Step.repeat(times: .constant(40), [step(second, .standard2026)])
      let result = try Story(
        [
          .function(function("f", timeout: .seconds(900), [drain, .call(drainOther), loop, again])), .table(owing),
          .table(other),
        ], target: TrafficTarget(resource: "f"), at: [.zero]
      ).run()
      #expect(result.figure("retries", of: "f") == retries)
    }
  }

  @Test("a success earns the last price back, so that each call may fail once for ever")
  func refund() throws {
    var slow = table("t", milliseconds: 0)
    slow.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1))
    let result = try Story(
      [
        .function(
          function(
            "f", timeout: .seconds(900), [.repeat(times: .constant(300), [step("t", .standard2026, onError: .fail)])])),
        .table(slow),
      ], target: TrafficTarget(resource: "f"), at: [.zero]
    ).run()
    // Every read but the first is throttled and finds its unit 1 s later. Without the refund 100 retries were all.
    #expect(result.requests(.success) == 1 && result.latencyMs == 100 + 299_000)
    #expect(result.figure("retries", of: "f") == 299 && result.sum("RetryQuotaExceeded", of: "f") == 0)
  }

  @Test("a function without a profile counts no exhausted retries, one with a profile does")
  func records() throws {
    for (profile, counted) in [(RetryProfile.legacyPre2026, false), (.standardPre2026, true)] {
      let result = try Story(
        [.function(function("f", timeout: .seconds(900), [drain, step("t", profile)])), .table(owing)],
        target: TrafficTarget(resource: "f"), at: [.zero]
      ).run()
      #expect(result.sum("RetriesExhausted", of: "f").isNaN != counted)
      #expect(result.figure("retries", of: "f") == (counted ? 2 : 9))
    }
  }

  @Test("an adaptive handler waits for its client's rate before it calls again")
  func adaptive() throws {
    let result = try Story(
      [
        .function(
          function("f", timeout: .seconds(900), [drain, .repeat(times: .constant(3), [step("t", .adaptive)])])),
        .table(owing),
      ], target: TrafficTarget(resource: "f"), at: [.zero]
    ).run()
    // The client is made at 0.1 s. At most one attempt in two seconds goes out once it was throttled, after one token
    // saved: attempts at 0.1 s, then 1, 2 and 4 s later; the next calls have no pause before them but the limiter's.
    #expect(result.figure("throttles", of: "t") == 12)
    let pauses = 100.0 + 3 * 7_000
    #expect(result.latencyMs > pauses && result.latencyMs <= pauses + 12_000, "\(result.latencyMs)")
  }
}

extension RunResult {
  /// The sum of a resource's counter over the run; NaN if there is no such counter.
  func sum(_ name: String, of resource: String) -> Double {
    series.first { $0.key.resource == resource && $0.key.name == name && $0.key.statistic == .sum }?
      .values.reduce(0, +) ?? .nan
  }
}
