import Billing
import Foundation
import Scenarios

/// Turns a plan into `sweep.json`: reads the scenario, makes the points, and tries every value before any run.
public enum SweepPlanner {
  /// The file for a plan. `settings` come after the plan's own.
  ///
  /// Throws `ScenarioFaults` with everything that is wrong with the scenario or a value, and a `SweepFault` when there
  /// are too many points or the scenario cannot be read.
  public static func file(
    for plan: SweepPlan, settings: [Override] = [], replications: Int? = nil, seed: UInt64? = nil, prices: PriceBook?,
    toolVersion: String
  ) throws -> (bytes: [UInt8], header: PlanFile.Header) {
    guard let count = plan.pointCount, count <= SweepPlan.pointsMax else {
      throw SweepFault(
        plan.path, found: plan.pointCount.map { "\($0) points" } ?? "more points than can be counted",
        wanted: "at most \(SweepPlan.pointsMax)", advice: "take fewer values, or a design of a fixed number of points")
    }
    let bytes = FileManager.default.contents(atPath: plan.scenario).map(Array.init) ?? []
    let overrides = plan.settings + settings
    let template = try ScenarioTemplate(path: plan.scenario, variant: plan.variant, overrides: overrides)
    let base = try first(of: plan, template)
    let book = try prices ?? PriceBook.bundled(region: base.system.region)
    let points = plan.points(seed: seed ?? plan.seed ?? base.seed)
    try check(plan, points, template)
    let header = PlanFile.Header(
      toolVersion: toolVersion, name: plan.name, description: plan.description, plan: source(plan.path),
      scenario: PlanFile.Header.Source(path: plan.scenario, sha256: SHA256.hexadecimal(of: bytes)),
      scenarioText: String(decoding: bytes, as: UTF8.self), variant: plan.variant,
      settings: overrides.map { PlanFile.Header.Setting(path: $0.path, value: $0.value) },
      prices: PlanFile.Header.Source(path: book.region, sha256: SHA256.hexadecimal(of: book.bytes)),
      replications: replications ?? plan.replications ?? base.replications, seed: seed ?? plan.seed ?? base.seed,
      randomNumbers: plan.randomNumbers.rawValue, design: plan.design.word,
      parameters: plan.parameters.enumerated().map { place, parameter in
        PlanFile.Header.Parameter(
          name: parameter.name, paths: parameter.paths,
          unit: PlanFile.Header.Parameter.commonUnit(
            of: (0..<points.count).lazy.map { points[$0][points[$0].startIndex + place] }),
          values: parameter.values, isLogarithmic: parameter.isLogarithmic ? true : nil)
      }, figures: plan.figures,
      sensitivity: plan.design.sensitivity, points: points.count)
    return (try PlanFile.bytes(header, points), header)
  }

  private static func source(_ path: String) -> PlanFile.Header.Source {
    let bytes = FileManager.default.contents(atPath: path).map(Array.init) ?? []
    return PlanFile.Header.Source(path: path, sha256: SHA256.hexadecimal(of: bytes))
  }

  /// The scenario with the first value of each parameter.
  private static func first(of plan: SweepPlan, _ template: ScenarioTemplate) throws -> Scenario {
    try template.scenario(plan.parameters.flatMap { $0.overrides($0.extremes[0]) })
  }

  /// Every value of every parameter once, the others at their first: a wrong unit or path shows here and not in the
  /// middle of the sweep. Values of a range are judged by its ends.
  private static func check(_ plan: SweepPlan, _ points: DesignPoints, _ template: ScenarioTemplate) throws {
    for parameter in plan.parameters {
      for value in parameter.extremes.dropFirst() {
        _ = try template.scenario(
          plan.parameters.flatMap { $0.overrides($0.name == parameter.name ? value : $0.extremes[0]) })
      }
    }
  }
}

extension SweepParameter {
  /// All values of a list; the ends of a range.
  var extremes: [String] {
    switch levels {
    case .values(let values): values
    case .range(let range): [range.text(at: 0), range.text(at: 1)]
    }
  }

  /// The values of a list; nil for a range.
  var values: [String]? {
    switch levels {
    case .values(let values): values
    case .range: nil
    }
  }

  func overrides(_ value: String) -> [Override] { paths.map { Override(path: $0, value: value) } }
}

extension SweepDesign {
  /// The word of a plan for it.
  public var word: String {
    switch self {
    case .grid: "grid"
    case .list: "list"
    case .random: "random"
    case .latinHypercube: "latinHypercube"
    case .sobol: "sobol"
    case .halton: "halton"
    case .sobolIndices: "sobolIndices"
    case .morris: "morris"
    }
  }
}
