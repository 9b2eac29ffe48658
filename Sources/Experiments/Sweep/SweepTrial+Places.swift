import Scenarios

/// What is tried, and where it stands in the plan.
extension SweepTrial {
  /// A value of a parameter.
  struct Level {
    let parameter: SweepParameter
    let value: String
    /// Where it stands in the plan; nil for one that a range gives.
    let place: ScenarioError.Place?
  }

  /// A value of each parameter.
  struct Combination {
    private(set) var levels: [Level]

    init(_ levels: [Level]) { self.levels = levels }

    /// As a point puts it into the scenario.
    var overrides: [Override] { levels.flatMap { $0.parameter.overrides($0.value) } }

    /// The same with another value of one parameter.
    func with(_ level: Level, at index: Int) -> Combination {
      var other = self
      other.levels[index] = level
      return other
    }
  }

  /// The values of a list, those that a list of points has, or the ends of a range.
  static func levels(of parameter: SweepParameter, in plan: SweepPlan) -> [Level] {
    if case .list(let points) = plan.design, let index = plan.parameters.firstIndex(of: parameter) {
      var seen: Set<String> = []
      return points.map { $0[index] }.filter { seen.insert($0).inserted }.map {
        Level(parameter: parameter, value: $0, place: plan.places.listed[parameter.name]?[$0])
      }
    }
    let places = plan.places.values[parameter.name] ?? []
    return parameter.extremes.enumerated().map { index, value in
      Level(parameter: parameter, value: value, place: index < places.count ? places[index] : nil)
    }
  }

  /// The values of a point.
  func combination(_ point: Int) -> Combination {
    guard let values = points?[point] else { return basis }
    return Combination(
      zip(plan.parameters, values).map { parameter, value in
        let places = plan.places.values[parameter.name] ?? []
        let listed = parameter.values?.firstIndex(of: value).flatMap { $0 < places.count ? places[$0] : nil }
        return Level(
          parameter: parameter, value: value,
          place: plan.places.listed[parameter.name]?[value] ?? listed ?? plan.places.paths[parameter.name])
      })
  }

  /// Settings of the command line at a path that a parameter varies.
  static func collisions(_ plan: SweepPlan, _ settings: [Override]) -> [ScenarioError] {
    settings.flatMap { setting in
      plan.parameters.filter { parameter in
        parameter.paths.contains { Override.overlap($0, setting.path) }
      }.map {
        ScenarioError(
          place: .override(setting.path), found: "a path that the parameter `\($0.name)` varies",
          wanted: "each path once", advice: "leave one out")
      }
    }
  }

  /// A fault of a combination at its place in the plan, as far as the plan has a say in it. `tried` is the value that
  /// brings it about, where that is known.
  func placed(_ fault: ScenarioError, _ combination: Combination, _ tried: Level?) -> ScenarioError {
    var fault = fault
    guard case .override(let path) = fault.place else {
      // The file's own fault is as it stands; one that a value brings about names the value.
      if let tried { fault.found += " where \(tried.parameter.name) is \(tried.value)" }
      return fault
    }
    if let level = combination.levels.first(where: { $0.parameter.paths.contains(path) }) {
      // What is wrong with a value shows the value; what is wrong with a path is the same for all of them.
      let isOfValue = fault.found.contains(level.value.prefix(40)) || level.value.isEmpty
      let place = isOfValue ? level.place : plan.places.paths[level.parameter.name]
      fault.place = place ?? plan.places.paths[level.parameter.name] ?? .file(plan.path)
      fault.found += isOfValue ? " for \(level.parameter.name)" : " in the path of \(level.parameter.name)"
    } else if !options.settings.contains(where: { $0.path == path }), let place = plan.places.settings[path] {
      fault.place = place
    }
    return fault
  }
}

extension Scenario {
  /// Whether another scenario gives the same runs and bills.
  func simulates(as other: Scenario) -> Bool { system == other.system && billing == other.billing }
}

extension Result where Failure == ScenarioFaults {
  /// What is wrong; nothing for a success.
  var faults: [ScenarioError] {
    switch self {
    case .success: []
    case .failure(let faults): faults.errors
    }
  }
}
