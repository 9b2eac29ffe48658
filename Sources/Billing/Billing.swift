import Engine
import Units

/// The month's bill for what a run used.
///
/// Usage of one SKU is summed over resources, scaled to the month (see `Scaling`), relieved of free quantities if
/// asked, and priced tier by tier; each line is rounded half-up to a cent, and the total is the sum of the lines,
/// as on AWS invoices. Neither the order of `usage` nor how it is split over resources changes the total. Usage
/// of zero makes no line and needs no price. Throws `BillingError` when the usage cannot be priced.
public func bill(
  usage: [UsageLine], runDuration: Time, prices: PriceBook, options: BillingOptions = BillingOptions()
) throws(BillingError) -> Bill {
  guard let hours = options.month.hours else { throw .month(options.month) }
  guard runDuration > .zero else { throw .runDuration(runDuration) }
  let scaling = Scaling(run: runDuration, monthHours: hours)
  let used = try meteredUsage(of: usage)
  let missing = used.keys.filter { prices.entry(for: $0) == nil }.sorted()
  guard missing.isEmpty else { throw .missingPrices(missing, region: prices.region) }

  var quantities: [SKU: PricedQuantity] = [:]
  for entry in prices.entries {
    guard let metered = used[entry.sku] else { continue }
    quantities[entry.sku] = try scaling.quantity(of: metered, unit: entry.unit)
  }
  let free =
    options.freeTier
    ? freeBands(quantities: quantities, freeTiers: prices.freeTiers, twelveMonthOffers: options.twelveMonthOffers) : [:]
  var lines: [BillLine] = []
  for entry in prices.entries {
    guard let metered = used[entry.sku], let quantity = quantities[entry.sku] else { continue }
    let bands = bands(of: quantity, entry: entry, free: free[entry.sku] ?? [])
    lines += bands.map { $0.line(entry: entry, metered: metered) }
  }
  return Bill(
    lines: lines, total: lines.reduce(.zero) { $0 + $1.charged }, perResource: resourceCosts(of: lines),
    scaledFrom: runDuration, month: options.month, freeTier: options.freeTier,
    notes: notes(used: used, scaling: scaling, prices: prices, options: options))
}

/// All usage of one SKU, with what each resource adds to it.
struct MeteredUsage {
  let meter: Meter
  /// Meter units of all resources together, above 0.
  var total: UInt128 = 0
  /// Meter units of each resource that used any.
  var perResource: [String: UInt128] = [:]

  /// Resources by name, each with its units.
  var resources: [(name: String, units: UInt128)] {
    perResource.sorted { $0.key < $1.key }.map { (name: $0.key, units: $0.value) }
  }
}

private func meteredUsage(of usage: [UsageLine]) throws(BillingError) -> [SKU: MeteredUsage] {
  var used: [SKU: MeteredUsage] = [:]
  for line in usage where line.amount != 0 {
    guard line.amount > 0 else { throw .negativeAmount(line) }
    let sku = SKU(line.meter)
    var metered = used[sku] ?? MeteredUsage(meter: line.meter)
    guard metered.meter == line.meter else { throw .conflictingMeters(metered.meter, line.meter) }
    metered.total += UInt128(line.amount)
    metered.perResource[line.resource, default: 0] += UInt128(line.amount)
    used[sku] = metered
  }
  return used
}

private func resourceCosts(of lines: [BillLine]) -> [ResourceCost] {
  var costs: [String: Money] = [:]
  for share in lines.flatMap(\.shares) { costs[share.resource, default: .zero] += share.amount }
  return costs.sorted { $0.key < $1.key }.map { ResourceCost(resource: $0.key, amount: $0.value) }
}

private func notes(
  used: [SKU: MeteredUsage], scaling: Scaling, prices: PriceBook, options: BillingOptions
) -> [String] {
  var notes: [String] = []
  let kinds = used.values.map(\.meter.kind)
  if scaling.changesAmounts {
    if kinds.contains(.consumed) { notes.append("scaled from \(scaling.run) to \(options.month)") }
    if kinds.contains(.standing) { notes.append("storage and capacity averaged over \(scaling.run)") }
  }
  if !options.freeTier {
    notes.append("free tier not applied")
  } else {
    notes.append(options.twelveMonthOffers ? "free tier applied, with 12-month offers" : "free tier applied")
  }
  for entry in prices.entries where entry.grade == .unverified && used[entry.sku] != nil {
    notes.append("unverified price: \(entry.sku) (\(entry.description))")
  }
  return notes
}
