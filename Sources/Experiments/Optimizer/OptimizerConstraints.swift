import Engine
import Scenarios
import Statistics
import Units

/// A scenario's objectives as bounds on means, and the response time that is put beside the cost.
struct OptimizerConstraints: Sendable {
  let objectives: [Objective]
  /// The response time beside the cost.
  let latency: Objective.Metric
  let latencyName: String

  init(_ objectives: [Objective]) {
    self.objectives = objectives
    let own = Self.timed(objectives)
    latency = own?.metric ?? .latency(traffic: nil, .p99)
    latencyName =
      own?.text.prefix { $0 != "<" && $0 != ">" }.split(separator: " ").joined() ?? "latency.p99"
  }

  /// The objective whose figure is put beside the cost: on a p99, else on any response time, else on any time that a
  /// resource reports, as that of messages in a queue; nil if there is none.
  private static func timed(_ objectives: [Objective]) -> Objective? {
    func rank(_ objective: Objective) -> Int? {
      switch objective.metric {
      case .latency(_, let statistic), .successLatency(_, let statistic): return statistic == .p99 ? 0 : 1
      case .figure:
        if case .time = objective.limit { return 2 }
        return nil
      case .errors, .costMonthly, .throttles, .coldStarts: return nil
      }
    }
    for wanted in 0...2 {
      if let found = objectives.first(where: { rank($0) == wanted }) { return found }
    }
    return nil
  }

  /// Bound, unit and tolerance of each. A tolerance is a share of the bound; of a share near 100 % it is one of what is
  /// missing there, for 99.9 % and 99 % are worlds apart. A bound of 0 has half a count, or a share of 1 ms, 1 % or 1 USD.
  func described(tolerance: Double) -> [Optimization.Constraint] {
    objectives.map { objective in
      let (bound, unit): (Double, String) =
        switch objective.limit {
        case .time(let limit): (limit.inMilliseconds, "ms")
        case .share(let limit): (limit, "%")
        case .money(let limit): (limit.inDollars, "USD")
        case .count(let limit): (Double(limit), "")
        case .number(let limit): (limit, "")
        }
      let scale =
        switch unit {
        case "%": min(bound, 1 - bound) > 0 ? min(bound, 1 - bound) : 0.01
        case "": bound > 0 ? bound : 0.5 / tolerance
        default: bound > 0 ? bound : 1  // over text: ms and USD
        }
      return Optimization.Constraint(
        text: objective.text, bound: bound, unit: unit, tolerance: tolerance * scale)
    }
  }

  /// The constraints as the race takes them.
  func rules(tolerance: Double) -> [SelectionRules.Constraint] {
    zip(objectives, described(tolerance: tolerance)).enumerated().map { index, pair in
      let (objective, constraint) = pair
      let side: SelectionRules.Constraint.Side =
        switch objective.comparator {
        case .less: .below
        case .lessOrEqual: .atMost
        case .greater: .above
        case .greaterOrEqual: .atLeast
        }
      var isShare = false
      if case .share = objective.limit { isShare = true }
      return .init(
        bound: constraint.bound, side: side, tolerance: constraint.tolerance,
        trials: isShare ? objectives.count + 2 + index : nil)
    }
  }

  /// The values of a replication: cost in dollars, a figure for each objective, the response time in ms, and for each
  /// objective the trials of which its figure is a share, 0 for all else.
  func row(_ run: RunResult, cost: Double) -> [Double] {
    [cost]
      + objectives.map { objective in
        switch objective.metric {
        case .costMonthly: cost
        case .latency, .successLatency, .errors, .throttles, .coldStarts, .figure: objective.metric.figure(of: run)
        }
      } + [latency.figure(of: run)]
      + objectives.map { objective in
        guard let ratio = objective.metric.observation(of: run).ratio, DiscordantEvents.isCount(ratio.denominator)
        else { return 0 }
        return ratio.denominator
      }
  }
}
