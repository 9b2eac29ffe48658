import Engine
import Units

// How a driver opens connections: secret or token, the server's part, the check of a token, and again after a pause while
// nobody takes connections.
extension DatabaseClient {
  /// Begins to open a connection for a call, `.none` for whoever will need it.
  @inline(never) mutating func open(_ connection: UInt32, for call: CallID, _ run: inout Run<Event>) {
    while connections.extent <= Int(connection) { _ = connections.take() }
    connections[connection].opening &+= 1
    connections[connection].opener = call
    connections[connection].ledger = .none
    if call != .none {
      run.ledgers.attribute(run.calls[call.slot].ledger, to: records.waitSegment, at: run.now)
      connections[connection].ledger = run.ledgers.deeper(than: run.calls[call.slot].ledger)
    }
    switch config.connection.authentication {
    case .password: connect(connection, &run)
    case .secretsManager:
      let due = secret(of: pool.connections[connection].group, &run)
      if due <= run.now { return connect(connection, &run) }
      connections[connection].stage = .fetching
      resume(connection, at: due, &run)
    case .iam:
      connections[connection].stage = .signing
      resume(connection, after: samplers.tokens.drawTime(&samplers.streams[1]), &run)
    }
  }

  /// Opens what the line of a group needs.
  mutating func refill(_ group: UInt32, _ run: inout Run<Event>) {
    while true {
      let connection = pool.openForLine(group)
      if connection == .max { return }
      // The head of the line gets the only connection that opens; of several nobody knows which one comes first.
      open(connection, for: pool.group(group).opening == 1 ? pool.headOfLine(group) : .none, &run)
    }
  }

  /// When the secret of a group is there; asks for it if nobody has.
  private mutating func secret(of group: UInt32, _ run: inout Run<Event>) -> Time {
    while secrets.extent <= Int(group) { _ = secrets.take() }
    if secrets[group] == .never {
      run.recorder.count(records.secretRequests)
      secrets[group] = run.now + Time(nanoseconds: samplers.secrets.drawTime(&samplers.streams[0]))
    }
    return secrets[group]
  }

  private mutating func resume(_ connection: UInt32, after nanoseconds: Int64, _ run: inout Run<Event>) {
    resume(connection, at: run.now + Time(nanoseconds: nanoseconds), &run)
  }

  private mutating func resume(_ connection: UInt32, at time: Time, _ run: inout Run<Event>) {
    run.schedule(
      .databaseClient(index, .resumed(connection: connection, opening: connections[connection].opening)), at: time)
  }

  /// What a connection has waited for is there.
  @inline(never) mutating func resumed(_ connection: UInt32, _ opening: UInt32, _ run: inout Run<Event>) {
    guard connections[connection].opening == opening else { return }
    let ledger = connections[connection].ledger
    switch connections[connection].stage {
    case .fetching:
      run.ledgers.attribute(ledger, to: records.secretSegment, at: run.now)
      connect(connection, &run)
    case .signing, .pausing:
      run.ledgers.attribute(ledger, to: records.connectSegment, at: run.now)
      connect(connection, &run)
    case .authenticating: established(connection, &run)
    case .closed, .connecting, .ready, .executing, .leaving: break
    }
  }

  /// Asks the server for a connection.
  private mutating func connect(_ connection: UInt32, _ run: inout Run<Event>) {
    if !connections[connection].deadline.isLinked, times.connect < .never {
      let due = run.now + times.connect
      if openings.enter(connection, due: due, in: connections) {
        run.scheduleLimit(.databaseClient(index, .connectTimer), at: due)
      }
    }
    run.recorder.count(records.attempts)
    if config.connection.authentication == .iam, tokenRate.isReached(at: run.now) {
      run.recorder.count(records.crowdedSeconds)
    }
    connections[connection].stage = .connecting
    _ = run.place(
      from: party(connection), to: server, site: connectSite, ledger: connections[connection].ledger)
  }

  /// The server has answered a connection's opening.
  @inline(never) mutating func connected(_ connection: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    if case .leaving = connections[connection].stage {
      if outcome == .success { disconnect(connection, &run) }
      connections[connection].stage = .closed
      return pool.close(connection)
    }
    switch outcome {
    case .success:
      guard config.connection.authentication == .iam else { return established(connection, &run) }
      connections[connection].stage = .authenticating
      resume(connection, after: samplers.checks.drawTime(&samplers.streams[2]), &run)
    case .unavailable:
      run.recorder.count(records.unreachable)
      connections[connection].stage = .pausing
      resume(connection, at: run.now + times.retryPause, &run)
    case .throttled:
      run.recorder.count(records.refused)
      giveUp(connection, outcome, &run)
    case .failed, .timedOut, .abandoned:
      run.recorder.count(records.otherFailures)
      giveUp(connection, outcome, &run)
    }
  }

  /// A connection is open: for the head of the line, or for the request that has it already.
  private mutating func established(_ connection: UInt32, _ run: inout Run<Event>) {
    openings.leave(connection, in: connections)
    connections[connection].stage = .ready
    connections[connection].openedAt = run.now
    run.recorder.count(records.opened)
    run.recorder.change(records.open, by: 1, at: run.now)
    if case .borrowed(let call) = pool.connections[connection].state {
      reopened(connection, call, &run)
    } else {
      let call = pool.opened(connection, at: run.now)
      if call != .none { return serve(connection, call, &run) }
      connections[connection].opener = .none
      if times.hasIdleTimer { armIdleTimer(&run) }
    }
  }

  /// A connection cannot be opened: the request at the head of the line fails, or the one that has it.
  private mutating func giveUp(_ connection: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    openings.leave(connection, in: connections)
    let group = pool.connections[connection].group
    connections[connection].stage = .closed
    connections[connection].opening &+= 1
    connections[connection].isSecondTry = false
    if case .borrowed(let call) = pool.connections[connection].state {
      pool.close(connection)
      fail(call, outcome, connection, &run)
    } else {
      failHead(pool.failedToOpen(connection), of: group, outcome, connection, &run)
    }
    refill(group, &run)
  }

  /// The first in line whose caller still waits fails.
  private mutating func failHead(
    _ head: CallID, of group: UInt32, _ outcome: Outcome, _ connection: UInt32, _ run: inout Run<Event>
  ) {
    var call = head
    while call != .none {
      run.recorder.change(records.waiting, by: -1, at: run.now)
      let isAbandoned = run.calls[call.slot].state == .abandoned
      fail(call, outcome, connection, &run)
      call = isAbandoned ? pool.takeWaiter(group) : .none
    }
  }

  /// Connections whose opening has taken too long are given up.
  @inline(never) mutating func connectTimer(_ run: inout Run<Event>) {
    while true {
      switch openings.expire(at: run.now, in: connections) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.databaseClient(index, .connectTimer), at: due)
      case .expired(let connection):
        run.recorder.count(records.connectTimeouts)
        expired(connection, &run)
      }
    }
  }

  private mutating func expired(_ connection: UInt32, _ run: inout Run<Event>) {
    switch connections[connection].stage {
    case .connecting:
      // The server still answers, and the connection closes then; meanwhile there is room for another one.
      let group = pool.connections[connection].group
      let state = pool.connections[connection].state
      leave(connection)
      if case .borrowed(let call) = state {
        fail(call, .unavailable, connection, &run)
      } else {
        failHead(pool.takeWaiter(group), of: group, .unavailable, connection, &run)
      }
      refill(group, &run)
    case .authenticating:
      disconnect(connection, &run)
      giveUp(connection, .unavailable, &run)
    case .pausing: giveUp(connection, .unavailable, &run)
    case .closed, .fetching, .signing, .ready, .executing, .leaving:
      preconditionFailure("only a connection that opens has a deadline")
    }
  }

  /// A connection is given up before the server has answered.
  mutating func leave(_ connection: UInt32) {
    openings.leave(connection, in: connections)
    connections[connection].stage = .leaving
    connections[connection].opening &+= 1
    connections[connection].isSecondTry = false
    pool.leave(connection)
  }

  // MARK: Lost connections

  /// A request's connection is lost: the request opens another one and goes once more, or fails.
  @inline(never) mutating func lost(_ connection: UInt32, _ call: CallID, _ run: inout Run<Event>) {
    run.recorder.count(records.lost)
    run.recorder.change(records.open, by: -1, at: run.now)
    run.ledgers.attribute(run.calls[call.slot].ledger, to: records.lostSegment, at: run.now)
    disconnect(connection, &run)
    if config.connection.reconnects, !connections[connection].isSecondTry,
      run.calls[call.slot].state != .abandoned
    {
      run.recorder.count(records.reconnects)
      connections[connection].isSecondTry = true
      return open(connection, for: call, &run)
    }
    let group = pool.connections[connection].group
    connections[connection].stage = .closed
    connections[connection].isSecondTry = false
    pool.close(connection)
    run.answer(call, .unavailable)
    refill(group, &run)
  }

  /// The connection that a request has opened in place of a lost one is there.
  private mutating func reopened(_ connection: UInt32, _ call: CallID, _ run: inout Run<Event>) {
    if run.calls[call.slot].state == .abandoned {
      connections[connection].isSecondTry = false
      return settle(connection, call, .success, &run)
    }
    endWait(of: call, connection, &run)
    send(connection, call, executionSite(of: call, run), &run)
  }
}

/// New connections in the present second, against what RDS recommends for IAM authentication.
struct TokenRate: BitwiseCopyable {
  private var second: Int64 = -1
  private var count = 0

  /// Counts a connection; true for the one with which the second has as many as it should stay below.
  mutating func isReached(at now: Time) -> Bool {
    let present = now.nanoseconds / 1_000_000_000
    if present != second { (second, count) = (present, 0) }
    count += 1
    return count == ConnectionConfig.iamConnectionsPerSecond
  }
}
