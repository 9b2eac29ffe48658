/// Logarithms and powers of ten for axes, from additions and products alone, so that every machine draws the same.
///
/// The C library's last bits differ between processors; these are good to about 1e-15, far below a pixel.
enum Logarithm {
  /// The decimal logarithm of a positive finite value; traps on others.
  static func base10(_ value: Double) -> Double {
    precondition(value > 0 && value.isFinite, "only positive numbers have a logarithm")
    var exponent = Double(value.exponent)
    var significand = value.significand
    if significand > 1.414213562373095 {
      significand /= 2
      exponent += 1
    }
    // ln m = 2 artanh((m - 1) / (m + 1)), a series that gains 1.5 digits a term for m within a factor of sqrt 2 of 1.
    let ratio = (significand - 1) / (significand + 1)
    let square = ratio * ratio
    var sum = 0.0
    for odd in stride(from: 25.0, through: 1, by: -2) { sum = sum * square + 1 / odd }
    return (2 * ratio * sum + exponent * 0.6931471805599453) * 0.4342944819032518
  }

  /// Ten to a whole power, -300 to 300, correctly rounded for -22 to 22.
  static func tenTo(_ power: Int) -> Double {
    var result = 1.0
    for _ in 0..<abs(power) { result *= 10 }
    return power < 0 ? 1 / result : result
  }
}
