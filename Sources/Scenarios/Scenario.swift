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
  /// Independent runs, 1 to 100,000; default 10. With a `precision` the number that it begins with.
  public var replications: Int
  /// What the replications go on for; nil for a fixed number of them.
  public var precision: PrecisionPlan? = nil
  /// Whether `warmUp` is `auto`: pilot replications then tell the span, and `system.warmUp` is zero until they have.
  public var findsWarmUp = false
  /// Batches that a single replication is divided into, so that it has intervals; nil for none.
  public var batches: BatchPlan? = nil
  /// What is expected of the results, in the scenario's order.
  public var objectives: [Objective]
  /// Where it asks for figures of resources by name, which only a run can refuse.
  public var figurePlaces: [Objective.Metric: ScenarioError.Place] = [:]
  /// How usage becomes a bill.
  public var billing: BillingOptions
  /// The comparison of a table's capacity modes that is asked for; nil for none.
  public var breakEven: BreakEvenPlan? = nil
  /// What `optimize` may change; nil if the scenario does not say.
  public var optimization: OptimizationPlan? = nil
  /// The defaults that matter to the results, in the order of decoding.
  public var assumptions: [Assumption]
  /// The scenario in a form that comments, spacing and quoting do not change, overrides included, with the
  /// contents of the files it reads; hash these bytes to identify it.
  public var canonicalBytes: [UInt8]
  /// Path of the file as given.
  public var path: String
  /// Name of the variant of the file that this is; nil for the scenario that the file writes out.
  public var variant: String?
  /// Names of the file's variants in its order.
  public var variants: [String] = []

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
  /// Reads the scenario at `path`, or a variant of it, with `overrides` put in before anything is decoded, after the
  /// variant's own.
  ///
  /// Throws `ScenarioFaults` with everything that is wrong with file, variants, overrides and traces.
  public static func load(
    path: String, variant: String? = nil, overrides: [Override] = []
  ) throws(ScenarioFaults) -> Scenario {
    try document(path).scenarios([variant], overrides: overrides)[0]
  }

  /// Reads several variants of the file at `path` in the given order, all of them for nil; else as `load`.
  ///
  /// A file without variants gives none.
  public static func loadVariants(
    path: String, named names: [String]? = nil, overrides: [Override] = []
  ) throws(ScenarioFaults) -> [Scenario] {
    let document = try document(path)
    return try document.scenarios(names ?? document.variants.map(\.name), overrides: overrides)
  }

  /// Decodes the text of a scenario; `path` names it in faults, and its folder is where relative paths start.
  ///
  /// Throws `ScenarioFaults` with everything that is wrong with text, variants, overrides and traces.
  public static func decode(
    _ text: String, path: String, variant: String? = nil, overrides: [Override] = []
  ) throws(ScenarioFaults) -> Scenario {
    try ScenarioDocument(text, path: path).scenarios([variant], overrides: overrides)[0]
  }

  static func document(_ path: String) throws(ScenarioFaults) -> ScenarioDocument {
    var faults: [ScenarioError] = []
    guard let text = ScenarioFile.text(at: path, faults: &faults) else { throw ScenarioFaults(faults) }
    return try ScenarioDocument(text, path: path)
  }
}
