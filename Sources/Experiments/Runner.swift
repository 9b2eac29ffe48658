import Billing
import Engine
import Scenarios
import Services
import Synchronization
import Units

/// Runs a scenario's replications, several at once, and merges what they found.
public enum Runner {
  /// How a scenario is run.
  public struct Options: Sendable {
    /// Independent replications, at least 1; with a `precision` the number that it is expected to take at least.
    public var replications: Int
    /// When the replications suffice; nil for the fixed number.
    public var precision: PrecisionPlan?
    /// Replications at once, at least 1; there are never more than the machine has cores. It changes no result.
    public var jobs: Int
    /// Root seed.
    public var seed: UInt64
    /// Width of one row of the series in place of the scenario's; above zero.
    public var periodOverride: Time?
    /// What the month's bills assume.
    public var billing: BillingOptions
    /// Called with the number of merged replications, 0 first, then after each one in order.
    public var progress: @Sendable (_ done: Int, _ of: Int) -> Void

    /// Options; by default one replication and one job.
    public init(
      replications: Int = 1, precision: PrecisionPlan? = nil, jobs: Int = 1, seed: UInt64, periodOverride: Time? = nil,
      billing: BillingOptions = BillingOptions(), progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) {
      self.replications = replications
      self.precision = precision
      self.jobs = jobs
      self.seed = seed
      self.periodOverride = periodOverride
      self.billing = billing
      self.progress = progress
    }

    /// The same for a part of the work: `done` replications came before it, and `more` are to come after it.
    func beginning(_ done: Int, more: Int) -> Options {
      var options = self
      options.progress = { [progress] part, of in progress(done + part, done + of + more) }
      return options
    }

    /// The same with just so many replications.
    func fixed(_ replications: Int) -> Options {
      var options = self
      options.replications = replications
      options.precision = nil
      return options
    }

    /// Most replications that there can be.
    var most: Int { precision?.rule.most ?? replications }
  }

  /// Runs `options.replications` worlds of a scenario, or as many as `options.precision` takes, and merges them in the
  /// order of their numbers; then those of its break-even, if it asks for one. Before all, where the scenario's
  /// warm-up is to be found, the pilot replications that tell it.
  ///
  /// The result is the same for any number of jobs. Memory holds one world a job, the merged figures, and fewer than
  /// twice as many finished replications as jobs, waiting for an earlier one. Throws an `ExperimentError` when a
  /// traffic trace is faulty, usage cannot be priced or an objective's figure is unknown, and `CancellationError` when
  /// the task is cancelled between two replications.
  public static func run(
    scenario: Scenario, prices: PriceBook, options: Options
  ) async throws -> ExperimentResult {
    var billed = scenario
    billed.billing = options.billing
    var design = Design(name: scenario.name, scenario: billed, prices: prices)
    let more = BreakEven.runs(of: [design], replications: options.replications)
    let warmUp = try await WarmUpOutcome.cut([design], options: options.beginning(0, more: options.replications + more))
    if let warmUp { design.scenario = design.scenario.with(warmUp) }
    let pilots = warmUp == nil ? 0 : WarmUpOutcome.pilots
    let plan = options.most == 1 ? scenario.batches : nil
    let batched = Mutex<BatchedRun?>(nil)
    var result = try await run(
      scenario: design.scenario, prices: prices, options: options.beginning(pilots, more: more)
    ) { config, replication throws(TraceError) in
      // One replication's log is enough to look at.
      var config = config
      if replication > 0 { config.invocationLog = nil }
      if let plan {
        let run = try simulate(config, seed: options.seed, replication: replication, batches: plan.recorded)
        batched.withLock { $0 = run }
        return run.run
      }
      return try simulate(config, seed: options.seed, replication: replication)
    }
    result.warmUp = warmUp
    if let plan, let run = batched.withLock({ $0 }) {
      Batches(run, scenario: design.scenario, prices: prices).fill(&result, by: plan)
    }
    result.breakEven = try await BreakEven.run(
      design, options: options.fixed(result.replications).beginning(pilots + result.replications, more: 0))
    return result
  }

  /// As above, with worlds of any making: `simulate` gives the run of a replication.
  static func run(
    scenario: Scenario, prices: PriceBook, options: Options,
    simulate: @escaping @Sendable (SystemConfig, _ replication: Int) throws(TraceError) -> RunResult
  ) async throws -> ExperimentResult {
    var billed = scenario
    billed.billing = options.billing
    let results = try await run(
      [Design(name: scenario.name, scenario: billed, prices: prices)], options: options,
      simulate: { _, config, replication throws(TraceError) in try simulate(config, replication) },
      each: { _, _, _ in })
    return results[0]
  }

  /// Runs the worlds of several designs at once, replication by replication: number k of all designs before number k +
  /// 1 of any.
  ///
  /// So the designs share the jobs evenly, and what waits for an earlier replication stays below twice the jobs,
  /// however many designs there are. `each` gets every merged replication in that order. Designs are billed as their
  /// scenarios say; the other options hold for all.
  static func run(
    _ designs: [Design], options: Options,
    simulate: @escaping @Sendable (_ design: Int, SystemConfig, _ replication: Int) throws(TraceError) -> RunResult,
    each: (_ design: Int, RunResult, Bill) -> Void
  ) async throws -> [ExperimentResult] {
    precondition(options.replications >= 1, "an experiment has at least one replication")
    precondition(options.jobs >= 1, "an experiment has at least one job")
    precondition(!designs.isEmpty, "an experiment has at least one design")
    let worlds = designs.map { design in
      var config = design.scenario.system
      if let period = options.periodOverride { config.period = period }
      return World(
        config: config, prices: design.prices, billing: design.scenario.billing,
        objectives: design.scenario.objectives, watched: design.watched(options.precision),
        places: design.scenario.figurePlaces)
    }
    let one: @Sendable (Int) -> Replication = { number in
      let (replication, design) = number.quotientAndRemainder(dividingBy: worlds.count)
      return Replication(
        number: number,
        outcome: Result { () throws(ExperimentError) in
          try replicate(worlds[design]) { config throws(TraceError) in try simulate(design, config, replication) }
        })
    }
    let total = options.most * worlds.count
    var merge = Merge(designs)
    var control = RunningControl(options, designs)
    options.progress(0, control.expected)
    try await withThrowingTaskGroup(of: Replication.self) { group in
      var begun = 0
      var ended = 0
      while !control.isEnough {
        // Those beyond the next look begin too, for it may not suffice; if it does, they are dropped.
        let ahead = min(total, merge.done + 2 * options.jobs)
        while begun < ahead, begun - ended < options.jobs {
          let number = begun
          group.addTask {
            try Task.checkCancellation()
            return one(number)
          }
          begun += 1
        }
        guard let replication = try await group.next() else { return }
        ended += 1
        try merge.add(replication) { design, run, bill in
          each(design, run, bill)
          control.add(design, run, bill)
          options.progress(control.done, control.expected)
          return control.isEnough
        }
      }
      group.cancelAll()
    }
    return merge.results(seed: options.seed, precision: control.outcome())
  }

  private static func replicate(
    _ world: World, simulate: (SystemConfig) throws(TraceError) -> RunResult
  ) throws(ExperimentError) -> (run: RunResult, bill: Bill) {
    let run: RunResult
    do { run = try simulate(world.config) } catch { throw .trace(error) }
    let asked =
      world.objectives.map { ($0.metric, "the objective `\($0.text)`") }
      + world.watched.map { ($0, "the replications' figure `\($0)`") }
    for (figure, user) in asked {
      guard let fault = figure.fault(in: run, for: user) else { continue }
      throw .objective((world.places[figure].map { "\($0): " } ?? "") + fault)
    }
    do {
      let bill = try bill(
        usage: run.usage, runDuration: run.duration, prices: world.prices, options: world.billing)
      return (run, bill)
    } catch { throw .billing(error) }
  }
}

/// Why an experiment could not be run to its end, although its scenario is valid.
public enum ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file of recorded traffic is faulty.
  case trace(TraceError)
  /// The usage cannot be priced with this price book.
  case billing(BillingError)
  /// An objective or a precision asks for a figure that a resource does not have, in a sentence with its place in the
  /// file, as far as it has one, and the figures that there are.
  case objective(String)

  /// One line: the place, what was found, what was wanted, what to do.
  public var description: String {
    switch self {
    case .trace(let error): error.description
    case .billing(let error): error.description
    case .objective(let fault): fault
    }
  }
}

/// What a replication of a design is made from.
private struct World: Sendable {
  let config: SystemConfig
  let prices: PriceBook
  let billing: BillingOptions
  let objectives: [Objective]
  let watched: [Objective.Metric]
  let places: [Objective.Metric: ScenarioError.Place]
}

/// A finished replication; numbers go over all designs. One that failed fails the experiment only when its turn comes:
/// it may have begun ahead and not be needed.
private struct Replication: Sendable {
  let number: Int
  let outcome: Result<(run: RunResult, bill: Bill), ExperimentError>
}

/// Puts replications in order: those that come too early wait.
private struct Merge {
  private let designs: [Design]
  private var running: [RunningResult]
  private var costs: [RunningCost]
  private var waiting: [Int: Replication] = [:]
  /// Merged replications of all designs together.
  private(set) var done = 0

  init(_ designs: [Design]) {
    self.designs = designs
    running = designs.map { RunningResult(objectives: $0.scenario.objectives) }
    costs = designs.map { RunningCost(prices: $0.prices, resources: $0.scenario.system.resources.map(\.name)) }
  }

  /// `each` gets what is merged, in order, and says whether that is enough.
  mutating func add(
    _ replication: Replication, each: (_ design: Int, RunResult, Bill) -> Bool
  ) throws(ExperimentError) {
    waiting[replication.number] = replication
    while let next = waiting.removeValue(forKey: done) {
      let (run, bill) = try next.outcome.get()
      let design = done % designs.count
      running[design].add(run)
      costs[design].add(bill)
      done += 1
      if each(design, run, bill) { return }
    }
  }

  func results(seed: UInt64, precision: PrecisionOutcome?) -> [ExperimentResult] {
    designs.indices.map { index in
      var result = running[index].result(
        scenario: designs[index].scenario.billed(with: designs[index].prices), seed: seed, cost: costs[index].summary())
      result.precision = precision
      return result
    }
  }
}
