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
  let missing = used.keys.filter { !prices.has($0) }.sorted()
  guard missing.isEmpty else { throw .missingPrices(missing, region: prices.region) }

  // A book has hundreds of prices, and a run uses a few of them.
  let places = prices.places(of: used.keys)
  var months: [SKU: MonthlyUsage] = [:]
  var quantities: [SKU: PricedQuantity] = [:]
  for place in places {
    let entry = prices.entries[place]
    guard let metered = used[entry.sku] else { continue }
    let month = try scaling.month(of: metered, unit: entry.unit)
    months[entry.sku] = month
    quantities[entry.sku] = month.quantity
  }
  let free =
    options.freeTier
    ? freeBands(quantities: quantities, freeTiers: prices.freeTiers, twelveMonthOffers: options.twelveMonthOffers) : [:]
  var lines: [BillLine] = []
  for place in places {
    let entry = prices.entries[place]
    guard let month = months[entry.sku] else { continue }
    let bands = bands(of: month.quantity, entry: entry, free: free[entry.sku] ?? [])
    lines += bands.map { $0.line(entry: entry, month: month) }
  }
  return Bill(
    lines: lines, total: lines.reduce(.zero) { $0 + $1.charged }, perResource: resourceCosts(of: lines),
    scaledFrom: runDuration, month: options.month, freeTier: options.freeTier,
    notes: notes(used: used, at: places, scaling: scaling, prices: prices, options: options))
}

/// All usage of one SKU, with what each resource adds to it.
///
/// Usage that grows with traffic and usage that happens once can be of one SKU: they are added once the first has been
/// scaled to the month. Standing usage stays alone.
struct MeteredUsage {
  /// The first line's; of a kind that any of the lines has.
  let meter: Meter
  /// Meter units of each resource that used any, by what becomes of them.
  var perResource: [String: Amounts] = [:]

  /// Meter units of one SKU.
  struct Amounts {
    /// Consumed or standing.
    var scaled: UInt128 = 0
    var single: UInt128 = 0
  }

  /// The kinds of the lines.
  var kinds: Set<Meter.Kind>

  init(_ meter: Meter) {
    self.meter = meter
    kinds = [meter.kind]
  }

  /// Adds a line; false if its meter is another one.
  mutating func add(_ line: UsageLine) -> Bool {
    let (old, new) = (meter, line.meter)
    let isSameKind = old.kind == new.kind || (old.kind != .standing && new.kind != .standing)
    guard isSameKind, old.unitsPerPriced == new.unitsPerPriced else { return false }
    kinds.insert(new.kind)
    if new.kind == .single {
      perResource[line.resource, default: Amounts()].single += UInt128(line.amount)
    } else {
      perResource[line.resource, default: Amounts()].scaled += UInt128(line.amount)
    }
    return true
  }
}

private func meteredUsage(of usage: [UsageLine]) throws(BillingError) -> [SKU: MeteredUsage] {
  var used: [SKU: MeteredUsage] = [:]
  for line in usage where line.amount != 0 {
    guard line.amount > 0 else { throw .negativeAmount(line) }
    let sku = SKU(line.meter)
    var metered = used[sku] ?? MeteredUsage(line.meter)
    guard metered.add(line) else { throw .conflictingMeters(metered.meter, line.meter) }
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
  used: [SKU: MeteredUsage], at places: [Int], scaling: Scaling, prices: PriceBook, options: BillingOptions
) -> [String] {
  var notes: [String] = []
  let kinds = used.values.reduce(into: Set<Meter.Kind>()) { $0.formUnion($1.kinds) }
  if scaling.changesAmounts {
    if kinds.contains(.consumed) { notes.append("scaled from \(scaling.run) to \(options.month)") }
    if kinds.contains(.standing) { notes.append("storage and capacity averaged over \(scaling.run)") }
  }
  if !options.freeTier {
    notes.append("free tier not applied")
  } else {
    notes.append(options.twelveMonthOffers ? "free tier applied, with 12-month offers" : "free tier applied")
  }
  for entry in places.map({ prices.entries[$0] }) where entry.grade == .unverified {
    notes.append("unverified price: \(entry.sku) (\(entry.description))")
  }
  return notes
}
