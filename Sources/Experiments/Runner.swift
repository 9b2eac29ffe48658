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
  }

  /// Runs `options.replications` worlds of a scenario and merges them in the order of their numbers.
  ///
  /// The result is the same for any number of jobs. Memory holds one world a job, the merged figures, and fewer
  /// than twice as many finished replications as jobs, waiting for an earlier one. Throws an
  /// `ExperimentError` when a traffic trace is faulty or usage cannot be priced, and `CancellationError` when the
  /// task is cancelled between two replications.
  public static func run(
    scenario: Scenario, prices: PriceBook, options: Options
  ) async throws -> ExperimentResult {
    try await run(scenario: scenario, prices: prices, options: options) { config, replication throws(TraceError) in
      // One replication's log is enough to look at.
      var config = config
      if replication > 0 { config.invocationLog = nil }
      return try simulate(config, seed: options.seed, replication: replication)
    }
  }

  /// As above, with worlds of any making: `simulate` gives the run of a replication.
  static func run(
    scenario: Scenario, prices: PriceBook, options: Options,
    simulate: @escaping @Sendable (SystemConfig, _ replication: Int) throws(TraceError) -> RunResult
  ) async throws -> ExperimentResult {
    precondition(options.replications >= 1, "an experiment has at least one replication")
    precondition(options.jobs >= 1, "an experiment has at least one job")
    var config = scenario.system
    if let period = options.periodOverride { config.period = period }
    let world = config
    let one: @Sendable (Int) throws(ExperimentError) -> Replication = { number throws(ExperimentError) in
      try replicate(number, of: world, prices: prices, billing: options.billing, simulate: simulate)
    }
    var merge = Merge(
      result: RunningResult(objectives: scenario.objectives),
      cost: RunningCost(prices: prices, resources: world.resources.map(\.name)))
    options.progress(0, options.replications)
    try await withThrowingTaskGroup(of: Replication.self) { group in
      var begun = 0
      var ended = 0
      while merge.done < options.replications {
        let ahead = min(options.replications, merge.done + 2 * options.jobs)
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
        merge.add(replication) { options.progress($0, options.replications) }
      }
    }
    return merge.result.result(scenario: scenario.billed(with: prices), seed: options.seed, cost: merge.cost.summary())
  }
  private static func replicate(
    _ number: Int, of config: SystemConfig, prices: PriceBook, billing: BillingOptions,
    simulate: (SystemConfig, Int) throws(TraceError) -> RunResult
  ) throws(ExperimentError) -> Replication {
    let run: RunResult
    do { run = try simulate(config, number) } catch { throw .trace(error) }
    do {
      let bill = try bill(usage: run.usage, runDuration: run.duration, prices: prices, options: billing)
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

  /// One line: the place, what was found, what was wanted, what to do.
  public var description: String {
    switch self {
    case .trace(let error): error.description
    case .billing(let error): error.description
    }
  }
}

/// A finished replication.
private struct Replication: Sendable {
  let number: Int
  let run: RunResult
  let bill: Bill
}

/// Puts replications in order: those that come too early wait.
private struct Merge {
  var result: RunningResult
  var cost: RunningCost
  private var waiting: [Int: Replication] = [:]

  init(result: RunningResult, cost: RunningCost) {
    self.result = result
    self.cost = cost
  }

  var done: Int { result.replications }

  mutating func add(_ replication: Replication, progress: (Int) -> Void) {
    waiting[replication.number] = replication
    while let next = waiting.removeValue(forKey: done) {
      result.add(next.run)
      cost.add(next.bill)
      progress(done)
    }
  }
}
