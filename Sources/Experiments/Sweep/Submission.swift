import Foundation

/// What was submitted to a cluster: `submit.json`, so that nothing is submitted twice.
public struct Submission: Codable, Hashable, Sendable {
  /// Version of this file.
  public var format = 1
  /// Name of the scheduler, `slurm`.
  public var engine: String
  /// Hash of the plan.
  public var plan: String
  /// How many shards the sweep was cut into.
  public var shards: Int
  /// Name of the jobs.
  public var jobName: String
  /// Numbers of the array jobs, the last one submitted at the end.
  public var jobs: [String]

  /// A submission of these parts.
  public init(engine: String, plan: String, shards: Int, jobName: String, jobs: [String] = []) {
    self.engine = engine
    self.plan = plan
    self.shards = shards
    self.jobName = jobName
    self.jobs = jobs
  }

  /// Name of the file in the folder of the shards.
  public static let fileName = "submit.json"

  /// The name that all jobs of a plan in a folder have: a job is found by it even if its number was never written down.
  public static func jobName(plan: PlanFile, folder: String) -> String {
    "windtunnel-" + SHA256.hexadecimal(of: Array((plan.hash + "\n" + folder).utf8)).prefix(12)
  }

  /// The file of a folder; nil when there is none. Throws `SweepFault` when it is broken or of another plan.
  public static func load(from folder: String, of plan: PlanFile) throws(SweepFault) -> Submission? {
    let path = folder + "/" + fileName
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    guard let found = try? JSONDecoder().decode(Submission.self, from: data), found.format == 1 else {
      throw SweepFault(
        path, found: "no record of a submission", wanted: "one that `sweep submit` wrote",
        advice: "remove it when no job of this sweep runs any more")
    }
    guard found.plan == plan.hash else {
      throw SweepFault(
        path, found: "a submission of another plan", wanted: "one of the plan \(plan.hash.prefix(12))",
        advice: "take another folder")
    }
    guard Shard(index: 0, of: found.shards) != nil else {
      throw SweepFault(path, found: "\(found.shards) shards", wanted: "1 to 100000", advice: "remove the file")
    }
    return found
  }

  /// The file's bytes.
  public func bytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  /// How many shards a sweep should have when nobody says.
  ///
  /// A shard that works for two minutes spends less than one per cent of its time on the scheduler (a task costs under
  /// a second), and yet ends within the shortest time limits, fits into gaps that the scheduler fills, and spreads the
  /// sweep over many nodes. Nothing finished is lost with a node, so shards need not be small for that. Never more
  /// than points, than tasks that the cluster takes, or than 1,000.
  public static func shards(points: Int, secondsAPoint: Double, jobs: Int, atMost limit: Int) -> Int {
    let most = max(1, min(points, min(limit, 1_000)))
    let wanted = (Double(points) * secondsAPoint / (secondsAShard * Double(jobs))).rounded(.up)
    return wanted.isFinite && wanted < Double(most) ? max(1, Int(wanted)) : most
  }

  /// Work of a shard to aim at, seconds.
  public static let secondsAShard = 120.0
}
