import Billing
import Scenarios
import Services
import Units

/// A plan's values tried before any run: each value of each parameter once, the others at their first.
///
/// A wrong unit or path shows here, with its place in the plan, and not in the middle of the sweep. Values of a range
/// are judged by its ends; a fault that only a combination has is that point's row.
struct SweepTrial {
  private let plan: SweepPlan
  private let template: ScenarioTemplate
  /// The scenario with the first value of each parameter.
  let base: Scenario
  /// Files of recorded traffic that any of the values reads.
  let traffic: [PlanFile.Header.Source]

  /// A value that is tried, and where it stands in the plan.
  private struct Level {
    let parameter: SweepParameter
    let value: String
    let place: ScenarioError.Place?
  }

  /// Tries them. Throws `ScenarioFaults` with all that is wrong.
  init(_ plan: SweepPlan, _ template: ScenarioTemplate, _ options: SweepPlanner.Options) throws(ScenarioFaults) {
    self.plan = plan
    self.template = template
    var faults = Self.collisions(plan, options.settings)
    var base: Scenario?
    var files = SweepTraffic.Files()
    var idle: [SweepParameter] = []
    // A list may have thousands of values: none of their scenarios is kept but the first.
    for parameter in plan.parameters {
      var isIdle = true
      let levels = Self.levels(of: parameter, in: plan)
      for level in levels {
        do {
          let scenario = try template.scenario(Self.values(plan, level.parameter, level.value))
          files.add(scenario)
          if let first = base {
            if scenario.system != first.system || scenario.billing != first.billing { isIdle = false }
          } else {
            base = scenario
          }
        } catch { faults += error.errors.map { Self.placed($0, plan, level, options.settings) } }
      }
      if isIdle, levels.count > 1 { idle.append(parameter) }
    }
    if !faults.isEmpty { throw .found(faults) }
    for parameter in idle {
      let place = plan.places.paths[parameter.name] ?? .file(plan.path)
      faults.append(
        ScenarioError(
          place: place, found: "`\(parameter.name)`, whose values all give the same simulation",
          wanted: "a parameter that changes something",
          advice: "seed and replications belong to the plan; leave out what has no say"))
    }
    guard faults.isEmpty, let base else { throw .found(faults) }
    self.base = base
    traffic = files.sources
  }

  /// The first value of each parameter, but one.
  private static func values(_ plan: SweepPlan, _ parameter: SweepParameter, _ value: String) -> [Override] {
    plan.parameters.flatMap {
      $0.overrides($0.name == parameter.name ? value : levels(of: $0, in: plan)[0].value)
    }
  }

  private static func levels(of parameter: SweepParameter, in plan: SweepPlan) -> [Level] {
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

  /// Settings of the command line at a path that a parameter varies.
  private static func collisions(_ plan: SweepPlan, _ settings: [Override]) -> [ScenarioError] {
    settings.flatMap { setting in
      let keys = Override.keys(of: setting.path)
      return plan.parameters.filter { parameter in
        parameter.paths.contains { path in
          let other = Override.keys(of: path)
          return other.starts(with: keys) || keys.starts(with: other)
        }
      }.map {
        ScenarioError(
          place: .override(setting.path), found: "a path that the parameter `\($0.name)` varies",
          wanted: "each path once", advice: "leave one out")
      }
    }
  }

  /// A fault of a trial at its place in the plan, as far as the plan has a say in it.
  private static func placed(
    _ fault: ScenarioError, _ plan: SweepPlan, _ tried: Level, _ settings: [Override]
  ) -> ScenarioError {
    var fault = fault
    guard case .override(let path) = fault.place else {
      // The file's own fault is as it stands; one that a value brings about names the value.
      if tried.value != levels(of: tried.parameter, in: plan)[0].value {
        fault.found += " where \(tried.parameter.name) is \(tried.value)"
      }
      return fault
    }
    if let parameter = plan.parameters.first(where: { $0.paths.contains(path) }) {
      let level = parameter.name == tried.parameter.name ? tried : levels(of: parameter, in: plan)[0]
      // What is wrong with a value shows the value; what is wrong with a path is the same for all of them.
      let isOfValue = fault.found.contains(level.value.prefix(40)) || level.value.isEmpty
      let place = isOfValue ? level.place : plan.places.paths[parameter.name]
      fault.place = place ?? plan.places.paths[parameter.name] ?? .file(plan.path)
      fault.found += isOfValue ? " for \(parameter.name)" : " in the path of \(parameter.name)"
    } else if !settings.contains(where: { $0.path == path }), let place = plan.places.settings[path] {
      fault.place = place
    }
    return fault
  }

  // MARK: Figures

  /// Simulates a second of the first point: prices, recorded traffic and the names of figures show whether they fit.
  ///
  /// A figure that is not there is looked for where parameters have their other values, at most a hundred of them.
  func checkFigures(prices: PriceBook, seed: UInt64) throws {
    var known = try names(base, prices, seed)
    guard plan.figures != ["all"] else { return }
    var missing = plan.figures.filter { !known.contains($0) }
    var left = 100
    for level in plan.parameters.flatMap({ Self.levels(of: $0, in: plan).dropFirst() }) where !missing.isEmpty {
      left -= 1
      guard left > 0 else { break }
      known += try names(template.scenario(Self.values(plan, level.parameter, level.value)), prices, seed)
      missing.removeAll { known.contains($0) }
    }
    guard !missing.isEmpty else { return }
    throw ScenarioFaults.found(missing.map { fault(of: $0, known) })
  }

  private func names(_ scenario: Scenario, _ prices: PriceBook, _ seed: UInt64) throws -> [String] {
    var scenario = scenario
    scenario.system.warmUp = .zero
    scenario.system.duration = min(scenario.system.duration, .seconds(1))
    do throws(PointError) {
      return try PointRunner.figures(
        of: scenario, prices: prices, seed: seed, replication: 0, selection: FigureSelection(["all"], objectives: [])
      )
      .map(\.name)
    } catch { throw SweepFault(error.text, of: plan.path) }
  }

  private func fault(of name: String, _ known: [String]) -> ScenarioError {
    let head = name.split(separator: ".").first.map(String.init) ?? name
    let near = known.filter { $0.hasPrefix(head + ".") }
    let shown = near.isEmpty ? known : near
    var seen: Set<String> = []
    let words = shown.filter { seen.insert($0).inserted }
    return ScenarioError(
      place: plan.places.figures[name] ?? .file(plan.path), found: "the unknown figure `\(name.prefix(60))`",
      wanted: "one of " + words.prefix(12).joined(separator: ", ") + (words.count > 12 ? ", .." : ""),
      advice: closest(to: name, in: known).map { "did you mean `\($0)`?" } ?? "leave it out")
  }
}
