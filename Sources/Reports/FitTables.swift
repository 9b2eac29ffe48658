import Experiments
import Statistics

/// A response surface through a sweep: `fit.csv`, `residuals.csv`, and what the terminal shows of them.
public struct FitTables {
  private let fit: SweepFit
  private let plan: PlanFile
  private let scale: Double

  /// The tables of a fit to a plan's points.
  public init(_ fit: SweepFit, of plan: PlanFile) {
    self.fit = fit
    self.plan = plan
    scale = fit.surface.residuals.reduce(0) { max($0, abs($1.observed)) }
  }

  /// Name of the file of terms.
  public static let termsName = "fit.csv"
  /// Name of the file of residuals.
  public static let residualsName = "residuals.csv"

  /// The table of the surface: its coefficients for factors coded to -1 .. 1, the factors with the values behind -1 and 1,
  /// terms that the points cannot tell apart, and how good it is. A row each; `kind` says which.
  public var terms: String {
    var table = CSV(header: ["kind", "name", "value", "standard_error", "p_value", "low", "high", "scale"])
    for term in fit.surface.terms {
      table.append([
        "coefficient", term.name, number(term.coefficient), term.standardError.flatMap(number),
        term.pValue.flatMap { NumberText.shortest($0, digits: 6) }, nil, nil, nil,
      ])
    }
    for name in fit.surface.aliased { table.append(["aliased", name, nil, nil, nil, nil, nil, nil]) }
    for name in fit.constant { table.append(["constant", name, nil, nil, nil, nil, nil, nil]) }
    for factor in fit.surface.factors {
      switch factor {
      case .number(let name, let low, let high, let scale):
        table.append([
          "factor", name, nil, nil, nil, NumberText.shortest(low), NumberText.shortest(high),
          scale == .logarithmic ? "log" : "linear",
        ])
      case .category(let name, let levels): table.append(["factor", name, nil, nil, nil, levels[0], nil, "names"])
      }
    }
    for (name, value) in quality { table.append(["quality", name, value, nil, nil, nil, nil, nil]) }
    return table.text
  }

  private var quality: [(String, String?)] {
    let surface = fit.surface
    return [
      ("points", "\(fit.points.count)"), ("degrees_of_freedom", "\(surface.degreesOfFreedom)"),
      ("r_squared", surface.rSquared.flatMap(Self.share)),
      ("adjusted_r_squared", surface.adjustedRSquared.flatMap(Self.share)),
      ("prediction_r_squared", surface.predictionRSquared.flatMap(Self.share)),
      ("residual_deviation", surface.residualDeviation.flatMap(number)),
      ("leave_one_out_error", surface.leaveOneOutError.flatMap(number)),
      ("ten_fold_error", fit.foldError.flatMap(number)),
      ("pure_error_deviation", fit.lackOfFit.flatMap { number($0.pureDeviation) }),
      ("pure_error_degrees_of_freedom", fit.lackOfFit.map { "\($0.pureDegreesOfFreedom)" }),
      ("pure_error_share", fit.lackOfFit.flatMap { Self.share($0.noiseShare) }),
      ("lack_of_fit_f", fit.lackOfFit.flatMap { Self.share($0.ratio) }),
      ("lack_of_fit_p_value", fit.lackOfFit.flatMap { NumberText.shortest($0.pValue, digits: 6) }),
    ]
  }

  /// The table of the points that were fitted, a row each.
  public var residuals: String {
    var table = CSV(
      header: ["point"] + plan.header.parameters.map(\.column) + [
        "observed", "fitted", "residual", "left_out_residual", "leverage", "standardised",
      ])
    for (point, residual) in zip(fit.points, fit.surface.residuals) {
      let values = zip(plan.header.parameters, plan.points[point]).map { $0.cell($1) }
      table.append(
        ["\(point)"] + values + [
          number(residual.observed), number(residual.fitted), number(residual.residual),
          residual.leftOut.flatMap(number), Self.share(residual.leverage), residual.standardised.flatMap(Self.share),
        ])
    }
    return table.text
  }

  /// Eight digits, and nothing below 1e-10 of the largest output: what is left of a subtraction differs between
  /// processors.
  private func number(_ value: Double) -> String? {
    abs(value) <= 1e-10 * scale ? "0" : NumberText.shortest(value, digits: 8)
  }

  private static func share(_ value: Double) -> String? {
    abs(value) <= 1e-10 ? "0" : NumberText.shortest(value, digits: 6)
  }

  /// The coefficients, how good the surface is, and a tornado of each factor's swing around the middle of the others.
  public func text(width: Int, color: Bool) -> String {
    let style = TerminalStyle(isColored: color)
    let heading = fit.unit == "count" ? fit.figure : "\(fit.figure), \(fit.unit)"
    var terms = TextTable(
      title: heading,
      columns: [.init("coefficient", rank: 0), .init("standard error", rank: 1), .init("p", rank: 2)])
    for term in fit.surface.terms {
      terms.rows.append(
        (
          term.name,
          [
            shown(term.coefficient), term.standardError.map(shown) ?? "",
            term.pValue.map { $0 < 0.0001 ? "< 0.0001" : NumberText.fixed($0, decimals: 4) } ?? "",
          ]
        ))
    }
    var swings = TextTable(
      title: "One at a time",
      columns: [
        .init("at its low", rank: 0), .init("at its high", rank: 0), .init(TornadoBar.title("swing"), rank: 1),
      ])
    let all = fit.surface.swings
    let largest = all.map(\.width).max() ?? 0
    for place in all.indices.sorted(by: { (all[$0].width, $1) > (all[$1].width, $0) }) {
      let swing = all[place]
      let bar = TornadoBar.text(largest > 1e-10 * scale ? swing.width / largest : 0)
      swings.rows.append((swing.name, [shown(swing.low), shown(swing.high), bar]))
    }
    return terms.text(width: width, style: style) + "\n" + qualityText + "\n"
      + (all.isEmpty ? "" : swings.text(width: width, style: style))
  }

  private var qualityText: String {
    let surface = fit.surface
    var lines = [
      "\(surface.model.rawValue) fit of \(fit.points.count) points, \(surface.degreesOfFreedom) degrees of freedom; "
        + "factors coded to -1 .. 1"
    ]
    if let explained = surface.rSquared {
      let adjusted = surface.adjustedRSquared.map { ", adjusted \(NumberText.fixed($0, decimals: 4))" } ?? ""
      let foreseen =
        surface.predictionRSquared.map { ", at points left out \(NumberText.fixed($0, decimals: 4))" } ?? ""
      lines.append("R^2 \(NumberText.fixed(explained, decimals: 4))\(adjusted)\(foreseen)")
    } else {
      lines.append("the figure is the same at all points")
    }
    if let error = surface.leaveOneOutError {
      let folds = fit.foldError.map { ", a tenth left out \(shown($0))" } ?? ""
      lines.append("prediction error: one point left out \(shown(error))\(folds)")
    }
    lines += lackOfFitLines
    if !surface.aliased.isEmpty {
      lines.append("left out, for the points cannot tell them apart: " + surface.aliased.joined(separator: ", "))
    }
    if !fit.constant.isEmpty { lines.append("never varied: " + fit.constant.joined(separator: ", ")) }
    return lines.map { "  \($0)\n" }.joined()
  }

  /// The test in words: what it finds is a statement about the shape, not about a point.
  private var lackOfFitLines: [String] {
    guard let test = fit.lackOfFit else { return [] }
    let chance = test.pValue < 0.0001 ? "p < 0.0001" : "p \(NumberText.fixed(test.pValue, decimals: 4))"
    let share = NumberText.fixed(100 * test.noiseShare, decimals: 1)
    return [
      "lack of fit: F \(NumberText.shortest(test.ratio, digits: 4) ?? "") of \(test.degreesOfFreedom) and "
        + "\(test.pureDegreesOfFreedom) degrees of freedom, \(chance);",
      test.pValue < 0.05
        ? "it misses points by more than noise, which is \(share) % of its residual variance"
        : "no more than noise shown, which is \(share) % of its residual variance",
    ]
  }

  private func shown(_ value: Double) -> String {
    abs(value) <= 1e-10 * scale ? "0" : NumberText.shortest(value, digits: 5) ?? ""
  }
}
