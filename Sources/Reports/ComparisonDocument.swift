import Experiments
import Statistics
import Units

/// `comparison.json`: every compared figure of every design. Format version 2; money as decimal strings.
///
/// Version 2 corrects the verdicts of a family of figures by Holm's method and adds p-values, what the correction
/// gives, and the variance reduction; a figure's `lower` and `upper` are those of its own 95 % interval, as before.
enum ComparisonDocument {
  static func json(_ comparison: Comparison) -> JSON {
    let breakEvens = zip(comparison.names, comparison.results).compactMap { name, result in
      result.breakEven.map { (name, BreakEvenTables.json($0)) }
    }
    return .object(
      [
        ("formatVersion", .integer(2)),
        ("baseline", .string(comparison.names[comparison.baseline])),
        ("seed", .unsigned(comparison.seed)),
        ("replications", .integer(Int64(comparison.replications))),
        ("confidence", .number(0.95)),
        (
          "correction",
          .object([
            ("method", .string("Holm")), ("level", .number(Comparison.level)),
            ("tests", .integer(Int64(comparison.judgedCount))),
          ])
        ),
        ("remarks", .array(comparison.remarks.map(JSON.string))),
        (
          "designs",
          .array(comparison.names.indices.map { design($0, comparison) })
        ),
        ("figures", .array(comparison.figures.map { figure($0, comparison) })),
        ("verdict", .array(ComparedText(comparison: comparison).sentences.map { .string($0.text) })),
        ("varianceReduction", .array(ComparedText(comparison: comparison).varianceReduction.map(JSON.string))),
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
    func share(_ value: Double?) -> JSON { value.map { $0.isFinite ? .number($0) : .null } ?? .null }
    return .object([
      ("mean", number(cell.own.mean)),
      ("halfWidth", number(cell.own.halfWidth)),
      ("difference", number(cell.difference?.mean)),
      ("differenceHalfWidth", number(cell.difference?.halfWidth)),
      ("lower", number(cell.difference?.lower)),
      ("upper", number(cell.difference?.upper)),
      ("relative", cell.relative.map(JSON.number) ?? .null),
      ("verdict", .string(cell.verdict.rawValue)),
      ("pValue", share(cell.pValue)),
      ("holmPValue", share(cell.judgement?.pValue)),
      ("holmHalfWidth", number(cell.judgement?.difference.halfWidth)),
      ("varianceReduction", share(cell.varianceReduction)),
    ])
  }
}
