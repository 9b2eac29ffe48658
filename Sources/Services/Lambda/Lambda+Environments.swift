import Engine
import Units

// From an invocation's begin to its end, and from an idle environment to its end.
extension Lambda {
  /// An environment takes a request and runs the handler.
  @inline(__always) mutating func begin(
    _ slot: UInt32, _ call: CallID, _ run: inout Run<Event>, _ account: inout Account
  ) {
    run.recorder.count(records.invocations)
    lastInvocation = run.now
    environments[slot].state = .busy(call, since: run.now)
    let due = run.now + timeout
    if timeouts.enter(slot, due: due, in: environments) {
      run.scheduleLimit(.lambda(index, .timeoutTimer), at: due)
    }
    let activity = environments[slot].activity
    activities[activity].ledger = run.calls[call.slot].ledger
    activities[activity].operation = 0
    if environments[slot].condition == .warm {
      advance(activity, &run, &account)
    } else {
      prepare(slot, &run, &account)
    }
  }

  /// The handler has returned or thrown: bill, answer, and wait for the next request.
  @inline(__always) mutating func completed(
    _ slot: UInt32, _ outcome: Outcome, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard case .busy(let call, let since) = environments[slot].state else {
      preconditionFailure("only a busy environment completes")
    }
    timeouts.leave(slot, in: environments)
    let isRefused = run.calls[call.slot].traits.intersection([.isPoisoned, .reportsRecords]) == .isPoisoned
    let whole = isRefused ? Outcome.failed : outcome
    settle(slot, call, since: since, whole, as: whole == .success ? .success : .error, &run, &account)
    rest(slot, &run, &account)
  }

  /// `completed` as a call, for all but the one place that most invocations go through.
  @inline(never) mutating func completedApart(
    _ slot: UInt32, _ outcome: Outcome, _ run: inout Run<Event>, _ account: inout Account
  ) {
    completed(slot, outcome, &run, &account)
  }

  /// Bills an invocation, frees its concurrency and answers it.
  @inline(__always) mutating func settle(
    _ slot: UInt32, _ call: CallID, since: Time, _ outcome: Outcome, as status: InvocationEntry.Status,
    _ run: inout Run<Event>, _ account: inout Account
  ) {
    let duration = (run.now - since).nanoseconds
    let billed = LambdaRules.billedMilliseconds(
      duration: duration, initialisation: environments[slot].unbilledInit)
    if log.isOn && run.recorder.isRecording { report(slot, status, duration: duration, billed: billed, at: run.now) }
    if environments[slot].isNew {
      environments[slot].isNew = false
      environments[slot].unbilledInit = 0
      let startUp = environments[slot].startUp
      if startUp >= 0 { run.recorder.record(records.coldDuration, startUp &+ duration) }
    }
    bill(billed, slot, &run)
    run.recorder.record(records.duration, duration)
    if outcome != .success { run.recorder.count(records.errors) }
    release(slot, &run, &account)
    run.answer(call, outcome)
  }

  /// An environment has answered and waits for the next request, unless it is too old.
  @inline(__always) private mutating func rest(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    if run.now >= environments[slot].retirement { return end(slot, &run, &account) }
    environments[slot].state = .idle(since: run.now)
    settleIdle(slot, &run, &account)
  }

  /// The process of a busy environment has ended before the handler did: everything that it runs stops, and the
  /// environment is reset or ends.
  @inline(never) mutating func processEnded(
    _ slot: UInt32, as status: InvocationEntry.Status, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard case .busy(let call, let since) = environments[slot].state else {
      preconditionFailure("only a busy environment has a process to end")
    }
    timeouts.leave(slot, in: environments)
    cutOff(slot, call, &run)
    if connections.count > 0 { closeConnections(slot, &run) }
    settle(slot, call, since: since, status == .timeout ? .timedOut : .failed, as: status, &run, &account)
    environments[slot].condition = .reset
    retryClients.forget(row: slot)
    switch config.recovery {
    case .reset: rest(slot, &run, &account)
    case .end: end(slot, &run, &account)
    }
  }

  /// Invocations that have run for the function's timeout are cut off.
  mutating func timeoutTimer(_ run: inout Run<Event>, _ account: inout Account) {
    while true {
      switch timeouts.expire(at: run.now, in: environments) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.lambda(index, .timeoutTimer), at: due)
      case .expired(let slot):
        run.recorder.count(records.timeouts)
        processEnded(slot, as: .timeout, &run, &account)
      }
    }
  }

  // MARK: Idle environments

  /// Idle environments end after their lifetime, or when they are too old. An environment has at most one timer, which
  /// goes stale while it works and is armed anew for the moment that the present idle spell will have lasted long enough.
  @inline(__always) mutating func armIdleTimer(_ slot: UInt32, _ run: inout Run<Event>) {
    if !environments[slot].hasIdleTimer { setIdleTimer(slot, &run) }
  }

  @inline(never) private mutating func setIdleTimer(_ slot: UInt32, _ run: inout Run<Event>) {
    let due = idleEnd(slot, since: run.now)
    guard due < .never else { return }
    environments[slot].hasIdleTimer = true
    run.schedule(
      .lambda(index, .idleTimer(environment: slot, generation: environments[slot].generation)), at: due)
  }

  /// When an idle spell ends without a request.
  private func idleEnd(_ slot: UInt32, since: Time) -> Time {
    let lifetime = environments[slot].lifetime
    let expiry = lifetime == .never ? lifetime : since + lifetime
    // An environment may have grown too old before it was ready.
    return max(min(expiry, environments[slot].retirement), since)
  }

  /// The end of an idle spell, if it still lasts.
  mutating func idleTimer(
    _ slot: UInt32, _ generation: UInt32, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard environments[slot].generation == generation else { return }
    switch environments[slot].state {
    case .gone: break
    case .placing, .initialising, .connecting, .busy: environments[slot].hasIdleTimer = false
    case .idle(let since):
      let due = idleEnd(slot, since: since)
      if due > run.now {
        run.schedule(.lambda(index, .idleTimer(environment: slot, generation: generation)), at: due)
      } else {
        leaveIdle(slot)
        end(slot, &run, &account)
      }
    }
  }

  /// An environment is gone for good.
  @inline(never) mutating func end(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    freeActivity(environments[slot].activity)
    if connections.count > 0 { closeConnections(slot, &run) }
    environments[slot].state = .gone
    environments.giveBack(slot)
    run.recorder.change(records.environments, by: -1, at: run.now)
    ended(slot, &run, &account)
  }
}
