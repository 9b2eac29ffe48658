import Billing
import Engine
import Scenarios
import Services
import Units

/// Runs a scenario's replications, several at once, and merges what they found.
public enum Runner {
  /// How a scenario is run.
  public struct Options: Sendable {
    /// Independent replications, at least 1.
    public var replications: Int
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
      replications: Int = 1, jobs: Int = 1, seed: UInt64, periodOverride: Time? = nil,
      billing: BillingOptions = BillingOptions(), progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) {
      self.replications = replications
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
  }

  /// Runs `options.replications` worlds of a scenario and merges them in the order of their numbers; then those of its
  /// break-even, if it asks for one.
  ///
  /// The result is the same for any number of jobs. Memory holds one world a job, the merged figures, and fewer
  /// than twice as many finished replications as jobs, waiting for an earlier one. Throws an
  /// `ExperimentError` when a traffic trace is faulty, usage cannot be priced or an objective's figure is unknown, and `CancellationError` when the
  /// task is cancelled between two replications.
  public static func run(
    scenario: Scenario, prices: PriceBook, options: Options
  ) async throws -> ExperimentResult {
    var billed = scenario
    billed.billing = options.billing
    let design = Design(name: scenario.name, scenario: billed, prices: prices)
    let more = BreakEven.runs(of: [design], replications: options.replications)
    var result = try await run(
      scenario: scenario, prices: prices, options: options.beginning(0, more: more)
    ) { config, replication throws(TraceError) in
      // One replication's log is enough to look at.
      var config = config
      if replication > 0 { config.invocationLog = nil }
      return try simulate(config, seed: options.seed, replication: replication)
    }
    result.breakEven = try await BreakEven.run(design, options: options.beginning(options.replications, more: 0))
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

  /// Runs the worlds of several designs at once, replication by replication: number k of all designs before number k + 1 of any.
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
        objectives: design.scenario.objectives)
    }
    let one: @Sendable (Int) throws(ExperimentError) -> Replication = { number throws(ExperimentError) in
      let (replication, design) = number.quotientAndRemainder(dividingBy: worlds.count)
      return try replicate(number, of: worlds[design]) { config throws(TraceError) in
        try simulate(design, config, replication)
      }
    }
    let total = options.replications * worlds.count
    var merge = Merge(designs)
    options.progress(0, total)
    try await withThrowingTaskGroup(of: Replication.self) { group in
      var begun = 0
      var ended = 0
      while merge.done < total {
        let ahead = min(total, merge.done + 2 * options.jobs)
        while begun < ahead, begun - ended < options.jobs {
          let number = begun
          group.addTask {
            try Task.checkCancellation()
            return try one(number)
          }
          begun += 1
        }
        guard let replication = try await group.next() else { return }
        ended += 1
        merge.add(replication) { design, merged, done in
          each(design, merged.run, merged.bill)
          options.progress(done, total)
        }
      }
    }
    return merge.results(seed: options.seed)
  }

  private static func replicate(
    _ number: Int, of world: World, simulate: (SystemConfig) throws(TraceError) -> RunResult
  ) throws(ExperimentError) -> Replication {
    let run: RunResult
    do { run = try simulate(world.config) } catch { throw .trace(error) }
    for objective in world.objectives {
      if let fault = objective.fault(in: run) { throw .objective(fault) }
    }
    do {
      let bill = try bill(
        usage: run.usage, runDuration: run.duration, prices: world.prices, options: world.billing)
      return Replication(number: number, run: run, bill: bill)
    } catch { throw .billing(error) }
  }
}

/// Why an experiment could not be run to its end, although its scenario is valid.
public enum ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A file of recorded traffic is faulty.
  case trace(TraceError)
  /// The usage cannot be priced with this price book.
  case billing(BillingError)
  /// An objective asks for a figure that a resource does not have, in a sentence with those that it has.
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
}

/// A finished replication; numbers go over all designs.
private struct Replication: Sendable {
  let number: Int
  let run: RunResult
  let bill: Bill
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

  mutating func add(_ replication: Replication, each: (_ design: Int, Replication, _ done: Int) -> Void) {
    waiting[replication.number] = replication
    while let next = waiting.removeValue(forKey: done) {
      let design = done % designs.count
      running[design].add(next.run)
      costs[design].add(next.bill)
      done += 1
      each(design, next, done)
    }
  }

  func results(seed: UInt64) -> [ExperimentResult] {
    designs.indices.map { index in
      running[index].result(
        scenario: designs[index].scenario.billed(with: designs[index].prices), seed: seed, cost: costs[index].summary())
    }
  }
}
