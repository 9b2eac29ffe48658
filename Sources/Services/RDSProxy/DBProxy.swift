import Engine
import Units

// An RDS Proxy: sessions of clients on one side, a pool of database connections on the other.
//
//   client session:  connect -> opening -> idle <-> executing -> (pinned: keeps its database connection until it ends)
//   request:         borrow (use an idle connection, open one, or wait in line) -> execute -> answer, give back or pin

/// What happens inside a proxy.
@frozen
public enum DBProxyEvent: BitwiseCopyable, Sendable {
  /// A client connection is set up.
  case opened(session: UInt32)
  /// The proxy has done its part of an answered request.
  case passedOn(session: UInt32)
  /// The request that has waited for longest has done so for the borrow timeout.
  case borrowTimer
  /// The client session that has been idle for longest may have been so for too long.
  case idleClientTimer
  /// The oldest client session may be too old.
  case lifetimeTimer
  /// Unused database connections are looked for.
  case janitor
  /// A pause before the next attempt to connect to the database is over.
  case retry(connection: UInt32)
}

/// A client's session with a proxy.
struct ProxySession: DeadlineCarrier {
  enum State: BitwiseCopyable {
    case free
    /// Next: idle, free.
    case opening(CallID)
    /// Next: executing, free.
    case idle(since: Time)
    /// A request waits for a database connection, uses one, or is on its way back. Next: idle, free.
    case executing(CallID)
  }

  var state: State
  var client: UInt16
  var connection: UInt32
  /// The group of database connections that it borrows from: 0 writer, 1 readers.
  var group: UInt32
  /// The database connection that it is pinned to; `.max` for none.
  var pinned: UInt32
  var deadline: DeadlineLink

  static var blank: ProxySession {
    ProxySession(state: .free, client: 0, connection: 0, group: 0, pinned: .max, deadline: .unlinked)
  }
}

/// A proxy's state, and how it reacts.
struct DBProxy: ~Copyable {
  let index: UInt16
  let config: DBProxyConfig
  let sites: UnsafeMutablePointer<CallSite>
  private let database: Party
  /// By group: where connections to the database open; and where they close.
  private let connectSites: (writer: UInt32, reader: UInt32)
  private let disconnectSite: UInt32
  /// Where a new database connection executes the init query; `.max` for none.
  private let initSite: UInt32
  private let rowAtDatabase: UInt16
  var sessions: Slab<ProxySession>
  var links: SessionLinks
  var pool: ConnectionPool
  let records: DBProxyRecords
  private let overhead: Sampler
  private let clientOpening: Sampler
  private let streams: UnsafeMutablePointer<RandomStream>

  init(
    _ config: DBProxyConfig, index: UInt16, system: SystemConfig, directory: inout Directory,
    sites: UnsafeMutablePointer<CallSite>, pool samplers: SamplerPool, memory: PlainMemory, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    database = directory.party(of: config.database)
    (rowAtDatabase, connectSites, disconnectSite) = directory.sessionSites(of: config)
    sessions = Slab(blank: .blank)
    links = SessionLinks(clients: 0)
    pool = ConnectionPool(limit: Int32(config.connectionLimit(in: system)))
    initSite = directory.initSite(of: config)
    records = DBProxyRecords(config, run: &run)
    overhead = samplers.makeSampler(config.overhead)
    clientOpening = samplers.makeSampler(config.clientOpening)
    self.streams = memory.copy(
      ["overhead", "client opening", "pinning"].map { streams.stream(component: config.name, purpose: $0) })
  }

  /// Learns who its clients are, when all of them are built.
  mutating func prepare(clients: Int) { links = SessionLinks(clients: clients) }

  /// Before the first event.
  mutating func begin(_ run: inout Run<Event>) {}

  private func party(_ connection: UInt32) -> Party { Party(.dbProxy, index, tag: connection) }

  // MARK: Requests of clients

  mutating func called(_ call: CallID, _ request: SessionRequest, _ run: inout Run<Event>) {
    let connection = run.calls[call.slot].caller.tag
    switch request {
    case .connect(let client, let endpoint):
      let session = sessions.take()
      sessions[session] = ProxySession(
        state: .opening(call), client: client, connection: connection, group: endpoint == .writer ? 0 : 1, pinned: .max,
        deadline: .unlinked)
      links.set(session, client: client, connection: connection)
      run.recorder.change(records.clients, by: 1, at: run.now)
      run.schedule(
        .dbProxy(index, .opened(session: session)), after: Time(nanoseconds: clientOpening.drawTime(&streams[1])))
    case .execute(let client, _, _):
      let session = links.session(client: client, connection: connection)
      guard session != .max, case .idle = sessions[session].state else { return run.answer(call, .unavailable) }
      sessions[session].state = .executing(call)
      borrow(for: call, group: sessions[session].group, &run)
    case .disconnect(let client):
      let session = links.session(client: client, connection: connection)
      if session != .max {
        links.set(.max, client: client, connection: connection)
        sessions[session].state = .free
        sessions.giveBack(session)
        run.recorder.change(records.clients, by: -1, at: run.now)
      }
      run.answer(call, .success)
    }
  }

  private mutating func borrow(for call: CallID, group: UInt32, _ run: inout Run<Event>) {
    var armsTimer = false
    switch pool.acquire(call, group: group, until: run.now + config.borrowTimeout, armsTimer: &armsTimer) {
    case .use(let connection): use(connection, for: call, &run)
    case .wait(let opening): if opening != .max { open(opening, for: call, &run) }
    }
    if armsTimer { run.scheduleLimit(.dbProxy(index, .borrowTimer), at: run.now + config.borrowTimeout) }
  }

  private func open(_ connection: UInt32, for call: CallID, _ run: inout Run<Event>) {
    let site = pool.connections[connection].group == 0 ? connectSites.writer : connectSites.reader
    _ = run.place(
      from: party(connection), to: database, site: site,
      ledger: run.ledgers.deeper(than: run.calls[call.slot].ledger))
  }

  private mutating func use(_ connection: UInt32, for call: CallID, _ run: inout Run<Event>) {
    run.ledgers.attribute(run.calls[call.slot].ledger, to: records.borrowSegment, at: run.now)
    guard case .session(.execute(_, _, let site)) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("only a request borrows a connection")
    }
    _ = run.place(
      from: party(connection), to: database, site: site,
      ledger: run.ledgers.deeper(than: run.calls[call.slot].ledger))
  }

  /// The database has answered.
  mutating func answered(_ inner: CallID, _ request: SessionRequest, _ run: inout Run<Event>) {
    let connection = run.calls[inner.slot].caller.tag
    let outcome = run.calls[inner.slot].outcome
    run.finish(inner)
    switch request {
    case .connect:
      let call = outcome == .success ? pool.opened(connection, at: run.now) : pool.failedToOpen(connection)
      if call == .none { return }
      if outcome == .success { use(connection, for: call, &run) } else { finish(call, outcome, &run) }
    case .execute:
      guard case .borrowed(let call) = pool.connections[connection].state else {
        preconditionFailure("a request goes over a borrowed connection")
      }
      let next = pool.giveBack(connection, at: run.now)
      finish(call, outcome, &run)
      if next != .none { use(connection, for: next, &run) }
    case .disconnect: break
    }
  }

  private mutating func finish(_ call: CallID, _ outcome: Outcome, _ run: inout Run<Event>) {
    guard case .session(.execute(let client, _, _)) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("only a request borrows a connection")
    }
    let session = links.session(client: client, connection: run.calls[call.slot].caller.tag)
    if session != .max { sessions[session].state = .idle(since: run.now) }
    run.answer(call, outcome)
  }

  mutating func handle(_ event: DBProxyEvent, _ run: inout Run<Event>) {
    switch event {
    case .opened(let session):
      guard case .opening(let call) = sessions[session].state else { return }
      sessions[session].state = .idle(since: run.now)
      run.ledgers.attribute(run.calls[call.slot].ledger, to: records.openingSegment, at: run.now)
      run.answer(call, .success)
    case .borrowTimer:
      while true {
        switch pool.expire(at: run.now) {
        case .idle: return
        case .rearm(let due): return run.scheduleLimit(.dbProxy(index, .borrowTimer), at: due)
        case .expired(let call): finish(call, .timedOut, &run)
        }
      }
    case .passedOn, .idleClientTimer, .lifetimeTimer, .janitor, .retry: break
    }
  }
}

extension DBProxyConfig {
  /// Database connections that the proxy may open, at least 1.
  func connectionLimit(in system: SystemConfig) -> Int {
    for resource in system.resources {
      switch resource {
      case .dbInstance(let database), .auroraCluster(let database):
        guard database.name == self.database else { continue }
        return max(1, database.connectionLimit * maxConnectionsPercent / 100 - reservedConnections)
      case .function, .httpApi, .table, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbProxy,
        .topic, .vpc:
        continue
      }
    }
    preconditionFailure("\(name) stands before a database")
  }
}
