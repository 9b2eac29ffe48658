import Foundation

/// An exact amount of US dollars; no binary fraction ever stands between a price and a bill.
///
/// The amount is a `Decimal`: 38 significant digits in base ten. That suffices for every product on a bill: a
/// quantity has at most 26 digits (below 10^16, ten decimals) and a price at most 12, so their product has at
/// most 38 and is exact. Sums of such products stay exact below 10^16 dollars. `Decimal` rounds a longer
/// product without saying so (its overflow report is not reliable on every system), so `*` counts the digits
/// and traps instead.
public struct Money: Hashable, Sendable {
  /// US dollars, exact; finite; negative for a credit.
  public let amount: Decimal

  /// So many US dollars. Traps when `amount` is not a number.
  public init(amount: Decimal) {
    precondition(amount.isFinite, "Money must be a number.")
    self.amount = amount
  }

  /// Reads plain decimal dollars such as `0.0000166667` or `-12.50`, whatever the locale.
  ///
  /// Digits, at most one point between digits, and an optional leading minus; at most 38 digits after leading
  /// zeros. Anything else gives nil: no exponent, plus sign, grouping, currency sign or space.
  public init?(_ text: String) {
    guard let amount = Decimal(plain: text) else { return nil }
    self.amount = amount
  }

  /// No money.
  public static let zero = Money(amount: Decimal(0))

  /// The nearest amount of so many decimals; a tie goes away from zero (half-up, as AWS rounds).
  ///
  /// `decimals` 0 to 38. AWS's hourly cost records have 10, invoices 2.
  public func rounded(decimals: Int) -> Money {
    precondition((0...38).contains(decimals), "Money is rounded to 0 to 38 decimals.")
    var exact = amount
    var result = Decimal()
    NSDecimalRound(&result, &exact, decimals, .plain)
    return Money(amount: result)
  }

  /// The nearest whole cent; half a cent goes away from zero, as on AWS invoices.
  public var roundedToCents: Money { rounded(decimals: 2) }

  /// The sum, exact while it has at most 38 digits.
  public static func + (a: Money, b: Money) -> Money { Money(amount: a.amount + b.amount) }
  /// The difference, exact while it has at most 38 digits.
  public static func - (a: Money, b: Money) -> Money { Money(amount: a.amount - b.amount) }
  /// Adds in place, exact while the sum has at most 38 digits.
  public static func += (a: inout Money, b: Money) { a = a + b }

  /// The price of a quantity, exact. Traps when the digits of both factors together exceed 38.
  public static func * (price: Money, quantity: Decimal) -> Money {
    precondition(
      price.amount.hasHalfTheDigits && quantity.hasHalfTheDigits || price.amount.digits + quantity.digits <= 38,
      "The product of a price and a quantity must fit 38 digits.")
    return Money(amount: price.amount * quantity)
  }
}

extension Money: Comparable {
  /// Whether `a` is less money than `b`; a credit is less than nothing.
  public static func < (a: Money, b: Money) -> Bool { a.amount < b.amount }
}

extension Money: CustomStringConvertible {
  /// Plain decimal dollars with at least two decimals, no exponent, grouping or sign of currency: `2.30`, `-0.0000002`.
  public var description: String {
    let text = amount.description
    guard let point = text.firstIndex(of: ".") else { return text + ".00" }
    return text.distance(from: point, to: text.endIndex) == 2 ? text + "0" : text
  }
}

extension Decimal {
  /// Whether its digits as they are kept, zeros at the end included, are at most 19: far cheaper to say than how many.
  fileprivate var hasHalfTheDigits: Bool { magnitude.significand < Self.tenTo19 }

  private static let tenTo19 = Decimal(UInt64(10_000_000_000_000_000_000))

  /// How many digits the number has without its leading and trailing zeros.
  var digits: Int {
    let text = magnitude.significand.description
    return text.count - text.reversed().prefix { $0 == "0" }.count
  }

  /// Reads digits with at most one point between digits and an optional leading minus; nil for all else, and for
  /// more than 38 digits after leading zeros or after the point.
  package init?(plain text: String) {
    var coefficient: UInt128 = 0
    var digits = 0
    var decimals: Int?
    var endsInDigit = false
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    for byte in text.utf8.dropFirst(isNegative ? 1 : 0) {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let digit = UInt128(byte - UInt8(ascii: "0"))
        if coefficient > 0 || digit > 0 { digits += 1 }
        decimals = decimals.map { $0 + 1 }
        guard digits <= 38, decimals ?? 0 <= 38 else { return nil }
        coefficient = coefficient * 10 + digit
        endsInDigit = true
      case UInt8(ascii: "."):
        guard endsInDigit, decimals == nil else { return nil }
        decimals = 0
        endsInDigit = false
      default: return nil  // over UInt8
      }
    }
    guard endsInDigit else { return nil }
    self.init(coefficient: coefficient, decimals: decimals ?? 0, isNegative: isNegative)
  }

  /// `coefficient` moved `decimals` places to the right of the point, exact.
  ///
  /// Traps unless `coefficient` is below 10^38 and `decimals` is 0 to 38.
  package init(coefficient: UInt128, decimals: Int, isNegative: Bool = false) {
    precondition(coefficient < Self.tenTo38, "A decimal number holds 38 digits.")
    precondition((0...38).contains(decimals), "A decimal number holds 38 decimals.")
    let twoTo32 = Decimal(UInt64(1) << 32)
    let high = Decimal(UInt64(truncatingIfNeeded: coefficient >> 64))
    let significand = high * twoTo32 * twoTo32 + Decimal(UInt64(truncatingIfNeeded: coefficient))
    let sign: FloatingPointSign = isNegative && coefficient > 0 ? .minus : .plus
    self.init(sign: sign, exponent: -decimals, significand: significand)
  }

  private static let tenTo38: UInt128 = 100_000_000_000_000_000_000_000_000_000_000_000_000
}
