import Experiments
import Statistics

/// The tables of a sweep, made row by row while its points come by.
///
/// `results.csv` is tidy: a row a point, replication and figure. `points.csv` is wide: a row a point, with the mean and
/// the 95 % half-width of each figure over its replications. Parameters whose values share a unit are numbers, with the
/// unit in the column's name.
public struct SweepTables {
  private let plan: PlanFile
  /// Figures in the order of the first point that was simulated, with their units.
  private var figures: [(name: String, unit: String)]?
  /// Points that came before there was one that could be simulated.
  private var early: [PointOutcome] = []
  private let writeTidy: (String) throws -> Void
  private let writeWide: (String) throws -> Void
  /// Points that failed.
  public private(set) var failed = 0

  /// Tables of a plan's points that go to two writers; the tidy one's header is written at once.
  public init(
    _ plan: PlanFile, tidy: @escaping (String) throws -> Void, wide: @escaping (String) throws -> Void
  ) throws {
    self.plan = plan
    writeTidy = tidy
    writeWide = wide
    try tidy(
      Self.line(["point"] + plan.header.parameters.map(\.column) + ["replication", "figure", "unit", "value", "error"]))
  }

  /// Takes in the next point.
  public mutating func add(_ outcome: PointOutcome) throws {
    if outcome.failure != nil { failed += 1 }
    try writeTidy(tidyRows(outcome))
    if figures == nil, let first = outcome.figures.first {
      figures = first.map { ($0.name, $0.unit) }
      try writeWideHeader()
      for waiting in early { try writeWide(wideRow(waiting)) }
      early = []
    }
    if figures == nil { early.append(outcome) } else { try writeWide(wideRow(outcome)) }
  }

  /// Writes what is left, when all points have failed.
  public mutating func finish() throws {
    guard figures == nil else { return }
    figures = []
    try writeWideHeader()
    for waiting in early { try writeWide(wideRow(waiting)) }
  }

  // MARK: Rows

  private func tidyRows(_ outcome: PointOutcome) -> String {
    let cells = ["\(outcome.point)"] + values(of: outcome.point)
    if let failure = outcome.failure { return Self.line(cells + ["", "", "", "", failure]) }
    let start = cells.map(CSV.quoted).joined(separator: ",")
    return outcome.figures.enumerated().map { replication, figures in
      figures.map { figure in
        "\(start),\(replication),\(CSV.quoted(figure.name)),\(figure.unit),\(Self.number(figure.value)),\n"
      }.joined()
    }.joined()
  }

  private func writeWideHeader() throws {
    let columns = (figures ?? []).flatMap { figure in
      let unit = figure.unit == "count" ? "" : "_" + figure.unit
      return ["\(figure.name)\(unit)", "\(figure.name)\(unit)_half_width"]
    }
    try writeWide(
      Self.line(["point"] + plan.header.parameters.map(\.column) + ["status", "error", "replications"] + columns))
  }

  /// A point may lack a figure that others have, as where a resource is not there: its cells stay empty.
  private func wideRow(_ outcome: PointOutcome) -> String {
    var running: [String: RunningInterval] = [:]
    for figures in outcome.figures {
      for figure in figures {
        var interval = running[figure.name] ?? RunningInterval()
        if !figure.value.isNaN { interval.add(figure.value) }
        running[figure.name] = interval
      }
    }
    let columns = (figures ?? []).flatMap { figure -> [String] in
      guard let interval = running[figure.name]?.interval() else { return ["", ""] }
      return [Self.number(interval.mean), interval.halfWidth.map(Self.number) ?? ""]
    }
    let status = outcome.failure == nil ? "ok" : "error"
    return Self.line(
      ["\(outcome.point)"] + values(of: outcome.point) + [
        status, outcome.failure ?? "", "\(outcome.figures.count)",
      ] + columns)
  }

  private func values(of point: Int) -> [String] {
    zip(plan.header.parameters, plan.points[point]).map { parameter, value in parameter.cell(value) }
  }

  private static func line(_ cells: [String]) -> String { cells.map(CSV.quoted).joined(separator: ",") + "\n" }

  private static func number(_ value: Double) -> String { NumberText.shortest(value) ?? "" }
}
