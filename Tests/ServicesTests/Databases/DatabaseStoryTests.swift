import Engine
import Services
import Testing
import Units

/// Stories of functions that ask a database, worked out by hand.
@Suite("Databases")
struct DatabaseStoryTests {
  @Test("the first request of an environment opens its connection, the second one finds it")
  func connectionStays() throws {
    let story = Story(
      [.function(function("f", [query("db", milliseconds: 5)])), .dbInstance(database("db"))],
      target: TrafficTarget(resource: "f"), at: [.zero, .seconds(10)])
    let run = try story.run()
    // 100 ms of init; 10 + 30 ms for the connection; 5 + 1 ms for the query, and for the second one alone.
    #expect(run.latencyMs == 146 + 6)
    #expect(run.figure("queries", of: "db") == 2)
    #expect(run.figure("connectionAttempts", of: "db") == 1)
    #expect(run.figure("peakConnections", of: "db") == 1)
  }

  @Test("through a proxy, client and database connection open one after the other")
  func throughAProxy() throws {
    var proxy = DBProxyConfig(name: "proxy", database: "db")
    proxy.clientOpening = .constant(20e6)
    proxy.overhead = .constant(0)
    let story = Story(
      [.function(function("f", [query("proxy", milliseconds: 5)])), .dbProxy(proxy), .dbInstance(database("db"))],
      target: TrafficTarget(resource: "f"), at: [.zero, .seconds(10)])
    let run = try story.run()
    #expect(run.latencyMs == 100 + 20 + 40 + 6 + 6)
    #expect(run.figure("connectionAttempts", of: "db") == 1)
  }

  @Test("time is put down to the connection, the statements' CPU and network, and the function that they invoke")
  func segments() throws {
    var step = CallStep(target: "db")
    var own = DatabaseQuery(cpu: .constant(5e6))
    own.statements = 2
    own.pause = .constant(7e6)
    own.invocation = DatabaseInvocation(function: "g")
    step.query = own
    let story = Story(
      [
        .function(function("f", [.call(step)])), .function(function("g", [wait(20)])), .dbInstance(database("db")),
      ], target: TrafficTarget(resource: "f"), at: [.zero])
    let run = try story.run()
    #expect(run.segmentsMs["db connect"] == 40)
    #expect(run.segmentsMs["db CPU"] == 10)
    #expect(run.segmentsMs["db round trip"] == 9)
    // The inits of both functions, and what the second one waits for.
    let wanted: Double = 100 + 40 + 10 + 9 + 100 + 2 * 20
    #expect(run.latencyMs == wanted)
    #expect(run.figure("invocations", of: "g") == 2)
  }

  @Test("a statement goes on when Lambda has taken its event, and fails with a function that fails")
  func invocations() throws {
    for type in InvocationType.allCases {
      var step = CallStep(target: "db")
      var own = DatabaseQuery(cpu: .constant(5e6))
      var invocation = DatabaseInvocation(function: "g")
      invocation.type = type
      own.invocation = invocation
      step.query = own
      let story = Story(
        [
          .function(function("f", [.call(step)])), .function(function("g", [wait(5_000), .fail(probability: 1)])),
          .dbInstance(database("db")),
        ], target: TrafficTarget(resource: "f"), at: [.zero])
      let run = try story.run()
      #expect(run.requests(.success) == (type == .event ? 1 : 0))
      #expect(run.figure("functionFailures", of: "db") == (type == .event ? 0 : 1))
      // The function's own limit of 3 s ends its invocation; the sender of an event does not wait for it.
      #expect((run.latencyMs < 1_000) == (type == .event))
    }
  }
}
