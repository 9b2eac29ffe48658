import Experiments
import Statistics

/// What a sweep for sensitivity found: `sensitivity.csv`, and tornado tables for the terminal.
public struct SensitivityTables {
  private let sensitivity: SweepSensitivity
  private let parameters: [String]

  /// The tables of an analysis.
  public init(_ sensitivity: SweepSensitivity) {
    self.sensitivity = sensitivity
    parameters = sensitivity.parameters
  }

  /// Name of the file.
  public static let fileName = "sensitivity.csv"

  // MARK: The file

  /// The table: a row a figure and parameter, and with second order a row a pair; cells are empty where there is
  /// nothing, and then `remark` says why.
  public var csv: String {
    switch sensitivity.design {
    case .sobolIndices: indicesTable
    case .morris: effectsTable
    }
  }

  private var indicesTable: String {
    var table = CSV(header: [
      "figure", "unit", "parameter", "with", "first_order", "first_order_half_width", "total", "total_half_width",
      "second_order", "second_order_half_width", "noise_share", "base_points", "remark",
    ])
    for figure in sensitivity.figures {
      for (place, parameter) in parameters.enumerated() {
        let start = [figure.name, figure.unit, parameter]
        guard case .indices(.indices(let found)) = figure.finding else {
          table.append(start + [String?](repeating: nil, count: 9) + [figure.remark])
          continue
        }
        let end = [Self.number(found.noiseShare), "\(found.basePoints)", nil]
        table.append(
          start + [nil] + Self.cells(found.first[place]) + Self.cells(found.total[place]) + [nil, nil] + end)
        for (other, second) in (found.second.isEmpty ? [] : found.second[place]).enumerated() {
          guard let second else { continue }
          table.append(start + [parameters[other], nil, nil, nil, nil] + Self.cells(second) + end)
        }
      }
    }
    return table.text
  }

  private var effectsTable: String {
    var table = CSV(header: [
      "figure", "unit", "parameter", "mu_star", "mu_star_half_width", "mu", "mu_half_width", "sigma", "noise_floor",
      "trajectories", "remark",
    ])
    for figure in sensitivity.figures {
      for (place, parameter) in parameters.enumerated() {
        let start = [figure.name, figure.unit, parameter]
        guard case .effects(.effects(let found)) = figure.finding else {
          table.append(start + [String?](repeating: nil, count: 7) + [figure.remark])
          continue
        }
        let effects = found.parameters[place]
        table.append(
          start + Self.cells(effects.absolute) + Self.cells(effects.mean)
            + [
              effects.spread.flatMap { Self.number($0) }, Self.number(found.noiseFloor), "\(found.trajectories)", nil,
            ])
      }
    }
    return table.text
  }

  private static func cells(_ interval: Interval) -> [String?] {
    [number(interval.mean), interval.halfWidth.flatMap { number($0) }]
  }

  /// Ten digits: the last ones of a sum may differ between processors.
  private static func number(_ value: Double) -> String? { NumberText.shortest(value, digits: 10) }

  // MARK: The terminal

  /// A table a figure, the parameter that matters most on top, with a bar; figures without a finding in a line each.
  public func text(width: Int, color: Bool) -> String {
    let style = TerminalStyle(isColored: color)
    return sensitivity.figures.map { figure in
      let heading = figure.unit == "count" ? figure.name : "\(figure.name), \(figure.unit)"
      switch figure.finding {
      case .indices(.indices(let found)):
        return indicesText(found, heading).text(width: width, style: style)
      case .effects(.effects(let found)):
        return effectsText(found, heading).text(width: width, style: style)
      case .indices, .effects: return "\(style.bold(heading))  \(figure.remark ?? "")\n"
      }
    }.joined(separator: "\n")
  }

  private func indicesText(_ found: SobolIndices, _ heading: String) -> TextTable {
    var table = TextTable(
      title: heading,
      columns: [
        .init("first order", rank: 2), .init("±", rank: 3), .init("total", rank: 0), .init("±", rank: 3),
        .init(TornadoBar.title("share with interactions"), rank: 1),
      ])
    for place in parameters.indices.sorted(by: { Self.isBefore($0, $1, by: found.total.map(\.mean)) }) {
      table.rows.append(
        (
          parameters[place],
          Self.shown(found.first[place]) + Self.shown(found.total[place]) + [TornadoBar.text(found.total[place].mean)]
        ))
    }
    return table
  }

  private func effectsText(_ found: MorrisEffects, _ heading: String) -> TextTable {
    var table = TextTable(
      title: heading,
      columns: [
        .init("mu*", rank: 0), .init("±", rank: 3), .init("mu", rank: 2), .init("sigma", rank: 2),
        .init(TornadoBar.title("mean absolute effect"), rank: 1),
      ])
    let sizes = found.parameters.map(\.absolute.mean)
    let largest = sizes.max() ?? 0
    for place in parameters.indices.sorted(by: { Self.isBefore($0, $1, by: sizes) }) {
      let effects = found.parameters[place]
      table.rows.append(
        (
          parameters[place],
          Self.significant(effects.absolute) + [
            NumberText.shortest(effects.mean.mean, digits: 4) ?? "",
            effects.spread.flatMap { NumberText.shortest($0, digits: 4) } ?? "",
            TornadoBar.text(largest > 0 ? sizes[place] / largest : 0),
          ]
        ))
    }
    return table
  }

  /// Larger first, equal ones in the plan's order.
  private static func isBefore(_ a: Int, _ b: Int, by sizes: [Double]) -> Bool {
    sizes[a] == sizes[b] ? a < b : sizes[a] > sizes[b]
  }

  private static func shown(_ interval: Interval) -> [String] {
    [NumberText.fixed(interval.mean, decimals: 3), interval.halfWidth.map { NumberText.fixed($0, decimals: 3) } ?? ""]
  }

  private static func significant(_ interval: Interval) -> [String] {
    [
      NumberText.shortest(interval.mean, digits: 4) ?? "",
      interval.halfWidth.flatMap { NumberText.shortest($0, digits: 2) } ?? "",
    ]
  }
}

/// A bar of blocks for a share, as long as its column is wide.
enum TornadoBar {
  /// How many characters the bar of a whole has.
  static let width = 24

  /// The bar of a share: below 0 as 0, above 1 as 1, to half a character.
  static func text(_ share: Double) -> String {
    let halves = Int((min(1, max(0, share.isNaN ? 0 : share)) * Double(2 * width)).rounded())
    let bar = String(repeating: "█", count: halves / 2) + (halves.isMultiple(of: 2) ? "" : "▌")
    return bar + String(repeating: " ", count: width - bar.count)
  }

  /// A heading that stands at the bars' left end; at most as wide as they are.
  static func title(_ text: String) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
}
