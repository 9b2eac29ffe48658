import Engine
import Units

// From the start of an environment to its end.
extension Lambda {
  /// Starts an environment for a request, or for none; it counts as busy from now on.
  @discardableResult
  mutating func start(
    for call: CallID, kind: Environment.Kind, _ run: inout Run<Event>, _ account: inout Account
  ) -> UInt32 {
    let slot = environments.take()
    let generation = environments[slot].generation &+ 1
    let duration = initSampler.drawTime(&initStream)
    environments[slot] = .blank
    environments[slot].generation = generation
    environments[slot].state = .initialising(call)
    environments[slot].kind = kind
    environments[slot].unbilledInit = duration
    environments[slot].lifetime = lifetimeSampler.drawTime(&lifetimeStream)
    environments[slot].activity = newActivity(environment: slot, parent: .max)
    if call != .none { run.recorder.count(records.coldStarts) }
    run.recorder.record(records.initDuration, duration)
    run.recorder.change(records.environments, by: 1, at: run.now)
    run.schedule(.lambda(index, .initialised(environment: slot)), after: Time(nanoseconds: duration))
    return slot
  }

  /// The init phase is over: the request that waited for it begins.
  mutating func initialised(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    guard case .initialising(let call) = environments[slot].state else {
      preconditionFailure("only an initialising environment is initialised")
    }
    if call == .none {
      bill(LambdaRules.billedMilliseconds(duration: 0, initialisation: environments[slot].unbilledInit), slot, &run)
      environments[slot].unbilledInit = 0
      environments[slot].state = .idle(since: run.now)
      return ready(slot, &run, &account)
    }
    run.ledgers.attribute(run.calls[call.slot].ledger, to: records.initSegment, at: run.now)
    begin(slot, call, &run, &account)
  }

  /// An environment takes a request and runs the handler.
  @inline(__always) mutating func begin(
    _ slot: UInt32, _ call: CallID, _ run: inout Run<Event>, _ account: inout Account
  ) {
    run.recorder.count(records.invocations)
    environments[slot].state = .busy(call, since: run.now)
    let due = run.now + timeout
    if timeouts.enter(slot, due: due, in: environments) {
      run.scheduleLimit(.lambda(index, .timeoutTimer), at: due)
    }
    let activity = environments[slot].activity
    activities[activity].ledger = run.calls[call.slot].ledger
    activities[activity].operation = 0
    advance(activity, &run, &account)
  }

  /// The handler has returned or thrown: bill, answer, and wait for the next request.
  @inline(__always) mutating func completed(
    _ slot: UInt32, _ outcome: Outcome, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard case .busy(let call, let since) = environments[slot].state else {
      preconditionFailure("only a busy environment completes")
    }
    timeouts.leave(slot, in: environments)
    settle(slot, call, since: since, outcome, &run, &account)
    environments[slot].state = .idle(since: run.now)
    settleIdle(slot, &run, &account)
  }

  /// Bills an invocation, frees its concurrency and answers it.
  @inline(__always) private mutating func settle(
    _ slot: UInt32, _ call: CallID, since: Time, _ outcome: Outcome, _ run: inout Run<Event>,
    _ account: inout Account
  ) {
    let duration = (run.now - since).nanoseconds
    let billed = LambdaRules.billedMilliseconds(
      duration: duration, initialisation: environments[slot].unbilledInit)
    environments[slot].unbilledInit = 0
    bill(billed, slot, &run)
    run.recorder.record(records.duration, duration)
    if outcome != .success { run.recorder.count(records.errors) }
    release(slot, &run, &account)
    run.answer(call, outcome)
  }

  @inline(__always) mutating func armIdleTimer(_ slot: UInt32, _ run: inout Run<Event>) {
    if environments[slot].hasIdleTimer || environments[slot].kind == .provisioned { return }
    environments[slot].hasIdleTimer = true
    run.schedule(
      .lambda(index, .idleTimer(environment: slot, generation: environments[slot].generation)),
      after: Time(nanoseconds: environments[slot].lifetime))
  }

  /// Idle environments end after their lifetime. An environment has at most one timer, which goes stale while it
  /// works and is armed anew for the moment that the present idle spell will have lasted long enough.
  mutating func idleTimer(_ slot: UInt32, _ generation: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    guard environments[slot].generation == generation else { return }
    switch environments[slot].state {
    case .gone: break
    case .initialising, .busy: environments[slot].hasIdleTimer = false
    case .idle(let since):
      let due = since + Time(nanoseconds: environments[slot].lifetime)
      if due > run.now {
        run.schedule(.lambda(index, .idleTimer(environment: slot, generation: generation)), at: due)
      } else {
        leaveIdle(slot)
        end(slot, &run, &account)
      }
    }
  }

  /// An environment is gone for good.
  mutating func end(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    freeActivity(environments[slot].activity)
    environments[slot].state = .gone
    environments.giveBack(slot)
    run.recorder.change(records.environments, by: -1, at: run.now)
    ended(slot, &run, &account)
  }

  /// Invocations that have run for the function's timeout are cut off; their environments end.
  mutating func timeoutTimer(_ run: inout Run<Event>, _ account: inout Account) {
    while true {
      switch timeouts.expire(at: run.now, in: environments) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.lambda(index, .timeoutTimer), at: due)
      case .expired(let slot):
        guard case .busy(let call, let since) = environments[slot].state else {
          preconditionFailure("only a busy environment can time out")
        }
        run.recorder.count(records.timeouts)
        cutOff(slot, call, &run)
        settle(slot, call, since: since, .timedOut, &run, &account)
        end(slot, &run, &account)
      }
    }
  }
}

/// The idle environments of a function, and which one works next.
struct IdleEnvironments {
  private let choice: FunctionConfig.EnvironmentChoice
  private var stream: RandomStream
  private var newest: UInt32 = .max
  private var oldest: UInt32 = .max
  /// Only for the random choice; elsewhere the links in the environments keep the order.
  private var members: [UInt32] = []

  init(choice: FunctionConfig.EnvironmentChoice, stream: RandomStream) {
    self.choice = choice
    self.stream = stream
  }

  /// Adds the environment that was freed last.
  @inline(__always) mutating func add(_ slot: UInt32, to environments: borrowing Slab<Environment>) {
    if choice == .random {
      environments[slot].newer = UInt32(members.count)
      members.append(slot)
      return
    }
    environments[slot].older = newest
    environments[slot].newer = .max
    if newest == .max { oldest = slot } else { environments[newest].newer = slot }
    newest = slot
  }

  /// Takes an environment by the function's choice; nil if none is idle.
  @inline(__always) mutating func take(from environments: borrowing Slab<Environment>) -> UInt32? {
    let slot: UInt32
    switch choice {
    case .newestIdle: slot = newest
    case .oldestIdle: slot = oldest
    case .random:
      slot = members.isEmpty ? .max : members[Int(stream.nextIndex(below: UInt64(members.count)))]
    }
    if slot == .max { return nil }
    remove(slot, from: environments)
    return slot
  }

  /// Takes a given idle environment out.
  @inline(__always) mutating func remove(_ slot: UInt32, from environments: borrowing Slab<Environment>) {
    if choice == .random {
      let position = Int(environments[slot].newer)
      let last = members.removeLast()
      if last != slot {
        members[position] = last
        environments[last].newer = UInt32(position)
      }
      return
    }
    let (newer, older) = (environments[slot].newer, environments[slot].older)
    if newer == .max { newest = older } else { environments[newer].older = older }
    if older == .max { oldest = newer } else { environments[older].newer = newer }
  }
}
