/// The batch script of a sweep's array job: a task a shard, which Slurm runs again when its node fails.
///
/// The script is complete in itself: `sbatch DIR/sweep.sbatch` does by hand what `sweep submit` does.
public struct SlurmScript: Hashable, Sendable {
  /// Title of the sweep, for the comment on top.
  public var title: String
  /// Name of the job, by which it is found again.
  public var jobName: String
  /// Shards to run, in order; the array's indices.
  public var missing: [Int]
  /// How many shards the sweep has.
  public var shards: Int
  /// Points of the sweep.
  public var points: Int
  /// CPUs of a task, and points that it simulates at once; at least 1.
  public var jobs: Int
  /// Absolute paths of program, plan, folder of the shards, and price book if there is one.
  public var program: String
  /// As above.
  public var plan: String
  /// As above.
  public var folder: String
  /// As above; nil for the prices inside the program.
  public var priceBook: String?
  /// Further options of sbatch, each as `--name=value` or `--name`.
  public var options: [String]

  /// A script of these parts.
  public init(
    title: String, jobName: String, missing: [Int], shards: Int, points: Int, jobs: Int, program: String, plan: String,
    folder: String, priceBook: String? = nil, options: [String] = []
  ) {
    self.title = title
    self.jobName = jobName
    self.missing = missing
    self.shards = shards
    self.points = points
    self.jobs = jobs
    self.program = program
    self.plan = plan
    self.folder = folder
    self.priceBook = priceBook
    self.options = options
  }

  /// Name of the script in the folder of the shards.
  public static let fileName = "sweep.sbatch"
  /// Name of the folder of the tasks' logs, in that folder.
  public static let logs = "logs"
  /// The log of a task, in the folder of the shards.
  public static func log(of shard: Int) -> String { "\(logs)/\(shard).log" }

  /// Why a text cannot stand in the script; nil where it can.
  public static func objection(to text: String) -> String? {
    text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? "a control character or line break" : nil
  }

  /// The script. A task gives way to `windtunnel`, so that Slurm's signals reach it and not a shell.
  public var text: String {
    let output = folder.map { $0 == "%" ? "%%" : String($0) }.joined() + "/\(Self.logs)/%a.log"
    let own = [
      "--job-name=\(jobName)", "--array=\(ShardSet.ranges(missing))", "--ntasks=1", "--cpus-per-task=\(jobs)",
      "--requeue", "--open-mode=append", "--output=\(output)",
    ]
    var command = [program, "sweep", "run", "--plan", plan, "--out", folder].map(Self.quoted)
    command += ["--shard", "\"$SLURM_ARRAY_TASK_ID\"", "--shards", "\(shards)", "--jobs", "\(jobs)"]
    if let priceBook { command += ["--price-book", Self.quoted(priceBook)] }
    let safeTitle = title.map { $0.isNewline ? " " : String($0) }.joined()
    return """
      #!/bin/bash
      # \(safeTitle): \(points) points in \(shards) shards, of which this runs \(missing.count).
      \((own + options).map { "#SBATCH " + Self.directive($0) }.joined(separator: "\n"))
      exec \(command.joined(separator: " "))

      """
  }

  /// A word of a shell command, taken literally.
  static func quoted(_ text: String) -> String {
    if !text.isEmpty, text.unicodeScalars.allSatisfy({ isPlain($0) }) { return text }
    return "'" + text.withApostrophes(as: "'\\''") + "'"
  }

  /// An option as `#SBATCH` lines take it: quotes group, a backslash takes the next character literally.
  static func directive(_ option: String) -> String {
    if option.unicodeScalars.allSatisfy({ isPlain($0) }) { return option }
    let name = option.prefix { $0 != "=" }
    guard name.endIndex < option.endIndex else { return option }
    let value = option[option.index(after: name.endIndex)...]
    return name + "=\"" + value.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "\""
  }

  /// Letters and digits of ASCII, and signs that neither the shell nor sbatch reads.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".", "/", "=", ",", ":", "%", "+", "@": true
    default: false  // over characters
    }
  }
}

extension String {
  fileprivate func withApostrophes(as replacement: String) -> String {
    map { $0 == "'" ? replacement : String($0) }.joined()
  }
}
