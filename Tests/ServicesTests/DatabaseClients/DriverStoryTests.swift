import Engine
import Testing
import Units

@testable import Services

/// Stories of one driver, message by message.
@Suite("Drivers of databases")
struct DriverStoryTests {
  @Test("the first request opens its environment's connection, and the next one uses it")
  func opensOnce() {
    let play = DriverStage().play([(0, .ask(0)), (100, .ask(0)), (100, .ask(1))])
    #expect(
      play.lines == [
        "0 ms connect 0", "40 ms execute 0", "45 ms request 1 success",
        "100 ms execute 0", "100 ms connect 1", "105 ms request 2 success",
        "140 ms execute 1", "145 ms request 3 success",
      ])
    #expect(play.figures["connectionsOpened"] == 2 && play.figures["peakConnections"] == 2)
    #expect(play.figures["meanAcquireMs"].map { abs($0 - 80.0 / 3) < 0.5 } == true)
    #expect(play.callsLeft == 0)
  }

  @Test("a statement that fails leaves the connection open")
  func failedStatement() {
    var stage = DriverStage()
    stage.executions = [.init(.failed, after: 5), .init(after: 5)]
    let play = stage.play([(0, .ask(0)), (100, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "40 ms execute 0", "45 ms request 1 failed", "100 ms execute 0", "105 ms request 2 success",
      ])
  }

  @Test("a warm-up opens a connection and sends nothing, and finds one that is open already")
  func warmUp() {
    let play = DriverStage().play([(0, .warmUp(7)), (50, .warmUp(7)), (60, .ask(7))])
    #expect(
      play.lines == [
        "0 ms connect 0", "40 ms request 1 success", "50 ms request 2 success", "60 ms execute 0",
        "65 ms request 3 success",
      ])
  }

  @Test("a pool of two serves three requests first come, first served, and the third one waits")
  func line() {
    var stage = DriverStage { $0.poolSize = 2 }
    stage.isFunction = false
    let play = stage.play([(0, .ask(0)), (10, .ask(0)), (20, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "10 ms connect 1", "40 ms execute 0", "45 ms request 1 success",
        // The second request has connection 1 opened, but 0 comes back first; the third one gets 1.
        "45 ms execute 0", "50 ms execute 1", "50 ms request 2 success (db pool wait 35)",
        "55 ms request 3 success (db pool wait 30)",
      ])
    #expect(play.figures["connectionsOpened"] == 2)
  }

  // MARK: Waiting

  @Test("a request waits for as long as acquireTimeout, and not at it", arguments: [39.999, 40, 40.001])
  func acquireTimeout(milliseconds: Double) {
    let play = DriverStage { $0.acquireTimeout = .ms(milliseconds) }.play([(0, .ask(0)), (100, .ask(0))])
    let isLate = milliseconds <= 40
    let limit = milliseconds == 40 ? "40" : "\(milliseconds)"
    #expect(
      play.lines
        == (isLate
          ? [
            "0 ms connect 0", "\(limit) ms request 1 timedOut (db pool wait \(limit))", "100 ms execute 0",
            "105 ms request 2 success",
          ]
          : [
            "0 ms connect 0", "40 ms execute 0", "45 ms request 1 success", "100 ms execute 0",
            "105 ms request 2 success",
          ]))
    #expect(play.figures["acquireTimeouts"] == (isLate ? 1 : 0))
  }

  @Test("who has given up is let go of when its turn comes, and nothing is sent for it")
  func abandonedInLine() {
    let play = DriverStage().play([(0, .ask(0)), (1, .ask(0)), (2, .ask(0)), (10, .giveUp(1)), (43, .giveUp(2))])
    #expect(
      play.lines == [
        "0 ms connect 0", "40 ms execute 0", "45 ms execute 0", "50 ms request 3 success (db pool wait 43)",
      ])
    #expect(play.callsLeft == 0)
  }

  @Test("what a caller has given up on keeps its connection until the server has answered")
  func abandonedAtServer() {
    let play = DriverStage().play([(0, .ask(0)), (42, .giveUp(1)), (43, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "40 ms execute 0", "45 ms execute 0", "50 ms request 2 success (db pool wait 2)",
      ])
    #expect(play.callsLeft == 0)
  }

  // MARK: Refusals and outages

  @Test("a refused connection fails its request at once, and each of those behind it tries for itself")
  func refused() {
    var stage = DriverStage()
    stage.connects = [.init(.throttled, after: 3), .init(.throttled, after: 3), .init(after: 40)]
    let play = stage.play([(0, .ask(0)), (1, .ask(0)), (2, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "3 ms request 1 throttled", "3 ms connect 0", "6 ms request 2 throttled (db pool wait 2)",
        "6 ms connect 0", "46 ms execute 0", "51 ms request 3 success (db pool wait 4)",
      ])
    #expect(play.figures["connectionsRefused"] == 2 && play.figures["connectionFailures"] == 2)
    #expect(play.callsLeft == 0)
  }

  @Test("while no node takes connections the driver tries again after each pause")
  func triesAgain() {
    var stage = DriverStage { $0.retryPause = .ms(500) }
    stage.connects = [.init(.unavailable, after: 0), .init(.unavailable, after: 10), .init(after: 40)]
    let play = stage.play([(0, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "500 ms connect 0", "1010 ms connect 0", "1050 ms execute 0",
        "1055 ms request 1 success (db connect 1000)",
      ])
    #expect(play.figures["connectionsUnreachable"] == 2 && play.figures["connectionAttempts"] == 3)
  }

  @Test("it gives up when connectTimeout has passed since the first attempt, at that very moment")
  func givesUp() {
    var stage = DriverStage { $0.connectTimeout = .ms(2_000) }
    stage.connects = [.init(.unavailable, after: 0)]
    let play = stage.play([(0, .ask(0)), (100, .ask(0))])
    // The second request's own attempts begin when the first one has failed.
    #expect(
      play.lines == [
        "0 ms connect 0", "1000 ms connect 0", "2000 ms request 1 unavailable (db connect 2000)", "2000 ms connect 0",
        "3000 ms connect 0", "4000 ms request 2 unavailable (db pool wait 1900, db connect 2000)",
      ])
    #expect(play.figures["connectionsUnreachable"] == 4)
    #expect(play.callsLeft == 0)
  }

  @Test("a server that does not answer in time is given up too, and its late connection is closed")
  func slowServer() {
    var stage = DriverStage { $0.connectTimeout = .ms(2_000) }
    stage.connects = [.init(after: 2_000), .init(after: 40)]
    let play = stage.play([(0, .ask(0)), (3_000, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "2000 ms request 1 unavailable (db connect 2000)", "2000 ms disconnect 0",
        "3000 ms connect 0", "3040 ms execute 0", "3045 ms request 2 success",
      ])
    #expect(play.figures["connectTimeouts"] == 1 && play.figures["connectionsOpened"] == 1)
  }

  // MARK: Lost connections

  @Test("a request on a lost connection fails, and the next one opens another")
  func lost() {
    var stage = DriverStage()
    stage.executions = [.init(after: 5), .init(.unavailable, after: 2), .init(after: 5)]
    let play = stage.play([(0, .ask(0)), (100, .ask(0)), (200, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "40 ms execute 0", "45 ms request 1 success", "100 ms execute 0", "102 ms disconnect 0",
        "102 ms request 2 unavailable", "200 ms connect 0", "240 ms execute 0", "245 ms request 3 success",
      ])
    #expect(play.figures["connectionsLost"] == 1 && play.figures["reconnects"] == 0)
  }

  @Test("with reconnect it opens another one and goes once more, at most once")
  func reconnects() {
    var stage = DriverStage { $0.reconnects = true }
    stage.executions = [
      .init(after: 5), .init(.unavailable, after: 2), .init(after: 5), .init(.unavailable, after: 0),
      .init(.unavailable, after: 0), .init(after: 5),
    ]
    let play = stage.play([(0, .ask(0)), (100, .ask(0)), (200, .ask(0)), (300, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "40 ms execute 0", "45 ms request 1 success",
        "100 ms execute 0", "102 ms disconnect 0", "102 ms connect 0", "142 ms execute 0", "147 ms request 2 success",
        "200 ms execute 0", "200 ms disconnect 0", "200 ms connect 0", "240 ms execute 0", "240 ms disconnect 0",
        "240 ms request 3 unavailable",
        "300 ms connect 0", "340 ms execute 0", "345 ms request 4 success",
      ])
    #expect(play.figures["reconnects"] == 2 && play.figures["connectionsLost"] == 3)
  }

  @Test("a request that cannot reconnect fails as the connection does, and those behind it go on")
  func cannotReconnect() {
    var stage = DriverStage { $0.reconnects = true }
    stage.connects = [.init(after: 40), .init(.throttled, after: 1), .init(after: 40)]
    stage.executions = [.init(.unavailable, after: 2), .init(after: 5)]
    let play = stage.play([(0, .ask(0)), (10, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "40 ms execute 0", "42 ms disconnect 0", "42 ms connect 0", "43 ms request 1 throttled",
        "43 ms connect 0", "83 ms execute 0", "88 ms request 2 success (db pool wait 33)",
      ])
    #expect(play.callsLeft == 0)
  }
}
