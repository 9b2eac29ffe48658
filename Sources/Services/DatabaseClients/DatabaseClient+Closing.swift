import Engine
import Units

// How a driver closes connections: unused or old ones, and all of an environment that has ended.
extension DatabaseClient {
  /// Tells the server; it answers at once.
  mutating func disconnect(_ connection: UInt32, _ run: inout Run<Event>) {
    _ = run.place(from: party(connection), to: server, site: disconnectSite, ledger: .none)
  }

  /// Closes an open connection that nothing is on its way over.
  mutating func retire(_ connection: UInt32, _ run: inout Run<Event>) {
    run.recorder.change(records.open, by: -1, at: run.now)
    connections[connection].stage = .closed
    pool.close(connection)
    disconnect(connection, &run)
  }

  /// A connection that is given back is too old.
  @inline(never) mutating func retireOld(_ connection: UInt32, _ run: inout Run<Event>) {
    let group = pool.connections[connection].group
    connections[connection].isSecondTry = false
    run.recorder.count(records.closedOld)
    retire(connection, &run)
    refill(group, &run)
  }

  // MARK: Unused connections

  /// An environment that runs again closes what has been unused for too long while it was frozen.
  @inline(never) mutating func prune(_ group: UInt32, _ run: inout Run<Event>) {
    var oldest = pool.oldestIdle(group)
    while oldest != .max, run.now - pool.idleSince(oldest) >= times.idle {
      run.recorder.count(records.closedUnused)
      retire(oldest, &run)
      oldest = pool.oldestIdle(group)
    }
  }

  /// A connection of a traffic source has become idle.
  @inline(__always) mutating func armIdleTimer(_ run: inout Run<Event>) {
    if isIdleTimerPending { return }
    let oldest = pool.oldestIdle(0)
    if oldest == .max { return }
    isIdleTimerPending = true
    run.scheduleLimit(.databaseClient(index, .idleTimer), at: pool.idleSince(oldest) + times.idle)
  }

  @inline(never) mutating func idleTimer(_ run: inout Run<Event>) {
    isIdleTimerPending = false
    prune(0, &run)
    armIdleTimer(&run)
  }

  // MARK: Environments

  /// An environment has ended: whoever still waits in it is answered, and its connections close.
  @inline(never) mutating func environmentEnded(_ group: UInt32, _ run: inout Run<Event>) {
    while true {
      let call = pool.takeWaiter(group)
      if call == .none { break }
      run.recorder.change(records.waiting, by: -1, at: run.now)
      fail(call, .unavailable, .max, &run)
    }
    while true {
      let connection = pool.anyConnection(group)
      if connection == .max { break }
      end(connection, &run)
    }
    if Int(group) < secrets.extent { secrets[group] = .never }
  }

  /// Closes a connection, whatever it does.
  private mutating func end(_ connection: UInt32, _ run: inout Run<Event>) {
    let state = pool.connections[connection].state
    switch connections[connection].stage {
    case .closed, .leaving: preconditionFailure("an environment ends with connections that it has")
    case .connecting: leave(connection)
    case .fetching, .signing, .pausing: pool.close(connection)
    case .authenticating:
      pool.close(connection)
      disconnect(connection, &run)
    case .ready, .executing:
      if case .executing(let inner) = connections[connection].stage { run.abandon(inner) }
      retire(connection, &run)
    }
    openings.leave(connection, in: connections)
    if case .leaving = connections[connection].stage {} else { connections[connection].stage = .closed }
    connections[connection].opening &+= 1
    connections[connection].isSecondTry = false
    guard case .borrowed(let call) = state else { return }
    run.ledgers.attribute(run.calls[call.slot].ledger, to: records.lostSegment, at: run.now)
    run.ledgers.cut(below: run.calls[call.slot].ledger)
    run.answer(call, .unavailable)
  }
}
