import Engine
import Units

/// What an attempt came to, as an SDK sees it. The same outcome may mean different things at different callees.
enum AttemptResult: UInt8, BitwiseCopyable {
  /// Answered with HTTP 2xx: nothing to repeat, and good for the quota, whatever the answer says.
  case accepted
  /// Answered with an error that repeating would not mend.
  case rejected
  /// Refused for lack of capacity.
  case throttled
  /// A 5xx.
  case transient
  /// The client's own time limit.
  case timedOut

  /// `outcome` of a call of `callee`.
  ///
  /// Lambda answers an Invoke with 200 and `FunctionError` when the function throws or reaches its timeout, so no SDK
  /// tries again (documented: invocation-retries). An API turns both into a 5xx.
  init(_ outcome: Outcome, of callee: ComponentKind) {
    switch outcome {
    case .success: self = .accepted
    case .throttled: self = .throttled
    case .unavailable: self = .transient
    case .abandoned: self = .timedOut
    case .failed, .timedOut:
      switch callee {
      case .lambda: self = .accepted
      case .httpApi: self = .transient
      case .table, .queue, .stream, .eventInvoker, .daxCluster, .cacheCluster, .databaseClient, .database, .dbProxy,
        .topic:
        self = outcome == .failed ? .rejected : .transient
      case .traffic, .queueMapping, .streamMapping, .network, .environmentStart:
        preconditionFailure("\(callee) cannot be called")
      }
    }
  }
}

/// What a caller does after an attempt.
enum RetryDecision: BitwiseCopyable {
  /// The outcome stands.
  case finish
  /// Tries again after a pause.
  case retry(after: Time)
  /// Would try again, but the attempts are used up.
  case exhausted
  /// Would try again, but the client cannot pay for it.
  case overQuota
}

/// How far a call has come with its retries.
struct RetryProgress: BitwiseCopyable {
  /// Retries so far.
  var retries: Int32 = 0
  /// What the last one cost.
  var cost: Int32 = 0
  /// Whether the last attempt was throttled, and another one follows.
  var repeatsThrottled = false

  /// Tells a table that a call is such another attempt; others do not ask.
  func mark(_ call: CallID, _ run: inout Run<Event>) {
    if repeatsThrottled, run.calls[call.slot].callee.component == .table {
      run.calls[call.slot].traits.insert(.repeatsThrottled)
    }
  }
}

/// The numbers that one caller follows for one callee.
struct RetryRules: BitwiseCopyable {
  private let maxAttempts: Int32
  /// ns.
  private let transientBase: Double
  /// ns.
  private let throttlingBase: Double
  private let multiplier: Double
  /// ns.
  private let maxBackoff: Double
  private let isJittered: Bool
  let quota: Quota
  /// Whether attempts wait for the client's `RateLimiter`.
  let limitsRate: Bool

  /// Tokens of a client; a capacity of 0 is no quota.
  struct Quota: BitwiseCopyable {
    let capacity: Int32
    let transientCost: Int32
    let timeoutCost: Int32
    let throttlingCost: Int32
    let credit: Int32
  }

  /// Whether callers share a `RetryClient`.
  var usesClient: Bool { quota.capacity > 0 || limitsRate }

  /// What `config` means for calls of `callee`. Without a profile nothing is paid for.
  init(_ config: RetryConfig, callee: ComponentKind) {
    guard let profile = config.profile else {
      maxAttempts = Int32(config.maxAttempts ?? 1)
      transientBase = Double(config.backoff.nanoseconds)
      throttlingBase = transientBase
      multiplier = config.multiplier
      maxBackoff = Double(config.maxBackoff.nanoseconds)
      isJittered = config.jitter == .full
      quota = Quota(capacity: 0, transientCost: 0, timeoutCost: 0, throttlingCost: 0, credit: 0)
      limitsRate = false
      return
    }
    let row = RetryProfileRow.row(profile, [.table, .daxCluster, .cacheCluster].contains(callee) ? .dynamoDB : .other)
    maxAttempts = Int32(config.maxAttempts ?? row.maxAttempts)
    transientBase = Double(row.transientBase.nanoseconds)
    throttlingBase = Double(row.throttlingBase.nanoseconds)
    multiplier = 2
    // A year is longer than any run, and still a number of ns.
    maxBackoff = Double((row.maxBackoff ?? .days(366)).nanoseconds)
    isJittered = row.isJittered && config.jitter == .full
    quota = Quota(
      capacity: Int32(row.quota?.capacity ?? 0), transientCost: Int32(row.quota?.transientCost ?? 0),
      timeoutCost: Int32(row.quota?.timeoutCost ?? 0), throttlingCost: Int32(row.quota?.throttlingCost ?? 0),
      credit: Int32(row.quota?.credit ?? 0))
    limitsRate = row.limitsRate
  }

  /// What follows from an attempt's result; `client` is nil exactly if nobody uses one.
  ///
  /// As in botocore the attempts are counted first, then the retry is paid for, then the pause is drawn. Inlined, lest
  /// the rules be copied out of their table for each answer.
  @inline(__always) func decide(
    _ result: AttemptResult, _ progress: inout RetryProgress, client: UnsafeMutablePointer<RetryClient>?,
    at now: Time, _ stream: inout RandomStream
  ) -> RetryDecision {
    if limitsRate { client?.pointee.limiter.heard(isThrottled: result == .throttled, at: now) }
    let (base, cost): (Double, Int32)
    switch result {
    case .accepted:
      client?.pointee.earn(progress.retries == 0 ? quota.credit : progress.cost, capacity: quota.capacity)
      return .finish
    case .rejected: return .finish
    case .throttled: (base, cost) = (throttlingBase, quota.throttlingCost)
    case .transient: (base, cost) = (transientBase, quota.transientCost)
    case .timedOut: (base, cost) = (transientBase, quota.timeoutCost)
    }
    if progress.retries &+ 1 >= maxAttempts { return .exhausted }
    if let client, !client.pointee.pay(cost) { return .overQuota }
    let pause = pause(from: base, retry: progress.retries, &stream)
    progress.retries &+= 1
    progress.cost = cost
    progress.repeatsThrottled = result == .throttled
    return .retry(after: pause)
  }

  /// `base x multiplier^retry` for retry = 0, 1, .., at most `maxBackoff`.
  private func pause(from base: Double, retry: Int32, _ stream: inout RandomStream) -> Time {
    // multiplier^retry by squaring: retries may go up to 100,000.
    var wait = base
    var factor = multiplier
    var left = retry
    while left > 0 && wait > 0 && wait < maxBackoff {
      if left & 1 == 1 { wait *= factor }
      factor *= factor
      left >>= 1
    }
    wait = min(wait, maxBackoff)
    if isJittered { wait *= stream.nextUnit() }
    return Time(nanoseconds: Int64(wait))
  }
}
