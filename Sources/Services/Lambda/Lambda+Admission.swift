import Engine
import Units

// Which invocations are let in, and by which limit the others are refused.
//
// Concurrency comes first, then the rates, then the environment: a refused request takes a token of no bucket. AWS does
// not publish the order; it shows only in the reason of a request that breaks two limits at once.
extension Lambda {
  /// Before the first event of the run.
  mutating func begin(_ run: inout Run<Event>, _ account: inout Account) {
    if let reserved = config.reservedConcurrentExecutions { account.claim(reserved) }
    if let provisioned = config.provisionedConcurrency { beginProvisioned(provisioned, &run, &account) }
  }

  /// An invocation arrives: a limit refuses it, an idle environment takes it, or a new one starts for it.
  @inline(never) mutating func called(_ call: CallID, _ run: inout Run<Event>, _ account: inout Account) {
    guard isPlain else { return calledOwn(call, &run, &account) }
    if account.unreserved >= account.unreservedLimit {
      return throttle(call, .concurrentInvocationLimitExceeded, &run)
    }
    // Nobody's client waits for an asynchronous invocation: concurrency alone limits it (Lambda quotas).
    let isSynchronous = !run.calls[call.slot].traits.contains(.isAsynchronous)
    if isSynchronous {
      guard account.requests.take(at: run.now) else { return throttle(call, .callerRateLimitExceeded, &run) }
    }
    runOnDemand(call, isSynchronous, isPlain: true, &run, &account)
  }

  /// The same for a function with concurrency of its own.
  @inline(never) private mutating func calledOwn(_ call: CallID, _ run: inout Run<Event>, _ account: inout Account) {
    let isSynchronous = !run.calls[call.slot].traits.contains(.isAsynchronous)
    let isProvisioned = provisioned.canServe(isSynchronous, at: run.now)
    if !isProvisioned {
      if let limit = reserved.limit {
        if reserved.onDemand >= limit - provisioned.environments {
          // With an idle provisioned environment it was the rate that kept the request from it.
          return throttle(
            call,
            provisioned.idleCount > 0
              ? .reservedInvocationRateLimitExceeded : .reservedConcurrentInvocationLimitExceeded, &run)
        }
      } else if account.unreserved >= account.unreservedLimit {
        return throttle(call, .concurrentInvocationLimitExceeded, &run)
      }
    }
    if isSynchronous {
      guard reserved.requests.take(at: run.now) else {
        return throttle(call, .reservedInvocationRateLimitExceeded, &run)
      }
      guard account.requests.take(at: run.now) else {
        reserved.requests.giveBack()
        return throttle(call, .callerRateLimitExceeded, &run)
      }
    }
    if isProvisioned {
      runProvisioned(call, isSynchronous, &run, &account)
    } else {
      runOwnOnDemand(call, isSynchronous, &run, &account)
    }
  }

  /// `runOnDemand` apart from the path of most functions, which is kept short.
  @inline(never) private mutating func runOwnOnDemand(
    _ call: CallID, _ isSynchronous: Bool, _ run: inout Run<Event>, _ account: inout Account
  ) {
    runOnDemand(call, isSynchronous, isPlain: false, &run, &account)
  }

  /// An idle environment takes the request, or a new one starts for it if the scaling rate allows.
  @inline(__always) private mutating func runOnDemand(
    _ call: CallID, _ isSynchronous: Bool, isPlain: Bool, _ run: inout Run<Event>, _ account: inout Account
  ) {
    if limitsGrowth && isSynchronous && !growth.take(at: run.now) {
      return refuse(call, isSynchronous, &run, &account)
    }
    if let environment = idle.take(from: environments) {
      admit(isPlain: isPlain, &run, &account)
      begin(environment, call, &run, &account)
    } else if scaling.take(at: run.now) {
      admit(isPlain: isPlain, &run, &account)
      start(for: call, kind: .onDemand, &run, &account)
    } else {
      if isSynchronous { growth.giveBack() }
      refuse(call, isSynchronous, &run, &account)
    }
  }

  /// An invocation counts as concurrent from now on.
  @inline(__always) private mutating func admit(isPlain: Bool, _ run: inout Run<Event>, _ account: inout Account) {
    if isPlain {
      account.unreserved &+= 1
    } else {
      admitOwn(&run, &account)
    }
    run.recorder.change(records.concurrency, by: 1, at: run.now)
  }

  @inline(never) private mutating func admitOwn(_ run: inout Run<Event>, _ account: inout Account) {
    if reserved.limit == nil { account.unreserved += 1 } else { reserved.onDemand += 1 }
    if provisioned.usable > 0 { run.recorder.count(records.spillover) }
  }

  /// An environment has answered a request, which no longer counts as concurrent.
  @inline(__always) mutating func release(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    if isPlain {
      account.unreserved &-= 1
    } else {
      releaseOwn(slot, &run, &account)
    }
    run.recorder.change(records.concurrency, by: -1, at: run.now)
  }

  @inline(never) private mutating func releaseOwn(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    switch environments[slot].kind {
    case .provisioned: releaseProvisioned(&run)
    case .onDemand: if reserved.limit == nil { account.unreserved -= 1 } else { reserved.onDemand -= 1 }
    }
  }

  /// An environment waits for its next request.
  @inline(__always) mutating func settleIdle(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    if environments[slot].kind == .provisioned { return settleProvisioned(slot, &run, &account) }
    idle.add(slot, to: environments)
    armIdleTimer(slot, &run)
  }

  /// An idle environment is about to end.
  mutating func leaveIdle(_ slot: UInt32) {
    switch environments[slot].kind {
    case .onDemand: idle.remove(slot, from: environments)
    case .provisioned: provisioned.remove(slot, from: environments)
    }
  }

  /// An environment for which no request waits has been initialised.
  @inline(never) mutating func ready(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    switch environments[slot].kind {
    case .onDemand: settleIdle(slot, &run, &account)
    case .provisioned: readyProvisioned(slot, &run, &account)
    }
  }

  /// An environment has ended.
  @inline(never) mutating func ended(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    if environments[slot].kind == .provisioned { endedProvisioned(slot, &run, &account) }
  }

  /// Bills milliseconds of an environment.
  @inline(__always) func bill(_ milliseconds: Int64, _ slot: UInt32, _ run: inout Run<Event>) {
    run.recorder.count(records.billedMilliseconds, by: milliseconds)
    if environments[slot].kind == .provisioned {
      run.recorder.count(records.provisionedMilliseconds, by: milliseconds)
    }
  }

  // MARK: Refusals

  /// The function scales too fast; the request rates have not been used.
  @inline(never) private mutating func refuse(
    _ call: CallID, _ isSynchronous: Bool, _ run: inout Run<Event>, _ account: inout Account
  ) {
    if isSynchronous {
      account.requests.giveBack()
      reserved.requests.giveBack()
    }
    throttle(call, .functionInvocationRateLimitExceeded, &run)
  }

  /// Mutating, though it changes nothing here: borrowed, the function's state would be copied for a call that is not
  /// inlined.
  @inline(never) private mutating func throttle(_ call: CallID, _ reason: ThrottleReason, _ run: inout Run<Event>) {
    run.recorder.count(records.throttles)
    run.recorder.count(records.throttles(reason))
    run.answer(call, .throttled)
  }
}

/// A function's reserved concurrency, or none.
struct ReservedConcurrency {
  /// Nil: the function shares the account's unreserved concurrency.
  let limit: Int?
  /// Executions on demand; those on provisioned concurrency have their part of the limit to themselves.
  var onDemand = 0
  /// The rate of synchronous requests.
  var requests: TokenBucket

  init(_ config: FunctionConfig, _ rate: RequestRate) {
    limit = config.reservedConcurrentExecutions
    requests = limit.map { rate.bucket(concurrency: $0) } ?? .unlimited
  }
}

/// AWS's reasons for refusing an invocation, as `TooManyRequestsException` names them.
enum ThrottleReason: CaseIterable {
  /// The account's unreserved concurrency is used up.
  case concurrentInvocationLimitExceeded
  /// The function starts environments, or its requests grow, faster than its scaling rate. AWS does not say which reason
  /// it gives for this (inferred).
  case functionInvocationRateLimitExceeded
  /// The function's reserved concurrency is used up.
  case reservedConcurrentInvocationLimitExceeded
  /// The function gets more synchronous requests a second than its reserved concurrency allows.
  case reservedInvocationRateLimitExceeded
  /// The account gets more synchronous requests a second than its concurrency allows. AWS does not say which reason it
  /// gives for this (inferred).
  case callerRateLimitExceeded

  var name: String {
    switch self {
    case .concurrentInvocationLimitExceeded: "ConcurrentInvocationLimitExceeded"
    case .functionInvocationRateLimitExceeded: "FunctionInvocationRateLimitExceeded"
    case .reservedConcurrentInvocationLimitExceeded: "ReservedFunctionConcurrentInvocationLimitExceeded"
    case .reservedInvocationRateLimitExceeded: "ReservedFunctionInvocationRateLimitExceeded"
    case .callerRateLimitExceeded: "CallerRateLimitExceeded"
    }
  }
}
