import Engine
import Services
import Testing
import Units

/// Environments whose process has ended: by a timeout, by a crash, for lack of memory.
@Suite("Lambda resets")
struct ResetStoryTests {
  @Test("after a timeout the environment stays, and its next invocation runs init within its own duration")
  func timeout() throws {
    // The callee's init of 2 s is too long for the first request alone.
    let a = function("a", timeout: .seconds(1), [call("b")])
    var b = function("b", [wait(40)])
    b.initDuration = .constant(2e9)
    let result = try Story([a, b], at: [.zero, .seconds(10), .seconds(20)]).run()
    #expect(result.requests(.timedOut) == 1 && result.requests(.success) == 2)
    #expect(result.figure("coldStarts", of: "a") == 1)
    #expect(result.figure("suppressedInits", of: "a") == 1)
    #expect(result.figure("inits", of: "a") == 1)
    #expect(result.figure("billedMilliseconds", of: "a") == 1_100 + 140 + 40)
    #expect(result.segmentsMs == ["a init": 100, "a handler": 1_000, "a suppressed init": 100, "b handler": 80])
  }

  @Test("a crash fails the invocation at once and resets the environment, with a first call after init")
  func crash() throws {
    var f = function("f", [wait(40), .crash(probability: 1), wait(500)])
    f.firstCall = .constant(7e6)
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.requests(.failed) == 2)
    #expect(result.segmentsMs == ["f init": 100, "f suppressed init": 100, "f first call": 14, "f handler": 80])
    #expect(result.figure("crashes", of: "f") == 2)
    #expect(result.figure("errors", of: "f") == 2)
    #expect(result.figure("coldStarts", of: "f") == 1)
    #expect(result.figure("billedMilliseconds", of: "f") == 147 + 147)
  }

  @Test("an environment that does not recover ends, and the next request starts another")
  func end() throws {
    var f = function("f", [wait(40), .crash(probability: 1)])
    f.recovery = .end
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.figure("coldStarts", of: "f") == 2)
    #expect(result.figure("suppressedInits", of: "f") == 0)
    #expect(result.figure("meanEnvironments", of: "f") == 0.000_28)
  }

  @Test("a reset environment expires like any idle one")
  func expiry() throws {
    let f = function("f", [wait(40), .crash(probability: 1)])
    // Freed at 140 ms, for 300 s.
    for (moment, coldStarts) in [(300_139.999_999, 1.0), (300_140, 2)] {
      let result = try Story([f], at: [.zero, .ms(moment)]).run()
      #expect(result.figure("coldStarts", of: "f") == coldStarts)
    }
  }

  @Test("a crash ends all branches: those to come never begin, calls in flight are given up")
  func branches() throws {
    let handlers: [([Step], Double)] = [
      ([.parallel([[read("t")], [.crash(probability: 1)], [read("t"), read("t")]])], 1),
      ([.parallel([[.crash(probability: 1)], [read("t")]]), read("t")], 0),
      ([.parallel([[.parallel([[.crash(probability: 1)], [read("t")]])], [read("t")]]), read("t")], 0),
      ([.parallel([[read("t"), read("t")], [.repeat(times: .constant(3), [wait(9), .crash(probability: 1)])]])], 1),
    ]
    for (handler, reads) in handlers {
      let result = try Story(
        [.function(function("f", handler)), .table(table("t", milliseconds: 20))],
        target: TrafficTarget(resource: "f"), at: [.zero, .seconds(1)]
      ).run()
      #expect(result.requests(.failed) == 2)
      #expect(result.figure("crashes", of: "f") == 2)
      #expect(result.figure("requests", of: "t") == 2 * reads)
      #expect(result.figure("coldStarts", of: "f") == 1)
      #expect(result.traffic[0].inProgress == 0)
    }
  }

  @Test("a process that ends right after the answer to a call gives up nothing")
  func answeredCall() throws {
    var full = function("f", [read("t")])
    full.memoryUsage = .constant(1_769 * 1_048_576 + 1)
    for (f, ends) in [(function("f", [read("t"), .crash(probability: 1)]), "crashes"), (full, "outOfMemory")] {
      let result = try Story(
        [.function(f), .table(table("t", milliseconds: 20))], target: TrafficTarget(resource: "f"),
        at: [.zero, .seconds(1)]
      ).run()
      #expect(result.requests(.failed) == 2)
      #expect(result.figure(ends, of: "f") == 2)
      #expect(result.figure("requests", of: "t") == 2)
      #expect(result.traffic[0].inProgress == 0)
    }
  }

  @Test("a crash or lack of memory right after a call, whose answer is there, gives up nothing")
  func afterCall() throws {
    for (end, megabytes, name) in [([Step.crash(probability: 1)], 1.0, "crashes"), ([], 2_000, "outOfMemory")] {
      var f = function("f", [.parallel([[read("t")], [read("t", timeout: .seconds(1))]]), read("t")] + end)
      f.memoryUsage = .constant(megabytes * 1_048_576)
      var g = f
      g.handler = [read("t", timeout: .seconds(1))] + end
      for function in [f, g] {
        let result = try Story(
          [.function(function), .table(table("t", milliseconds: 20))], target: TrafficTarget(resource: "f"),
          at: [.zero, .seconds(1)]
        ).run()
        #expect(result.requests(.failed) == 2 && result.figure(name, of: "f") == 2)
        #expect(result.figure("requests", of: "t") == (function == f ? 6 : 2))
      }
    }
  }

  @Test("crashes are as frequent as their probability says")
  func probability() throws {
    let account = AccountConfig(concurrentExecutions: 10_000, scalingBurst: 10_000)
    let f = function("f", [.crash(probability: 0.2), .crash(probability: 0.5)])
    let result = try Story([f], at: [.zero], count: 10_000, account: account).run()
    // Three in five. 4.9 standard deviations of sqrt(10,000 x 0.24): a false alarm in a million seeds.
    #expect(abs(result.figure("crashes", of: "f") - 6_000) < 241)
  }

  @Test(
    "an invocation may use all of its memory; a byte more and it ends as out of memory, after all its work",
    arguments: [(0.0, Outcome.success), (1, .failed)])
  func memory(excess: Double, outcome: Outcome) throws {
    var f = function("f", [wait(40)])
    f.memoryUsage = .constant(1_769 * 1_048_576 + excess)
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.requests(outcome) == 2)
    #expect(result.figure("outOfMemory", of: "f") == (excess == 0 ? 0 : 2))
    #expect(result.figure("errors", of: "f") == (excess == 0 ? 0 : 2))
    #expect(result.figure("suppressedInits", of: "f") == (excess == 0 ? 0 : 1))
    #expect(result.figure("billedMilliseconds", of: "f") == (excess == 0 ? 180 : 280))
  }

  // MARK: Age

  @Test("an idle environment ends at its maximum age; a request of that very instant comes too late")
  func idleAge() throws {
    var f = function("f", [wait(40)])
    f.maximumAge = .constant(10e9)
    for (nanoseconds, coldStarts) in [(9_999_999_999, 1.0), (10_000_000_000, 2)] as [(Int64, Double)] {
      let result = try Story([f], at: [.zero, Time(nanoseconds: nanoseconds)]).run()
      #expect(result.figure("coldStarts", of: "f") == coldStarts)
    }
    let alone = try Story([f], at: [.zero]).run()
    #expect(alone.figure("meanEnvironments", of: "f") == 0.01)
  }

  @Test("a busy environment ends once it is idle, if it is as old as that then")
  func busyAge() throws {
    var f = function("f", [wait(40)])
    f.maximumAge = .constant(10e9)
    // Done at 9,999.999999 ms, at 10 s, at 10.03 s.
    for (moment, mean) in [(9_959.999_999, 0.01), (9_960, 0.01), (9_990, 0.010_03)] {
      let result = try Story([f], at: [.zero, .ms(moment)]).run()
      #expect(result.figure("coldStarts", of: "f") == 1)
      #expect(result.figure("meanEnvironments", of: "f") == mean)
    }
  }

  @Test("age counts from the beginning of the placement, and an environment without age serves its first request")
  func age() throws {
    var f = function("f", [wait(40)])
    f.placement = .constant(50e6)
    f.maximumAge = .constant(0)
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.requests(.success) == 2)
    #expect(result.figure("coldStarts", of: "f") == 2)
    #expect(result.figure("meanEnvironments", of: "f") == 0.000_38)
  }
}
