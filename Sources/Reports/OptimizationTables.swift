import Experiments
import Statistics

/// The CSV files of an optimisation.
enum OptimizationTables {
  /// A row a candidate, in the order in which they were opened; a column for each variable under its own name. The
  /// latency is the figure that `latency` of `optimum.json` names.
  ///
  /// Of each objective `n` there are the figure, its half-width, and what was decided: `met`, `missed` or `open`. Shares
  /// are 0 to 1.
  static func candidates(_ optimization: Optimization) -> String {
    let objectives = optimization.constraints.indices.flatMap { index in
      let unit = unit(optimization.constraints[index].unit)
      return [
        "objective\(index + 1)_mean\(unit)", "objective\(index + 1)_half_width\(unit)",
        "objective\(index + 1)_decision",
      ]
    }
    var table = CSV(
      header: ["candidate"] + optimization.plan.variables.map { "variable_" + $0.name } + [
        "cost_monthly_usd", "cost_half_width_usd", "cost_difference_usd", "cost_difference_half_width_usd",
        "latency_ms",
        "latency_half_width_ms",
      ] + objectives + ["replications", "round", "standing", "decided_after", "reason", "pareto"])
    for (place, candidate) in optimization.candidates.enumerated() {
      let figures = zip(candidate.observed, candidate.feasibility).flatMap { interval, feasibility in
        [number(interval.mean), number(interval.halfWidth), decision(feasibility)]
      }
      let (standing, after, reason) = standing(candidate, optimization)
      table.append(
        ["\(place)"] + candidate.values.map { $0 } + [
          dollars(candidate.cost.mean), dollars(candidate.cost.halfWidth), dollars(candidate.difference.mean),
          dollars(candidate.difference.halfWidth), number(candidate.latencyMs.mean),
          number(candidate.latencyMs.halfWidth),
        ] + figures + [
          "\(candidate.replications)", "\(candidate.round)", standing, after, reason, candidate.pareto.rawValue,
        ])
    }
    return table.text
  }

  /// The front of cost against response time, by rising cost; first of all candidates, then of those that meet the
  /// objectives.
  static func pareto(_ optimization: Optimization) -> String {
    var table = CSV(
      header: ["candidate"] + optimization.plan.variables.map { "variable_" + $0.name } + [
        "cost_monthly_usd", "cost_half_width_usd", "latency_ms", "latency_half_width_ms", "place", "feasible",
      ])
    for place in front(optimization) {
      let candidate = optimization.candidates[place]
      table.append(
        ["\(place)"] + candidate.values.map { $0 } + [
          dollars(candidate.cost.mean), dollars(candidate.cost.halfWidth), number(candidate.latencyMs.mean),
          number(candidate.latencyMs.halfWidth), candidate.pareto.rawValue,
          candidate.isFeasible ? "yes" : candidate.isInfeasible ? "no" : "open",
        ])
    }
    return table.text
  }

  /// Candidates on the front, surely or by their means, or that may be on it, by rising cost.
  static func front(_ optimization: Optimization) -> [Int] {
    optimization.candidates.indices.filter { place in
      switch optimization.candidates[place].pareto {
      case .front, .uncertainFront, .uncertainDominated: true
      case .dominated, .unknown: false
      }
    }.sorted { (optimization.candidates[$0].cost.mean, $0) < (optimization.candidates[$1].cost.mean, $1) }
  }

  /// How a candidate stands in words, after how many replications, and because of what.
  static func standing(
    _ candidate: OptimizationCandidate, _ optimization: Optimization
  ) -> (word: String, after: String?, reason: String?) {
    switch candidate.standing {
    case .best: ("best", nil, nil)
    case .contending: ("undecided", nil, nil)
    case .infeasible(let index, let count): ("infeasible", "\(count)", optimization.constraints[index].text)
    case .beaten(let other, let count, let isClose): (isClose ? "equal" : "dearer", "\(count)", "candidate \(other)")
    }
  }

  static func decision(_ feasibility: Selection.Feasibility) -> String {
    switch feasibility {
    case .met: "met"
    case .violated: "missed"
    case .open: "open"
    }
  }

  private static func unit(_ unit: String) -> String {
    switch unit {
    case "ms": "_ms"
    case "USD": "_usd"
    default: ""  // over text: shares and counts
    }
  }

  private static func number(_ value: Double?) -> String? { value.flatMap { NumberText.shortest($0, digits: 10) } }

  private static func dollars(_ value: Double?) -> String? {
    guard let value, value.isFinite else { return nil }
    return NumberText.fixed(value, decimals: 2)
  }
}
