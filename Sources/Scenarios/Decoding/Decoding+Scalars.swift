import Units

/// Single values. Each gives nil after noting a fault.
extension Decoding {
  /// A text, not empty.
  func text(_ node: YAMLNode, wanted: String = "a text") -> String? {
    guard case .scalar(let text, _) = node.content, !text.isEmpty else { return reject(node, wanted: wanted) }
    return text
  }

  /// A list.
  func list(_ node: YAMLNode, wanted: String = "a list") -> [YAMLNode]? {
    guard case .sequence(let items) = node.content else { return reject(node, wanted: wanted) }
    return items
  }

  /// A mapping of names that the author chose.
  func named(_ node: YAMLNode, wanted: String) -> [YAMLNode.Entry]? {
    guard case .mapping(let entries) = node.content else { return reject(node, wanted: wanted) }
    return entries
  }

  /// `true` or `false` without quotes; the other words of YAML 1.1 are faults.
  func boolean(_ node: YAMLNode) -> Bool? {
    switch node.content {
    case .scalar("true", plain: true): return true
    case .scalar("false", plain: true): return false
    case .scalar, .sequence, .mapping: return reject(node, wanted: "true or false")
    }
  }

  /// A whole number in decimal digits.
  func integer(_ node: YAMLNode, _ range: ClosedRange<Int>) -> Int? {
    let wanted = Kind.integer(range).wanted
    guard case .scalar(let text, plain: true) = node.content, let number = ExactDecimal(text),
      let value = number.wholeMultiple(of: 1), range.contains(Int(value))
    else { return reject(node, wanted: wanted, advice: quotes(node)) }
    return Int(value)
  }

  /// A finite number, 0 or more.
  func number(_ node: YAMLNode) -> Double? {
    guard case .scalar(let text, plain: true) = node.content, let number = ExactDecimal(text), number.mantissa >= 0
    else { return reject(node, wanted: "a finite number, 0 or more, without a unit", advice: quotes(node)) }
    return number.doubleValue
  }

  /// A number above 0 and at most `upTo`.
  func positive(_ node: YAMLNode, upTo limit: Double = 1e12) -> Double? {
    guard let value = number(node) else { return nil }
    guard value > 0 && value <= limit else {
      return reject(node, wanted: "a number above 0, at most \(shortest(limit))")
    }
    return value
  }

  /// One of the cases of an enumeration.
  func choice<Choice: RawRepresentable & CaseIterable>(_ node: YAMLNode, _ type: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    let words = type.allCases.map(\.rawValue)
    guard case .scalar(let text, _) = node.content, let choice = Choice(rawValue: text) else {
      let guess = node.scalarText.flatMap { self.guess($0, in: words) }
      return reject(
        node, wanted: Kind.choice(words).wanted, advice: guess.map { "did you mean `\($0)`?" } ?? "")
    }
    return choice
  }

  /// A span of time within the limits.
  func time(_ node: YAMLNode, _ range: ClosedRange<Time> = .zero...longestSpan) -> Time? {
    guard let value = quantity(node, Kind.time.wanted, Quantity.time) else { return nil }
    guard range.contains(value) else { return reject(node, wanted: "\(range.lowerBound) to \(range.upperBound)") }
    return value
  }

  /// An amount of data within the limits.
  func size(_ node: YAMLNode, _ range: ClosedRange<Size> = Size(bytes: 0)...largestSize) -> Size? {
    guard let value = quantity(node, Kind.size.wanted, Quantity.size) else { return nil }
    guard range.contains(value) else { return reject(node, wanted: "\(range.lowerBound) to \(range.upperBound)") }
    return value
  }

  /// A rate per second, 0 to 1,000,000.
  func rate(_ node: YAMLNode) -> Double? {
    guard let value = quantity(node, Kind.rate.wanted, Quantity.rate) else { return nil }
    guard value <= 1_000_000 else { return reject(node, wanted: "at most 1000000 / s") }
    return value
  }

  /// A rate of whole events a second, at least 1.
  func wholeRate(_ node: YAMLNode, upTo limit: Double = 1_000_000_000) -> Int? {
    guard let value = quantity(node, Kind.rate.wanted, Quantity.rate) else { return nil }
    guard value >= 1, value <= limit, value == value.rounded() else {
      return reject(node, wanted: "a whole rate, 1 / s to \(shortest(limit)) / s")
    }
    return Int(value)
  }

  /// A share as a fraction, 0 to 1.
  func share(_ node: YAMLNode) -> Double? { quantity(node, Kind.share.wanted, Quantity.share) }

  /// A number with its unit.
  private func quantity<Value>(
    _ node: YAMLNode, _ wanted: String, _ read: (String) throws(QuantityError) -> Value
  ) -> Value? {
    guard case .scalar(let text, _) = node.content, !text.isEmpty else { return reject(node, wanted: wanted) }
    do {
      return try read(text)
    } catch {
      fault(node.place, found: YAMLNode.clip(error.found), wanted: error.wanted)
      return nil
    }
  }

  /// What to leave out of a scalar so that a plain number is left; empty if that is not it.
  private func quotes(_ node: YAMLNode) -> String {
    guard case .scalar(let text, let plain) = node.content else { return "" }
    if !plain { return "leave out the quotes" }
    guard let space = text.firstIndex(of: " "), ExactDecimal(String(text[..<space])) != nil else { return "" }
    return "leave out the unit"
  }

  /// A number without a trailing `.0`.
  func shortest(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
  }
}

/// The longest span that a scenario may name: 366 days.
let longestSpan = Time.days(366)
/// The largest amount of data that a scenario may name: 1,000,000 TB.
let largestSize = Size.gigabytes(1_024_000_000)

extension YAMLNode {
  /// The text of a scalar.
  var scalarText: String? {
    if case .scalar(let text, _) = content { return text }
    return nil
  }
}
