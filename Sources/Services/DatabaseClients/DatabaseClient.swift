import Engine
import Units

// The driver of one caller for one database or proxy: it holds the connections of the caller's environments, opens them
// when they are needed, and sends each request over one of them.
//
//   called -> connection idle? -- yes -> execute -> answered
//                |  no                      ^
//                v                          |
//             in line -> connect -> opened -'

/// What happens inside a driver.
@frozen
public enum DatabaseClientEvent: BitwiseCopyable, Sendable {
  /// An environment is gone, or its process has ended: its connections close.
  case environmentEnded(group: UInt32)
  /// The request that has waited for longest may have done so for too long.
  case patienceTimer
  /// Connections may have been unused for too long.
  case idleTimer
  /// A pause before the next attempt to connect is over.
  case retry(connection: UInt32)
}

/// A driver's state, and how it reacts.
struct DatabaseClient: ~Copyable {
  let index: UInt16
  let config: DatabaseClientPlan
  let sites: UnsafeMutablePointer<CallSite>
  private let server: Party
  private let connectSite: UInt32
  private let disconnectSite: UInt32
  /// Where the owner asks for nothing but a connection.
  let warmUpSite: UInt32
  var pool: ConnectionPool
  let records: DatabaseClientRecords

  init(
    _ plan: DatabaseClientPlan, index: UInt16, directory: inout Directory, sites: UnsafeMutablePointer<CallSite>,
    memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.sites = sites
    config = plan
    server = directory.party(of: plan.connection.target)
    (connectSite, disconnectSite, warmUpSite) = directory.sessionSites(of: plan)
    pool = ConnectionPool(limit: Int32(plan.connection.poolSize))
    records = DatabaseClientRecords(plan, run: &run)
  }

  private func party(_ connection: UInt32) -> Party { Party(.databaseClient, index, tag: connection) }

  /// A request of the environment `group`; `site` is that of the execution at the server, `.max` only opens a
  /// connection.
  mutating func called(_ call: CallID, site: UInt32, group: UInt32, _ run: inout Run<Event>) {
    var armsTimer = false
    switch pool.acquire(call, group: group, armsTimer: &armsTimer) {
    case .use(let connection): use(connection, for: call, &run)
    case .wait(let opening): if opening != .max { open(opening, for: call, &run) }
    }
  }

  private func open(_ connection: UInt32, for call: CallID, _ run: inout Run<Event>) {
    run.recorder.count(records.attempts)
    _ = run.place(
      from: party(connection), to: server, site: connectSite,
      ledger: run.ledgers.deeper(than: run.calls[call.slot].ledger))
  }

  /// The connection is the call's: its request goes out, if it asks for more than a connection.
  private mutating func use(_ connection: UInt32, for call: CallID, _ run: inout Run<Event>) {
    guard case .query(let site) = sites[Int(run.calls[call.slot].site)].request, site != .max else {
      return settle(connection, call, .success, &run)
    }
    _ = run.place(
      from: party(connection), to: server, site: site,
      ledger: run.ledgers.deeper(than: run.calls[call.slot].ledger))
  }

  /// A request is over: its connection goes to the next in line.
  private mutating func settle(_ connection: UInt32, _ call: CallID, _ outcome: Outcome, _ run: inout Run<Event>) {
    let next = pool.giveBack(connection, at: run.now)
    run.answer(call, outcome)
    if next != .none { use(connection, for: next, &run) }
  }

  /// The server has answered.
  mutating func answered(_ inner: CallID, _ request: SessionRequest, _ run: inout Run<Event>) {
    let connection = run.calls[inner.slot].caller.tag
    let outcome = run.calls[inner.slot].outcome
    run.finish(inner)
    switch request {
    case .connect: connected(connection, outcome, &run)
    case .execute: executed(connection, outcome, &run)
    case .disconnect: break
    }
  }

  private mutating func connected(_ connection: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    if outcome == .success {
      let call = pool.opened(connection, at: run.now)
      if call != .none { use(connection, for: call, &run) }
    } else {
      let call = pool.failedToOpen(connection)
      if call != .none { run.answer(call, outcome) }
    }
  }

  private mutating func executed(_ connection: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    guard case .borrowed(let call) = pool.connections[connection].state else {
      preconditionFailure("a request goes over a borrowed connection")
    }
    if outcome != .unavailable { return settle(connection, call, outcome, &run) }
    let group = pool.connections[connection].group
    pool.close(connection)
    run.answer(call, outcome)
    let next = pool.openForLine(group)
    if next != .max { open(next, for: call, &run) }
  }

  mutating func handle(_ event: DatabaseClientEvent, _ run: inout Run<Event>) {
    switch event {
    case .environmentEnded, .patienceTimer, .idleTimer, .retry: break
    }
  }
}

/// What a driver reports.
struct DatabaseClientRecords: BitwiseCopyable {
  let attempts: CounterID

  init(_ plan: DatabaseClientPlan, run: inout Run<Event>) {
    attempts = run.recorder.addCounter(
      resource: plan.owner, namespace: "Windtunnel/Connections", "ConnectionAttempts \(plan.connection.target)")
  }
}
