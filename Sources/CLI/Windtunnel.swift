import ArgumentParser
import Foundation

/// Where the program begins: the main thread waits for signals, the command runs beside it.
@main
enum EntryPoint {
  static func main() {
    StandardStreams.occupy()
    StandardStreams.ignoreWriteSignals()
    Interruption.block()
    Task.detached {
      await Windtunnel.main()
      exit(0)
    }
    Interruption.wait()
  }
}

/// The program: its commands, and what holds for all of them.
struct Windtunnel: AsyncParsableCommand {
  /// What `--version` prints and every manifest holds.
  static let version = "0.2.0"

  static let configuration = CommandConfiguration(
    commandName: "windtunnel",
    abstract: "A wind tunnel for serverless systems: latency, limits and the monthly bill before deployment.",
    discussion: """
      EXAMPLES:
        simulate, print a summary, write out/shop/report.html:
          windtunnel run shop.yaml
        the same with 95 % intervals over 20 runs:
          windtunnel run shop.yaml --replications 20
        with more memory:
          windtunnel run shop.yaml --set resources.api.memorySize='512 MB'
        two designs, or the variants of one file, under the same traffic:
          windtunnel compare shop.yaml
        list faults and assumptions, run nothing:
          windtunnel validate shop.yaml
        completion and hints in editors, completion in the shell:
          windtunnel schema > scenario.schema.json
          windtunnel --generate-completion-script bash

      EXIT STATUS:
        0 fine, 1 internal error, 64 wrong usage, 65 bad input,
        74 file system, 99 ran well but an objective was missed
      """,
    version: version,
    subcommands: [
      RunCommand.self, CompareCommand.self, OptimizeCommand.self, SweepCommand.self, ValidateCommand.self,
      SchemaCommand.self,
    ])
}

extension ExitCode {
  /// The scenario, a trace, a price book or an override is wrong.
  static let badInput = ExitCode(65)
  /// A file or folder could not be written.
  static let fileSystem = ExitCode(74)
  /// The run went well, and at least one objective was missed.
  static let missedObjective = ExitCode(99)
}
