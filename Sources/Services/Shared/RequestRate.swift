import Units

/// How many synchronous requests a second a number of concurrent executions allows: ten for each (Lambda quotas).
///
/// The limit holds for the account, for a function's reserved and for its provisioned concurrency. AWS does not publish
/// how many may come at once; the model takes the worth of a second.
struct RequestRate: BitwiseCopyable {
  /// Requests a second for each unit of concurrency.
  let perConcurrency: Int64
  private let burst: Time

  init(_ account: AccountConfig) {
    perConcurrency = Int64(account.requestsPerConcurrency)
    burst = account.requestBurst
  }

  /// Requests a second.
  func rate(concurrency: Int) -> Int64 { Int64(concurrency) * perConcurrency }

  /// Requests at once, at least one unless there is no concurrency.
  func burst(concurrency: Int) -> Int64 {
    if concurrency == 0 { return 0 }
    let (high, low) = rate(concurrency: concurrency).multipliedFullWidth(by: burst.nanoseconds)
    // Two factors below 2^34 and 2^36: the product over 10^9 fits in 64 bits.
    let tokens = Int64(1_000_000_000).dividingFullWidth((high, low)).quotient
    return min(max(1, tokens), 4_000_000_000)
  }

  /// The bucket of a number of concurrent executions.
  func bucket(concurrency: Int) -> TokenBucket {
    TokenBucket(rate: rate(concurrency: concurrency), burst: burst(concurrency: concurrency))
  }
}

/// How fast the rate of a function's requests may grow: by 10,000 a second every 10 s (Lambda scaling behaviour), which
/// is the request rate that the environments of the same limit allow.
///
/// AWS does not publish how it measures. The model counts requests by the second. The highest count of the last five to
/// ten minutes is established, as environments stay about so long; each request beyond it takes a token of growth, and
/// is established from then on. So a rate that was there lately may come back at once, a new one costs each step once,
/// and nothing is refused that grows by less than 10,000 at once. In an account whose concurrency is not above the burst
/// of new environments, 1,000 by default, the account's own rate comes first, and nobody looks here.
struct RequestGrowth: BitwiseCopyable {
  private var secondEnd: Time = .zero
  /// Requests let in during the present second.
  private var count: Int64 = 0
  private var established: Int64 = 0
  private var epochEnd: Time = .zero
  /// The highest count of the present and of the last epoch.
  private var highest: Int64 = 0
  private var highestBefore: Int64 = 0
  private var tokens: TokenBucket

  /// Length of an epoch, over which a rate stays established.
  private static let epoch = Time.minutes(5)

  init(_ account: AccountConfig) {
    let requests = Int64(account.requestsPerConcurrency)
    tokens = TokenBucket(
      rate: min(Int64(account.scalingRate) * requests, 4_000_000_000),
      burst: min(Int64(account.scalingBurst) * requests, 4_000_000_000))
  }

  /// Lets a request in, unless the rate grows too fast.
  @inline(__always) mutating func take(at now: Time) -> Bool {
    if now >= secondEnd { beginSecond(at: now) }
    count &+= 1
    return count <= established || grow(at: now)
  }

  /// A request that was let in here was refused elsewhere. Its step of growth stays established for the second.
  @inline(__always) mutating func giveBack() { count &-= 1 }

  @inline(never) private mutating func grow(at now: Time) -> Bool {
    guard tokens.take(at: now) else {
      count &-= 1
      return false
    }
    established = count
    return true
  }

  @inline(never) private mutating func beginSecond(at now: Time) {
    highest = max(highest, count)
    count = 0
    secondEnd = Time(nanoseconds: (now.nanoseconds / 1_000_000_000 + 1) * 1_000_000_000)
    if now >= epochEnd {
      // A function that was quiet for a whole epoch begins anew.
      highestBefore = now - epochEnd < Self.epoch ? highest : 0
      highest = 0
      epochEnd = Time(nanoseconds: (now.nanoseconds / Self.epoch.nanoseconds + 1) * Self.epoch.nanoseconds)
    }
    established = max(highest, highestBefore)
  }
}
