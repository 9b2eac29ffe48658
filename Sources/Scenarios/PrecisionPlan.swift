import Services
import Statistics
import Units

/// Replications that go on until figures are known to a given share of themselves: `replications` as a mapping.
public struct PrecisionPlan: Hashable, Sendable {
  /// How narrow the intervals must be, when it is looked at, and where it ends.
  public var rule: RelativePrecision
  /// The figures that must all be known so well; at least one, none twice.
  public var figures: [Objective.Metric]

  /// A plan of the given parts.
  public init(rule: RelativePrecision, figures: [Objective.Metric]) {
    precondition(!figures.isEmpty, "a precision is that of a figure")
    self.rule = rule
    self.figures = figures
  }

  /// One plan for designs that are compared: the narrowest half-width, the largest numbers of replications, and every
  /// figure that any of them names; nil where none has a plan.
  public static func joined(_ plans: [PrecisionPlan]) -> PrecisionPlan? {
    guard var joined = plans.first else { return nil }
    for plan in plans.dropFirst() {
      let least = max(joined.rule.least, plan.rule.least)
      joined.rule = RelativePrecision(
        relativeHalfWidth: min(joined.rule.relativeHalfWidth, plan.rule.relativeHalfWidth), least: least,
        most: max(joined.rule.most, plan.rule.most))
      joined.figures += plan.figures.filter { !joined.figures.contains($0) }
    }
    return joined
  }

  /// Figures where a scenario names none and has no objectives: response time of all traffic, and the bill.
  public static let defaultFigures: [Objective.Metric] = [.latency(traffic: nil, .p99), .costMonthly]
  /// What `relativeHalfWidth` may be.
  public static let relativeHalfWidths = 0.001...0.5
  /// What the least number of replications may be: below ten intervals of a sequential rule are too narrow.
  public static let leasts = 10...100_000
}

/// How many batches of equal length a single replication is divided into.
public enum BatchPlan: Hashable, Sendable {
  /// The first of 30, 20 and 10 whose batches look independent.
  case automatic
  /// So many, 10 to 100.
  case fixed(Int)

  /// Batches that are recorded; each is a period of the time series or more. Sixty can be joined to 30, 20 and 10.
  public var recorded: Int {
    switch self {
    case .automatic: 60
    case .fixed(let count): count
    }
  }
}

extension Scenario {
  /// The figures of the objectives, each once, in their order; without objectives the default figures.
  public var figuresOfInterest: [Objective.Metric] { Self.figuresOfInterest(objectives) }

  static func figuresOfInterest(_ objectives: [Objective]) -> [Objective.Metric] {
    var figures: [Objective.Metric] = []
    for objective in objectives where !figures.contains(objective.metric) { figures.append(objective.metric) }
    return figures.isEmpty ? PrecisionPlan.defaultFigures : figures
  }

  /// Whether a span has a whole period above zero for each of a plan's batches.
  public static func canDivide(_ duration: Time, into plan: BatchPlan, every period: Time) -> Bool {
    duration.nanoseconds / period.nanoseconds >= Int64(plan.recorded)
  }

  /// The scenario's plan with another half-width or another cap; a plan over the figures of interest where it has none.
  /// Nil without a plan and without a half-width.
  ///
  /// A cap below the least number of replications lowers that.
  public func precision(relativeHalfWidth: Double?, most: Int?) -> PrecisionPlan? {
    guard let wanted = relativeHalfWidth ?? precision?.rule.relativeHalfWidth else { return nil }
    let least = precision?.rule.least ?? RelativePrecision.defaultLeast
    let most = most ?? max(least, precision?.rule.most ?? RelativePrecision.defaultMost)
    return PrecisionPlan(
      rule: RelativePrecision(relativeHalfWidth: wanted, least: min(least, most), most: most),
      figures: precision?.figures ?? figuresOfInterest)
  }
}

extension Objective.Metric {
  /// Whether a system has the traffic source, function or resource that it is of; which figures a resource has, only a
  /// run tells.
  public func isNamed(in system: SystemConfig) -> Bool {
    switch self {
    case .latency(let traffic, _), .successLatency(let traffic, _), .errors(let traffic):
      traffic.map { name in system.traffic.contains { $0.name == name } } ?? true
    case .throttles(let resource), .coldStarts(let resource), .figure(let resource, _):
      system.resources.contains { $0.name == resource }
    case .costMonthly: true
    }
  }
}

extension Objective.Metric: CustomStringConvertible {
  /// As an objective writes it: `latency.shoppers.p99`, `cost.monthly`.
  public var description: String {
    func join(_ words: String?...) -> String { words.compactMap(\.self).joined(separator: ".") }
    return switch self {
    case .latency(let traffic, let statistic): join("latency", traffic, statistic.rawValue)
    case .successLatency(let traffic, let statistic): join("successLatency", traffic, statistic.rawValue)
    case .errors(let traffic): join("errors", traffic)
    case .costMonthly: "cost.monthly"
    case .throttles(let function): join("throttles", function)
    case .coldStarts(let function): join("coldStarts", function)
    case .figure(let resource, let name): join(resource, name)
    }
  }
}
