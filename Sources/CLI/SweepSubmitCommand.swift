import ArgumentParser
import Experiments
import Foundation

/// The schedulers that `sweep submit` knows.
enum Scheduler: String, ExpressibleByArgument, CaseIterable {
  case slurm
}

/// `windtunnel sweep submit`: runs a plan's shards on a cluster, follows them and merges.
struct SweepSubmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit", abstract: "Run a plan on a cluster as an array job, follow it, and merge.",
    discussion: """
      EXAMPLES:
        windtunnel sweep submit --engine slurm --plan out/memory/sweep.json \\
          --out out/memory
        two hours at most, on a partition, eight CPUs a task:
          windtunnel sweep submit --engine slurm --plan out/memory/sweep.json \\
            --out out/memory --time 2:00:00 --partition long --jobs 8
        the script only:
          windtunnel sweep submit --engine slurm --plan out/memory/sweep.json \\
            --out out/memory --shards 16 --dry-run

      Program, plan and folder must be on a disk that the nodes see. The same
      command again follows the job that runs, or submits what is missing;
      Ctrl-C leaves the job at work. Logs are in <out>/logs.
      """)

  @OptionGroup var options: SweepOptions

  @Option(help: "The cluster's scheduler.")
  var engine: Scheduler

  @Option(
    parsing: .unconditional,
    help: "How many shards, and so tasks. (default: two minutes of work each, judged by the first point)")
  var shards: Int?

  @Option(parsing: .unconditional, help: "CPUs of a task, and points at once.")
  var jobs = 1

  @Option(help: "Partition of the cluster.")
  var partition: String?

  @Option(help: "Time limit of a task, as sbatch takes it: 30, 2:00:00, 1-12.")
  var time: String?

  @Option(help: "Memory of a task, as sbatch takes it: 500M, 2G.")
  var memory: String?

  @Option(help: "Account to charge.")
  var account: String?

  @Option(
    name: .customLong("option"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A further option of sbatch; may be repeated.", valueName: "--name=value"))
  var sbatchOptions: [String] = []

  @Option(help: ArgumentHelp("The program on the nodes. (default: this one)", valueName: "file"))
  var program: String?

  @Option(
    help: ArgumentHelp("Prices to bill with. (default: those inside the program)", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var priceBook: String?

  @Option(parsing: .unconditional, help: "Submit missing shards so often, as long as each time adds points.")
  var attempts = 3

  @Flag(help: "Print the script, submit nothing.")
  var dryRun = false

  @Flag(name: .customLong("no-wait"), help: "Submit and leave.")
  var isLeaving = false

  func validate() throws {
    if let shards, Shard(index: 0, of: shards) == nil {
      throw ValidationError("--shards is 1 to 100000, not \(shards).")
    }
    if !(1...1_024).contains(jobs) { throw ValidationError("--jobs is 1 to 1024, not \(jobs).") }
    if !(1...100).contains(attempts) { throw ValidationError("--attempts is 1 to 100, not \(attempts).") }
    let ours = ["--array", "--job-name", "--output", "--open-mode", "--no-requeue", "--wait", "--parsable"]
    for option in sbatchOptions {
      let name = String(option.prefix { $0 != "=" })
      if !name.hasPrefix("--") || name.count < 3 || name.contains(where: \.isWhitespace) {
        throw ValidationError("--option takes an option of sbatch as --name=value, not '\(option)'.")
      }
      if ours.contains(name) { throw ValidationError("--option cannot change \(name), which the sweep sets itself.") }
    }
    for text in words + [options.plan, options.out, program ?? "", priceBook ?? ""] {
      if let objection = SlurmScript.objection(to: text) {
        throw ValidationError("\(objection) cannot stand in a script of Slurm.")
      }
    }
  }

  /// Options of sbatch as the script has them.
  private var words: [String] {
    let named = [("partition", partition), ("time", time), ("mem", memory), ("account", account)]
    return named.compactMap { name, value in value.map { "--\(name)=\($0)" } } + sbatchOptions
  }

  func run() async throws {
    let plan = try options.load()
    do {
      let folder = Self.absolute(options.out)
      let count = try shardCount(of: plan, in: folder)
      var progress = ShardProgress(of: plan, shards: count, in: folder)
      try progress.look()
      let script = try script(of: plan, missing: progress.missing, of: count, in: folder)
      if dryRun {
        try StandardStreams.output(script.text)
        return
      }
      if !progress.isComplete {
        _ = try OutputFolder(path: folder)
        let job = SlurmJob(script: script, plan: plan, client: try SlurmClient(), isQuiet: options.quiet)
        guard try await finish(&progress, by: job) else { return }
      }
    } catch { throw SweepOptions.report(error) }
    var merge = ["--plan", options.plan, "--out", options.out]
    if options.quiet { merge.append("--quiet") }
    try await SweepMergeCommand.parse(merge).run()
  }

  /// Submits and follows until nothing is missing; false when it leaves the job alone.
  private func finish(_ progress: inout ShardProgress, by job: SlurmJob) async throws -> Bool {
    let numbers = job.numbers
    Interruption.onSignal {
      numbers.all.withLock { numbers in
        guard !numbers.isEmpty else { return }
        StandardStreams.note(
          "\njob \(numbers.joined(separator: ", ")) goes on; the same command follows it, "
            + "`scancel \(numbers.joined(separator: " "))` ends it")
      }
    }
    var attempt = 1
    while true {
      let before = (progress.points, progress.missing.count)
      try job.begin(&progress)
      if isLeaving { return false }
      let isCancelled = try await job.follow(&progress)
      if progress.isComplete { return true }
      let missing = ShardSet.ranges(progress.missing)
      let hasMoved = (progress.points, progress.missing.count) != before
      guard hasMoved, !isCancelled, attempt < attempts else {
        throw SweepFault(
          options.out, found: "\(progress.missing.count) shards missing when the job had ended",
          wanted: "all of them", advice: "submit again for those that are missing: \(missing)")
      }
      attempt += 1
      if !options.quiet { StandardStreams.note("shards \(missing) are missing and are submitted again") }
    }
  }

  // MARK: Parts of the script

  private func script(of plan: PlanFile, missing: [Int], of count: Int, in folder: String) throws -> SlurmScript {
    let program = Self.absolute(self.program ?? Bundle.main.executablePath ?? CommandLine.arguments[0])
    for text in [program, folder, Self.absolute(options.plan)] where SlurmScript.objection(to: text) != nil {
      throw SweepFault(
        text, found: "a control character or line break", wanted: "a path that can stand in a script",
        advice: "take another folder")
    }
    return SlurmScript(
      title: plan.header.name, jobName: Submission.jobName(plan: plan, folder: folder), missing: missing,
      shards: count, points: plan.points.count, jobs: jobs, program: program, plan: Self.absolute(options.plan),
      folder: folder, priceBook: priceBook.map(Self.absolute), options: words)
  }

  /// The number that was given, that of an earlier submission, or one that suits the sweep.
  private func shardCount(of plan: PlanFile, in folder: String) throws -> Int {
    // A record without a job is of a submission that was refused.
    if let earlier = try Submission.load(from: folder, of: plan), shards == nil || !earlier.jobs.isEmpty {
      guard shards == nil || shards == earlier.shards else {
        throw SweepFault(
          "--shards", found: "\(shards ?? 0)", wanted: "\(earlier.shards), as this folder's submission has",
          advice: "leave it out, or take another folder")
      }
      return earlier.shards
    }
    let most = SlurmClient.arraySizeMax()
    guard let shards else {
      return Submission.shards(
        points: plan.points.count, secondsAPoint: try secondsAPoint(plan), jobs: jobs, atMost: most)
    }
    guard shards <= most else {
      throw SweepFault(
        "--shards", found: "\(shards)", wanted: "at most \(most), the MaxArraySize of this cluster",
        advice: "take fewer: a shard may have any number of points")
    }
    return shards
  }

  /// How long the first point takes here; its outcome is not kept.
  private func secondsAPoint(_ plan: PlanFile) throws -> Double {
    let runner = try PointRunner(plan, prices: try SweepPrices.book(of: plan, given: priceBook))
    let time = ContinuousClock().measure { _ = runner.run(0) }.components
    return Double(time.seconds) + Double(time.attoseconds) * 1e-18
  }

  /// A path from the root, with `.` and `..` taken out.
  private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
