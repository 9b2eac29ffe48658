import Engine

/// So many independent uniform numbers in ascending order, made one after another and never stored.
///
/// The smallest of r uniforms on (u, 1) has the survival ((1 - x) / (1 - u))^r, so 1 - u shrinks by the factor
/// V^(1/r) = exp(-E/r) with E exponential (J. L. Bentley and J. B. Saxe, "Generating sorted lists of random numbers", ACM
/// TOMS 6(3), 1980). The error of the running product grows by 2^-52 a number, 1e-9 of the span after a million.
struct SortedUniforms: BitwiseCopyable {
  /// How many numbers are still to come.
  private(set) var remaining: Int64
  /// 1 minus the last number.
  private var above = 1.0

  /// `count` numbers, 0 or more.
  init(count: Int64) { remaining = count }

  /// The next number, in 0..<1 and not below the last one. Traps if none remains.
  mutating func next(_ stream: inout RandomStream) -> Double {
    precondition(remaining > 0, "Only as many sorted numbers can be drawn as were announced.")
    above *= Portable.exp(-stream.nextExponential() / Double(remaining))
    remaining -= 1
    // The largest double below 1 keeps a number in its span even if `above` has shrunk below 2^-54.
    return min(1 - above, 1 - 0x1p-53)
  }

  /// Counts one number down without drawing it. Traps if none remains.
  mutating func skip() {
    precondition(remaining > 0, "Only as many sorted numbers can be skipped as were announced.")
    remaining -= 1
  }

  /// Where in a span of so many ns, 1 or more, a number between 0 and 1 lies, rounded down.
  static func place(_ number: Double, in span: Int64) -> Int64 { min(Int64(number * Double(span)), span - 1) }
}
