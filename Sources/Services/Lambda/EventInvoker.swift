import Engine
import Units

// The internal queue of one function's asynchronous events. The caller is answered at once; the event waits, is handed
// to the function, and comes back if the function fails or refuses.
//
//   called -> answered
//      |
//      v    latency                       success
//   queued ---------> due ---> invoked -----------> ended ---> onSuccess
//      ^                          |
//      |  1 min, 2 min            | function error: again, so many times as configured
//      +--------------------------+
//      |  1 s, 2 s, .. 5 min      | throttle or system error: again, for as long as the maximum age lasts
//      +--------------------------+
//                                 | error after the last retry
//   queued, too old ---> dropped <+ ---> onFailure, dead-letter queue

/// What happens in the queue of a function's asynchronous events.
@frozen
public enum EventInvokerEvent: BitwiseCopyable, Sendable {
  /// An event is due for its next attempt, or has reached its maximum age.
  case due(event: UInt32)
  /// The function has heard of an event, and has refused it already if it refuses it.
  case handed(event: UInt32)
}

/// The internal queue of one function's asynchronous events: it answers the caller at once, invokes the function, and
/// again if the function fails or refuses.
struct EventInvoker: ~Copyable {
  let index: UInt16
  let config: FunctionConfig
  let sites: UnsafeMutablePointer<CallSite>
  /// The places that ask something of the function and of the destinations, `noSite` where there is no destination.
  let functionSite: UInt32
  let successSite: UInt32
  let failureSite: UInt32
  let deadLetterSite: UInt32
  /// Retries after function errors.
  let retriesMax: UInt8
  let maximumAge: Time
  /// Whether the function's reserved concurrency is 0, so that events go to their destinations untried.
  let isClosed: Bool
  let backoffMultiplier: Double
  let isJittered: Bool
  let latency: Sampler
  var latencyStream: RandomStream
  var backoffStream: RandomStream
  /// Accepted events that have not ended.
  var events: Slab<AsynchronousEvent>
  let records: EventInvokerRecords

  static var noSite: UInt32 { .max }

  /// `sites` is the system's table, which is complete only when every component is built.
  init(
    _ config: FunctionConfig, index: UInt16, directory: inout Directory, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    let invoke = config.eventInvoke
    functionSite = directory.site(SiteRequest(resource: config.name))
    successSite = Self.site(of: invoke.onSuccess, &directory)
    failureSite = Self.site(of: invoke.onFailure, &directory)
    deadLetterSite = Self.site(of: invoke.deadLetterQueue, &directory)
    retriesMax = UInt8(invoke.maximumRetryAttempts)
    maximumAge = invoke.maximumEventAge
    isClosed = config.reservedConcurrentExecutions == 0
    backoffMultiplier = invoke.backoffMultiplier
    isJittered = invoke.backoffJitter == .full
    latency = pool.makeSampler(invoke.queueLatency)
    latencyStream = streams.stream(component: config.name, purpose: "event queue latency")
    backoffStream = streams.stream(component: config.name, purpose: "event back-off")
    events = Slab(blank: .blank)
    records = EventInvokerRecords(config, run: &run)
  }

  /// A destination's site: a function gets an event, a queue a message.
  private static func site(of destination: String?, _ directory: inout Directory) -> UInt32 {
    guard let destination else { return noSite }
    return directory.site(SiteRequest(resource: destination, invocationType: .event))
  }

  // MARK: Messages and events

  /// An event arrives: it is accepted, and waits for its first attempt.
  @inline(never) mutating func called(_ call: CallID, _ run: inout Run<Event>) {
    run.answer(call, .success)
    run.recorder.count(records.received)
    let slot = events.take()
    events[slot] = AsynchronousEvent(arrival: run.now)
    let time = Time(nanoseconds: latency.drawTime(&latencyStream))
    queue(slot, for: time, isClosed ? .dropping(.reservedConcurrencyZero) : .queued(after: .arrival), &run)
  }

  @inline(never) mutating func handle(_ event: EventInvokerEvent, _ run: inout Run<Event>) {
    switch event {
    case .due(let slot): due(slot, &run)
    case .handed(let slot): handed(slot, &run)
    }
  }

  /// The function, or a destination, has answered.
  @inline(never) mutating func answered(_ call: CallID, _ run: inout Run<Event>) {
    let outcome = run.calls[call.slot].outcome
    let site = run.calls[call.slot].site
    let slot = run.calls[call.slot].caller.tag
    if site == functionSite { run.unload(call) }
    run.finish(call)
    if site == functionSite { returned(slot, outcome, &run) } else { delivered(to: site, outcome, &run) }
  }

  // MARK: The way of an event

  /// The event waits in the queue until its next attempt, or until its maximum age if that comes first.
  private mutating func queue(
    _ slot: UInt32, for wait: Time, _ state: AsynchronousEvent.State, _ run: inout Run<Event>
  ) {
    run.recorder.change(records.queued, by: 1, at: run.now)
    let due = run.now + wait
    let expiry = events[slot].arrival + maximumAge
    if due > expiry {
      events[slot].state = .dropping(.eventAgeExceeded)
      // A function may run beyond the maximum age of its event.
      run.schedule(.eventInvoker(index, .due(event: slot)), at: max(expiry, run.now))
    } else {
      events[slot].state = state
      run.schedule(.eventInvoker(index, .due(event: slot)), at: due)
    }
  }

  /// The event's wait is over.
  private mutating func due(_ slot: UInt32, _ run: inout Run<Event>) {
    run.recorder.change(records.queued, by: -1, at: run.now)
    switch events[slot].state {
    case .queued(let cause):
      switch cause {
      case .arrival: break
      case .error: run.recorder.count(records.retriesAfterErrors)
      case .throttle: run.recorder.count(records.retriesAfterThrottles)
      }
      invoke(slot, &run)
    case .dropping(let reason): drop(slot, reason, &run)
    case .free, .invoked: preconditionFailure("only an event in the queue becomes due")
    }
  }

  private mutating func invoke(_ slot: UInt32, _ run: inout Run<Event>) {
    // The caller's request is over, so nobody's latency grows.
    let call = run.place(
      from: Party(.eventInvoker, index, tag: slot), to: sites[Int(functionSite)].callee, site: functionSite,
      ledger: .none)
    run.load(call, traits: .isAsynchronous)
    events[slot].state = .invoked(call)
    run.post(.eventInvoker(index, .handed(event: slot)))
  }

  /// The age counts once the function is invoked, which a refused attempt is not. A refusal is answered within the
  /// function's `called`, so it is known here, before the answer is delivered.
  private mutating func handed(_ slot: UInt32, _ run: inout Run<Event>) {
    guard case .invoked(let call) = events[slot].state else {
      preconditionFailure("an event is handed over before its answer comes")
    }
    if run.isAnswered(call) {
      switch run.calls[call.slot].outcome {
      case .throttled, .unavailable: return
      case .success, .failed, .timedOut, .abandoned: break
      }
    }
    run.recorder.record(records.age, (run.now - events[slot].arrival).nanoseconds)
  }

  /// The function has answered.
  private mutating func returned(_ slot: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    switch outcome {
    case .success:
      run.recorder.count(records.succeeded)
      run.recorder.record(records.latency, (run.now - events[slot].arrival).nanoseconds)
      end(slot)
      deliver(to: successSite, &run)
    case .failed, .timedOut:
      if events[slot].errors == retriesMax { return drop(slot, .retriesExhausted, &run) }
      events[slot].errors &+= 1
      events[slot].backoff = LambdaRules.eventBackoffMin
      queue(slot, for: LambdaRules.eventErrorWait(retry: events[slot].errors), .queued(after: .error), &run)
    case .throttled, .unavailable:
      queue(slot, for: backoff(slot), .queued(after: .throttle), &run)
    case .abandoned: preconditionFailure("the queue of asynchronous events gives up on no invocation")
    }
  }

  /// The wait after a throttled attempt; the event's next one is longer.
  private mutating func backoff(_ slot: UInt32) -> Time {
    var wait = events[slot].backoff
    events[slot].backoff = min(wait * backoffMultiplier, LambdaRules.eventBackoffMax)
    if isJittered { wait *= backoffStream.nextUnit() }
    return Time(nanoseconds: Int64(wait))
  }

  private mutating func drop(_ slot: UInt32, _ reason: AsynchronousEvent.DropReason, _ run: inout Run<Event>) {
    run.recorder.count(records.dropped)
    run.recorder.count(records.dropped(reason))
    end(slot)
    deliver(to: failureSite, &run)
    deliver(to: deadLetterSite, &run)
  }

  private mutating func end(_ slot: UInt32) {
    events[slot].state = .free
    events.giveBack(slot)
  }

  // MARK: Destinations

  /// Sends the event, or the record of it, to a destination, if there is one.
  private mutating func deliver(to site: UInt32, _ run: inout Run<Event>) {
    if site == Self.noSite { return }
    _ = run.place(from: Party(.eventInvoker, index), to: sites[Int(site)].callee, site: site, ledger: .none)
  }

  /// A destination has answered. Whatever it says, that was the event's end.
  private mutating func delivered(to site: UInt32, _ outcome: Outcome, _ run: inout Run<Event>) {
    let isDeadLetter = site == deadLetterSite
    if outcome == .success {
      run.recorder.count(isDeadLetter ? records.deadLetters : records.deliveries)
    } else {
      run.recorder.count(isDeadLetter ? records.deadLetterErrors : records.deliveryFailures)
    }
  }
}
