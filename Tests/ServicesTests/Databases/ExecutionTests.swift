import Engine
import Testing
import Units

@testable import Services

/// The life of statements: 5 ms of CPU and 1 ms of network each, over connections that are open since 40 ms.
@Suite("Statements of databases")
struct ExecutionTests {
  private func query(_ change: (inout DatabaseQuery) -> Void) -> [DatabaseQuery] {
    var query = DatabaseQuery(cpu: .constant(5e6))
    change(&query)
    return [query]
  }

  private func invoking(_ type: InvocationType = .requestResponse, times: Int = 1, statements: Int = 1)
    -> [DatabaseQuery]
  {
    query {
      var invocation = DatabaseInvocation(function: "f")
      invocation.type = type
      invocation.times = times
      $0.invocation = invocation
      $0.statements = statements
    }
  }

  private func stand(_ queries: [DatabaseQuery], threads: Int? = nil) -> DatabaseStand {
    var config = database("db", vCPUs: 4)
    config.threads = threads
    config.storage.writeLatency = .constant(1e6)
    let stand = DatabaseStand(config, queries)
    stand.at(0) { $0.connect("a", 0) }
    stand.at(0) { $0.connect("b", 1) }
    return stand
  }

  @Test("statements of a transaction come one after another, with the client's pauses between them")
  func transaction() {
    let stand = stand(
      query {
        $0.statements = 3
        $0.pause = .constant(20e6)
      })
    stand.at(100) { $0.execute("q", 0) }
    #expect(stand.play().last == "q success 158")
    #expect(stand.figure("queries") == 1)
    #expect(stand.figure("transactions") == 1)
    #expect(stand.figure("statements") == 3)
    #expect(stand.figure("meanLatencyMs") == 58)
    // What runs inside the database are three times 5 ms.
    #expect(abs(stand.figure("meanActiveSessions") - 0.015 / 1_000) < 1e-12)
  }

  @Test("threads bound the statements that share the CPU, first come, first served")
  func threads() {
    let stand = stand(query { _ in }, threads: 1)
    stand.at(100) { $0.execute("q", 0) }
    stand.at(101) { $0.execute("r", 1) }
    #expect(stand.play().suffix(2) == ["q success 106", "r success 111"])
    #expect(abs(stand.figure("meanActiveSessions") - 0.014 / 1_000) < 1e-12)
  }

  @Test("a client that goes leaves its statement to its end, and its slot taken until then")
  func orphan() {
    var config = database("db", vCPUs: 4)
    config.sessions.maxConnections = 1
    config.sessions.reserved = 0
    let stand = DatabaseStand(config, query { $0.statements = 2 })
    stand.at(0) { $0.connect("a", 0) }
    stand.at(100) { $0.execute("q", 0) }
    stand.at(102) { $0.abandon("q", closing: 0) }
    stand.at(104.999999) { $0.connect("early", 0) }
    stand.at(105.000001) { $0.connect("late", 0) }
    stand.at(200) { $0.execute("r", 0) }
    // The statement ends at 105 ms, when the server finds nobody to answer; the second one is not executed.
    #expect(
      stand.play() == ["a success 40", "early throttled 104.999999", "late success 145.000001", "r success 212"])
    #expect(stand.figure("statements") == 1 + 2)
    #expect(stand.figure("transactions") == 1)
    #expect(stand.figure("abortedClients") == 1)
    #expect(stand.figure("connectionsLost") == 0)
    #expect(stand.left == [1, 0, 0, 0])
  }

  @Test("a client that goes between two statements frees its slot at once")
  func gone() {
    var config = database("db", vCPUs: 4)
    config.sessions.maxConnections = 1
    config.sessions.reserved = 0
    let stand = DatabaseStand(
      config,
      query {
        $0.statements = 2
        $0.pause = .constant(50e6)
      })
    stand.at(0) { $0.connect("a", 0) }
    stand.at(100) { $0.execute("q", 0) }
    stand.at(105.000001) { $0.abandon("q", closing: 0) }
    stand.at(106) { $0.connect("b", 0) }
    stand.at(200) { $0.execute("r", 0) }
    #expect(stand.play() == ["a success 40", "b success 146", "r success 262"])
    #expect(stand.left == [1, 0, 0, 0])
  }

  @Test("a client that gives up on a connect leaves nothing behind", arguments: [5.0, 9.999999, 20.0, 39.999999])
  func abandonedConnect(at moment: Double) {
    for closes in [false, true] {
      let stand = DatabaseStand(database("db", vCPUs: 4))
      stand.at(0) { $0.connect("a", 0) }
      stand.at(moment) { $0.abandon("a", closing: closes ? 0 : nil) }
      stand.at(100) { $0.connect("b", 0) }
      #expect(stand.play() == ["b success 140"])
      #expect(stand.left == [1, 0, 0, 0])
      // While the server works on the opening, or waits for the client's part of it.
      let milliseconds = !closes ? 40 : max(moment, 10)
      #expect(abs(stand.figure("meanConnections") - (milliseconds + 999_900) / 1e6) < 1e-9)
    }
  }

  @Test("a statement waits for the function that it invokes, without CPU, once for each time")
  func synchronousInvocation() {
    let stand = stand(invoking(times: 2, statements: 2))
    stand.at(100) { $0.execute("q", 0) }
    stand.at(106) { $0.execute("r", 1) }
    // 5 ms, twice 10 ms, 1 ms, and the same again; the other connection does not notice.
    let answers = stand.play()
    #expect(answers.suffix(2) == ["q success 152", "r success 158"])
    #expect(stand.invocations == [105, 111, 115, 121, 131, 137, 141, 147])
    #expect(abs(stand.figure("cpuUtilization") - (0.020 + 0.020) / 1_000 / 4) < 1e-12)
    #expect(abs(stand.figure("meanActiveSessions") - 0.100 / 1_000) < 1e-12)
  }

  @Test("a function that fails fails the statement and the rest of its transaction; the session stays")
  func failingFunction() {
    let stand = stand(invoking(times: 2, statements: 2))
    stand.function = (10, .failed)
    stand.at(100) { $0.execute("q", 0) }
    stand.at(200) { $0.execute("r", 0) }
    #expect(stand.play().suffix(2) == ["q failed 116", "r failed 216"])
    #expect(stand.invocations == [105, 205])
    #expect(stand.figure("functionFailures") == 2)
    #expect(stand.figure("transactions") == 0)
    #expect(stand.left == [2, 0, 0, 0])
  }

  @Test("a client that goes while its statement waits for a function frees its slot when that has answered")
  func orphanedInvocation() {
    let stand = stand(invoking(times: 3))
    stand.at(100) { $0.execute("q", 0) }
    stand.at(106) { $0.abandon("q", closing: 0) }
    stand.at(134.999999) { stand in stand.act { database, _ in #expect(database.sessions.count == 2) } }
    stand.at(135.000001) { stand in stand.act { database, _ in #expect(database.sessions.count == 1) } }
    stand.play()
    #expect(stand.invocations == [105, 115, 125])
    #expect(stand.left == [1, 0, 0, 0])
  }

  @Test("storage comes after the CPU and before the function")
  func storage() {
    var queries = invoking()
    queries[0].writes = .constant(1)
    let stand = stand(queries)
    stand.at(100) { $0.execute("q", 0) }
    let answers = stand.play()
    #expect(stand.invocations == [106])
    #expect(answers.last == "q success 117")
  }
}
