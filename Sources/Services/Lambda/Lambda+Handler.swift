import Engine
import Units

// Running a handler's program.
extension Lambda {
  /// Runs an activity's operations until it must wait or ends.
  mutating func advance(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    var outcome = Outcome.success
    steps: while true {
      let operation = program.operations + Int(activities[slot].operation)
      switch operation.pointee.kind {
      case .compute, .wait:
        let time = operation.pointee.sampler.drawTime(&program.streams[Int(activities[slot].operation)])
        return resume(slot, after: Time(nanoseconds: time), as: .computing, &run)
      case .call:
        activities[slot].retries = 0
        return call(slot, &run)
      case .end:
        break steps
      case .jump:
        activities[slot].operation = operation.pointee.argument
      case .fail:
        let share = program.branches[Int(operation.pointee.argument)].share
        if program.streams[Int(activities[slot].operation)].nextUnit() < share {
          outcome = .failed
          break steps
        }
        activities[slot].operation &+= 1
      case .choose:
        let draw = program.streams[Int(activities[slot].operation)].nextUnit()
        var branch = program.branches + Int(operation.pointee.argument)
        while draw >= branch.pointee.share { branch += 1 }
        activities[slot].operation = branch.pointee.target
      case .fork:
        return fork(slot, operation.pointee, &run, &account)
      case .loop:
        let turns = operation.pointee.sampler.drawTime(&program.streams[Int(activities[slot].operation)])
        if turns > 0 { return loop(slot, turns, &run, &account) }
        activities[slot].operation = operation.pointee.argument
      case .endLoop:
        activities[slot].turns &-= 1
        if activities[slot].turns == 0 { break steps }
        activities[slot].operation = operation.pointee.argument
      }
    }
    ended(slot, outcome, &run, &account)
  }

  @inline(__always) private func resume(
    _ slot: UInt32, after delay: Time, as state: Activity.State, _ run: inout Run<Event>
  ) {
    activities[slot].state = state
    run.schedule(
      .lambda(index, .resumed(activity: slot, generation: activities[slot].generation)), after: delay)
  }

  /// A computing activity goes on, a backing-off one calls again; a stale event finds another generation.
  @inline(__always) mutating func resumed(
    _ slot: UInt32, _ generation: UInt32, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard activities[slot].generation == generation else { return }
    switch activities[slot].state {
    case .computing:
      run.ledgers.attribute(activities[slot].ledger, to: records.handlerSegment, at: run.now)
      activities[slot].operation &+= 1
      advance(slot, &run, &account)
    case .backingOff:
      run.ledgers.attribute(activities[slot].ledger, to: records.backoffSegment, at: run.now)
      call(slot, &run)
    case .free, .calling, .joining:
      preconditionFailure("only a waiting activity is resumed")
    }
  }

  // MARK: Calls

  @inline(__always) private func call(_ slot: UInt32, _ run: inout Run<Event>) {
    let operation = program.calls + Int(program.operations[Int(activities[slot].operation)].argument)
    let call = run.place(
      from: party(slot), to: operation.pointee.callee, site: operation.pointee.site,
      ledger: run.ledgers.deeper(than: activities[slot].ledger))
    activities[slot].state = .calling(call)
    if operation.pointee.timeout < .never {
      let due = run.now + operation.pointee.timeout
      if patience[Int(operation.pointee.patience)].enter(call.slot, due: due, in: run.calls) {
        run.schedule(.lambda(index, .patienceTimer(list: operation.pointee.patience)), at: due)
      }
    }
  }

  /// The answer to an activity's call.
  @inline(__always) mutating func answered(_ call: CallID, _ run: inout Run<Event>, _ account: inout Account) {
    let slot = run.calls[call.slot].caller.tag
    let outcome = run.calls[call.slot].outcome
    let operation = program.calls + Int(program.operations[Int(activities[slot].operation)].argument)
    if operation.pointee.timeout < .never {
      patience[Int(operation.pointee.patience)].leave(call.slot, in: run.calls)
    }
    run.finish(call)
    react(slot, to: outcome, operation, &run, &account)
  }

  /// Goes on, tries again after a pause, or gives up.
  @inline(__always) private mutating func react(
    _ slot: UInt32, to outcome: Outcome, _ operation: UnsafeMutablePointer<CallOperation>, _ run: inout Run<Event>,
    _ account: inout Account
  ) {
    if outcome == .success {
      activities[slot].operation &+= 1
      return advance(slot, &run, &account)
    }
    if outcome.isRetryable && activities[slot].retries &+ 1 < operation.pointee.maxAttempts {
      let delay = operation.pointee.delay(
        retry: activities[slot].retries, &program.streams[Int(activities[slot].operation)])
      activities[slot].retries &+= 1
      run.recorder.count(records.retries)
      return resume(slot, after: delay, as: .backingOff, &run)
    }
    if operation.pointee.continuesOnError {
      activities[slot].operation &+= 1
      return advance(slot, &run, &account)
    }
    failed(slot, &run, &account)
  }

  private mutating func failed(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    ended(slot, .failed, &run, &account)
  }

  /// Calls that have lasted for their time limit are given up; their callees work on.
  mutating func patienceTimer(_ list: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    while true {
      switch patience[Int(list)].expire(at: run.now, in: run.calls) {
      case .idle: return
      case .rearm(let due): return run.schedule(.lambda(index, .patienceTimer(list: list)), at: due)
      case .expired(let callSlot):
        let call = CallID(slot: callSlot, generation: run.calls[callSlot].generation)
        let slot = run.calls[callSlot].caller.tag
        let operation = program.calls + Int(program.operations[Int(activities[slot].operation)].argument)
        run.ledgers.attribute(activities[slot].ledger, to: records.impatienceSegment, at: run.now)
        run.ledgers.cut(below: activities[slot].ledger)
        run.abandon(call)
        react(slot, to: .abandoned, operation, &run, &account)
      }
    }
  }

  // MARK: Branches and loops

  /// Starts the branches in order, each with a ledger of its own. A branch may end at once; the parent goes on
  /// when the last has ended.
  private mutating func fork(
    _ slot: UInt32, _ operation: Operation, _ run: inout Run<Event>, _ account: inout Account
  ) {
    activities[slot].operation &+= 1
    activities[slot].hasFailed = false
    activities[slot].state = .joining(operation.count)
    let environment = activities[slot].environment
    let isRecorded = run.ledgers.isCurrent(activities[slot].ledger)
    for branch in 0..<operation.count {
      let child = newActivity(environment: environment, parent: slot)
      activities[child].operation = program.branches[Int(operation.argument + branch)].target
      activities[child].ledger = isRecorded ? run.ledgers.open(at: run.now) : .none
      activities[child].ownsLedger = true
      link(child)
      advance(child, &run, &account)
    }
  }

  /// Starts a loop's activity at the next operation; the loop's own argument is where to go on.
  private mutating func loop(_ slot: UInt32, _ turns: Int64, _ run: inout Run<Event>, _ account: inout Account) {
    let child = newActivity(environment: activities[slot].environment, parent: slot)
    let operation = activities[slot].operation
    activities[child].operation = operation &+ 1
    activities[child].turns = turns
    activities[child].ledger = activities[slot].ledger
    link(child)
    activities[slot].hasFailed = false
    activities[slot].operation = program.operations[Int(operation)].argument
    activities[slot].state = .joining(1)
    advance(child, &run, &account)
  }

  /// An activity has no more to do: the invocation completes, or the parent joins.
  @inline(__always) private mutating func ended(
    _ slot: UInt32, _ outcome: Outcome, _ run: inout Run<Event>, _ account: inout Account
  ) {
    if activities[slot].parent == .max {
      activities[slot].generation &+= 1
      completed(activities[slot].environment, outcome, &run, &account)
    } else {
      join(slot, outcome, &run, &account)
    }
  }

  /// A branch or a loop has ended; its parent goes on when it was the last.
  private mutating func join(
    _ slot: UInt32, _ outcome: Outcome, _ run: inout Run<Event>, _ account: inout Account
  ) {
    let parent = activities[slot].parent
    guard case .joining(let left) = activities[parent].state else {
      preconditionFailure("a branch ends while its parent waits for it")
    }
    if outcome != .success { activities[parent].hasFailed = true }
    if activities[slot].ownsLedger {
      let ledger = activities[slot].ledger
      if left == 1 { run.ledgers.merge(ledger, into: activities[parent].ledger) }
      run.ledgers.close(ledger)
    }
    unlink(slot)
    freeActivity(slot)
    activities[parent].state = .joining(left &- 1)
    if left > 1 { return }
    if activities[parent].hasFailed {
      if activities[parent].parent == .max {
        activities[parent].generation &+= 1
        return completed(activities[parent].environment, .failed, &run, &account)
      }
      return join(parent, .failed, &run, &account)
    }
    advance(parent, &run, &account)
  }

  /// Stops everything that an invocation runs: branches end, calls in flight are given up.
  mutating func cutOff(_ slot: UInt32, _ call: CallID, _ run: inout Run<Event>) {
    let root = environments[slot].activity
    var activity = activities[root].next
    while activity != .max {
      let next = activities[activity].next
      abandonCall(of: activity, &run)
      if activities[activity].ownsLedger { run.ledgers.close(activities[activity].ledger) }
      freeActivity(activity)
      activity = next
    }
    activities[root].next = .max
    abandonCall(of: root, &run)
    activities[root].generation &+= 1
    let ledger = run.calls[call.slot].ledger
    run.ledgers.attribute(ledger, to: records.handlerSegment, at: run.now)
    run.ledgers.cut(below: ledger)
  }

  private func abandonCall(of activity: UInt32, _ run: inout Run<Event>) {
    guard case .calling(let call) = activities[activity].state else { return }
    let operation = program.calls + Int(program.operations[Int(activities[activity].operation)].argument)
    if operation.pointee.timeout < .never {
      patience[Int(operation.pointee.patience)].leave(call.slot, in: run.calls)
    }
    run.abandon(call)
    activities[activity].state = .free
  }

  // MARK: Activities

  mutating func newActivity(environment: UInt32, parent: UInt32) -> UInt32 {
    let slot = activities.take()
    let generation = activities[slot].generation
    activities[slot] = .blank
    activities[slot].generation = generation
    activities[slot].environment = environment
    activities[slot].parent = parent
    return slot
  }

  mutating func freeActivity(_ slot: UInt32) {
    activities[slot].generation &+= 1
    activities[slot].state = .free
    activities.giveBack(slot)
  }

  /// Branches and loops stand in a list that begins at the handler's own activity.
  private func link(_ slot: UInt32) {
    let root = environments[activities[slot].environment].activity
    let next = activities[root].next
    activities[slot].next = next
    activities[slot].previous = root
    if next != .max { activities[next].previous = slot }
    activities[root].next = slot
  }

  private func unlink(_ slot: UInt32) {
    let (previous, next) = (activities[slot].previous, activities[slot].next)
    activities[previous].next = next
    if next != .max { activities[next].previous = previous }
  }
}
