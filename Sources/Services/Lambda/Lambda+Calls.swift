import Engine
import Units

// The calls of a handler: their SDK clients, their time limits and their retries.
extension Lambda {
  @inline(__always) mutating func call(_ slot: UInt32, _ run: inout Run<Event>) {
    let operation = program.calls + Int(program.operations[Int(activities[slot].operation)].argument)
    if !operation.pointee.isPlain { return callWithCare(slot, operation, &run) }
    activities[slot].state = .calling(place(slot, operation, &run))
  }

  /// The call goes once more.
  mutating func callAgain(_ slot: UInt32, _ run: inout Run<Event>) {
    call(slot, &run)
    markRepeat(slot, &run)
  }

  /// Tells the callee that the call just placed is another attempt at what it has throttled; not while it is held back.
  private func markRepeat(_ slot: UInt32, _ run: inout Run<Event>) {
    if case .calling(let call) = activities[slot].state { activities[slot].retry.mark(call, &run) }
  }

  @inline(__always) private func place(
    _ slot: UInt32, _ operation: UnsafeMutablePointer<CallOperation>, _ run: inout Run<Event>
  ) -> CallID {
    run.place(
      from: party(slot), to: operation.pointee.callee, site: operation.pointee.site,
      ledger: run.ledgers.deeper(than: activities[slot].ledger))
  }

  /// A call whose SDK client may hold it back, that has a time limit, or that leaves a VPC.
  private mutating func callWithCare(
    _ slot: UInt32, _ operation: UnsafeMutablePointer<CallOperation>, _ run: inout Run<Event>
  ) {
    if operation.pointee.rules.limitsRate,
      let client = client(of: slot, operation, &run), let ticket = client.pointee.limiter.enter(at: run.now)
    {
      return held(slot, ticket, &run)
    }
    placeWithLimit(slot, operation, &run)
  }

  /// A call that its client's rate limiter has held back goes, or is held for longer.
  mutating func held(_ slot: UInt32, _ ticket: Int64, _ run: inout Run<Event>) {
    let operation = program.calls + Int(program.operations[Int(activities[slot].operation)].argument)
    let wait = client(of: slot, operation, &run)?.pointee.limiter.wait(for: ticket, at: run.now) ?? .zero
    if wait > .zero { return resume(slot, after: wait, as: .held(ticket: ticket), &run) }
    placeWithLimit(slot, operation, &run)
    markRepeat(slot, &run)
  }

  private mutating func placeWithLimit(
    _ slot: UInt32, _ operation: UnsafeMutablePointer<CallOperation>, _ run: inout Run<Event>
  ) {
    let call = place(slot, operation, &run)
    activities[slot].state = .calling(call)
    if operation.pointee.charge != .max {
      let charge = program.charges + Int(operation.pointee.charge)
      run.recorder.count(charge.pointee.counters.sent, by: charge.pointee.sent)
      run.recorder.count(charge.pointee.counters.received, by: charge.pointee.received)
    }
    if operation.pointee.timeout < .never {
      let due = run.now + operation.pointee.timeout
      if patience[Int(operation.pointee.patience)].enter(call.slot, due: due, in: run.calls) {
        run.scheduleLimit(.lambda(index, .patienceTimer(list: operation.pointee.patience)), at: due)
      }
    }
  }

  /// The SDK client through which an activity calls; nil if the call has none. A new environment has new ones,
  /// and so has one whose process has ended.
  private mutating func client(
    of slot: UInt32, _ operation: UnsafeMutablePointer<CallOperation>, _ run: inout Run<Event>
  ) -> UnsafeMutablePointer<RetryClient>? {
    guard operation.pointee.rules.usesClient else { return nil }
    let environment = activities[slot].environment
    return retryClients.client(
      operation.pointee.client, row: environment, owner: environments[environment].generation,
      capacity: operation.pointee.rules.quota.capacity, at: run.now)
  }

  /// The answer to an activity's call.
  @inline(never) mutating func answered(_ call: CallID, _ run: inout Run<Event>, _ account: inout Account) {
    let slot = run.calls[call.slot].caller.tag
    let outcome = run.calls[call.slot].outcome
    let operation = program.calls + Int(program.operations[Int(activities[slot].operation)].argument)
    if operation.pointee.isPlain && outcome == .success {
      run.finish(call)
      activities[slot].operation &+= 1
      return advance(slot, &run, &account)
    }
    if operation.pointee.timeout < .never {
      patience[Int(operation.pointee.patience)].leave(call.slot, in: run.calls)
    }
    run.finish(call)
    react(slot, to: outcome, operation, &run, &account)
  }

  /// Goes on, tries again after a pause, or gives up.
  private mutating func react(
    _ slot: UInt32, to outcome: Outcome, _ operation: UnsafeMutablePointer<CallOperation>, _ run: inout Run<Event>,
    _ account: inout Account
  ) {
    let client = client(of: slot, operation, &run)
    let result = AttemptResult(outcome, of: operation.pointee.callee.component)
    switch operation.pointee.rules.decide(
      result, &activities[slot].retry, client: client, at: run.now,
      &program.streams[Int(activities[slot].operation)])
    {
    case .retry(let pause):
      run.recorder.count(records.retries)
      return resume(slot, after: pause, as: .backingOff, &run)
    case .finish: break
    case .exhausted: if let retryRecords { run.recorder.count(retryRecords.exhausted) }
    case .overQuota: if let retryRecords { run.recorder.count(retryRecords.overQuota) }
    }
    if outcome == .success || operation.pointee.continuesOnError {
      activities[slot].operation &+= 1
      return advance(slot, &run, &account)
    }
    fail(slot, &run, &account)
  }

  /// Calls that have lasted for their time limit are given up; their callees work on.
  mutating func patienceTimer(_ list: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    while true {
      switch patience[Int(list)].expire(at: run.now, in: run.calls) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.lambda(index, .patienceTimer(list: list)), at: due)
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
}
