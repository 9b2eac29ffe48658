import Engine
import Services
import Testing
import Units

/// Client connections open in 30 ms; database connections in 40 ms, and they execute for 10 ms.
@Suite("RDS Proxy: client connections")
struct ProxySessionTests {
  @Test("connections beyond the limit are refused, those in set-up counted, until one is closed")
  func clientLimit() {
    let stage = ProxyStage(connections: 10, duration: .hours(1)) { $0.clientLimit = 2 }
    stage.at(0, .connect(0), .connect(1), .connect(2))
    stage.at(50, .disconnect(1), .connect(2))
    stage.at(51, .connect(3))
    stage.play()
    #expect(stage.log == ["0 c throttled", "30 a open", "30 b open", "51 d throttled", "80 c open"])
    #expect(stage.figure("clientLimitErrors") == 2)
    #expect(stage.figure("receivedClientConnections") == 5)
    #expect(stage.figure("succeededClientConnections") == 3)
    #expect(stage.figure("peakClientConnections") == 2)
  }

  @Test("as many connections as a second's worth may come at once, then the rate counts")
  func rate() {
    let stage = ProxyStage(connections: 10, duration: .hours(1)) { $0.connectionRate = 2 }
    stage.at(0, .connect(0), .connect(1), .connect(2))
    stage.at(499.999_999, .connect(2))
    stage.at(500, .connect(3))
    stage.play()
    #expect(stage.log.first == "0 c throttled")
    #expect(stage.log.contains("499.999999 c throttled"))
    #expect(stage.log.last == "530 d open")
    #expect(stage.figure("connectionRateErrors") == 2)
  }

  @Test("IAM authentication has a limit of its own", arguments: [ConnectionConfig.Authentication.iam, .password])
  func iamRate(authentication: ConnectionConfig.Authentication) {
    let stage = ProxyStage(connections: 10, authentication: authentication, duration: .hours(1)) {
      $0.iamAuthenticationRate = 1
    }
    stage.at(0, .connect(0), .connect(1))
    stage.play()
    #expect(stage.figure("iamRateErrors") == (authentication == .iam ? 1 : 0))
    #expect(stage.log.count == 2)
  }

  @Test("a client that goes before its connection is set up leaves nothing behind")
  func goesInSetup() {
    let stage = ProxyStage(connections: 10)
    stage.at(0, .connect(0), .connect(1))
    stage.at(10, .disconnect(0), .abandon(1))
    stage.play(until: .seconds(1))
    #expect(stage.log == ["10 a unavailable"])
    #expect(stage.sessions == 0)
    #expect(stage.callsInFlight == 0)
  }

  @Test("a connection that has been idle for exactly the idle timeout is lost")
  func idleTimeout() {
    let stage = ProxyStage(connections: 10, duration: .hours(1)) { $0.idleClientTimeout = .seconds(1) }
    stage.at(0, .connect(0), .connect(1))
    stage.at(1_029.999_999, .execute(0))
    stage.at(1_030, .execute(1))
    // Opened in 40 ms, executed in 10: idle again from 1,079.999999.
    stage.at(2_079.999_998, .execute(0))
    stage.at(3_100, .execute(0))
    stage.play()
    #expect(
      stage.log.dropFirst(2) == [
        "1030 b unavailable", "1079.999999 a success", "2089.999998 a success", "3100 a unavailable",
      ])
    #expect(stage.figure("idleClientConnectionsClosed") == 2)
    #expect(stage.figure("closedClientConnections") == 2)
  }

  @Test("a request that takes longer than the idle timeout does not end its session")
  func longRequest() {
    let stage = ProxyStage(connections: 10, executionTimes: [.seconds(5)]) { $0.idleClientTimeout = .seconds(1) }
    stage.at(0, .connect(0))
    stage.at(100, .execute(0))
    stage.at(6_000, .execute(0))
    stage.play(until: .seconds(20))
    #expect(stage.log.dropFirst() == ["5140 a success", "11000 a success"])
  }

  @Test("a connection lives for 24 hours: an idle one ends then, a busy one after its request")
  func lifetime() {
    let day = Time.hours(24)
    let stage = ProxyStage(connections: 10) { $0.idleClientTimeout = .hours(48) }
    stage.at(0, .connect(0), .connect(1), .connect(2))
    // Their lives end at 24 h and 30 ms.
    stage.at(day + .ms(25), .execute(0))
    stage.at(day + .ms(29), .execute(2))
    stage.at(day + .ms(30), .execute(1))
    stage.at(day + .ms(100), .execute(0))
    stage.play()
    #expect(
      stage.log.dropFirst(3) == [
        "86400030 b unavailable", "86400075 a success", "86400079 c success", "86400100 a unavailable",
      ])
    #expect(stage.figure("expiredClientConnections") == 3)
    #expect(stage.sessions == 0)
  }

  @Test("above its share, connections idle for 5 minutes are closed, oldest first; unused for 24 hours, the others")
  func janitor() {
    let stage = ProxyStage(connections: 10) {
      $0.maxIdleConnectionsPercent = 20
      $0.idleClientTimeout = .hours(48)
    }
    stage.at(0, .connect(0), .connect(1), .connect(2), .connect(3))
    // Four connections, all idle from 150 ms on.
    stage.at(100, .execute(0), .execute(1), .execute(2), .execute(3))
    // One of them is used again, and idle from 60 s and 10 ms on.
    stage.at(60_000, .execute(0))
    stage.play(until: .minutes(5) + .ms(149.999_999))
    #expect(stage.closed == 0)
    stage.at(Time.minutes(5) + .ms(150.000_001), .execute(0))
    stage.play(until: .minutes(5) + .ms(150.000_001))
    #expect(stage.closed == 2)
    #expect(stage.connections == 2)
    stage.play()
    #expect(stage.figure("unusedConnectionsClosed") == 4)
    #expect(stage.opened == 4)
  }

  @Test("as many idle connections as the share allows stay, for 24 hours to the moment")
  func unused() {
    let stage = ProxyStage(connections: 10) {
      $0.maxIdleConnectionsPercent = 20
      $0.idleClientTimeout = .hours(48)
      $0.clientLifetime = .hours(48)
    }
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0), .execute(1))
    stage.at(.hours(24) + .ms(149.999_999), .execute(0))
    stage.play(until: .hours(24) + .ms(150.000_001))
    // The one that was not used at the last moment is closed.
    #expect(stage.closed == 1)
    #expect(stage.connections == 1)
    #expect(stage.opened == 2)
  }

  @Test("with a share of 0 an idle connection is closed after 5 minutes, and one more is opened when it is needed")
  func noIdleConnections() {
    let stage = ProxyStage(connections: 10) { $0.maxIdleConnectionsPercent = 0 }
    stage.at(0, .connect(0))
    stage.at(100, .execute(0))
    // Idle from 150 ms on; the limit comes before a request of the same moment.
    stage.at(.minutes(5) + .ms(150), .execute(0))
    stage.play(until: .minutes(6))
    #expect(stage.log.dropFirst() == ["150 a success", "300200 a success"])
    #expect(stage.opened == 2)
    #expect(stage.closed == 1)
  }

  @Test("what the proxy refuses it words itself, in the clients' protocol, and by number in MySQL's")
  func texts() {
    for error in ProxyError.allCases {
      #expect((error.mySQLText == nil) == (error == .transactionLost))
      #expect((error.postgreSQLText == nil) == (error == .transactionLost))
      let number = error == .borrowTimeout ? "ERROR 9501 " : "ERROR 1040 "
      #expect(error.mySQLText?.hasPrefix(number) ?? true)
    }
  }
}
