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

  /// The month's quantity, rounded half-up to ten decimals, and each resource's part of it.
  func month(of metered: MeteredUsage, unit: String) throws(BillingError) -> MonthlyUsage {
    let factor: Int64
    switch metered.meter.kind {
    case .consumed, .single: factor = Time.hours(monthHours).nanoseconds
    case .standing:
      guard let periods = BilledTime(unit: unit) else { throw .untimedUnit(metered.meter, unit: unit) }
      factor = Time.milliseconds(1).nanoseconds * periods.count(inMonthOf: monthHours)
    }
    let denominator = UInt128(metered.meter.unitsPerPriced) * UInt128(run.nanoseconds)
    var resources: [MonthlyUsage.Part] = []
    var total: UInt128 = 0
    for (name, amounts) in metered.perResource.sorted(by: { $0.key < $1.key }) {
      let scaled = amounts.scaled.multipliedReportingOverflow(by: UInt128(factor))
      let single = amounts.single.multipliedReportingOverflow(by: UInt128(run.nanoseconds))
      let (units, partOverflow) = scaled.partialValue.addingReportingOverflow(single.partialValue)
      let (sum, sumOverflow) = total.addingReportingOverflow(units)
      guard !scaled.overflow, !single.overflow, !partOverflow, !sumOverflow else {
        throw .quantityTooLarge(SKU(metered.meter))
      }
      total = sum
      resources.append((name: name, units: units))
    }
    guard let quantity = PricedQuantity(roundingHalfUp: total, over: denominator) else {
      throw .quantityTooLarge(SKU(metered.meter))
    }
    return MonthlyUsage(quantity: quantity, total: total, resources: resources)
  }
}

/// A month's usage of one SKU.
struct MonthlyUsage {
  /// One resource's part of `total`.
  typealias Part = (name: String, units: UInt128)

  let quantity: PricedQuantity
  /// The same before rounding, in fractions of a priced unit that all SKUs do not share.
  let total: UInt128
  /// Parts by resource, in the order of the names.
  let resources: [Part]
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
