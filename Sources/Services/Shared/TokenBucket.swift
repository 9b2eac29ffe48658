import Units

/// A token bucket in exact integers: one token is 10^9 parts, and a nanosecond earns `rate` parts.
///
/// It starts full. `rate` tokens a second, at most `burst` tokens at once.
struct TokenBucket: BitwiseCopyable {
  private var parts: Int64
  private var filled: Time
  private var rate: Int64
  private var capacity: Int64

  init(rate: Int64, burst: Int64) {
    precondition(rate >= 0 && burst >= 0 && burst <= 4_000_000_000, "a bucket holds 0 to 4 billion tokens")
    self.rate = rate
    capacity = burst * 1_000_000_000
    parts = capacity
    filled = .zero
  }

  /// A bucket that never refuses.
  static var unlimited: TokenBucket { TokenBucket(rate: .max / 4, burst: 1, isUnlimited: true) }

  private init(rate: Int64, burst: Int64, isUnlimited: Bool) {
    self.rate = rate
    capacity = isUnlimited ? .max : burst
    parts = capacity
    filled = .zero
  }

  /// Takes back tokens for what was let in here and refused elsewhere.
  mutating func giveBack(_ tokens: Int64 = 1) {
    if capacity < .max { parts = min(capacity, parts &+ tokens &* 1_000_000_000) }
  }

  /// Whether a token is there.
  mutating func hasToken(at now: Time) -> Bool {
    guard take(at: now) else { return false }
    giveBack()
    return true
  }

  /// Goes on with another rate and burst. Room that is gained is full, and what the smaller bucket cannot hold is lost.
  mutating func change(rate newRate: Int64, burst: Int64, at now: Time) {
    precondition(newRate >= 0 && burst >= 0 && burst <= 4_000_000_000, "a bucket holds 0 to 4 billion tokens")
    _ = take(0, at: now)
    let newCapacity = burst * 1_000_000_000
    parts = min(newCapacity, parts + max(0, newCapacity - capacity))
    capacity = newCapacity
    rate = newRate
  }

  /// Goes on with another rate and burst and the tokens that it has, as far as the new burst holds them.
  mutating func retune(rate newRate: Int64, burst: Int64, at now: Time) {
    precondition(newRate >= 0 && burst >= 0 && burst <= 4_000_000_000, "a bucket holds 0 to 4 billion tokens")
    _ = take(0, at: now)
    capacity = burst * 1_000_000_000
    parts = min(capacity, parts)
    rate = newRate
  }

  /// Takes tokens if there are enough; more than the bucket holds are taken from a full bucket, which then owes.
  @inline(__always) mutating func take(_ tokens: Int64 = 1, at now: Time) -> Bool {
    if capacity == .max { return true }
    let elapsed = now.nanoseconds &- filled.nanoseconds
    let missing = capacity &- parts
    let (earned, overflow) = elapsed.multipliedReportingOverflow(by: rate)
    parts = overflow || earned >= missing ? capacity : parts &+ earned
    filled = now
    let price = tokens &* 1_000_000_000
    if parts < min(price, capacity) { return false }
    parts &-= price
    return true
  }
}
