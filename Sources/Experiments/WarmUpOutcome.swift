import Engine
import Scenarios
import Services
import Statistics
import Units

/// What pilot replications said about the start-up of a system in a steady state: `warmUp: auto`.
public struct WarmUpOutcome: Hashable, Sendable {
  /// A series that the rule looked at.
  public struct Series: Hashable, Sendable {
    /// What the numbers are.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      case responseTime = "response time"
      case inFlight = "requests in flight"
    }
    /// The design that it is of; nil where there is only one.
    public var design: String?
    /// The traffic source.
    public var source: String
    /// What the numbers are.
    public var kind: Kind

    /// As in a sentence: `response time of shoppers`.
    public var text: String { "\(kind.rawValue) of \(source)" + (design.map { " in \($0)" } ?? "") }
  }

  /// What the rule found over all series.
  public enum Finding: Hashable, Sendable {
    /// The start-up takes so long, above 0, by the slowest series.
    case cut(Time, by: Series)
    /// All series begin settled.
    case none
    /// This series had not settled after half of the span, so nothing is cut.
    case noSteadyState(Series)
    /// The pilots have too few requests to say anything, so nothing is cut.
    case tooShort
  }

  /// Pilot replications of each design. Their random numbers are their own: replications from 1,000,000 on, which no
  /// experiment has.
  public static let pilots = 5
  static let firstPilot = 1_000_000

  /// What the rule found.
  public var finding: Finding
  /// Span of each pilot: the scenario's duration.
  public var pilotSpan: Time

  /// An outcome of the given parts.
  public init(finding: Finding, pilotSpan: Time) {
    self.finding = finding
    self.pilotSpan = pilotSpan
  }

  /// What comes before the recorded span; 0 where nothing is cut.
  public var span: Time {
    switch finding {
    case .cut(let span, _): span
    case .none, .noSteadyState, .tooShort: .zero
    }
  }

  /// One sentence without a point, as reports show it.
  public var text: String {
    let pilots = "MSER-5 of \(Self.pilots) pilot replications"
    return switch finding {
    case .cut(let span, let series): "warm-up \(span), cut by \(pilots) (\(series.text))"
    case .none: "no warm-up cut: by \(pilots) the run begins settled"
    case .noSteadyState(let series):
      "no warm-up cut: \(pilots) shows no steady state within \(pilotSpan) (\(series.text))"
    case .tooShort: "no warm-up cut: \(pilots) finds too few requests within \(pilotSpan)"
    }
  }
}

// MARK: - Pilots

extension WarmUpOutcome {
  /// Rows of a pilot's series, where the system is not so large that there may only be fewer.
  private static let rows: Int64 = 1_000
  /// Requests over all pilots that a mean response time is taken over, at least, on average.
  private static let requestsAPoint = 5

  /// Runs the pilots of designs whose warm-up is to be found; nil where no design asks. All have the same duration.
  ///
  /// What is the longest over all designs, sources and series is cut from each: designs that are compared record the
  /// same span.
  static func cut(_ designs: [Design], options: Runner.Options) async throws -> WarmUpOutcome? {
    guard designs.contains(where: \.scenario.findsWarmUp) else { return nil }
    return try await cut(designs, options: options) { _, config, replication throws(TraceError) in
      try simulate(config, seed: options.seed, replication: replication)
    }
  }

  /// As above, whether asked for or not, with worlds of any making.
  static func cut(
    _ designs: [Design], options: Runner.Options,
    simulate: @escaping @Sendable (_ design: Int, SystemConfig, _ replication: Int) throws(TraceError) -> RunResult
  ) async throws -> WarmUpOutcome {
    let span = designs[0].scenario.system.duration
    let components = designs.map { $0.scenario.system.resources.count + $0.scenario.system.traffic.count }.max() ?? 1
    var options = options.fixed(pilots)
    let period = period(of: span, rows: min(rows, Scenario.rowsMax(components: components)))
    options.periodOverride = period
    var sums = designs.map { _ in PilotSeries() }
    _ = try await Runner.run(
      designs, options: options,
      simulate: { design, config, replication throws(TraceError) in
        var config = config
        config.warmUp = .zero
        config.invocationLog = nil
        return try simulate(design, config, firstPilot + replication)
      }, each: { design, run, _ in sums[design].add(run) })
    var all: [(series: Series, values: [Double], period: Time)] = []
    for (design, sum) in zip(designs, sums) {
      for source in sum.sources {
        func series(_ kind: Series.Kind) -> Series {
          Series(design: designs.count == 1 ? nil : design.name, source: source.name, kind: kind)
        }
        let (means, group) = source.responseTimes(requestsAPoint: requestsAPoint)
        all.append((series(.responseTime), means, period * Int64(group)))
        all.append((series(.inFlight), source.inFlight, period))
      }
    }
    return WarmUpOutcome(finding: finding(all), pilotSpan: span)
  }

  /// The longest cut; none at all where a series does not settle.
  static func finding(_ series: [(series: Series, values: [Double], period: Time)]) -> Finding {
    var longest: (span: Time, series: Series)?
    var isTooShort = true
    for one in series {
      switch WarmUp.mser5(one.values) {
      case .tooShort: continue
      case .noSteadyState: return .noSteadyState(one.series)
      case .cut(let observations):
        isTooShort = false
        let span = one.period * Int64(observations)
        if span > longest?.span ?? .zero { longest = (span, one.series) }
      }
    }
    if isTooShort { return .tooShort }
    return longest.map { .cut($0.span, by: $0.series) } ?? .none
  }

  /// The shortest of 1, 2, 5, 10, .. ns that divides a span into at most so many rows, so that cuts are round.
  static func period(of span: Time, rows: Int64) -> Time {
    var power: Int64 = 1
    while true {
      for factor: Int64 in [1, 2, 5] where (span.nanoseconds - 1) / (factor * power) < rows {
        return Time(nanoseconds: factor * power)
      }
      power *= 10
    }
  }
}

/// The series of the pilots of one design, added up.
private struct PilotSeries {
  var sources: [Source] = []

  /// Of one source, period by period.
  struct Source {
    let name: String
    /// Requests, and the sum of their response times in ms, over the periods that have answers.
    var requests: [Double]
    var times: [Double]
    /// Sum of the mean numbers in flight.
    var inFlight: [Double]
  }

  mutating func add(_ run: RunResult) {
    if sources.isEmpty {
      let rows = run.series.first?.values.count ?? 0
      let none = [Double](repeating: 0, count: rows)
      sources = run.traffic.map { Source(name: $0.name, requests: none, times: none, inFlight: none) }
    }
    for index in sources.indices {
      func values(_ name: String, _ statistic: MetricStatistic) -> [Double] {
        let own = run.series.first { series in
          series.key.resource == sources[index].name && series.key.namespace == "Windtunnel/Traffic"
            && series.key.name == name && series.key.statistic == statistic
        }
        return own?.values ?? []
      }
      let means = values("Latency", .average)
      for (place, requests) in values("Requests", .sum).enumerated() where !means[place].isNaN {
        // A period may have answers to earlier requests alone.
        let weight = max(requests, 1)
        sources[index].requests[place] += weight
        sources[index].times[place] += weight * means[place]
      }
      for (place, level) in values("InFlight", .average).enumerated() { sources[index].inFlight[place] += level }
    }
  }
}

extension PilotSeries.Source {
  /// Mean response times over so many periods together that each has enough requests on average, and how many that are.
  ///
  /// A stretch without an answer has the value of the one before it, the first ones that of the first with an answer.
  func responseTimes(requestsAPoint: Int) -> (means: [Double], group: Int) {
    let total = requests.reduce(0, +)
    guard total >= Double(requestsAPoint) else { return ([], 1) }
    let group = max(1, Int((Double(requestsAPoint * requests.count) / total).rounded(.up)))
    var means: [Double] = []
    var missing = 0
    for start in stride(from: 0, through: requests.count - group, by: group) {
      let answers = requests[start..<start + group].reduce(0, +)
      if answers > 0 {
        let mean = times[start..<start + group].reduce(0, +) / answers
        means += [Double](repeating: mean, count: missing + 1)
        missing = 0
      } else if let last = means.last {
        means.append(last)
      } else {
        missing += 1
      }
    }
    return (means, group)
  }
}

extension Scenario {
  /// The scenario with the warm-up that its pilots gave, which is an assumption too.
  func with(_ outcome: WarmUpOutcome) -> Scenario {
    var scenario = self
    scenario.system.warmUp = outcome.span
    scenario.assumptions.append(
      Assumption(
        subject: "", parameter: "warmUp", value: outcome.span.description, grade: .inferred, source: outcome.text,
        asOf: "2026-11"))
    return scenario
  }
}
