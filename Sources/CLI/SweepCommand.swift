import ArgumentParser
import Experiments
import Foundation
import Reports
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

/// `windtunnel sweep plan`: writes the design points.
struct SweepPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Write the points of a sweep's plan as sweep.json.",
    discussion: """
      EXAMPLES:
        windtunnel sweep plan scenarios/sweeps/memory-vs-cost.yaml --out out/memory
        windtunnel sweep plan memory.yaml --out out/memory --replications 20 \\
          --set duration='10 min'
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

  func validate() throws {
    if let replications, !(1...100_000).contains(replications) {
      throw ValidationError("--replications is 1 to 100000, not \(replications).")
    }
  }

  func run() async throws {
    let plan = try common.loading(plan) { () throws(ScenarioFaults) in try SweepPlan.load(path: self.plan) }
    let prices = try common.priceBook.map { _ in try common.prices(region: "us-east-1") }
    let made: (bytes: [UInt8], header: PlanFile.Header)
    do {
      made = try SweepPlanner.file(
        for: plan, settings: common.overrides, replications: replications, seed: seed, prices: prices,
        toolVersion: Windtunnel.version)
    } catch let faults as ScenarioFaults {
      throw Faults(faults.errors.map(\.description), in: self.plan).report(noColor: common.noColor)
    } catch let fault as SweepFault {
      throw Faults([fault.description], in: self.plan).report(noColor: common.noColor)
    }
    do throws(OutputError) {
      let folder = try OutputFolder(path: out)
      try folder.write([OutputFile(name: PlanFile.fileName, contents: made.bytes)])
    } catch {
      StandardStreams.note("error: " + error.description)
      throw ExitCode.fileSystem
    }
    if !common.quiet {
      StandardStreams.note(
        "\(made.header.points) points of \(made.header.replications) replications in \(out)/\(PlanFile.fileName)")
    }
  }
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
    case let error as OutputError:
      StandardStreams.note("error: " + error.description)
      return ExitCode.fileSystem
    default: return error  // over errors of any kind
    }
  }
}

/// `windtunnel sweep run`: simulates a shard of a plan's points.
struct SweepRunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Simulate the points of a plan, or a shard of them.",
    discussion: """
      EXAMPLES:
        windtunnel sweep run --plan out/memory/sweep.json --out out/memory
        windtunnel sweep run --plan out/memory/sweep.json --shard 2 --shards 4 \\
          --out out/memory

      A shard that is complete is not run again, and one that was interrupted
      goes on behind its last finished point.
      """)

  @OptionGroup var options: SweepOptions

  @Option(parsing: .unconditional, help: "Number of the shard, from 0.")
  var shard: Int?

  @Option(parsing: .unconditional, help: "How many shards there are.")
  var shards: Int?

  @Option(parsing: .unconditional, help: "Points at once. (default: one a core)")
  var jobs: Int?

  @Option(
    help: ArgumentHelp("Prices to bill with. (default: those inside the program)", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var priceBook: String?

  func validate() throws {
    if (shard == nil) != (shards == nil) { throw ValidationError("--shard and --shards go together.") }
    if let jobs, !(1...1_024).contains(jobs) { throw ValidationError("--jobs is 1 to 1024, not \(jobs).") }
    if let shard, let shards, Shard(index: shard, of: shards) == nil {
      throw ValidationError("--shard is 0 to --shards less 1, and --shards 1 to 100000, not \(shard) of \(shards).")
    }
  }

  func run() async throws {
    let plan = try options.load()
    let part = shard.flatMap { index in shards.flatMap { Shard(index: index, of: $0) } } ?? .whole
    do {
      let runner = try PointRunner(plan, prices: try SweepPrices.book(of: plan, given: priceBook))
      _ = try OutputFolder(path: options.out)
      let bar = ProgressBar(isQuiet: options.quiet)
      defer { bar.clear() }
      let outcome = try await SweepRun.run(
        part, of: plan, with: runner, in: options.out,
        jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount
      ) { bar.show($0, of: $1) }
      bar.clear()
      if !options.quiet {
        StandardStreams.note(
          "\(part): \(outcome.points) points, \(outcome.resumed) of them from before, \(outcome.failed) failed")
      }
    } catch { throw SweepOptions.report(error) }
  }
}

/// `windtunnel sweep merge`: one table of all shards.
struct SweepMergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Check that all shards are there, and write their tables.",
    discussion: """
      EXAMPLES:
        windtunnel sweep merge --plan out/memory/sweep.json --out out/memory
        windtunnel sweep merge --plan out/memory/sweep.json --out out/memory \
          --fit quadratic --figure cost.monthly --log-scale memory

      Writes results.csv (a row a point, replication and figure) and points.csv
      (a row a point), byte for byte the same however the sweep was cut up.
      A design for sensitivity also gets sensitivity.csv, and a fit fit.csv and
      residuals.csv; both are shown on standard output.
      """)

  @OptionGroup var options: SweepOptions

  @OptionGroup var analysis: SweepAnalysisOptions

  func run() async throws {
    let plan = try options.load()
    do {
      let shards = try ShardSet(of: plan, in: options.out)
      let tidy = try StreamedFile(folder: options.out, name: "results.csv")
      let wide = try StreamedFile(folder: options.out, name: "points.csv")
      var tables = try SweepTables(plan, tidy: tidy.write, wide: wide.write)
      var means = analysis.means(for: plan)
      try shards.readAll { outcome in
        try tables.add(outcome)
        means?.add(outcome)
      }
      try tables.finish()
      let found = try means.map { try analysis.analyse($0, of: plan) }
      try tidy.finish()
      try wide.finish()
      try found?.write(to: options.out)
      if !options.quiet {
        StandardStreams.note(
          "\(plan.points.count) points of \(shards.count) shards, \(tables.failed) failed: "
            + "\((["results.csv", "points.csv"] + (found?.files.map(\.name) ?? [])).joined(separator: ", ")) "
            + "in \(options.out)")
      }
      if let text = found?.text, !text.isEmpty { try StandardStreams.output(text) }
    } catch { throw SweepOptions.report(error) }
  }
}
