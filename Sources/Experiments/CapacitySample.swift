import Billing
import Engine
import Foundation
import Statistics
import Units

/// What a table's capacity did and cost in one replication.
struct CapacitySample {
  /// The table's, then that of its indexes, in units a second.
  let consumption: [CapacityConsumption]
  let throttled: Double
  let failed: Double
  /// Exact, before lines are rounded to cents.
  private let reads: Money
  private let writes: Money
  /// Request units of the month; 0 of provisioned capacity.
  let readUnits: Decimal
  let writeUnits: Decimal

  init(_ run: RunResult, _ bill: Bill, table: String) {
    consumption = Self.consumption(of: table, in: run)
    let figures = run.resources.first { $0.name == table }?.figures ?? []
    func figure(_ name: String) -> Double { figures.first { $0.name == name }?.value ?? .nan }
    throttled = Self.share(figure("throttles"), of: figure("requests") + figure("throttles"))
    failed = Self.share(
      Double(run.traffic.reduce(0) { $0 + $1.errors }), of: Double(run.traffic.reduce(0) { $0 + $1.completed }))
    var (reads, writes) = (Money.zero, Money.zero)
    var (readUnits, writeUnits) = (Decimal(0), Decimal(0))
    for line in bill.lines where line.service == "DynamoDB" {
      for share in line.shares where share.resource == table {
        if line.key.hasSuffix("ReadRequestUnits") || line.key.hasSuffix("ReadCapacityUnit-Hrs") {
          reads += share.amount
        }
        if line.key.hasSuffix("WriteRequestUnits") || line.key.hasSuffix("WriteCapacityUnit-Hrs") {
          writes += share.amount
        }
        if line.key.hasSuffix("ReadRequestUnits") { readUnits += share.quantity }
        // Replicated units, too: they cost the same in either mode (AWS's price list since 2024-11).
        if line.key.hasSuffix("WriteRequestUnits") { writeUnits += share.quantity }
      }
    }
    (self.reads, self.writes, self.readUnits, self.writeUnits) = (reads, writes, readUnits, writeUnits)
  }

  func cost(_ kind: CapacityKind) -> Money {
    switch kind {
    case .reads: reads
    case .writes: writes
    case .both: reads + writes
    }
  }

  /// From the consumed units of the time series, which hold the whole recorded span.
  private static func consumption(of table: String, in run: RunResult) -> [CapacityConsumption] {
    var consumption = [CapacityConsumption(name: table, readUnits: 0, writeUnits: 0)]
    for series in run.series where series.key.statistic == .sum && series.key.namespace == "AWS/DynamoDB" {
      let name = series.key.resource
      guard name == table || name.hasPrefix(table + "/index/") else { continue }
      let units = series.values.reduce(0) { $0 + ($1.isNaN ? 0 : $1) } / run.duration.inSeconds
      let known = consumption.firstIndex { $0.name == name }
      let place = known ?? consumption.count
      if known == nil { consumption.append(CapacityConsumption(name: name, readUnits: 0, writeUnits: 0)) }
      if series.key.name == "ConsumedReadCapacityUnits" { consumption[place].readUnits += units }
      if series.key.name == "ConsumedWriteCapacityUnits" { consumption[place].writeUnits += units }
    }
    return consumption
  }

  private static func share(_ part: Double, of whole: Double) -> Double { whole > 0 ? part / whole : .nan }
}

extension CapacityWorld {
  init(_ samples: [CapacitySample]) {
    func interval(_ value: (CapacitySample) -> Double) -> Interval {
      Interval.mean(of: samples.map(value).filter { !$0.isNaN })
    }
    cost = CapacityMoney { kind in samples.map { $0.cost(kind) } }
    throttled = interval(\.throttled)
    failed = interval(\.failed)
  }
}

extension CapacityMoney {
  /// Means over the replications, exact to ten decimals, and their half-widths.
  init(_ amounts: (CapacityKind) -> [Money]) {
    func estimate(_ amounts: [Money]) -> MoneyEstimate {
      var cents = RunningInterval()
      for amount in amounts { cents.add(amount.inCents) }
      let sum = amounts.reduce(Money.zero, +)
      return MoneyEstimate(
        mean: Money(amount: sum.amount / Decimal(amounts.count)).rounded(decimals: 10),
        halfWidth: cents.halfWidthInCents(Interval.criticalValue(count: amounts.count)))
    }
    reads = estimate(amounts(.reads))
    writes = estimate(amounts(.writes))
    both = estimate(amounts(.both))
  }

  /// The money of a kind.
  public subscript(kind: CapacityKind) -> MoneyEstimate {
    switch kind {
    case .reads: reads
    case .writes: writes
    case .both: both
    }
  }
}
