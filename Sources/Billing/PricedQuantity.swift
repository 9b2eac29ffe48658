import Foundation
import Units

/// A quantity in priced units (requests, GB-seconds, GB-months), exact in whole ten-billionths of one.
///
/// Ten decimals are what AWS's hourly cost records carry. Scaling a run to a month can leave a fraction without
/// end, which is rounded half-up to ten decimals once, on the month's total and before tiers. From there on all
/// arithmetic is exact, so that anyone can recompute a bill from its printed quantities and prices.
struct PricedQuantity: Hashable, Comparable, Sendable {
  /// Ten-billionths of a priced unit, below `limit`.
  var tenBillionths: UInt128

  /// Below 10^16 priced units: 26 digits, which with a price of 12 digits fit the 38 of a `Decimal`.
  static let limit: UInt128 = 100_000_000_000_000_000_000_000_000
  static let decimals = 10
  static let one: UInt128 = 10_000_000_000
  static let zero = PricedQuantity(tenBillionths: 0)

  init(tenBillionths: UInt128) {
    precondition(tenBillionths < Self.limit, "A priced quantity is below 10^16 units.")
    self.tenBillionths = tenBillionths
  }

  /// `numerator / denominator`, rounded half-up to ten decimals; nil when that reaches the limit.
  init?(roundingHalfUp numerator: UInt128, over denominator: UInt128) {
    let product = numerator.multipliedFullWidth(by: Self.one)
    guard product.high < denominator else { return nil }
    let (quotient, remainder) = denominator.dividingFullWidth(product)
    guard quotient < Self.limit else { return nil }
    let rounded = quotient + (remainder >= denominator - remainder ? 1 : 0)
    guard rounded < Self.limit else { return nil }
    tenBillionths = rounded
  }

  /// Reads plain decimal digits, at most ten after the point; nil for all else and from the limit on.
  init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count == 2 ? parts[1] : "0"
    guard let whole = parts.first, (1...16).contains(whole.utf8.count), (1...10).contains(fraction.utf8.count),
      (whole + fraction).utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let value = UInt128(whole + fraction + String(repeating: "0", count: 10 - fraction.utf8.count))
    else { return nil }
    tenBillionths = value
  }

  /// The quantity in priced units, exact.
  var decimal: Decimal { Decimal(coefficient: tenBillionths, decimals: Self.decimals) }

  /// The part that belongs to the first `units` of `total` units, rounded down; all of it when they are equal.
  func part(_ units: UInt128, of total: UInt128) -> PricedQuantity {
    precondition(units <= total && total > 0, "A part is at most the whole.")
    let (quotient, _) = total.dividingFullWidth(tenBillionths.multipliedFullWidth(by: units))
    return PricedQuantity(tenBillionths: quotient)
  }

  static func < (a: Self, b: Self) -> Bool { a.tenBillionths < b.tenBillionths }
  static func - (a: Self, b: Self) -> Self { PricedQuantity(tenBillionths: a.tenBillionths - b.tenBillionths) }
}
