import Scenarios
import Statistics

/// What `optimize` found: every candidate that was simulated, and the cheapest that meets the objectives.
public struct Optimization: Sendable {
  /// How the search ended.
  public enum Outcome: Hashable, Sendable {
    /// The candidate at this place is the answer, with the confidence of the plan.
    case selected(Int)
    /// The cap on replications came before the decision: these are left.
    case undecided([Int])
    /// No candidate meets all objectives.
    case infeasible
  }

  /// A constraint that candidates must keep to.
  public struct Constraint: Sendable {
    /// The objective as the scenario writes it.
    public var text: String
    /// Its bound, in `unit`; shares are 0 to 1.
    public var bound: Double
    /// `ms`, `%` for shares, `USD`, or empty.
    public var unit: String
    /// Means nearer to the bound than this may be decided either way.
    public var tolerance: Double
  }

  /// A variable whose best value lies at an end of its range.
  public struct Border: Hashable, Sendable {
    /// Name of the variable.
    public var variable: String
    /// Whether it is the upper end.
    public var isUpper: Bool
  }

  /// The scenario as it stands, with the prices among its assumptions.
  public var scenario: Scenario
  /// What was asked for.
  public var plan: OptimizationPlan
  /// Root seed of all replications.
  public var seed: UInt64
  /// The objectives as constraints, in the scenario's order.
  public var constraints: [Constraint]
  /// The figure that stands for the response time: that of the scenario's objective on a p99, else on another response
  /// time, else on a time that a resource reports; `latency.p99` without any.
  public var latencyName: String
  /// Candidates in the order in which they were opened.
  public var candidates: [OptimizationCandidate]
  /// How it ended.
  public var outcome: Outcome
  /// Place of the candidate that is the answer, or would be taken now, or violates the objectives least.
  public var leader: Int
  /// Why no further candidates were opened.
  public var end: GridSearch.End
  /// Difference of the month's cost that does not matter, in dollars.
  public var indifference: Double
  /// Points of the whole grid, opened or not, at most 2^53.
  public var gridSize: Int
  /// Candidates that each round of refinement opened, the coarse grid's first.
  public var rounds: [Int]
  /// Variables of the leader at an end of their range.
  public var borders: [Border]
  /// Requests that were simulated, over all replications of all candidates.
  public var requests: Int64
  /// Hash over the digests of all replications in order, 16 hexadecimal digits.
  public var digest: String

  /// Replications that were simulated.
  public var replications: Int { candidates.reduce(0) { $0 + $1.replications } }

  /// Most replications of a candidate: what an equal allocation would have to give to each.
  public var replicationsMost: Int { candidates.map(\.replications).max() ?? 0 }

  /// Replications that an equal allocation over the same candidates would have taken.
  public var replicationsIfEqual: Int { candidates.count * replicationsMost }

  /// Whether some candidate is shown to meet all objectives.
  public var hasFeasible: Bool { candidates.contains(where: \.isFeasible) }
}

/// One candidate of an optimisation.
public struct OptimizationCandidate: Sendable {
  /// How it left the race, or that it did not.
  public enum Standing: Hashable, Sendable {
    /// The answer.
    case best
    /// Undecided when the cap was reached.
    case contending
    /// Misses the objective of this place; decided after so many replications.
    case infeasible(constraint: Int, replications: Int)
    /// The candidate at this place costs less, or, if `isClose`, no more as far as it matters.
    case beaten(by: Int, replications: Int, isClose: Bool)
  }

  /// A value for each variable, in the plan's order.
  public var values: [String]
  /// The values with their paths, as `--set` takes them.
  public var settings: [Override]
  /// The month's cost in dollars: mean over its replications with a 95 % interval.
  public var cost: Interval
  /// The response time in ms, with a 95 % interval; a mean of NaN if no request was answered.
  public var latencyMs: Interval
  /// The figure of each constraint, in its unit, with a 95 % interval.
  public var observed: [Interval]
  /// What was decided about each constraint.
  public var feasibility: [Selection.Feasibility]
  /// The month's cost less the leader's, over the replications that both have; a 95 % interval of the pairs.
  public var difference: Interval
  /// How it stands.
  public var standing: Standing
  /// Replications that were simulated.
  public var replications: Int
  /// Round that opened it, 0 for the coarse grid.
  public var round: Int
  /// Its place among all candidates by cost and response time.
  public var pareto: ParetoFront.Place

  /// Whether all constraints were decided in its favour.
  public var isFeasible: Bool {
    feasibility.allSatisfy { if case .met = $0 { true } else { false } }
  }
  /// Whether it misses an objective, as decided.
  public var isInfeasible: Bool {
    feasibility.contains { if case .violated = $0 { true } else { false } }
  }
}
