import Engine
import Units

/// A point in continuous time that only ever moves on: whole nanoseconds and the part of one.
///
/// Rounding each gap would bias the rate where gaps are short. Here the exact instant is accumulated and only what is
/// shown is rounded, half-up, so that no error adds up.
@frozen @usableFromInline
struct ExactClock: BitwiseCopyable, Sendable {
  /// The instant, rounded half-up.
  @usableFromInline var nanoseconds: Int64
  /// What the exact instant is above `nanoseconds` - 1/2; in 0..<1.
  @usableFromInline var fraction = 0.5

  @inlinable init(nanoseconds: Int64 = 0) { self.nanoseconds = nanoseconds }

  /// Moves on by a gap in ns, 0 or more, unless that reaches the horizon. False if it does, or if the gap is infinite.
  @inlinable @inline(__always)
  mutating func advance(by gap: Double, horizon: Int64) -> Bool {
    let sum = fraction + gap
    // Double(..) errs by at most 512 near 2^63, and a horizon is at least 1,024 below it: the sum cannot overflow.
    guard sum < Double(horizon &- nanoseconds) else { return false }
    let whole = Int64(sum)
    nanoseconds &+= whole
    fraction = sum - Double(whole)
    return nanoseconds < horizon
  }
}

/// A Poisson process of constant rate: independent exponential gaps.
@frozen @usableFromInline
struct PoissonArrivals: BitwiseCopyable, Sendable {
  @usableFromInline var clock = ExactClock()
  /// Infinite for a rate of 0: then nothing arrives.
  @usableFromInline let meanGap: Double

  init(ratePerSecond: Double) {
    precondition(ratePerSecond >= 0 && ratePerSecond.isFinite, "A rate is a finite number, 0 or more.")
    meanGap = 1e9 / ratePerSecond
  }

  /// The next arrival in ns, or nil at the horizon.
  @inlinable @inline(__always)
  mutating func next(_ stream: inout RandomStream, horizon: Int64) -> Int64? {
    clock.advance(by: stream.nextExponential() * meanGap, horizon: horizon) ? clock.nanoseconds : nil
  }
}
