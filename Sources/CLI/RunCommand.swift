import ArgumentParser
import Billing
import Experiments
import Foundation
import Reports
import Scenarios
import Units

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
        rows of five minutes, files elsewhere:
          windtunnel run shop.yaml --period 5min --out /tmp/shop

      Equal scenario, prices, seed and replications give equal files, whatever
      --jobs says. When an objective was missed, the files are written all the
      same, and the exit status is 99.
      """)

  @OptionGroup var options: ScenarioOptions

  @Option(parsing: .unconditional, help: "Root of all random numbers. (default: the scenario's)")
  var seed: UInt64?

  @Option(parsing: .unconditional, help: "Independent runs, 1 to 100000. (default: the scenario's)")
  var replications: Int?

  @Option(parsing: .unconditional, help: "Replications at once. (default: one a core)")
  var jobs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Width of a row of timeseries.csv, 1 s to 1 d. (default: the scenario's)", valueName: "time"))
  var period: Span?

  @Option(
    help: ArgumentHelp("Folder of the files. (default: out/<name of the scenario file>)", valueName: "folder"),
    completion: .directory)
  var out: String?

  func validate() throws {
    if let replications, !(1...100_000).contains(replications) {
      throw ValidationError("--replications is 1 to 100000, not \(replications).")
    }
    if let jobs, !(1...1_024).contains(jobs) { throw ValidationError("--jobs is 1 to 1024, not \(jobs).") }
    if let period, period.time < .seconds(1) || period.time > .days(1) {
      throw ValidationError("--period is 1 s to 1 d, not \(period.time).")
    }
  }

  func run() async throws {
    let scenario = try options.load()
    let duration = scenario.system.duration
    let components = scenario.system.resources.count + scenario.system.traffic.count
    if let period, !Scenario.canRecord(every: period.time, over: duration, components: components) {
      throw ValidationError(
        "--period \(period.time) divides \(duration) into more than \(Scenario.rowsMax(components: components)) rows; take a longer one."
      )
    }
    let prices = try options.prices(region: scenario.system.region)
    let folder: OutputFolder
    do { folder = try OutputFolder(path: out ?? defaultFolder) } catch { throw report(error) }
    Interruption.onSignal { folder.discard() }
    do {
      let result = try await simulate(scenario, prices)
      try write(result, prices, to: folder)
      if result.objectives.contains(where: { !$0.met }) { throw ExitCode.missedObjective }
    } catch {
      folder.discard()
      throw error
    }
  }

  private func simulate(_ scenario: Scenario, _ prices: PriceBook) async throws -> ExperimentResult {
    let bar = ProgressBar(isQuiet: options.quiet)
    defer { bar.clear() }
    do {
      return try await Runner.run(
        scenario: scenario, prices: prices,
        options: Runner.Options(
          replications: replications ?? scenario.replications,
          jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, seed: seed ?? scenario.seed,
          periodOverride: period?.time, billing: scenario.billing
        ) { bar.show($0, of: $1) })
    } catch let error as ExperimentError {
      bar.clear()
      throw Faults([error.description], in: options.scenario).report(noColor: options.noColor)
    }
  }

  private func write(_ result: ExperimentResult, _ prices: PriceBook, to folder: OutputFolder) throws {
    let manifest = Manifest(result.scenario, settings: options.settings, prices: prices)
    let files = Reports.files(for: result, manifest: manifest)
    do { try folder.write(files) } catch { throw report(error) }
    switch options.format {
    case .table:
      let hasColor = Terminal.output.hasColor(unless: options.noColor)
      try StandardStreams.output(Summary.text(for: result, color: hasColor, width: Terminal.output.width))
    case .json: try StandardStreams.output(Reports.summaryJSON(for: result))
    case .csv: try StandardStreams.output(Reports.summaryCSV(for: result))
    }
    if !options.quiet { StandardStreams.note("\(files.count) files in \(folder.path)") }
  }

  private func report(_ error: OutputError) -> ExitCode {
    StandardStreams.note("error: " + error.description)
    return .fileSystem
  }

  private var defaultFolder: String {
    "out/" + URL(fileURLWithPath: options.scenario).deletingPathExtension().lastPathComponent
  }
}

/// A span of time on the command line: `5min`, `'5 min'`.
struct Span: ExpressibleByArgument {
  let time: Time

  init?(argument: String) {
    let unit = argument.drop { !$0.isLetter }
    guard let time = try? Quantity.time("\(argument.dropLast(unit.count)) \(unit)") else { return nil }
    self.time = time
  }
}
