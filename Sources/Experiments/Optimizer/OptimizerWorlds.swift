import Billing
import Engine
import Scenarios
import Services

/// Simulates what the search asks for: decodes each candidate once, and runs several worlds at a time.
struct OptimizerWorlds {
  let template: ScenarioTemplate
  let plan: OptimizationPlan
  let prices: PriceBook
  let constraints: OptimizerConstraints
  /// Requests of all replications so far.
  private(set) var requests: Int64 = 0
  private var hash = RunningDigest()
  private var decoded: [[Int]: World] = [:]
  private var done = 0

  init(
    template: ScenarioTemplate, plan: OptimizationPlan, prices: PriceBook, constraints: OptimizerConstraints
  ) {
    self.template = template
    self.plan = plan
    self.prices = prices
    self.constraints = constraints
  }

  /// A candidate, ready to be simulated.
  private struct World: Sendable {
    let system: SystemConfig
    let billing: BillingOptions
  }

  /// What one world left behind.
  private struct Observed: Sendable {
    let row: [Double]
    let requests: Int64
    let digest: UInt64
  }

  /// Hash over all digests so far.
  var digest: String { hash.hexadecimal }

  /// The values of each point and replication, in order.
  mutating func observe(
    _ wanted: [(point: [Int], replication: Int)], _ options: Optimizer.Options
  ) async throws -> [[Double]] {
    let tasks = try wanted.map { (world: try world(at: $0.point), replication: $0.replication) }
    let one: @Sendable (Int) throws(ExperimentError) -> Observed = {
      [prices, constraints] number throws(ExperimentError) in
      try Self.observe(
        tasks[number].world, seed: options.seed, replication: tasks[number].replication, prices, constraints)
    }
    var found = [Observed?](repeating: nil, count: tasks.count)
    let before = done
    options.progress(before, before + tasks.count)
    try await withThrowingTaskGroup(of: (Int, Observed).self) { group in
      var begun = 0
      func begin() {
        guard begun < tasks.count else { return }
        let number = begun
        begun += 1
        group.addTask {
          try Task.checkCancellation()
          return (number, try one(number))
        }
      }
      for _ in 0..<min(options.jobs, tasks.count) { begin() }
      while let (number, observed) = try await group.next() {
        found[number] = observed
        done += 1
        options.progress(done, before + tasks.count)
        begin()
      }
    }
    return found.compactMap { $0 }.map { observed in
      requests += observed.requests
      hash.mix(observed.digest)
      return observed.row
    }
  }

  private mutating func world(at point: [Int]) throws(ScenarioFaults) -> World {
    if let world = decoded[point] { return world }
    let scenario = try template.scenario(zip(plan.variables, point).flatMap { $0.overrides(at: $1) })
    // Nobody looks at the time series, nor at logs: one row is enough.
    var system = scenario.system
    system.period = system.duration
    system.invocationLog = nil
    let world = World(system: system, billing: scenario.billing)
    decoded[point] = world
    return world
  }

  private static func observe(
    _ world: World, seed: UInt64, replication: Int, _ prices: PriceBook, _ constraints: OptimizerConstraints
  ) throws(ExperimentError) -> Observed {
    let run: RunResult
    do { run = try simulate(world.system, seed: seed, replication: replication) } catch { throw .trace(error) }
    for objective in constraints.objectives {
      if let fault = objective.metric.fault(in: run, for: "the objective `\(objective.text)`") {
        throw .objective(fault)
      }
    }
    do {
      let bill = try bill(
        usage: run.usage, runDuration: run.duration, prices: prices, options: world.billing)
      return Observed(
        row: constraints.row(run, cost: bill.total.inDollars),
        requests: run.traffic.reduce(0) { $0 + Int64($1.started) }, digest: run.digest)
    } catch { throw .billing(error) }
  }
}
