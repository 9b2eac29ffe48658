import Billing
import Foundation
import Scenarios

/// Turns a plan into `sweep.json`: reads the scenario, tries every value before any run, and makes the points.
public enum SweepPlanner {
  /// What the command line says beyond the plan.
  public struct Options: Sendable {
    /// Values put into the scenario after the plan's own.
    public var settings: [Override]
    /// Runs of a point in place of the plan's.
    public var replications: Int?
    /// Root seed in place of the plan's.
    public var seed: UInt64?
    /// Prices in place of the program's own.
    public var prices: PriceBook?
    /// Where those come from.
    public var pricesPath: String?

    /// Options; by default none.
    public init(
      settings: [Override] = [], replications: Int? = nil, seed: UInt64? = nil, prices: PriceBook? = nil,
      pricesPath: String? = nil
    ) {
      self.settings = settings
      self.replications = replications
      self.seed = seed
      self.prices = prices
      self.pricesPath = pricesPath
    }

    /// The same as words of a command line.
    var arguments: [String] {
      var words = settings.flatMap { ["--set", "\($0.path)=\($0.value)"] }
      if let replications { words += ["--replications", "\(replications)"] }
      if let seed { words += ["--seed", "\(seed)"] }
      if let pricesPath { words += ["--price-book", pricesPath] }
      return words
    }
  }

  /// The file for a plan.
  ///
  /// Throws `ScenarioFaults` with everything that is wrong with the scenario, a value or a figure, each at its place in
  /// the plan, and a `SweepFault` when there are too many points.
  public static func file(
    for plan: SweepPlan, options: Options, toolVersion: String
  ) throws -> (bytes: [UInt8], header: PlanFile.Header) {
    try checkSize(of: plan)
    let bytes = FileManager.default.contents(atPath: plan.scenario).map(Array.init) ?? []
    let overrides = plan.settings + options.settings
    let template = try ScenarioTemplate(path: plan.scenario, variant: plan.variant, overrides: overrides)
    let trial = try SweepTrial(plan, template, options)
    let book = try options.prices ?? PriceBook.bundled(region: trial.base.system.region)
    guard book.region == trial.base.system.region else {
      throw SweepFault(
        options.pricesPath ?? "the price book", found: "prices of \(book.region)",
        wanted: trial.base.system.region, advice: "use a book of the scenario's region")
    }
    let seed = options.seed ?? plan.seed ?? trial.base.seed
    try trial.checkFigures(prices: book, seed: seed)
    let points = plan.points(seed: seed)
    let header = PlanFile.Header(
      toolVersion: toolVersion, name: plan.name, description: plan.description, plan: source(plan.path),
      scenario: PlanFile.Header.Source(path: plan.scenario, sha256: SHA256.hexadecimal(of: bytes)),
      scenarioText: String(decoding: bytes, as: UTF8.self), variant: plan.variant,
      settings: overrides.map { PlanFile.Header.Setting(path: $0.path, value: $0.value) },
      arguments: options.arguments, traffic: trial.traffic,
      prices: PlanFile.Header.Source(path: book.region, sha256: SHA256.hexadecimal(of: book.bytes)),
      replications: options.replications ?? plan.replications ?? trial.base.replications, seed: seed,
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

  /// Bytes that the points of a sweep take while they are planned, run or merged, at most: a value is a text in memory
  /// and stands twice in the file's bytes, and a point has its line and its place in a shard.
  static func bytes(points: Int, parameters: Int) -> Int? {
    let (values, overflow) = points.multipliedReportingOverflow(by: 64 * parameters + 128)
    return overflow ? nil : values
  }

  private static func checkSize(of plan: SweepPlan) throws(SweepFault) {
    guard let count = plan.pointCount, count <= SweepPlan.pointsMax else {
      throw SweepFault(
        plan.path, found: plan.pointCount.map { "\($0) points" } ?? "more points than can be counted",
        wanted: "at most \(SweepPlan.pointsMax)", advice: "take fewer values, or a design of a fixed number of points")
    }
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard let bytes = bytes(points: count, parameters: plan.parameters.count), bytes <= memory else {
      throw SweepFault(
        plan.path, found: "\(count) points of \(plan.parameters.count) parameters",
        wanted: "so many as this machine's \(memory >> 20) MB can hold", advice: "take fewer points")
    }
  }

  private static func source(_ path: String) -> PlanFile.Header.Source {
    let bytes = FileManager.default.contents(atPath: path).map(Array.init) ?? []
    return PlanFile.Header.Source(path: path, sha256: SHA256.hexadecimal(of: bytes))
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
