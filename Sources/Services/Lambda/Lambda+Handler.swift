import Engine
import Units

// Running a handler's program.
extension Lambda {
  /// Runs an activity's operations until it must wait or ends; then goes on with its parent, if that waited for it
  /// alone. The stack grows with the nesting of the program only, not with the turns of its loops.
  mutating func advance(_ first: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    var slot = first
    while true {
      var outcome = Outcome.success
      steps: while true {
        let operation = program.operations + Int(activities[slot].operation)
        switch operation.pointee.kind {
        case .compute, .wait:
          let time = operation.pointee.sampler.drawTime(&program.streams[Int(activities[slot].operation)])
          return resume(slot, after: Time(nanoseconds: time), as: .computing, &run)
        case .call:
          activities[slot].retry = RetryProgress()
          return call(slot, &run)
        case .end:
          break steps
        case .jump:
          activities[slot].operation = operation.pointee.argument
        case .fail:
          if fails(slot, operation.pointee.argument) {
            outcome = .failed
            break steps
          }
          activities[slot].operation &+= 1
        case .choose: choose(slot, operation.pointee.argument)
        case .fork:
          guard let branch = fork(slot, operation.pointee, &run, &account) else { return }
          slot = branch
        case .crash:
          if crashes(slot, operation.pointee.argument, &run, &account) { return }
          activities[slot].operation &+= 1
        case .recordLoop: slot = recordLoop(slot, &run)
        case .loop: slot = loop(slot)
        case .endLoop:
          activities[slot].turns &-= 1
          if activities[slot].turns == 0 { break steps }
          activities[slot].operation = operation.pointee.argument
        }
      }
      // Nearly every handler ends here, so this is not left to `unwind`.
      if activities[slot].parent == .max && !hasEpilogue {
        activities[slot].generation &+= 1
        return completedApart(activities[slot].environment, outcome, &run, &account)
      }
      guard let next = unwind(slot, outcome, &run, &account) else { return }
      slot = next
    }
  }

  /// An activity has thrown: so do those that wait for it, when their last branch has ended.
  mutating func fail(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    guard let next = unwind(slot, .failed, &run, &account) else { return }
    advance(next, &run, &account)
  }

  /// An activity has ended. Returns the one that goes on: the nearest of those that waited for it whose branches have
  /// all ended, none of them by an error, or a loop over records that takes the next one after an error. Nil if somebody
  /// still waits, or if the handler has ended.
  @inline(never) private mutating func unwind(
    _ first: UInt32, _ firstOutcome: Outcome, _ run: inout Run<Event>, _ account: inout Account
  ) -> UInt32? {
    var slot = first
    var outcome = firstOutcome
    repeat {
      if outcome != .success, activities[slot].recordLoop != .max, skipRecord(slot, &run) {
        if activities[slot].turns > 0 { return slot }
        outcome = .success
      }
      if activities[slot].parent == .max {
        handlerEnded(slot, outcome, &run, &account)
        return nil
      }
      guard let parent = join(slot, outcome, &run) else { return nil }
      slot = parent
      outcome = .failed
    } while activities[slot].hasFailed
    return slot
  }

  /// A turn of a loop over records has thrown. If the caller takes partial answers, the record is noted and the loop
  /// stands at its next turn, if there is one; else false.
  private func skipRecord(_ slot: UInt32, _ run: inout Run<Event>) -> Bool {
    guard case .busy(let call, _) = environments[activities[slot].environment].state else {
      preconditionFailure("only a busy environment runs a handler")
    }
    let count = run.records(of: call)
    guard count > 0, run.calls[call.slot].traits.contains(.reportsRecords) else { return false }
    let record = UInt32(truncatingIfNeeded: Int64(count) &- activities[slot].turns)
    if !program.hasSeveralRecordLoops || !run.hasFailure(of: call, record: record) {
      run.noteFailure(of: call, record: record)
    }
    activities[slot].hasFailed = false
    activities[slot].turns &-= 1
    activities[slot].operation = activities[slot].recordLoop &+ 1
    return true
  }

  /// The handler has returned or thrown, if its memory sufficed; a long response is still being streamed.
  @inline(never) private mutating func handlerEnded(
    _ slot: UInt32, _ outcome: Outcome, _ run: inout Run<Event>, _ account: inout Account
  ) {
    if config.memoryUsage != nil {
      let used = memorySampler.draw(&memoryStream)
      let environment = activities[slot].environment
      let megabytes = Int32(min(used, memoryBytes) / Double(Size.megabytes(1).bytes))
      environments[environment].memoryUsed = max(environments[environment].memoryUsed, megabytes)
      if used > memoryBytes {
        run.recorder.count(records.outOfMemory)
        activities[slot].state = .free
        return processEnded(environment, as: .outOfMemory, &run, &account)
      }
    }
    if outcome == .success, streaming > .zero { return resume(slot, after: streaming, as: .responding, &run) }
    activities[slot].generation &+= 1
    completedApart(activities[slot].environment, outcome, &run, &account)
  }

  /// The last byte of a streamed response has left.
  private mutating func responded(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    run.recorder.count(records.streamedBytes, by: LambdaRules.streamedBytes(of: config))
    activities[slot].generation &+= 1
    completedApart(activities[slot].environment, .success, &run, &account)
  }

  @inline(__always) func resume(
    _ slot: UInt32, after delay: Time, as state: Activity.State, _ run: inout Run<Event>
  ) {
    activities[slot].state = state
    run.schedule(
      .lambda(index, .resumed(activity: slot, generation: activities[slot].generation)), after: delay)
  }

  /// A computing activity goes on, a backing-off one calls again; a stale event finds another generation.
  @inline(never) mutating func resumed(
    _ slot: UInt32, _ generation: UInt32, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard activities[slot].generation == generation else { return }
    switch activities[slot].state {
    case .computing:
      run.ledgers.attribute(activities[slot].ledger, to: records.handlerSegment, at: run.now)
      activities[slot].operation &+= 1
      // Most handlers have computed last.
      if program.operations[Int(activities[slot].operation)].kind == .end && activities[slot].parent == .max
        && !hasEpilogue
      {
        activities[slot].generation &+= 1
        completed(activities[slot].environment, .success, &run, &account)
      } else {
        advance(slot, &run, &account)
      }
    case .backingOff, .held, .initialising, .failingInit, .warmingUp, .responding, .free, .calling, .joining:
      resumedRarely(slot, &run, &account)
    }
  }

  @inline(never) private mutating func resumedRarely(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account)
  {
    switch activities[slot].state {
    case .backingOff:
      run.ledgers.attribute(activities[slot].ledger, to: records.backoffSegment, at: run.now)
      callAgain(slot, &run)
    case .held(let ticket):
      run.ledgers.attribute(activities[slot].ledger, to: records.backoffSegment, at: run.now)
      held(slot, ticket, &run)
    case .initialising:
      run.ledgers.attribute(activities[slot].ledger, to: records.suppressedInitSegment, at: run.now)
      prepare(activities[slot].environment, &run, &account)
    case .failingInit:
      run.ledgers.attribute(activities[slot].ledger, to: records.suppressedInitSegment, at: run.now)
      processEnded(activities[slot].environment, as: .crash, &run, &account)
    case .warmingUp:
      run.ledgers.attribute(activities[slot].ledger, to: records.firstCallSegment, at: run.now)
      advance(slot, &run, &account)
    case .responding:
      run.ledgers.attribute(activities[slot].ledger, to: records.responseSegment, at: run.now)
      responded(slot, &run, &account)
    case .computing, .free, .calling, .joining:
      preconditionFailure("only a waiting activity is resumed")
    }
  }

  /// What an activity's time is put down to, if it ends now.
  private func segment(of activity: UInt32) -> SegmentID {
    switch activities[activity].state {
    case .initialising, .failingInit: records.suppressedInitSegment
    case .warmingUp: records.firstCallSegment
    case .responding: records.responseSegment
    case .free, .computing, .backingOff, .held, .calling, .joining: records.handlerSegment
    }
  }

  // MARK: Branches and loops

  /// Whether the handler throws here.
  @inline(never) private mutating func fails(_ slot: UInt32, _ branch: UInt32) -> Bool {
    program.streams[Int(activities[slot].operation)].nextUnit() < program.branches[Int(branch)].share
  }

  /// Goes on at one of several ways, the first of which is `first`.
  @inline(never) private mutating func choose(_ slot: UInt32, _ first: UInt32) {
    let draw = program.streams[Int(activities[slot].operation)].nextUnit()
    var branch = program.branches + Int(first)
    while draw >= branch.pointee.share { branch += 1 }
    activities[slot].operation = branch.pointee.target
  }

  /// Makes the activity of a loop and returns it; the activity itself, behind the loop, if there are no turns.
  @inline(never) private mutating func loop(_ slot: UInt32) -> UInt32 {
    let operation = program.operations + Int(activities[slot].operation)
    let turns = operation.pointee.sampler.drawTime(&program.streams[Int(activities[slot].operation)])
    if turns > 0 { return loop(slot, turns) }
    activities[slot].operation = operation.pointee.argument
    return slot
  }

  /// Ends the process as often as the operation says.
  @inline(never) private mutating func crashes(
    _ slot: UInt32, _ branch: UInt32, _ run: inout Run<Event>, _ account: inout Account
  ) -> Bool {
    let draw = program.streams[Int(activities[slot].operation)].nextUnit()
    guard draw < program.branches[Int(branch)].share else { return false }
    run.recorder.count(records.crashes)
    // It waits for nothing: a call before this operation has been answered.
    activities[slot].state = .free
    processEnded(activities[slot].environment, as: .crash, &run, &account)
    return true
  }

  /// Makes the activity of a loop over the records of the batch.
  @inline(never) private mutating func recordLoop(_ slot: UInt32, _ run: inout Run<Event>) -> UInt32 {
    let operation = activities[slot].operation
    let child = loop(slot, Int64(max(1, records(of: slot, &run))))
    activities[child].recordLoop = operation
    return child
  }

  /// Records of the batch that an activity works on.
  private func records(of slot: UInt32, _ run: inout Run<Event>) -> UInt32 {
    guard case .busy(let call, _) = environments[activities[slot].environment].state else {
      preconditionFailure("only a busy environment runs a handler")
    }
    return run.records(of: call)
  }

  /// Starts the branches in order, each with a ledger of its own, and returns the last of them to go on with. A branch
  /// may end at once; the parent goes on when all have ended, so not before the last one runs. Nil if a branch has ended
  /// the process, and with it all the others.
  @inline(never) private mutating func fork(
    _ slot: UInt32, _ operation: Operation, _ run: inout Run<Event>, _ account: inout Account
  ) -> UInt32? {
    activities[slot].operation &+= 1
    activities[slot].hasFailed = false
    activities[slot].state = .joining(operation.count)
    let environment = activities[slot].environment
    let root = environments[environment].activity
    let invocation = activities[root].generation
    let isRecorded = run.ledgers.isCurrent(activities[slot].ledger)
    var branch: UInt32 = 0
    while true {
      let child = newActivity(environment: environment, parent: slot)
      activities[child].operation = program.branches[Int(operation.argument + branch)].target
      activities[child].ledger = isRecorded ? run.ledgers.open(at: run.now) : .none
      activities[child].ownsLedger = true
      link(child)
      branch &+= 1
      if branch == operation.count { return child }
      advance(child, &run, &account)
      if activities[root].generation != invocation { return nil }
    }
  }

  /// Makes a loop's activity, which begins at the next operation; the loop's own argument is where to go on after it.
  @inline(never) private mutating func loop(_ slot: UInt32, _ turns: Int64) -> UInt32 {
    let child = newActivity(environment: activities[slot].environment, parent: slot)
    let operation = activities[slot].operation
    activities[child].operation = operation &+ 1
    activities[child].turns = min(turns, 1_000_000)
    activities[child].ledger = activities[slot].ledger
    link(child)
    activities[slot].hasFailed = false
    activities[slot].operation = program.operations[Int(operation)].argument
    activities[slot].state = .joining(1)
    return child
  }

  /// A branch or a loop has ended. Returns the parent, if this was the last that it waited for.
  private mutating func join(_ slot: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) -> UInt32? {
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
    return left == 1 ? parent : nil
  }

  /// Stops everything that an invocation runs: branches end, calls in flight are given up.
  mutating func cutOff(_ slot: UInt32, _ call: CallID, _ run: inout Run<Event>) {
    let root = environments[slot].activity
    let segment = segment(of: root)
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
    run.ledgers.attribute(ledger, to: segment, at: run.now)
    run.ledgers.cut(below: ledger)
  }

  /// Gives up the call that an activity waits for. An activity that goes on after an answer still says `calling` until
  /// it waits for something else, and by then the call is over.
  @inline(never) private mutating func abandonCall(of activity: UInt32, _ run: inout Run<Event>) {
    guard case .calling(let call) = activities[activity].state, run.calls[call.slot].generation == call.generation
    else { return }
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
