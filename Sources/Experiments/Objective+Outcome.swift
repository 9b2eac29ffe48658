import Billing
import Engine
import Foundation
import Scenarios
import Statistics
import Units

/// One objective over the replications so far: the mean of its figure, or for a share the ratio of all counts.
///
/// The monthly cost is the exception: it is compared as the bill shows it, exactly and to the cent.
struct RunningObjective {
  private let objective: Objective
  private var observed = RunningFigure()

  init(_ objective: Objective) { self.objective = objective }

  /// Takes in the next replication; one that has no such figure (no request, no invocation) has no say.
  mutating func add(_ run: RunResult) { observed.add(objective.metric.observation(of: run)) }

  /// Whether the figure keeps to the bound. Without any figure the objective counts as missed, and as uncertain.
  func outcome(_ critical: [Double?], cost: CostSummary) -> ObjectiveOutcome {
    let interval = observed.interval(critical)
    switch objective.limit {
    case .time(let limit): return outcome(interval, bound: limit.inMilliseconds, unit: "ms")
    case .share(let limit): return outcome(interval, bound: limit, unit: "%")
    case .count(let limit): return outcome(interval, bound: Double(limit), unit: "")
    case .number(let limit): return outcome(interval, bound: limit, unit: "")
    case .money(let limit):
      let replications = critical.count - 1
      let shown = Interval(
        mean: cost.total.mean.inDollars, halfWidth: cost.total.halfWidth?.inDollars, count: replications)
      var outcome = outcome(shown, bound: limit.inDollars, unit: "USD")
      outcome.met = objective.comparator.holds(cost.total.mean, limit)
      return outcome
    }
  }

  private func outcome(_ observed: Interval, bound: Double, unit: String) -> ObjectiveOutcome {
    let met = objective.comparator.holds(observed.mean, bound)
    // That nothing failed among a hundred requests does not show that fewer than one in a thousand do.
    let ends =
      if let halfWidth = observed.halfWidth {
        [-1, 1].map { observed.mean + $0 * max(halfWidth, self.observed.unseen ?? 0) }
      } else { [Double]() }
    let certain = !ends.isEmpty && ends.allSatisfy { objective.comparator.holds($0, bound) == met }
    return ObjectiveOutcome(
      text: objective.text, observed: observed, bound: bound, unit: unit, met: met, certain: certain)
  }
}

extension Objective.Metric {
  /// The figure in one replication: ms, a share or a count; NaN where it has none, and for the cost.
  func figure(of run: RunResult) -> Double { observation(of: run).value }

  /// The same with the counts of a share.
  func observation(of run: RunResult) -> Observation {
    switch self {
    case .latency(let source, let statistic):
      let sources = run.traffic.filter { source == nil || $0.name == source }
      return Observation(statistic.figure(of: Self.together(sources.map(\.latency))) / 1e6)
    case .successLatency(let source, let statistic):
      let sources = run.traffic.filter { source == nil || $0.name == source }
      return Observation(statistic.figure(of: Self.together(sources.map(\.successLatency))) / 1e6)
    case .errors(let source):
      let traffic = run.traffic.filter { source == nil || $0.name == source }
      return Observation(traffic.reduce(0) { $0 + $1.errors }, of: traffic.reduce(0) { $0 + $1.completed })
    case .throttles(let function): return Self.figure("throttles", of: function, in: run)
    case .coldStarts(let function): return Self.figure("coldStartProbability", of: function, in: run)
    case .figure(let resource, let name): return Self.figure(name, of: resource, in: run)
    case .costMonthly: return Observation(.nan)
    }
  }

  /// All latencies of several sources together.
  private static func together(_ latencies: [Histogram]) -> Histogram {
    guard var all = latencies.first else { return Histogram() }
    for latency in latencies.dropFirst() { all.merge(latency) }
    return all
  }

  private static func figure(_ name: String, of resource: String, in run: RunResult) -> Observation {
    guard let resource = run.resources.first(where: { $0.name == resource }),
      let figure = resource.figures.first(where: { $0.name == name })
    else { preconditionFailure("\(resource) has the figure \(name)") }
    return Observation(figure)
  }

  /// What is wrong with a figure that this run does not have; nil if it has it. Which figures a resource has depends on
  /// its settings, so that only a run tells. `user` is who asks for it: "the objective `..`".
  func fault(in run: RunResult, for user: String) -> String? {
    guard case .figure(let resource, let name) = self else { return nil }
    let figures = run.resources.first { $0.name == resource }?.figures.map(\.name) ?? []
    guard !figures.contains(name) else { return nil }
    return "\(user): \(resource) has no figure `\(name)`, but " + figures.joined(separator: ", ")
  }
}

extension Objective.Statistic {
  /// The figure of latencies in ns; NaN without any.
  func figure(of latency: Histogram) -> Double {
    switch self {
    case .mean: latency.mean
    case .p50: latency.quantile(0.5)
    case .p90: latency.quantile(0.9)
    case .p95: latency.quantile(0.95)
    case .p99: latency.quantile(0.99)
    case .p999: latency.quantile(0.999)
    case .max: latency.quantile(1)
    }
  }
}

extension Money {
  /// Dollars for statistics; never turned back into a charge.
  var inDollars: Double { NSDecimalNumber(decimal: amount).doubleValue }
}
