import Engine
import Units

/// A point in continuous time that only ever moves on: whole nanoseconds and the part of one.
///
/// Rounding each gap would bias the rate where gaps are short. Here the exact instant is accumulated and only what is
/// shown is rounded, to the nearest nanosecond, so that no error adds up.
@frozen @usableFromInline
struct ExactClock: BitwiseCopyable, Sendable {
  /// The instant, rounded to the nearest.
  @usableFromInline var nanoseconds: Int64 = 0
  /// What the exact instant is above `nanoseconds`; from -1/2 to 1/2.
  @usableFromInline var fraction = 0.0

  /// Latest horizon: nothing that is added at once before it can overflow.
  static let horizonMax = Int64.max - (1 << 52)

  @inlinable init() {}

  /// Moves on by a gap in ns, 0 or more, unless that reaches the horizon. False if it does, or if the gap is infinite.
  @inlinable @inline(__always)
  mutating func advance(by gap: Double, horizon: Int64) -> Bool {
    let sum = fraction + gap
    guard sum < 0x1p51 else { return advanceFar(sum, horizon: horizon) }
    // Doubles from 2^52 to 2^53 are the whole numbers: the sum with the middle one is rounded to a whole number, and the
    // difference of the bit patterns is that number. It is never below 0, for the sum is not below -1/2.
    let middle = 0x1.8p52
    let rounded = sum + middle
    nanoseconds &+= Int64(bitPattern: rounded.bitPattern &- middle.bitPattern)
    fraction = sum - (rounded - middle)
    return nanoseconds < horizon
  }

  /// The same for gaps of 26 days and more.
  @usableFromInline @inline(never)
  mutating func advanceFar(_ sum: Double, horizon: Int64) -> Bool {
    guard sum < Double(horizon - nanoseconds) else { return false }
    nanoseconds += Int64(sum)
    fraction = 0
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
