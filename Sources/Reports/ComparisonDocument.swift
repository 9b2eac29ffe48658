import Experiments
import Statistics
import Units

/// `comparison.json`: every compared figure of every design. Format version 1; money as decimal strings.
enum ComparisonDocument {
  static func json(_ comparison: Comparison) -> JSON {
    let breakEvens = zip(comparison.names, comparison.results).compactMap { name, result in
      result.breakEven.map { (name, BreakEvenTables.json($0)) }
    }
    return .object(
      [
        ("formatVersion", .integer(1)),
        ("baseline", .string(comparison.names[comparison.baseline])),
        ("seed", .unsigned(comparison.seed)),
        ("replications", .integer(Int64(comparison.replications))),
        ("confidence", .number(0.95)),
        ("remarks", .array(comparison.remarks.map(JSON.string))),
        (
          "designs",
          .array(comparison.names.indices.map { design($0, comparison) })
        ),
        ("figures", .array(comparison.figures.map { figure($0, comparison) })),
        ("verdict", .array(ComparedText(comparison: comparison).sentences.map { .string($0.text) })),
      ] + ControlText(comparison).members + (breakEvens.isEmpty ? [] : [("breakEven", .object(breakEvens))]))
  }

  private static func design(_ index: Int, _ comparison: Comparison) -> JSON {
    let result = comparison.results[index]
    return .object([
      ("name", .string(comparison.names[index])),
      ("scenario", .string(result.scenario.name)),
      ("digest", .string(result.digest)),
      ("meetsAllObjectives", .bool(comparison.meetsAll(index))),
      (
        "objectives",
        .array(
          result.objectives.map { objective in
            .object([
              ("text", .string(objective.text)), ("met", .bool(objective.met)), ("certain", .bool(objective.certain)),
            ])
          })
      ),
      (
        "monthlyCost",
        .object([
          ("mean", .string(result.cost.total.mean.description)),
          ("halfWidth", result.cost.total.halfWidth.map { .string($0.description) } ?? .null),
        ])
      ),
    ])
  }

  private static func figure(_ figure: ComparedFigure, _ comparison: Comparison) -> JSON {
    let cells = zip(comparison.names, figure.cells).compactMap { name, cell in
      cell.map { (name, Self.cell($0, figure.key)) }
    }
    return .object(
      ComparisonTables.scope(figure.key.scope).map { ($0.key, .string($0.value)) } + [
        ("figure", .string(figure.key.name)),
        ("unit", .string(figure.key.unit.rawValue)),
        ("designs", .object(cells)),
      ])
  }

  private static func cell(_ cell: ComparedCell, _ key: FigureKey) -> JSON {
    func number(_ value: Double?) -> JSON {
      guard let value, value.isFinite else { return .null }
      return key.unit == .dollars ? .string(NumberText.fixed(value, decimals: 2)) : .number(value)
    }
    return .object([
      ("mean", number(cell.own.mean)),
      ("halfWidth", number(cell.own.halfWidth)),
      ("difference", number(cell.difference?.mean)),
      ("differenceHalfWidth", number(cell.difference?.halfWidth)),
      ("lower", number(cell.difference?.lower)),
      ("upper", number(cell.difference?.upper)),
      ("relative", cell.relative.map(JSON.number) ?? .null),
      ("verdict", .string(cell.verdict.rawValue)),
    ])
  }
}
