import Engine
import Testing
import Units

@testable import Services

/// What connects and statements find when nodes fail, pause and resume.
@Suite("Nodes of databases")
struct NodeTests {
  private func fails(_ stand: DatabaseStand, at milliseconds: Double) {
    stand.at(milliseconds) { stand in
      stand.act { database, run in
        database.members[0].state = .down
        database.failSessions(of: 0, &run)
      }
    }
  }

  /// A node with a session that is idle, and one that asks for 5 ms of CPU, 1 ms of storage, a function of 10 ms and a
  /// round trip of 1 ms, twice, from 100 ms on.
  private func stand(invokes: Bool) -> DatabaseStand {
    var query = DatabaseQuery(cpu: .constant(5e6))
    query.writes = .constant(1)
    query.statements = 2
    if invokes { query.invocation = DatabaseInvocation(function: "f") }
    var config = database("db", vCPUs: 4)
    config.storage.writeLatency = .constant(1e6)
    let stand = DatabaseStand(config, [query])
    stand.at(0) { $0.connect("a", 0) }
    stand.at(0) { $0.connect("b", 1) }
    stand.at(100) { $0.execute("q", 0) }
    return stand
  }

  @Test(
    "a failure ends all sessions, whatever they are at",
    arguments: [101.0, 105.5, 107, 116.5, 118, 122.5, 126].flatMap { [($0, false), ($0, true)] })
  func failure(at moment: Double, invokes: Bool) {
    let stand = stand(invokes: invokes)
    fails(stand, at: moment)
    stand.at(200) { $0.execute("r", 0) }
    stand.at(200) { $0.execute("s", 1) }
    stand.at(300) { $0.connect("c", 0) }
    let ends = invokes ? 134.0 : 114
    let first =
      moment < ends ? "q unavailable \(moment == moment.rounded() ? "\(Int(moment))" : "\(moment)")" : "q success 114"
    #expect(stand.play().dropFirst(2) == [first, "r unavailable 200", "s unavailable 200", "c unavailable 301"])
    #expect(stand.figure("connectionsLost") == (moment < ends ? 3 : 2))
    #expect(stand.figure("unreachableNodes") == 1)
    #expect(stand.left == [0, 0, 0, 0])
    // What was busy is not any more.
    #expect(stand.series("DBLoad").last == 0 && stand.series("BusyMilliVCPUs").last == 0)
  }

  @Test("a failure ends openings, in their CPU time and in their network time", arguments: [5.0, 20])
  func failureWhileOpening(at moment: Double) {
    let stand = DatabaseStand(database("db", vCPUs: 4))
    stand.at(0) { $0.connect("a", 0) }
    fails(stand, at: moment)
    stand.at(100) { stand in stand.act { database, _ in database.members[0].state = .available } }
    stand.at(100) { $0.connect("b", 0) }
    #expect(stand.play() == ["a unavailable \(Int(moment))", "b success 140"])
    #expect(stand.figure("unreachableNodes") == 1)
    #expect(stand.left == [1, 0, 0, 0])
  }

  @Test("a failure takes with it what clients have left behind, and spares the other nodes")
  func failureOfLeftSessions() {
    var config = database("db", vCPUs: 2)
    config.readers = 1
    let stand = DatabaseStand(config)
    stand.at(0) { $0.connect("a", 0) }
    stand.at(0) { $0.connect("r", 1, .reader) }
    stand.at(100) { $0.execute("q", 0) }
    stand.at(101) { $0.abandon("q", closing: 0) }
    // The connection's number is in use again, at the other node.
    stand.at(101) { $0.connect("again", 0, .reader) }
    fails(stand, at: 102)
    stand.at(200) { $0.execute("s", 0) }
    stand.at(200) { $0.execute("t", 1) }
    #expect(
      stand.play() == ["a success 40", "r success 40", "again success 141", "s success 206", "t success 206"])
    #expect(stand.figure("connectionsLost") == 0)
    #expect(stand.left == [2, 0, 0, 0])
  }

  @Test("connects to a paused node wait, and go on in their order when it resumes, as far as there are slots")
  func pausedNode() {
    var config = database("db", vCPUs: 2)
    config.threads = 1
    config.sessions.maxConnections = 2
    config.sessions.reserved = 0
    let stand = DatabaseStand(config)
    stand.at(0) { stand in stand.act { database, _ in database.members[0].state = .paused } }
    stand.at(1) { $0.connect("a", 0) }
    stand.at(2) { $0.connect("gone", 1) }
    stand.at(3) { stand in stand.act { database, _ in database.members[0].state = .resuming } }
    stand.at(4) { $0.connect("b", 2) }
    stand.at(5) { $0.abandon("gone", closing: 1) }
    stand.at(6) { $0.connect("c", 3) }
    stand.at(500) { stand in
      stand.act { database, run in
        #expect(database.heldConnects.count == 4)
        database.release(0, &run)
        #expect(database.members[0].state == .available)
        #expect(database.heldConnects.count == 0)
      }
    }
    stand.at(600) { $0.disconnect(0) }
    stand.at(601) { $0.connect("d", 3) }
    #expect(stand.play() == ["c throttled 500", "a success 540", "b success 550", "d success 641"])
    #expect(stand.left == [2, 0, 0, 0])
  }

  @Test("a node that fails while it is paused answers the connects that wait")
  func pausedNodeFails() {
    let stand = DatabaseStand(database("db"))
    stand.at(0) { stand in stand.act { database, _ in database.members[0].state = .paused } }
    stand.at(1) { $0.connect("a", 0) }
    fails(stand, at: 50)
    #expect(stand.play() == ["a unavailable 50"])
    #expect(stand.left == [0, 0, 0, 0])
  }

  @Test("the reader endpoint leaves out readers that are down, and leads to the writer when all are")
  func readersDown() {
    var config = database("db", vCPUs: 2)
    config.readers = 2
    let stand = DatabaseStand(config)
    stand.act { database, _ in
      database.members[1].state = .down
      #expect((0..<3).map { _ in database.node(of: .reader) } == [2, 2, 2])
      database.members[2].state = .down
      #expect(database.node(of: .reader) == 0)
      database.members[1].state = .available
      database.failover.writer = 1
      database.members[0].state = .available
      #expect((0..<2).map { _ in database.node(of: .reader) } == [0, 0])
      #expect(database.node(of: .writer) == 1)
    }
  }
}
