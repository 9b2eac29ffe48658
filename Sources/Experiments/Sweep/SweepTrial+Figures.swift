import Billing
import Scenarios
import Units

/// The names of figures, which only a run can tell.
extension SweepTrial {
  /// Other combinations that are looked at for a figure that the base does not have.
  private static let looksMax = 100

  /// Simulates a second of the base: prices, recorded traffic and the names of figures show whether they fit.
  ///
  /// A figure that is not there is looked for where parameters have their other values. Throws a `SweepFault` when a
  /// run or its bill is impossible.
  func figureFaults(prices: PriceBook) throws(SweepFault) -> [ScenarioError] {
    guard let base else { return [] }
    var known = try names(base, prices)
    guard plan.figures != ["all"] else { return [] }
    var missing = plan.figures.filter { !known.contains($0) }
    var left = Self.looksMax
    for (index, parameter) in plan.parameters.enumerated() {
      for level in Self.levels(of: parameter, in: plan).dropFirst() where !missing.isEmpty && left > 0 {
        left -= 1
        guard let scenario = try? decode(basis.with(level, at: index)) else { continue }
        known += try names(scenario, prices)
        missing.removeAll { known.contains($0) }
      }
    }
    return missing.map { fault(of: $0, known) }
  }

  private func names(_ scenario: Scenario, _ prices: PriceBook) throws(SweepFault) -> [String] {
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
