import Engine
import Units

// From the start of an environment to its first handler, and back to life after its process has ended.
extension Lambda {
  /// Starts an environment, for a request that waits or, with `.none`, for nobody yet: it finds a place, then runs init
  /// or is restored. Returns its slot.
  @discardableResult
  mutating func start(
    for call: CallID, kind: Environment.Kind, _ run: inout Run<Event>, _ account: inout Account
  ) -> UInt32 {
    let slot = environments.take()
    environments[slot] = .new(kind, generation: environments[slot].generation &+ 1)
    environments[slot].memoryUsed = memoryFloor
    environments[slot].activity = newActivity(environment: slot, parent: .max)
    if kind == .onDemand { environments[slot].lifetime = startUp.drawLifetime() }
    environments[slot].retirement = startUp.drawRetirement(at: run.now)
    run.recorder.change(records.environments, by: 1, at: run.now)
    if call != .none {
      guard isInvocable(&run) else {
        refuse(call, slot, &run, &account)
        return slot
      }
      if startUp.isProactive() {
        takeInitialised(slot, call, &run, &account)
        return slot
      }
      run.recorder.count(records.coldStarts)
    }
    environments[slot].state = .placing(call)
    let placement = startUp.drawPlacement() + (network?.drawPenalty() ?? .zero)
    if placement > .zero {
      run.schedule(.lambda(index, .placed(environment: slot)), after: placement)
    } else {
      initialise(slot, call, &run)
    }
    return slot
  }

  /// An environment has a place and its code.
  mutating func placed(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    guard case .placing(let call) = environments[slot].state else {
      preconditionFailure("only an environment that waits for a place gets one")
    }
    if call != .none { run.ledgers.attribute(run.calls[call.slot].ledger, to: records.placementSegment, at: run.now) }
    initialise(slot, call, &run)
  }

  private mutating func initialise(_ slot: UInt32, _ call: CallID, _ run: inout Run<Event>) {
    environments[slot].state = .initialising(call)
    let duration = bringUp(slot, &run)
    if call != .none { environments[slot].startUp = duration.nanoseconds }
    run.schedule(.lambda(index, .initialised(environment: slot)), after: duration)
  }

  /// The init phase or the restore is over, but for connections that it opens.
  mutating func initialised(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    guard case .initialising(let call) = environments[slot].state else {
      preconditionFailure("only an initialising environment is initialised")
    }
    if call != .none {
      let segment = snapshot == nil ? records.initSegment : records.restoreSegment
      run.ledgers.attribute(run.calls[call.slot].ledger, to: segment, at: run.now)
    }
    if connectsAtInit(slot) { return beginConnecting(slot, for: call, &run) }
    started(slot, for: call, &run, &account)
  }

  /// An environment has come up, or has failed to: the request that waited for it begins.
  mutating func started(_ slot: UInt32, for call: CallID, _ run: inout Run<Event>, _ account: inout Account) {
    if call == .none { becomeReady(slot, &run, &account) } else { takeFirst(slot, call, &run, &account) }
  }

  /// Nobody waits for the environment, so nobody will pay for its init later.
  private mutating func becomeReady(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    bill(LambdaRules.billedMilliseconds(duration: 0, initialisation: environments[slot].unbilledInit), slot, &run)
    environments[slot].unbilledInit = 0
    if environments[slot].condition == .unrestored { return end(slot, &run, &account) }
    environments[slot].state = .idle(since: run.now)
    ready(slot, &run, &account)
  }

  /// Lambda has started this environment ahead of the request, which finds it initialised.
  private mutating func takeInitialised(
    _ slot: UInt32, _ call: CallID, _ run: inout Run<Event>, _ account: inout Account
  ) {
    run.recorder.count(records.proactiveInits)
    _ = bringUp(slot, ahead: true, &run)
    if connectsAtInit(slot) { openAhead(slot, &run) }
    takeFirst(slot, call, &run, &account)
  }

  /// The first request of an environment begins, or fails because the environment could not be restored.
  private mutating func takeFirst(
    _ slot: UInt32, _ call: CallID, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard environments[slot].condition == .unrestored else { return begin(slot, call, &run, &account) }
    run.recorder.count(records.invocations)
    settle(slot, call, since: run.now, .failed, as: .error, &run, &account)
    end(slot, &run, &account)
  }

  // MARK: Init and restore

  /// Draws the init phase or the restore of a new environment: how long it lasts, what of it is billed, and in which
  /// condition it leaves the environment.
  ///
  /// It begins now, or is over now if Lambda has begun it `ahead` of the request.
  private mutating func bringUp(_ slot: UInt32, ahead: Bool = false, _ run: inout Run<Event>) -> Time {
    if let restore = snapshot?.drawRestore(at: run.now) {
      note(restore, isWhole: ahead || restore.hasTimedOut || connections.openedAtInit == 0, &run)
      if restore.hasTimedOut {
        environments[slot].condition = .unrestored
        if log.isOn { report(.restoreReport, slot, .timeout, lasting: restore.duration, ahead: ahead, at: run.now) }
      }
      environments[slot].unbilledInit = restore.billed.nanoseconds
      return restore.duration
    }
    let limit = startUpLimit(slot)
    var duration = startUp.drawInit()
    if duration >= limit {
      duration = limit
      environments[slot].condition = .reset
      run.recorder.count(records.initTimeouts)
      if log.isOn { report(.initReport, slot, .timeout, lasting: duration, ahead: ahead, at: run.now) }
    } else if startUp.initFails() {
      environments[slot].condition = .reset
      run.recorder.count(records.initFailures)
      if log.isOn { report(.initReport, slot, .error, lasting: duration, ahead: ahead, at: run.now) }
    }
    environments[slot].unbilledInit = duration.nanoseconds
    if ahead || !connectsAtInit(slot) { run.recorder.record(records.initDuration, duration.nanoseconds) }
    return duration
  }

  /// Counts a restore, and its duration if that is the `whole` of it: without connections that it opens.
  private mutating func note(_ restore: Restore, isWhole: Bool = true, _ run: inout Run<Event>) {
    run.recorder.count(records.restores)
    if isWhole { run.recorder.record(records.restoreDuration, restore.duration.nanoseconds) }
    if restore.hasTimedOut { run.recorder.count(records.restoreTimeouts) }
  }

  /// What a busy environment must do before its handler: run init again if its process has ended, then whatever a first
  /// call takes. Both are part of the invocation.
  @inline(never) mutating func prepare(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    let activity = environments[slot].activity
    if environments[slot].condition == .reset {
      let (duration, fails) = drawSuppressedInit(&run)
      environments[slot].condition = .fresh
      if fails { return resume(activity, after: duration, as: .failingInit, &run) }
      if duration > .zero { return resume(activity, after: duration, as: .initialising, &run) }
    }
    environments[slot].condition = .warm
    let time = startUp.drawFirstCall()
    if time > .zero { return resume(activity, after: time, as: .warmingUp, &run) }
    advance(activity, &run, &account)
  }

  /// An init within an invocation, which the function's timeout limits; with SnapStart a restore with its own limit.
  private mutating func drawSuppressedInit(_ run: inout Run<Event>) -> (duration: Time, fails: Bool) {
    run.recorder.count(records.suppressedInits)
    if let restore = snapshot?.drawRestore(at: run.now) {
      note(restore, &run)
      return (restore.duration, restore.hasTimedOut)
    }
    let fails = startUp.initFails()
    if fails { run.recorder.count(records.initFailures) }
    return (startUp.drawInit(), fails)
  }

  // MARK: Functions that cannot be invoked

  /// Whether environments can start now; if not, the reason is counted.
  private mutating func isInvocable(_ run: inout Run<Event>) -> Bool {
    guard hasSnapshot(&run) else {
      run.recorder.count(records.notReady)
      return false
    }
    return hasInterfaces(&run)
  }

  /// Whether environments can start now; false without the snapshot that they are restored from.
  private mutating func hasSnapshot(_ run: inout Run<Event>) -> Bool {
    guard let state = snapshot?.state(at: run.now, lastInvocation: lastInvocation) else { return true }
    switch state {
    case .available: return true
    case .beingTaken: return false
    case .deleted:
      let duration = min(startUp.drawInit(), startUp.publishLimit)
      snapshot?.take(at: run.now, initialisation: duration)
      run.recorder.count(
        records.billedMilliseconds,
        by: LambdaRules.billedMilliseconds(duration: 0, initialisation: duration.nanoseconds))
      return false
    }
  }

  /// `SnapStartNotReadyException`, `ResourceConflictException` of a function that is pending, `ENILimitReachedException`.
  private mutating func refuse(
    _ call: CallID, _ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account
  ) {
    release(slot, &run, &account)
    run.answer(call, .unavailable)
    end(slot, &run, &account)
  }
}
