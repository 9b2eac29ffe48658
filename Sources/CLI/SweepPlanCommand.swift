import ArgumentParser
import Billing
import Experiments
import Foundation
import Scenarios

/// `windtunnel sweep plan`: writes the design points.
struct SweepPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Write the points of a sweep's plan as sweep.json.",
    discussion: """
      EXAMPLES:
        windtunnel sweep plan scenarios/sweeps/memory-vs-cost.yaml --out out/memory
        windtunnel sweep plan memory.yaml --out out/memory --replications 20 \\
          --set duration='10 min'

      Every value of every parameter is tried here: what is wrong with the
      plan, its paths, units and figures is said at once, with its place. Up to
      1000 points are tried, too (fewer of scenarios beyond 8 KB); the
      combinations among them that cannot be simulated are counted, and will be
      rows with an error.
      """)

  @Argument(help: "The plan's YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var plan: String

  @OptionGroup var common: CommonOptions

  @Option(parsing: .unconditional, help: "Root of all random numbers. (default: the plan's, or the scenario's)")
  var seed: UInt64?

  @Option(parsing: .unconditional, help: "Independent runs of a point. (default: the plan's, or the scenario's)")
  var replications: Int?

  @Option(help: ArgumentHelp("Folder of sweep.json.", valueName: "folder"), completion: .directory)
  var out: String

  @Flag(help: "Remove the shards, tables and submitted job of another plan from the folder.")
  var force = false

  func validate() throws {
    if let replications, !(1...100_000).contains(replications) {
      throw ValidationError("--replications is 1 to 100000, not \(replications).")
    }
  }

  func run() async throws {
    let made: SweepPlanner.Made
    do {
      let options = SweepPlanner.Options(
        settings: common.overrides, replications: replications, seed: seed,
        prices: try common.priceBook.map { try SweepPrices.read($0) }, pricesPath: common.priceBook)
      made = try SweepPlanner.file(
        for: SweepDraft(path: plan), options: options, toolVersion: Windtunnel.version)
    } catch let faults as ScenarioFaults {
      throw Faults(faults.errors.map(\.description), in: self.plan).report(noColor: common.noColor)
    } catch let fault as SweepFault {
      throw Faults([fault.description], in: self.plan).report(noColor: common.noColor)
    } catch { throw SweepOptions.report(error) }
    do {
      let isNew = try write(made.bytes)
      if !common.quiet {
        for warning in made.warnings { StandardStreams.note(warning) }
        StandardStreams.note(
          "\(made.header.points) points of \(made.header.replications) replications in \(out)/\(PlanFile.fileName)"
            + (isNew ? "" : ", as it was"))
      }
    } catch { throw SweepOptions.report(error) }
  }

  /// Writes the file, unless it is there already; whether it was written.
  private func write(_ bytes: [UInt8]) throws -> Bool {
    let sweep = SweepFolder(out, planHash: SHA256.hexadecimal(of: bytes))
    if force { try sweep.removeStrangers() }
    if sweep.holds(bytes) { return false }
    if !force { try sweep.refuseStrangers() }
    let folder = try OutputFolder(path: out)
    do { try folder.write([OutputFile(name: PlanFile.fileName, contents: bytes)]) } catch {
      folder.discard()
      throw error
    }
    return true
  }
}
