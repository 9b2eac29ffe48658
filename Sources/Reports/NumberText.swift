/// Numbers as text, the same bytes on every machine: no locale, no C library.
///
/// All start from the shortest decimal number that reads back as the same `Double`, and round that half away
/// from zero. So 1.005 to two decimals is 1.01, as the eye expects, although the `Double` lies a hair below.
public enum NumberText {
  /// At most `digits` (1 to 17) significant digits without trailing zeros; with an exponent below 1e-6 and from
  /// 1e15 on.
  ///
  /// Negative zero is `0`; NaN and the infinities, which JSON lacks and CSV leaves out, are nil.
  public static func shortest(_ value: Double, digits: Int = 12) -> String? {
    guard value.isFinite else { return nil }
    if value == value.rounded(.towardZero), abs(value) < 1e12, digits >= 12 { return Int64(value).description }
    return DecimalDigits(value).rounded(significant: digits).text
  }

  /// So many `decimals`, 0 to 15, trailing zeros included; `grouped` sets a comma between thousands.
  ///
  /// What rounds to zero has no sign. NaN is `n/a`, the infinities `inf` and `-inf`.
  public static func fixed(_ value: Double, decimals: Int, grouped: Bool = false) -> String {
    guard value.isFinite else { return value.isNaN ? "n/a" : value < 0 ? "-inf" : "inf" }
    let text = DecimalDigits(value).rounded(decimals: decimals).fixed(decimals: decimals)
    return grouped ? Self.grouped(text) : text
  }

  /// A plain decimal text with a comma between thousands: `1234567.5` becomes `1,234,567.5`.
  public static func grouped(_ text: String) -> String {
    let sign = text.hasPrefix("-") ? "-" : ""
    let parts = text.dropFirst(sign.count).split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    var whole = ""
    for (index, digit) in parts[0].enumerated() {
      if index > 0, (parts[0].count - index) % 3 == 0 { whole.append(",") }
      whole.append(digit)
    }
    return sign + whole + (parts.count > 1 ? "." + parts[1] : "")
  }

  /// The power of ten of the first significant digit: 2 for 314, -1 for 0.5; 0 for zero and what is not finite.
  public static func magnitude(_ value: Double) -> Int {
    guard value.isFinite, value != 0 else { return 0 }
    return DecimalDigits(value).magnitude
  }
}

/// A finite `Double` as whole number times a power of ten, exactly as its shortest description says.
struct DecimalDigits {
  private var isNegative: Bool
  /// At most 17 digits, no trailing zero unless it is zero.
  private var coefficient: UInt64
  private var exponent: Int

  /// The digits of a finite value.
  init(_ value: Double) {
    precondition(value.isFinite, "only finite numbers have digits")
    isNegative = value < 0
    coefficient = 0
    exponent = 0
    var decimals = 0
    var written = 0
    var (isFraction, isExponent, isNegativeExponent) = (false, false, false)
    for byte in value.description.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = byte - UInt8(ascii: "0")
        if isExponent {
          written = written * 10 + Int(digit)
        } else {
          coefficient = coefficient * 10 + UInt64(digit)
          if isFraction { decimals += 1 }
        }
      case UInt8(ascii: "."): isFraction = true
      case UInt8(ascii: "e"): isExponent = true
      case UInt8(ascii: "-"): isNegativeExponent = isExponent
      default: break  // over UInt8
      }
    }
    exponent = (isNegativeExponent ? -written : written) - decimals
    normalise()
  }

  /// The power of ten of the first digit.
  var magnitude: Int { Self.digits(of: coefficient) + exponent - 1 }

  /// The nearest number of at most so many significant digits; a tie goes away from zero.
  func rounded(significant: Int) -> DecimalDigits { dropping(Self.digits(of: coefficient) - significant) }

  /// The nearest number of at most so many decimals; a tie goes away from zero.
  func rounded(decimals: Int) -> DecimalDigits { dropping(-decimals - exponent) }

  private func dropping(_ count: Int) -> DecimalDigits {
    guard count > 0 else { return self }
    var result = self
    let power = count > 18 ? nil : Self.power(count)
    result.coefficient = power.map { coefficient / $0 + (coefficient % $0 >= $0 / 2 ? 1 : 0) } ?? 0
    result.exponent += count
    result.normalise()
    return result
  }

  private mutating func normalise() {
    while coefficient > 0, coefficient % 10 == 0 {
      coefficient /= 10
      exponent += 1
    }
    if coefficient == 0 { (isNegative, exponent) = (false, 0) }
  }

  /// The shortest text: plain from 1e-6 to below 1e15, else with an exponent.
  var text: String {
    let sign = isNegative ? "-" : ""
    if magnitude < -6 || magnitude >= 15 {
      let digits = coefficient.description
      let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
      return "\(sign)\(digits.prefix(1))\(fraction)e\(magnitude)"
    }
    return fixed(decimals: max(0, -exponent))
  }

  /// Plain text of so many decimals, at least as many as the number has.
  func fixed(decimals: Int) -> String {
    var digits = coefficient.description
    if coefficient > 0 { digits += String(repeating: "0", count: max(0, exponent + decimals)) }
    if digits.count <= decimals { digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits }
    if coefficient == 0 { digits = String(repeating: "0", count: decimals + 1) }
    let point = digits.index(digits.endIndex, offsetBy: -decimals)
    return (isNegative ? "-" : "") + digits[..<point] + (decimals > 0 ? "." + digits[point...] : "")
  }

  private static func digits(of value: UInt64) -> Int {
    var count = 1
    var rest = value / 10
    while rest > 0 {
      rest /= 10
      count += 1
    }
    return count
  }

  private static func power(_ exponent: Int) -> UInt64 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
