import Engine
import Units

// The database's side: connections open, fail to, are lost, and are closed when they are not needed any more.
extension DBProxy {
  /// The pool has begun a connection for the line. While the database cannot be reached one attempt at a time is enough.
  mutating func beginOpening(_ connection: UInt32, _ group: UInt32, _ run: inout Run<Event>) {
    if targets[Int(group)].isReachable { open(connection, &run) } else { pool.close(connection) }
  }

  /// Opens as many connections as the line needs and the limit allows.
  mutating func openForLine(_ group: UInt32, _ run: inout Run<Event>) {
    guard targets[Int(group)].isReachable else { return }
    while true {
      let connection = pool.openForLine(group)
      if connection == .max { return }
      open(connection, &run)
    }
  }

  /// Nobody's time is spent on it: whoever waits may be served by a connection that is given back before.
  private mutating func open(_ connection: UInt32, _ run: inout Run<Event>) {
    run.recorder.count(records.connectionRequests)
    let site = pool.connections[connection].group == 0 ? connectSites.writer : connectSites.reader
    _ = run.place(from: party(connection), to: database, site: site, ledger: .none)
  }

  /// The database has taken a connection, or refused it.
  mutating func connected(_ connection: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    guard outcome == .success else { return failedToOpen(connection, outcome, &run) }
    if initSite == .max { return ready(connection, &run) }
    _ = run.place(from: party(connection), to: database, site: initSite, ledger: .none)
  }

  /// The init query is done. A connection on which it failed is of no use.
  mutating func initialised(_ connection: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    if outcome == .success { return ready(connection, &run) }
    if outcome != .unavailable { disconnect(connection, &run) }
    failedToOpen(connection, outcome, &run)
  }

  /// A connection can be used.
  private mutating func ready(_ connection: UInt32, _ run: inout Run<Event>) {
    let group = pool.connections[connection].group
    run.recorder.count(records.connectionsSucceeded)
    run.recorder.change(records.connections, by: 1, at: run.now)
    if case .probing(connection) = targets[Int(group)].health { targets[Int(group)].health = .reachable }
    let head = pool.opened(connection, at: run.now)
    if head == .none {
      expectJanitor(group, &run)
    } else {
      run.recorder.change(records.borrowed, by: 1, at: run.now)
      pass(connection, to: head, &run)
    }
    openForLine(group, &run)
  }

  /// A connection could not be opened: whoever waits goes on waiting, and the proxy tries again after a pause.
  private mutating func failedToOpen(_ connection: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    let group = pool.connections[connection].group
    run.recorder.count(records.connectionsFailed)
    pool.close(connection)
    switch targets[Int(group)].health {
    case .pausing: return
    case .probing(let probe): if probe != connection { return }
    case .reachable: break
    }
    guard pool.group(group).waiting > 0 else {
      targets[Int(group)].health = .reachable
      return
    }
    if outcome == .unavailable { outageBegan(group, run) }
    let due = run.now + config.retryPause
    targets[Int(group)].health = .pausing(until: due)
    run.schedule(.dbProxy(index, .retry(group: group)), at: due)
  }

  /// The pause is over: one connection is tried, and if it opens as many as the line needs.
  mutating func retry(_ group: UInt32, _ run: inout Run<Event>) {
    // Of a pause that ended before its timer came, nothing is due.
    guard case .pausing(let due) = targets[Int(group)].health, due <= run.now else { return }
    targets[Int(group)].health = .reachable
    let connection = pool.openForLine(group)
    guard connection != .max else { return }
    targets[Int(group)].health = .probing(connection)
    open(connection, &run)
  }

  /// A connection turns out to be lost. If that shows before the statement has begun, another connection takes its place
  /// and the client notices nothing; what was in progress, or needs the state of a pinned session, fails. The client's
  /// own connection stays in any case.
  mutating func lost(
    _ connection: UInt32, _ session: UInt32, _ call: CallID, since start: Time, _ run: inout Run<Event>
  ) {
    let group = pool.connections[connection].group
    let wasPinned = sessions[session].pinned == connection
    run.recorder.count(records.connectionsLost)
    run.recorder.change(records.borrowed, by: -1, at: run.now)
    run.recorder.change(records.connections, by: -1, at: run.now)
    if wasPinned {
      run.recorder.change(records.pinned, by: -1, at: run.now)
      sessions[session].pinned = .max
    }
    pool.close(connection)
    if call == .none {
      end(session, &run)
    } else if start == run.now && !wasPinned {
      run.recorder.count(records.connectionsReplaced)
      borrow(for: session, call, &run)
    } else {
      run.recorder.count(records.errors(.transactionLost))
      outageBegan(group, run)
      passOn(call, .failed, of: session, &run)
    }
    openForLine(group, &run)
  }

  /// Closes a connection that is idle, or was pinned.
  mutating func closeConnection(_ connection: UInt32, _ run: inout Run<Event>) {
    run.recorder.change(records.connections, by: -1, at: run.now)
    disconnect(connection, &run)
    pool.close(connection)
  }

  private mutating func disconnect(_ connection: UInt32, _ run: inout Run<Event>) {
    _ = run.place(from: party(connection), to: database, site: disconnectSite, ledger: .none)
  }

  // MARK: Unused connections

  /// When the connection of a group that is idle for longest is due to be closed; `.never` if none is idle.
  private mutating func idleDue(_ group: UInt32) -> Time {
    let oldest = pool.oldestIdle(group)
    guard oldest != .max else { return .never }
    let isAbove = pool.group(group).idle > targets[Int(group)].idleLimit
    return pool.idleSince(oldest) + (isAbove ? config.idleConnectionTimeout : config.unusedConnectionTimeout)
  }

  /// A connection has become idle: the janitor comes when the one that is so for longest is due.
  mutating func expectJanitor(_ group: UInt32, _ run: inout Run<Event>) {
    let due = max(idleDue(group), run.now)
    guard due < janitorAt else { return }
    janitorAt = due
    run.scheduleLimit(.dbProxy(index, .janitor), at: due)
  }

  /// Closes what is due.
  mutating func sweep(_ run: inout Run<Event>) {
    // Of a visit that an earlier one has made needless, nothing is due.
    guard janitorAt <= run.now else { return }
    janitorAt = .never
    for group in 0..<UInt32(2) {
      while idleDue(group) <= run.now {
        run.recorder.count(records.connectionsSwept)
        closeConnection(pool.oldestIdle(group), &run)
      }
      expectJanitor(group, &run)
    }
  }
}
