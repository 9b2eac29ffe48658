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
    refill(at: now)
    let newCapacity = burst * 1_000_000_000
    parts = min(newCapacity, parts + max(0, newCapacity - capacity))
    capacity = newCapacity
    rate = newRate
  }

  /// Goes on with another rate and burst and the tokens that it has, as far as the new burst holds them.
  mutating func retune(rate newRate: Int64, burst: Int64, at now: Time) {
    precondition(newRate >= 0 && burst >= 0 && burst <= 4_000_000_000, "a bucket holds 0 to 4 billion tokens")
    refill(at: now)
    capacity = burst * 1_000_000_000
    parts = min(capacity, parts)
    rate = newRate
  }

  /// Books what has been earned until now, whatever is owed.
  private mutating func refill(at now: Time) {
    let earned = Int128((now - filled).nanoseconds) * Int128(rate)
    parts = Int64(min(Int128(capacity), Int128(parts) + earned))
    filled = now
  }

  /// Takes tokens if there are enough; more than the bucket holds are taken from a full bucket, which then owes.
  @inline(__always) mutating func take(_ tokens: Int64 = 1, at now: Time) -> Bool {
    capacity == .max || takeOfLimited(tokens, at: now)
  }

  /// The same of a bucket that is not `unlimited`.
  ///
  /// A refusal leaves the bucket as it was: what it has earned until then is earned when it is asked again.
  @inline(__always) mutating func takeOfLimited(_ tokens: Int64, at now: Time) -> Bool {
    let elapsed = now.nanoseconds &- filled.nanoseconds
    let (earned, overflow) = elapsed.multipliedReportingOverflow(by: rate)
    let there = overflow || earned >= capacity &- parts ? capacity : parts &+ earned
    let price = tokens &* 1_000_000_000
    if there < price && there < capacity { return false }
    parts = there &- price
    filled = now
    return true
  }
}
