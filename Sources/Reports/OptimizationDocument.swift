import Experiments
import Scenarios
import Statistics

/// `optimum.json`: the answer, its confidence, what it took, and every candidate. Format version 1; money as decimal
/// strings.
enum OptimizationDocument {
  static func json(_ optimization: Optimization) -> JSON {
    let words = OptimizationText(optimization: optimization)
    return .object([
      ("formatVersion", .integer(1)),
      ("scenario", .string(optimization.scenario.name)),
      ("outcome", .string(outcome(optimization))),
      ("candidate", .integer(Int64(optimization.leader))),
      ("optimum", candidate(optimization.leader, optimization)),
      (
        "settings",
        .array(optimization.candidates[optimization.leader].settings.map { .string("\($0.path)=\($0.value)") })
      ),
      (
        "undecided",
        .array(
          optimization.candidates.indices.filter { optimization.candidates[$0].standing == .contending }.map {
            .integer(Int64($0))
          })
      ),
      ("confidence", .number(optimization.plan.confidence)),
      ("indifference", .string(NumberText.fixed(optimization.indifference, decimals: 2))),
      ("verdict", .array(words.all.map(JSON.string))),
      ("end", .string(end(optimization.end))),
      (
        "effort",
        .object([
          ("requests", .integer(optimization.requests)),
          ("replications", .integer(Int64(optimization.replications))),
          ("replicationsIfEqual", .integer(Int64(optimization.replicationsIfEqual))),
          ("candidates", .integer(Int64(optimization.candidates.count))),
          ("combinations", .integer(Int64(optimization.gridSize))),
          ("rounds", .array(optimization.rounds.map { .integer(Int64($0)) })),
        ])
      ),
      (
        "objectives",
        .array(
          optimization.constraints.map { constraint in
            .object([
              ("text", .string(constraint.text)), ("bound", .number(constraint.bound)),
              ("unit", .string(constraint.unit)), ("tolerance", .number(constraint.tolerance)),
            ])
          })
      ),
      ("latency", .string(optimization.latencyName)),
      (
        "borders",
        .array(
          optimization.borders.map { border in
            .object([
              ("variable", .string(border.variable)), ("end", .string(border.isUpper ? "upper" : "lower")),
            ])
          })
      ),
      ("pareto", .array(OptimizationTables.front(optimization).map { .integer(Int64($0)) })),
      ("candidates", .array(optimization.candidates.indices.map { candidate($0, optimization) })),
    ])
  }

  static func outcome(_ optimization: Optimization) -> String {
    switch optimization.outcome {
    case .selected: "selected"
    case .undecided: "undecided"
    case .infeasible: "infeasible"
    }
  }

  private static func end(_ end: GridSearch.End) -> String {
    switch end {
    case .exhausted: "all combinations simulated"
    case .finest: "finest step reached"
    case .flat: "no improvement above the indifference"
    case .pointsMax: "limit of candidates reached"
    }
  }

  private static func candidate(_ place: Int, _ optimization: Optimization) -> JSON {
    let candidate = optimization.candidates[place]
    let (standing, after, reason) = OptimizationTables.standing(candidate, optimization)
    return .object([
      ("values", .object(zip(optimization.plan.variables, candidate.values).map { ($0.name, .string($1)) })),
      ("monthlyCost", money(candidate.cost)),
      ("difference", money(candidate.difference)),
      ("latencyMs", interval(candidate.latencyMs)),
      (
        "objectives",
        .array(
          zip(candidate.observed, candidate.feasibility).map { observed, feasibility in
            .object([
              ("mean", .number(rounded(observed.mean))),
              ("halfWidth", observed.halfWidth.map { .number(rounded($0)) } ?? .null),
              ("decision", .string(OptimizationTables.decision(feasibility))),
            ])
          })
      ),
      ("standing", .string(standing)),
      ("decidedAfter", after.flatMap { Int64($0) }.map(JSON.integer) ?? .null),
      ("reason", reason.map(JSON.string) ?? .null),
      ("replications", .integer(Int64(candidate.replications))),
      ("pareto", .string(candidate.pareto.rawValue)),
    ])
  }

  private static func money(_ interval: Interval) -> JSON {
    func text(_ value: Double?) -> JSON {
      guard let value, value.isFinite else { return .null }
      return .string(NumberText.fixed(value, decimals: 2))
    }
    return .object([("mean", text(interval.mean)), ("halfWidth", text(interval.halfWidth))])
  }

  private static func interval(_ interval: Interval) -> JSON {
    .object([
      ("mean", .number(rounded(interval.mean))),
      ("halfWidth", interval.halfWidth.map { .number(rounded($0)) } ?? .null),
    ])
  }

  /// Ten significant digits: further ones differ between processors.
  private static func rounded(_ value: Double) -> Double {
    NumberText.shortest(value, digits: 10).flatMap(Double.init) ?? .nan
  }
}
