import Billing
import Foundation
import Statistics
import Units

/// The bills of the replications so far: exact sums of money, and Doubles for their spread only.
///
/// Every replication is an invoice of its own, rounded as invoices are. A line's mean is the exact mean of its
/// charges, rounded half-up to the cent, and the mean total is the sum of these rounded means, so that the printed
/// lines add up; it is within half a cent a line of the mean of the invoices' totals. Half-widths are Student's t
/// over cents in Double, which is exact far beyond any bill, and are rounded half-up to the cent.
struct RunningCost {
  private let prices: PriceBook
  private var first: Bill?
  private var count = 0
  private var total = RunningInterval()
  private var lines: [RunningLine] = []
  private var resources: [RunningResourceCost]

  /// No bill yet, for resources in the scenario's order.
  init(prices: PriceBook, resources: [String]) {
    self.prices = prices
    self.resources = resources.map { RunningResourceCost(name: $0) }
  }

  /// Takes in the next replication's bill.
  mutating func add(_ bill: Bill) {
    if first == nil { first = bill }
    total.add(bill.total.inCents)
    for line in bill.lines where !lines.contains(where: { $0.isSame(as: line) }) {
      lines.append(RunningLine(line: line, missedBefore: count))
    }
    for index in lines.indices { lines[index].add(bill.lines.first(where: lines[index].isSame)) }
    for cost in bill.perResource where !resources.contains(where: { $0.name == cost.resource }) {
      resources.append(RunningResourceCost(name: cost.resource, missedBefore: count))
    }
    for index in resources.indices {
      resources[index].add(bill.perResource.first { $0.resource == resources[index].name }?.amount ?? .zero)
    }
    count += 1
  }

  /// The month's cost over all bills so far. At least one must have come.
  func summary() -> CostSummary {
    guard let first else { preconditionFailure("an experiment has at least one replication") }
    let critical = Interval.criticalValue(count: count)
    let lines = inOrderOfBill.map { $0.costLine(critical) }
    return CostSummary(
      total: MoneyEstimate(
        mean: lines.reduce(.zero) { $0 + $1.charged.mean }, halfWidth: total.halfWidthInCents(critical)),
      lines: lines,
      perResource: resources.map { (name: $0.name, cost: $0.estimate(critical)) }, bill: first)
  }

  /// Order of the price book; within a SKU free lines first, then tiers upwards, then as they first came.
  private var inOrderOfBill: [RunningLine] {
    let positions = Dictionary(
      prices.entries.enumerated().map { ($0.element.sku, $0.offset) }, uniquingKeysWith: { first, _ in first })
    return lines.enumerated().map { offset, running in
      let line = running.line
      let position = positions[SKU(service: line.service, key: line.key)] ?? .max
      return (position: position, free: line.isFreeTier ? 0 : 1, tier: line.tierFrom, offset: offset, running: running)
    }.sorted { ($0.position, $0.free, $0.tier, $0.offset) < ($1.position, $1.free, $1.tier, $1.offset) }
      .map(\.running)
  }
}

/// One line over the bills so far; a bill without it charged nothing for it.
private struct RunningLine {
  let line: BillLine
  private var count: Int
  private var quantity = Decimal(0)
  private var charged = Money.zero
  private var cents = RunningInterval()

  init(line: BillLine, missedBefore: Int) {
    self.line = line
    self.count = missedBefore
    for _ in 0..<missedBefore { cents.add(0) }
  }

  func isSame(as other: BillLine) -> Bool {
    (line.service, line.key, line.description) == (other.service, other.key, other.description)
      && (line.tierFrom, line.isFreeTier ? 1 : 0) == (other.tierFrom, other.isFreeTier ? 1 : 0)
  }

  mutating func add(_ other: BillLine?) {
    count += 1
    quantity += other?.quantity ?? 0
    charged += other?.charged ?? .zero
    cents.add(other?.charged.inCents ?? 0)
  }

  func costLine(_ critical: Double?) -> CostLine {
    CostLine(
      line: line, meanQuantity: Money(amount: quantity / Decimal(count)).rounded(decimals: 10).amount.description,
      charged: MoneyEstimate(
        mean: Money(amount: charged.amount / Decimal(count)).roundedToCents,
        halfWidth: cents.halfWidthInCents(critical)))
  }
}

/// One resource's exact cost over the bills so far.
private struct RunningResourceCost {
  let name: String
  private var count: Int
  private var sum = Money.zero
  private var cents = RunningInterval()

  init(name: String, missedBefore: Int = 0) {
    self.name = name
    self.count = missedBefore
    for _ in 0..<missedBefore { cents.add(0) }
  }

  mutating func add(_ amount: Money) {
    count += 1
    sum += amount
    cents.add(amount.inCents)
  }

  /// The mean keeps ten decimals, as shares of a bill do.
  func estimate(_ critical: Double?) -> MoneyEstimate {
    MoneyEstimate(
      mean: Money(amount: sum.amount / Decimal(count)).rounded(decimals: 10),
      halfWidth: cents.halfWidthInCents(critical))
  }
}

extension Money {
  /// Cents for statistics; never turned back into a charge.
  var inCents: Double { NSDecimalNumber(decimal: amount * 100).doubleValue }
}

extension RunningInterval {
  /// The half-width of values in cents as money, rounded half-up to the cent; nil below two values.
  func halfWidthInCents(_ critical: Double?) -> Money? {
    interval(criticalValue: critical).halfWidth.map { Money(amount: Decimal($0.rounded()) / 100) }
  }
}
