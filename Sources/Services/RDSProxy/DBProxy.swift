import Engine
import Units

// An RDS Proxy: sessions of clients on one side, a pool of database connections on the other. A database connection is
// lent to a session for one transaction.
//
//   client's session:
//
//                     set up        borrows            database has answered     passed on
//     free -> opening ------> idle ---------> executing ---------------> returning -----> idle
//               ^              |  '-> waiting --^  |                                       |
//     refused --'              |  nothing free,    | connection lost before the statement  |
//                              |  first come       '-> borrows again                       |
//                              '--> free: disconnected, idle for too long, 24 hours old <--'
//
// A session that is pinned keeps its database connection from the end of the request that pinned it until it ends
// itself. The pool's borrowers are sessions, not calls: whoever gives up on its call leaves the session behind, and the
// database connection must come back whatever the client does.

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
  /// A pause before the next attempt to connect to a group's database nodes is over.
  case retry(group: UInt32)
}

/// A client's session with a proxy.
struct ProxySession: DeadlineCarrier {
  /// The client's call stands in each state that has one; `.none` once the client has gone, of whom no more is heard.
  enum State: BitwiseCopyable {
    /// The slot is free. Next: opening.
    case free
    /// The client connection is set up. Next: idle, free.
    case opening(CallID)
    /// Next: waiting, executing, free.
    case idle
    /// A request stands in line for a database connection. Next: executing, idle, free.
    case waiting(CallID)
    /// The database works on a request over a connection. Next: returning, waiting, executing, free.
    case executing(CallID, on: UInt32)
    /// The answer is on its way through the proxy. Next: idle, free.
    case returning(CallID, Outcome)
  }

  var state: State
  var client: UInt16
  /// Whether its life is over at the end of its request.
  var isExpired: Bool
  /// The client's number of it.
  var connection: UInt32
  /// The group of database connections that it borrows from: 0 writer, 1 readers.
  var group: UInt32
  /// The database connection that it is pinned to; `.max` for none.
  var pinned: UInt32
  /// While idle: until when it may be so.
  var deadline: DeadlineLink

  static var blank: ProxySession {
    ProxySession(
      state: .free, client: 0, isExpired: false, connection: 0, group: 0, pinned: .max, deadline: .unlinked)
  }
}

/// The end of a session's life, in the slot of the session.
struct ProxySessionLife: DeadlineCarrier {
  var deadline: DeadlineLink
}

/// A proxy's state, and how it reacts.
struct DBProxy: ~Copyable {
  let index: UInt16
  let config: DBProxyConfig
  let sites: UnsafeMutablePointer<CallSite>
  let database: Party
  /// By group: where connections to the database open; and where they close.
  let connectSites: (writer: UInt32, reader: UInt32)
  let disconnectSite: UInt32
  /// Where a new database connection executes the init query; `.max` for none.
  let initSite: UInt32
  var sessions: Slab<ProxySession>
  /// Taken and given back together with `sessions`, so that the slots agree.
  var lives: Slab<ProxySessionLife>
  var links: SessionLinks
  var idleSessions = DeadlineList()
  var oldSessions = DeadlineList()
  var pool: ConnectionPool
  /// The database's nodes behind each group.
  let targets: UnsafeMutablePointer<ProxyTarget>
  /// When the janitor comes; `.never` for not.
  var janitorAt = Time.never
  var connectionRate: TokenBucket
  var iamRate: TokenBucket
  /// By client, whether it proves who it is by IAM.
  var usesIAM: UnsafePointer<Bool>
  /// By number of the database's query, what pins.
  var pins: UnsafePointer<ProxyPin>
  let records: DBProxyRecords
  let overhead: Sampler
  let clientOpening: Sampler
  /// Of the overhead, of opening client connections, and of pinning.
  let streams: UnsafeMutablePointer<RandomStream>
  /// The causes that pin sessions here, and what counts them.
  var pinCounters: [(cause: PinCause, counter: CounterID)] = []
  /// What the run records.
  var recorded = (start: Time.zero, end: Time.zero)
  /// Debug builds look at everything now and then when there is much of it.
  var checks = 0

  init(
    _ config: DBProxyConfig, index: UInt16, system: SystemConfig, directory: inout Directory,
    sites: UnsafeMutablePointer<CallSite>, pool samplers: SamplerPool, memory: PlainMemory, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    database = directory.party(of: config.database)
    (_, connectSites, disconnectSite) = directory.sessionSites(of: config)
    initSite = directory.initSite(of: config)
    sessions = Slab(blank: .blank)
    lives = Slab(blank: ProxySessionLife(deadline: .unlinked))
    links = SessionLinks(clients: 0)
    let targets = config.targets(in: system)
    pool = ConnectionPool(limit: targets[0].limit)
    pool.setLimit(targets[1].limit, of: 1)
    self.targets = memory.copy(targets)
    connectionRate = config.connectionRate.map { TokenBucket(rate: Int64($0), burst: Int64($0)) } ?? .unlimited
    iamRate = config.iamAuthenticationRate.map { TokenBucket(rate: Int64($0), burst: Int64($0)) } ?? .unlimited
    usesIAM = UnsafePointer(memory.copy([]))
    pins = UnsafePointer(memory.copy([]))
    records = DBProxyRecords(config, run: &run)
    overhead = samplers.makeSampler(config.overhead)
    clientOpening = samplers.makeSampler(config.clientOpening)
    self.streams = memory.copy(
      ["overhead", "client opening", "pinning"].map { streams.stream(component: config.name, purpose: $0) })
  }

  /// Learns who its clients are and what the database is asked, when all of them are built.
  mutating func prepare(
    _ system: SystemConfig, _ directory: borrowing Directory, memory: PlainMemory, run: inout Run<Event>
  ) {
    links = SessionLinks(clients: directory.clientCount(of: config.name))
    // A proxy's clients are drivers only, whose rows at it are in the order of the plans.
    let plans = system.databaseClients.filter { $0.connection.target == config.name }
    usesIAM = UnsafePointer(memory.copy(plans.map { $0.connection.authentication == .iam }))
    let family = config.databaseConfig(in: system).engine.family
    var rules: [ProxyPin] = []
    for query in directory.queries(of: config.database) { rules.append(pin(of: query, family, &run)) }
    pins = UnsafePointer(memory.copy(rules))
  }

  /// Before the first event.
  mutating func begin(_ run: inout Run<Event>) {
    recorded = (run.recordingStart, run.end)
    let readers = config.hasReadOnlyEndpoint ? targets[1].limit : 0
    run.recorder.set(records.connectionsAllowed, to: Int64(targets[0].limit + readers))
  }

  /// Who speaks for a database connection.
  @inline(__always) func party(_ connection: UInt32) -> Party { Party(.dbProxy, index, tag: connection) }

  mutating func called(_ call: CallID, _ request: SessionRequest, _ run: inout Run<Event>) {
    let connection = run.calls[call.slot].caller.tag
    switch request {
    case .connect(let client, let endpoint): connect(call, client, connection, endpoint, &run)
    case .execute(let client, _, _): execute(call, links.session(client: client, connection: connection), &run)
    case .disconnect(let client):
      let session = links.session(client: client, connection: connection)
      if session != .max { leave(session, &run) }
      run.answer(call, .success)
    }
    assertConserved()
  }

  /// The database has answered.
  mutating func answered(_ inner: CallID, _ request: SessionRequest, _ run: inout Run<Event>) {
    let connection = run.calls[inner.slot].caller.tag
    let (outcome, start) = (run.calls[inner.slot].outcome, run.calls[inner.slot].start)
    run.finish(inner)
    switch request {
    case .connect: connected(connection, outcome, &run)
    case .execute: executed(connection, outcome, since: start, &run)
    case .disconnect: break
    }
    assertConserved()
  }

  mutating func handle(_ event: DBProxyEvent, _ run: inout Run<Event>) {
    switch event {
    case .opened(let session): opened(session, &run)
    case .passedOn(let session): passedOn(session, &run)
    case .borrowTimer: expireWaiting(&run)
    case .idleClientTimer: expireIdle(&run)
    case .lifetimeTimer: expireOld(&run)
    case .janitor: sweep(&run)
    case .retry(let group): retry(group, &run)
    }
    assertConserved()
  }
}
