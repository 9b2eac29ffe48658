import Engine
import Services
import Testing
import Units

/// Connections that close because their environment, or its process, has ended.
@Suite("Connections of environments that end")
struct EnvironmentEndTests {
  private func story(
    _ f: FunctionConfig, _ db: DatabaseConfig = database("db"), at moments: [Time], for duration: Time = .seconds(1_000)
  ) throws -> RunResult {
    var story = Story(
      [.function(f), .dbInstance(db)], target: TrafficTarget(resource: "f"), at: moments)
    story.duration = duration
    return try story.run()
  }

  @Test("a connection is open from the first query until the environment ends")
  func idleExpiry() throws {
    var f = function("f", [query("db", milliseconds: 5)])
    f.idleExpiry = .constant(100e9)
    let result = try story(f, at: [.zero])
    // It begins to open at 100 ms; the invocation ends at 146 ms, the environment 100 s later: 100.046 s of 1,000.
    #expect(abs(result.figure("meanConnections", of: "db") - 0.100_046) < 1e-12)
  }

  @Test(
    "a process that ends takes its connection with it, and the next invocation opens another one",
    arguments: ["crash", "timeout", "outOfMemory"])
  func processEnds(cause: String) throws {
    var f = function("f", timeout: .seconds(1), [query("db", milliseconds: 5)])
    switch cause {
    case "crash": f.handler.append(.crash(probability: 1))
    case "timeout": f.handler.append(wait(2_000))
    default: f.memoryUsage = .constant(1e12)  // over text
    }
    let result = try story(f, at: [.zero, .seconds(10), .seconds(20)])
    #expect(result.requests(.success) == 0)
    #expect(result.figure("connectionAttempts", of: "db") == 3)
    #expect(result.figure("peakConnections", of: "db") == 1)
  }

  @Test("what takes the slot at the same instant finds no connection of its predecessor")
  func slotIsReused() throws {
    // The only provisioned environment crashes and ends; its replacement takes the slot at once.
    var f = function("f", [query("db", milliseconds: 5), .crash(probability: 1)])
    f.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 1)
    f.recovery = .end
    let result = try story(f, at: [.zero, .seconds(1)])
    #expect(result.figure("provisionedInvocations", of: "f") == 2)
    #expect(result.figure("connectionAttempts", of: "db") == 2)
    #expect(result.figure("peakConnections", of: "db") == 1)
  }

  @Test("with connections at init the replacement opens its own in the slot of the one that has ended")
  func slotIsReusedAtInit() throws {
    var f = function("f", [query("db", milliseconds: 5), .crash(probability: 1)])
    f.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 1)
    f.recovery = .end
    f.initDuration = .constant(0)
    f.connections = [ConnectionConfig(target: "db")]
    f.connections[0].opening = .initialisation
    let result = try story(f, at: [.seconds(1), .seconds(2)])
    // One at time zero, and one for each of the two replacements; each query takes 6 ms, over a connection that is there.
    #expect(result.figure("connectionAttempts", of: "db") == 3)
    #expect(result.latencyMs == 12)
    #expect(result.figure("peakConnections", of: "db") == 1)
  }

  @Test("a failed init closes the connections that it had opened")
  func failedInit() throws {
    var f = function("f", [query("db", milliseconds: 5)])
    f.connections = [ConnectionConfig(target: "db")]
    f.connections[0].opening = .initialisation
    f.timeout = .seconds(60)
    var slow = database("db")
    slow.sessions.openingLatency = .constant(14_990e6)
    let result = try story(f, slow, at: [.zero])
    // Init ends at 10 s, before the connection is open at 15.1 s. It runs again until 10.1 s, and the query asks for a
    // connection of 15 s of its own.
    #expect(result.latencyMs == 10_100 + 15_000 + 6)
    #expect(result.figure("connectionAttempts", of: "db") == 2)
  }

  @Test("after a failed init connections open at first use")
  func againAtFirstUse() throws {
    func ask(_ target: String) -> Step {
      var step = CallStep(target: target)
      step.query = DatabaseQuery(cpu: .constant(5e6))
      step.onError = .continue
      return .call(step)
    }
    var f = function("f", [ask("db"), ask("full")])
    f.connections = [ConnectionConfig(target: "db"), ConnectionConfig(target: "full")]
    for index in 0..<2 { f.connections[index].opening = .initialisation }
    var full = database("full")
    full.sessions.maxConnections = full.sessions.reserved
    let result = try Story(
      [.function(f), .dbInstance(database("db")), .dbInstance(full)], target: TrafficTarget(resource: "f"), at: [.zero]
    ).run()
    // 100 ms, 40 ms for `db`, and `full` refuses: the process ends. 100 ms again, 40 ms for `db` anew, and the query.
    #expect(result.latencyMs == 140 + 100 + 46)
    #expect(result.figure("initFailures", of: "f") == 1)
    #expect(result.segmentsMs["f connect at init"] == 40 && result.segmentsMs["f suppressed init"] == 100)
    #expect(result.figure("connectionAttempts", of: "db") == 2)
    #expect(result.requests(.success) == 1)
  }
}
