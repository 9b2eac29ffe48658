import Engine
import Units

@testable import Services

/// One Aurora Serverless cluster that is moved by hand: the bench stands in for all of its clients.
///
/// Opening a connection and the way of a statement take no time, so that all time is CPU and waiting for nodes.
struct ClusterBench: ~Copyable {
  enum Action {
    case connect(UInt32)
    /// One of the bench's queries on a connection.
    case execute(UInt32, query: UInt32)
    case disconnect(UInt32)
    /// A session on a reader begins or ends, without work.
    case open(node: UInt16)
    case close(node: UInt16)
    case resume(node: UInt16)
    case promote(node: UInt16)
  }

  struct Answer: Equatable {
    let connection: UInt32
    let at: Time
    let outcome: Outcome
  }

  /// What the first node was from a moment on.
  struct Moment {
    let at: Time
    let running: Int
    let connections: Int
  }

  var system: System
  private(set) var answers: [Answer] = []
  private(set) var history: [Moment] = []

  /// A cluster whose connections have 10 MB each, and queries of so many ms of CPU.
  init(
    _ scaling: ServerlessCapacityConfig, readers: Int = 0, queries: [Double] = [1e9], proxy: Bool = false,
    duration: Time, period: Time = .seconds(1), warmUp: Time = .zero, seed: UInt64 = 1, lane: Bool = true
  ) throws {
    var cluster = DatabaseConfig(name: "db", engine: .auroraPostgreSQL, capacity: .serverless(scaling))
    cluster.readers = readers
    cluster.sessions.maxConnections = 6_000
    cluster.sessions.memory = .megabytes(10)
    cluster.sessions.openingCPU = .constant(0)
    cluster.sessions.openingLatency = .constant(0)
    cluster.sessions.roundTrip = .constant(0)
    var resources: [ResourceConfig] = [.auroraCluster(cluster)]
    if proxy { resources.append(.dbProxy(DBProxyConfig(name: "proxy", database: "db"))) }
    let traffic = queries.enumerated().map { number, milliseconds in
      var target = TrafficTarget(resource: "db")
      target.query = DatabaseQuery(cpu: .constant(milliseconds * 1e6))
      return TrafficConfig(name: "source \(number)", target: target, arrivals: .spikes([]))
    }
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: duration, warmUp: warmUp,
      period: period, resources: resources, traffic: traffic)
    system = try System(config, streams: StreamFactory(seed: seed, replication: 0), lane: lane)
  }

  /// Runs to the end with these actions, in ascending order of time.
  mutating func play(_ script: [(at: Time, action: Action)]) {
    system.databases[0].pointee.begin(&system.run)
    for (index, step) in script.enumerated() {
      system.run.schedule(.databaseClient(0, .resumed(connection: UInt32(index), opening: 0)), at: step.at)
    }
    var event = Event.answered(.none)
    while system.run.advance(to: &event) {
      switch event {
      case .called(let call): called(call, script)
      case .answered(let call):
        let index = Int(system.run.calls[call.slot].caller.tag)
        answers.append(
          Answer(
            connection: Self.connection(script[index].action), at: system.run.now,
            outcome: system.run.calls[call.slot].outcome))
        system.run.finish(call)
      case .databaseClient(_, .resumed(let index, _)): act(index, script[Int(index)].action)
      case .database(_, let event): system.databases[0].pointee.handle(event, &system.run)
      default: break  // over events that no component of the bench schedules
      }
      history.append(
        Moment(
          at: system.run.now, running: system.databases[0].pointee.nodes[0].pointee.running,
          connections: Int(system.databases[0].pointee.serverless.nodes[0].connections)))
    }
  }

  private static func connection(_ action: Action) -> UInt32 {
    switch action {
    case .connect(let connection), .execute(let connection, _), .disconnect(let connection): connection
    case .open, .close, .resume, .promote: .max
    }
  }

  private mutating func act(_ index: UInt32, _ action: Action) {
    switch action {
    case .connect, .execute, .disconnect:
      _ = system.run.place(
        from: Party(.databaseClient, 0, tag: index), to: Party(.database, 0), site: 0, ledger: .none)
    case .open(let node): system.databases[0].pointee.sessionOpened(node, &system.run)
    case .close(let node): system.databases[0].pointee.sessionEnded(node, &system.run)
    case .resume(let node): system.databases[0].pointee.resume(node, &system.run)
    case .promote(let node): system.databases[0].pointee.promoteServerless(node, &system.run)
    }
  }

  private mutating func called(_ call: CallID, _ script: [(at: Time, action: Action)]) {
    let index = Int(system.run.calls[call.slot].caller.tag)
    // The database finds a session by the tag, which is the connection's there.
    system.run.calls[call.slot].caller.tag = Self.connection(script[index].action)
    let request: SessionRequest
    switch script[index].action {
    case .connect: request = .connect(client: 0, endpoint: .writer)
    case .execute(let connection, let query):
      // Clients ask one thing at a time: what a script asks of a busy connection is not asked.
      if isBusy(connection) {
        system.run.calls[call.slot].caller.tag = UInt32(index)
        return system.run.answer(call, .abandoned)
      }
      request = .execute(client: 0, query: query, site: .max)
    case .disconnect: request = .disconnect(client: 0)
    case .open, .close, .resume, .promote: return
    }
    system.databases[0].pointee.called(call, request, &system.run)
    system.run.calls[call.slot].caller.tag = UInt32(index)
  }

  private func isBusy(_ connection: UInt32) -> Bool {
    let database = system.databases[0]
    let session = database.pointee.links.session(client: 0, connection: connection)
    if session == .max { return false }
    if case .idle = database.pointee.sessions[session].state { return false }
    return true
  }

  /// Averages of ServerlessDatabaseCapacity in half ACUs of a node.
  func halves() -> [Double] {
    let series = system.result().series.first {
      $0.key.name == "ServerlessDatabaseCapacity" && $0.key.statistic == .average
    }
    return (series?.values ?? []).map { $0 * 2 }
  }

  func figure(_ name: String) -> Double { system.result().figure(name, of: "db") }

  /// Half ACUs x ns over the recorded span.
  var exactIntegral: Int128 {
    system.databases[0].pointee.serverless.records.map { system.run.recorder.integral($0.capacity) } ?? -1
  }

  /// Half ACUs x ms over the recorded span.
  var halfMilliseconds: Int128 { system.databases[0].pointee.acuHalfMilliseconds(system.run.recorder) }
}
