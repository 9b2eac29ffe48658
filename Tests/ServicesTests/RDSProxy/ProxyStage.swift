import Engine
import Testing
import Units

@testable import Services

/// A proxy alone between clients and a database that both do what the test says, and when.
///
/// The database takes `connectTime` to open a connection and `executionTimes` for each query. Client connections open in
/// 30 ms, and the proxy adds nothing to a request. The log tells what clients hear: "40 a success".
final class ProxyStage {
  /// What a client does with the connection of a number, or what happens to the database.
  enum Action {
    case connect(UInt32)
    case connectReader(UInt32)
    case execute(UInt32, query: Int = 0)
    case disconnect(UInt32)
    /// The client gives up on its request.
    case abandon(UInt32)
    /// All connections break, and none can be had.
    case fail
    case recover
  }

  private var proxy: DBProxy
  private var run: Run<Event>
  private let memory = PlainMemory()
  private let samplers = SamplerPool()
  private let sites: UnsafeMutablePointer<CallSite>
  private let connectSite: UInt32
  private let disconnectSite: UInt32
  private var executions: [UInt32] = []
  private var actions: [(moment: Time, action: Action)] = []
  /// Calls in flight of each client connection, newest last.
  private var requests: [UInt32: CallID] = [:]

  // The database.
  private var isUp = true
  private var live: Set<UInt32> = []
  private var works: [(call: CallID, connection: UInt32)?] = []
  private let connectTime: Time
  private let executionTimes: [Time]
  private let capacity: Int

  private(set) var log: [String] = []
  /// How many connections the proxy has asked the database for, and closed there.
  private(set) var opened = 0
  private(set) var closed = 0
  /// Calls of clients, and answers to them. What was abandoned is answered into the void.
  private(set) var placed = 0
  private(set) var heard = 0
  private(set) var abandoned = 0

  init(
    connections: Int, queries: [DatabaseQuery] = [DatabaseQuery(cpu: .constant(0))],
    executionTimes: [Time] = [.milliseconds(10)], connectTime: Time = .milliseconds(40), capacity: Int = .max,
    authentication: ConnectionConfig.Authentication = .password, seed: UInt64 = 1, duration: Time = .hours(60),
    engine: DatabaseEngine = .mysql, change: (inout DBProxyConfig) -> Void = { _ in }
  ) {
    self.connectTime = connectTime
    self.executionTimes = executionTimes
    self.capacity = capacity
    var database = DatabaseConfig(name: "db", engine: engine, capacity: .provisioned(DatabaseInstanceClass.all[0]))
    database.sessions.maxConnections = connections
    database.readers = 2
    var config = DBProxyConfig(name: "proxy", database: "db")
    config.reservedConnections = 0
    config.overhead = .constant(0)
    config.clientOpening = .constant(30e6)
    change(&config)
    var target = TrafficTarget(resource: "proxy")
    target.query = queries[0]
    var source = TrafficConfig(name: "traffic", target: target, arrivals: .spikes([]))
    var connection = ConnectionConfig(target: "proxy")
    connection.authentication = authentication
    source.connections = [connection]
    let system = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 0), duration: duration, period: .hours(1),
      resources: [.dbInstance(database), .dbProxy(config)], traffic: [source])
    var run = Run<Event>(warmUp: .zero, duration: duration, period: .hours(1))
    var directory = Directory(system)
    sites = memory.copy(Array(repeating: CallSite(callee: Party(.traffic, 0), request: .invocation), count: 100))
    proxy = DBProxy(
      config, index: 0, system: system, directory: &directory, sites: sites, pool: samplers, memory: memory,
      streams: StreamFactory(seed: seed, replication: 0), run: &run)
    for query in queries {
      let site = directory.site(SiteRequest(resource: "proxy", query: query, owner: .traffic("traffic")))
      if case .query(let execution) = directory.sites[Int(site)].request { executions.append(execution) }
    }
    (connectSite, disconnectSite, _) = directory.sessionSites(of: system.databaseClients[0])
    for (index, site) in directory.sites.enumerated() { sites[index] = site }
    proxy.prepare(system, directory, memory: memory, run: &run)
    proxy.begin(&run)
    self.run = run
  }

  /// Something happens at a moment, in ms.
  func at(_ milliseconds: Double, _ actions: Action...) {
    for action in actions { at(Time.ms(milliseconds), action) }
  }

  func at(_ moment: Time, _ action: Action) {
    actions.append((moment, action))
    run.schedule(.databaseClient(0, .resumed(connection: UInt32(actions.count - 1), opening: 0)), at: moment)
  }

  /// Runs to the end, or until a moment.
  func play(until end: Time = .never) {
    if end < .never { run.schedule(.databaseClient(0, .patienceTimer), at: end) }
    while let event = run.next() {
      if case .databaseClient(_, .patienceTimer) = event { return }
      handle(event)
    }
  }

  /// A figure of the proxy.
  func figure(_ name: String) -> Double {
    proxy.result(run.recorder, duration: run.end).figures.first { $0.name == name }?.value ?? .nan
  }

  /// Calls that nobody has answered, of clients and of the proxy.
  var callsInFlight: Int { run.calls.count }
  /// Sessions that the proxy knows, and its database connections.
  var sessions: Int { proxy.sessions.count }
  var connections: Int { proxy.pool.connections.count }
  var connectionsAtDatabase: Int { live.count }

  private func handle(_ event: Event) {
    switch event {
    case .called(let call):
      guard case .session(let request) = sites[Int(run.calls[call.slot].site)].request else { return }
      if run.calls[call.slot].callee.component == .dbProxy {
        proxy.called(call, request, &run)
      } else {
        databaseCalled(call, request)
      }
    case .answered(let call):
      guard run.isAnswered(call) else { return }
      let caller = run.calls[call.slot].caller
      guard case .session(let request) = sites[Int(run.calls[call.slot].site)].request else { return }
      if caller.component == .dbProxy { return proxy.answered(call, request, &run) }
      hear(call, caller.tag, request)
    case .dbProxy(_, let event): proxy.handle(event, &run)
    case .database(_, .resumed(let work)): finish(Int(work))
    case .databaseClient(_, .resumed(let number, _)): act(actions[Int(number)].action)
    default: Issue.record("nothing else happens here")  // over the events of other services
    }
  }

  // MARK: Clients

  private func name(_ connection: UInt32) -> String {
    connection < 26 ? String(UnicodeScalar(UInt8(97 + connection))) : "\(connection)"
  }

  private func hear(_ call: CallID, _ connection: UInt32, _ request: SessionRequest) {
    let outcome = run.calls[call.slot].outcome
    heard += 1
    if requests[connection] == call { requests[connection] = nil }
    run.finish(call)
    let ms = Double(run.now.nanoseconds) / 1e6
    let moment = ms == ms.rounded() ? "\(Int(ms))" : "\(ms)"
    switch request {
    case .connect: log.append("\(moment) \(name(connection)) \(outcome == .success ? "open" : outcome.name)")
    case .execute: log.append("\(moment) \(name(connection)) \(outcome.name)")
    case .disconnect: break
    }
  }

  private func place(_ connection: UInt32, _ site: UInt32) -> CallID {
    placed += 1
    return run.place(
      from: Party(.databaseClient, 0, tag: connection), to: sites[Int(site)].callee, site: site, ledger: .none)
  }

  private func act(_ action: Action) {
    switch action {
    case .connect(let connection): requests[connection] = place(connection, connectSite)
    case .connectReader(let connection):
      let site = sites[Int(connectSite)]
      sites[99] = CallSite(callee: site.callee, request: .session(.connect(client: 0, endpoint: .reader)))
      requests[connection] = place(connection, 99)
    case .execute(let connection, let query): requests[connection] = place(connection, executions[query])
    case .disconnect(let connection): _ = place(connection, disconnectSite)
    case .abandon(let connection):
      guard let call = requests[connection] else { return }
      requests[connection] = nil
      abandoned += 1
      run.abandon(call)
    case .fail:
      isUp = false
      live = []
      for index in works.indices where works[index] != nil {
        if let work = works[index] { run.answer(work.call, .unavailable) }
        works[index] = nil
      }
    case .recover: isUp = true
    }
  }

  // MARK: The database

  private func databaseCalled(_ call: CallID, _ request: SessionRequest) {
    let connection = run.calls[call.slot].caller.tag
    switch request {
    case .connect:
      opened += 1
      #expect(!live.contains(connection), "a connection is opened once")
      if !isUp { return run.answer(call, .unavailable) }
      if live.count >= capacity { return run.answer(call, .throttled) }
      live.insert(connection)
      work(call, connection, connectTime)
    case .execute(_, let query, _):
      if !live.contains(connection) { return run.answer(call, .unavailable) }
      work(call, connection, executionTimes[Int(query) % executionTimes.count])
    case .disconnect:
      #expect(works.allSatisfy { $0?.connection != connection }, "a connection is closed when it is idle")
      closed += 1
      live.remove(connection)
      run.answer(call, .success)
    }
  }

  private func work(_ call: CallID, _ connection: UInt32, _ span: Time) {
    works.append((call, connection))
    run.schedule(.database(0, .resumed(job: UInt32(works.count - 1))), after: span)
  }

  private func finish(_ index: Int) {
    guard let work = works[index] else { return }
    works[index] = nil
    run.answer(work.call, .success)
  }
}
