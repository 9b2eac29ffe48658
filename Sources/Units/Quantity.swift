/// A number with its unit as a scenario writes it: `250 ms`, `2 KB`, `3 million / d`, `0.1 %`, `500 USD`.
///
/// The number stays decimal until it is a whole number of nanoseconds or bytes, so nothing is lost on the way.
public struct Quantity: Hashable, Sendable {
  /// The number, with `thousand`, `million` or `billion` already multiplied in.
  public let number: ExactDecimal
  /// The unit as written, a rate as `/ s`; empty for a bare number.
  public let unit: String

  /// Reads a number, an optional `thousand`, `million` or `billion`, and an optional unit.
  ///
  /// Throws `QuantityError` if there is no number, or it has more than 18 digits. It does not judge the unit.
  public init(_ text: String) throws(QuantityError) {
    if let plain = Self(plain: text) {
      self = plain
      return
    }
    let words = text.split(separator: " ")
    let joined = words.joined(separator: " ")
    var end = joined.startIndex
    while end < joined.endIndex, Self.belongsToNumber(joined, end) { end = joined.index(after: end) }
    guard var number = ExactDecimal(joined[..<end]) else {
      throw QuantityError(found: joined, wanted: "a number of at most 18 digits with its unit")
    }
    var rest = joined[end...].drop { $0 == " " }
    for (word, power) in Self.words where rest == word || rest.hasPrefix(word + " ") {
      guard let scaled = ExactDecimal(mantissa: number.mantissa, exponent: number.exponent + power) else {
        throw QuantityError(found: joined, wanted: "a smaller number")
      }
      number = scaled
      rest = rest.dropFirst(word.count).drop { $0 == " " }
      break
    }
    self.number = number
    self.unit = rest.hasPrefix("/") ? "/ " + rest.dropFirst().drop { $0 == " " } : String(rest)
  }

  /// Reads digits with at most one point between them and after one space a unit of one word, ASCII all: what most
  /// quantities are, and read ten times as fast as by characters. Nil for all else, be it a quantity or not.
  private init?(plain text: String) {
    var mantissa: Int64 = 0
    var digits = 0
    var decimals: Int?
    var endsInDigit = false
    var rest = text.utf8[...]
    loop: while let byte = rest.first {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        digits += 1
        guard digits <= 18 else { return nil }
        mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
        decimals = decimals.map { $0 + 1 }
        endsInDigit = true
      case UInt8(ascii: "."):
        guard endsInDigit, decimals == nil else { return nil }
        decimals = 0
        endsInDigit = false
      default: break loop  // over UInt8
      }
      rest = rest.dropFirst()
    }
    guard endsInDigit, let number = ExactDecimal(mantissa: mantissa, exponent: -(decimals ?? 0)) else { return nil }
    self.number = number
    let word = rest.dropFirst()
    unit = String(Substring(word))
    if rest.isEmpty { return }
    guard rest.first == UInt8(ascii: " "), let first = word.first, first != UInt8(ascii: "/"),
      word.allSatisfy({ $0 > UInt8(ascii: " ") && $0 < 0x7f })
    else { return nil }
    if Self.words.contains(where: { $0.word == unit }) { return nil }
  }

  /// Words that scale a number.
  static let words: [(word: String, power: Int)] = [("thousand", 3), ("million", 6), ("billion", 9)]

  /// Whether the character continues the number: digits, points, signs, and an `e` that an exponent follows.
  private static func belongsToNumber(_ text: String, _ index: String.Index) -> Bool {
    let character = text[index]
    if character.isASCII && (character.isNumber || character == "." || character == "-" || character == "+") {
      return true
    }
    guard character == "e" || character == "E" else { return false }
    guard let next = text[text.index(after: index)...].first else { return false }
    return next == "-" || next == "+" || (next.isASCII && next.isNumber)
  }
}

/// What somebody wrote instead of a quantity, and what is expected in its place.
public struct QuantityError: Error, Hashable, Sendable {
  /// The text as found.
  public let found: String
  /// What belongs there, with an example.
  public let wanted: String

  /// A fault of a quantity.
  public init(found: String, wanted: String) {
    self.found = found
    self.wanted = wanted
  }
}

extension Quantity {
  /// Reads a span of time, 0 or more: `250 ms`. A bare `0` is no time at all.
  ///
  /// Throws if the unit is missing or none of `Time.units`, or the span is below 0, no whole number of
  /// nanoseconds, or longer than 292 years.
  public static func time(_ text: String) throws(QuantityError) -> Time {
    let names = Time.units.map(\.name).joined(separator: ", ")
    let quantity = try nonNegative(text, wanted: "a time with its unit (\(names)), as in `250 ms`")
    if quantity.isBareZero { return .zero }
    guard let unit = Time.units.first(where: { $0.name == quantity.unit }) else {
      throw quantity.wrongUnit(text, kind: "a time", names: names, example: "250 ms")
    }
    guard let value = quantity.number.wholeMultiple(of: unit.nanoseconds), value < Int64.max else {
      throw QuantityError(found: text, wanted: "a time of whole nanoseconds, at most 292 years")
    }
    return Time(nanoseconds: value)
  }

  /// Reads an amount of data, 0 or more: `2 KB` is 2,048 bytes. A bare `0` is none.
  ///
  /// Throws if the unit is missing or none of `Size.units`, or the amount is below 0, no whole number of bytes, or
  /// beyond Int64.
  public static func size(_ text: String) throws(QuantityError) -> Size {
    let names = Size.units.map(\.name).joined(separator: ", ")
    let quantity = try nonNegative(text, wanted: "a size with its unit (\(names)), as in `2 KB`")
    if quantity.isBareZero { return Size(bytes: 0) }
    guard let unit = Size.units.first(where: { $0.name == quantity.unit }) else {
      throw quantity.wrongUnit(text, kind: "a size", names: names, example: "2 KB")
    }
    guard let value = quantity.number.wholeMultiple(of: unit.bytes) else {
      throw QuantityError(found: text, wanted: "a size of whole bytes, below 8 million TB")
    }
    return Size(bytes: value)
  }

  /// Reads a rate in events a second, 0 or more: `120 / s`, `3 million / d`. A bare `0` is none.
  ///
  /// Throws if the unit is missing or not `/ s`, `/ min`, `/ h` or `/ d`, or the rate is below 0.
  public static func rate(_ text: String) throws(QuantityError) -> Double {
    let names = rateUnits.map(\.name).joined(separator: ", ")
    let quantity = try nonNegative(text, wanted: "a rate with its unit (\(names)), as in `120 / s`")
    if quantity.isBareZero { return 0 }
    guard let unit = rateUnits.first(where: { $0.name == quantity.unit }) else {
      throw quantity.wrongUnit(text, kind: "a rate", names: names, example: "120 / s")
    }
    if let count = quantity.number.wholeMultiple(of: 1) { return Double(count) / Double(unit.seconds) }
    return quantity.number.doubleValue / Double(unit.seconds)
  }

  /// Reads a share as a fraction: `0.1 %` is 0.001. A bare `0` is none.
  ///
  /// Throws if the sign is missing or the share lies outside 0 to 100 %.
  public static func share(_ text: String) throws(QuantityError) -> Double {
    let wanted = "a share with its sign, 0 % to 100 %, as in `0.1 %`"
    let quantity = try nonNegative(text, wanted: wanted)
    if quantity.isBareZero { return 0 }
    guard quantity.unit == "%" else { throw quantity.wrongUnit(text, kind: "a share", names: "%", example: "0.1 %") }
    let hundredth = ExactDecimal(mantissa: quantity.number.mantissa, exponent: quantity.number.exponent - 2)
    guard let share = hundredth?.doubleValue, share <= 1 else { throw QuantityError(found: text, wanted: wanted) }
    return share
  }

  /// Reads an amount of US dollars, exact: `500 USD`. A bare `0` is none.
  ///
  /// Throws if the currency is missing or another, or the amount is below 0.
  public static func dollars(_ text: String) throws(QuantityError) -> ExactDecimal {
    let quantity = try nonNegative(text, wanted: "an amount in USD, as in `500 USD`")
    if quantity.isBareZero || quantity.unit == "USD" { return quantity.number }
    throw quantity.wrongUnit(text, kind: "an amount", names: "USD", example: "500 USD")
  }

  /// Units of a rate, each with its seconds.
  public static let rateUnits: [(name: String, seconds: Int64)] = [
    ("/ s", 1), ("/ min", 60), ("/ h", 3_600), ("/ d", 86_400),
  ]

  private var isBareZero: Bool { number.mantissa == 0 && unit.isEmpty }

  private static func nonNegative(_ text: String, wanted: String) throws(QuantityError) -> Quantity {
    guard let quantity = try? Quantity(text) else { throw QuantityError(found: text, wanted: wanted) }
    guard quantity.number.mantissa >= 0 else { throw QuantityError(found: text, wanted: wanted + ", 0 or more") }
    return quantity
  }

  private func wrongUnit(_ text: String, kind: String, names: String, example: String) -> QuantityError {
    let found = unit.isEmpty ? "\(text) without a unit" : text
    let units = names.contains(",") ? "one of the units \(names)" : names
    return QuantityError(found: found, wanted: "\(kind) in \(units), as in `\(example)`")
  }
}
