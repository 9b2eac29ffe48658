import Engine
import Units

// How a database fails over, and what its clients find meanwhile.
//
//   standing -- the writer fails --> detecting -- the service acts --> recovering -- a node takes writes --> standing
//               its sessions break               a promoted reader's                a promoted reader is the writer;
//                                                sessions break, too                the failed one rejoins later
//
// Clients that open a connection to the writer are refused until recovery ends, and those that find it by DNS until
// their resolver asks again.

extension Database {
  /// The node that takes writes, or took them last.
  var writer: UInt16 { failover.writer }

  /// Whether a node takes connections, at once or when it has resumed.
  func takesConnections(_ node: UInt16) -> Bool {
    switch members[Int(node)].state {
    case .available, .paused, .resuming: true
    case .down: false
    }
  }

  /// Whether Aurora Serverless has paused a node.
  private func isPaused(_ node: UInt16) -> Bool {
    if case .paused = members[Int(node)].state { return true }
    return false
  }

  /// Whether a client that opens a connection to a node finds it, and does not look for the writer at an old address.
  @inline(__always) mutating func finds(_ node: UInt16, client: UInt16, resolver: UInt32, at now: Time) -> Bool {
    node != writer || failover.isResolved(client: client, resolver: resolver, at: now)
  }

  /// A connection is refused because of a failover.
  @inline(never) mutating func noteRefusal(of client: UInt16, _ run: inout Run<Event>) {
    guard let records = failover.records else { return }
    run.recorder.count(takesConnections(writer) ? records.staleAddresses : records.refused)
    failover.noteLoss(of: client, at: run.now)
  }

  /// A request comes on a connection whose session a failover has ended.
  @inline(never) mutating func missed(_ client: UInt16, _ run: inout Run<Event>) {
    if failover.number > 0 { failover.noteLoss(of: client, at: run.now) }
  }

  // MARK: Events

  /// Before the first event: the first failures are scheduled.
  mutating func beginFailures(_ run: inout Run<Event>) {
    scheduleFailure(0, &run)
    scheduleRandomFailure(&run)
  }

  private mutating func scheduleFailure(_ moment: Int, _ run: inout Run<Event>) {
    guard moment < config.failover.moments.count else { return }
    run.schedule(.database(index, .failure(index: UInt32(moment))), at: config.failover.moments[moment])
  }

  /// The exponential has no memory, so a gap that is drawn when a failover is over is as good as one that goes on.
  private mutating func scheduleRandomFailure(_ run: inout Run<Event>) {
    guard let gap = failover.gap, !failover.isRandomPending else { return }
    failover.isRandomPending = true
    run.schedule(
      .database(index, .failure(index: .max)), after: Time(nanoseconds: gap.drawTime(&failover.gapStream)))
  }

  /// The writer fails, if there is one that works.
  @inline(never) mutating func failed(_ moment: UInt32, _ run: inout Run<Event>) {
    if moment == .max { failover.isRandomPending = false } else { scheduleFailure(Int(moment) + 1, &run) }
    guard let records = failover.records else { preconditionFailure("only a database with failures has any") }
    guard case .standing = failover.phase else { return run.recorder.count(records.ignored) }
    guard !isPaused(writer) else {
      // There is nothing to break, and it resumes elsewhere as it would here.
      run.recorder.count(records.ignored)
      return scheduleRandomFailure(&run)
    }
    failover.number &+= 1
    failover.awaitingSince = run.now
    failover.isWatching = true
    run.recorder.count(records.failovers)
    run.recorder.change(records.isDown, by: 1, at: run.now)
    let reader = standbyReader
    let hasStandby = reader != .max || config.deployment == .multiAZInstance
    let (detection, rest) = drawPhases(hasStandby ? failover.promotion : failover.recovery)
    failover.phase = .detecting(since: run.now, rest: rest, node: reader == .max ? writer : reader)
    bringDown(writer, records, &run)
    run.schedule(.database(index, .detected), after: detection)
  }

  private mutating func drawPhases(_ restorer: Sampler) -> (detection: Time, rest: Time) {
    if let downtime = failover.downtime {
      return (.zero, Time(nanoseconds: downtime.drawTime(&failover.phaseStream)))
    }
    let detection = failover.detection.drawTime(&failover.phaseStream)
    return (Time(nanoseconds: detection), Time(nanoseconds: restorer.drawTime(&failover.phaseStream)))
  }

  /// The service acts: the first reader that works is restarted as the writer, or the writer is brought back.
  @inline(never) mutating func detected(_ run: inout Run<Event>) {
    guard case .detecting(let since, let rest, let node) = failover.phase, let records = failover.records else {
      preconditionFailure("a failure is detected once")
    }
    notify(.availability, &run)
    notify(isTakenOver(by: node) ? .failover : .recovery, &run)
    if node != writer { bringDown(node, records, &run) }
    failover.phase = .recovering(since: since, node: node)
    run.schedule(.database(index, .recovered), after: rest)
  }

  /// A writer takes connections again.
  @inline(never) mutating func recovered(_ run: inout Run<Event>) {
    guard case .recovering(let since, let node) = failover.phase, let records = failover.records else {
      preconditionFailure("a failover ends once")
    }
    notify(.availability, &run)
    notify(isTakenOver(by: node) ? .failover : .recovery, &run)
    if node != writer {
      run.schedule(
        .database(index, .rejoined(node: UInt32(writer))),
        after: Time(nanoseconds: failover.rejoining.drawTime(&failover.phaseStream)))
    }
    failover.writer = node
    promoteServerless(node, &run)
    comeBack(node, &run)
    failover.phase = .standing
    if config.deployment.movesAddress { failover.movedAt = run.now }
    run.recorder.change(records.isDown, by: -1, at: run.now)
    run.recorder.record(records.downtime, (run.now - since).nanoseconds)
    scheduleRandomFailure(&run)
  }

  /// The node that was the writer is back as a reader.
  @inline(never) mutating func rejoined(_ node: UInt16, _ run: inout Run<Event>) { comeBack(node, &run) }

  /// A node that was down works again; one of Aurora Serverless may have paused before it failed, or be resuming.
  private mutating func comeBack(_ node: UInt16, _ run: inout Run<Event>) {
    guard serverless.isUsed else { return release(node, &run) }
    switch serverless.nodes[Int(node)].state {
    case .running: release(node, &run)
    case .paused: members[Int(node)].state = .paused
    case .resuming: members[Int(node)].state = .resuming
    }
  }

  // MARK: Nodes

  /// A node takes no more connections, and its sessions break.
  private mutating func bringDown(_ node: UInt16, _ records: FailoverRecords, _ run: inout Run<Event>) {
    for session in 0..<UInt32(sessions.extent) where sessions[session].node == node {
      switch sessions[session].state {
      case .opening, .active: failover.noteLoss(of: sessions[session].client, at: run.now)
      case .free, .idle, .leaving: break
      }
    }
    members[Int(node)].state = .down
    let before = sessions.count
    failSessions(of: node, &run)
    run.recorder.count(records.lostSessions, by: Int64(before - sessions.count))
  }

  /// Whether another machine than the failed writer's is the writer next.
  private func isTakenOver(by node: UInt16) -> Bool { node != writer || config.deployment == .multiAZInstance }

  /// The reader that is promoted: the first one that works, as all have the same promotion tier; `.max` for none.
  private var standbyReader: UInt16 {
    guard config.deployment.promotesReaders else { return .max }
    for node in 0..<UInt16(config.nodeCount) where node != writer && takesConnections(node) { return node }
    return .max
  }

  // MARK: Results

  /// What the failovers did; nothing of a database that never fails.
  func failoverFigures(_ recorder: borrowing Recorder) -> [Figure] {
    guard let records = failover.records else { return [] }
    return [
      Figure("failovers", recorder.sum(records.failovers)),
      Figure("ignoredFailures", recorder.sum(records.ignored)),
      Figure("downtimeMs", Double(recorder.integral(records.isDown)) / 1e6),
      Figure("meanDowntimeMs", recorder.histogram(records.downtime).mean / 1e6),
      Figure("firstQueryAfterFailoverMs", recorder.histogram(records.firstQuery).mean / 1e6),
      Figure("longestOutageMs", failover.longestOutageAtEnd.inMilliseconds),
      Figure("lostSessions", recorder.sum(records.lostSessions)),
      Figure("refusedWithoutNode", recorder.sum(records.refused)),
      Figure("connectionsToOldAddress", recorder.sum(records.staleAddresses)),
    ]
  }
}
