/// Special functions for closed-form figures. They loop, so they have no place on a hot path.
extension Portable {
  /// The error function 2/sqrt(pi) * integral of exp(-t^2) from 0 to `x`, within 1e-14 of the value.
  ///
  /// Odd in `x`; plus or minus 1 from |x| = 6 on; NaN for NaN. Series of positive terms (Abramowitz & Stegun 7.1.6).
  public static func erf(_ x: Double) -> Double {
    if x.isNaN { return x }
    let z = x.magnitude
    if z >= 6 { return x < 0 ? -1 : 1 }
    var term = z
    var sum = z
    var n = 1.0
    while term > sum * 0x1p-55 {
      term *= 2 * z * z / (2 * n + 1)
      sum += term
      n += 1
    }
    let value = 0x1.20dd750429b6dp+0 * exp(-z * z) * sum
    return x < 0 ? -value : value
  }

  /// The probability that a standard normal number is at most `z`, within 1e-14 absolutely.
  public static func normalCumulative(_ z: Double) -> Double { 0.5 + 0.5 * erf(z * 0.5.squareRoot()) }

  /// The gamma function of `x` above 0, within 1e-14 of the value; infinity from about 171.62 on, NaN for 0, below 0 and
  /// NaN.
  ///
  /// Stirling's series (Abramowitz & Stegun 6.1.37 in its logarithmic form 6.1.41) from 12 on, recurrence below.
  public static func gamma(_ x: Double) -> Double {
    guard x > 0 else { return .nan }
    if x > 172 { return .infinity }
    var z = x
    var product = 1.0
    while z < 12 {
      product *= z
      z += 1
    }
    let inverse = 1 / z
    let square = inverse * inverse
    let tail = 1.0 / 1260 - square * (1.0 / 1680 - square * (1.0 / 1188 - square * (691.0 / 360_360)))
    let series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * tail))
    // z^(z - 1/2) in two halves, because it overflows before the value does; each argument is exact.
    let half = pow(z, 0.5 * z)
    let rest = 0x1.40d931ff62706p+1 * exp(series) / (z.squareRoot() * product)
    return half * exp(-z) * rest * half
  }
}
