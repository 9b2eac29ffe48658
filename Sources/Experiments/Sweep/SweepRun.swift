import Foundation

/// Runs the points of a shard, several at once, and writes each down as soon as it is finished.
public enum SweepRun {
  /// What a run of a shard did.
  public struct Outcome: Hashable, Sendable {
    /// Points of the shard.
    public var points: Int
    /// Those of them that were there already.
    public var resumed: Int
    /// Those simulated now that failed.
    public var failed: Int
  }

  /// Simulates what is missing of a shard and completes its file in `folder`, which exists.
  ///
  /// The file is the same for any number of jobs, and however often the work was interrupted. A point that cannot be
  /// simulated is written down with its reason and stops nothing. Throws as `ShardFile` does, and `CancellationError`.
  public static func run(
    _ shard: Shard, of plan: PlanFile, with runner: PointRunner, in folder: String, jobs: Int,
    progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws -> Outcome {
    try await run(shard, of: plan, in: folder, jobs: jobs, progress: progress) { runner.run($0) }
  }

  /// As above, with points of any making: `simulate` gives what becomes of one.
  static func run(
    _ shard: Shard, of plan: PlanFile, in folder: String, jobs: Int,
    progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in },
    simulate: @escaping @Sendable (_ point: Int) -> PointOutcome
  ) async throws -> Outcome {
    precondition(jobs >= 1, "a sweep has at least one job")
    let total = shard.points(of: plan.points.count)
    let complete = Outcome(points: total, resumed: total, failed: 0)
    guard try !ShardFile.isSound(shard, of: plan, in: folder),
      let desk = try ShardDesk(shard, of: plan, in: folder, progress: progress)
    else {
      progress(total, total)
      return complete
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(jobs, max(total, 1)) {
        group.addTask {
          while let point = try await desk.next() { try await desk.finish(simulate(point)) }
        }
      }
      try await group.waitForAll()
    }
    return try await desk.complete()
  }
}

/// Hands out the points of a shard and takes in what became of them.
private actor ShardDesk {
  private let file: ShardFile
  private let shard: Shard
  private let missing: [Int]
  private let total: Int
  private let progress: @Sendable (Int, Int) -> Void
  private var begun = 0
  private var failed = 0
  private var isStopped = false
  /// When the disk last had all. Nothing but the time of writing depends on the clock.
  private var synchronized = ContinuousClock.now

  /// A machine that loses its power loses at most the points of about a second; a killed process loses none.
  private static let patience = Duration.seconds(1)

  init?(
    _ shard: Shard, of plan: PlanFile, in folder: String, progress: @escaping @Sendable (Int, Int) -> Void
  ) throws {
    guard let file = try ShardFile(shard, of: plan, in: folder) else { return nil }
    self.file = file
    self.shard = shard
    self.progress = progress
    missing = file.missing
    total = shard.points(of: plan.points.count)
    progress(file.done, total)
  }

  /// The next point to simulate; nil when none is left.
  func next() throws -> Int? {
    try Task.checkCancellation()
    guard !isStopped, begun < missing.count else { return nil }
    defer { begun += 1 }
    return shard.point(missing[begun])
  }

  func finish(_ outcome: PointOutcome) throws {
    // After a full disk nothing is tried again: a later success would only hide it.
    guard !isStopped else { return }
    do {
      try file.append(outcome)
      if ContinuousClock.now - synchronized >= Self.patience {
        try file.synchronize()
        synchronized = ContinuousClock.now
      }
    } catch {
      isStopped = true
      throw error
    }
    if outcome.failure != nil { failed += 1 }
    progress(file.done, total)
  }

  func complete() throws -> SweepRun.Outcome {
    try file.complete()
    return SweepRun.Outcome(points: total, resumed: total - missing.count, failed: failed)
  }
}
