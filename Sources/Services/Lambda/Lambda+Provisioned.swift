import Engine
import Units

// Provisioned concurrency: environments that are there before the requests.
//
//   requested -> (preparation) -> allocation: one environment every 10 ms, each with its init
//             -> all of them ready -> usable: idle <-> busy
//
// What a function asked for is always what is still to be started, what is on its way and what is usable:
//   requested = unstarted + initialising - surplusInitialising + waiting + usable
// Surplus environments end as soon as they are free; one that ends for any other reason is replaced.

/// A function's provisioned concurrency.
struct ProvisionedConcurrency {
  /// What was asked for last.
  var requested = 0
  /// Environments that are there or being replaced; each takes its part of the concurrency on demand.
  var environments = 0
  /// Environments that invocations may use, busy and replaced ones included.
  var usable = 0
  /// Environments at work on an invocation.
  var busy = 0
  /// Environments that are to end when they are free.
  var surplus = 0
  /// Of the present increase: environments to be started, in their init, and of these to be ended.
  var unstarted = 0
  var initialising = 0
  var surplusInitialising = 0
  /// Of the present increase: environments that are ready before the others.
  var waiting: IdleEnvironments
  var waitingCount = 0
  var idle: IdleEnvironments
  var idleCount = 0
  /// Whether an increase is on its way.
  var isIncreasing = false
  /// Counts the increases; an `allocation` of a former one is stale.
  var generation: UInt32 = 0
  /// The rate of synchronous requests; beyond it they spill over.
  var requests: TokenBucket
  let rate: RequestRate
  let preparation: Sampler
  var preparationStream: RandomStream
  /// Since when how many units were asked for, the last one last.
  var spans: [Span] = []
  var scaling = ProvisionedScaling()

  /// Units of provisioned concurrency that were asked for together.
  struct Span {
    var since: Time
    var count: Int
  }

  init(_ config: FunctionConfig, _ rate: RequestRate, pool: SamplerPool, streams: StreamFactory) {
    self.rate = rate
    let name = config.name
    preparation = pool.makeSampler(config.provisionedConcurrency?.preparation ?? .constant(0))
    preparationStream = streams.stream(component: name, purpose: "provisioned preparation")
    idle = IdleEnvironments(
      choice: config.environmentChoice, stream: streams.stream(component: name, purpose: "provisioned choice"))
    waiting = IdleEnvironments(
      choice: .oldestIdle, stream: streams.stream(component: name, purpose: "provisioned waiting"))
    requests = rate.bucket(concurrency: 0)
  }

  /// Whether an invocation can run here.
  mutating func canServe(_ isSynchronous: Bool, at now: Time) -> Bool {
    idleCount > 0 && (!isSynchronous || requests.hasToken(at: now))
  }

  /// Takes an environment that is ready, but not at work, out of its list.
  mutating func remove(_ slot: UInt32, from environments: borrowing Slab<Environment>) {
    if environments[slot].joinsIncrease {
      waiting.remove(slot, from: environments)
      waitingCount -= 1
    } else {
      idle.remove(slot, from: environments)
      idleCount -= 1
    }
  }

  /// Lambda starts at most 6,000 provisioned environments a minute for a function (documented: provisioned concurrency).
  static let allocationInterval = Time.milliseconds(10)
  /// Time that is configured is billed in steps of 5 minutes (documented: Lambda pricing).
  static let billingStep = Time.minutes(5)
}

extension Lambda {
  /// The environments that are there at time zero: the function was deployed before, with their init.
  mutating func beginProvisioned(
    _ config: ProvisionedConcurrencyConfig, _ run: inout Run<Event>, _ account: inout Account
  ) {
    let count = config.concurrentExecutions
    if reserved.limit == nil { account.claim(count) }
    provisioned.requested = count
    provisioned.environments = count
    if count > 0 { provisioned.spans.append(ProvisionedConcurrency.Span(since: run.now, count: count)) }
    run.recorder.change(records.requestedProvisioned, by: Int64(count), at: run.now)
    for _ in 0..<count { addInitialised(&run) }
    // What happens before the first event is not recorded, so it is one.
    if connections.openedAtInit > 0 { run.schedule(.lambda(index, .connectAhead), after: .zero) }
    setUsable(count, &run)
    beginScaling(&run)
  }

  /// An environment whose init is over before time zero.
  private mutating func addInitialised(_ run: inout Run<Event>) {
    let slot = environments.take()
    environments[slot] = .new(.provisioned, generation: environments[slot].generation &+ 1)
    environments[slot].memoryUsed = memoryFloor
    environments[slot].activity = newActivity(environment: slot, parent: .max)
    environments[slot].retirement = startUp.drawRetirement(at: run.now)
    run.recorder.change(records.environments, by: 1, at: run.now)
    makeIdle(slot, &run)
  }

  // MARK: Invocations

  /// An idle provisioned environment takes a request.
  @inline(never) mutating func runProvisioned(
    _ call: CallID, _ isSynchronous: Bool, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard let slot = provisioned.idle.take(from: environments) else {
      preconditionFailure("an invocation runs on provisioned concurrency only if some is idle")
    }
    provisioned.idleCount -= 1
    if isSynchronous { _ = provisioned.requests.take(at: run.now) }
    provisioned.scaling.note(busy: provisioned.busy, usable: provisioned.usable, at: run.now)
    provisioned.busy += 1
    run.recorder.count(records.provisionedInvocations)
    run.recorder.change(records.provisionedConcurrency, by: 1, at: run.now)
    run.recorder.change(records.concurrency, by: 1, at: run.now)
    begin(slot, call, &run, &account)
  }

  /// An invocation on provisioned concurrency is over.
  mutating func releaseProvisioned(_ run: inout Run<Event>) {
    provisioned.scaling.note(busy: provisioned.busy, usable: provisioned.usable, at: run.now)
    provisioned.busy -= 1
    run.recorder.change(records.provisionedConcurrency, by: -1, at: run.now)
  }

  /// A provisioned environment is free: it waits for a request, or ends if there are too many.
  @inline(never) mutating func settleProvisioned(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    if provisioned.surplus > 0 {
      provisioned.surplus -= 1
      return giveUp(slot, &run, &account)
    }
    makeIdle(slot, &run)
  }

  private mutating func makeIdle(_ slot: UInt32, _ run: inout Run<Event>) {
    environments[slot].joinsIncrease = false
    environments[slot].state = .idle(since: run.now)
    provisioned.idle.add(slot, to: environments)
    provisioned.idleCount += 1
    armIdleTimer(slot, &run)
  }

  /// How much invocations may use, and how many requests a second with it.
  private mutating func setUsable(_ count: Int, _ run: inout Run<Event>) {
    let change = count - provisioned.usable
    if change == 0 { return }
    provisioned.scaling.note(busy: provisioned.busy, usable: provisioned.usable, at: run.now)
    provisioned.usable = count
    provisioned.requests.change(
      rate: provisioned.rate.rate(concurrency: count), burst: provisioned.rate.burst(concurrency: count), at: run.now)
    run.recorder.change(records.usableProvisioned, by: Int64(change), at: run.now)
  }

  // MARK: Changes

  /// Asks for `count` environments in place of the present number.
  ///
  /// - Returns: false if AWS refuses it, because it is more than what is reserved or what the account has left.
  mutating func provision(_ count: Int, _ run: inout Run<Event>, _ account: inout Account) -> Bool {
    let change = count - provisioned.requested
    if let limit = reserved.limit {
      if count > limit { return false }
    } else {
      if change > 0 && account.unclaimed - change < account.unreservedMinimum { return false }
      account.unclaimed -= change
    }
    provisioned.requested = count
    run.recorder.change(records.requestedProvisioned, by: Int64(change), at: run.now)
    if change > 0 {
      provisioned.spans.append(ProvisionedConcurrency.Span(since: run.now, count: change))
      increase(by: change, &run)
    } else {
      endSpans(-change, &run)
      decrease(by: -change, &run, &account)
    }
    return true
  }

  /// Environments that were to end stay; the others come after the preparation, or with the increase on its way.
  private mutating func increase(by count: Int, _ run: inout Run<Event>) {
    let kept = min(count, provisioned.surplus)
    provisioned.surplus -= kept
    setUsable(provisioned.usable + kept, &run)
    let keptInitialising = min(count - kept, provisioned.surplusInitialising)
    provisioned.surplusInitialising -= keptInitialising
    let isAllocating = provisioned.unstarted > 0
    provisioned.unstarted += count - kept - keptInitialising
    let wasIncreasing = provisioned.isIncreasing
    if provisioned.unstarted > 0 || keptInitialising > 0 { provisioned.isIncreasing = true }
    guard provisioned.unstarted > 0 else { return }
    if !wasIncreasing {
      let preparation = Time(nanoseconds: provisioned.preparation.drawTime(&provisioned.preparationStream))
      expectAllocation(after: preparation + ProvisionedConcurrency.allocationInterval, &run)
    } else if !isAllocating {
      expectAllocation(after: ProvisionedConcurrency.allocationInterval, &run)
    }
  }

  private mutating func expectAllocation(after delay: Time, _ run: inout Run<Event>) {
    provisioned.generation &+= 1
    run.schedule(.lambda(index, .provisioned(.allocation(generation: provisioned.generation))), after: delay)
  }

  /// Lambda starts one environment.
  mutating func allocation(_ generation: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    guard provisioned.generation == generation, provisioned.unstarted > 0 else { return }
    provisioned.unstarted -= 1
    provisioned.environments += 1
    provisioned.initialising += 1
    if reserved.limit == nil { account.unreservedLimit -= 1 }
    let slot = start(for: .none, kind: .provisioned, &run, &account)
    environments[slot].joinsIncrease = true
    if provisioned.unstarted > 0 { expectAllocation(after: ProvisionedConcurrency.allocationInterval, &run) }
  }

  /// A provisioned environment has been initialised.
  mutating func readyProvisioned(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    guard environments[slot].joinsIncrease else { return settleProvisioned(slot, &run, &account) }
    provisioned.initialising -= 1
    if provisioned.surplusInitialising > 0 {
      provisioned.surplusInitialising -= 1
      giveUp(slot, &run, &account)
    } else {
      provisioned.waiting.add(slot, to: environments)
      provisioned.waitingCount += 1
      armIdleTimer(slot, &run)
    }
    completeIncrease(&run)
  }

  /// When the last environment of an increase is ready, all of them can be used.
  private mutating func completeIncrease(_ run: inout Run<Event>) {
    guard provisioned.isIncreasing, provisioned.unstarted == 0,
      provisioned.initialising == provisioned.surplusInitialising
    else { return }
    provisioned.isIncreasing = false
    let count = provisioned.waitingCount
    provisioned.waitingCount = 0
    while let slot = provisioned.waiting.take(from: environments) { makeIdle(slot, &run) }
    setUsable(provisioned.usable + count, &run)
  }

  /// What is not started yet is left out; then environments end, those of an unfinished increase first, the idle ones at
  /// once and the others when they are free.
  private mutating func decrease(by count: Int, _ run: inout Run<Event>, _ account: inout Account) {
    let unstarted = min(count, provisioned.unstarted)
    provisioned.unstarted -= unstarted
    var left = count - unstarted
    while left > 0, provisioned.waitingCount > 0, let slot = provisioned.waiting.take(from: environments) {
      provisioned.waitingCount -= 1
      left -= 1
      giveUp(slot, &run, &account)
    }
    let initialising = min(left, provisioned.initialising - provisioned.surplusInitialising)
    provisioned.surplusInitialising += initialising
    left -= initialising
    setUsable(provisioned.usable - left, &run)
    while left > 0, provisioned.idleCount > 0, let slot = provisioned.idle.take(from: environments) {
      provisioned.idleCount -= 1
      left -= 1
      giveUp(slot, &run, &account)
    }
    provisioned.surplus += left
    completeIncrease(&run)
  }

  /// An environment ends without a replacement.
  private mutating func giveUp(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    provisioned.environments -= 1
    if reserved.limit == nil { account.unreservedLimit += 1 }
    environments[slot].kind = .onDemand
    end(slot, &run, &account)
  }

  /// A provisioned environment has ended by its age, or because its process did: another one takes its place, unless there
  /// are too many.
  mutating func endedProvisioned(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    let joins = environments[slot].joinsIncrease
    if !joins && provisioned.surplus > 0 {
      provisioned.surplus -= 1
      provisioned.environments -= 1
      if reserved.limit == nil { account.unreservedLimit += 1 }
      return
    }
    if joins { provisioned.initialising += 1 }
    let replacement = start(for: .none, kind: .provisioned, &run, &account)
    environments[replacement].joinsIncrease = joins
  }

  // MARK: Billing

  /// Units that are given up are billed up to the next full 5 minutes since they were asked for, the last ones first.
  private mutating func endSpans(_ count: Int, _ run: inout Run<Event>) {
    var left = count
    let step = ProvisionedConcurrency.billingStep.nanoseconds
    while left > 0, let span = provisioned.spans.last {
      let ended = min(left, span.count)
      let rest = (run.now - span.since).nanoseconds % step
      if rest > 0 {
        let milliseconds = Int64(ended) * (step - rest) / 1_000_000
        run.recorder.count(records.provisionedRoundedUp, by: milliseconds)
      }
      left -= ended
      provisioned.spans[provisioned.spans.count - 1].count -= ended
      if provisioned.spans[provisioned.spans.count - 1].count == 0 { provisioned.spans.removeLast() }
    }
  }
}
