import Billing
import Engine
import Scenarios
import Statistics

/// Why replications that went on until a precision ended.
public struct PrecisionOutcome: Hashable, Sendable {
  /// How well one figure of one design is known.
  public struct Figure: Hashable, Sendable {
    /// Place of the design; 0 where there is only one.
    public var design: Int
    /// Which figure.
    public var metric: Objective.Metric
    /// Half-width over the mean at the end; infinite where there is no interval, or one around 0.
    public var relativeHalfWidth: Double
    /// Whether it is within what was asked for.
    public var isReached: Bool
    /// Whether all replications have the same value, such as no error: then nothing tells how it spreads, and it counts
    /// as known.
    public var isConstant: Bool { relativeHalfWidth == 0 }
  }

  /// What was asked for.
  public var plan: PrecisionPlan
  /// Replications of each design.
  public var replications: Int
  /// Names of the designs.
  public var designs: [String]
  /// Each figure of each design, in this order.
  public var figures: [Figure]
  /// Place in `figures` of the one that needed the most replications: the widest at the last look that did not
  /// suffice, or at the only one.
  public var last: Int

  /// Whether all figures are known as well as was asked for; otherwise the cap ended it.
  public var isReached: Bool { figures.allSatisfy(\.isReached) }

  /// How a figure is called: by its design too, where there are several.
  public func name(of figure: Figure) -> String {
    designs.count == 1 ? figure.metric.description : "\(figure.metric) of \(designs[figure.design])"
  }
}

/// When the replications suffice: a fixed number of them, or by a plan, which is asked at its looks only.
///
/// It sees merged replications in their order and nothing else, so the decision is the same for any number of jobs.
/// Several designs have the same number of replications, which pairing needs; they suffice when the figures of each
/// design are known. Differences are not asked for a relative half-width: one near 0 never reaches it, and that there
/// is no difference would take all replications to say.
struct RunningControl {
  private let plan: PrecisionPlan?
  private let names: [String]
  private var search: RelativePrecision.Search?
  private let count: Int
  private var watched: [(design: Int, metric: Objective.Metric, values: RunningFigure)] = []
  private var last = 0
  /// Merged replications of all designs together.
  private(set) var done = 0
  /// Whether no more are needed.
  private(set) var isEnough = false

  /// No replication yet.
  init(_ options: Runner.Options, _ designs: [Design]) {
    plan = options.precision
    names = designs.map(\.name)
    search = plan.map { RelativePrecision.Search($0.rule) }
    count = options.replications
    for (index, design) in designs.enumerated() {
      for metric in design.watched(plan) { watched.append((index, metric, RunningFigure())) }
    }
  }

  /// Replications of all designs at the next look.
  var expected: Int { (search?.next ?? count) * names.count }

  /// Takes in the next replication of the next design. One that has no such figure has no say in it.
  mutating func add(_ design: Int, _ run: RunResult, _ bill: Bill) {
    done += 1
    for place in watched.indices where watched[place].design == design {
      if case .costMonthly = watched[place].metric {
        watched[place].values.add(Observation(bill.total.inDollars))
      } else {
        watched[place].values.add(watched[place].metric.observation(of: run))
      }
    }
    if done == expected { look() }
  }

  private mutating func look() {
    guard let plan else {
      isEnough = true
      return
    }
    let intervals = watched.map { $0.values.interval() }
    let isReached = intervals.allSatisfy(plan.rule.isReached)
    // Where a later look suffices, the one before has told what was waited for.
    if !isReached || done == plan.rule.least * names.count {
      let widths = intervals.map(RelativePrecision.relative)
      last = widths.indices.reduce(0) { widths[$1] > widths[$0] ? $1 : $0 }
    }
    search?.look(isReached: isReached)
    isEnough = search?.isOver ?? true
  }

  /// Why it ended; nil for a fixed number.
  func outcome() -> PrecisionOutcome? {
    guard let plan else { return nil }
    return PrecisionOutcome(
      plan: plan, replications: done / names.count, designs: names,
      figures: watched.map { design, metric, values in
        let interval = values.interval()
        return PrecisionOutcome.Figure(
          design: design, metric: metric, relativeHalfWidth: RelativePrecision.relative(interval),
          isReached: plan.rule.isReached(by: interval))
      }, last: last)
  }
}

extension Design {
  /// The figures of a plan that the design can have.
  func watched(_ plan: PrecisionPlan?) -> [Objective.Metric] {
    (plan?.figures ?? []).filter { $0.isNamed(in: scenario.system) }
  }
}
