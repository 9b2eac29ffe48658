/// Which shard a process is to run, and who says so: options, or the variables that a scheduler sets.
public struct ShardChoice: Hashable, Sendable {
  /// The shard.
  public let shard: Shard
  /// Where it came from, for people: `--shard and --shards`, `the Slurm array`.
  public let origin: String

  /// Why a shard cannot be chosen, in a sentence.
  public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String

    init(_ description: String) { self.description = description }
  }

  /// The shard of the options, or else that of the environment; the whole sweep if neither says anything.
  ///
  /// With `shards` alone, the environment says which one of them. Throws a `Refusal` when an option or a variable makes
  /// no sense, when an array has gaps that could be meant in two ways, and when two schedulers contradict each other.
  public init(shard: Int?, shards: Int?, environment: [String: String]) throws(Refusal) {
    if let shard {
      guard let shards else { throw Refusal("--shard needs --shards: how many there are.") }
      guard let chosen = Shard(index: shard, of: shards) else {
        throw Refusal("--shard is 0 to --shards less 1, and --shards 1 to 100000, not \(shard) of \(shards).")
      }
      self.init(chosen, "--shard and --shards")
      return
    }
    if let shards, Shard(index: 0, of: shards) == nil { throw Refusal("--shards is 1 to 100000, not \(shards).") }
    let tasks = try Self.tasks(environment)
    guard let task = tasks.first else {
      guard let shards, shards > 1 else {
        self.init(.whole, "neither options nor a scheduler")
        return
      }
      throw Refusal("--shards \(shards) needs --shard: no scheduler's variable says which one this is.")
    }
    let chosen = try task.shard(shards)
    for other in tasks.dropFirst() {
      guard try other.shard(shards) != chosen else { continue }
      throw Refusal(
        "\(task.origin) and \(other.origin) name different shards; say which one with --shard and --shards.")
    }
    self.init(chosen, task.origin + (shards == nil ? "" : " and --shards"))
  }

  private init(_ shard: Shard, _ origin: String) {
    self.shard = shard
    self.origin = origin
  }

  /// What all schedulers say whose variables are there. A world of a single process says nothing where another
  /// scheduler says something: `srun` makes one in every task of an array.
  private static func tasks(_ environment: [String: String]) throws(Refusal) -> [Task] {
    let variables = Variables(environment)
    let mpi = try Task.mpi(variables)
    let arrays = [try Task.slurm(variables), try Task.sge(variables), try Task.kubernetes(variables)].compactMap { $0 }
    return arrays + mpi.filter { arrays.isEmpty || !($0.count == 1 || $0.count == nil && $0.number == 0) }
  }
}

/// The variables of the environment that have a value.
private struct Variables {
  private let values: [String: String]

  init(_ values: [String: String]) { self.values = values }

  func text(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// A whole number; nil where there is none. Throws for any other text.
  func number(_ name: String) throws(ShardChoice.Refusal) -> Int? {
    guard let text = text(name) else { return nil }
    guard let number = Int(text), number >= 0 else {
      throw ShardChoice.Refusal("The variable \(name) is no whole number of 0 or more: \(text.prefix(60)).")
    }
    return number
  }
}

/// A task of a scheduler: its number among how many.
private struct Task {
  let origin: String
  /// Its place in the array, from 0; nil where an array has gaps.
  let place: Int?
  /// How many tasks there are; nil where nothing says so.
  let count: Int?
  /// The number that it has in the array itself, as a shard's number.
  let number: Int

  /// The shard of this task. Of an array that has as many tasks as there are shards it is the task's place; of another
  /// one, which runs some shards again, its number.
  func shard(_ shards: Int?) throws(ShardChoice.Refusal) -> Shard {
    guard let total = shards ?? count else {
      throw ShardChoice.Refusal("\(origin) does not say how many there are; give --shards.")
    }
    if let count, let place, count == total, let shard = Shard(index: place, of: total) { return shard }
    guard shards != nil, count != total || place != nil else {
      throw ShardChoice.Refusal(
        "\(origin) has gaps; give both --shard and --shards, or number all tasks without a gap.")
    }
    guard let shard = Shard(index: number, of: total) else {
      throw ShardChoice.Refusal("\(origin) names shard \(number), and there are \(total), numbered from 0.")
    }
    return shard
  }

  /// An array job of Slurm (job_array documentation: `SLURM_ARRAY_TASK_ID`, `_MIN`, `_MAX`, `_STEP`, `_COUNT`).
  static func slurm(_ variables: Variables) throws(ShardChoice.Refusal) -> Task? {
    guard let id = try variables.number("SLURM_ARRAY_TASK_ID") else { return nil }
    let step = max(1, try variables.number("SLURM_ARRAY_TASK_STEP") ?? 1)
    guard let least = try variables.number("SLURM_ARRAY_TASK_MIN"),
      let greatest = try variables.number("SLURM_ARRAY_TASK_MAX"),
      let count = try variables.number("SLURM_ARRAY_TASK_COUNT")
    else { return Task(origin: "The Slurm array", place: nil, count: nil, number: id) }
    // Slurm gives a list such as 1,3,4 the step 1: only the count tells that it has gaps.
    let isWhole = greatest >= id && id >= least && (greatest - least) / step + 1 == count && (id - least) % step == 0
    return Task(origin: "The Slurm array", place: isWhole ? (id - least) / step : nil, count: count, number: id)
  }

  /// An array job of Grid Engine (qsub(1)): tasks are numbered from 1; outside of arrays the id is `undefined`.
  static func sge(_ variables: Variables) throws(ShardChoice.Refusal) -> Task? {
    guard variables.text("SGE_TASK_ID") != "undefined", let id = try variables.number("SGE_TASK_ID"), id > 0 else {
      return nil
    }
    let step = max(1, try variables.number("SGE_TASK_STEPSIZE") ?? 1)
    guard let first = try variables.number("SGE_TASK_FIRST"), let last = try variables.number("SGE_TASK_LAST") else {
      return Task(origin: "The Grid Engine array", place: nil, count: nil, number: id - 1)
    }
    let isWhole = first <= id && id <= last && (id - first) % step == 0
    return Task(
      origin: "The Grid Engine array", place: isWhole ? (id - first) / step : nil,
      count: isWhole ? (last - first) / step + 1 : nil, number: id - 1)
  }

  /// An Indexed Job of Kubernetes; how many there are, the pod must be told.
  static func kubernetes(_ variables: Variables) throws(ShardChoice.Refusal) -> Task? {
    guard let index = try variables.number("JOB_COMPLETION_INDEX") else { return nil }
    return Task(
      origin: "The Kubernetes job", place: index, count: try variables.number("JOB_COMPLETIONS"), number: index)
  }

  /// Processes of MPI: Open MPI's own variables, those of PMI, and PMIx, which knows no size.
  static func mpi(_ variables: Variables) throws(ShardChoice.Refusal) -> [Task] {
    var tasks: [Task] = []
    for (name, size) in [("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), ("PMI_RANK", "PMI_SIZE")] {
      guard let rank = try variables.number(name) else { continue }
      tasks.append(Task(origin: "MPI (\(name))", place: rank, count: try variables.number(size), number: rank))
    }
    // PMIx stands beside one of those mostly, and then adds nothing but its rank.
    if let rank = try variables.number("PMIX_RANK"), !tasks.contains(where: { $0.number == rank }) {
      tasks.append(Task(origin: "MPI (PMIX_RANK)", place: rank, count: nil, number: rank))
    }
    return tasks
  }
}
