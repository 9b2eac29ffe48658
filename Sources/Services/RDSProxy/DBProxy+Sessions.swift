import Engine
import Units

// The clients' side: connections come, are idle for too long, grow old, and go.
extension DBProxy {
  /// A client asks for a connection.
  mutating func connect(
    _ call: CallID, _ client: UInt16, _ connection: UInt32, _ endpoint: DatabaseEndpoint, _ run: inout Run<Event>
  ) {
    precondition(endpoint == .writer || config.hasReadOnlyEndpoint, "readers are behind a READ_ONLY endpoint")
    run.recorder.count(records.clientsReceived)
    if let error = refusal(of: client, at: run.now) {
      run.recorder.count(records.errors(error))
      if error == .iamRate { run.recorder.count(records.setupFailedAuth) }
      return run.answer(call, .throttled)
    }
    // A client that uses a number again has given up what it stood for.
    let previous = links.session(client: client, connection: connection)
    if previous != .max { leave(previous, &run) }
    let session = sessions.take()
    let life = lives.take()
    precondition(life == session, "a session and its life have one slot")
    sessions[session] = ProxySession(
      state: .opening(call), client: client, isExpired: false, connection: connection,
      group: endpoint == .writer ? 0 : 1, pinned: .max, deadline: .unlinked)
    lives[session].deadline = .unlinked
    links.set(session, client: client, connection: connection)
    run.recorder.change(records.clientsInSetup, by: 1, at: run.now)
    run.schedule(
      .dbProxy(index, .opened(session: session)), after: Time(nanoseconds: clientOpening.drawTime(&streams[1])))
  }

  /// What a new client connection is refused for; nil if it is not.
  private mutating func refusal(of client: UInt16, at now: Time) -> ProxyError? {
    if sessions.count >= config.clientLimit { return .clientLimit }
    if !connectionRate.take(at: now) { return .connectionRate }
    if usesIAM[Int(client)] && !iamRate.take(at: now) { return .iamRate }
    return nil
  }

  /// A client connection is set up.
  mutating func opened(_ session: UInt32, _ run: inout Run<Event>) {
    guard case .opening(let call) = sessions[session].state else {
      preconditionFailure("a session opens once")
    }
    run.recorder.change(records.clientsInSetup, by: -1, at: run.now)
    if call == .none { return end(session, &run) }
    if run.calls[call.slot].state == .abandoned {
      run.answer(call, .abandoned)
      unlink(session)
      return end(session, &run)
    }
    run.recorder.count(records.setupSucceeded)
    run.recorder.change(records.clients, by: 1, at: run.now)
    run.ledgers.attribute(run.calls[call.slot].ledger, to: records.openingSegment, at: run.now)
    run.answer(call, .success)
    let due = run.now + config.clientLifetime
    if oldSessions.enter(session, due: due, in: lives) {
      run.scheduleLimit(.dbProxy(index, .lifetimeTimer), at: due)
    }
    rest(session, &run)
  }

  /// A session has nothing to do: it is idle from now on, or its life is over.
  mutating func rest(_ session: UInt32, _ run: inout Run<Event>) {
    sessions[session].state = .idle
    if sessions[session].isExpired { return close(session, &run) }
    let due = run.now + config.idleClientTimeout
    if idleSessions.enter(session, due: due, in: sessions) {
      run.scheduleLimit(.dbProxy(index, .idleClientTimer), at: due)
    }
  }

  /// The client goes, whatever its session does. What it waits for is answered at once; a transaction in the database
  /// goes on and is rolled back at its end.
  mutating func leave(_ session: UInt32, _ run: inout Run<Event>) {
    switch sessions[session].state {
    case .free: preconditionFailure("a client that has gone is unlinked")
    case .idle: return close(session, &run)
    case .opening(let call):
      unlink(session)
      sessions[session].state = .opening(.none)
      return drop(call, &run)
    case .waiting(let call):
      sessions[session].state = .waiting(.none)
      drop(call, &run)
    case .executing(let call, let connection):
      sessions[session].state = .executing(.none, on: connection)
      drop(call, &run)
    case .returning(let call, let outcome):
      sessions[session].state = .returning(.none, outcome)
      drop(call, &run)
    }
    unlink(session)
    countClosed(&run)
  }

  /// Answers a call whose connection is gone. Whoever still works on it writes its time down no more.
  private mutating func drop(_ call: CallID, _ run: inout Run<Event>) {
    run.ledgers.cut(below: run.calls[call.slot].ledger)
    run.answer(call, .unavailable)
  }

  /// The proxy closes an idle client connection, or the client does. A client that was not told finds it lost.
  mutating func close(_ session: UInt32, _ run: inout Run<Event>) {
    unlink(session)
    countClosed(&run)
    end(session, &run)
  }

  private mutating func unlink(_ session: UInt32) {
    links.set(.max, client: sessions[session].client, connection: sessions[session].connection)
  }

  private mutating func countClosed(_ run: inout Run<Event>) {
    run.recorder.change(records.clients, by: -1, at: run.now)
    run.recorder.count(records.clientsClosed)
  }

  /// Nothing is left of a session whose client connection is closed.
  mutating func end(_ session: UInt32, _ run: inout Run<Event>) {
    idleSessions.leave(session, in: sessions)
    oldSessions.leave(session, in: lives)
    let pinned = sessions[session].pinned
    sessions[session].state = .free
    sessions[session].pinned = .max
    sessions.giveBack(session)
    lives.giveBack(session)
    if pinned != .max {
      run.recorder.change(records.pinned, by: -1, at: run.now)
      run.recorder.change(records.borrowed, by: -1, at: run.now)
      let group = pool.connections[pinned].group
      closeConnection(pinned, &run)
      openForLine(group, &run)
    }
  }

  /// Sessions that have been idle for too long end.
  mutating func expireIdle(_ run: inout Run<Event>) {
    while true {
      switch idleSessions.expire(at: run.now, in: sessions) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.dbProxy(index, .idleClientTimer), at: due)
      case .expired(let session):
        run.recorder.count(records.idleClientsClosed)
        close(session, &run)
      }
    }
  }

  /// Sessions that have lived for too long end, those with a request at its end.
  mutating func expireOld(_ run: inout Run<Event>) {
    while true {
      switch oldSessions.expire(at: run.now, in: lives) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.dbProxy(index, .lifetimeTimer), at: due)
      case .expired(let session):
        run.recorder.count(records.oldClientsClosed)
        switch sessions[session].state {
        case .free, .opening: preconditionFailure("a session's life begins when it is open")
        case .idle: close(session, &run)
        case .waiting, .executing, .returning: sessions[session].isExpired = true
        }
      }
    }
  }
}
