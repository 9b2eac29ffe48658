import Engine
import Units

/// Why a bill could not be made from its usage.
public enum BillingError: Error, Hashable, Sendable {
  /// The price book has no entry for these SKUs; sorted, each once.
  case missingPrices([SKU], region: String)
  /// A usage line counted less than nothing.
  case negativeAmount(UsageLine)
  /// The run lasted no time or less, so that nothing can be scaled to a month.
  case runDuration(Time)
  /// The month's year, month or number of days is out of range.
  case month(Month)
  /// Two meters count the same SKU in different units or kinds.
  case conflictingMeters(Meter, Meter)
  /// A standing meter whose SKU is priced per piece, not by time.
  case untimedUnit(Meter, unit: String)
  /// The month's quantity reaches 10^16 priced units.
  case quantityTooLarge(SKU)
}

extension BillingError: CustomStringConvertible {
  /// What was found, what was wanted and what to do, in one line.
  public var description: String {
    switch self {
    case .missingPrices(let skus, let region):
      let names = skus.map(\.description).joined(separator: ", ")
      return "no price in \(region) for \(names); add it to the price book"
    case .negativeAmount(let line):
      return "\(line.resource) counted \(line.amount) on \(SKU(line.meter)); usage is never negative"
    case .runDuration(let time):
      return "a run of \(time) cannot be scaled to a month; it must last longer than 0 s"
    case .month(let month):
      return "no such month: \(month); expected 1 to 366 days, or a year 1 to 9999 and a month 1 to 12"
    case .conflictingMeters(let a, let b):
      return "\(SKU(a)) is counted in two ways: \(a.unitsPerPriced) \(a.kind) units to the priced unit, and "
        + "\(b.unitsPerPriced) \(b.kind); one SKU has one meter"
    case .untimedUnit(let meter, let unit):
      return "\(SKU(meter)) is a standing amount, but its price is per \(unit); expected a price per month, hour, "
        + "minute or second"
    case .quantityTooLarge(let sku):
      return "the month's quantity of \(sku) is 10^16 priced units or more, which no bill can hold"
    }
  }
}
