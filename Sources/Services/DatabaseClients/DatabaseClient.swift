import Engine
import Units

// The driver of one caller for one database or proxy: it holds the connections of the caller's environments, opens them
// when they are needed, and sends each request over one of them. Who has which connection, the pool knows (`group` is
// the environment, 0 for a traffic source); how far a connection has come, its stage says.
//
//   request:     called -> a connection is idle ------------------------> execute -> answered
//                   '---> in line -> a connection is opened or returned --'   | lost
//                           | acquireTimeout, environment ended,              v
//                           v connection refused or out of reach       (open another, once) -> fails
//                         fails
//
//   connection:            first of its environment            IAM
//   closed -> preparing (secret, token) -> connecting -> authenticating -> ready <-> executing
//                                           |     ^                          |           | lost
//                                 no node   v     |                          v           v
//                                          pausing --- connectTimeout ---> closed   (preparing, or closed)
//   An environment that ends closes its connections; one that is connecting is leaving until the server has answered.

/// What happens inside a driver.
@frozen
public enum DatabaseClientEvent: BitwiseCopyable, Sendable {
  /// An environment is gone, or its process has ended: its connections close.
  case environmentEnded(group: UInt32)
  /// The request that has waited for longest may have done so for too long.
  case patienceTimer
  /// Connections of a traffic source may have been unused for too long.
  case idleTimer
  /// The connection whose opening began first may have taken too long.
  case connectTimer
  /// The secret has come, a token is signed or checked, or a pause before the next attempt to connect is over. `opening`
  /// tells one opening of the slot from the next.
  case resumed(connection: UInt32, opening: UInt32)
}

/// What a driver knows of a connection besides who has it.
struct DriverConnection: DeadlineCarrier {
  enum Stage: BitwiseCopyable {
    /// Next: preparing, connecting.
    case closed
    /// Waits for the environment's secret. Next: connecting, closed.
    case fetching
    /// Signs a token. Next: connecting, closed.
    case signing
    /// The server has been asked. Next: authenticating, ready, pausing, leaving, closed.
    case connecting
    /// The server has a token checked. Next: ready, closed.
    case authenticating
    /// Tries again later. Next: connecting, closed.
    case pausing
    /// Nothing is on its way. Next: executing, closed.
    case ready
    /// The server works on a request. Next: ready, preparing or connecting again, closed.
    case executing(CallID)
    /// Given up while it was connecting. Next: closed.
    case leaving
  }

  var stage: Stage
  /// Counts the openings of the slot.
  var opening: UInt32
  /// The request that it is opened for, and where that writes down its time; `.none` for none.
  var opener: CallID
  var ledger: LedgerID
  var openedAt: Time
  /// Whether its request goes for the second time.
  var isSecondTry: Bool
  /// While it opens: when it will have taken too long.
  var deadline: DeadlineLink

  static var blank: DriverConnection {
    DriverConnection(
      stage: .closed, opening: 0, opener: .none, ledger: .none, openedAt: .zero, isSecondTry: false,
      deadline: .unlinked)
  }
}

/// A driver's state, and how it reacts.
struct DatabaseClient: ~Copyable {
  let index: UInt16
  let config: DatabaseClientPlan
  let sites: UnsafeMutablePointer<CallSite>
  let server: Party
  let connectSite: UInt32
  let disconnectSite: UInt32
  /// Where the owner asks for nothing but a connection.
  let warmUpSite: UInt32
  var pool: ConnectionPool
  /// By slot of the pool.
  var connections: Slab<DriverConnection>
  /// By group: when its secret is there; `.never` if nobody has asked for it.
  var secrets: Slab<Time>
  /// Connections that open, all with the same patience.
  var openings = DeadlineList()
  let records: DatabaseClientRecords
  let times: DriverTimes
  let samplers: DriverSamplers
  var isIdleTimerPending = false
  var tokenRate = TokenRate()

  init(
    _ plan: DatabaseClientPlan, index: UInt16, directory: inout Directory, sites: UnsafeMutablePointer<CallSite>,
    pool samplers: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.sites = sites
    config = plan
    server = directory.party(of: plan.connection.target)
    (connectSite, disconnectSite, warmUpSite) = directory.sessionSites(of: plan)
    pool = ConnectionPool(limit: Int32(plan.connection.poolSize))
    connections = Slab(blank: .blank)
    secrets = Slab(blank: .never)
    records = DatabaseClientRecords(plan, run: &run)
    times = DriverTimes(plan)
    self.samplers = DriverSamplers(plan, pool: samplers, memory: memory, streams: streams)
  }

  @inline(__always) func party(_ connection: UInt32) -> Party { Party(.databaseClient, index, tag: connection) }

  // MARK: Requests

  /// A request of the environment `group`; `site` is that of the execution at the server, `.max` only opens a
  /// connection.
  mutating func called(_ call: CallID, site: UInt32, group: UInt32, _ run: inout Run<Event>) {
    // Who only wants a connection to be opened ahead waits for no answer.
    if run.calls[call.slot].state == .abandoned, site != .max { return run.answer(call, .success) }
    if times.prunes { prune(group, &run) }
    let due = times.acquire < .never ? run.now + times.acquire : .never
    var armsTimer = false
    switch pool.acquire(call, group: group, until: due, armsTimer: &armsTimer) {
    case .use(let connection):
      run.recorder.record(records.acquire, 0)
      if site == .max { return settle(connection, call, .success, &run) }
      send(connection, call, site, &run)
    case .wait(let opening):
      run.recorder.change(records.waiting, by: 1, at: run.now)
      if armsTimer { run.scheduleLimit(.databaseClient(index, .patienceTimer), at: due) }
      if opening != .max { open(opening, for: call, &run) }
    }
  }

  @inline(__always) mutating func send(
    _ connection: UInt32, _ call: CallID, _ site: UInt32, _ run: inout Run<Event>
  ) {
    connections[connection].stage = .executing(
      run.place(
        from: party(connection), to: server, site: site,
        ledger: run.ledgers.deeper(than: run.calls[call.slot].ledger)))
  }

  /// A request is over: its connection goes to the next in line, or is too old to.
  @inline(__always) mutating func settle(
    _ connection: UInt32, _ call: CallID, _ outcome: Outcome, _ run: inout Run<Event>
  ) {
    connections[connection].stage = .ready
    run.answer(call, outcome)
    if times.lifetime < .never, run.now - connections[connection].openedAt >= times.lifetime {
      return retireOld(connection, &run)
    }
    let next = pool.giveBack(connection, at: run.now)
    if next != .none { return serve(connection, next, &run) }
    if times.hasIdleTimer { armIdleTimer(&run) }
  }

  /// A connection has come to the call that was first in line. Calls whose callers have given up are let go of.
  @inline(never) mutating func serve(_ connection: UInt32, _ first: CallID, _ run: inout Run<Event>) {
    var call = first
    while call != .none {
      run.recorder.change(records.waiting, by: -1, at: run.now)
      if run.calls[call.slot].state == .abandoned {
        run.answer(call, .success)
      } else {
        let site = executionSite(of: call, run)
        run.recorder.record(records.acquire, (run.now - run.calls[call.slot].start).nanoseconds)
        endWait(of: call, connection, &run)
        if site != .max { return send(connection, call, site, &run) }
        run.answer(call, .success)
      }
      call = pool.giveBack(connection, at: run.now)
    }
    if times.hasIdleTimer { armIdleTimer(&run) }
  }

  /// Puts down the time in line: to the opening of a connection for the request itself, or to waiting. Whoever opens
  /// another connection for it writes nothing more.
  mutating func endWait(of call: CallID, _ connection: UInt32, _ run: inout Run<Event>) {
    let ledger = run.calls[call.slot].ledger
    let isOwn = connection != .max && connections[connection].opener == call
    run.ledgers.attribute(ledger, to: isOwn ? records.connectSegment : records.waitSegment, at: run.now)
    if !isOwn { run.ledgers.cut(below: ledger) }
    if connection != .max { connections[connection].opener = .none }
  }

  /// Where a call's request is executed; `.max` if it asks for a connection only.
  @inline(__always) func executionSite(of call: CallID, _ run: borrowing Run<Event>) -> UInt32 {
    guard case .query(let site) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("owners ask their driver for queries only")
    }
    return site
  }

  /// The server has answered.
  mutating func answered(_ inner: CallID, _ request: SessionRequest, _ run: inout Run<Event>) {
    let connection = run.calls[inner.slot].caller.tag
    let outcome = run.calls[inner.slot].outcome
    run.finish(inner)
    switch request {
    case .connect: connected(connection, outcome, &run)
    case .execute:
      guard case .borrowed(let call) = pool.connections[connection].state else {
        preconditionFailure("a request goes over a borrowed connection")
      }
      if outcome == .unavailable { return lost(connection, call, &run) }
      connections[connection].isSecondTry = false
      settle(connection, call, outcome, &run)
    case .disconnect: break
    }
  }

  mutating func handle(_ event: DatabaseClientEvent, _ run: inout Run<Event>) {
    switch event {
    case .environmentEnded(let group): environmentEnded(group, &run)
    case .patienceTimer: patienceTimer(&run)
    case .idleTimer: idleTimer(&run)
    case .connectTimer: connectTimer(&run)
    case .resumed(let connection, let opening): resumed(connection, opening, &run)
    }
  }

  /// Requests that have waited for a connection for too long fail.
  @inline(never) private mutating func patienceTimer(_ run: inout Run<Event>) {
    while true {
      switch pool.expire(at: run.now) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.databaseClient(index, .patienceTimer), at: due)
      case .expired(let call):
        run.recorder.change(records.waiting, by: -1, at: run.now)
        if run.calls[call.slot].state != .abandoned { run.recorder.count(records.acquireTimeouts) }
        fail(call, .timedOut, .max, &run)
      }
    }
  }

  /// A request that has left the line ends without having been sent.
  mutating func fail(_ call: CallID, _ outcome: Outcome, _ connection: UInt32, _ run: inout Run<Event>) {
    endWait(of: call, connection, &run)
    run.ledgers.cut(below: run.calls[call.slot].ledger)
    run.answer(call, outcome)
  }
}
