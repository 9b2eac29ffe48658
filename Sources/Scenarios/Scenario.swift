import Billing
import Services
import Units

/// A scenario: a system with its traffic, how often to run it, what is expected of it, and how to bill it.
///
/// A value of this type has passed all checks: names are sound and unique, references resolve, calls have no cycle,
/// and every figure lies within AWS's limits.
public struct Scenario: Hashable, Sendable {
  /// Its title.
  public var name: String
  /// What it is about; may be empty.
  public var description: String
  /// Resources, traffic, quotas and the clock.
  public var system: SystemConfig
  /// Seed of all random numbers.
  public var seed: UInt64
  /// Independent runs, 1 to 100,000; default 10.
  public var replications: Int
  /// What is expected of the results, in the scenario's order.
  public var objectives: [Objective]
  /// How usage becomes a bill.
  public var billing: BillingOptions
  /// The defaults that matter to the results, in the order of decoding.
  public var assumptions: [Assumption]
  /// The scenario in a form that comments, spacing and quoting do not change, overrides included, with the
  /// contents of the files it reads; hash these bytes to identify it.
  public var canonicalBytes: [UInt8]
  /// Path of the file as given.
  public var path: String

  /// Default of `replications`.
  public static let defaultReplications = 10
  /// Default of `seed`.
  public static let defaultSeed: UInt64 = 1
  /// Default of `start`: midnight of Monday, 1 June 2026, UTC.
  public static let defaultStart = CivilTime(secondsSince1970: 1_780_272_000)

  /// Most rows of the time series of so many resources and traffic sources, 1 or more.
  ///
  /// More than 120,000 rows no chart shows; and rows times components are bounded too, for they fill the memory.
  public static func rowsMax(components: Int) -> Int64 { min(120_000, 240_000 / Int64(max(components, 1))) }

  /// Whether rows of `period`, above zero, over `duration` are few enough for so many components.
  public static func canRecord(every period: Time, over duration: Time, components: Int) -> Bool {
    (duration.nanoseconds - 1) / period.nanoseconds < rowsMax(components: components)
  }

  /// Width of the time series' rows when a scenario gives none: a minute up to 15 days, 5 minutes up to 63, else an
  /// hour, as CloudWatch keeps its metrics; wider where those were too many rows for so many components.
  public static func defaultPeriod(for duration: Time, components: Int = 1) -> Time {
    let kept: Time = duration <= .days(15) ? .minutes(1) : duration <= .days(63) ? .minutes(5) : .hours(1)
    return [.minutes(1), .minutes(5), .hours(1)].first {
      $0 >= kept && canRecord(every: $0, over: duration, components: components)
    } ?? .days(1)
  }
}

extension Scenario {
  /// Reads the scenario at `path`, with `overrides` put in before anything is decoded.
  ///
  /// Throws `ScenarioFaults` with everything that is wrong with file, overrides and traces.
  public static func load(path: String, overrides: [Override] = []) throws(ScenarioFaults) -> Scenario {
    var faults: [ScenarioError] = []
    guard let text = ScenarioFile.text(at: path, faults: &faults) else { throw ScenarioFaults(faults) }
    return try decode(text, path: path, overrides: overrides)
  }

  /// Decodes the text of a scenario; `path` names it in faults, and its folder is where relative paths start.
  ///
  /// Throws `ScenarioFaults` with everything that is wrong with text, overrides and traces.
  public static func decode(
    _ text: String, path: String, overrides: [Override] = []
  ) throws(ScenarioFaults) -> Scenario {
    var faults: [ScenarioError] = []
    let parsed = YAMLParser.parse(text, file: path, faults: &faults)
    guard var tree = parsed else { throw ScenarioFaults(faults) }
    for override in overrides { override.apply(to: &tree, faults: &faults) }
    let decoding = Decoding(file: path, directory: ScenarioFile.directory(of: path))
    let scenario = decoding.scenario(tree)
    faults += decoding.faults
    guard faults.isEmpty, let scenario else { throw ScenarioFaults(faults) }
    return scenario
  }
}
