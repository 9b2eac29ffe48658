import Experiments

/// The CSV files of a comparison.
enum ComparisonTables {
  /// A row a figure and design that is not the baseline; an empty cell where a figure is missing.
  ///
  /// Shares are 0 to 1, money has cents; the unit stands beside the figure, since it changes from row to row. Half-width and
  /// ends are those of the figure's own 95 % interval. `p_holm` and `holm_half_width` are of what the verdict judges as one
  /// family, and empty elsewhere; the verdict follows `holm_half_width` where there is one.
  static func figures(_ comparison: Comparison) -> String {
    var table = CSV(header: [
      "scope", "name", "type", "figure", "unit", "design", "baseline", "baseline_mean", "design_mean", "difference",
      "half_width", "lower", "upper", "relative", "verdict", "p_value", "p_holm", "holm_half_width",
      "variance_reduction",
    ])
    let baseline = comparison.names[comparison.baseline]
    for figure in comparison.figures {
      let scope = scope(figure.key.scope)
      func word(_ key: String) -> String? { scope.first { $0.key == key }?.value }
      for design in comparison.others {
        let cell = figure.cells[design]
        let numbers = [
          figure.cells[comparison.baseline]?.own.mean, cell?.own.mean, cell?.difference?.mean,
          cell?.difference?.halfWidth, cell?.difference?.lower, cell?.difference?.upper,
        ].map { number($0, figure.key.unit) }
        table.append(
          [
            word("scope"), word("name"), word("type"), figure.key.name, figure.key.unit.rawValue,
            comparison.names[design], baseline,
          ] + numbers + [
            share(cell?.relative), cell?.verdict.rawValue, share(cell?.pValue), share(cell?.judgement?.pValue),
            number(cell?.judgement?.difference.halfWidth, figure.key.unit), share(cell?.varianceReduction),
          ])
      }
    }
    return table.text
  }

  /// The assumptions of all designs, design by design.
  static func assumptions(_ comparison: Comparison) -> String {
    var table = CSV(header: ["design", "subject", "parameter", "value", "grade", "source", "as_of"])
    for (name, result) in zip(comparison.names, comparison.results) {
      for assumption in result.scenario.assumptions {
        table.append([
          name, assumption.subject, assumption.parameter, assumption.value, assumption.grade.rawValue,
          assumption.source, assumption.asOf,
        ])
      }
    }
    return table.text
  }

  /// What a figure is about, as named texts.
  static func scope(_ scope: FigureScope) -> [(key: String, value: String)] {
    switch scope {
    case .traffic(let name): [("scope", "traffic"), ("name", name)]
    case .type(let type): [("scope", "type"), ("type", type)]
    case .bill: [("scope", "bill")]
    case .resource(let name, let type): [("scope", "resource"), ("name", name), ("type", type)]
    }
  }

  /// A number without a unit; what is not finite has no text.
  private static func share(_ value: Double?) -> String? { value.flatMap { NumberText.shortest($0, digits: 7) } }

  private static func number(_ value: Double?, _ unit: FigureUnit) -> String? {
    guard let value, value.isFinite else { return nil }
    if unit == .dollars { return NumberText.fixed(value, decimals: 2) }
    return NumberText.shortest(value, digits: value == value.rounded() ? 12 : 7)
  }
}
