import ArgumentParser

/// The program: its commands, and what holds for all of them.
@main
struct Windtunnel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "windtunnel",
    abstract: "A wind tunnel for serverless systems: latency, limits and the monthly bill before deployment.",
    discussion: """
      EXAMPLES:
        windtunnel run shop.yaml                          simulate, print a summary, write out/shop/report.html
        windtunnel run shop.yaml --replications 20        the same with 95 % intervals over 20 runs
        windtunnel run shop.yaml --set resources.api.memorySize='512 MB'
        windtunnel validate shop.yaml                     list faults and assumptions, run nothing
        windtunnel schema > scenario.schema.json          completion and hints in editors

      EXIT STATUS:
        0 fine, 1 internal error, 64 wrong usage, 65 bad input, 74 file system, 99 ran well but an objective was missed
      """,
    version: Manifest.version,
    subcommands: [RunCommand.self, ValidateCommand.self, SchemaCommand.self])

  static func main() async {
    StandardStreams.ignoreBrokenPipes()
    Interruption.watch()
    await main(nil)
  }
}

extension ExitCode {
  /// The scenario, a trace, a price book or an override is wrong.
  static let badInput = ExitCode(65)
  /// A file or folder could not be written.
  static let fileSystem = ExitCode(74)
  /// The run went well, and at least one objective was missed.
  static let missedObjective = ExitCode(99)
}
