import Engine
import Services
import Testing
import Units

/// The function's own timeout.
@Suite("Lambda timeouts")
struct TimeoutStoryTests {
  @Test("the timeout covers the handler, not the init; a nanosecond below it all is well, above it is cut off")
  func edge() throws {
    for (milliseconds, outcome) in [(999.999_999, Outcome.success), (1_000.000_001, .timedOut)] {
      var f = function("f", timeout: .seconds(1), [wait(milliseconds)])
      f.initDuration = .constant(5e9)
      let result = try Story([f], at: [.zero]).run()
      #expect(result.requests(outcome) == 1)
      #expect(result.figure("billedMilliseconds", of: "f") == 6_000)
      #expect(result.figure("timeouts", of: "f") == (outcome == .timedOut ? 1 : 0))
      #expect(result.figure("errors", of: "f") == (outcome == .timedOut ? 1 : 0))
    }
  }

  @Test("an end at the very instant of the timeout comes too late, alone or among others")
  func veryInstant() throws {
    // The timer is set for the oldest invocation, before it begins to wait; for the next ones anew, after they began.
    let f = function("f", timeout: .seconds(1), [wait(1_000)])
    let result = try Story([f], at: [.zero, .ms(500), .ms(700), .seconds(10)]).run()
    #expect(result.requests(.timedOut) == 4)
  }

  @Test("the environment of an invocation that timed out is reset, or ends if the function says so")
  func environmentIsReset() throws {
    var f = function("f", timeout: .seconds(1), [.repeat(times: .constant(1), [wait(1_500)])])
    let reset = try Story([f], at: [.zero, .seconds(10)]).run()
    #expect(reset.figure("coldStarts", of: "f") == 1)
    #expect(reset.figure("billedMilliseconds", of: "f") == 1_100 + 1_000)
    #expect(reset.segmentsMs == ["f init": 100, "f suppressed init": 100, "f handler": 1_900])
    f.recovery = .end
    let ended = try Story([f], at: [.zero, .seconds(10)]).run()
    #expect(ended.figure("coldStarts", of: "f") == 2)
    #expect(ended.figure("meanEnvironments", of: "f") == 0.0022)
    #expect(ended.figure("billedMilliseconds", of: "f") == 2_200)
  }

  @Test("its concurrency is free at once")
  func concurrencyIsFree() throws {
    let f = function("f", timeout: .seconds(1), [wait(1_500)])
    let result = try Story(
      [f], at: [.zero, Time(nanoseconds: 1_100_000_001)], account: AccountConfig(concurrentExecutions: 1)
    ).run()
    #expect(result.figure("throttles", of: "f") == 0)
    #expect(result.requests(.timedOut) == 2)
  }

  @Test("the call in flight is given up; the callee works on, and is billed to its end")
  func calleeWorksOn() throws {
    let result = try Story(
      [
        .function(function("a", timeout: .seconds(1), [call("b")])),
        .function(function("b", timeout: .seconds(9), [wait(4_000), read("t")])),
        .table(table("t", milliseconds: 10)),
      ], target: TrafficTarget(resource: "a"), at: [.zero]
    ).run()
    #expect(result.requests(.timedOut) == 1)
    #expect(result.latencyMs == 1_100)
    #expect(result.figure("billedMilliseconds", of: "a") == 1_100)
    #expect(result.figure("billedMilliseconds", of: "b") == 4_110)
    #expect(result.figure("errors", of: "b") == 0)
    #expect(result.figure("requests", of: "t") == 1)
    #expect(result.traffic[0].inProgress == 0)
    // The second of a is b's init and what a waited on.
    #expect(result.segmentsMs == ["a init": 100, "b init": 100, "a handler": 900])
  }

  @Test("branches, loops and pauses of a cut-off invocation end with it")
  func everythingEnds() throws {
    let handler: [Step] = [
      .parallel([
        [wait(5_000), read("t")], [.repeat(times: .constant(9), [wait(400), read("t")])],
        [read("slow", timeout: .ms(100), attempts: 5, backoff: .seconds(2)), read("t")],
      ])
    ]
    let result = try Story(
      [
        .function(function("f", timeout: .seconds(1), handler)), .table(table("t", milliseconds: 10)),
        .table(table("slow", milliseconds: 700)),
      ], target: TrafficTarget(resource: "f"), at: [.zero]
    ).run()
    #expect(result.requests(.timedOut) == 1)
    // Twice in the loop, 400 and 810 ms after its beginning; never after the second.
    #expect(result.figure("requests", of: "t") == 2)
    #expect(result.figure("requests", of: "slow") == 1)
    #expect(result.figure("invocations", of: "f") == 1)
    #expect(result.figure("billedMilliseconds", of: "f") == 1_100)
  }

  @Test("the pause of a cut-off invocation does not end another one that runs in its place")
  func staleEvents() throws {
    // The first would have gone on at 5.1 s. The second runs from 4.5 s to 5.5 s in the environment of the first.
    let result = try Story([function("f", timeout: .seconds(1), [wait(5_000)])], at: [.zero, .ms(4_500)]).run()
    #expect(result.requests(.timedOut) == 2)
    #expect(result.latencyMs == 1_100 + 1_000)
    #expect(result.figure("coldStarts", of: "f") == 1)
  }
}
