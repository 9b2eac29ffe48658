import Engine
import Scenarios
import Services
import Statistics
import Units

/// What pilot replications said about the start-up of a system in a steady state: `warmUp: auto`.
///
/// They look at the response times and requests in flight of all traffic, and at the work that nobody waits for: queues,
/// streams and asynchronous events. A table's storage or items that expire may settle later.
public struct WarmUpOutcome: Hashable, Sendable {
  /// A series that the rule looked at.
  public struct Series: Hashable, Sendable {
    /// What the numbers are.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      case responseTime = "response time"
      case inFlight = "requests in flight"
      /// Messages of a queue, or records before an event source mapping, that are not done with.
      case backlog
      /// Of a function: events that wait, and invocations under way.
      case asynchronous = "events in work"
    }
    /// The design that it is of; nil where there is only one.
    public var design: String?
    /// The traffic source, or the resource.
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

  /// Runs the pilots of designs whose warm-up is to be found; nil where no design asks. All have the same duration.
  ///
  /// What is the longest over all designs and series is cut from each: designs that are compared record the same span.
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
      for row in sum.rows {
        let (means, group) = row.means
        let series = Series(design: designs.count == 1 ? nil : design.name, source: row.name, kind: row.kind)
        all.append((series, means, period * Int64(group)))
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
