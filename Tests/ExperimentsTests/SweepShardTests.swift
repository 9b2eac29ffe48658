import Foundation
import Testing

@testable import Experiments

@Suite("Shards")
struct SweepShardTests {
  @Test(
    "the points of all shards are all points, each once",
    arguments: [(points: 0, shards: 1), (1, 1), (5, 1), (5, 3), (6, 3), (7, 3), (3, 7)])
  func cover(points: Int, shards: Int) throws {
    var all: [Int] = []
    for index in 0..<shards {
      let shard = try #require(Shard(index: index, of: shards))
      all += (0..<shard.points(of: points)).map { shard.point($0) }
    }
    #expect(all.sorted() == Array(0..<points))
  }

  struct Case: Sendable, CustomStringConvertible {
    var shard: Int?
    var shards: Int?
    var environment: [String: String] = [:]
    /// `2 of 5`, or a part of the refusal.
    var wanted: String
    var description: String { "\(shard as Int?) \(shards as Int?) \(environment)" }
  }

  private static func slurm(
    _ id: String, _ least: Int, _ greatest: Int, _ count: Int, step: Int = 1, more: [String: String] = [:]
  ) -> [String: String] {
    [
      "SLURM_ARRAY_TASK_ID": id, "SLURM_ARRAY_TASK_MIN": "\(least)", "SLURM_ARRAY_TASK_MAX": "\(greatest)",
      "SLURM_ARRAY_TASK_COUNT": "\(count)", "SLURM_ARRAY_TASK_STEP": "\(step)",
    ].merging(more) { $1 }
  }

  private static func sge(_ id: String, _ first: Int, _ last: Int, step: Int = 1) -> [String: String] {
    [
      "SGE_TASK_ID": id, "SGE_TASK_FIRST": "\(first)", "SGE_TASK_LAST": "\(last)", "SGE_TASK_STEPSIZE": "\(step)",
    ]
  }

  static let cases: [Case] = [
    Case(wanted: "0 of 1"), Case(shard: 2, shards: 5, wanted: "2 of 5"), Case(shard: 4, shards: 5, wanted: "4 of 5"),
    Case(shard: 5, shards: 5, wanted: "not 5 of 5"), Case(shard: -1, shards: 5, wanted: "not -1 of 5"),
    Case(shard: 0, shards: 0, wanted: "not 0 of 0"), Case(shard: 0, shards: 100_001, wanted: "not 0 of 100001"),
    Case(shard: 0, wanted: "--shard needs --shards"), Case(shards: 1, wanted: "0 of 1"),
    Case(shards: 2, wanted: "no scheduler's variable"), Case(shards: 0, wanted: "not 0"),
    // Options win over a scheduler that says otherwise.
    Case(shard: 1, shards: 3, environment: slurm("7", 0, 9, 10), wanted: "1 of 3"),
    // Slurm: from 0, from 1, with a step.
    Case(environment: slurm("0", 0, 3, 4), wanted: "0 of 4"), Case(environment: slurm("3", 0, 3, 4), wanted: "3 of 4"),
    Case(environment: slurm("1", 1, 4, 4), wanted: "0 of 4"), Case(environment: slurm("4", 1, 4, 4), wanted: "3 of 4"),
    Case(environment: slurm("20", 0, 30, 4, step: 10), wanted: "2 of 4"),
    Case(environment: slurm("3", 1, 7, 3), wanted: "has gaps"),
    Case(shards: 3, environment: slurm("1", 1, 7, 3), wanted: "has gaps"),
    Case(shards: 4, environment: slurm("2", 1, 4, 4), wanted: "1 of 4"),
    // Some shards again, by their numbers, as `merge` lists them.
    Case(shards: 8, environment: slurm("5", 2, 5, 2), wanted: "5 of 8"),
    Case(shards: 8, environment: slurm("7", 7, 7, 1), wanted: "7 of 8"),
    Case(shards: 8, environment: slurm("8", 7, 8, 2), wanted: "names shard 8"),
    Case(shards: 8, environment: ["SLURM_ARRAY_TASK_ID": "5"], wanted: "5 of 8"),
    Case(environment: ["SLURM_ARRAY_TASK_ID": "5"], wanted: "give --shards"),
    Case(environment: slurm("x", 0, 3, 4), wanted: "SLURM_ARRAY_TASK_ID is no whole number"),
    Case(environment: ["SLURM_ARRAY_TASK_ID": ""], wanted: "0 of 1"),
    // Grid Engine numbers from 1.
    Case(environment: sge("1", 1, 4), wanted: "0 of 4"), Case(environment: sge("4", 1, 4), wanted: "3 of 4"),
    Case(environment: sge("5", 1, 9, step: 2), wanted: "2 of 5"),
    Case(environment: sge("undefined", 1, 1), wanted: "0 of 1"),
    Case(shards: 8, environment: sge("3", 3, 3), wanted: "2 of 8"),
    // MPI.
    Case(environment: ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4"], wanted: "2 of 4"),
    Case(
      environment: ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "2"], wanted: "2 of 4"),
    Case(environment: ["PMI_RANK": "0", "PMI_SIZE": "1"], wanted: "0 of 1"),
    Case(environment: ["PMI_RANK": "3", "PMI_SIZE": "3"], wanted: "has gaps"),
    Case(environment: ["PMIX_RANK": "1"], wanted: "give --shards"),
    Case(shards: 4, environment: ["PMIX_RANK": "1"], wanted: "1 of 4"),
    Case(
      environment: ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4", "PMI_RANK": "1", "PMI_SIZE": "4"],
      wanted: "different shards"),
    // An array's task that srun makes a world of one.
    Case(
      environment: slurm("2", 0, 3, 4, more: ["PMI_RANK": "0", "PMI_SIZE": "1", "PMIX_RANK": "0"]), wanted: "2 of 4"),
    Case(environment: slurm("2", 0, 3, 4, more: ["PMI_RANK": "1", "PMI_SIZE": "2"]), wanted: "different shards"),
    // Kubernetes.
    Case(environment: ["JOB_COMPLETION_INDEX": "2", "JOB_COMPLETIONS": "3"], wanted: "2 of 3"),
    Case(shards: 3, environment: ["JOB_COMPLETION_INDEX": "2"], wanted: "2 of 3"),
    Case(environment: ["JOB_COMPLETION_INDEX": "2"], wanted: "give --shards"),
    Case(shards: 2, environment: ["JOB_COMPLETION_INDEX": "2"], wanted: "names shard 2"),
    Case(
      environment: sge("1", 1, 4).merging(["JOB_COMPLETION_INDEX": "2", "JOB_COMPLETIONS": "4"]) { $1 },
      wanted: "different shards"),
  ]

  @Test("options and schedulers say which shard it is, or why they do not", arguments: cases)
  func choice(_ example: Case) {
    do {
      let choice = try ShardChoice(shard: example.shard, shards: example.shards, environment: example.environment)
      #expect("\(choice.shard.index) of \(choice.shard.count)" == example.wanted)
    } catch { #expect(error.description.contains(example.wanted), "\(error)") }
  }

  @Test("all cuts of a sweep read alike, more shards than points included", arguments: [1, 3, 7, 12])
  func cuts(shards: Int) async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 10)
      try await SweepPlans.run(plan, shards: shards, in: folder)
      var points: [Int] = []
      let set = try ShardSet(of: plan, in: folder)
      #expect(set.count == shards)
      try set.readAll { outcome in
        points.append(outcome.point)
        #expect("\(outcome.figures)" == "\(SweepPlans.outcome(outcome.point).figures)")
      }
      #expect(points == Array(0..<10))
    }
  }

  @Test("what is missing is named as an array job takes it; other cuts and strange files do not count")
  func missing() async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 10)
      func fault() -> String {
        (#expect(throws: SweepFault.self) { try ShardSet(of: plan, in: folder) })?.description ?? ""
      }
      #expect(fault().contains("no shards"))
      try await SweepPlans.run(plan, shards: 7, in: folder)
      for index in [1, 2, 4] { try FileManager.default.removeItem(atPath: "\(folder)/shard-0000\(index)-of-00007.csv") }
      // Points 1, 8, 2, 9 and 4.
      #expect(
        fault().hasSuffix(
          "found 4 of 7 shards, and 5 points missing (1, 2, 4, ..), wanted all of them; run the missing ones with --shards 7, "
            + "as an array 1-2,4"))
      try SweepPlans.put("mine".utf8, folder + "/shard-1-of-7.csv")
      try SweepPlans.put("mine".utf8, folder + "/shard-00009-of-00007.csv")
      #expect(fault().contains("an array 1-2,4"))
      try await SweepPlans.run(plan, shards: 3, in: folder)
      #expect(try ShardSet(of: plan, in: folder).count == 3)
      try SweepPlans.put("mine\n".utf8, folder + "/shard-00000-of-00002.csv")
      #expect(fault().contains("another plan"))
    }
  }

  @Test("the memory of a sweep grows with points and parameters, and is nil where it cannot be counted")
  func memory() {
    #expect(SweepPlanner.bytes(points: 0, parameters: 3) == 0)
    #expect(SweepPlanner.bytes(points: 1_000, parameters: 2) == 256_000)
    #expect(SweepPlanner.bytes(points: .max, parameters: 1) == nil)
  }

  @Test("numbers become an array list")
  func ranges() {
    #expect(ShardSet.ranges([]) == "")
    #expect(ShardSet.ranges([3]) == "3")
    #expect(ShardSet.ranges([0, 1, 2, 4, 6, 7]) == "0-2,4,6-7")
  }

  @Test("a folder with shards or tables of another plan is refused, and cleared only on demand")
  func strangers() async throws {
    try await SweepPlans.withFolder { folder in
      let plan = try SweepPlans.plan(points: 4)
      try await SweepPlans.run(plan, shards: 2, in: folder)
      try SweepFolder(folder, planHash: plan.hash).refuseStrangers()
      var open: ShardFile? = try ShardFile(.whole, of: plan, in: folder)
      try SweepFolder(folder, planHash: "other").removeStrangers()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["shard-00000-of-00001.part"])
      // An empty journal is nothing to lose; one with a point is, and its writer is not disturbed.
      try SweepFolder(folder, planHash: "other").refuseStrangers()
      try open?.append(SweepPlans.outcome(0))
      let other = SweepFolder(folder, planHash: "other")
      #expect(other.strangers == ["shard-00000-of-00001.part"])
      #expect(throws: SweepFault.self) { try other.refuseStrangers() }
      #expect(throws: SweepFault.self) { try other.removeStrangers() }
      open = nil
      try other.removeStrangers()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      try SweepPlans.put("{}".utf8, folder + "/manifest.json")
      #expect(SweepFolder(folder, planHash: "other").hasForeignTables)
      try SweepPlans.put("{other}".utf8, folder + "/manifest.json")
      #expect(!SweepFolder(folder, planHash: "other").hasForeignTables)
    }
  }
}
