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

  /// What `sweep plan` writes, and what it has to say.
  public typealias Made = (bytes: [UInt8], header: PlanFile.Header, warnings: [String])

  /// The file for a sound plan; as below.
  public static func file(for plan: SweepPlan, options: Options, toolVersion: String) throws -> Made {
    try file(for: SweepDraft(plan), options: options, toolVersion: toolVersion)
  }

  /// The file for a plan.
  ///
  /// Throws `ScenarioFaults` with everything that is wrong with the plan itself, the scenario, a value or a figure, each
  /// at its place; and a `SweepFault` or a `PriceBookError` where a run or its bill is impossible.
  public static func file(for draft: SweepDraft, options: Options, toolVersion: String) throws -> Made {
    var faults = draft.faults
    guard let plan = draft.plan else { throw ScenarioFaults.found(faults) }
    if faults.isEmpty, let fault = sizeFault(of: plan) { faults.append(fault) }
    let bytes = FileManager.default.contents(atPath: plan.scenario).map(Array.init) ?? []
    let overrides = plan.settings + options.settings
    let template: ScenarioTemplate
    do { template = try ScenarioTemplate(path: plan.scenario, variant: plan.variant, overrides: overrides) } catch {
      throw ScenarioFaults.found(faults + error.errors)
    }
    let trial = SweepTrial(plan, isWhole: faults.isEmpty, template, bytes: bytes.count, options)
    faults += trial.faults
    var book: PriceBook?
    do {
      book = try trial.base.map { base in try options.prices ?? PriceBook.bundled(region: base.system.region) }
      if let book, let region = trial.base?.system.region, book.region != region {
        faults.append(
          ScenarioError(
            place: .file(options.pricesPath ?? plan.path), found: "prices of \(book.region)", wanted: region,
            advice: "use a book of the scenario's region"))
      }
      if let book { faults += try trial.figureFaults(prices: book) }
    } catch  where !faults.isEmpty {
      // What keeps the base from running may be one of them.
    }
    guard faults.isEmpty, let base = trial.base, let book, let points = trial.points else {
      throw ScenarioFaults.found(faults)
    }
    let header = PlanFile.Header(
      toolVersion: toolVersion, name: plan.name, description: plan.description, plan: source(plan.path),
      scenario: PlanFile.Header.Source(path: plan.scenario, sha256: SHA256.hexadecimal(of: bytes)),
      scenarioText: String(decoding: bytes, as: UTF8.self), variant: plan.variant,
      settings: overrides.map { PlanFile.Header.Setting(path: $0.path, value: $0.value) },
      arguments: options.arguments, traffic: trial.traffic,
      prices: PlanFile.Header.Source(path: book.region, sha256: SHA256.hexadecimal(of: book.bytes)),
      replications: options.replications ?? plan.replications ?? base.replications, seed: trial.seed,
      randomNumbers: plan.randomNumbers.rawValue, design: plan.design.word,
      parameters: plan.parameters.enumerated().map { place, parameter in
        PlanFile.Header.Parameter(
          name: parameter.name, paths: parameter.paths,
          unit: PlanFile.Header.Parameter.commonUnit(
            of: (0..<points.count).lazy.map { points[$0][points[$0].startIndex + place] }),
          values: parameter.values, isLogarithmic: parameter.isLogarithmic ? true : nil)
      }, figures: plan.figures,
      sensitivity: plan.design.sensitivity, points: points.count)
    return (try PlanFile.bytes(header, points), header, trial.warnings)
  }

  /// Bytes that the points of a sweep take while they are planned, run or merged, at most: a value is a text in memory
  /// and stands twice in the file's bytes, and a point has its line and its place in a shard.
  static func bytes(points: Int, parameters: Int) -> Int? {
    let (values, overflow) = points.multipliedReportingOverflow(by: 64 * parameters + 128)
    return overflow ? nil : values
  }

  /// What is wrong with the number of points, on a machine with so many bytes for this process; nil if nothing is.
  static func sizeFault(of plan: SweepPlan, memory: Int = MachineMemory.limit()) -> ScenarioError? {
    guard let count = plan.pointCount, count <= SweepPlan.pointsMax else {
      return ScenarioError(
        place: .file(plan.path), found: plan.pointCount.map { "\($0) points" } ?? "more points than can be counted",
        wanted: "at most \(SweepPlan.pointsMax)", advice: "take fewer values, or a design of a fixed number of points")
    }
    guard let bytes = bytes(points: count, parameters: plan.parameters.count), bytes <= memory else {
      return ScenarioError(
        place: .file(plan.path), found: "\(count) points of \(plan.parameters.count) parameters",
        wanted: "so many as this machine's \(memory >> 20) MB can hold", advice: "take fewer points")
    }
    return nil
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
