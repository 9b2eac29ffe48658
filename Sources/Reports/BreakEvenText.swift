import Experiments
import Statistics
import Units

/// The break-even of a table's capacity modes in words, for the pages and the terminal.
struct BreakEvenText {
  let breakEven: BreakEven

  /// The findings for a terminal; `design` is named where there are several.
  func table(design: String? = nil, width: Int, style: TerminalStyle) -> String {
    let which = design.map { " (\(TerminalStyle.printable($0)))" } ?? ""
    var table = TextTable(
      title: "Provisioned \(TerminalStyle.printable(breakEven.table)) is cheaper from" + which,
      columns: [TextTable.Column("simulation", rank: 0), TextTable.Column("formula", rank: 1)])
    for outcome in breakEven.outcomes {
      table.rows.append((Self.title(outcome.kind), [simulated(outcome), formula(outcome)]))
    }
    return table.text(width: width, style: style)
  }

  /// `Reads`, or `both, as mixed here`.
  static func title(_ kind: CapacityKind) -> String {
    switch kind {
    case .reads: "Reads"
    case .writes: "Writes"
    case .both: "Both, as mixed here"
    }
  }

  /// `28.9 ± 0.1 %`, or where the utilisations looked at do not hold it.
  func simulated(_ outcome: BreakEvenOutcome) -> String {
    switch outcome.simulated {
    case .at(let share):
      let interval = Interval(mean: share, halfWidth: outcome.halfWidth, count: breakEven.replications)
      return Shown.percent(interval).text
    case .below: return "below \(Self.percent(breakEven.points.first?.utilization))"
    case .above: return "above \(Self.percent(breakEven.points.last?.utilization))"
    case .unused: return "not used"
    }
  }

  /// `28.89 %`; a dash where there is none.
  func formula(_ outcome: BreakEvenOutcome) -> String { outcome.formula.map { Self.percent($0) } ?? "–" }

  /// How the formula comes to its share: `0.00013 / (0.000000125 × 3,600)`; nil where a price is missing.
  func working(_ outcome: BreakEvenOutcome) -> String? {
    let prices = breakEven.prices
    func working(_ hour: Money?, _ unit: Money?) -> String? {
      guard outcome.formula != nil, let hour, let unit else { return nil }
      return "\(hour) USD / (\(unit) USD × 3,600)"
    }
    switch outcome.kind {
    case .reads: return working(prices.readUnitHour, prices.readUnit)
    case .writes: return working(prices.writeUnitHour, prices.writeUnit)
    case .both: return outcome.formula == nil ? nil : "the same, weighted by the units of reads and writes"
    }
  }

  /// A share in per cent with four digits at most.
  static func percent(_ share: Double?) -> String { Shown.number((share ?? .nan) * 100) + " %" }

  /// What the figures hold, and what they do not.
  static let scope =
    "Costs are those of the table's read and write capacity and of its global indexes, a month at list prices; storage, "
    + "streams and backups are left out. Each utilisation is a world of its own with fixed provisioned capacity, without "
    + "auto scaling, under the same random numbers: mean consumption on demand over the utilisation, rounded up to whole "
    + "units. Throttled is the refused share of what the table was asked, failed the share of the traffic's requests."

  /// Why simulation and formula need not agree.
  static let reasons = [
    "Units are whole and at least one in each direction, for the table and for every index, so that small tables "
      + "provision more than the utilisation asks for.",
    "Provisioned capacity costs the same whether it is used or not, and is billed by the hour. On demand a refused "
      + "request costs nothing, and one that is tried again may be admitted and cost.",
    "The formula knows list prices only; free tier, reserved capacity and replicated writes are on the simulated bill "
      + "where the scenario has them. Reserved capacity is paid for in either mode, so that what it covers costs nothing "
      + "more here.",
    "Eventually consistent reads are no cause: they take half a unit in either mode.",
    "Between two simulated utilisations the cost is interpolated over the provisioned units.",
  ]
}
