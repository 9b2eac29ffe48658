import Engine
import Services
import Testing
import Units

/// Query 0 pins nothing and query 1 as the story says; each takes 10 ms, a new connection 40 ms.
@Suite("RDS Proxy: pinning")
struct ProxyPinningTests {
  private func stage(
    _ cause: PinCause, share: Double = 1, connections: Int = 1, engine: DatabaseEngine = .mysql,
    duration: Time = .hours(1), change: (inout DBProxyConfig) -> Void = { _ in }
  ) -> ProxyStage {
    var pinning = DatabaseQuery(cpu: .constant(1))
    pinning.pinCause = cause
    pinning.pinShare = share
    return ProxyStage(
      connections: connections, queries: [DatabaseQuery(cpu: .constant(0)), pinning], duration: duration,
      engine: engine, change: change)
  }

  @Test("a pinned session keeps its connection until its client goes, and then it is closed")
  func keepsConnection() {
    let stage = stage(.lock)
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0, query: 1))
    stage.at(200, .execute(1))
    stage.at(300, .execute(0))
    stage.at(400, .disconnect(0))
    stage.play()
    // The other client waits for the connection that is opened in place of the closed one.
    #expect(stage.log.suffix(3) == ["150 a success", "310 a success", "450 b success"])
    #expect(stage.opened == 2)
    #expect(stage.figure("pins") == 1)
    #expect(stage.figure("pinsByLock") == 1)
    #expect(stage.figure("peakPinnedSessions") == 1)
  }

  @Test("a session is pinned from the end of the request that pins it, and once")
  func pinsOnce() {
    let stage = stage(.lock, connections: 2)
    stage.at(0, .connect(0))
    stage.at(100, .execute(0, query: 1))
    stage.at(200, .execute(0, query: 1))
    stage.play()
    #expect(stage.figure("pins") == 1)
    #expect(stage.opened == 1)
  }

  @Test("a client that goes during the transaction that would pin leaves the connection to others")
  func goesBeforePinning() {
    let stage = stage(.lock)
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0, query: 1))
    stage.at(145, .disconnect(0))
    stage.at(200, .execute(1))
    stage.play()
    #expect(stage.log.suffix(2) == ["145 a unavailable", "210 b success"])
    #expect(stage.figure("pins") == 0)
  }

  @Test("a pinned session whose client goes during a transaction closes its connection when that ends")
  func goesWhilePinned() {
    let stage = stage(.lock)
    stage.at(0, .connect(0))
    stage.at(100, .execute(0, query: 1))
    stage.at(200, .execute(0))
    stage.at(205, .disconnect(0))
    stage.play(until: .ms(209))
    #expect(stage.closed == 0)
    stage.play(until: .seconds(1))
    #expect(stage.closed == 1)
    #expect(stage.connections == 0)
    #expect(stage.sessions == 0)
  }

  @Test("a pinned session that is idle for too long closes its connection")
  func idlePinned() {
    let stage = stage(.lock) { $0.idleClientTimeout = .seconds(2) }
    stage.at(0, .connect(0))
    stage.at(100, .execute(0, query: 1))
    stage.play(until: .ms(2_149.999_999))
    #expect(stage.closed == 0)
    stage.play(until: .seconds(10))
    #expect(stage.closed == 1)
    #expect(stage.connections == 0)
  }

  @Test(
    "causes pin by the protocol of the engine, unless they are filtered",
    arguments: [
      (PinCause.setVariable, DatabaseEngine.mysql, 1.0), (.setVariable, .postgres, 1), (.cursor, .mysql, 0),
      (.cursor, .postgres, 1), (.listen, .mariadb, 0), (.sequence, .auroraPostgreSQL, 1),
      (.largeStatement, .auroraMySQL, 1), (.extendedProtocol, .postgres, 0),
    ])
  func causes(cause: PinCause, engine: DatabaseEngine, pins: Double) {
    let stage = stage(cause, engine: engine)
    stage.at(0, .connect(0))
    stage.at(100, .execute(0, query: 1))
    stage.play()
    #expect(stage.figure("pins") == pins)
  }

  @Test(
    "EXCLUDE_VARIABLE_SETS keeps variables from pinning, and nothing else", arguments: [PinCause.setVariable, .lock])
  func filter(cause: PinCause) {
    let stage = stage(cause) { $0.unpinned.insert(.setVariable) }
    stage.at(0, .connect(0))
    stage.at(100, .execute(0, query: 1))
    stage.play()
    #expect(stage.figure("pins") == (cause == .lock ? 1 : 0))
  }

  @Test("the extended protocol pins where the scenario says so")
  func extendedProtocol() {
    let stage = stage(.extendedProtocol, engine: .postgres) { $0.unpinned = [] }
    stage.at(0, .connect(0))
    stage.at(100, .execute(0, query: 1))
    stage.play()
    #expect(stage.figure("pinsByExtendedProtocol") == 1)
  }

  @Test("a share of the requests pins: within five standard deviations, a false alarm in 1.7 million seeds")
  func share() {
    let stage = stage(.temporaryObject, share: 0.25) { $0.maxIdleConnectionsPercent = 100 }
    for number in 0..<1_000 {
      let start = Double(number) * 1_000
      stage.at(start, .connect(0))
      stage.at(start + 100, .execute(0, query: 1))
      stage.at(start + 500, .disconnect(0))
    }
    stage.play()
    let deviation = (1_000 * 0.25 * 0.75).squareRoot()
    #expect(abs(stage.figure("pins") - 250) < 5 * deviation)
    #expect(Double(stage.closed) == stage.figure("pins"))
  }
}
