import ArgumentParser
import Billing
import Experiments
import Foundation
import Reports
import Scenarios

/// `windtunnel run`: simulates, prints a summary, and leaves a folder of files behind.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Simulate a scenario, print a summary, and write tables and a report.",
    discussion: """
      EXAMPLES:
        as the scenario says; the page is out/shop/report.html:
          windtunnel run shop.yaml
        one run, other random numbers, a day:
          windtunnel run shop.yaml --replications 1 --seed 7 --set duration='1 d'
        one figure for a script:
          windtunnel run shop.yaml --quiet --format json | jq .cost.monthly
        until response time and bill are known to 2 %, in at most 500 runs:
          windtunnel run shop.yaml --relative-half-width 2% --max-replications 500
        without the start-up, which five pilot runs tell:
          windtunnel run shop.yaml --warm-up auto
        a variant of the file:
          windtunnel run shop.yaml --variant snapStart
        rows of five minutes, files elsewhere:
          windtunnel run shop.yaml --period 5min --out /tmp/shop

      Equal scenario, prices, seed and replications give equal files, whatever
      --jobs says. When an objective was missed, the files are written all the
      same, and the exit status is 99.
      """)

  @OptionGroup var options: ScenarioOptions

  @OptionGroup var simulation: SimulationOptions

  @Option(
    help: ArgumentHelp("Folder of the files. (default: out/<name of the scenario file>)", valueName: "folder"),
    completion: .directory)
  var out: String?

  func run() async throws {
    let scenario = try options.load(simulation.overrides)
    let precision = try simulation.precision(for: [scenario])
    try simulation.checkPeriod(for: scenario)
    let prices = try options.common.prices(region: scenario.system.region)
    let folder: OutputFolder
    do { folder = try OutputFolder(path: out ?? defaultFolder) } catch { throw report(error) }
    Interruption.onSignal { folder.discard() }
    do {
      let result = try await simulate(scenario, precision, prices)
      try write(result, prices, to: folder)
      if result.objectives.contains(where: { !$0.met }) { throw ExitCode.missedObjective }
    } catch {
      folder.discard()
      throw error
    }
  }

  private func simulate(
    _ scenario: Scenario, _ precision: PrecisionPlan?, _ prices: PriceBook
  ) async throws -> ExperimentResult {
    let bar = ProgressBar(isQuiet: options.common.quiet)
    defer { bar.clear() }
    do {
      return try await Runner.run(
        scenario: scenario, prices: prices,
        options: Runner.Options(
          replications: simulation.replications ?? precision?.rule.least ?? scenario.replications, precision: precision,
          jobs: simulation.jobsOrCores, seed: simulation.seed ?? scenario.seed,
          periodOverride: simulation.period?.time, billing: scenario.billing
        ) { bar.show($0, of: $1) })
    } catch let error as ExperimentError {
      bar.clear()
      throw Faults([error.description], in: options.scenario).report(noColor: options.common.noColor)
    }
  }

  private func write(_ result: ExperimentResult, _ prices: PriceBook, to folder: OutputFolder) throws {
    let manifest = Manifest(result.scenario, settings: options.common.settings + simulation.settings, prices: prices)
    let files = Reports.files(for: result, manifest: manifest)
    do { try folder.write(files, removing: Reports.optionalFiles) } catch { throw report(error) }
    switch options.common.format {
    case .table:
      let hasColor = Terminal.output.hasColor(unless: options.common.noColor)
      try StandardStreams.output(Summary.text(for: result, color: hasColor, width: Terminal.output.width))
    case .json: try StandardStreams.output(Reports.summaryJSON(for: result))
    case .csv: try StandardStreams.output(Reports.summaryCSV(for: result))
    }
    if !options.common.quiet { StandardStreams.note("\(files.count) files in \(folder.path)") }
  }

  private func report(_ error: OutputError) -> ExitCode {
    StandardStreams.note("error: " + error.description)
    return .fileSystem
  }

  private var defaultFolder: String {
    "out/" + URL(fileURLWithPath: options.scenario).deletingPathExtension().lastPathComponent
  }
}
