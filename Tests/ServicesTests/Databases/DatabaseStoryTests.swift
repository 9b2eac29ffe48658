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
}
