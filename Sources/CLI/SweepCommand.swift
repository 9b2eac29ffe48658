import ArgumentParser
import Billing
import Experiments
import Scenarios

/// `windtunnel sweep`: a designed experiment over a scenario's values.
struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Simulate many points of a design, on one machine or a cluster, and put them into one table.",
    discussion: """
      EXAMPLES:
        the points of a plan, all of them here, and their tables:
          windtunnel sweep plan memory.yaml --out out/memory
          windtunnel sweep run --plan out/memory/sweep.json --out out/memory
          windtunnel sweep merge --plan out/memory/sweep.json --out out/memory
        the third of four shards, on any machine:
          windtunnel sweep run --plan out/memory/sweep.json --shard 2 --shards 4 \\
            --out out/memory
      """,
    subcommands: [
      SweepPlanCommand.self, SweepRunCommand.self, SweepMergeCommand.self, SweepSubmitCommand.self,
    ])
}

/// What `sweep run` and `sweep merge` both take.
struct SweepOptions: ParsableArguments {
  @Option(help: "The plan that `sweep plan` wrote.", completion: .file(extensions: ["json"]))
  var plan: String

  @Option(help: ArgumentHelp("Folder of the shards and tables.", valueName: "folder"), completion: .directory)
  var out: String

  @Flag(name: .shortAndLong, help: "No progress bar and no remarks on standard error; errors still come.")
  var quiet = false

  /// The plan's file, of this version.
  func load() throws -> PlanFile {
    do {
      let file = try PlanFile.load(path: plan)
      guard file.header.toolVersion == Windtunnel.version else {
        throw SweepFault(
          plan, found: "a plan of version \(file.header.toolVersion)", wanted: "one of \(Windtunnel.version)",
          advice: "write it anew with this version, or run it with that one")
      }
      return file
    } catch { throw Self.report(error) }
  }

  /// Says what is wrong, and gives the exit code for it.
  static func report(_ error: any Error) -> any Error {
    switch error {
    case let fault as SweepFault:
      StandardStreams.note("error: " + fault.description)
      return ExitCode.badInput
    case let faults as ScenarioFaults:
      for fault in faults.errors { StandardStreams.note(fault.description) }
      return ExitCode.badInput
    case let error as PriceBookError:
      for line in error.description.split(separator: "\n") { StandardStreams.note("error: " + line) }
      return ExitCode.badInput
    case let error as OutputError:
      StandardStreams.note("error: " + error.description)
      return ExitCode.fileSystem
    default: return error  // over errors of any kind
    }
  }
}
