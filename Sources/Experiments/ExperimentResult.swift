import Billing
import Engine
import Scenarios
import Services
import Statistics
import Units

/// What `run` found: all replications of one scenario, as means with 95 % Student-t intervals.
///
/// A value without references to runs; `Reports` turns it into files.
public struct ExperimentResult: Sendable {
  /// The scenario that ran.
  public var scenario: Scenario
  /// Independent replications, at least 1.
  public var replications: Int
  /// Root seed.
  public var seed: UInt64
  /// Hash over the digests of all replications in order, 16 hexadecimal digits.
  public var digest: String
  /// Events of all replications together.
  public var events: UInt64
  /// One entry a traffic source, in the scenario's order.
  public var traffic: [TrafficSummary]
  /// One entry a resource, in the scenario's order.
  public var resources: [ResourceSummary]
  /// Time series in the order of `RunResult.series`.
  public var series: [SeriesSummary]
  /// Width of one row of the series.
  public var period: Time
  /// The first replication's log, in the order of time; empty unless the scenario asks for it.
  public var log: [LogLine]
  /// The month's cost.
  public var cost: CostSummary
  /// Objectives in the scenario's order.
  public var objectives: [ObjectiveOutcome]
  /// What the table of the scenario's `breakEven` costs in either capacity mode; nil if it does not ask.
  public var breakEven: BreakEven? = nil
  /// Why there are so many replications; nil for a fixed number.
  public var precision: PrecisionOutcome? = nil
  /// How a single replication came to its intervals; nil where it has none, and with several replications.
  public var batches: BatchOutcome? = nil
  /// How the warm-up was found; nil where the scenario states it.
  public var warmUp: WarmUpOutcome? = nil

  /// A result of the given parts.
  public init(
    scenario: Scenario, replications: Int, seed: UInt64, digest: String, events: UInt64, traffic: [TrafficSummary],
    resources: [ResourceSummary], series: [SeriesSummary], period: Time, log: [LogLine] = [],
    cost: CostSummary, objectives: [ObjectiveOutcome]
  ) {
    self.scenario = scenario
    self.replications = replications
    self.seed = seed
    self.digest = digest
    self.events = events
    self.traffic = traffic
    self.resources = resources
    self.series = series
    self.period = period
    self.log = log
    self.cost = cost
    self.objectives = objectives
  }
}

extension ExperimentResult {
  /// Whether there is anything that intervals come from: several replications, or batches of one.
  public var hasIntervals: Bool { replications > 1 || batches != nil }
}

/// A traffic source over all replications.
public struct TrafficSummary: Sendable {
  /// The source's name.
  public var name: String
  /// Requests that arrived.
  public var requests: Interval
  /// Requests that failed.
  public var errors: Interval
  /// Failed share of the completed requests of all replications together, 0 to 1.
  public var errorRate: Interval
  /// Latency figures of all answers in ms, failures included; each estimated per replication, then averaged.
  public var latencyMs: LatencySummary
  /// The same of the requests that succeeded.
  public var successLatencyMs: LatencySummary
  /// All replications' latencies together.
  public var histogram: Histogram
  /// Those of the requests that succeeded.
  public var successHistogram: Histogram
  /// Outcomes over all replications together.
  public var outcomes: [OutcomeCount]
  /// Where the time went, over all replications together.
  public var breakdown: LatencyBreakdown
  /// What the source's client did, in the order of `TrafficResult.figures`; empty for a source without one.
  public var client: [(name: String, interval: Interval)]

  /// Whether any answered request failed, so that answers and successes are not the same.
  public var hasFailures: Bool { successHistogram.count != histogram.count }

  /// A summary of the given parts; without figures of the successes, no request failed.
  public init(
    name: String, requests: Interval, errors: Interval, errorRate: Interval, latencyMs: LatencySummary,
    successLatencyMs: LatencySummary? = nil, histogram: Histogram, successHistogram: Histogram? = nil,
    outcomes: [OutcomeCount], breakdown: LatencyBreakdown, client: [(name: String, interval: Interval)] = []
  ) {
    self.name = name
    self.requests = requests
    self.errors = errors
    self.errorRate = errorRate
    self.latencyMs = latencyMs
    self.successLatencyMs = successLatencyMs ?? latencyMs
    self.histogram = histogram
    self.successHistogram = successHistogram ?? histogram
    self.outcomes = outcomes
    self.breakdown = breakdown
    self.client = client
  }
}

/// Latency figures of one source in ms. Replications without a completed request are left out of the mean.
public struct LatencySummary: Sendable {
  /// Names as `summary.json` writes them, with the figure of each: mean, p50, p90, p95, p99, p999, max.
  public var figures: [(name: String, interval: Interval)]
  /// The given figures.
  public init(figures: [(name: String, interval: Interval)]) { self.figures = figures }
  /// The figure of a name; traps on a name that is not among `names`.
  public subscript(name: String) -> Interval {
    guard let figure = figures.first(where: { $0.name == name }) else {
      preconditionFailure("\(name) is not a latency figure")
    }
    return figure.interval
  }
  /// All names in order.
  public static let names = ["mean", "p50", "p90", "p95", "p99", "p999", "max"]
}

/// A resource over all replications.
public struct ResourceSummary: Sendable {
  /// The resource's name.
  public var name: String
  /// The word after `type:`.
  public var typeName: String
  /// Figures in the order of `ResourceResult.figures`: means over the replications, and of ratios of two sums that of
  /// all sums.
  public var figures: [(name: String, interval: Interval)]

  /// A summary of the given parts.
  public init(name: String, typeName: String, figures: [(name: String, interval: Interval)]) {
    self.name = name
    self.typeName = typeName
    self.figures = figures
  }
}

/// A time series over all replications; NaN where no replication had data.
public struct SeriesSummary: Sendable {
  /// What the numbers are.
  public var key: MetricKey
  /// Mean over the replications that had data, one value a period.
  public var mean: [Double]
  /// 95 % half-width; NaN with fewer than two values.
  public var halfWidth: [Double]

  /// A summary of the given parts.
  public init(key: MetricKey, mean: [Double], halfWidth: [Double]) {
    self.key = key
    self.mean = mean
    self.halfWidth = halfWidth
  }
}

/// The month's cost over all replications. Each replication is billed as an invoice of its own.
public struct CostSummary: Sendable {
  /// Mean of the invoice totals, rounded half-up to the cent, and the 95 % half-width.
  public var total: MoneyEstimate
  /// Lines that occur in any replication, in the order of the bill.
  public var lines: [CostLine]
  /// Mean cost of each resource, in the scenario's order; unrounded shares, so they sum to the exact total.
  public var perResource: [(name: String, cost: MoneyEstimate)]
  /// The first replication's bill, for its notes and scaling.
  public var bill: Bill

  /// A summary of the given parts.
  public init(
    total: MoneyEstimate, lines: [CostLine], perResource: [(name: String, cost: MoneyEstimate)], bill: Bill
  ) {
    self.total = total
    self.lines = lines
    self.perResource = perResource
    self.bill = bill
  }
}

/// A mean amount of money with the half-width of its 95 % interval (nil with one replication).
public struct MoneyEstimate: Sendable {
  /// Mean over the replications, rounded half-up to the cent.
  public var mean: Money
  /// 95 % Student-t half-width, rounded half-up to the cent.
  public var halfWidth: Money?
  /// An estimate.
  public init(mean: Money, halfWidth: Money?) {
    self.mean = mean
    self.halfWidth = halfWidth
  }
}

/// One line of the bill over all replications.
public struct CostLine: Sendable {
  /// The line as the first replication that has it printed it; its quantity and charge are that replication's.
  public var line: BillLine
  /// Mean quantity of the month, in priced units, as a decimal string.
  public var meanQuantity: String
  /// Mean charge over all replications (0.00 where a replication lacks the line).
  public var charged: MoneyEstimate
  /// A line.
  public init(line: BillLine, meanQuantity: String, charged: MoneyEstimate) {
    self.line = line
    self.meanQuantity = meanQuantity
    self.charged = charged
  }
}

/// How an objective fared.
public struct ObjectiveOutcome: Sendable {
  /// The objective as the scenario writes it.
  public var text: String
  /// The observed figure in the objective's unit (ms, share 0..1, USD, count).
  public var observed: Interval
  /// The bound in the same unit.
  public var bound: Double
  /// Unit for printing: `ms`, `%`, `USD` or empty.
  public var unit: String
  /// Whether the mean keeps to the bound.
  public var met: Bool
  /// Whether the whole 95 % interval lies on the same side of the bound.
  public var certain: Bool

  /// An outcome.
  public init(text: String, observed: Interval, bound: Double, unit: String, met: Bool, certain: Bool) {
    self.text = text
    self.observed = observed
    self.bound = bound
    self.unit = unit
    self.met = met
    self.certain = certain
  }
}
