import Experiments
import Statistics

/// What `sweep merge` prints: all points of a small sweep, the ends of a large one, in a few main figures.
///
/// It holds a few points for each main figure, not the sweep.
public struct SweepSummary {
  /// Sweeps up to this many points are shown whole.
  static let pointsMax = 40
  /// Points at each end of a figure, in a larger sweep.
  static let endsMax = 3

  private struct Row {
    let point: Int
    let values: [String]
    /// Means and half-widths of the main figures.
    let cells: [Interval?]
    let failure: String?
  }

  private let plan: PlanFile
  private let layout: SweepLayout
  /// Places of the main figures in the layout.
  private let main: [Int]
  private var rows: [Row] = []
  /// Of each main figure, the points where it is least and where it is greatest, from the ends inwards.
  private var least: [[Row]]
  private var greatest: [[Row]]

  /// A summary of no point yet.
  public init(_ plan: PlanFile, _ layout: SweepLayout) {
    self.plan = plan
    self.layout = layout
    main = Self.main(plan.header.figures, layout)
    least = Array(repeating: [], count: main.count)
    greatest = least
  }

  /// Takes in the next point.
  public mutating func add(_ outcome: PointOutcome) {
    let intervals = layout.intervals(of: outcome)
    let row = Row(
      point: outcome.point, values: layout.values(of: outcome.point, in: plan), cells: main.map { intervals[$0] },
      failure: outcome.failure)
    if plan.points.count <= Self.pointsMax {
      rows.append(row)
      return
    }
    for figure in main.indices {
      Self.insert(row, into: &least[figure], figure, before: <)
      Self.insert(row, into: &greatest[figure], figure, before: >)
    }
  }

  private static func insert(
    _ row: Row, into rows: inout [Row], _ figure: Int, before: (Double, Double) -> Bool
  ) {
    guard let mean = row.cells[figure]?.mean, !mean.isNaN else { return }
    // Of equal points the first stays in front.
    let place = rows.firstIndex { before(mean, $0.cells[figure]?.mean ?? .nan) } ?? rows.count
    guard place < endsMax else { return }
    rows.insert(row, at: place)
    if rows.count > endsMax { rows.removeLast() }
  }

  /// The figures that the plan asks for, or cost, errors and response times; at most six.
  private static func main(_ wanted: [String], _ layout: SweepLayout) -> [Int] {
    let asked = wanted.compactMap { name in layout.figures.firstIndex { $0.name == name } }
    if !asked.isEmpty { return Array(asked.prefix(6)) }
    let usual = ["cost.monthly", ".p99", ".mean", ".errorRate"]
    let found = usual.flatMap { ending in
      layout.figures.indices.filter {
        layout.figures[$0].name == ending || (ending.hasPrefix(".") && layout.figures[$0].name.hasSuffix(ending))
      }
    }
    return Array(found.prefix(6))
  }

  // MARK: Text

  /// The summary for a terminal of so many columns.
  public func text(color: Bool, width: Int) -> String {
    let style = TerminalStyle(isColored: color)
    var text = style.bold(TerminalStyle.printable(plan.header.name)) + "\n"
    text += "\(NumberText.grouped("\(plan.points.count)")) points of \(plan.header.replications) replications, "
    text += "\(layout.failed) failed; "
    text += plan.header.replications == 1 ? "" : "means and 95 % half-widths, "
    text += "all of them in points.csv\n\n"
    if plan.points.count <= Self.pointsMax {
      let table = table(rows)
      return text + table.text(width: width, style: style) + note(table, width)
    }
    for (figure, place) in main.enumerated() {
      let name = layout.figures[place].name
      if let low = least[figure].first?.cells[figure]?.mean, low == greatest[figure].first?.cells[figure]?.mean {
        text += style.bold(name) + " is \(Self.shown(low)) at all points\n\n"
        continue
      }
      // The figure that the rows are sorted by stays longest.
      for (word, rows) in [("least", least[figure]), ("greatest", greatest[figure])] {
        text += style.bold("\(word) \(name)") + "\n"
        text += table(rows, first: figure).text(width: width, style: style)
      }
      text += note(table(least[figure] + greatest[figure], first: figure), width) + "\n"
    }
    return text
  }

  /// The points with their main figures; `first` is that which is dropped last.
  private func table(_ rows: [Row], first: Int = 0) -> TextTable {
    // A name's parts stand above each other: on one line they would be longer than the numbers, and push others out.
    let parameters = plan.header.parameters.map { parameter in
      TextTable.Column(Self.title([parameter.name, parameter.unit ?? ""]), rank: 0)
    }
    var table = TextTable(title: "point", columns: parameters)
    for (rank, place) in main.enumerated() {
      let figure = layout.figures[place]
      let parts = figure.name.split(separator: ".", maxSplits: 1).map(String.init)
      table.columns.append(
        TextTable.Column(Self.title(parts + [figure.unit]), rank: rank == first ? -1 : 1 + rank))
      let width = plan.header.replications == 1 ? "" : "±"
      table.columns.append(TextTable.Column(width, rank: 10 + (rank == first ? 0 : 1 + rank)))
    }
    for row in rows {
      let cells = row.cells.flatMap { interval -> [String] in
        guard let interval, !interval.mean.isNaN else { return ["", ""] }
        return [Self.shown(interval.mean), interval.halfWidth.map { NumberText.shortest($0, digits: 2) ?? "" } ?? ""]
      }
      let values = row.values.map(TerminalStyle.printable)
      table.rows.append(
        (row.failure == nil ? "\(row.point)" : "\(row.point) failed", values + cells))
    }
    return table
  }

  /// Which columns the width has no room for; empty where it has room for all.
  private func note(_ table: TextTable, _ width: Int) -> String {
    let kept = Set(table.kept(width: width))
    let parameters = plan.header.parameters.indices.filter { !kept.contains($0) }.map {
      plan.header.parameters[$0].name
    }
    let start = plan.header.parameters.count
    let figures = main.indices.filter { !kept.contains(start + 2 * $0) }.map { layout.figures[main[$0]].name }
    // One replication has no half-widths, and leaves their columns empty.
    let widths =
      plan.header.replications == 1 ? 0 : main.indices.filter { !kept.contains(start + 2 * $0 + 1) }.count
    let names = parameters + figures
    let words = names + (widths > 0 ? ["the half-widths of \(widths) figure\(widths == 1 ? "" : "s")"] : [])
    if words.isEmpty { return "" }
    return "no room for " + words.joined(separator: ", ") + "\n"
  }

  private static func title(_ parts: [String]) -> String {
    parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private static func shown(_ value: Double) -> String { NumberText.shortest(value, digits: 5) ?? "" }

  /// The same for programs: counts, and of each figure the least and the greatest mean with its point.
  public func json() -> String {
    let shown = plan.points.count <= Self.pointsMax
    return JSON.object([
      ("formatVersion", .integer(1)),
      ("sweep", .string(plan.header.name)),
      ("points", .integer(Int64(plan.points.count))),
      ("failed", .integer(Int64(layout.failed))),
      ("replications", .integer(Int64(plan.header.replications))),
      (
        "figures",
        .array(
          main.enumerated().map { figure, place in
            let sorted = rows.filter { !($0.cells[figure]?.mean.isNaN ?? true) }.sorted {
              ($0.cells[figure]?.mean ?? 0, $0.point) < ($1.cells[figure]?.mean ?? 0, $1.point)
            }
            return .object([
              ("name", .string(layout.figures[place].name)), ("unit", .string(layout.figures[place].unit)),
              ("least", end(shown ? sorted.first : least[figure].first, figure)),
              ("greatest", end(shown ? sorted.last : greatest[figure].first, figure)),
            ])
          })
      ),
    ]).text
  }

  private func end(_ row: Row?, _ figure: Int) -> JSON {
    guard let row, let interval = row.cells[figure] else { return .null }
    return .object([
      ("point", .integer(Int64(row.point))), ("mean", .number(interval.mean)),
      ("halfWidth", interval.halfWidth.map(JSON.number) ?? .null),
      ("values", .object(zip(layout.parameters, row.values).map { ($0, .string($1)) })),
    ])
  }
}
