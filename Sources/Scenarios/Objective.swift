import Billing
import Units

/// What a scenario expects of its results: `latency.p99 < 300 ms`.
public struct Objective: Hashable, Sendable {
  /// A figure of the latencies of one or all traffic sources.
  public enum Statistic: String, Hashable, Sendable, CaseIterable {
    case p50, p90, p95, p99, p999, mean, max
  }

  /// The figure that is compared.
  public enum Metric: Hashable, Sendable {
    /// Latency of all answered requests, failures included, in ns; of one source, or of all if nil.
    case latency(traffic: String?, Statistic)
    /// The same of the requests that succeeded.
    case successLatency(traffic: String?, Statistic)
    /// Share of failed requests, 0 to 1; of one source, or of all if nil.
    case errors(traffic: String?)
    /// The month's bill in US dollars.
    case costMonthly
    /// Throttled invocations of a function within one run.
    case throttles(function: String)
    /// Share of a function's invocations that waited for an init, 0 to 1.
    case coldStarts(function: String)
    /// Any figure of a resource by its name in `summary.json`; which there are, a run tells.
    case figure(resource: String, name: String)
  }

  /// What a figure measures, by the last word of its name.
  public enum Dimension: Hashable, Sendable {
    /// In ms: the name ends in `Ms`.
    case time
    /// 0 to 1.
    case share
    /// A count, a level, or what the figure's name says.
    case number

    /// The dimension of a resource's figure; a number where the name says nothing.
    public init(ofFigure name: String) {
      if name.hasSuffix("Ms") {
        self = .time
      } else if ["probability", "share", "utilization", "ratio", "hitrate"].contains(where: name.lowercased().hasSuffix)
      {
        self = .share
      } else {
        self = .number
      }
    }
  }

  /// How figure and limit compare when the objective is met.
  public enum Comparator: String, Hashable, Sendable, CaseIterable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  /// The limit, in the unit of the metric.
  public enum Limit: Hashable, Sendable {
    case time(Time)
    /// 0 to 1.
    case share(Double)
    case money(Money)
    /// Whole number, 0 or more.
    case count(Int)
    /// A number without a unit.
    case number(Double)
  }

  /// The figure that is compared.
  public var metric: Metric
  /// How it compares with the limit.
  public var comparator: Comparator
  /// The limit, of the kind that the metric has.
  public var limit: Limit
  /// The objective as written, for reports.
  public var text: String

  /// An objective.
  public init(metric: Metric, comparator: Comparator, limit: Limit, text: String) {
    self.metric = metric
    self.comparator = comparator
    self.limit = limit
    self.text = text
  }
}

extension Objective.Comparator {
  /// Whether `value` stands in this relation to `limit`.
  public func holds<Value: Comparable>(_ value: Value, _ limit: Value) -> Bool {
    switch self {
    case .less: value < limit
    case .lessOrEqual: value <= limit
    case .greater: value > limit
    case .greaterOrEqual: value >= limit
    }
  }
}
