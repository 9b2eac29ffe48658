import Billing
import Engine
import Scenarios
import Services
import Units

/// Simulates points of a sweep: each decodes the scenario with its values and runs all replications, in this process.
public struct PointRunner: Sendable {
  private let plan: PlanFile
  private let template: ScenarioTemplate
  private let prices: PriceBook

  /// A runner for the points of a plan.
  ///
  /// Throws `ScenarioFaults` when the scenario that the plan holds has faults as it stands.
  public init(_ plan: PlanFile, prices: PriceBook) throws(ScenarioFaults) {
    self.plan = plan
    self.prices = prices
    template = try ScenarioTemplate(
      text: plan.header.scenarioText, path: plan.header.scenario.path, variant: plan.header.variant,
      overrides: plan.header.settings.map { Override(path: $0.path, value: $0.value) })
  }

  /// What became of a point, the same wherever and whenever it runs.
  public func run(_ point: Int) -> PointOutcome {
    do {
      return PointOutcome(point: point, figures: try replicate(point), failure: nil)
    } catch {
      return PointOutcome(point: point, figures: [], failure: error.text)
    }
  }

  /// The scenario at a point.
  public func scenario(_ point: Int) throws(ScenarioFaults) -> Scenario {
    var values: [Override] = []
    for (parameter, value) in zip(plan.header.parameters, plan.points[point]) {
      values += parameter.paths.map { Override(path: $0, value: value) }
    }
    return try template.scenario(values)
  }

  /// Root seed of a point: the plan's, or one of its own.
  func seed(of point: Int) -> UInt64 {
    guard plan.header.randomNumbers == SweepPlan.RandomNumbers.independent.rawValue else { return plan.header.seed }
    var stream = RandomStream(seed: plan.header.seed, replication: point, component: "sweep", purpose: "point")
    return stream.next()
  }

  private func replicate(_ point: Int) throws(PointError) -> [[PointFigure]] {
    var scenario: Scenario
    do { scenario = try self.scenario(point) } catch { throw PointError(error.errors[0].description) }
    let selection = FigureSelection(plan.header.figures, objectives: scenario.objectives)
    let seed = seed(of: point)
    var replications: [[PointFigure]] = []
    replications.reserveCapacity(plan.header.replications)
    for replication in 0..<plan.header.replications {
      replications.append(
        try Self.figures(
          of: scenario, prices: prices, seed: seed, replication: replication, selection: selection))
    }
    return replications
  }

  /// The chosen figures of one replication.
  static func figures(
    of scenario: Scenario, prices: PriceBook, seed: UInt64, replication: Int, selection: FigureSelection
  ) throws(PointError) -> [PointFigure] {
    // Nobody looks at the time series, nor at logs: one row is enough.
    var system = scenario.system
    system.period = system.duration
    system.invocationLog = nil
    let run: RunResult
    do { run = try simulate(system, seed: seed, replication: replication) } catch {
      throw PointError(error.description)
    }
    let bill: Bill
    do {
      bill = try Billing.bill(usage: run.usage, runDuration: run.duration, prices: prices, options: scenario.billing)
    } catch { throw PointError(error.description) }
    return selection.select(RunFigures.figures(of: run, bill, sums: selection.wantsSums(of: run)))
  }
}

/// A point that was simulated, or could not be.
public struct PointOutcome: Hashable, Sendable {
  /// Its number, 0 for the first.
  public var point: Int
  /// Figures of each replication, in one order; empty where it failed.
  public var figures: [[PointFigure]]
  /// Why it could not be simulated, in a sentence; nil where it was.
  public var failure: String?
}

/// One figure of one replication.
public struct PointFigure: Hashable, Sendable {
  /// As in `FigureKey.path`.
  public var name: String
  /// As `FigureUnit` writes it.
  public var unit: String
  /// In that unit; NaN where the replication has no value.
  public var value: Double
}

/// Which figures of a run a sweep keeps.
struct FigureSelection {
  private let names: [String]
  private let isAll: Bool
  /// Figures of resources that objectives are about.
  private let wanted: Set<String>

  /// The figures of these names; `all` for all; none for those of traffic, bill and objectives.
  init(_ names: [String], objectives: [Objective]) {
    isAll = names == ["all"]
    self.names = names
    wanted = Set(objectives.compactMap(\.figurePath))
  }

  /// The figures to keep, in the order of the run.
  func select(_ figures: [(key: FigureKey, observation: Observation)]) -> [PointFigure] {
    var kept: [PointFigure] = []
    var seen: Set<String> = []
    for (key, observation) in figures {
      let path = key.path
      guard keeps(key, path), seen.insert(path).inserted else { continue }
      kept.append(PointFigure(name: path, unit: key.unit.rawValue, value: observation.value))
    }
    return kept
  }

  /// Whether figures of whole types of resources are asked for, which cost time.
  func wantsSums(of run: RunResult) -> Bool {
    if isAll { return true }
    return names.contains { name in
      run.resources.contains { name.hasPrefix($0.typeName) && name.dropFirst($0.typeName.count).first == "." }
    }
  }

  private func keeps(_ key: FigureKey, _ path: String) -> Bool {
    if isAll { return true }
    if !names.isEmpty { return names.contains(path) }
    switch key.scope {
    case .traffic: return !key.isOfAllAnswers
    case .bill: return true
    case .type: return false
    case .resource: return wanted.contains(path)
    }
  }
}

extension Objective {
  /// The path of the resource's figure that it is about; nil for those of traffic and bill.
  fileprivate var figurePath: String? {
    switch metric {
    case .figure(let resource, let name): resource + "." + name
    case .throttles(let function): function + ".throttles"
    case .coldStarts(let function): function + ".coldStartProbability"
    case .latency, .successLatency, .errors, .costMonthly: nil
    }
  }
}

/// Why a point could not be simulated.
struct PointError: Error {
  let text: String

  init(_ text: String) { self.text = text }
}
