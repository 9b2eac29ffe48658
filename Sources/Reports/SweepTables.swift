import Experiments
import Statistics

/// The tables of a sweep, made row by row while its points come by.
///
/// `results.csv` is tidy: a row a point, replication and figure. `points.csv` is wide: a row a point, with the mean and
/// the 95 % half-width of each figure over its replications. Parameters whose values share a unit are numbers, with the
/// unit in the column's name; every column's name is one that SQL takes without quotes.
public struct SweepTables {
  private let plan: PlanFile
  private let layout: SweepLayout
  private let writeTidy: (String) throws -> Void
  private let writeWide: (String) throws -> Void

  /// Tables of a plan's points that go to two writers; the headers are written at once.
  public init(
    _ plan: PlanFile, _ layout: SweepLayout, tidy: @escaping (String) throws -> Void,
    wide: @escaping (String) throws -> Void
  ) throws {
    self.plan = plan
    self.layout = layout
    writeTidy = tidy
    writeWide = wide
    try tidy(Self.line(layout.tidy))
    try wide(Self.line(layout.wide))
  }

  /// Takes in the next point.
  public func add(_ outcome: PointOutcome) throws {
    let cells = ["\(outcome.point)"] + layout.values(of: outcome.point, in: plan)
    try writeTidy(tidyRows(outcome, cells))
    try writeWide(wideRow(outcome, cells))
  }

  private func tidyRows(_ outcome: PointOutcome, _ cells: [String]) -> String {
    if let failure = outcome.failure { return Self.line(cells + ["", "", "", "", "error", failure]) }
    let start = cells.map(CSV.quoted).joined(separator: ",")
    var text = ""
    for (replication, figures) in outcome.figures.enumerated() {
      for figure in figures {
        text += "\(start),\(replication),\(CSV.quoted(figure.name)),\(figure.unit),"
        text += Self.number(figure.value)
        text += ",ok,\n"
      }
    }
    return text
  }

  /// A point may lack a figure that others have, as where a resource is not there: its cells stay empty.
  private func wideRow(_ outcome: PointOutcome, _ cells: [String]) -> String {
    let columns = layout.intervals(of: outcome).flatMap { interval -> [String] in
      guard let interval else { return ["", ""] }
      return [Self.number(interval.mean), interval.halfWidth.map(Self.number) ?? ""]
    }
    let status = outcome.failure == nil ? "ok" : "error"
    return Self.line(cells + [status, outcome.failure ?? "", "\(outcome.figures.count)"] + columns)
  }

  private static func line(_ cells: [String]) -> String { cells.map(CSV.quoted).joined(separator: ",") + "\n" }

  private static func number(_ value: Double) -> String { NumberText.shortest(value, digits: 10) ?? "" }
}

/// Which figures a sweep's points have, and the columns of its tables: a first look at all points gives them.
public struct SweepLayout {
  /// Every figure that a point has, in the order in which they come up, with its unit.
  public private(set) var figures: [(name: String, unit: String)] = []
  /// Points that failed.
  public private(set) var failed = 0
  /// Columns of `results.csv`.
  public private(set) var tidy: [String] = []
  /// Columns of `points.csv`.
  public private(set) var wide: [String] = []
  /// Columns of the parameters, as in both tables.
  public private(set) var parameters: [String] = []
  private var places: [String: Int] = [:]

  /// The layout of all points that `readAll` gives.
  public init(_ plan: PlanFile, _ readAll: ((PointOutcome) throws -> Void) throws -> Void) throws {
    var found = SweepLayout()
    try readAll { found.add($0) }
    self = found
    name(plan)
  }

  private init() {}

  private mutating func add(_ outcome: PointOutcome) {
    if outcome.failure != nil { failed += 1 }
    for figures in outcome.figures {
      for figure in figures where places[figure.name] == nil {
        places[figure.name] = self.figures.count
        self.figures.append((figure.name, figure.unit))
      }
    }
  }

  private mutating func name(_ plan: PlanFile) {
    let columns = plan.header.parameters.map(\.column)
    // The tables' own columns keep their names; both tables name a parameter alike.
    let own = ["point", "status", "error", "replications", "replication", "figure", "unit", "value"]
    let pairs = figures.flatMap { figure in
      let column = ColumnNames.figure(figure.name, unit: figure.unit)
      return [column, column + "_half_width"]
    }
    let names = ColumnNames.distinct(own + columns + pairs)
    parameters = Array(names[own.count..<own.count + columns.count])
    tidy = ["point"] + parameters + ["replication", "figure", "unit", "value", "status", "error"]
    wide = ["point"] + parameters + ["status", "error", "replications"] + names[(own.count + columns.count)...]
  }

  /// A point's values as they stand in the parameters' columns.
  public func values(of point: Int, in plan: PlanFile) -> [String] {
    zip(plan.header.parameters, plan.points[point]).map { parameter, value in parameter.cell(value) }
  }

  /// Mean and interval of each figure of the layout over a point's replications; nil for figures that it lacks.
  public func intervals(of outcome: PointOutcome) -> [Interval?] {
    var running = [RunningInterval?](repeating: nil, count: figures.count)
    for replication in outcome.figures {
      for figure in replication {
        guard let place = places[figure.name] else { preconditionFailure("the layout has seen every point") }
        var interval = running[place] ?? RunningInterval()
        if !figure.value.isNaN { interval.add(figure.value) }
        running[place] = interval
      }
    }
    return running.map { $0?.interval() }
  }
}
