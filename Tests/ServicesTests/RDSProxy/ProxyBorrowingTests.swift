import Engine
import Services
import Testing
import Units

/// Database connections are opened in 40 ms and execute for 10 ms, or as the story says.
@Suite("RDS Proxy: borrowing")
struct ProxyBorrowingTests {
  @Test("the first request opens a connection, the next one borrows it idle")
  func opensLazily() {
    let stage = ProxyStage(connections: 10)
    stage.at(0, .connect(0))
    stage.at(100, .execute(0))
    stage.at(200, .execute(0))
    stage.play(until: .seconds(1))
    #expect(stage.log == ["30 a open", "150 a success", "210 a success"])
    #expect(stage.opened == 1)
  }

  @Test("two requests that need a connection at once open two, if the limit allows", arguments: [(1, 160), (2, 150)])
  func limit(connections: Int, second: Int) {
    let stage = ProxyStage(connections: connections)
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0), .execute(1))
    stage.play(until: .seconds(1))
    #expect(stage.log == ["30 a open", "30 b open", "150 a success", "\(second) b success"])
    #expect(stage.opened == connections)
  }

  @Test("requests are served in the order of their coming, and who comes as a connection is freed stands behind")
  func firstComeFirstServed() {
    let stage = ProxyStage(connections: 1)
    stage.at(0, .connect(0), .connect(1), .connect(2), .connect(3), .connect(4))
    stage.at(100, .execute(2))
    stage.at(101, .execute(0))
    stage.at(102, .execute(3))
    stage.at(103, .execute(1))
    // The connection is given back at 150, by an event that was scheduled later than this one.
    stage.at(150, .execute(4))
    stage.play(until: .seconds(1))
    #expect(
      stage.log.dropFirst(5) == ["150 c success", "160 a success", "170 d success", "180 b success", "190 e success"])
  }

  @Test("borrow latency is the time until a connection is had, 0 where one is idle")
  func borrowLatency() {
    let stage = ProxyStage(connections: 1, duration: .hours(1))
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0))
    stage.at(101, .execute(1))
    stage.at(200, .execute(0))
    stage.play()
    // 40 ms for opening, 49 ms in line, 0 ms.
    #expect(abs(stage.figure("meanBorrowMs") - 89.0 / 3) < 1e-9)
    #expect(stage.figure("borrowWaits") == 2)
    #expect(stage.figure("requests") == 3)
  }

  /// The connection is busy from 200 to 250 ms.
  private func busy(timeout: Double, duration: Time = .hours(1)) -> ProxyStage {
    let stage = ProxyStage(
      connections: 1, queries: [DatabaseQuery(cpu: .constant(0)), DatabaseQuery(cpu: .constant(1))],
      executionTimes: [.milliseconds(10), .milliseconds(50)], duration: duration
    ) {
      $0.borrowTimeout = .ms(timeout)
    }
    stage.at(0, .connect(0), .connect(1), .connect(2))
    stage.at(100, .execute(0))
    stage.at(200, .execute(0, query: 1))
    return stage
  }

  @Test("who has waited for exactly the borrow timeout when a connection is freed has waited in vain")
  func timeoutAtGivingBack() {
    let late = busy(timeout: 50)
    late.at(200, .execute(1))
    late.play()
    #expect(late.log.suffix(2) == ["250 b timedOut", "250 a success"])
    #expect(late.figure("borrowTimeouts") == 1)
    let inTime = busy(timeout: 50)
    inTime.at(200.000_001, .execute(1))
    inTime.play()
    #expect(inTime.log.suffix(2) == ["250 a success", "260 b success"])
    #expect(inTime.figure("borrowTimeouts") == 0)
  }

  @Test("each request has its own timeout, and those behind move up")
  func severalTimeouts() {
    let stage = busy(timeout: 45)
    stage.at(201, .execute(1))
    stage.at(230, .execute(2))
    stage.play()
    #expect(stage.log.suffix(3) == ["246 b timedOut", "250 a success", "260 c success"])
    #expect(stage.callsInFlight == 0)
  }

  @Test("with a borrow timeout of 0 a request fails at once if none is idle, but a connection is opened for later")
  func timeoutZero() {
    let stage = busy(timeout: 0)
    stage.at(205, .execute(1))
    stage.at(260, .execute(1))
    stage.play()
    // Opening takes until 140 ms.
    #expect(
      stage.log.dropFirst(3) == ["100 a timedOut", "205 b timedOut", "250 a success", "270 b success"])
    #expect(stage.opened == 1)
  }

  @Test("a request that its client has abandoned is dropped when its turn comes, and its session lives on")
  func abandonedInLine() {
    let stage = busy(timeout: 1_000)
    stage.at(201, .execute(1))
    stage.at(202, .execute(2))
    stage.at(210, .abandon(1))
    stage.at(300, .execute(1))
    stage.play(until: .seconds(1))
    #expect(stage.log.dropFirst(4) == ["250 a success", "260 c success", "310 b success"])
    #expect(stage.callsInFlight == 0)
    #expect(stage.sessions == 3)
  }

  @Test("a request that is abandoned in line and would time out counts as abandoned")
  func abandonedBeforeTimeout() {
    let stage = busy(timeout: 45)
    stage.at(201, .execute(1))
    stage.at(210, .abandon(1))
    stage.play()
    #expect(stage.figure("abandonedInLine") == 1)
    #expect(stage.figure("borrowTimeouts") == 0)
    #expect(stage.callsInFlight == 0)
  }

  @Test("an abandoned request in the database goes on, and its connection is free afterwards")
  func abandonedInDatabase() {
    let stage = busy(timeout: 1_000)
    stage.at(201, .execute(1))
    stage.at(210, .abandon(0))
    stage.at(300, .execute(0))
    stage.play(until: .seconds(1))
    #expect(stage.log.suffix(2) == ["260 b success", "310 a success"])
    #expect(stage.callsInFlight == 0)
  }

  @Test("a client that goes while it waits is told so at once, and does not take its turn")
  func goesInLine() {
    let stage = busy(timeout: 1_000)
    stage.at(201, .execute(1))
    stage.at(202, .execute(2))
    stage.at(210, .disconnect(1))
    stage.play(until: .seconds(1))
    #expect(stage.log.suffix(3) == ["210 b unavailable", "250 a success", "260 c success"])
    #expect(stage.sessions == 2)
    #expect(stage.callsInFlight == 0)
    #expect(stage.heard == stage.placed)
  }

  @Test("a client that goes during a transaction leaves the connection behind when that ends")
  func goesWhileExecuting() {
    let stage = busy(timeout: 1_000)
    stage.at(201, .execute(1))
    stage.at(220, .disconnect(0))
    // The number is used again before the transaction of its predecessor ends.
    stage.at(221, .connect(0))
    stage.play(until: .seconds(1))
    #expect(stage.log.suffix(3) == ["220 a unavailable", "251 a open", "260 b success"])
    #expect(stage.sessions == 3)
    #expect(stage.connections == 1)
    #expect(stage.closed == 0)
    #expect(stage.heard == stage.placed)
  }

  @Test("a client that asks again before it has its answer has given its connection up")
  func asksTwice() {
    let stage = busy(timeout: 1_000)
    stage.at(210, .execute(0))
    stage.at(300, .execute(0))
    stage.play(until: .seconds(1))
    #expect(stage.log.suffix(3) == ["210 a unavailable", "210 a unavailable", "300 a unavailable"])
    #expect(stage.sessions == 2)
    #expect(stage.callsInFlight == 0)
  }

  @Test("the proxy's own time delays the answer, not the connection")
  func overhead() {
    let stage = ProxyStage(connections: 1, duration: .hours(1)) { $0.overhead = .constant(2e6) }
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0), .execute(1))
    stage.play()
    #expect(stage.log.suffix(2) == ["152 a success", "162 b success"])
    #expect(abs(stage.figure("meanLatencyMs") - 57) < 1e-9)
    #expect(abs(stage.figure("meanDatabaseLatencyMs") - 10) < 1e-9)
  }

  @Test("a client that goes while its answer is passed on gets none, and leaves nothing behind")
  func goesWhileReturning() {
    let stage = ProxyStage(connections: 1) { $0.overhead = .constant(2e6) }
    stage.at(0, .connect(0))
    stage.at(100, .execute(0))
    stage.at(151, .disconnect(0))
    stage.play(until: .seconds(1))
    #expect(stage.log == ["30 a open", "151 a unavailable"])
    #expect(stage.sessions == 0)
    #expect(stage.connections == 1)
  }

  @Test("the init query runs on each new connection before anybody uses it")
  func initQuery() {
    // The proxy's own query is the first that the database knows.
    let stage = ProxyStage(connections: 2, executionTimes: [.milliseconds(5), .milliseconds(10)]) {
      $0.initQuery = DatabaseQuery(cpu: .constant(0))
    }
    stage.at(0, .connect(0), .connect(1))
    stage.at(100, .execute(0))
    stage.at(200, .execute(0), .execute(1))
    stage.at(250, .execute(1))
    stage.play(until: .seconds(1))
    // The second client is served by the first one's connection before its own is ready at 245 ms.
    #expect(stage.log.suffix(4) == ["155 a success", "210 a success", "220 b success", "260 b success"])
    #expect(stage.opened == 2)
  }

  @Test("readers have a pool of their own, whose limit is the sum over them")
  func readers() {
    // Two readers of one connection each, and the writer's.
    let stage = ProxyStage(connections: 1) { $0.hasReadOnlyEndpoint = true }
    stage.at(0, .connect(0), .connectReader(1), .connectReader(2), .connectReader(3))
    stage.at(100, .execute(0), .execute(1), .execute(2), .execute(3))
    stage.play(until: .seconds(1))
    #expect(
      stage.log.suffix(4) == ["150 a success", "150 b success", "150 c success", "160 d success"])
    #expect(stage.opened == 3)
  }
}
