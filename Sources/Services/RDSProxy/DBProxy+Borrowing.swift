import Engine
import Units

// One request: borrows a database connection or waits for one, has the database execute it, gives the connection back or
// keeps it, and passes the answer on.
extension DBProxy {
  /// A client asks something over its connection.
  mutating func execute(_ call: CallID, _ session: UInt32, _ run: inout Run<Event>) {
    guard session != .max else { return run.answer(call, .unavailable) }
    guard case .idle = sessions[session].state else {
      // A client that speaks before it has heard the answer has given the connection up.
      leave(session, &run)
      return run.answer(call, .unavailable)
    }
    run.recorder.count(records.requests)
    idleSessions.leave(session, in: sessions)
    let pinned = sessions[session].pinned
    if pinned == .max { borrow(for: session, call, &run) } else { send(over: pinned, for: session, call, &run) }
  }

  /// How the pool knows a session.
  @inline(__always) private func borrower(_ session: UInt32) -> CallID { CallID(slot: session, generation: 0) }

  /// A session needs a database connection.
  mutating func borrow(for session: UInt32, _ call: CallID, _ run: inout Run<Event>) {
    let group = sessions[session].group
    let due = run.now + config.borrowTimeout
    var armsTimer = false
    switch pool.acquire(borrower(session), group: group, until: due, armsTimer: &armsTimer) {
    case .use(let connection):
      run.recorder.change(records.borrowed, by: 1, at: run.now)
      run.recorder.record(records.borrowLatency, run.now.nanoseconds &- run.calls[call.slot].start.nanoseconds)
      send(over: connection, for: session, call, &run)
    case .wait(let opening):
      sessions[session].state = .waiting(call)
      run.recorder.count(records.borrowWaits)
      if opening != .max { beginOpening(opening, group, &run) }
      if !targets[Int(group)].isReachable { outageBegan(group, run) }
    }
    if armsTimer { run.scheduleLimit(.dbProxy(index, .borrowTimer), at: due) }
  }

  /// The session's request goes to the database.
  private mutating func send(
    over connection: UInt32, for session: UInt32, _ call: CallID, _ run: inout Run<Event>
  ) {
    guard case .session(.execute(_, _, let site)) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("only a request uses a database connection")
    }
    sessions[session].state = .executing(call, on: connection)
    run.recorder.change(records.inTransaction, by: 1, at: run.now)
    _ = run.place(
      from: party(connection), to: database, site: site,
      ledger: run.ledgers.deeper(than: run.calls[call.slot].ledger))
  }

  /// The database has executed a request, which went out at `start`.
  mutating func executed(_ connection: UInt32, _ outcome: Outcome, since start: Time, _ run: inout Run<Event>) {
    let session: UInt32
    let isPinned: Bool
    switch pool.connections[connection].state {
    case .opening: return initialised(connection, outcome, &run)
    case .borrowed(let borrower): (session, isPinned) = (borrower.slot, false)
    case .pinned(let owner): (session, isPinned) = (owner, true)
    case .closed, .idle, .leaving: preconditionFailure("a request goes over a connection that somebody has")
    }
    guard case .executing(let call, _) = sessions[session].state else {
      preconditionFailure("a connection works for a session that executes")
    }
    run.recorder.change(records.inTransaction, by: -1, at: run.now)
    if outcome == .unavailable { return lost(connection, session, call, since: start, &run) }
    run.recorder.record(records.databaseLatency, run.now.nanoseconds &- start.nanoseconds)
    if call == .none {
      // The client has gone: what it began is rolled back, and what it had pinned is closed.
      end(session, &run)
      if !isPinned { giveBack(connection, &run) }
      return
    }
    if !isPinned {
      if drawsPin(call, &run) {
        pool.pin(connection, to: session)
        sessions[session].pinned = connection
        run.recorder.change(records.pinned, by: 1, at: run.now)
      } else {
        giveBack(connection, &run)
      }
    }
    passOn(call, outcome, of: session, &run)
  }

  /// A connection is free again: for the head of the line that still waits, or idle.
  private mutating func giveBack(_ connection: UInt32, _ run: inout Run<Event>) {
    pass(connection, to: pool.giveBack(connection, at: run.now), &run)
  }

  /// The pool has lent a connection to the head of the line, `.none` for nobody. Those who have given up are skipped.
  mutating func pass(_ connection: UInt32, to head: CallID, _ run: inout Run<Event>) {
    var head = head
    while head != .none {
      guard case .waiting(let call) = sessions[head.slot].state else {
        preconditionFailure("who stands in line waits")
      }
      if isWaiting(call, head.slot, &run) {
        run.ledgers.attribute(run.calls[call.slot].ledger, to: records.borrowSegment, at: run.now)
        run.recorder.record(records.borrowLatency, run.now.nanoseconds &- run.calls[call.slot].start.nanoseconds)
        return send(over: connection, for: head.slot, call, &run)
      }
      head = pool.giveBack(connection, at: run.now)
    }
    run.recorder.change(records.borrowed, by: -1, at: run.now)
    expectJanitor(pool.connections[connection].group, &run)
  }

  /// Whether the head of the line still wants a connection; if not, its request is over.
  private mutating func isWaiting(_ call: CallID, _ session: UInt32, _ run: inout Run<Event>) -> Bool {
    if call == .none {
      end(session, &run)
      return false
    }
    guard run.calls[call.slot].state == .abandoned else { return true }
    run.recorder.count(records.abandonedInLine)
    run.answer(call, .abandoned)
    rest(session, &run)
    return false
  }

  /// Requests have waited for the borrow timeout.
  mutating func expireWaiting(_ run: inout Run<Event>) {
    while true {
      switch pool.expire(at: run.now) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.dbProxy(index, .borrowTimer), at: due)
      case .expired(let head):
        guard case .waiting(let call) = sessions[head.slot].state else {
          preconditionFailure("who stands in line waits")
        }
        guard isWaiting(call, head.slot, &run) else { continue }
        run.ledgers.attribute(run.calls[call.slot].ledger, to: records.borrowSegment, at: run.now)
        run.recorder.count(records.errors(.borrowTimeout))
        outageBegan(sessions[head.slot].group, run)
        run.answer(call, .timedOut)
        rest(head.slot, &run)
      }
    }
  }

  /// The answer goes back through the proxy.
  mutating func passOn(_ call: CallID, _ outcome: Outcome, of session: UInt32, _ run: inout Run<Event>) {
    sessions[session].state = .returning(call, outcome)
    let delay = overhead.drawTime(&streams[0])
    if delay == 0 { return passedOn(session, &run) }
    run.schedule(.dbProxy(index, .passedOn(session: session)), after: Time(nanoseconds: delay))
  }

  /// The client has its answer.
  mutating func passedOn(_ session: UInt32, _ run: inout Run<Event>) {
    guard case .returning(let call, let outcome) = sessions[session].state else {
      preconditionFailure("an answer is passed on once")
    }
    if call == .none { return end(session, &run) }
    run.ledgers.attribute(run.calls[call.slot].ledger, to: records.overheadSegment, at: run.now)
    run.recorder.record(records.latency, run.now.nanoseconds &- run.calls[call.slot].start.nanoseconds)
    let group = sessions[session].group
    if outcome == .success && targets[Int(group)].outageSince < .never { outageEnded(group, run) }
    run.answer(call, outcome)
    rest(session, &run)
  }
}
