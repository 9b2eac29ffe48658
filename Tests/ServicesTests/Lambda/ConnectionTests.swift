import Engine
import Services
import Testing
import Units

/// Connections that environments open before their first request.
///
/// A connection takes 10 ms of the database's CPU and 30 ms of network, a query of 5 ms takes 6 ms with its way back.
@Suite("Connections opened at init")
struct ConnectionTests {
  /// A function that asks `db`, with connections opened when `opening` says.
  private func asker(
    _ opening: ConnectionConfig.Opening = .initialisation, timeout: Time = .seconds(20), _ handler: [Step]? = nil
  ) -> FunctionConfig {
    var f = function("f", timeout: timeout, handler ?? [query("db", milliseconds: 5)])
    var connection = ConnectionConfig(target: "db")
    connection.opening = opening
    f.connections = [connection]
    return f
  }

  /// A database whose connections take so many ms to open, 10 ms of them on its CPU.
  private func slow(_ milliseconds: Double) -> DatabaseConfig {
    var config = database("db")
    config.sessions.openingLatency = .constant((milliseconds - 10) * 1e6)
    return config
  }

  /// A database without a free slot.
  private func full(_ name: String = "db") -> DatabaseConfig {
    var config = database(name)
    config.sessions.maxConnections = config.sessions.reserved
    return config
  }

  private func run(_ f: FunctionConfig, _ databases: DatabaseConfig..., at moments: [Time] = [.zero]) throws
    -> RunResult
  {
    try Story(
      [.function(f)] + databases.map { .dbInstance($0) }, target: TrafficTarget(resource: "f"), at: moments
    ).run()
  }

  // MARK: The first request

  @Test("the first request waits as long as at first use, but as part of init, which is billed and measured with it")
  func latency() throws {
    let early = try run(asker(), database("db"), at: [.zero, .seconds(1)])
    let late = try run(asker(.firstUse), database("db"), at: [.zero, .seconds(1)])
    #expect(early.latencyMs == 100 + 40 + 6 + 6 && late.latencyMs == early.latencyMs)
    #expect(early.segmentsMs["f connect at init"] == 40 && early.segmentsMs["f init"] == 100)
    #expect(late.segmentsMs["f connect at init"] == nil)
    #expect(early.figure("meanInitMs", of: "f") == 140 && late.figure("meanInitMs", of: "f") == 100)
    #expect(early.figure("meanDurationMs", of: "f") == 6 && late.figure("meanDurationMs", of: "f") == 26)
    // Billed are 140 + 6 and 6 ms, or 100 + 46 and 6 ms.
    #expect(early.figure("billedMilliseconds", of: "f") == 152 && late.figure("billedMilliseconds", of: "f") == 152)
    #expect(early.figure("meanColdMs", of: "f") == 146)
    #expect(early.figure("connectionAttempts", of: "db") == 1 && late.figure("connectionAttempts", of: "db") == 1)
  }

  @Test("init and the connection are rounded up together with the invocation")
  func rounding() throws {
    var f = asker()
    f.initDuration = .constant(100.3e6)
    // 100.3 + 40.3 + 6 ms.
    #expect(try run(f, slow(40.3)).figure("billedMilliseconds", of: "f") == 147)
  }

  @Test("connections to two databases open one after the other")
  func twoDatabases() throws {
    var f = asker(timeout: .seconds(20), [query("db", milliseconds: 5), query("other", milliseconds: 5)])
    var second = ConnectionConfig(target: "other")
    second.opening = .initialisation
    f.connections.append(second)
    let result = try run(f, database("db"), database("other"))
    #expect(result.segmentsMs["f connect at init"] == 80)
    #expect(result.latencyMs == 100 + 80 + 12)
    f.connections[1].opening = .firstUse
    let mixed = try run(f, database("db"), database("other"))
    #expect(mixed.segmentsMs["f connect at init"] == 40)
    #expect(mixed.latencyMs == result.latencyMs)
  }

  @Test("a function whose handler never asks the database opens nothing")
  func nothingToConnect() throws {
    let result = try run(asker(timeout: .seconds(3), [wait(5)]), database("db"))
    #expect(result.latencyMs == 105)
    #expect(result.figure("connectionAttempts", of: "db") == 0)
  }

  @Test("environments that start together wait for each other at the database's CPU")
  func together() throws {
    var f = asker()
    f.handler = [wait(5)] + f.handler
    let result = try Story(
      [.function(f), .dbInstance(database("db"))], target: TrafficTarget(resource: "f"), at: [.zero], count: 4
    ).run()
    // Four openings of 10 ms share two vCPUs: 20 ms and then 30 ms of network. Their queries share them too: 10 ms and 1.
    #expect(abs((result.segmentsMs["f connect at init"] ?? .nan) - 4 * 50) < 1e-3)
    #expect(abs(result.latencyMs - 4 * (100 + 50 + 5 + 11)) < 1e-3)
  }

  // MARK: Failures

  @Test("a connection that is refused fails init, and the invocation runs init again within its own time")
  func refused() throws {
    let result = try run(asker(), full(), at: [.zero, .seconds(1)])
    #expect(result.requests(.failed) == 2)
    // 100 ms of init, the refusal at once, 100 ms of init within the invocation, and the refusal of the handler's query;
    // the environment stays up for the second request, which is refused as well.
    #expect(result.latencyMs == 200)
    #expect(result.segmentsMs["f init"] == 100 && result.segmentsMs["f suppressed init"] == 100)
    #expect(result.figure("initFailures", of: "f") == 1 && result.figure("suppressedInits", of: "f") == 1)
    #expect(result.figure("billedMilliseconds", of: "f") == 200)
    #expect(result.figure("connectionAttempts", of: "db") == 3)
    #expect(result.figure("refusedConnections", of: "db") == 3)
  }

  // MARK: The limit

  @Test("init with its connections takes less than 10 s, a nanosecond below is well")
  func belowLimit() throws {
    let result = try run(asker(), slow(9_899.999_999))
    #expect(result.segmentsMs["f connect at init"] == 9_899.999_999)
    #expect(result.figure("initTimeouts", of: "f") == 0)
    #expect(result.figure("billedMilliseconds", of: "f") == 10_006)
    #expect(result.requests(.success) == 1)
  }

  @Test("at 10 s it ends, is billed for them and runs again within the invocation", arguments: [9_900.0, 15_000])
  func atLimit(milliseconds: Double) throws {
    let result = try run(asker(timeout: .seconds(60), [wait(7)] + [query("db", milliseconds: 5)]), slow(milliseconds))
    #expect(result.segmentsMs["f init"] == 100)
    #expect(result.segmentsMs["f connect at init"] == 9_900)
    #expect(result.segmentsMs["f suppressed init"] == 100)
    #expect(result.figure("initTimeouts", of: "f") == 1)
    #expect(result.figure("meanInitMs", of: "f") == 10_000)
    #expect(result.requests(.success) == 1)
    #expect(result.figure("coldStarts", of: "f") == 1)
  }

  @Test("environments without a request have 130 s, and are billed for their connections")
  func provisionedLimit() throws {
    for (milliseconds, timeouts, billed) in [(129_899.0, 0.0, 129_999.0), (129_900, 1, 130_000), (140_000, 1, 130_000)]
    {
      var f = asker()
      // A driver that is more patient than init is.
      f.connections[0].connectTimeout = .seconds(200)
      f.provisionedConcurrency = try added()
      let result = try run(f, slow(milliseconds), at: [])
      #expect(result.figure("initTimeouts", of: "f") == timeouts)
      #expect(result.figure("provisionedBilledMilliseconds", of: "f") == billed)
      #expect(result.figure("connectionAttempts", of: "db") == 1)
    }
  }

  // MARK: Environments ahead of their request

  /// One provisioned environment, asked for at 60 s.
  private func added() throws -> ProvisionedConcurrencyConfig {
    var provisioned = ProvisionedConcurrencyConfig(concurrentExecutions: 0)
    provisioned.preparation = .constant(0)
    var scaling = ProvisionedConcurrencyConfig.AutoScaling(minCapacity: 0, maxCapacity: 0)
    scaling.scheduledActions = [
      ScheduledAction(schedule: try CronSchedule("at(2026-06-01T00:01:00)"), minCapacity: 1, maxCapacity: 1)
    ]
    provisioned.autoScaling = scaling
    return provisioned
  }

  @Test("provisioned environments have their connections before the first request")
  func provisioned() throws {
    for (opening, milliseconds) in [(ConnectionConfig.Opening.initialisation, 6.0), (.firstUse, 46)] {
      var f = asker(opening)
      f.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 1)
      #expect(try run(f, database("db"), at: [.seconds(1)]).latencyMs == milliseconds)
      f.provisionedConcurrency = try added()
      let result = try run(f, database("db"), at: [.seconds(100)])
      #expect(result.latencyMs == milliseconds)
      #expect(result.figure("connectionAttempts", of: "db") == 1)
    }
  }

  @Test("a provisioned environment is usable when its connections are open: at 60.15 s")
  func usable() throws {
    // Asked for at 60 s, allocated 10 ms later, init 100 ms, connection 40 ms.
    for (moment, cold) in [(60_149.999_999, 1.0), (60_150.000_001, 0)] {
      var f = asker()
      f.provisionedConcurrency = try added()
      let result = try run(f, database("db"), at: [.ms(moment)])
      #expect(result.figure("coldStarts", of: "f") == cold)
    }
  }

  @Test("an environment that was initialised ahead opens its connection while its first request begins")
  func proactive() throws {
    var f = asker(.initialisation, [wait(25), query("db", milliseconds: 5)])
    f.proactiveInit = 1
    let result = try run(f, database("db"))
    // The connection has been opening for 25 of its 40 ms when the handler asks for it.
    #expect(result.latencyMs == 40 + 6)
    #expect(result.figure("connectionAttempts", of: "db") == 1)
    #expect(result.figure("meanInitMs", of: "f") == 100)
  }

  // MARK: SnapStart

  /// A restore of 300 ms, 50 ms of it loading the runtime, and a hook of 20 ms.
  private func restored() -> FunctionConfig {
    var f = asker(timeout: .seconds(20))
    f.runtime = "java21"
    var snapStart = SnapStartConfig(restore: .constant(300e6))
    snapStart.runtimeLoad = .constant(50e6)
    snapStart.restoreHook = .constant(20e6)
    f.snapStart = snapStart
    return f
  }

  @Test("a restored environment connects anew, as part of its hook")
  func snapStart() throws {
    let result = try run(restored(), database("db"), at: [.zero, .seconds(1)])
    #expect(result.segmentsMs["f restore"] == 320 && result.segmentsMs["f connect at init"] == 40)
    #expect(result.latencyMs == 320 + 40 + 6 + 6)
    #expect(result.figure("meanRestoreMs", of: "f") == 360)
    // Loading 50, hook 20, connection 40, handler 6; then 6.
    #expect(result.figure("billedMilliseconds", of: "f") == 116 + 6)
    #expect(result.figure("publishMilliseconds", of: "f") == 100)
    #expect(result.figure("inits", of: "f") == 0)
  }

  @Test("loading, hook and connection take less than 10 s together, or the invocation fails")
  func snapStartLimit() throws {
    for (milliseconds, outcome) in [(9_929.999_999, Outcome.success), (9_930, .failed), (15_000, .failed)] {
      let result = try run(restored(), slow(milliseconds))
      #expect(result.requests(outcome) == 1)
      #expect(result.figure("restoreTimeouts", of: "f") == (outcome == .failed ? 1 : 0))
      if outcome == .failed { #expect(result.figure("billedMilliseconds", of: "f") == 10_000) }
    }
  }

  @Test("a connection that is refused after the restore fails it: the invocation fails, and the environment is gone")
  func snapStartRefused() throws {
    let result = try run(restored(), full(), at: [.zero, .seconds(1)])
    #expect(result.requests(.failed) == 2)
    #expect(result.figure("restoreFailures", of: "f") == 2 && result.figure("restoreTimeouts", of: "f") == 0)
    #expect(result.figure("coldStarts", of: "f") == 2)
    #expect(result.figure("billedMilliseconds", of: "f") == 140)
    #expect(result.figure("connectionAttempts", of: "db") == 2)
  }
}
