import ArgumentParser
import Billing
import Experiments
import Foundation
import Reports
import Scenarios
import Units

/// `windtunnel optimize`: the cheapest configuration that meets the objectives, with its confidence.
struct OptimizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize",
    abstract: "Find the cheapest configuration that meets the objectives, with its confidence.",
    discussion: """
      EXAMPLES:
        over the variables that the scenario names; the page is
        out/shop-optimum/optimum.html:
          windtunnel optimize shop.yaml
        surer, to the dollar:
          windtunnel optimize shop.yaml --confidence 99% --indifference '1 USD'
        other traffic, at most 50 runs of a candidate:
          windtunnel optimize shop.yaml --max-replications 50 \\
            --set traffic.shoppers.arrivals.poisson.rate='50 / s'
        the settings of the answer for a script:
          windtunnel optimize shop.yaml --quiet --format json | jq -r '.settings[]'

      The scenario says what may change:
        optimize:
          variables:
            memory: { path: resources.worker.memorySize,
                      from: 128 MB, to: 3008 MB, step: 64 MB }
            runtime: { path: resources.worker.runtime,
                       values: [java21, python3.13] }
          indifference: 1 %      # of the cost; or 1 USD
          confidence: 95 %

      Its objectives are the constraints, the month's cost is made small. All
      candidates meet the same random numbers; those that are beyond doubt worse
      or miss an objective are dropped early. Of a list all values are simulated,
      of a range a coarse grid and then finer steps around the best.

      The exit status is 99 when no candidate is shown to meet the objectives,
      and 0 otherwise, also where the replications leave two candidates undecided.
      """)

  @OptionGroup var options: ScenarioOptions

  @Option(
    help: ArgumentHelp("The chance that the answer is right. (default: the scenario's, 95 %)", valueName: "share"))
  var confidence: ShareArgument?

  @Option(
    help: ArgumentHelp(
      "Difference of cost that does not matter, as in 1% or '5 USD'. (default: the scenario's, 1 %)",
      valueName: "amount"))
  var indifference: IndifferenceArgument?

  @Option(
    help: ArgumentHelp(
      "Share of an objective's bound that may be decided either way. (default: the scenario's, 1 %)", valueName: "share"
    ))
  var tolerance: ShareArgument?

  @Option(parsing: .unconditional, help: "Most runs of a candidate. (default: the scenario's, 200)")
  var maxReplications: Int?

  @Option(parsing: .unconditional, help: "Root of all random numbers. (default: the scenario's)")
  var seed: UInt64?

  @Option(parsing: .unconditional, help: "Replications at once. (default: one a core)")
  var jobs: Int?

  @Option(
    help: ArgumentHelp("Folder of the files. (default: out/<name of the scenario file>-optimum)", valueName: "folder"),
    completion: .directory)
  var out: String?

  func validate() throws {
    if let jobs, !(1...1_024).contains(jobs) { throw ValidationError("--jobs is 1 to 1024, not \(jobs).") }
    if let maxReplications, !(5...100_000).contains(maxReplications) {
      throw ValidationError("--max-replications is 5 to 100000, not \(maxReplications).")
    }
    if let confidence, !(0.5..<1).contains(confidence.share) {
      throw ValidationError("--confidence is 50 % or more and less than 100 %, not \(confidence.text).")
    }
    if let tolerance, tolerance.share <= 0 {
      throw ValidationError("--tolerance is above 0 %, not \(tolerance.text).")
    }
  }

  func run() async throws {
    let template = try options.common.loading(options.scenario) { () throws(ScenarioFaults) in
      try ScenarioTemplate(
        path: options.scenario, variant: options.variant, overrides: options.common.overrides)
    }
    // Loading also judges the variants that no candidate picks.
    let scenario = try options.load()
    let plan = try plan(of: scenario)
    let prices = try options.common.prices(region: scenario.system.region)
    let optimizer = try options.common.loading(options.scenario) { () throws(ScenarioFaults) in
      try Optimizer(template, plan: plan, prices: prices, settings: options.common.overrides + variantSetting)
    }
    let folder: OutputFolder
    do { folder = try OutputFolder(path: out ?? defaultFolder) } catch { throw report(error) }
    Interruption.onSignal { folder.discard() }
    do {
      let optimization = try await optimize(optimizer, scenario)
      try write(optimization, prices, to: folder)
      if !optimization.hasFeasible { throw ExitCode.missedObjective }
    } catch {
      folder.discard()
      throw error
    }
  }

  /// A variant of the command line, which no variable may pick too.
  private var variantSetting: [Override] {
    options.variant.map { [Override(path: ScenarioTemplate.variantPath, value: $0)] } ?? []
  }

  // MARK: Steps

  /// The scenario's plan with what the command line says in its place.
  private func plan(of scenario: Scenario) throws -> OptimizationPlan {
    guard var plan = scenario.optimization else {
      let fault = ScenarioError(
        place: .file(options.scenario), found: "no `optimize`", wanted: "a section that names what may change",
        advice: "add it as in `windtunnel optimize --help`")
      throw Faults([fault.description], in: options.scenario).report(noColor: options.common.noColor)
    }
    if let confidence { plan.confidence = confidence.share }
    if let indifference { plan.indifference = indifference.value }
    if let tolerance { plan.tolerance = tolerance.share }
    if let maxReplications {
      plan.maxReplications = maxReplications
      plan.firstReplications = min(plan.firstReplications, maxReplications)
    }
    return plan
  }

  private func optimize(_ optimizer: Optimizer, _ scenario: Scenario) async throws -> Optimization {
    let bar = ProgressBar(isQuiet: options.common.quiet)
    defer { bar.clear() }
    do {
      return try await optimizer.run(
        Optimizer.Options(
          jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, seed: seed ?? scenario.seed
        ) { bar.show($0, of: max($1, 1)) })
    } catch let error as ExperimentError {
      bar.clear()
      throw Faults([error.description], in: options.scenario).report(noColor: options.common.noColor)
    } catch let faults as ScenarioFaults {
      bar.clear()
      throw Faults(faults.errors.map(\.description), in: options.scenario).report(noColor: options.common.noColor)
    }
  }

  private func write(_ optimization: Optimization, _ prices: PriceBook, to folder: OutputFolder) throws {
    let manifest = OptimizationManifest(
      made: Manifest(optimization.scenario, settings: options.common.settings, prices: prices), arguments: arguments)
    let files = Reports.files(for: optimization, manifest: manifest)
    do { try folder.write(files) } catch { throw report(error) }
    switch options.common.format {
    case .table:
      let hasColor = Terminal.output.hasColor(unless: options.common.noColor)
      try StandardStreams.output(
        OptimizationSummary.text(for: optimization, color: hasColor, width: Terminal.output.width))
    case .json: try StandardStreams.output(Reports.optimumJSON(for: optimization))
    case .csv: try StandardStreams.output(Reports.candidatesCSV(for: optimization))
    }
    if !options.common.quiet { StandardStreams.note("\(files.count) files in \(folder.path), optimum.html first") }
  }

  /// The options that change the plan, as they were given.
  private var arguments: [String] {
    var words: [String] = []
    if let confidence { words += ["--confidence", confidence.text] }
    if let indifference { words += ["--indifference", indifference.text] }
    if let tolerance { words += ["--tolerance", tolerance.text] }
    if let maxReplications { words += ["--max-replications", "\(maxReplications)"] }
    if let priceBook = options.common.priceBook { words += ["--price-book", priceBook] }
    return words
  }

  private func report(_ error: OutputError) -> ExitCode {
    StandardStreams.note("error: " + error.description)
    return .fileSystem
  }

  private var defaultFolder: String {
    "out/" + URL(fileURLWithPath: options.scenario).deletingPathExtension().lastPathComponent + "-optimum"
  }
}

/// A share on the command line: `95%`, `'95 %'`.
struct ShareArgument: ExpressibleByArgument {
  let text: String
  let share: Double

  init?(argument: String) {
    guard argument.contains("%"), let share = try? Quantity.share(argument) else { return nil }
    self.text = argument
    self.share = share
  }
}

/// An indifference on the command line: `1%`, `'5 USD'`, `5USD`.
struct IndifferenceArgument: ExpressibleByArgument {
  let text: String
  let value: OptimizationPlan.Indifference

  init?(argument: String) {
    guard let value = OptimizationPlan.Indifference(argument) else { return nil }
    self.text = argument
    self.value = value
  }
}
