import Engine
import Testing
import Units

@testable import Services

/// The life of sessions. Opening takes 10 ms of CPU and 30 ms of network, a query 5 ms of CPU and 1 ms of network.
@Suite("Sessions of databases")
struct SessionTests {
  private func limited(_ connections: Int, reserved: Int) -> DatabaseConfig {
    var config = database("db", vCPUs: 4)
    config.sessions.maxConnections = connections
    config.sessions.reserved = reserved
    return config
  }

  @Test("all slots but the reserved ones can be had, and the next connect fails at once", arguments: [1, 2, 3])
  func limit(connects: Int) {
    let stand = DatabaseStand(limited(5, reserved: 3))
    for number in 0..<connects { stand.at(Double(number), { $0.connect("c\(number)", UInt32(number)) }) }
    let answers = stand.play()
    let wanted = ["c2 throttled 2", "c0 success 40", "c1 success 41"]
    #expect(answers == Array(connects == 3 ? wanted[...] : wanted[1..<(1 + connects)]))
    #expect(stand.figure("tooManyConnections") == (connects == 3 ? 1 : 0))
    #expect(stand.figure("refusedConnections") == (connects == 3 ? 1 : 0))
    #expect(stand.figure("connectionAttempts") == Double(connects))
    #expect(stand.figure("peakConnections") == Double(min(connects, 2)))
    #expect(stand.left == [min(connects, 2), 0, 0, 0])
  }

  @Test("a slot counts from the moment when its opening begins, until its client closes it")
  func slot() {
    let stand = DatabaseStand(limited(1, reserved: 0))
    stand.at(0) { $0.connect("a", 0) }
    stand.at(39) { $0.connect("b", 1) }
    stand.at(50) { $0.disconnect(0) }
    stand.at(50) { $0.connect("c", 1) }
    stand.at(200) { $0.disconnect(1) }
    // The second disconnect of a connection finds nothing to close.
    stand.at(300) { $0.disconnect(1) }
    #expect(stand.play() == ["b throttled 39", "a success 40", "c success 90"])
    #expect(stand.left == [0, 0, 0, 0])
    #expect(stand.figure("meanConnections") == (0.050 + 0.150) / 1_000)
    #expect(stand.figure("abortedClients") == 0)
  }

  @Test("openings share the CPU with statements, not their network")
  func openingCPU() {
    var config = database("db", vCPUs: 2)
    config.threads = 1
    let stand = DatabaseStand(config)
    for number in 0..<3 { stand.at(0) { $0.connect("c\(number)", UInt32(number)) } }
    #expect(stand.play() == ["c0 success 40", "c1 success 50", "c2 success 60"])
  }

  @Test("each client's connections are its own")
  func clients() {
    let stand = DatabaseStand(database("db", vCPUs: 4))
    stand.at(0) { $0.connect("a", 0, client: 0) }
    stand.at(100) { $0.execute("b", 0, client: 1) }
    stand.at(200) { $0.execute("a2", 0, client: 0) }
    #expect(stand.play() == ["a success 40", "b unavailable 100", "a2 success 206"])
    #expect(stand.figure("connectionsLost") == 1)
  }

  @Test("readers are given out in turn, and the writer where there is none", arguments: [0, 1, 2])
  func readers(count: Int) {
    var config = database("db", vCPUs: 2)
    config.readers = count
    // A node has room for two; where there is no reader, the writer takes the first two.
    config.sessions.maxConnections = 2
    config.sessions.reserved = 0
    let stand = DatabaseStand(config)
    for number in 0..<5 { stand.at(Double(1_000 * number)) { $0.connect("c\(number)", UInt32(number), .reader) } }
    stand.at(6_000) { stand in
      stand.act { database, _ in
        let nodes = (0..<UInt32(database.sessions.extent)).map { Int(database.sessions[$0].node) }
        #expect(nodes == (count == 2 ? [1, 2, 1, 2] : count == 1 ? [1, 1] : [0, 0]))
      }
    }
    stand.play()
    #expect(stand.figure("tooManyConnections") == (count == 2 ? 1 : 3))
    #expect(stand.figure("peakConnections") == 2)
    if count == 2 {
      #expect(stand.series("DatabaseConnections", of: "db/reader-2").last == 2)
      #expect(stand.series("ConnectionAttempts", of: "db/reader-1").first == 3)
      #expect(stand.series("DatabaseConnections", of: "db").last == 0)
      // Ten of 60,000 ms on two vCPUs, twice.
      #expect(abs(stand.series("CPUUtilization", of: "db/reader-1")[0] - 100 * 2 * 10 / 60_000 / 2) < 1e-9)
      #expect(abs(stand.figure("readerCpuUtilization") - 4 * 0.010 / 1_000 / 2 / 2) < 1e-12)
    }
  }

  @Test("statements run at their session's node")
  func nodes() {
    var config = database("db", vCPUs: 2)
    config.readers = 1
    config.threads = 1
    let stand = DatabaseStand(config)
    stand.at(0) { $0.connect("w1", 0) }
    stand.at(0) { $0.connect("w2", 1) }
    stand.at(0) { $0.connect("r", 2, .reader) }
    for connection in 0..<3 { stand.at(100) { $0.execute("q\(connection)", UInt32(connection)) } }
    let answers = stand.play()
    #expect(answers.suffix(3) == ["q0 success 106", "q2 success 106", "q1 success 111"])
  }

  @Test("a session idle for as long as the limit is closed, and what comes at that moment finds it lost")
  func idleTimeout() {
    var config = database("db", vCPUs: 4)
    config.sessions.idleTimeout = .seconds(1)
    let stand = DatabaseStand(config)
    // Idle since 40 ms, since 1,045.999999 ms, and since 1,045.999999 + 6 ms once more.
    stand.at(0) { $0.connect("a", 0) }
    stand.at(1_039.999999) { $0.execute("just", 0) }
    stand.at(2_045.999999) { $0.execute("late", 0) }
    stand.at(2_100) { $0.connect("again", 0) }
    stand.at(4_000) { $0.execute("later", 0) }
    #expect(
      stand.play() == [
        "a success 40", "just success 1045.999999", "late unavailable 2045.999999", "again success 2140",
        "later unavailable 4000",
      ])
    #expect(stand.figure("abortedClients") == 2)
    #expect(stand.figure("connectionsLost") == 2)
    #expect(stand.left == [0, 0, 0, 0])
  }

  @Test("a session with a statement is not idle, however long that takes")
  func busyIsNotIdle() {
    var config = database("db", vCPUs: 4)
    config.sessions.idleTimeout = .seconds(1)
    let stand = DatabaseStand(config, [DatabaseQuery(cpu: .constant(5e9))])
    stand.at(0) { $0.connect("a", 0) }
    stand.at(40) { $0.execute("long", 0) }
    stand.at(6_040) { $0.execute("next", 0) }
    stand.at(13_000) { $0.connect("b", 0) }
    #expect(stand.play() == ["a success 40", "long success 5041", "next success 11041", "b success 13040"])
    #expect(stand.figure("abortedClients") == 2)
  }

  @Test("connections take memory until none is left", arguments: [0, 1])
  func memory(spare: Int64) {
    var config = database("db", vCPUs: 2)
    let type = DatabaseInstanceClass(name: "db.x", vCPUs: 2, memoryMiB: 1_024, ebsBandwidth: nil, networkBandwidth: nil)
    config.capacity = .provisioned(type)
    // 92 % of 1 GiB for the database, and a quarter of that for the buffer cache of PostgreSQL until it must give way.
    let left = Int64(Double(1_024 << 20) * 0.92)
    let cache = Int64(Double(1_024 << 20) * 0.92 * 0.25)
    config.sessions.memory = Size(bytes: left / 3 + 1 - spare)
    config.sessions.maxConnections = 100
    let stand = DatabaseStand(config)
    for number in 0..<4 { stand.at(Double(100 * number)) { $0.connect("c\(number)", UInt32(number)) } }
    stand.at(500) { $0.disconnect(0) }
    stand.at(600) { $0.connect("d", 0) }
    let answers = stand.play()
    #expect(answers.last == "d success 640")
    #expect(answers.contains("c2 throttled 200") == (spare == 0))
    #expect(answers.contains("c3 throttled 300"))
    #expect(stand.figure("outOfMemory") == (spare == 0 ? 2 : 1))
    #expect(stand.figure("tooManyConnections") == 0)
    let sessions = spare == 0 ? 2 : 3
    let free = left - cache - Int64(sessions) * config.sessions.memory.bytes
    #expect(stand.series("FreeableMemory").last == Double(max(0, free)))
  }

  @Test("the engine says what is wrong")
  func errors() {
    #expect(DatabaseError.tooManyConnections.text(of: .mysql) == "ERROR 1040 (08004): Too many connections")
    let reserved = DatabaseError.tooManyConnections.text(of: .postgreSQL)
    let all = DatabaseError.tooManyConnections.text(of: .postgreSQL, hasReservedSlots: false)
    #expect(reserved.contains("remaining connection slots are reserved"))
    #expect(all.contains("sorry, too many clients already"))
    #expect(Set(DatabaseError.allCases.map { $0.text(of: .mysql) }).count == DatabaseError.allCases.count)
    #expect(Set(DatabaseError.allCases.map { $0.text(of: .postgreSQL) }).count == DatabaseError.allCases.count)
  }
}
