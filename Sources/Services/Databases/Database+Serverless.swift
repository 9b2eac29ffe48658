import Engine
import Units

/// Aurora Serverless v2: when capacity is looked at and changed, when nodes pause and resume.
///
/// The rest of the database tells it four things: `noteStation` after each change of a node's CPU, `sessionOpened` and
/// `sessionEnded`, and `resume` when a connection is asked of a node that is not running.
extension Database {
  /// Before the first event.
  mutating func beginServerless(_ run: inout Run<Event>) {
    guard let records = serverless.records else { return }
    for node in 0..<serverless.count {
      let capacity = serverless.nodes[Int(node)].capacity
      guard capacity > 0 else {
        run.recorder.change(records.pausedNodes, by: 1, at: run.now)
        members[Int(node)].state = .paused
        continue
      }
      record(capacity, &run)
      scheduleLook(&run)
      if serverless.group(of: node) == node { armPause(node, &run) }
    }
  }

  /// The jobs on a node's CPU have changed. Call it after every change of a station, with the station as it is then.
  @inline(__always) mutating func noteStation(_ node: UInt16, _ run: inout Run<Event>) {
    guard serverless.isUsed else { return }
    let running = nodes[node].pointee.running
    serverless.nodes[Int(node)].note(running: running, at: run.now)
    if running > 0 { scheduleLook(&run) }
  }

  /// A session has a place on a node, from its opening on.
  mutating func sessionOpened(_ node: UInt16, _ run: inout Run<Event>) {
    guard serverless.isUsed else { return }
    serverless.nodes[Int(node)].connections += 1
    serverless.groups[Int(serverless.group(of: node))].connections += 1
    scheduleLook(&run)
  }

  /// A session has left its node.
  mutating func sessionEnded(_ node: UInt16, _ run: inout Run<Event>) {
    guard serverless.isUsed else { return }
    let group = serverless.group(of: node)
    serverless.nodes[Int(node)].connections -= 1
    serverless.groups[Int(group)].connections -= 1
    scheduleLook(&run)
    if serverless.groups[Int(group)].connections == 0 {
      serverless.groups[Int(group)].unusedSince = run.now
      armPause(group, &run)
    }
  }

  /// Another node writes from now on; followers follow it at the next look.
  mutating func promoteServerless(_ node: UInt16, _ run: inout Run<Event>) {
    guard serverless.isUsed else { return }
    serverless.writer = node
    scheduleLook(&run)
  }

  /// Memory of a node in bytes: 1 GiB for each half ACU that it has now.
  func serverlessMemoryBytes(of node: UInt16) -> Int64 {
    Int64(serverless.nodes[Int(node)].capacity) * ServerlessCapacityConfig.bytesPerHalfACU
  }

  // MARK: Scaling

  /// Makes sure that capacity is looked at when the second is over.
  private mutating func scheduleLook(_ run: inout Run<Event>) {
    // A look is never due in the past, so one that is due within a second is due at its end.
    if serverless.nextLook.nanoseconds &- run.now.nanoseconds <= 1_000_000_000 { return }
    schedule(lookAt: run.now.nextSecond, &run)
  }

  private mutating func schedule(lookAt due: Time, _ run: inout Run<Event>) {
    serverless.nextLook = due
    run.schedule(.database(index, .scaling), at: due)
  }

  /// A whole second is over: the writer is looked at first, since others may follow it.
  mutating func look(_ run: inout Run<Event>) {
    guard serverless.nextLook == run.now else { return }
    serverless.nextLook = .never
    look(serverless.writer, &run)
    for node in 0..<serverless.count where node != serverless.writer { look(node, &run) }
    var next = Time.never
    for node in 0..<serverless.count where serverless.nodes[Int(node)].isRunning {
      next = min(
        next,
        serverless.nodes[Int(node)].rest(serverless.rules, companion: serverless.companion(of: node), at: run.now))
    }
    // A station whose capacity has changed has asked for one already.
    if next < serverless.nextLook { schedule(lookAt: next, &run) }
  }

  private mutating func look(_ node: UInt16, _ run: inout Run<Event>) {
    guard let config = serverless.config, serverless.nodes[Int(node)].isRunning else { return }
    let before = serverless.nodes[Int(node)].capacity
    let wanted = serverless.nodes[Int(node)].look(
      serverless.rules, companion: serverless.companion(of: node), at: run.now)
    guard wanted != before else { return }
    let milliVCPUs = config.milliVCPUs(Int(wanted))
    nodes[node].pointee.setCapacity(milliVCPUs: milliVCPUs, at: run.now)
    serverless.nodes[Int(node)].setCapacity(
      wanted, milliVCPUs: milliVCPUs, running: nodes[node].pointee.running, at: run.now)
    record(wanted - before, &run)
    stationChanged(node, &run)
  }

  private mutating func record(_ change: Int32, _ run: inout Run<Event>) {
    guard let records = serverless.records else { return }
    run.recorder.change(records.capacity, by: Int64(change), at: run.now)
    run.recorder.change(records.utilization, by: Int64(change) * 100, at: run.now)
    serverless.leastTotal.change(by: Int64(change), at: run.now, recordingStart: run.recordingStart)
  }

  // MARK: Pausing

  /// Makes sure that a group without connections is looked at when it has been so for long enough.
  private mutating func armPause(_ group: UInt16, _ run: inout Run<Event>) {
    guard let config = serverless.config, serverless.pauses, !serverless.groups[Int(group)].isTimed else { return }
    serverless.groups[Int(group)].isTimed = true
    let due = serverless.groups[Int(group)].unusedSince + config.autoPause
    run.schedule(.database(index, .pauseTimer(node: UInt32(group))), at: max(due, run.now))
  }

  /// A group may have been unused for long enough, or a node has resumed.
  mutating func pauseTimer(_ node: UInt16, _ run: inout Run<Event>) {
    switch serverless.nodes[Int(node)].state {
    case .running:
      serverless.groups[Int(node)].isTimed = false
      considerPause(node, &run)
    case .paused: break
    case .resuming(let since, let until):
      if until == run.now { resumed(node, since: since, &run) }
    }
  }

  private mutating func considerPause(_ group: UInt16, _ run: inout Run<Event>) {
    guard let config = serverless.config, serverless.groups[Int(group)].connections == 0 else { return }
    if serverless.groups[Int(group)].unusedSince + config.autoPause > run.now { return armPause(group, &run) }
    let range = serverless.members(of: group)
    // Statements outlive sessions that are cut off; the database works until they are done. Nor does a node pause that
    // has failed.
    for node in range where nodes[node].pointee.running > 0 || !takesConnections(node) {
      serverless.groups[Int(group)].unusedSince = run.now + .seconds(1) - config.autoPause
      return armPause(group, &run)
    }
    // The writer pauses when all readers have: the last one of them looks after it.
    if range.contains(serverless.writer) {
      for node in 0..<serverless.count where !range.contains(node) && !serverless.nodes[Int(node)].isPaused { return }
    }
    for node in range { pause(node, &run) }
    let writers = serverless.group(of: serverless.writer)
    if writers != group && serverless.nodes[Int(writers)].isRunning && !serverless.groups[Int(writers)].isTimed {
      considerPause(writers, &run)
    }
  }

  private mutating func pause(_ node: UInt16, _ run: inout Run<Event>) {
    guard let records = serverless.records, serverless.nodes[Int(node)].isRunning else { return }
    record(-serverless.nodes[Int(node)].capacity, &run)
    run.recorder.change(records.pausedNodes, by: 1, at: run.now)
    run.recorder.count(records.pauses)
    serverless.nodes[Int(node)].pause(at: run.now)
    members[Int(node)].state = .paused
  }

  // MARK: Resuming

  /// Somebody wants a connection to a node that is not running: it comes back, and its group and the writer's with it.
  mutating func resume(_ node: UInt16, _ run: inout Run<Event>) {
    let writers = serverless.group(of: serverless.writer)
    let writerUntil = resumeGroup(writers, notBefore: run.now, &run)
    let own = serverless.group(of: node)
    if own != writers { _ = resumeGroup(own, notBefore: writerUntil, &run) }
  }

  /// Starts a group that is paused, at the earliest with the writer, and returns when it runs.
  private mutating func resumeGroup(_ group: UInt16, notBefore earliest: Time, _ run: inout Run<Event>) -> Time {
    switch serverless.nodes[Int(group)].state {
    case .running: return run.now
    case .resuming(_, let until): return until
    case .paused(let since):
      let isDeep = run.now - since > ServerlessCapacityConfig.deepPause
      let time = (isDeep ? serverless.deepResumeTime : serverless.resumeTime).drawTime(&serverless.stream[0])
      let until = max(earliest, run.now + Time(nanoseconds: time))
      for member in serverless.members(of: group) {
        serverless.nodes[Int(member)].state = .resuming(since: run.now, until: until)
        if takesConnections(member) { members[Int(member)].state = .resuming }
        run.schedule(.database(index, .pauseTimer(node: UInt32(member))), at: until)
      }
      return until
    }
  }

  private mutating func resumed(_ node: UInt16, since: Time, _ run: inout Run<Event>) {
    guard let config = serverless.config, let records = serverless.records else { return }
    let capacity = max(
      min(serverless.rules.most, max(serverless.rules.least, Int32(config.resumeCapacity))),
      serverless.companion(of: node))
    let milliVCPUs = config.milliVCPUs(Int(capacity))
    nodes[node].pointee.setCapacity(milliVCPUs: milliVCPUs, at: run.now)
    serverless.nodes[Int(node)].resume(capacity, milliVCPUs: milliVCPUs, at: run.now)
    record(capacity, &run)
    run.recorder.change(records.pausedNodes, by: -1, at: run.now)
    run.recorder.count(records.resumes)
    run.recorder.record(records.resumeTime, (run.now - since).nanoseconds)
    scheduleLook(&run)
    let group = serverless.group(of: node)
    if serverless.groups[Int(group)].connections == 0 {
      serverless.groups[Int(group)].unusedSince = run.now
      if group == node { armPause(group, &run) }
    }
    // One that has failed meanwhile takes connections when the failover is over.
    if takesConnections(node) { release(node, &run) }
  }
}
