import Engine
import Testing
import Units

@testable import Services

/// What no system of databases may break, whatever it has.
///
/// Nothing here is left to chance: a law that fails once is broken.
@Suite("Conservation laws of databases")
struct RandomDatabaseTests {
  static let systems = 0..<64

  @Test("requests are answered once, and their time is put down", arguments: systems)
  func requests(number: Int) throws {
    let run = try simulate(RandomDatabases.make(number), seed: 7, replication: 0)
    for traffic in run.traffic {
      #expect(traffic.started == traffic.completed + traffic.inProgress, "\(traffic.name)")
      #expect(traffic.inProgress == 0, "\(traffic.name): all is over long before the end")
      #expect(traffic.outcomes.reduce(0) { $0 + $1.count } == traffic.completed, "\(traffic.name)")
      #expect(traffic.breakdown.sums.reduce(0, +) == traffic.latency.sum, "\(traffic.name)")
    }
    for line in run.usage { #expect(line.amount >= 0, "\(line)") }
  }

  @Test("at rest no call, job or waiter is left, and each connection has two ends", arguments: systems)
  func rest(number: Int) throws {
    let config = RandomDatabases.make(number)
    var system = try System(config, streams: StreamFactory(seed: 7, replication: 0), lane: true)
    system.simulate()
    #expect(system.run.calls.count == 0)
    for index in 0..<UInt16(system.databases.count) {
      let database = system.databases[index]
      #expect(database.pointee.jobs.count == 0, "\(database.pointee.config.name)")
      for slot in 0..<UInt32(database.pointee.sessions.extent) {
        switch database.pointee.sessions[slot].state {
        case .free, .idle: break
        case .opening, .active, .leaving: Issue.record("a session of \(database.pointee.config.name) is at work")
        }
      }
    }
    for index in 0..<UInt16(system.databaseClients.count) {
      let client = system.databaseClients[index]
      for group in UInt32(0)..<200 {
        let books = client.pointee.pool.group(group)
        #expect(books.waiting == 0 && books.opening == 0 && client.pointee.pool.borrowed(group) == 0)
        #expect(books.open == books.idle)
      }
    }
    for index in 0..<UInt16(system.dbProxies.count) {
      let proxy = system.dbProxies[index]
      for group in UInt32(0)..<2 {
        let books = proxy.pointee.pool.group(group)
        #expect(books.waiting == 0 && books.opening == 0 && proxy.pointee.pool.borrowed(group) == 0)
        #expect(books.open == books.idle + books.pinned)
      }
      for slot in 0..<UInt32(proxy.pointee.sessions.extent) {
        switch proxy.pointee.sessions[slot].state {
        case .free, .idle: break
        case .opening, .waiting, .executing, .returning:
          Issue.record("a session of \(proxy.pointee.config.name) is at work")
        }
      }
    }
  }

  @Test("whoever serves has no more sessions than its clients have connections", arguments: systems)
  func ends(number: Int) throws {
    let config = RandomDatabases.make(number)
    var system = try System(config, streams: StreamFactory(seed: 11, replication: 0), lane: true)
    system.simulate()
    // A server may have closed what its client still takes for open, as it has been idle, or its node has failed; a
    // client that closes says so.
    var open: [String: Int] = [:]
    for index in 0..<UInt16(system.databaseClients.count) {
      let client = system.databaseClients[index]
      open[client.pointee.config.connection.target, default: 0] += client.pointee.pool.connections.count
    }
    for index in 0..<UInt16(system.dbProxies.count) {
      let proxy = system.dbProxies[index]
      #expect(proxy.pointee.sessions.count <= open[proxy.pointee.config.name, default: 0])
      open[proxy.pointee.config.database, default: 0] += proxy.pointee.pool.connections.count
    }
    for index in 0..<UInt16(system.databases.count) {
      let database = system.databases[index]
      #expect(database.pointee.sessions.count <= open[database.pointee.config.name, default: 0])
      let slots = (0..<database.pointee.config.nodeCount).reduce(0) { $0 + database.pointee.members[$1].sessions }
      #expect(database.pointee.sessions.count == slots)
      #expect(database.pointee.heldConnects.count == 0)
    }
  }

  @Test("whatever can happen happens to some of the systems")
  func coverage() throws {
    var sums: [String: Double] = [:]
    for number in Self.systems {
      let run = try simulate(RandomDatabases.make(number), seed: 7, replication: 0)
      for figure in run.resources.flatMap(\.figures) {
        // A driver's figures have its target in front where there are several.
        sums[figure.name.split(separator: ".").last.map(String.init) ?? "", default: 0] += figure.value
      }
      for outcome in run.traffic.flatMap(\.outcomes) {
        sums["traffic \(outcome.name)", default: 0] += Double(outcome.count)
      }
    }
    for name in [
      "traffic success", "traffic failed", "failovers", "ignoredFailures", "lostSessions", "refusedWithoutNode",
      "connectionsToOldAddress", "notificationsSent", "refusedConnections", "abortedClients", "storageFullErrors",
      "lowStorageEvents", "storageScalings", "pauses", "resumes", "cpuCreditUsage", "readIOs", "pins", "borrowWaits",
      "borrowTimeouts", "clientLimitErrors", "connectionRateErrors", "lostTransactions", "failedDatabaseConnections",
      "lostDatabaseConnections", "replacedDatabaseConnections", "unusedConnectionsClosed",
      "idleClientConnectionsClosed", "connectionFailures", "connectionsRefused", "connectionsUnreachable",
      "connectTimeouts", "connectionsLost", "reconnects", "connectionsClosedUnused", "connectionsClosedOld",
      "acquireTimeouts", "secretRequests",
    ] {
      #expect(sums[name, default: 0] > 0, "\(name)")
    }
  }

  @Test("events of the current instant give the same through the heap", arguments: 0..<16)
  func lanes(number: Int) throws {
    let config = RandomDatabases.make(number)
    let fast = try simulate(config, seed: 3, replication: 0)
    let slow = try simulate(config, seed: 3, replication: 0, lane: false)
    #expect(fast.digest == slow.digest)
  }
}
