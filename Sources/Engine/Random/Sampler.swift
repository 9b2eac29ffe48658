/// Which way a sampler draws.
@frozen @usableFromInline
enum SamplerKind: UInt8, BitwiseCopyable, Sendable {
  case constant, exponential, logNormal, empirical, uniform, normal, gamma, weibull, pareto, mixture
}

/// A distribution made ready for drawing: plain memory of 32 bytes, so that it may sit in components.
///
/// Made by a `SamplerPool`, which owns the tables it points to and must outlive it. The same stream state gives the same
/// values on every machine. Values are in the unit of the distribution times the pool's scale.
@frozen
public struct Sampler: @unchecked Sendable, BitwiseCopyable {
  @usableFromInline let kind: SamplerKind
  /// Empirical: how far to shift the 53 bits of a probability to get its guide slot.
  @usableFromInline let guideShift: UInt8
  /// Constant: the value. Exponential: the mean. Uniform: the lower end. Log-normal, normal: the mean of the normal.
  /// Weibull, Pareto: the logarithm of the scale.
  @usableFromInline let a: Double
  /// Uniform: the width. Log-normal, normal: the standard deviation of the normal. Weibull, Pareto: 1 / shape.
  @usableFromInline let b: Double
  /// Empirical, gamma, mixture: the pool's table; read-only while the pool lives, hence safe to send.
  @usableFromInline let table: UnsafeRawPointer?

  init(_ kind: SamplerKind, _ a: Double, _ b: Double = 0) {
    (self.kind, self.guideShift, self.a, self.b, self.table) = (kind, 0, a, b, nil)
  }

  init(_ kind: SamplerKind, table: UnsafeRawPointer, guideShift: UInt8 = 0) {
    (self.kind, self.guideShift, self.a, self.b, self.table) = (kind, guideShift, 0, 0, table)
  }

  /// Draws a value; infinity where it exceeds the range of doubles.
  ///
  /// One random word usually does for an exponential, log-normal or empirical value, none for a constant.
  @inlinable @inline(__always) public func draw(_ stream: inout RandomStream) -> Double {
    switch kind {
    case .constant: a
    case .exponential: a * stream.nextExponential()
    case .logNormal: Portable.exp(a + b * stream.nextNormal(), tables: stream.tables)
    case .empirical: drawQuantile(&stream)
    case .uniform, .normal, .gamma, .weibull, .pareto, .mixture: drawRare(&stream)
    }
  }

  /// Draws a time in whole nanoseconds: rounded to nearest, ties to even, 0 for values below 0, 2^62 (146 years) for all above that.
  @inlinable @inline(__always) public func drawTime(_ stream: inout RandomStream) -> Int64 {
    let value = draw(&stream)
    guard value > 0 else { return 0 }
    // Added to 2^52, a smaller number leaves its nearest integer in the lower bits.
    if value < 0x1p51 { return Int64(bitPattern: (value + 0x1p52).bitPattern & 0x000f_ffff_ffff_ffff) }
    return value < 0x1p62 ? Int64(value) : 1 << 62
  }

  /// The inverse of a quantile table at a random probability. The guide slot of the probability names the first segment
  /// that can hold it; the right one is less than one segment further on average.
  ///
  /// A table is a guide (word offsets of segments) followed by segments of three words (probability, value, slope).
  @inlinable @inline(__always)
  func drawQuantile(_ stream: inout RandomStream) -> Double {
    // The pool gives every empirical sampler a table, and its last probability, 1, ends every search.
    let words = table.unsafelyUnwrapped.assumingMemoryBound(to: UInt64.self)
    let bits = stream.nextUnitBits()
    let probability = Double(Int64(truncatingIfNeeded: bits)) * 0x1p-53
    var at = words + Int(truncatingIfNeeded: words[Int(truncatingIfNeeded: bits &>> UInt64(guideShift))])
    while Double(bitPattern: at[3]) <= probability { at += 3 }
    return Double(bitPattern: at[1]) + (probability - Double(bitPattern: at[0])) * Double(bitPattern: at[2])
  }
}
