import Units

/// How a parameter's values stand in tables.
extension PlanFile.Header.Parameter {
  /// The column's name: with the unit behind it where all values have the same one, as `memory_MB`, `rate_per_s`.
  public var column: String {
    guard let unit, !unit.isEmpty else { return name }
    let word = unit.hasPrefix("/ ") ? "per_" + unit.dropFirst(2) : unit == "%" ? "percent" : unit
    return name + "_" + word.map { $0 == " " || $0 == "/" ? "_" : String($0) }.joined()
  }

  /// A value as it stands below: the number alone where the unit is in the column's name.
  public func cell(_ value: String) -> String {
    guard unit != nil, let quantity = try? Quantity(value) else { return value }
    return quantity.number.plainText
  }

  /// The unit that all of some values have; nil where they differ or are no numbers.
  public static func commonUnit(of values: some Sequence<String>) -> String? {
    var common: String?
    for value in values {
      guard let quantity = try? Quantity(value), common == nil || common == quantity.unit else { return nil }
      common = quantity.unit
    }
    return common
  }
}

extension ExactDecimal {
  /// The number in plain digits, without an exponent.
  fileprivate var plainText: String {
    let digits = String(mantissa.magnitude)
    let sign = mantissa < 0 ? "-" : ""
    if exponent >= 0 { return sign + digits + String(repeating: "0", count: mantissa == 0 ? 0 : exponent) }
    let padded = String(repeating: "0", count: max(0, -exponent + 1 - digits.count)) + digits
    let point = padded.index(padded.endIndex, offsetBy: exponent)
    return sign + padded[..<point] + "." + padded[point...]
  }
}
