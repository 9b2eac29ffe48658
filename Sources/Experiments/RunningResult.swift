import Engine
import Scenarios
import Statistics
import Units

/// What the replications so far add up to; it grows with the system and the periods, and with the replications only by
/// two numbers for each figure that is a ratio.
///
/// Replications must come in their order: sums of Doubles depend on it, and the result must not.
struct RunningResult {
  private(set) var replications = 0
  private var events: UInt64 = 0
  private var digest = RunningDigest()
  private var traffic: [RunningTraffic] = []
  private var resources: [RunningResource] = []
  private var series: [RunningSeries] = []
  private var objectives: [RunningObjective]
  private var period = Time.zero
  private var log: [LogLine] = []

  /// No replication yet.
  init(objectives: [Objective]) { self.objectives = objectives.map(RunningObjective.init) }

  /// Takes in the next replication; it must be of the same system as the ones before.
  mutating func add(_ run: RunResult) {
    if replications == 0 {
      traffic = run.traffic.map(RunningTraffic.init)
      resources = run.resources.map(RunningResource.init)
      series = run.series.map(RunningSeries.init)
      period = run.period
      log = run.log
    }
    precondition(run.traffic.map(\.name) == traffic.map(\.name), "replications of one system have the same traffic")
    precondition(run.resources.map(\.name) == resources.map(\.name), "replications of one system have its resources")
    precondition(run.series.count == series.count && run.period == period, "replications have the same series")
    for index in traffic.indices { traffic[index].add(run.traffic[index]) }
    for index in resources.indices { resources[index].add(run.resources[index]) }
    for index in series.indices { series[index].add(run.series[index]) }
    for index in objectives.indices { objectives[index].add(run) }
    digest.mix(UInt64(replications))
    digest.mix(run.digest)
    events += run.events
    replications += 1
  }

  /// The figures of all replications so far, with 95 % intervals. At least one must have come.
  func result(scenario: Scenario, seed: UInt64, cost: CostSummary) -> ExperimentResult {
    precondition(replications > 0, "an experiment has at least one replication")
    let critical = (0...replications).map { Interval.criticalValue(count: $0) }
    return ExperimentResult(
      scenario: scenario, replications: replications, seed: seed, digest: digest.hexadecimal, events: events,
      traffic: traffic.map { $0.summary(critical) }, resources: resources.map { $0.summary(critical) },
      series: series.map { $0.summary(critical) }, period: period, log: log, cost: cost,
      objectives: objectives.map { $0.outcome(critical, cost: cost) })
  }
}

/// FNV-1a over 64-bit words, byte by byte from the lowest.
///
/// Source: Fowler, Noll, Vo; draft-eastlake-fnv. It tells results apart; it is no protection against forgery.
struct RunningDigest {
  private var state: UInt64 = 0xcbf2_9ce4_8422_2325

  /// Takes in the next word.
  mutating func mix(_ word: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      state = (state ^ (word >> shift & 0xff)) &* 0x100_0000_01b3
    }
  }

  /// The hash so far in 16 digits.
  var hexadecimal: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Figures by name, in the order in which the names first came.
struct RunningFigures {
  private var entries: [(name: String, running: RunningFigure)] = []

  mutating func add(_ name: String, _ value: Double) { add(name, Observation(value)) }

  mutating func add(_ name: String, _ observation: Observation) {
    let index = entries.firstIndex { $0.name == name } ?? entries.count
    if index == entries.count { entries.append((name, RunningFigure())) }
    entries[index].running.add(observation)
  }

  /// `critical[n]` is Student's t for n values.
  func intervals(_ critical: [Double?]) -> [(name: String, interval: Interval)] {
    entries.map { ($0.name, $0.running.interval(critical)) }
  }
}

private struct RunningTraffic {
  let name: String
  private var counts = RunningFigures()
  private var latencyMs = RunningFigures()
  private var successLatencyMs = RunningFigures()
  private var client = RunningFigures()
  private var histogram = Histogram()
  private var successHistogram = Histogram()
  private var outcomes: [OutcomeCount] = []
  private var breakdown: LatencyBreakdown?

  init(_ first: TrafficResult) { name = first.name }

  mutating func add(_ run: TrafficResult) {
    counts.add("requests", Double(run.started))
    counts.add("errors", Double(run.errors))
    counts.add("errorRate", Observation(run.errors, of: run.completed))
    for name in LatencySummary.names {
      guard let statistic = Objective.Statistic(rawValue: name) else { preconditionFailure("\(name) is no statistic") }
      latencyMs.add(name, statistic.figure(of: run.latency) / 1e6)
      successLatencyMs.add(name, statistic.figure(of: run.successLatency) / 1e6)
    }
    for figure in run.figures { client.add(figure.name, Observation(figure)) }
    histogram.merge(run.latency)
    successHistogram.merge(run.successLatency)
    for outcome in run.outcomes {
      if let index = outcomes.firstIndex(where: { $0.name == outcome.name }) {
        outcomes[index].count += outcome.count
      } else {
        outcomes.append(outcome)
      }
    }
    if breakdown == nil { breakdown = run.breakdown } else { breakdown?.merge(run.breakdown) }
  }

  func summary(_ critical: [Double?]) -> TrafficSummary {
    let counts = counts.intervals(critical)
    return TrafficSummary(
      name: name, requests: counts[0].interval, errors: counts[1].interval, errorRate: counts[2].interval,
      latencyMs: LatencySummary(figures: latencyMs.intervals(critical)),
      successLatencyMs: LatencySummary(figures: successLatencyMs.intervals(critical)), histogram: histogram,
      successHistogram: successHistogram, outcomes: outcomes,
      breakdown: breakdown ?? LatencyBreakdown(segments: [], counts: [], sums: []),
      client: client.intervals(critical))
  }
}

private struct RunningResource {
  let name: String
  private let typeName: String
  private var figures = RunningFigures()

  init(_ first: ResourceResult) {
    name = first.name
    typeName = first.typeName
  }

  mutating func add(_ run: ResourceResult) {
    for figure in run.figures { figures.add(figure.name, Observation(figure)) }
  }

  func summary(_ critical: [Double?]) -> ResourceSummary {
    ResourceSummary(name: name, typeName: typeName, figures: figures.intervals(critical))
  }
}

private struct RunningSeries {
  private let key: MetricKey
  private var cells: [RunningInterval]

  init(_ first: MetricSeries) {
    key = first.key
    cells = [RunningInterval](repeating: RunningInterval(), count: first.values.count)
  }

  mutating func add(_ run: MetricSeries) {
    precondition(run.key == key && run.values.count == cells.count, "replications have the same series")
    for index in cells.indices where !run.values[index].isNaN { cells[index].add(run.values[index]) }
  }

  func summary(_ critical: [Double?]) -> SeriesSummary {
    let intervals = cells.map { $0.interval(criticalValue: critical[$0.count]) }
    return SeriesSummary(key: key, mean: intervals.map(\.mean), halfWidth: intervals.map { $0.halfWidth ?? .nan })
  }
}
