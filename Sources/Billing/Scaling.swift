import Engine
import Units

/// From a run's meter units to a month's priced units, as one exact fraction that is rounded once.
///
/// A consumed amount grows with the length of the month: amount x month / (units per priced x run). A standing
/// amount is unit-milliseconds, and its average over the run holds for the month whatever the run's length:
/// amount x millisecond / (units per priced x run), in unit-months; for a price per hour, minute or second that
/// average is present for each of the month's. A single amount stays as it is.
struct Scaling {
  /// The run's duration, above zero.
  let run: Time
  let monthHours: Int64

  /// Whether the run and the month differ in length.
  var changesAmounts: Bool { run != .hours(monthHours) }

  /// The month's quantity, rounded half-up to ten decimals.
  func quantity(of metered: MeteredUsage, unit: String) throws(BillingError) -> PricedQuantity {
    let factor: Int64
    switch metered.meter.kind {
    case .single: factor = run.nanoseconds
    case .consumed:
      factor = Time.hours(monthHours).nanoseconds
    case .standing:
      guard let periods = BilledTime(unit: unit) else { throw .untimedUnit(metered.meter, unit: unit) }
      factor = Time.milliseconds(1).nanoseconds * periods.count(inMonthOf: monthHours)
    }
    let numerator = metered.total.multipliedReportingOverflow(by: UInt128(factor))
    let denominator = UInt128(metered.meter.unitsPerPriced) * UInt128(run.nanoseconds)
    guard !numerator.overflow,
      let quantity = PricedQuantity(roundingHalfUp: numerator.partialValue, over: denominator)
    else { throw .quantityTooLarge(SKU(metered.meter)) }
    return quantity
  }
}

/// The time in a unit of price: the `month` of a GB-month, the `hour` of an RCU-hour.
enum BilledTime: String, CaseIterable {
  case month, hour, minute, second

  /// The time that a unit's name ends in, such as `GB-month` or `hour`; nil when it is priced per piece.
  init?(unit: String) {
    let last = unit.split(separator: "-").last.map(String.init) ?? unit
    self.init(rawValue: last)
  }

  /// How often the time passes in a month of so many hours.
  func count(inMonthOf hours: Int64) -> Int64 {
    switch self {
    case .month: 1
    case .hour: hours
    case .minute: hours * 60
    case .second: hours * 3_600
    }
  }
}
