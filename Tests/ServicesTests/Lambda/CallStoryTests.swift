import Engine
import Services
import Testing
import Units

/// What a handler does about calls that fail or last too long.
@Suite("Calls of a handler")
struct CallStoryTests {
  /// Two invocations at once that each read once from a table that allows one read a second.
  private func contend(attempts: Int, change: (inout CallStep) -> Void = { _ in }) throws -> RunResult {
    var limited = table("t", milliseconds: 10)
    limited.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1))
    var step = callStep(
      "t", TableOperation(kind: .getItem, itemSize: Size(bytes: 1), consistentRead: true), timeout: nil,
      attempts: attempts, backoff: .ms(50), onError: .fail)
    change(&step)
    return try Story(
      [.function(function("f", timeout: .seconds(9), [.call(step)])), .table(limited)],
      target: TrafficTarget(resource: "f"), at: [.zero], count: 2
    ).run()
  }

  @Test("one attempt and no retry: the throttled reader fails at once")
  func noRetry() throws {
    let result = try contend(attempts: 1)
    #expect(result.requests(.failed) == 1 && result.requests(.success) == 1)
    #expect(result.figure("retries", of: "f") == 0)
    #expect(result.figure("readThrottles", of: "t") == 1)
    #expect(result.latencyMs == 110 + 100)
  }

  @Test("pauses double: retries 50, 150, 350, 750 and 1,550 ms after the first attempt; only the last finds a unit")
  func backoff() throws {
    let five = try contend(attempts: 5)
    #expect(five.requests(.failed) == 1)
    #expect(five.latencyMs == 110 + 100 + 750)
    #expect(five.figure("retries", of: "f") == 4 && five.figure("throttles", of: "t") == 5)
    let six = try contend(attempts: 6)
    #expect(six.requests(.success) == 2)
    #expect(six.segmentsMs == ["f init": 200, "f backoff": 1_550, "t getItem": 20])
    #expect(six.figure("retries", of: "f") == 5 && six.figure("throttles", of: "t") == 5)
    #expect(six.figure("requests", of: "t") == 2)
  }

  @Test("no pause is longer than the longest")
  func cap() throws {
    let result = try contend(attempts: 9) { step in
      step.retry.backoff = .ms(400)
      step.retry.multiplier = 10
      step.retry.maxBackoff = .ms(500)
    }
    // 400, 900 and 1,400 ms after the first attempt.
    #expect(result.segmentsMs["f backoff"] == 1_400)
    #expect(result.figure("retries", of: "f") == 3)
  }

  @Test("a multiplier of 1 keeps the pause")
  func constant() throws {
    let result = try contend(attempts: 99) { step in
      step.retry.multiplier = 1
      step.retry.backoff = .ms(100)
    }
    // The unit is there 1,000 ms after the first attempt, exactly.
    #expect(result.segmentsMs["f backoff"] == 1_000)
  }

  @Test("full jitter spreads the pause evenly between 0 and its length")
  func jitter() throws {
    var step = callStep(
      "slow", TableOperation(kind: .getItem, itemSize: Size(bytes: 1)), timeout: .ms(10), attempts: 2,
      backoff: .ms(50), onError: .fail)
    step.retry.jitter = .full
    let result = try Story(
      [.function(function("f", [.call(step)])), .table(table("slow", milliseconds: 2_000))],
      target: TrafficTarget(resource: "f"), at: [.zero], count: 4_000,
      account: AccountConfig(concurrentExecutions: 4_000, scalingBurst: 4_000)
    ).run()
    let latency = result.traffic[0].latency
    #expect(latency.minimum >= 120_000_000 && latency.minimum < 121_000_000)
    #expect(latency.maximum < 170_000_000 && latency.maximum > 169_000_000)
    // Standard deviation 50 / sqrt(12) ms; 4.9 standard errors: one seed in a million raises a false alarm. So do the
    // two limits above with probability (49/50)^4000 each, which is nothing.
    #expect(abs(latency.mean / 1e6 - 145) < 4.9 * 14.434 / 4_000.0.squareRoot())
  }

  @Test("a call's time limit: each attempt has its own, and every attempt reaches the callee")
  func callTimeout() throws {
    for (onError, outcome) in [(CallStep.OnError.fail, Outcome.failed), (.continue, .success)] {
      let result = try Story(
        [
          .function(function("f", [read("slow", timeout: .ms(10), attempts: 3, onError: onError)])),
          .table(table("slow", milliseconds: 2_000)),
        ], target: TrafficTarget(resource: "f"), at: [.zero]
      ).run()
      #expect(result.requests(outcome) == 1)
      #expect(result.segmentsMs == ["f init": 100, "f abandoned calls": 30, "f backoff": 150])
      #expect(result.figure("requests", of: "slow") == 3)
      #expect(result.figure("readRequestUnits", of: "slow") == 3)
      // All three work on together, for 2 s each.
      #expect(result.figure("peakInFlight", of: "slow") == 3)
      #expect(result.figure("meanInFlight", of: "slow") == 0.006)
    }
  }

  @Test("a call that is answered a nanosecond before its limit is fine, a nanosecond after it is not")
  func callTimeoutEdge() throws {
    for (limit, outcome) in [(20.000_001, Outcome.success), (19.999_999, .failed)] {
      let result = try Story(
        [.function(function("f", [read("t", timeout: .ms(limit))])), .table(table("t", milliseconds: 20))],
        target: TrafficTarget(resource: "f"), at: [.zero]
      ).run()
      #expect(result.requests(outcome) == 1)
    }
  }

  @Test("an attempt in time after one out of time")
  func retryInTime() throws {
    let result = try Story(
      [
        function("a", [call("b", timeout: .ms(250), attempts: 2, backoff: .ms(60))]), function("b", [wait(200)]),
      ], at: [.zero]
    ).run()
    // The first takes 100 + 200 ms and is given up after 250. Its environment is free for the second, at 310.
    #expect(result.requests(.success) == 1)
    #expect(result.latencyMs == 100 + 310 + 200)
    #expect(result.figure("coldStarts", of: "b") == 1)
    #expect(result.figure("invocations", of: "b") == 2)
  }

  @Test("a function that throws or times out has answered the Invoke, and no SDK tries again")
  func whatIsRetried() throws {
    let failing = try Story(
      [function("a", [call("b", attempts: 3)]), function("b", [.fail(probability: 1)])], at: [.zero]
    ).run()
    #expect(failing.figure("invocations", of: "b") == 1 && failing.figure("retries", of: "a") == 0)
    let slow = try Story(
      [
        function("a", timeout: .seconds(60), [call("b", attempts: 3)]),
        function("b", timeout: .seconds(1), [wait(5_000)]),
      ], at: [.zero]
    ).run()
    #expect(slow.requests(.failed) == 1)
    #expect(slow.figure("timeouts", of: "b") == 1 && slow.figure("retries", of: "a") == 0)
    #expect(slow.segmentsMs == ["a init": 100, "b init": 100, "b handler": 1_000])
  }

  @Test("an API turns a function's failure into a 5xx, which is tried again")
  func whatAnAPIMakesOfIt() throws {
    for callee in [function("b", [.fail(probability: 1)]), function("b", timeout: .seconds(1), [wait(5_000)])] {
      var api = HTTPAPIConfig(name: "api", routes: [HTTPAPIConfig.Route(key: "GET /", target: "b")])
      api.overhead = .constant(5e6)
      var step = CallStep(target: "api", route: "GET /")
      step.retry.maxAttempts = 3
      step.retry.jitter = .none
      let result = try Story(
        [.function(function("a", timeout: .seconds(60), [.call(step)])), .httpApi(api), .function(callee)],
        target: TrafficTarget(resource: "a"), at: [.zero]
      ).run()
      #expect(result.figure("invocations", of: "b") == 3 && result.figure("retries", of: "a") == 2)
      #expect(result.segmentsMs["a backoff"] == 150)
      // Each time-out resets the environment of b, which spends 100 ms of the next invocation on init.
      let resets = result.figure("timeouts", of: "b") == 3
      #expect(result.segmentsMs["b suppressed init"] == (resets ? 200 : nil))
    }
  }

  @Test("each call of a handler has attempts of its own")
  func attemptsPerCall() throws {
    let giveUp = read("slow", timeout: .ms(10), attempts: 2, onError: .continue)
    let result = try Story(
      [
        .function(function("f", [giveUp, .repeat(times: .constant(2), [giveUp])])),
        .table(table("slow", milliseconds: 2_000)),
      ], target: TrafficTarget(resource: "f"), at: [.zero]
    ).run()
    #expect(result.figure("retries", of: "f") == 3)
    #expect(result.figure("requests", of: "slow") == 6)
    #expect(result.segmentsMs == ["f init": 100, "f abandoned calls": 60, "f backoff": 150])
  }
}
