import Billing
import Engine
import Foundation
import Scenarios
import Statistics
import Units

/// One objective over the replications so far: its figure is taken of every replication, then averaged.
///
/// The monthly cost is the exception: it is compared as the bill shows it, exactly and to the cent.
struct RunningObjective {
  private let objective: Objective
  private var observed = RunningInterval()

  init(_ objective: Objective) { self.objective = objective }

  /// Takes in the next replication; one that has no such figure (no request, no invocation) has no say.
  mutating func add(_ run: RunResult) {
    let value = objective.figure(of: run)
    if !value.isNaN { observed.add(value) }
  }

  /// Whether the mean keeps to the bound. Without any figure the objective counts as missed, and as uncertain.
  func outcome(_ critical: [Double?], cost: CostSummary) -> ObjectiveOutcome {
    let interval = observed.interval(criticalValue: critical[observed.count])
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
    let certain = [observed.lower, observed.upper].allSatisfy { end in
      end.map { objective.comparator.holds($0, bound) == met } ?? false
    }
    return ObjectiveOutcome(
      text: objective.text, observed: observed, bound: bound, unit: unit, met: met, certain: certain)
  }
}

extension Objective {
  /// The figure in one replication: ms, a share or a count; NaN where it has none, and for the cost.
  func figure(of run: RunResult) -> Double {
    switch metric {
    case .latency(let source, let statistic):
      let sources = run.traffic.filter { source == nil || $0.name == source }
      return statistic.figure(of: Self.together(sources.map(\.latency))) / 1e6
    case .successLatency(let source, let statistic):
      let sources = run.traffic.filter { source == nil || $0.name == source }
      return statistic.figure(of: Self.together(sources.map(\.successLatency))) / 1e6
    case .errors(let source):
      let traffic = run.traffic.filter { source == nil || $0.name == source }
      return Self.share(traffic.reduce(0) { $0 + $1.errors }, of: traffic.reduce(0) { $0 + $1.completed })
    case .throttles(let function): return Self.figure("throttles", of: function, in: run)
    case .coldStarts(let function): return Self.figure("coldStartProbability", of: function, in: run)
    case .figure(let resource, let name): return Self.figure(name, of: resource, in: run)
    case .costMonthly: return .nan
    }
  }

  /// All latencies of several sources together.
  private static func together(_ latencies: [Histogram]) -> Histogram {
    guard var all = latencies.first else { return Histogram() }
    for latency in latencies.dropFirst() { all.merge(latency) }
    return all
  }

  private static func share(_ part: Int64, of whole: Int64) -> Double {
    whole == 0 ? .nan : Double(part) / Double(whole)
  }

  private static func figure(_ name: String, of resource: String, in run: RunResult) -> Double {
    guard let resource = run.resources.first(where: { $0.name == resource }),
      let figure = resource.figures.first(where: { $0.name == name })
    else { preconditionFailure("\(resource) has the figure \(name)") }
    return figure.value
  }

  /// What is wrong with a figure that this run does not have; nil if it has it. Which figures a resource has depends on
  /// its settings, so that only a run tells.
  func fault(in run: RunResult) -> String? {
    guard case .figure(let resource, let name) = metric else { return nil }
    let figures = run.resources.first { $0.name == resource }?.figures.map(\.name) ?? []
    guard !figures.contains(name) else { return nil }
    return "the objective `\(text)`: \(resource) has no figure `\(name)`, but " + figures.joined(separator: ", ")
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
