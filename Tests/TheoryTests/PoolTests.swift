import Engine
import Services
import Statistics
import Testing
import Units

/// A driver's pool of c connections before a database that is never busy: the connections are the servers of a queue.
///
/// Requests come by a Poisson process and hold their connection for an exponential CPU time. The database has more vCPUs
/// than the pool has connections, and nothing else takes time.
@Suite("Connection pools")
struct PoolTests {
  private func runs(
    connections: Int, rate: Double, patience: Time, seed: UInt64, duration: Time = .seconds(3_000)
  ) throws -> [RunResult] {
    let type = try #require(
      DatabaseInstanceClass.all.first { $0.vCPUs >= connections && !$0.name.hasPrefix("db.t") })
    var database = DatabaseConfig(name: "db", engine: .postgres, capacity: .provisioned(type))
    database.sessions.openingCPU = .constant(0)
    database.sessions.openingLatency = .constant(0)
    database.sessions.roundTrip = .constant(0)
    var target = TrafficTarget(resource: "db")
    target.query = DatabaseQuery(cpu: .exponential(mean: .seconds(1)))
    var source = TrafficConfig(name: "clients", target: target, arrivals: .poisson(ratePerSecond: rate))
    var connection = ConnectionConfig(target: "db")
    connection.poolSize = connections
    connection.acquireTimeout = patience
    source.connections = [connection]
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: duration,
      warmUp: .seconds(100), period: duration, resources: [.dbInstance(database)], traffic: [source])
    return try replicate(config, seed: seed, count: 20)
  }

  @Test(
    "a pool without limits makes wait as M/M/c does",
    arguments: [(connections: 1, rate: 0.6), (connections: 2, rate: 1.3)])
  func unlimited(connections: Int, rate: Double) throws {
    let found = try runs(connections: connections, rate: rate, patience: .never, seed: 71)
    let wait = try #require(QueueingTheory.meanWaitMMc(arrivalRate: rate, serviceMean: 1, servers: connections))
    check(try found.interval("clients.meanAcquireMs", of: "db"), holds: wait * 1_000, resolution: 0.25)
    check(try found.interval("clients.meanWaiting", of: "db"), holds: rate * wait, resolution: 0.25)
    for run in found {
      #expect(run.traffic[0].errors == 0)
      #expect(try run.figure("clients.peakConnections", of: "db") <= Double(connections))
    }
  }

  /// Below, near and beyond what the pool can do, with short and long patience.
  static let impatient: [(connections: Int, rate: Double, patience: Double)] = [
    (1, 0.8, 0.5), (2, 1.9, 2), (2, 3, 1),
  ]

  @Test("with an acquireTimeout it loses as many as Barrer's M/M/c+D", arguments: impatient)
  func deadlines(connections: Int, rate: Double, patience: Double) throws {
    let found = try runs(
      connections: connections, rate: rate, patience: Time(nanoseconds: Int64(patience * 1e9)), seed: 72)
    let loss = QueueingTheory.lossMMcD(
      arrivalRate: rate, serviceMean: 1, servers: connections, patience: patience)
    let wait = QueueingTheory.meanWaitMMcD(
      arrivalRate: rate, serviceMean: 1, servers: connections, patience: patience)
    let lost = try found.interval { run in
      let errors = Double(run.traffic[0].errors)
      let timeouts = try run.figure("clients.acquireTimeouts", of: "db")
      #expect(timeouts == errors, "nothing else fails")
      return errors / Double(run.traffic[0].completed)
    }
    check(lost, holds: loss, resolution: 0.1)
    check(try found.interval("clients.meanAcquireMs", of: "db"), holds: wait * 1_000, resolution: 0.1)
  }
}
