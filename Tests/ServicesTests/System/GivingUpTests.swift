import Engine
import Services
import Testing
import Units

/// Giving up at several depths of one request: whoever gives up silences those below, and nobody above.
@Suite("Giving up")
struct GivingUpTests {
  @Test("a function whose callee timed out answers, and the request's time adds up")
  func calleeTimesOut() throws {
    let result = try Story(
      [function("a", [wait(10), call("b")]), function("b", timeout: .seconds(1), [wait(5_000)])], at: [.zero]
    ).run()
    #expect(result.requests(.failed) == 1)
    #expect(result.latencyMs == 100 + 10 + 100 + 1_000)
    #expect(result.segmentsMs == ["a init": 100, "a handler": 10, "b init": 100, "b handler": 1_000])
  }

  @Test("the caller's own time after a callee's time-out is still written down")
  func goesOnAfterTimeout() throws {
    let result = try Story(
      [
        function("a", timeout: .seconds(9), [call("b", onError: .continue), wait(30)]),
        function("b", timeout: .seconds(1), [wait(5_000)]),
      ], at: [.zero]
    ).run()
    #expect(result.requests(.success) == 1)
    #expect(result.segmentsMs == ["a init": 100, "a handler": 30, "b init": 100, "b handler": 1_000])
  }

  @Test("a callee that gave up on its own callee can be given up in turn")
  func givingUpTwice() throws {
    let result = try Story(
      [
        function("a", timeout: .seconds(9), [call("b", timeout: .seconds(1), onError: .continue), wait(30)]),
        function("b", timeout: .seconds(9), [read("slow", timeout: .ms(200), onError: .continue), wait(5_000)]),
      ].map { .function($0) } + [.table(table("slow", milliseconds: 2_000))],
      target: TrafficTarget(resource: "a"), at: [.zero]
    ).run()
    #expect(result.requests(.success) == 1)
    #expect(result.latencyMs == 100 + 1_000 + 30)
    #expect(
      result.segmentsMs == [
        "a init": 100, "a handler": 30, "b init": 100, "b abandoned calls": 200, "a abandoned calls": 700,
      ])
  }

  @Test("a function that gave up on a call can time out itself, in a loop and in a branch too")
  func timeoutAfterGivingUp() throws {
    let giveUp = read("slow", timeout: .ms(200), onError: .continue)
    for handler in [
      [giveUp, wait(5_000)], [.repeat(times: .constant(2), [giveUp, wait(5_000)])],
      [.parallel([[giveUp, wait(5_000)], [wait(1)]])],
    ] as [[Step]] {
      let result = try Story(
        [.function(function("f", timeout: .seconds(1), handler)), .table(table("slow", milliseconds: 2_000))],
        target: TrafficTarget(resource: "f"), at: [.zero]
      ).run()
      #expect(result.requests(.timedOut) == 1)
      #expect(result.latencyMs == 100 + 1_000)
    }
  }

  @Test("an API gives up on a function that has given up on a call")
  func integrationTimeoutAfterGivingUp() throws {
    var api = HTTPAPIConfig(name: "api", routes: [HTTPAPIConfig.Route(key: "GET /", target: "f")])
    api.overhead = .constant(5e6)
    api.integrationTimeout = .seconds(1)
    let f = function("f", timeout: .seconds(9), [read("slow", timeout: .ms(200), onError: .continue), wait(5_000)])
    let result = try Story(
      [.httpApi(api), .function(f), .table(table("slow", milliseconds: 2_000))],
      target: TrafficTarget(resource: "api", route: "GET /"), at: [.zero]
    ).run()
    #expect(result.requests(.timedOut) == 1)
    #expect(
      result.segmentsMs == [
        "api overhead": 5, "f init": 100, "f abandoned calls": 200, "api integration timeout": 700,
      ])
  }

  @Test("three functions deep, each gives up on the next")
  func threeDeep() throws {
    let result = try Story(
      [
        function("a", timeout: .seconds(9), [call("b", timeout: .seconds(3), onError: .continue), wait(10)]),
        function("b", timeout: .seconds(9), [call("c", timeout: .seconds(2), onError: .continue), wait(4_000)]),
        function("c", timeout: .seconds(9), [call("d", timeout: .seconds(1), onError: .continue), wait(4_000)]),
        function("d", timeout: .seconds(9), [wait(4_000)]),
      ], at: [.zero]
    ).run()
    #expect(result.requests(.success) == 1)
    #expect(result.latencyMs == 100 + 3_000 + 10)
    #expect(
      result.segmentsMs == [
        "a init": 100, "b init": 100, "c init": 100, "d init": 100, "c abandoned calls": 900,
        "b abandoned calls": 900, "a abandoned calls": 900, "a handler": 10,
      ])
  }

  @Test("whoever was given up works on, and what it calls later writes nothing into the request")
  func silentAfterwards() throws {
    let result = try Story(
      [
        .function(
          function("a", timeout: .seconds(9), [call("b", timeout: .seconds(1), onError: .continue), wait(3_000)])),
        .function(function("b", timeout: .seconds(9), [wait(1_500), read("t"), wait(100)])),
        .table(table("t", milliseconds: 50)),
      ], target: TrafficTarget(resource: "a"), at: [.zero]
    ).run()
    #expect(result.segmentsMs == ["a init": 100, "b init": 100, "a abandoned calls": 900, "a handler": 3_000])
    #expect(result.figure("requests", of: "t") == 1)
    #expect(result.figure("billedMilliseconds", of: "b") == 100 + 1_500 + 50 + 100)
  }
}
