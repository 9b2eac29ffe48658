import Engine
import Testing
import Units

@testable import Services

/// Stories of how a driver's connections end, and of how they are authenticated.
@Suite("Drivers and environments")
struct DriverEnvironmentTests {
  @Test("an environment that ends closes its idle connections, and the next one in its place opens its own")
  func endsIdle() {
    let play = DriverStage().play([(0, .ask(3)), (10, .ask(4)), (100, .end(3)), (200, .ask(3)), (200, .ask(4))])
    #expect(
      play.lines == [
        "0 ms connect 0", "10 ms connect 1", "40 ms execute 0", "45 ms request 1 success", "50 ms execute 1",
        "55 ms request 2 success", "100 ms disconnect 0", "200 ms connect 0", "200 ms execute 1",
        "205 ms request 4 success", "240 ms execute 0", "245 ms request 3 success",
      ])
    #expect(play.callsLeft == 0)
  }

  @Test(
    "one that is borrowed is closed with its request, whether or not the caller still waits", arguments: [true, false])
  func endsBorrowed(waits: Bool) {
    let play = DriverStage().play([(0, .ask(0))] + (waits ? [] : [(41, .giveUp(1))]) + [(42, .end(0)), (60, .ask(0))])
    let answer = waits ? ["42 ms request 1 unavailable (db lost connection 2)"] : []
    #expect(
      play.lines.filter { !$0.hasPrefix("42") } == [
        "0 ms connect 0", "40 ms execute 0", "60 ms connect 0", "100 ms execute 0", "105 ms request 2 success",
      ])
    #expect(play.lines.filter { $0.hasPrefix("42") }.sorted() == (["42 ms disconnect 0"] + answer).sorted())
    #expect(play.callsLeft == 0)
  }

  @Test("one that opens is closed when the server has answered, and its slot is not used before")
  func endsOpening() {
    let play = DriverStage().play([(0, .ask(0)), (1, .ask(0)), (5, .giveUp(1)), (10, .end(0)), (20, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "10 ms request 2 unavailable (db pool wait 9)", "20 ms connect 1", "40 ms disconnect 0",
        "60 ms execute 1", "65 ms request 3 success",
      ])
    #expect(play.callsLeft == 0)
  }

  @Test("one that pauses before its next attempt is gone at once, and tries no more")
  func endsPausing() {
    var stage = DriverStage()
    stage.connects = [.init(.unavailable, after: 1)]
    let play = stage.play([(0, .ask(0)), (500, .end(0))])
    #expect(play.lines == ["0 ms connect 0", "500 ms request 1 unavailable (db pool wait 499)"])
    #expect(play.callsLeft == 0)
  }

  @Test("one that is opened again for a lost request leaves with its environment")
  func endsReconnecting() {
    var stage = DriverStage { $0.reconnects = true }
    stage.executions = [.init(.unavailable, after: 2)]
    let play = stage.play([(0, .ask(0)), (50, .end(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "40 ms execute 0", "42 ms disconnect 0", "42 ms connect 0",
        "50 ms request 1 unavailable (db lost connection 8)", "82 ms disconnect 0",
      ])
    #expect(play.callsLeft == 0)
  }

  @Test("an environment that has no connections ends without a message")
  func endsWithout() {
    let play = DriverStage().play([(0, .end(12)), (1, .ask(0)), (60, .end(3))])
    #expect(play.lines == ["1 ms connect 0", "41 ms execute 0", "46 ms request 1 success"])
  }

  // MARK: Unused and old connections

  @Test("a frozen environment finds its connection too old at the next use", arguments: [59_999.0, 60_000, 60_001])
  func frozen(pause: Double) {
    let play = DriverStage { $0.idleTimeout = .seconds(60) }.play([(0, .ask(0)), (45 + pause, .ask(0))])
    let at = Int(45 + pause)
    let isOld = pause >= 60_000
    #expect(
      play.lines == ["0 ms connect 0", "40 ms execute 0", "45 ms request 1 success"]
        + (isOld
          ? [
            "\(at) ms disconnect 0", "\(at) ms connect 0", "\(at + 40) ms execute 0", "\(at + 45) ms request 2 success",
          ]
          : ["\(at) ms execute 0", "\(at + 5) ms request 2 success"]))
    #expect(play.figures["connectionsClosedUnused"] == (isOld ? 1 : 0))
  }

  @Test("a traffic source closes each connection when it has been unused for as long as idleTimeout")
  func idleTimer() {
    var stage = DriverStage {
      $0.poolSize = 2
      $0.idleTimeout = .seconds(10)
    }
    stage.isFunction = false
    stage.executions = [.init(after: 5), .init(after: 500), .init(after: 5)]
    // Connection 0 is idle from 45 ms, connection 1 from 540 ms and, used once more, from 5005 ms on.
    let play = stage.play([(0, .ask(0)), (0, .ask(0)), (5_000, .ask(0)), (20_000, .ask(0))])
    #expect(
      play.lines == [
        "0 ms connect 0", "0 ms connect 1", "40 ms execute 0", "40 ms execute 1", "45 ms request 1 success",
        "540 ms request 2 success", "5000 ms execute 1", "5005 ms request 3 success", "10045 ms disconnect 0",
        "15005 ms disconnect 1", "20000 ms connect 1", "20040 ms execute 1", "20045 ms request 4 success",
        "30045 ms disconnect 1",
      ])
  }

  @Test("a connection is closed when it is given back at maxLifetime", arguments: [999.0, 1_000])
  func lifetime(age: Double) {
    // It opens at 40 ms; a request of 5 ms brings it back at the given age.
    let play = DriverStage { $0.maxLifetime = .seconds(1) }
      .play([(0, .ask(0)), (40 + age - 5, .ask(0)), (40 + age - 4, .ask(0))])
    let back = Int(40 + age)
    let closes = age >= 1_000
    // The third request finds the old connection closed, or is itself the last one on it.
    #expect(
      play.lines.filter { $0.contains("disconnect") } == ["\(closes ? back : back + 5) ms disconnect 0"])
    #expect(
      play.lines.filter { $0.contains("request 3") }
        == ["\(closes ? back + 45 : back + 5) ms request 3 success (db pool wait 4)"])
    #expect(play.figures["connectionsOpened"] == (closes ? 2 : 1))
    #expect(play.figures["connectionsClosedOld"] == 1)
  }

  // MARK: Authentication

  @Test("each environment fetches its secret once, before its first connection")
  func secret() {
    var stage = DriverStage {
      $0.poolSize = 2
      $0.authentication = .secretsManager
      $0.secretLatency = .constant(30e6)
    }
    stage.executions = [.init(after: 50)]
    let play = stage.play(
      [(0, .ask(0)), (10, .ask(0)), (200, .ask(1)), (400, .end(0)), (500, .ask(0)), (600, .ask(0)), (610, .ask(0))])
    #expect(
      play.lines == [
        "30 ms connect 0", "30 ms connect 1", "70 ms execute 0", "70 ms execute 1",
        "120 ms request 1 success (db secret 30)", "120 ms request 2 success (db secret 20)",
        "230 ms connect 2", "270 ms execute 2", "320 ms request 3 success (db secret 30)",
        "400 ms disconnect 1", "400 ms disconnect 0",
        // The secret is there when the second connection of the new environment opens.
        "530 ms connect 0", "570 ms execute 0", "600 ms connect 1", "620 ms request 4 success (db secret 30)",
        "620 ms execute 0", "640 ms execute 1", "670 ms request 5 success (db pool wait 20)",
        "690 ms request 6 success (db pool wait 30)",
      ])
    #expect(play.secretRequests == 3 && play.figures["secretRequests"] == 3)
  }

  @Test("a token is signed before a connection and checked after it")
  func token() {
    let play = DriverStage {
      $0.authentication = .iam
      $0.tokenLatency = .constant(2e6)
      $0.tokenCheckLatency = .constant(10e6)
    }.play([(0, .ask(0)), (100, .ask(0))])
    #expect(
      play.lines == [
        "2 ms connect 0", "52 ms execute 0", "57 ms request 1 success (db connect 12)", "100 ms execute 0",
        "105 ms request 2 success",
      ])
  }

  @Test("seconds with 200 new connections and more with IAM are counted", arguments: [199, 200, 401])
  func tokenRate(count: Int) {
    var stage = DriverStage {
      $0.authentication = .iam
      $0.tokenLatency = .constant(0)
      $0.tokenCheckLatency = .constant(0)
    }
    stage.connects = [.init(after: 1)]
    let play = stage.play((0..<count).map { (Double($0) * 0.01, .ask(UInt32($0))) })
    #expect(play.figures["iamCrowdedSeconds"] == (count >= 200 ? 1 : 0))
  }

  @Test("a password draws nothing, asks nobody and shows no figure of others")
  func password() {
    let play = DriverStage().play([(0, .ask(0))])
    #expect(play.secretRequests == 0)
    #expect(play.figures["secretRequests"] == nil && play.figures["iamCrowdedSeconds"] == nil)
  }
}
