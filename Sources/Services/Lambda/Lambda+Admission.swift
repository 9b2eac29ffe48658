import Engine
import Units

// Which invocations are let in, and by which limit the others are refused.
extension Lambda {
  /// Before the first event of the run.
  mutating func begin(_ run: inout Run<Event>, _ account: inout Account) {}

  /// An invocation arrives: a limit refuses it, an idle environment takes it, or a new one starts for it.
  @inline(__always) mutating func called(_ call: CallID, _ run: inout Run<Event>, _ account: inout Account) {
    if account.concurrency == account.concurrencyLimit {
      throttle(call, .concurrentInvocationLimitExceeded, &run)
    } else if let environment = idle.take(from: environments) {
      account.concurrency &+= 1
      run.recorder.change(records.concurrency, by: 1, at: run.now)
      begin(environment, call, &run, &account)
    } else if scaling.take(at: run.now) {
      account.concurrency &+= 1
      run.recorder.change(records.concurrency, by: 1, at: run.now)
      start(for: call, kind: .onDemand, &run, &account)
    } else {
      throttle(call, .functionInvocationRateLimitExceeded, &run)
    }
  }

  /// An environment has answered a request, which no longer counts as concurrent.
  @inline(__always) func release(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    account.concurrency &-= 1
    run.recorder.change(records.concurrency, by: -1, at: run.now)
  }

  /// An environment for which no request waits has been initialised.
  mutating func ready(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    settleIdle(slot, &run, &account)
  }

  /// An environment waits for its next request.
  @inline(__always) mutating func settleIdle(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    idle.add(slot, to: environments)
    armIdleTimer(slot, &run)
  }

  /// An idle environment is about to end.
  mutating func leaveIdle(_ slot: UInt32) {
    idle.remove(slot, from: environments)
  }

  /// An environment has ended.
  mutating func ended(_ slot: UInt32, _ run: inout Run<Event>, _ account: inout Account) {}

  /// Bills milliseconds of an environment.
  @inline(__always) func bill(_ milliseconds: Int64, _ slot: UInt32, _ run: inout Run<Event>) {
    run.recorder.count(records.billedMilliseconds, by: milliseconds)
  }

  private func throttle(_ call: CallID, _ reason: ThrottleReason, _ run: inout Run<Event>) {
    run.recorder.count(records.throttles)
    run.recorder.count(records.throttles(reason))
    run.answer(call, .throttled)
  }
}

/// AWS's reasons for refusing an invocation, as `TooManyRequestsException` names them.
enum ThrottleReason: CaseIterable {
  /// The account's concurrent executions are used up.
  case concurrentInvocationLimitExceeded
  /// The function starts environments faster than its scaling rate. AWS does not say which reason it gives for this
  /// (inferred).
  case functionInvocationRateLimitExceeded

  var name: String {
    switch self {
    case .concurrentInvocationLimitExceeded: "ConcurrentInvocationLimitExceeded"
    case .functionInvocationRateLimitExceeded: "FunctionInvocationRateLimitExceeded"
    }
  }
}
