import Experiments
import Foundation
import Synchronization

/// An array job of a sweep: submits what is missing, or finds the job that runs already, and follows it.
///
/// Whether a shard is done is read from its file and never from Slurm, which forgets, restarts and may not answer;
/// Slurm tells only whether anybody still works.
struct SlurmJob {
  /// Parts of the script that all rounds share.
  var script: SlurmScript
  let plan: PlanFile
  let client: SlurmClient
  let isQuiet: Bool
  /// Numbers of the jobs that were submitted or found; held while one is being submitted, so that a signal waits.
  let numbers = Numbers()

  /// Numbers that a signal may ask for at any time.
  final class Numbers: Sendable {
    let all = Mutex<[String]>([])
  }

  private var folder: String { script.folder }

  // MARK: Submitting

  /// Submits the missing shards, unless a job of this sweep is at work: then that one is followed.
  func begin(_ progress: inout ShardProgress) throws {
    let lock = open(folder + "/.submit.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    defer { close(lock) }
    flock(lock, LOCK_EX)
    guard let queue = client.queue(script.jobName) else {
      throw SweepFault("squeue", found: "no answer", wanted: "the queue of Slurm", advice: "try again later")
    }
    if queue.isActive {
      let earlier = try Submission.load(from: folder, of: plan)?.shards ?? script.shards
      guard earlier == script.shards else {
        throw SweepFault(
          "--shards", found: "\(script.shards)", wanted: "\(earlier), as the job at work has",
          advice: "wait for it, or end it with scancel \(queue.activeJobs.joined(separator: " "))")
      }
      numbers.all.withLock { $0 = queue.activeJobs }
      if !isQuiet { StandardStreams.note("job \(queue.activeJobs.joined(separator: ", ")) is at work on this sweep") }
      return
    }
    try progress.look()
    guard !progress.isComplete else { return }
    try submit(progress.missing)
  }

  private func submit(_ missing: [Int]) throws {
    var script = script
    script.missing = missing
    var record = Submission(engine: "slurm", plan: plan.hash, shards: script.shards, jobName: script.jobName)
    record.jobs = try Submission.load(from: folder, of: plan)?.jobs ?? []
    let output = try OutputFolder(path: folder)
    _ = try OutputFolder(path: folder + "/" + SlurmScript.logs)
    try output.write([OutputFile(name: SlurmScript.fileName, contents: Array(script.text.utf8))])
    // Written before, too: a record without a job still fixes the number of shards.
    try output.write([OutputFile(name: Submission.fileName, contents: try record.bytes())])
    try numbers.all.withLock { numbers in
      let number = try client.submit(folder + "/" + SlurmScript.fileName)
      numbers = [number]
      record.jobs.append(number)
      try output.write([OutputFile(name: Submission.fileName, contents: try record.bytes())])
      if !isQuiet { StandardStreams.note("job \(number): \(missing.count) of \(script.shards) shards") }
    }
  }

  // MARK: Following

  /// Returns when all shards are complete or no task is left; whether somebody cancelled a task whose shard is missing.
  ///
  /// A task that fails is told at once.
  ///
  /// Pauses grow with the time that has passed, so that the end is seen at most a twentieth late and a long job is
  /// asked about twice a minute.
  func follow(_ progress: inout ShardProgress) async throws -> Bool {
    let bar = ProgressBar(isQuiet: isQuiet, of: "points")
    defer { bar.clear() }
    let begun = ContinuousClock.now
    var asked = begun
    var failed: [Int: SlurmQueue.Task] = [:]
    var remark = ""
    var wasSilent = false
    while true {
      try progress.look()
      bar.show(progress.points, of: max(1, plan.points.count), remark: remark)
      if progress.isComplete { return false }
      let elapsed = seconds(since: begun)
      if seconds(since: asked) >= min(30, max(0.5, elapsed / 20)) {
        asked = .now
        let queue = client.queue(script.jobName)
        if let queue {
          if !queue.isActive { try await settle(&progress) }
          let missing = Set(progress.missing)
          for task in current(queue) where task.hasFailed {
            guard let index = task.index, missing.contains(index), failed[index] == nil else { continue }
            failed[index] = task
            bar.clear()
            if failed.count <= Self.toldMax { tell(task, index) }
          }
          if !queue.isActive {
            if failed.count > Self.toldMax { StandardStreams.note("\(failed.count) shards failed in all") }
            return failed.contains { missing.contains($0.key) && $0.value.state == "CANCELLED" }
          }
          remark =
            queue.waitingFor.map { $0 == "None" ? ", waiting" : ", waiting (\($0))" } ?? ", \(queue.running) running"
        } else if !wasSilent, !isQuiet {
          bar.clear()
          StandardStreams.note("Slurm does not answer; the shards' files are watched all the same")
        }
        wasSilent = queue == nil
      }
      try await Task.sleep(for: .seconds(min(10, max(0.1, elapsed / 20))))
    }
  }

  /// Rows of the jobs that are followed.
  private func current(_ queue: SlurmQueue) -> [SlurmQueue.Task] {
    let numbers = numbers.all.withLock { $0 }
    return queue.tasks.filter { numbers.contains($0.job) }
  }

  /// A file written on another machine may be seen a little later than the end of the task.
  private func settle(_ progress: inout ShardProgress) async throws {
    for _ in 0..<4 {
      try progress.look()
      if progress.isComplete { return }
      try await Task.sleep(for: .milliseconds(500))
    }
  }

  private func seconds(since start: ContinuousClock.Instant) -> Double {
    let parts = (ContinuousClock.now - start).components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }

  // MARK: Telling

  /// So many failed tasks are shown, so that a thousand do not drown the reason.
  private static let toldMax = 5

  /// Says that a task failed, with the end of its log.
  private func tell(_ task: SlurmQueue.Task, _ index: Int) {
    let log = "\(folder)/\(SlurmScript.log(of: index))"
    let reason = task.reason == "None" ? "" : " (\(task.reason))"
    StandardStreams.note("shard \(index): \(task.state)\(reason), \(log) ends with:")
    for line in Self.end(of: log) { StandardStreams.note("  " + line) }
  }

  /// The last five lines of a file.
  private static func end(of path: String) -> [String] {
    guard let handle = FileHandle(forReadingAtPath: path) else { return ["(no such file)"] }
    defer { try? handle.close() }
    guard let size = try? handle.seekToEnd(), (try? handle.seek(toOffset: size > 4_096 ? size - 4_096 : 0)) != nil,
      let data = try? handle.readToEnd(), !data.isEmpty
    else { return ["(nothing)"] }
    return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(5).map(String.init)
  }
}
