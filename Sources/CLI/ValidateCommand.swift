import ArgumentParser
import Scenarios

/// `windtunnel validate`: everything that `run` checks before it simulates, and what it would assume.
struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a scenario and show its assumptions, without running it.",
    discussion: """
      EXAMPLES:
        windtunnel validate shop.yaml
        windtunnel validate shop.yaml --format csv > assumptions.csv
        windtunnel validate shop.yaml && windtunnel run shop.yaml

      Faults go to standard error, one a line as file:line:column, and the exit
      status is 65. The variants of the file are checked too; with --variant the
      assumptions are those of that one.
      """)

  @OptionGroup var options: ScenarioOptions

  func run() async throws {
    let scenario = try options.load()
    let prices = try options.common.prices(region: scenario.system.region)
    let table = AssumptionTable(scenario.billed(with: prices))
    switch options.common.format {
    case .table: try StandardStreams.output("ok\n" + table.text)
    case .json: try StandardStreams.output(try table.json())
    case .csv: try StandardStreams.output(table.csv)
    }
  }
}
