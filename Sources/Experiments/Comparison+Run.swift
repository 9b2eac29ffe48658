import Billing
import Engine
import Scenarios
import Services
import Units

/// Several designs under common random numbers.
///
/// Every stream of random numbers belongs to a component's name and purpose, so with one seed the k-th replications of
/// two designs meet the same arrivals and, where components agree, the same luck. The difference of the two shows the
/// design. Source: Law, *Simulation Modeling and Analysis*, 5th ed., section 11.2 (common random numbers).
extension Comparison {
  /// Runs `options.replications` worlds of each design, or as many as `options.precision` takes, and compares them
  /// with the design at `baseline`.
  ///
  /// There are at least two designs of unique names without an `obstacle`; each is billed as its scenario says,
  /// whatever `options.billing` holds; those that ask for a break-even get it afterwards. The result is the same for
  /// any number of jobs. Throws as `Runner.run` does.
  public static func run(
    _ designs: [Design], baseline: Int = 0, options: Runner.Options
  ) async throws -> Comparison {
    var more = BreakEven.runs(of: designs, replications: options.replications)
    let warmUp = try await WarmUpOutcome.cut(
      designs, options: options.beginning(0, more: designs.count * options.replications + more))
    var designs = designs
    if let warmUp {
      for index in designs.indices { designs[index].scenario = designs[index].scenario.with(warmUp) }
    }
    var done = warmUp == nil ? 0 : designs.count * WarmUpOutcome.pilots
    var comparison = try await run(
      designs, baseline: baseline, options: options.beginning(done, more: more)
    ) { _, config, replication throws(TraceError) in
      try simulate(config, seed: options.seed, replication: replication)
    }
    done += designs.count * comparison.replications
    for index in designs.indices { comparison.results[index].warmUp = warmUp }
    let options = options.fixed(comparison.replications)
    for (index, design) in designs.enumerated() {
      let own = BreakEven.runs(of: [design], replications: options.replications)
      more -= own
      comparison.results[index].breakEven = try await BreakEven.run(
        design, options: options.beginning(done, more: more))
      done += own
    }
    return comparison
  }

  /// As above, with worlds of any making.
  static func run(
    _ designs: [Design], baseline: Int, options: Runner.Options,
    simulate: @escaping @Sendable (_ design: Int, SystemConfig, _ replication: Int) throws(TraceError) -> RunResult
  ) async throws -> Comparison {
    precondition(designs.count >= 2, "a comparison has at least two designs")
    precondition(Set(designs.map(\.name)).count == designs.count, "designs have different names")
    precondition(Design.obstacle(among: designs) == nil, "designs are comparable")
    var paired = PairedFigures(designs: designs.count, baseline: baseline)
    let results = try await Runner.run(designs, options: options, simulate: simulate) { _, run, bill in
      paired.add(run, bill)
    }
    let figures = paired.compared().map { figure in
      guard case .bill = figure.key.scope else { return figure }
      return Comparison.exact(figure, results.map(\.cost), baseline: baseline)
    }
    return Comparison(
      names: designs.map(\.name), results: results, baseline: baseline, replications: results[0].replications,
      seed: options.seed, figures: figures, remarks: Design.remarks(on: designs))
  }
}
