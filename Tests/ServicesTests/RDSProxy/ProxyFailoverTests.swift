import Engine
import Services
import Testing
import Units

/// The database fails and comes back when the story says; the proxy looks for it once a second while somebody waits.
@Suite("RDS Proxy: failover")
struct ProxyFailoverTests {
  private func stage(
    connections: Int = 10, capacity: Int = .max, pinning: Bool = false, change: (inout DBProxyConfig) -> Void = { _ in }
  ) -> ProxyStage {
    var pin = DatabaseQuery(cpu: .constant(1))
    pin.pinCause = pinning ? .lock : nil
    return ProxyStage(
      connections: connections, queries: [DatabaseQuery(cpu: .constant(0)), pin],
      executionTimes: [.milliseconds(10), .milliseconds(50)], capacity: capacity, duration: .hours(1), change: change)
  }

  @Test("what is in progress fails, idle clients stay connected, and requests wait until the database is back")
  func failover() {
    let stage = stage()
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0))
    stage.at(200, .execute(0, query: 1))
    stage.at(220, .fail)
    stage.at(300, .execute(0), .execute(1))
    stage.at(2_000, .recover)
    stage.play()
    // Attempts at 300, 1,300 and 2,300 ms; the last one opens in 40 ms, and then one for the second in line.
    #expect(
      stage.log.dropFirst(3) == ["220 a failed", "2350 a success", "2360 b success"])
    #expect(stage.figure("lostTransactions") == 1)
    #expect(stage.figure("receivedClientConnections") == 2)
    #expect(stage.figure("longestOutageMs") == 2_350 - 220)
    // Two attempts at 300 ms, as the proxy does not know better, and one at 1,300 ms.
    #expect(stage.figure("failedDatabaseConnections") == 3)
    #expect(stage.callsInFlight == 0)
  }

  @Test("idle connections that broke are replaced one by one, and the client notices nothing")
  func replaced() {
    let stage = stage()
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0), .execute(1))
    stage.at(200, .fail)
    stage.at(210, .recover)
    stage.at(300, .execute(0))
    stage.play()
    #expect(stage.log.suffix(1) == ["350 a success"])
    #expect(stage.figure("replacedDatabaseConnections") == 2)
    #expect(stage.figure("lostTransactions") == 0)
    #expect(stage.opened == 3)
  }

  @Test("a pinned session whose connection broke hears of it, and goes on without the pin")
  func pinned() {
    let stage = stage(pinning: true)
    stage.at(0, .connect(0))
    stage.at(100, .execute(0, query: 1))
    stage.at(200, .fail)
    stage.at(210, .recover)
    stage.at(300, .execute(0))
    stage.at(400, .execute(0))
    stage.play()
    #expect(stage.log.suffix(2) == ["300 a failed", "450 a success"])
    #expect(stage.figure("lostTransactions") == 1)
    #expect(stage.figure("pins") == 1)
  }

  @Test("a client that goes while its transaction is in progress and the database fails leaves nothing behind")
  func goesAndFails() {
    let stage = stage(pinning: true)
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0, query: 1))
    stage.at(200, .execute(0))
    stage.at(100, .execute(1))
    stage.at(200, .execute(1, query: 1))
    stage.at(204, .disconnect(0), .disconnect(1))
    stage.at(205, .fail)
    stage.play(until: .seconds(1))
    #expect(stage.sessions == 0)
    #expect(stage.connections == 0)
    #expect(stage.callsInFlight == 0)
  }

  @Test("who waits for the database does so until the borrow timeout, and the proxy then stops looking for it")
  func timeout() {
    let stage = stage { $0.borrowTimeout = .milliseconds(2_500) }
    stage.at(0, .connect(0))
    stage.at(50, .fail)
    stage.at(100, .execute(0))
    stage.at(10_000, .recover)
    stage.at(20_000, .execute(0))
    stage.play()
    #expect(stage.log.dropFirst() == ["2600 a timedOut", "20050 a success"])
    // Attempts at 100, 1,100, 2,100 and 20,000 ms.
    #expect(stage.figure("databaseConnectionRequests") == 4)
    #expect(stage.figure("longestOutageMs") == 20_050 - 100)
  }

  @Test("an outage that lasts until the end counts until then")
  func openOutage() {
    let stage = stage { $0.borrowTimeout = .milliseconds(10) }
    stage.at(Time.minutes(58), .connect(0))
    stage.at(50, .fail)
    stage.at(Time.minutes(59), .execute(0))
    stage.play()
    #expect(stage.figure("longestOutageMs") == 60_000)
  }

  @Test("where others hold the database's connections, requests share what the proxy has")
  func databaseFull() {
    let stage = stage(capacity: 1)
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0), .execute(1))
    stage.play()
    #expect(stage.log.suffix(2) == ["150 a success", "160 b success"])
    #expect(stage.figure("failedDatabaseConnections") == 1)
    #expect(stage.figure("longestOutageMs") == 0)
  }

  @Test("a connection in the making that breaks is tried again")
  func breaksWhileOpening() {
    let stage = stage()
    stage.at(0, .connect(0))
    stage.at(100, .execute(0))
    stage.at(120, .fail)
    stage.at(121, .recover)
    stage.play()
    #expect(stage.log.suffix(1) == ["1170 a success"])
    #expect(stage.figure("longestOutageMs") == 1_050)
  }
}
