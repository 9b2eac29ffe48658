import ArgumentParser
import Billing
import Experiments
import Foundation
import Reports
import Scenarios

/// `windtunnel compare`: several designs under the same random numbers, and what one changes against another.
struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Simulate several designs under the same traffic, and show what differs.",
    discussion: """
      EXAMPLES:
        the variants of one file; the page is out/shop-compare/comparison.html:
          windtunnel compare shop.yaml
        two of them, the first one the baseline:
          windtunnel compare shop.yaml --variant plain --variant snapStart
        a file a design:
          windtunnel compare http.yaml rest.yaml --baseline rest
        over 30 runs each, with other traffic for all:
          windtunnel compare shop.yaml --replications 30 \\
            --set traffic.shoppers.arrivals.poisson.rate='50 / s'
        one figure for a script:
          windtunnel compare shop.yaml --quiet --format csv | grep p99

      All designs run with the same seed and replications, so that the k-th runs
      meet the same arrivals; the differences are taken run by run. The largest
      number of replications that a scenario wants is used, at least 2: below
      that no difference has an interval, and without one no verdict is given.

      Each design's folder holds what `run` writes. The exit status is 99 when
      no design meets all objectives of its scenario, and 0 otherwise: one that
      misses them may well stand beside one that does not.
      """)

  @Argument(
    help: "Scenario files, a design each; of a single file its variants.",
    completion: .file(extensions: ["yaml", "yml"]))
  var scenarios: [String]

  @Option(
    name: .customLong("variant"), parsing: .singleValue,
    help: ArgumentHelp("A variant of the one file; may be repeated. (default: all)", valueName: "name"))
  var variants: [String] = []

  @Option(
    help: ArgumentHelp("The design that the others are compared with. (default: the first)", valueName: "name"))
  var baseline: String?

  @OptionGroup var common: CommonOptions

  @OptionGroup var simulation: SimulationOptions

  @Option(
    help: ArgumentHelp(
      "Folder of the files. (default: out/<name of the first scenario file>-compare)", valueName: "folder"),
    completion: .directory)
  var out: String?

  func validate() throws {
    if scenarios.count > 1, !variants.isEmpty {
      throw ValidationError("--variant picks among the variants of one file; \(scenarios.count) files were given.")
    }
    if Set(variants).count != variants.count { throw ValidationError("--variant names the same variant twice.") }
  }

  func run() async throws {
    let designs = try designs()
    let place = try baselinePlace(designs)
    if let obstacle = Design.obstacle(among: designs) { throw badInput(obstacle) }
    for design in designs { try simulation.checkPeriod(for: design.scenario) }
    let precision = try simulation.precision(for: designs.map(\.scenario))
    if !common.quiet { remark(designs, precision) }
    let folders = try ComparisonFolders(out ?? defaultFolder, designs: designs.map(\.name))
    Interruption.onSignal { folders.discard() }
    do {
      let comparison = try await simulate(designs, precision, baseline: place)
      try write(comparison, designs, to: folders)
      if !comparison.names.indices.contains(where: comparison.meetsAll) { throw ExitCode.missedObjective }
    } catch {
      folders.discard()
      throw error
    }
  }

  // MARK: Steps

  /// The designs with their names: a file each, or the variants of one.
  private func designs() throws -> [Design] {
    var loaded: [(name: String, scenario: Scenario)] = []
    if scenarios.count == 1 {
      loaded = try common.loading(scenarios[0]) { () throws(ScenarioFaults) in
        try Scenario.loadVariants(
          path: scenarios[0], named: variants.isEmpty ? nil : variants,
          overrides: common.overrides + simulation.overrides)
      }.map { ($0.variant ?? "", $0) }
      guard loaded.count >= 2 else {
        let count = loaded.isEmpty ? "no variants" : variants.isEmpty ? "one variant" : "one --variant"
        throw badInput(
          "\(scenarios[0]): found \(count), wanted at least two designs; "
            + "add `variants` to the file, or name a second file")
      }
    } else {
      for file in scenarios {
        let scenario = try common.loading(file) { () throws(ScenarioFaults) in
          try Scenario.load(path: file, overrides: common.overrides + simulation.overrides)
        }
        loaded.append((Self.name(of: file, besides: loaded.map(\.name)), scenario))
      }
    }
    var books: [String: PriceBook] = [:]
    return try loaded.map { name, scenario in
      let region = scenario.system.region
      let prices = try books[region] ?? common.prices(region: region)
      books[region] = prices
      return Design(name: name, scenario: scenario, prices: prices)
    }
  }

  /// A file's name without its ending, with a number behind it where another design, whatever its case, or a file of
  /// the comparison has that name.
  static func name(of file: String, besides names: [String]) -> String {
    let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let base = stem.hasPrefix(".") || stem == "/" || stem.isEmpty ? "design" + (stem == "/" ? "" : stem) : stem
    let taken = Set((names + Reports.comparisonFiles).map { $0.lowercased() })
    var name = base
    var number = 2
    while taken.contains(name.lowercased()) {
      name = "\(base)-\(number)"
      number += 1
    }
    return name
  }

  private func baselinePlace(_ designs: [Design]) throws -> Int {
    guard let baseline else { return 0 }
    guard let place = designs.firstIndex(where: { $0.name == baseline }) else {
      throw ValidationError("--baseline is one of \(designs.map(\.name).joined(separator: ", ")), not \(baseline).")
    }
    return place
  }

  /// Says on standard error what the reader of the figures must know.
  private func remark(_ designs: [Design], _ precision: PrecisionPlan?) {
    for text in Design.remarks(on: designs) { StandardStreams.note("note: " + text) }
    if simulation.seed == nil, Set(designs.map(\.scenario.seed)).count > 1 {
      StandardStreams.note("note: the scenarios' seeds differ; all designs run with \(designs[0].scenario.seed).")
    }
    let wanted = designs.map(\.scenario.replications)
    if let precision {
      StandardStreams.note(
        "note: all designs run until the figures of each are known, \(precision.rule.least) to "
          + "\(precision.rule.most) replications.")
    } else if simulation.replications == nil, Set(wanted + [replications(of: designs)]).count > 1 {
      StandardStreams.note("note: all designs run with \(replications(of: designs)) replications.")
    }
    if designs.contains(where: { $0.scenario.batches != nil }) {
      StandardStreams.note("note: `batches` are for a single run; designs are compared over replications.")
    }
    if simulation.replications == 1 {
      StandardStreams.note("note: one replication has no interval, so no verdict is given.")
    }
  }

  private func replications(of designs: [Design]) -> Int {
    simulation.replications ?? designs.map(\.scenario.replications).reduce(2, max)
  }

  private func simulate(
    _ designs: [Design], _ precision: PrecisionPlan?, baseline: Int
  ) async throws -> Comparison {
    let bar = ProgressBar(isQuiet: common.quiet)
    defer { bar.clear() }
    do {
      return try await Comparison.run(
        designs, baseline: baseline,
        options: Runner.Options(
          replications: precision?.rule.least ?? replications(of: designs), precision: precision,
          jobs: simulation.jobsOrCores,
          seed: simulation.seed ?? designs[0].scenario.seed, periodOverride: simulation.period?.time
        ) { bar.show($0, of: $1) })
    } catch let error as ExperimentError {
      bar.clear()
      throw badInput(error.description)
    }
  }

  private func write(_ comparison: Comparison, _ designs: [Design], to folders: ComparisonFolders) throws {
    let manifests = zip(comparison.results, designs).map { result, design in
      Manifest(result.scenario, settings: common.settings + simulation.settings, prices: design.prices)
    }
    let count = try folders.write(comparison, manifests)
    switch common.format {
    case .table:
      let hasColor = Terminal.output.hasColor(unless: common.noColor)
      try StandardStreams.output(
        ComparisonSummary.text(for: comparison, color: hasColor, width: Terminal.output.width))
    case .json: try StandardStreams.output(Reports.comparisonJSON(for: comparison))
    case .csv: try StandardStreams.output(Reports.comparisonCSV(for: comparison))
    }
    if !common.quiet { StandardStreams.note("\(count) files in \(folders.path), comparison.html first") }
  }

  private func badInput(_ fault: String) -> ExitCode {
    Faults([fault], in: scenarios.joined(separator: ", ")).report(noColor: common.noColor)
  }

  private var defaultFolder: String {
    "out/" + URL(fileURLWithPath: scenarios[0]).deletingPathExtension().lastPathComponent + "-compare"
  }
}
