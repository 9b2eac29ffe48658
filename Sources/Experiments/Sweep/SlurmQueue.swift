/// What `squeue` and `scontrol` say, read.
public struct SlurmQueue: Hashable, Sendable {
  /// A row of the queue: a task of an array, or those that still wait, together.
  public struct Task: Hashable, Sendable {
    /// Number of the array job.
    public var job: String
    /// The task's index; nil for a row of several.
    public var index: Int?
    /// As Slurm writes it: `PENDING`, `RUNNING`, `FAILED`, ..
    public var state: String
    /// Why it waits or failed; `None` where there is nothing to say.
    public var reason: String

    /// Whether it has ended, in whatever way.
    public var hasEnded: Bool { SlurmQueue.ends.contains(state) }
    /// Whether it has ended badly.
    public var hasFailed: Bool { hasEnded && state != "COMPLETED" }
  }

  /// All rows, in squeue's order.
  public var tasks: [Task]

  /// What to ask squeue for, so that `init(_:)` can read the answer.
  public static let format = "%F|%K|%T|%r"

  /// Reads the rows; lines of another form are left out.
  public init(_ text: String) {
    tasks = text.split(whereSeparator: \.isNewline).compactMap { line in
      let cells = line.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
      guard cells.count == 4 else { return nil }
      return Task(job: cells[0], index: Int(cells[1]), state: cells[2], reason: cells[3])
    }
  }

  /// Whether anything runs, waits or ends just now.
  public var isActive: Bool { tasks.contains { !$0.hasEnded } }

  /// Jobs that have a task which has not ended, each once, in the order of the rows.
  public var activeJobs: [String] {
    var jobs: [String] = []
    for task in tasks where !task.hasEnded && !jobs.contains(task.job) { jobs.append(task.job) }
    return jobs
  }

  /// How many tasks run.
  public var running: Int { tasks.count { $0.state == "RUNNING" || $0.state == "COMPLETING" } }

  /// Why nothing runs though something waits; nil where something runs or nothing waits.
  public var waitingFor: String? {
    guard running == 0 else { return nil }
    return tasks.first { $0.state == "PENDING" }?.reason
  }

  /// States that a task does not leave (squeue's manual, "job state codes").
  private static let ends: Set<String> = [
    "COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "OUT_OF_MEMORY", "NODE_FAIL", "BOOT_FAIL", "DEADLINE", "PREEMPTED",
    "REVOKED", "LAUNCH_FAILED", "RECONFIG_FAIL",
  ]

  /// The largest array that a cluster takes, from `scontrol show config`; nil where it does not say.
  ///
  /// Indices go up to one less, so this is also the number of shards at most.
  public static func arraySizeMax(in configuration: String) -> Int? {
    for line in configuration.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
      if parts.count == 2, parts[0] == "MaxArraySize" { return Int(parts[1]) }
    }
    return nil
  }
}
