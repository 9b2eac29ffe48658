import Engine
import Units

// The life of a session: opened if there is a slot and memory for it, closed by either side.
extension Database {
  /// A client opens a connection to an endpoint.
  mutating func connect(
    _ call: CallID, _ client: UInt16, _ connection: UInt32, _ endpoint: DatabaseEndpoint, resolver: UInt32,
    _ run: inout Run<Event>
  ) {
    let node = node(of: endpoint)
    run.recorder.count(nodeRecords[Int(node)].attempts)
    switch admits(connectTo: node) {
    case .now:
      if finds(node, client: client, resolver: resolver, at: run.now) {
        open(call, client, connection, node, &run)
      } else {
        noteRefusal(of: client, &run)
        turnAway(call, &run)
      }
    case .refused:
      noteRefusal(of: client, &run)
      turnAway(call, &run)
    case .waits:
      hold(call, client, connection, node, &run)
      resume(node, &run)
    }
  }

  /// Begins a session at a node, or fails at once with the engine's error.
  mutating func open(
    _ call: CallID, _ client: UInt16, _ connection: UInt32, _ node: UInt16, _ run: inout Run<Event>
  ) {
    let slots = config.connectionLimit - config.sessions.reserved
    if members[Int(node)].sessions >= slots { return refuse(call, .tooManyConnections, &run) }
    if freeMemory(of: node) < config.sessions.memory.bytes { return refuse(call, .outOfMemory, &run) }
    precondition(
      links.session(client: client, connection: connection) == .max, "a connection is closed before it opens again")
    let session = sessions.take()
    let job = jobs.take()
    sessions[session] = DatabaseSession(
      state: .opening(job: job), node: node, client: client, connection: connection, deadline: .unlinked)
    links.set(session, client: client, connection: connection)
    members[Int(node)].sessions &+= 1
    run.recorder.change(nodeRecords[Int(node)].connections, by: 1, at: run.now)
    recordMemory(of: node, &run)
    sessionOpened(node, &run)
    jobs[job] = DatabaseJob(
      phase: .computing, call: call, session: session, query: .max, statements: 0, invocations: 0, outcome: .success)
    compute(job, openingCPU.drawTime(&streams[0]), &run)
  }

  private mutating func refuse(_ call: CallID, _ error: DatabaseError, _ run: inout Run<Event>) {
    count(error, &run)
    run.answer(call, .throttled)
  }

  /// A session without a statement waits for the next one.
  @inline(__always) mutating func rest(_ session: UInt32, _ run: inout Run<Event>) {
    sessions[session].state = .idle(since: run.now)
    guard config.sessions.idleTimeout < .never else { return }
    let due = run.now + config.sessions.idleTimeout
    if idleSessions.enter(session, due: due, in: sessions) {
      run.scheduleLimit(.database(index, .idleTimer), at: due)
    }
  }

  /// A client closes its connection, or has died: `.max` for one that is gone already.
  ///
  /// A server that works for it finds out when it is done and wants to answer; until then the slot is taken. One that
  /// listens to the client finds out at once.
  mutating func disconnect(_ session: UInt32, _ run: inout Run<Event>) {
    if session == .max { return }
    unlink(session)
    switch sessions[session].state {
    case .idle: end(session, &run)
    case .opening(let job), .active(let job):
      run.recorder.count(nodeRecords[Int(sessions[session].node)].aborted)
      if case .waiting(let busyUntil) = jobs[job].phase, busyUntil <= run.now {
        stop(job, &run)
        end(session, &run)
      } else {
        sessions[session].state = .leaving(job: job)
      }
    case .leaving, .free: preconditionFailure("a connection leads to a session that its client has not left")
    }
  }

  /// The server closes sessions that have been idle for too long; their clients learn of it when they ask next.
  mutating func closeIdleSessions(_ run: inout Run<Event>) {
    while true {
      switch idleSessions.expire(at: run.now, in: sessions) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.database(index, .idleTimer), at: due)
      case .expired(let session):
        run.recorder.count(nodeRecords[Int(sessions[session].node)].aborted)
        unlink(session)
        end(session, &run)
      }
    }
  }

  /// The client's connection leads to the session no more.
  mutating func unlink(_ session: UInt32) {
    let (client, connection) = (sessions[session].client, sessions[session].connection)
    if links.session(client: client, connection: connection) == session {
      links.set(.max, client: client, connection: connection)
    }
  }

  /// A session is over, and its slot free.
  mutating func end(_ session: UInt32, _ run: inout Run<Event>) {
    let node = sessions[session].node
    idleSessions.leave(session, in: sessions)
    sessions[session].state = .free
    sessions.giveBack(session)
    members[Int(node)].sessions &-= 1
    run.recorder.change(nodeRecords[Int(node)].connections, by: -1, at: run.now)
    recordMemory(of: node, &run)
    sessionEnded(node, &run)
  }
}
