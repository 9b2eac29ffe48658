import Billing
import Engine
import Scenarios
import Services
import Statistics

/// Finds the cheapest values of a scenario's variables that meet its objectives.
///
/// All candidates meet the same random numbers; see `Selection` for how they are dropped and `GridSearch` for which are
/// opened. Here they are decoded, simulated side by side and billed.
public struct Optimizer: Sendable {
  /// How an optimisation is run.
  public struct Options: Sendable {
    /// Replications at once, at least 1; it changes no result.
    public var jobs: Int
    /// Root seed.
    public var seed: UInt64
    /// Called with the number of replications that are done, and of those that are known to be needed.
    public var progress: @Sendable (_ done: Int, _ of: Int) -> Void

    /// Options; by default one job.
    public init(jobs: Int = 1, seed: UInt64, progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }) {
      precondition(jobs >= 1, "an optimisation has at least one job")
      self.jobs = jobs
      self.seed = seed
      self.progress = progress
    }
  }

  /// Most candidates at the beginning.
  public static let coarseMax = 500

  private let template: ScenarioTemplate
  private let scenario: Scenario
  private let plan: OptimizationPlan
  private let prices: PriceBook

  /// An optimiser of the template's scenario over the variables of `plan`; `settings` are those of the template, which no
  /// variable may change.
  ///
  /// Throws all that is wrong with the variables, before any run: unknown paths, wrong values, no effect, too many
  /// candidates.
  public init(
    _ template: ScenarioTemplate, plan: OptimizationPlan, prices: PriceBook, settings: [Override] = []
  ) throws(ScenarioFaults) {
    self.template = template
    self.plan = plan
    self.prices = prices
    scenario = try template.scenario()
    let count = GridSearch.coarseSize(of: Self.axes(plan))
    guard count <= Self.coarseMax else {
      throw .found([
        ScenarioError(
          place: plan.variables.first.flatMap { plan.places.paths[$0.name] } ?? .file(scenario.path),
          found: "\(count) candidates to begin with", wanted: "at most \(Self.coarseMax)",
          advice: "take fewer variables or values, or a range with `from`, `to` and `step` in place of a long list")
      ])
    }
    try OptimizerTrial(template: template, plan: plan).check(scenario, settings: settings)
  }

  private static func axes(_ plan: OptimizationPlan) -> [GridSearch.Axis] {
    plan.variables.map { GridSearch.Axis(levels: $0.count, isRefined: $0.isRefined) }
  }

  /// Searches to the end. The result is the same for any number of jobs.
  ///
  /// Throws `ScenarioFaults` when a combination of values is no sound scenario, `ExperimentError` as `Runner.run` does,
  /// and `CancellationError` when the task is cancelled.
  public func run(_ options: Options) async throws -> Optimization {
    let constraints = OptimizerConstraints(scenario.objectives)
    let zone: SelectionRules.Zone =
      switch plan.indifference {
      case .dollars(let amount): .absolute(amount)
      case .share(let share): .relative(share, least: 0.01)
      }
    let rules = SelectionRules(
      confidence: plan.confidence, firstStage: plan.firstReplications, cap: plan.maxReplications, zone: zone,
      constraints: constraints.rules(tolerance: plan.tolerance), candidatesMax: 1)
    var search = GridSearch(Self.axes(plan), rules: rules, pointsMax: Self.coarseMax)
    var worlds = OptimizerWorlds(template: template, plan: plan, prices: prices, constraints: constraints)
    let (outcome, end) = try await search.run { wanted in try await worlds.observe(wanted, options) }
    return result(search, outcome, end, worlds, options)
  }

  // MARK: Result

  private func result(
    _ search: GridSearch, _ outcome: Selection.Outcome, _ end: GridSearch.End, _ worlds: OptimizerWorlds,
    _ options: Options
  ) -> Optimization {
    let race = search.selection
    let leader = race.leader
    let column = worlds.constraints.objectives.count + 1
    let places = ParetoFront.places(race.candidates.map { $0.rows.map { (x: $0[0], y: $0[column]) } })
    let roundOf = search.rounds.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
    var isSelected = false
    if case .selected = outcome { isSelected = true }
    let candidates = race.candidates.indices.map { place in
      let candidate = race.candidates[place]
      let intervals = (0...column).map { index in
        Interval.mean(of: candidate.rows.map { $0[index] }.filter { !$0.isNaN })
      }
      let point = zip(plan.variables, search.points[place])
      return OptimizationCandidate(
        values: point.map { $0.text(at: $1) }, settings: point.flatMap { $0.overrides(at: $1) }, cost: intervals[0],
        latencyMs: intervals[column], observed: Array(intervals[1..<column]), feasibility: candidate.feasibility,
        difference: race.difference(place, leader),
        standing: Self.standing(candidate.standing, isBest: isSelected && place == leader),
        replications: candidate.rows.count, round: roundOf[place], pareto: places[place])
    }
    return Optimization(
      scenario: scenario.billed(with: prices), plan: plan, seed: options.seed,
      constraints: worlds.constraints.described(tolerance: plan.tolerance),
      latencyName: worlds.constraints.latencyName, candidates: candidates,
      outcome: {
        switch outcome {
        case .selected(let place): .selected(place)
        case .undecided(let places): .undecided(places)
        case .infeasible: .infeasible
        }
      }(), leader: leader, end: end, indifference: race.zone ?? 0, gridSize: GridSearch.size(of: search.axes),
      rounds: search.rounds,
      borders: zip(plan.variables, search.borders(of: leader)).compactMap { variable, end in
        end.map { Optimization.Border(variable: variable.name, isUpper: $0) }
      }, requests: worlds.requests, digest: worlds.digest)
  }

  private static func standing(_ standing: Selection.Standing, isBest: Bool) -> OptimizationCandidate.Standing {
    switch standing {
    case .contending: isBest ? .best : .contending
    case .infeasible(let constraint, let count): .infeasible(constraint: constraint, replications: count)
    case .beaten(let other, let count, let isClose): .beaten(by: other, replications: count, isClose: isClose)
    }
  }
}
