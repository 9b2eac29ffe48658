import Scenarios

/// The variables' levels tried before any run: what is wrong with one shows at its place in the file.
struct OptimizerTrial {
  let template: ScenarioTemplate
  let plan: OptimizationPlan

  /// Tries every value of a list, and both ends and the first step of a range, the other variables at their first level.
  ///
  /// Throws all faults: of values, of paths that `settings` of the command line have too, of candidates that cannot be
  /// compared, and of variables without effect.
  func check(_ base: Scenario, settings: [Override]) throws(ScenarioFaults) {
    var faults = collisions(settings)
    if base.findsWarmUp {
      faults.append(
        ScenarioError(
          place: .file(base.path), found: "`warmUp: auto` in a search for an optimum",
          wanted: "a time, the same for all candidates", advice: "let `run` find it, and set it with `--set warmUp=`"))
    }
    var first: Scenario?
    var idle: [OptimizationVariable] = []
    for variable in plan.variables {
      var isIdle = true
      for level in levels(of: variable) {
        do {
          let scenario = try template.scenario(overrides(variable, level))
          faults += obstacles(scenario, base, variable, level)
          if let first {
            if scenario.system != first.system || scenario.billing != first.billing { isIdle = false }
          } else {
            first = scenario
          }
        } catch { faults += error.errors.map { placed($0, variable, level) } }
      }
      if isIdle { idle.append(variable) }
    }
    if faults.isEmpty {
      faults = idle.map { variable in
        ScenarioError(
          place: plan.places.paths[variable.name] ?? .file(base.path),
          found: "`\(variable.name)`, whose values all give the same simulation and bill",
          wanted: "a variable that changes something", advice: "correct the path, or leave it out")
      }
    }
    if !faults.isEmpty { throw .found(faults) }
  }

  private func levels(of variable: OptimizationVariable) -> [Int] {
    switch variable.levels {
    case .values(let values): Array(values.indices)
    case .steps(let steps): steps.count == 2 ? [0, 1] : [0, 1, steps.count - 1]
    }
  }

  private func overrides(_ variable: OptimizationVariable, _ level: Int) -> [Override] {
    plan.variables.flatMap { $0.overrides(at: $0.name == variable.name ? level : 0) }
  }

  private func collisions(_ settings: [Override]) -> [ScenarioError] {
    settings.flatMap { setting in
      plan.variables.filter { variable in
        variable.paths.contains { Override.overlap($0, setting.path) }
      }.map { variable in
        ScenarioError(
          place: .override(setting.path), found: "a path that the variable `\(variable.name)` of `optimize` changes",
          wanted: "each path once", advice: "leave one out")
      }
    }
  }

  /// What a variant may change and candidates must share.
  private func obstacles(
    _ scenario: Scenario, _ base: Scenario, _ variable: OptimizationVariable, _ level: Int
  ) -> [ScenarioError] {
    let (own, other) = (scenario.system, base.system)
    return [
      ("duration", own.duration == other.duration),
      ("warmUp", own.warmUp == other.warmUp && scenario.findsWarmUp == base.findsWarmUp),
      ("arrivals", own.traffic.map(\.arrivals) == other.traffic.map(\.arrivals)),
      ("start", own.start == other.start), ("region", own.region == other.region),
      ("objectives", scenario.objectives == base.objectives),
    ].filter { !$0.1 }.map { key, _ in
      ScenarioError(
        place: place(of: variable, level) ?? .file(base.path),
        found: "another `\(key)` where \(variable.name) is \(variable.text(at: level))",
        wanted: "the same for all candidates", advice: "they could not be compared")
    }
  }

  private func place(of variable: OptimizationVariable, _ level: Int) -> ScenarioError.Place? {
    let places = plan.places.values[variable.name] ?? []
    switch variable.levels {
    case .values: return level < places.count ? places[level] : nil
    case .steps: return level == 0 ? places.first : places.last
    }
  }

  /// A fault of a trial at its place in the file.
  private func placed(_ fault: ScenarioError, _ tried: OptimizationVariable, _ level: Int) -> ScenarioError {
    var fault = fault
    guard case .override(let path) = fault.place,
      let variable = plan.variables.first(where: { $0.paths.contains(path) })
    else {
      // The file's own fault is as it stands; one that a value brings about names the value.
      fault.found += " where \(tried.name) is \(tried.text(at: level))"
      return fault
    }
    let own = variable.name == tried.name ? level : 0
    // What is wrong with a value shows the value; what is wrong with a path is the same for all of them.
    let isOfValue = fault.found.contains(variable.text(at: own).prefix(40))
    let place = isOfValue ? self.place(of: variable, own) : nil
    fault.place = place ?? plan.places.paths[variable.name] ?? fault.place
    fault.found += isOfValue ? " for \(variable.name)" : " in the path of \(variable.name)"
    return fault
  }
}
