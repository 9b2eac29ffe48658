import Foundation

/// Runs the points of a shard, several at once, and writes them down in their order.
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
  /// The file is the same for any number of jobs, and however often the work was interrupted. Throws as `ShardFile`
  /// does, and `CancellationError`.
  public static func run(
    _ shard: Shard, of plan: PlanFile, with runner: PointRunner, in folder: String, jobs: Int,
    progress: @escaping @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
  ) async throws -> Outcome {
    precondition(jobs >= 1, "a sweep has at least one job")
    let total = shard.points(of: plan.points.count)
    if try ShardFile.isComplete(shard, of: plan, in: folder) {
      progress(total, total)
      return Outcome(points: total, resumed: total, failed: 0)
    }
    let file = try ShardFile(shard, of: plan, in: folder)
    var outcome = Outcome(points: total, resumed: file.done, failed: 0)
    progress(file.done, total)
    var waiting: [Int: PointOutcome] = [:]
    try await withThrowingTaskGroup(of: PointOutcome.self) { group in
      var begun = file.done
      var running = 0
      while file.done < total {
        let ahead = min(total, file.done + 4 * jobs)
        while begun < ahead, running < jobs {
          let point = shard.point(begun)
          group.addTask {
            try Task.checkCancellation()
            return runner.run(point)
          }
          begun += 1
          running += 1
        }
        guard let found = try await group.next() else { return }
        running -= 1
        waiting[found.point] = found
        while let next = waiting.removeValue(forKey: shard.point(file.done)) {
          try file.append(next)
          if next.failure != nil { outcome.failed += 1 }
          progress(file.done, total)
        }
      }
    }
    try file.complete()
    return outcome
  }
}
