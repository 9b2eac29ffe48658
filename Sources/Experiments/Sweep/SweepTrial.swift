import Scenarios
import Services

/// A plan's values tried before any run: its points as far as they are cheap, then each value of each parameter.
///
/// A wrong unit or path shows here, with its place in the plan, and not in the middle of the sweep. A value is at fault
/// if nothing that was tried works with it; one that only some combinations cannot have makes rows with an error, of
/// which the trial warns. Of a range both ends are tried besides the points.
struct SweepTrial {
  let plan: SweepPlan
  let template: ScenarioTemplate
  let options: SweepPlanner.Options
  /// All points of the plan; nil where the plan has faults of its own, or too many points.
  let points: DesignPoints?
  /// The scenario at the base; where nothing works and there are faults the file as written, or nil.
  private(set) var base: Scenario?
  /// The seed that the plan, its options or the scenario want.
  let seed: UInt64
  /// Everything that is wrong.
  private(set) var faults: [ScenarioError]
  /// What will be rows with an error, in sentences.
  private(set) var warnings: [String] = []
  /// Files of recorded traffic that any of the values reads.
  var traffic: [PlanFile.Header.Source] { files.sources }

  /// The combination with which each value is tried: the first of all values, or a point that can be decoded.
  private(set) var basis: Combination
  /// What became of the points.
  private var trial: PointTrial
  private var files = SweepTraffic.Files()

  /// Tries a plan. `isWhole` tells that its file has no faults, so that its design can be tried, too; otherwise only
  /// what is certain without the missing parts is a fault. `bytes` is the length of the scenario's text.
  init(
    _ plan: SweepPlan, isWhole: Bool, _ template: ScenarioTemplate, bytes: Int, _ options: SweepPlanner.Options
  ) {
    self.plan = plan
    self.template = template
    self.options = options
    let first = Combination(plan.parameters.map { Self.levels(of: $0, in: plan)[0] })
    let written = Result { () throws(ScenarioFaults) in try template.scenario() }
    let together = Result { () throws(ScenarioFaults) in try template.scenario(first.overrides) }
    basis = first
    base = try? together.get()
    seed = options.seed ?? plan.seed ?? base?.seed ?? (try? written.get())?.seed ?? 1
    points = isWhole ? plan.points(seed: seed) : nil
    trial = PointTrial(
      count: points?.count ?? 0, parameters: plan.parameters.count, bytes: bytes, seed: seed)
    faults = Self.collisions(plan, options.settings)
    tryPoints()
    // The names of figures are then those of the file, unless a variant could bring others.
    if base == nil, !plan.parameters.contains(where: { $0.paths.contains(ScenarioTemplate.variantPath) }) {
      base = try? written.get()
    }
    let known = trial.works == nil ? Set(together.faults) : []
    if trial.works == nil { faults += together.faults.map { placed($0, first, nil) } }
    var idle: [SweepParameter] = []
    for index in plan.parameters.indices {
      if tryLevels(of: index, known: known) { idle.append(plan.parameters[index]) }
    }
    guard isWhole else {
      // Without the missing parameters a scenario may lack what they bring.
      let certain = known.intersection(written.faults)
      faults = faults.filter { $0.place.file == nil || $0.place.file == plan.path || certain.contains($0) }
      return
    }
    judgePoints()
    faults += idle.map { parameter in
      ScenarioError(
        place: plan.places.paths[parameter.name] ?? .file(plan.path),
        found: "`\(parameter.name)`, whose values all give the same simulation",
        wanted: "a parameter that changes something",
        advice: "seed and replications belong to the plan; leave out what has no say")
    }
  }

  /// Tries as many points as are cheap, and notes which work. The first that does is the base where the first values
  /// together are none.
  private mutating func tryPoints() {
    for point in trial.chosen {
      let combination = combination(point)
      do throws(ScenarioFaults) {
        let scenario = try decode(combination)
        take(scenario)
        if base == nil { (base, basis) = (scenario, combination) }
        trial.pass(combination)
      } catch { trial.fail(point, error.errors) }
    }
  }

  /// Tries the values of a parameter, the others as in the base; whether all of them give the same simulation.
  private mutating func tryLevels(of index: Int, known: Set<ScenarioError>) -> Bool {
    let levels = Self.levels(of: plan.parameters[index], in: plan)
    var isIdle = levels.count > 1
    var simulation: Scenario?
    for level in levels {
      let combination = basis.with(level, at: index)
      do throws(ScenarioFaults) {
        let scenario = try decode(combination)
        take(scenario)
        if let simulation, !scenario.simulates(as: simulation) { isIdle = false }
        if simulation == nil { simulation = scenario }
      } catch {
        isIdle = false
        if trial.works(level.value, at: index) || works(level, at: index) { continue }
        faults += error.errors.filter { !known.contains($0) }.map { placed($0, combination, level) }
      }
    }
    return isIdle
  }

  /// Whether a value works with any of the other parameters' values that are known to work, or with their last ones.
  private func works(_ level: Level, at index: Int) -> Bool {
    let last = Combination(plan.parameters.compactMap { Self.levels(of: $0, in: plan).last })
    return (trial.others + [last]).contains { (try? decode($0.with(level, at: index))) != nil }
  }

  /// Points that do not work are a warning; if it is all of them, and no value is at fault alone, a fault.
  private mutating func judgePoints() {
    guard let failure = trial.failure, let points else { return }
    let combination = combination(failure.point)
    let values = zip(plan.parameters, points[failure.point]).map { "\($0.name) \($1)" }.joined(separator: ", ")
    let fault = placed(failure.fault, combination, nil)
    let tried =
      trial.tried == points.count ? "\(points.count) points" : "\(trial.tried) points tried of \(points.count)"
    if trial.works != nil {
      warnings.append(
        "warning: \(trial.failed) of \(tried) cannot be simulated and will be rows with an error; the first is point "
          + "\(failure.point) (\(values)): \(fault.description)")
    } else if faults.isEmpty {
      var fault = fault
      fault.found = "none of \(tried) that can be simulated; at point \(failure.point) (\(values)) \(fault.found)"
      faults.append(fault)
    }
  }

  /// The scenario of a combination.
  func decode(_ combination: Combination) throws(ScenarioFaults) -> Scenario {
    try template.scenario(combination.overrides)
  }

  /// Takes in a scenario that can be decoded, and notes what it asks for and no point of a sweep can give: all have the
  /// same number of replications and record the same span.
  private mutating func take(_ scenario: Scenario) {
    files.add(scenario)
    if scenario.findsWarmUp {
      note(
        found: "`warmUp: auto` in a sweep", wanted: "a time, the same for all points",
        advice: "let `run` find it, and set it in the plan")
    }
    if scenario.precision != nil, options.replications == nil, plan.replications == nil {
      note(
        found: "replications until a half-width in a sweep", wanted: "a fixed number, the same for all points",
        advice: "set `replications` in the plan")
    }
  }

  private mutating func note(found: String, wanted: String, advice: String) {
    let fault = ScenarioError(place: .file(plan.scenario), found: found, wanted: wanted, advice: advice)
    if !faults.contains(fault) { faults.append(fault) }
  }
}
