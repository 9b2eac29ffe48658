import ArgumentParser
import Experiments
import Foundation
import Scenarios

/// `windtunnel sweep run`: simulates a shard of a plan's points.
struct SweepRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Simulate the points of a plan, or a shard of them.",
    discussion: """
      EXAMPLES:
        windtunnel sweep run --plan out/memory/sweep.json --out out/memory
        windtunnel sweep run --plan out/memory/sweep.json --shard 2 --shards 4 \\
          --out out/memory

      Without --shard, the variables of a scheduler say which one it is: array
      jobs of Slurm (SLURM_ARRAY_TASK_ID ..) and Grid Engine (SGE_TASK_ID ..),
      processes of MPI (OMPI_COMM_WORLD_RANK, PMI_RANK, PMIX_RANK), Indexed Jobs
      of Kubernetes (JOB_COMPLETION_INDEX, with --shards or JOB_COMPLETIONS).
      Without any of them, all points are simulated.

      A shard that is complete is not run again, and one that was interrupted
      goes on with the points that are missing.
      """)

  @OptionGroup var options: SweepOptions

  @Option(parsing: .unconditional, help: "Number of the shard, from 0. (default: the scheduler's)")
  var shard: Int?

  @Option(parsing: .unconditional, help: "How many shards there are. (default: the scheduler's)")
  var shards: Int?

  @Option(parsing: .unconditional, help: "Points at once. (default: one a core)")
  var jobs: Int?

  @Option(
    help: ArgumentHelp("Prices to bill with. (default: those inside the program)", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var priceBook: String?

  func validate() throws {
    if let jobs, !(1...1_024).contains(jobs) { throw ValidationError("--jobs is 1 to 1024, not \(jobs).") }
    if let shard, let shards, Shard(index: shard, of: shards) == nil {
      throw ValidationError("--shard is 0 to --shards less 1, and --shards 1 to 100000, not \(shard) of \(shards).")
    }
    if shard != nil, shards == nil { throw ValidationError("--shard needs --shards: how many there are.") }
    do { _ = try ShardChoice(shard: shard, shards: shards, environment: ProcessInfo.processInfo.environment) } catch {
      throw ValidationError(error.description)
    }
  }

  func run() async throws {
    let choice: ShardChoice
    do {
      choice = try ShardChoice(shard: shard, shards: shards, environment: ProcessInfo.processInfo.environment)
    } catch { throw ValidationError(error.description) }
    let plan = try options.load()
    do {
      try SweepFolder.refuseOther(options.out, plan: plan, at: options.plan)
      try SweepTraffic.check(plan)
      let runner = try PointRunner(plan, prices: try SweepPrices.book(of: plan, given: priceBook))
      _ = try OutputFolder(path: options.out)
      if !options.quiet, choice.shard.count > 1 {
        StandardStreams.note("shard \(choice.shard.index) of \(choice.shard.count), from \(choice.origin)")
      }
      let bar = ProgressBar(isQuiet: options.quiet)
      defer { bar.clear() }
      let outcome = try await SweepRun.run(
        choice.shard, of: plan, with: runner, in: options.out,
        jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount
      ) { bar.show($0, of: max($1, 1)) }
      bar.clear()
      if !options.quiet {
        StandardStreams.note(
          "\(choice.shard): \(outcome.points) points, \(outcome.resumed) of them from before, \(outcome.failed) failed")
      }
    } catch { throw SweepOptions.report(error) }
  }
}
