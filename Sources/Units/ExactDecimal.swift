/// An exact decimal number as somebody wrote it: `mantissa x 10^exponent`, never a binary fraction.
///
/// Scenarios are read through it, so that `0.1 ms` is 100,000 ns and not the nearest Double to it.
public struct ExactDecimal: Hashable, Sendable {
  /// The digits without the point, with the sign.
  public let mantissa: Int64
  /// The power of ten, -40 to 40.
  public let exponent: Int

  /// The number `mantissa x 10^exponent`; trailing zeros move from the mantissa to the exponent.
  ///
  /// Nil if the exponent is outside -40 to 40.
  public init?(mantissa: Int64, exponent: Int) {
    var mantissa = mantissa
    var exponent = exponent
    while mantissa != 0 && mantissa % 10 == 0 {
      mantissa /= 10
      exponent += 1
    }
    if mantissa == 0 { exponent = 0 }
    guard (-40...40).contains(exponent) else { return nil }
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// Reads `12`, `-0.5`, `1.5e-3`; nil for anything else, infinity and NaN included, and beyond 18 digits.
  public init?(_ text: some StringProtocol) {
    var rest = Substring(text)
    var negative = false
    if let sign = rest.first, sign == "-" || sign == "+" {
      negative = sign == "-"
      rest.removeFirst()
    }
    var power = 0
    if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
      let digits = rest[rest.index(after: mark)...]
      guard digits.utf8.count <= 4, let value = Int(digits) else { return nil }
      power = value
      rest = rest[..<mark]
    }
    let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isDigit) }) else { return nil }
    let whole = parts[0].drop { $0 == "0" }
    var fraction = parts.count == 2 ? parts[1] : ""
    while fraction.last == "0" { fraction.removeLast() }
    let digits = whole + fraction
    guard digits.drop(while: { $0 == "0" }).utf8.count <= 18, fraction.utf8.count <= 60 else { return nil }
    guard let magnitude = digits.isEmpty ? 0 : Int64(digits) else { return nil }
    self.init(mantissa: negative ? -magnitude : magnitude, exponent: power - fraction.utf8.count)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  /// The number times `factor` if that is a whole number in the range of Int64, else nil.
  public func wholeMultiple(of factor: Int64) -> Int64? {
    if mantissa == 0 || factor == 0 { return 0 }
    if exponent > 18 || exponent < -37 { return nil }
    let product = mantissa.magnitude.multipliedFullWidth(by: factor.magnitude)
    let magnitude: UInt64
    if exponent >= 0 {
      guard product.high == 0 else { return nil }
      let (value, overflow) = product.low.multipliedReportingOverflow(by: Self.powersOfTen[exponent])
      guard !overflow else { return nil }
      magnitude = value
    } else {
      guard let value = Self.divide(product, byTenTo: -exponent) else { return nil }
      magnitude = value
    }
    let negative = (mantissa < 0) != (factor < 0)
    guard magnitude <= UInt64(Int64.max) else { return nil }
    return negative ? -Int64(magnitude) : Int64(magnitude)
  }

  /// The exact quotient of a product by a power of ten; nil if a remainder is left or it does not fit.
  private static func divide(_ product: (high: UInt64, low: UInt64), byTenTo power: Int) -> UInt64? {
    guard power <= 19 else { return nil }
    let divisor = powersOfTen[power]
    guard product.high < divisor else { return nil }
    let (quotient, remainder) = divisor.dividingFullWidth((product.high, product.low))
    return remainder == 0 ? quotient : nil
  }

  /// The nearest Double up to 15 digits and powers of ten up to 22; at most two roundings away beyond that.
  public var doubleValue: Double {
    var value = Double(mantissa)
    var left = exponent
    while left < 0 {
      let power = min(-left, 19)
      value /= Double(Self.powersOfTen[power])
      left += power
    }
    while left > 0 {
      let power = min(left, 19)
      value *= Double(Self.powersOfTen[power])
      left -= power
    }
    return value
  }

  /// The powers 10^0 to 10^19.
  private static let powersOfTen: [UInt64] = {
    var powers: [UInt64] = [1]
    for _ in 1...19 { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()
}

extension ExactDecimal: CustomStringConvertible {
  /// Plain digits without an exponent: `0.001`, `500`.
  public var description: String {
    let digits = String(mantissa.magnitude)
    let sign = mantissa < 0 ? "-" : ""
    if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
    let point = padded.index(padded.endIndex, offsetBy: exponent)
    return "\(sign)\(padded[..<point]).\(padded[point...])"
  }
}
