/// Elementary functions whose results have the same bits on every machine, in debug and in release.
///
/// The C library picks fused variants of `log` and `exp` by processor, so its last bits differ between machines. Here
/// only `+ - * /`, square roots and bit operations occur, each of which IEEE 754 defines to the bit, and tables whose
/// literals are rounded from long arithmetic. Method: reduction by table and a short polynomial, after Tang (ACM TOMS
/// 15, 1989, and 16, 1990). One ulp is the distance to the next double.
public enum Portable {
  /// e to the power `x`, within 0.6 ulp for normal results and one smallest double below them.
  ///
  /// Infinity from about 709.78 on, 0 below about -745.13, NaN for NaN.
  @inlinable public static func exp(_ x: Double) -> Double { exp(x, tables: PortableTables.shared) }

  /// The natural logarithm, within 0.6 ulp.
  ///
  /// Minus infinity for 0, NaN below 0 and for NaN, infinity for infinity.
  public static func log(_ x: Double) -> Double { logarithm(x, tables: PortableTables.shared).high }

  /// `x` to the power `y` for `x` of 0 or more, within 0.7 ulp for normal results.
  ///
  /// 1 if `y` is 0 or `x` is 1; otherwise NaN if either is NaN or `x` is below 0, whole `y` included. Powers of 0 and of
  /// infinity are their limits: 0 or infinity by the sign of `y`.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN || x < 0 { return .nan }
    if x == 0 || x == .infinity { return (x == 0) == (y > 0) ? 0 : .infinity }
    let tables = PortableTables.shared
    let logarithm = logarithm(x, tables: tables)
    let product = y * logarithm.high
    if product > 800 { return .infinity }
    if product < -800 { return 0 }
    let y1 = upperHalf(y)
    let y2 = y - y1
    let l1 = upperHalf(logarithm.high)
    let l2 = logarithm.high - l1
    let rounding = ((y1 * l1 - product) + y1 * l2 + y2 * l1) + y2 * l2
    return exp(product, tail: rounding + y * logarithm.low, tables: tables)
  }

  /// ln(1 + `x`) for `x` above -1, within about 2 ulp even where 1 + `x` rounds to 1.
  ///
  /// Minus infinity for -1, NaN below. The correction by what 1 + `x` lost is Kahan's.
  public static func log1p(_ x: Double) -> Double {
    let sum = 1 + x
    if sum == .infinity || !(sum > 0) { return log(sum) }
    return log(sum) + (x - (sum - 1)) / sum
  }
}

extension Portable {
  /// `exp` with its tables at hand: no global is looked up. In the usual range the result neither overflows nor
  /// becomes subnormal, so the exponent can be written by one integer addition.
  @inlinable @inline(__always)
  static func exp(_ x: Double, tables: UnsafePointer<UInt64>) -> Double {
    guard x.magnitude < 708 else { return exp(x, tail: 0, tables: tables) }
    let shifted = x * stepsPerUnit + roundingShift
    let steps = shifted - roundingShift
    let r = (x - steps * stepHigh) - steps * stepLow
    let entry = tables + PortableTables.powers + 2 &* Int(truncatingIfNeeded: shifted.bitPattern & 127)
    let power = Double(bitPattern: entry[0] &+ shifted.bitPattern &<< 45)
    let square = r * r
    let excess =
      (Double(bitPattern: entry[1]) + r) + square * (0.5 + r * (1.0 / 6)) + (square * square)
      * (1.0 / 24 + r * (1.0 / 120))
    return power + power * excess
  }

  /// e to the power `x` + `tail` over the whole range, where `tail` is at most about an ulp of `x`.
  @usableFromInline @inline(never)
  static func exp(_ x: Double, tail: Double, tables: UnsafePointer<UInt64>) -> Double {
    if x.isNaN { return x }
    if x > 710 { return .infinity }
    if x < -746 { return 0 }
    let shifted = x * stepsPerUnit + roundingShift
    let steps = shifted - roundingShift
    let r = ((x - steps * stepHigh) - steps * stepLow) + tail
    let entry = tables + PortableTables.powers + 2 &* Int(truncatingIfNeeded: shifted.bitPattern & 127)
    let square = r * r
    let excess =
      (Double(bitPattern: entry[1]) + r) + square * (0.5 + r * (1.0 / 6)) + (square * square)
      * (1.0 / 24 + r * (1.0 / 120))
    // Half way towards zero the exponent has room on both sides; the last multiplication alone over- or underflows.
    let bits = entry[0] &+ shifted.bitPattern &<< 45
    let (offset, factor) = x > 0 ? (UInt64(1) &<< 52, 2.0) : (0 &- (UInt64(200) &<< 52), 0x1p-200)
    let power = Double(bitPattern: bits &- offset)
    return (power + power * excess) * factor
  }

  /// The natural logarithm as an unevaluated sum, `low` below half an ulp of `high`; the sum is good to about 2^-65.
  @usableFromInline
  static func logarithm(_ x: Double, tables: UnsafePointer<UInt64>) -> (high: Double, low: Double) {
    guard x > 0, x < .infinity else {
      return (x == 0 ? -.infinity : x == .infinity ? .infinity : .nan, 0)
    }
    let isSubnormal = x < 0x1p-1022
    let bits = isSubnormal ? (x * 0x1p52).bitPattern : x.bitPattern
    // x = 2^exponent * z with z in [0.6875, 1.375); around 1 the reciprocal is 1, so that no digits cancel there.
    let fromLowest = bits &- PortableTables.lowestLogarithm
    let exponent = Double((Int64(bitPattern: fromLowest) >> 52) - (isSubnormal ? 52 : 0))
    let z = Double(bitPattern: bits &- (fromLowest & 0xfff0_0000_0000_0000))
    let entry = tables + PortableTables.logarithms + 3 &* Int(truncatingIfNeeded: (fromLowest &>> 45) & 127)
    let reciprocal = Double(bitPattern: entry[0])

    // r = z * reciprocal - 1 without rounding: the reciprocal has nine bits, so both partial products are exact.
    let z1 = upperHalf(z)
    let (r, rTail) = exactSum(z1 * reciprocal - 1, (z - z1) * reciprocal)
    let r1 = upperHalf(r)
    let squareHigh = -0.5 * r1 * r1
    let squareLow = -0.5 * (r - r1) * (r + r1)

    let whole = exponent * ln2High + Double(bitPattern: entry[1])
    let (sum1, tail1) = exactSum(whole, r)
    let (sum2, tail2) = exactSum(sum1, squareHigh)
    let cubic = r * r * r * seriesFromCube(r)
    let small = exponent * ln2Low + Double(bitPattern: entry[2]) + rTail * (1 - r) + squareLow
    return exactSum(sum2, (tail1 + tail2) + (small + cubic))
  }

  /// (ln(1 + r) - r + r^2 / 2) / r^3 for |r| up to 2^-7, by Taylor's series: the first term left out is below 2^-58 of
  /// the sum.
  private static func seriesFromCube(_ r: Double) -> Double {
    let odd = 1.0 / 7 - r * (1.0 / 8 - r * (1.0 / 9 - r * (1.0 / 10)))
    return 1.0 / 3 - r * (1.0 / 4 - r * (1.0 / 5 - r * (1.0 / 6 - r * odd)))
  }

  /// `a` + `b` rounded, and what rounding lost (Knuth's two-sum).
  private static func exactSum(_ a: Double, _ b: Double) -> (high: Double, low: Double) {
    let sum = a + b
    let bInSum = sum - a
    return (sum, (a - (sum - bInSum)) + (b - bInSum))
  }

  /// `x` without its last 27 bits: products of such halves are exact.
  private static func upperHalf(_ x: Double) -> Double {
    Double(bitPattern: x.bitPattern & 0xffff_ffff_f800_0000)
  }

  /// 128 / ln 2.
  @usableFromInline static var stepsPerUnit: Double { @inline(__always) get { 0x1.71547652b82fep+7 } }
  /// Added and taken away again, it rounds to a whole number and leaves that number in the low bits.
  @usableFromInline static var roundingShift: Double { @inline(__always) get { 0x1.8p52 } }
  /// ln 2 / 128 in multiples of 2^-42, so that whole multiples of it are exact, and the rest.
  @usableFromInline static var stepHigh: Double { @inline(__always) get { 0x1.62e42fef80000p-8 } }
  @usableFromInline static var stepLow: Double { @inline(__always) get { 0x1.1cf79abc9e3b4p-43 } }
  /// ln 2 in multiples of 2^-42, and the rest.
  private static var ln2High: Double { 0x1.62e42fefa3800p-1 }
  private static var ln2Low: Double { 0x1.ef35793c76730p-45 }
}
