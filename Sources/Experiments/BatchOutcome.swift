import Billing
import Engine
import Foundation
import Scenarios
import Services
import Statistics
import Units

/// How a single replication came to intervals: from batches of it.
public struct BatchOutcome: Hashable, Sendable {
  /// Batches that the intervals come from.
  public var count: Int
  /// Length of each.
  public var span: Time
  /// Figures whose batches look dependent, with the correlation of neighbours: their intervals are too narrow.
  public var dependent: [(name: String, correlation: Double)] { zip(names, correlations).map { ($0, $1) } }
  private var names: [String]
  private var correlations: [Double]

  /// An outcome of the given parts.
  public init(count: Int, span: Time, dependent: [(name: String, correlation: Double)]) {
    self.count = count
    self.span = span
    names = dependent.map(\.name)
    correlations = dependent.map(\.correlation)
  }
}

/// Figures of one replication batch by batch, from which it gets intervals.
///
/// Those of traffic sources and of the whole bill do. Figures of resources do not: many of them are means or peaks of
/// the run so far, which no difference of two borders gives.
struct Batches {
  /// What happened in one batch.
  private struct Batch {
    /// Traffic alone: no resources, series or log.
    var run: RunResult
    /// The month's bill in dollars as this batch alone would have it; nil where its usage cannot be told.
    var cost: Double?
  }

  private let batches: [Batch]
  private let span: Time
  private let objectives: [Objective]

  /// From the borders of a run of a scenario, with the usage between them billed.
  init(_ batched: BatchedRun, scenario: Scenario, prices: PriceBook) {
    span = batched.span
    objectives = scenario.objectives
    batches = zip(batched.borders, batched.borders.dropFirst()).map { earlier, later in
      guard let later else { preconditionFailure("only the first border may be empty") }
      let run = later.since(earlier, lasting: batched.span)
      // Capacity by the hour may be counted ahead; a batch that used less than nothing has no bill of its own.
      let isWhole = run.usage.allSatisfy { $0.amount >= 0 }
      let bill =
        isWhole
        ? try? bill(usage: run.usage, runDuration: run.duration, prices: prices, options: scenario.billing) : nil
      return Batch(run: run, cost: bill?.total.inDollars)
    }
  }

  private init(_ batches: [Batch], span: Time, objectives: [Objective]) {
    self.batches = batches
    self.span = span
    self.objectives = objectives
  }

  /// Puts intervals at the figures of the one replication, from the number of batches that the plan says.
  func fill(_ result: inout ExperimentResult, by plan: BatchPlan) {
    let counts =
      switch plan {
      case .automatic: BatchMeans.counts
      case .fixed(let count): [count]
      }
    for count in counts {
      let joined = joined(into: count)
      let dependent = joined.dependent
      guard dependent.isEmpty || count == counts.last else { continue }
      joined.fill(&result)
      result.batches = BatchOutcome(count: count, span: joined.span, dependent: dependent)
      return
    }
  }

  /// Neighbours put together to fewer batches, into whose number theirs goes evenly.
  private func joined(into count: Int) -> Batches {
    precondition(batches.count % count == 0, "every batch has its place")
    let size = batches.count / count
    guard size > 1 else { return self }
    let all = (0..<count).map { number in
      let parts = batches[number * size..<(number + 1) * size]
      var batch = parts[parts.startIndex]
      for part in parts.dropFirst() { batch.run.add(part.run) }
      let costs = parts.compactMap(\.cost)
      batch.cost = costs.count == size ? costs.reduce(0, +) / Double(size) : nil
      return batch
    }
    return Batches(all, span: span * Int64(size), objectives: objectives)
  }

  // MARK: Intervals

  private var traffic: Range<Int> { 0..<(batches.first?.run.traffic.count ?? 0) }

  /// Sums over completed requests of a source in each batch.
  private func sums(_ source: Int, _ sum: (TrafficResult) -> Double) -> [Double] {
    batches.map { sum($0.run.traffic[source]) }
  }

  private func meanResponse(_ source: Int) -> BatchMeans? {
    BatchMeans(ratioOf: sums(source) { Double($0.latency.sum) / 1e6 }, to: sums(source) { Double($0.latency.count) })
  }

  private var cost: BatchMeans? {
    let costs = batches.compactMap(\.cost)
    return costs.count == batches.count ? BatchMeans(of: costs) : nil
  }

  /// Figures whose batches look dependent.
  private var dependent: [(name: String, correlation: Double)] {
    let means =
      traffic.map { ("response time of \(batches[0].run.traffic[$0].name)", meanResponse($0)) } + [("cost", cost)]
    return means.compactMap { name, means in
      means.flatMap { $0.looksIndependent ? nil : (name, $0.correlation) }
    }
  }

  private func fill(_ result: inout ExperimentResult) {
    for source in traffic {
      let name = batches[0].run.traffic[source].name
      guard let place = result.traffic.firstIndex(where: { $0.name == name }) else { continue }
      let runs = batches.map { $0.run.traffic[source] }
      let whole = Double(result.scenario.system.duration.nanoseconds) / Double(span.nanoseconds)
      func total(_ figure: inout Interval, _ count: (TrafficResult) -> Int64) {
        let mean = BatchMeans(of: runs.map { Double(count($0)) }).interval
        figure = figure.with(mean.halfWidth.map { $0 * whole })
      }
      total(&result.traffic[place].requests, \.started)
      total(&result.traffic[place].errors, \.errors)
      let share = BatchMeans(ratioOf: runs.map { Double($0.errors) }, to: runs.map { Double($0.completed) })
      result.traffic[place].errorRate = result.traffic[place].errorRate.with(share?.interval.halfWidth)
      fill(&result.traffic[place].latencyMs, runs.map(\.latency))
      fill(&result.traffic[place].successLatencyMs, runs.map(\.successLatency))
    }
    if let halfWidth = cost?.interval.halfWidth {
      result.cost.total.halfWidth = Money(dollars: halfWidth)
    }
    for index in result.objectives.indices {
      let metric = objectives[index].metric
      let halfWidth =
        if case .costMonthly = metric { cost?.interval.halfWidth } else { self.halfWidth(of: metric) }
      result.objectives[index].decide(objectives[index].comparator, halfWidth, unseen: unseen(metric))
    }
  }

  /// How far the share of errors may be from none or all where nothing else was seen; nil for all else.
  private func unseen(_ metric: Objective.Metric) -> Double? {
    guard case .errors(let source) = metric else { return nil }
    var sums = RatioSums()
    for batch in batches {
      let traffic = batch.run.traffic.filter { source == nil || $0.name == source }
      sums.add(
        Ratio(
          numerator: Double(traffic.reduce(0) { $0 + $1.errors }),
          denominator: Double(traffic.reduce(0) { $0 + $1.completed })))
    }
    return sums.unseen
  }

  private func fill(_ summary: inout LatencySummary, _ batches: [Histogram]) {
    for index in summary.figures.indices {
      guard let statistic = Objective.Statistic(rawValue: summary.figures[index].name) else { continue }
      summary.figures[index].interval = summary.figures[index].interval.with(
        Self.halfWidth(of: statistic, batches).map { $0 / 1e6 })
    }
  }

  /// Of a figure of the traffic; nil for those of resources.
  private func halfWidth(of metric: Objective.Metric) -> Double? {
    switch metric {
    case .latency(let source, let statistic):
      return Self.halfWidth(of: statistic, batches.map { $0.run.pooled(source, \.latency) }).map { $0 / 1e6 }
    case .successLatency(let source, let statistic):
      return Self.halfWidth(of: statistic, batches.map { $0.run.pooled(source, \.successLatency) }).map { $0 / 1e6 }
    case .errors(let source):
      func sums(_ count: (TrafficResult) -> Int64) -> [Double] {
        batches.map { batch in
          batch.run.traffic.filter { source == nil || $0.name == source }.reduce(0) { $0 + Double(count($1)) }
        }
      }
      return BatchMeans(ratioOf: sums(\.errors), to: sums(\.completed))?.interval.halfWidth
    case .costMonthly, .throttles, .coldStarts, .figure: return nil
    }
  }

  /// In ns. The mean is a ratio of sums. A percentile is that of each batch, where each has ten values beyond it; the
  /// largest value has no interval.
  private static func halfWidth(of statistic: Objective.Statistic, _ batches: [Histogram]) -> Double? {
    let beyond: Double
    switch statistic {
    case .mean:
      return BatchMeans(ratioOf: batches.map { Double($0.sum) }, to: batches.map { Double($0.count) })?
        .interval.halfWidth
    case .max: return nil
    case .p50: beyond = 0.5
    case .p90: beyond = 0.1
    case .p95: beyond = 0.05
    case .p99: beyond = 0.01
    case .p999: beyond = 0.001
    }
    guard batches.allSatisfy({ Double($0.count) * beyond >= 10 }) else { return nil }
    return BatchMeans(of: batches.map { statistic.figure(of: $0) }).interval.halfWidth
  }
}

// MARK: - Differences and sums of runs

extension RunResult {
  /// What came after `earlier`, which was read within the same run, or since recording began: traffic and usage alone.
  /// What is used once, whatever the month's length, is in no batch.
  fileprivate func since(_ earlier: RunResult?, lasting span: Time) -> RunResult {
    var later = self
    later.duration = span
    (later.resources, later.series, later.log) = ([], [], [])
    later.usage = usage.filter { line in
      switch line.meter.kind {
      case .consumed, .standing: true
      case .single: false
      }
    }
    for index in later.traffic.indices {
      later.traffic[index].breakdown = LatencyBreakdown(segments: [], counts: [], sums: [])
      (later.traffic[index].outcomes, later.traffic[index].figures) = ([], [])
    }
    guard let earlier else { return later }
    for (index, before) in earlier.traffic.enumerated() {
      later.traffic[index].started -= before.started
      later.traffic[index].completed -= before.completed
      later.traffic[index].errors -= before.errors
      later.traffic[index].latency = traffic[index].latency.since(before.latency)
      later.traffic[index].successLatency = traffic[index].successLatency.since(before.successLatency)
    }
    for line in earlier.usage {
      let place = later.usage.firstIndex { $0.meter == line.meter && $0.resource == line.resource }
      if let place { later.usage[place].amount -= line.amount }
    }
    return later
  }

  /// Adds the traffic of the batch that follows.
  fileprivate mutating func add(_ next: RunResult) {
    for (index, more) in next.traffic.enumerated() {
      traffic[index].started += more.started
      traffic[index].completed += more.completed
      traffic[index].errors += more.errors
      traffic[index].latency.merge(more.latency)
      traffic[index].successLatency.merge(more.successLatency)
    }
  }

  /// All values of one source, or of all for nil.
  fileprivate func pooled(_ source: String?, _ histogram: (TrafficResult) -> Histogram) -> Histogram {
    var all = Histogram()
    for traffic in traffic where source == nil || traffic.name == source { all.merge(histogram(traffic)) }
    return all
  }
}

extension Interval {
  /// The same mean with a half-width from elsewhere; one that is no number is none.
  fileprivate func with(_ halfWidth: Double?) -> Interval {
    Interval(mean: mean, halfWidth: halfWidth.flatMap { $0.isFinite ? $0 : nil }, count: count)
  }
}

extension ObjectiveOutcome {
  /// Takes a half-width, and says anew whether the verdict is certain.
  fileprivate mutating func decide(_ comparator: Objective.Comparator, _ halfWidth: Double?, unseen: Double?) {
    observed = observed.with(halfWidth)
    let widest = observed.halfWidth.map { max($0, unseen ?? 0) }
    certain =
      widest.map { half in
        [-half, half].allSatisfy { comparator.holds(observed.mean + $0, bound) == met }
      } ?? false
  }
}

extension Money {
  /// An amount of dollars for a half-width, rounded half-up to the cent.
  fileprivate init(dollars: Double) { self.init(amount: Decimal((dollars * 100).rounded()) / 100) }
}
