import Engine
import Services
import Testing
import Units

/// Random clients ask, pin, give up and go while the database comes and goes: whatever happens, calls in are answers and
/// what is in progress, and every connection is somebody's. Debug builds check the proxy's own books at every event.
@Suite("RDS Proxy: conservation")
struct ProxyConservationTests {
  /// A generator of its own, so that a seed gives the same story for ever.
  private struct Random {
    var state: UInt64
    mutating func below(_ limit: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % limit
    }
  }

  /// A stage with 2,000 random actions, and when the last one comes, in ms.
  private func stage(seed: Int) -> (stage: ProxyStage, last: Double) {
    var random = Random(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
    let clients = 2 + random.below(12)
    var pinning = DatabaseQuery(cpu: .constant(1))
    pinning.pinCause = .lock
    pinning.pinShare = 0.2
    let stage = ProxyStage(
      connections: 1 + Int(random.below(6)), queries: [DatabaseQuery(cpu: .constant(0)), pinning],
      executionTimes: [.milliseconds(10), .milliseconds(50)], capacity: 1 + Int(random.below(6)), seed: UInt64(seed),
      duration: .hours(1)
    ) {
      $0.borrowTimeout = .milliseconds(Int64(random.below(3)) * 60)
      $0.idleClientTimeout = .milliseconds(400)
      $0.clientLifetime = .milliseconds(500)
      $0.maxIdleConnectionsPercent = 10
      $0.idleConnectionTimeout = .milliseconds(200)
      $0.clientLimit = Int(clients) - 1
      $0.overhead = .constant(Double(random.below(2)) * 3e6)
      $0.retryPause = .milliseconds(70)
    }
    var moment = 0.0
    for _ in 0..<2_000 {
      moment += Double(random.below(30))
      let client = UInt32(random.below(clients))
      switch random.below(1_000) {
      case 0..<100: stage.at(moment, .connect(client))
      case 100..<880: stage.at(moment, .execute(client, query: Int(random.below(3)) / 2))
      case 880..<920: stage.at(moment, .disconnect(client))
      case 920..<980: stage.at(moment, .abandon(client))
      case 980..<985: stage.at(moment, .fail)
      default: stage.at(moment, .recover)  // over a number
      }
    }
    return (stage, moment)
  }

  @Test("calls and connections are conserved", arguments: 1...40)
  func conserved(seed: Int) {
    let (stage, moment) = stage(seed: seed)
    // Half of the way: whatever is in progress is known to somebody.
    stage.play(until: .ms(moment / 2))
    #expect(stage.placed >= stage.heard + stage.abandoned)
    // A long while after the last action all is answered, and idle clients are gone.
    stage.at(moment + 1, .recover)
    stage.play()
    #expect(stage.placed == stage.heard + stage.abandoned)
    #expect(stage.callsInFlight == 0)
    #expect(stage.sessions == 0)
    #expect(stage.figure("closedClientConnections") == stage.figure("succeededClientConnections"))
    // What is left is idle, and as much as the database has, or has broken unnoticed.
    #expect(stage.connectionsAtDatabase <= stage.connections)
  }

  @Test("the random clients come to everything that a proxy does")
  func reached() {
    let stages = (1...8).map { stage(seed: $0).stage }
    for stage in stages { stage.play() }
    let names = [
      "pins", "borrowWaits", "borrowTimeouts", "abandonedInLine", "clientLimitErrors", "lostTransactions",
      "failedDatabaseConnections", "replacedDatabaseConnections", "unusedConnectionsClosed", "expiredClientConnections",
      "idleClientConnectionsClosed",
    ]
    for name in names { #expect(stages.contains { $0.figure(name) > 0 }, "\(name)") }
  }
}
