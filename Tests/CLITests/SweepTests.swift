import Foundation
import Testing

@Suite("Sweep")
struct SweepTests {
  /// A plan over `scenario()` of 3 x 2 points.
  private static let plan = """
    sweep: Test
    scenario: s.yaml
    replications: 2
    settings: { duration: 1 min }
    parameters:
      memory: { path: resources.worker.memorySize, values: [128 MB, 1 GB, 512 MB] }
      rate: { path: traffic.shoppers.arrivals.poisson.rate, values: [1 / s, 5 / s] }

    """

  private static func planned(
    _ folder: borrowing Folder, _ plan: String = plan, scenario text: String = scenario()
  ) throws {
    try folder.put(text, "s.yaml")
    try folder.put(plan, "p.yaml")
    let outcome = try Program.run(["sweep", "plan", "p.yaml", "--out", "o", "--quiet"], in: folder)
    #expect(outcome.status == 0 && outcome.error == "", "\(outcome.error)")
  }

  private static func run(
    _ folder: borrowing Folder, _ arguments: [String] = [], to out: String = "o", environment: [String: String] = [:]
  ) throws -> Program.Outcome {
    try Program.run(
      ["sweep", "run", "--plan", "o/sweep.json", "--out", out] + arguments, in: folder, environment: environment)
  }

  private static func merge(
    _ folder: borrowing Folder, _ arguments: [String] = [], in out: String = "o"
  ) throws -> Program.Outcome {
    try Program.run(["sweep", "merge", "--plan", "o/sweep.json", "--out", out] + arguments, in: folder)
  }

  private static let tables = ["manifest.json", "points.csv", "results.csv"]

  @Test("the tables are the same however the sweep was cut and for any number of jobs")
  func cuts() throws {
    let folder = try Folder()
    try Self.planned(folder)
    #expect(try Self.run(folder, ["--jobs", "1"]).status == 0)
    let merged = try Self.merge(folder)
    #expect(merged.status == 0 && merged.output.hasPrefix("Test\n6 points of 2 replications, 0 failed"))
    let expected = try folder.files("o").filter { Self.tables.contains($0.key) }
    #expect(expected.keys.sorted() == Self.tables)
    for shards in [3, 7, 9] {
      for index in 0..<shards {
        // Every third from the options, the others from schedulers.
        let arguments = index % 3 == 0 ? ["--shard", "\(index)", "--shards", "\(shards)", "--jobs", "2"] : []
        let environment =
          index % 3 == 1
          ? ["OMPI_COMM_WORLD_RANK": "\(index)", "OMPI_COMM_WORLD_SIZE": "\(shards)"]
          : ["JOB_COMPLETION_INDEX": "\(index)", "JOB_COMPLETIONS": "\(shards)"]
        let outcome = try Self.run(folder, arguments, to: "o\(shards)", environment: environment)
        #expect(outcome.status == 0)
        #expect(outcome.error.hasPrefix("shard \(index) of \(shards), from "))
      }
      #expect(try Self.merge(folder, ["-q"], in: "o\(shards)").status == 0)
      #expect(try folder.files("o\(shards)").filter { Self.tables.contains($0.key) } == expected)
    }
    let csv = try Self.merge(folder, ["--format", "csv", "-q"])
    #expect(Data(csv.output.utf8) == expected["points.csv"])
    #expect(csv.error == "")
    let json = try Self.merge(folder, ["--format", "json", "-q"])
    #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
  }

  @Test("a run that is killed at any moment is resumed to the same bytes, and repeats nothing", arguments: 1...4)
  func killed(attempt: Int) throws {
    let folder = try Folder()
    let plan = Self.plan.replacingOccurrences(of: "duration: 1 min", with: "duration: 20 h")
    try Self.planned(folder, plan)
    #expect(try Self.run(folder, ["--quiet"], to: "whole").status == 0)
    let running = try Running(
      Program.path, ["sweep", "run", "--plan", "o/sweep.json", "--out", "o", "--jobs", "2"], in: folder)
    usleep(UInt32(150_000 * attempt))
    running.signal([SIGKILL, SIGTERM, SIGINT, SIGHUP][attempt - 1])
    let killed = try running.outcome()
    if killed.status != 0 {
      #expect(attempt == 1 ? killed.wasKilled : killed.status == 128 + [0, SIGTERM, SIGINT, SIGHUP][attempt - 1])
    }
    let journal = FileManager.default.contents(atPath: folder.path + "/o/shard-00000-of-00001.part") ?? Data()
    let done = String(decoding: journal, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast().filter { $0.hasPrefix("=") }.count
    let resumed = try Self.run(folder)
    #expect(resumed.status == 0)
    if killed.status != 0 { #expect(resumed.error.contains("6 points, \(done) of them from before, 0 failed")) }
    #expect(
      try folder.files("o")["shard-00000-of-00001.csv"] == folder.files("whole")["shard-00000-of-00001.csv"])
  }

  @Test("two processes on one shard: one of them is refused with 65, and the shard is whole")
  func twoWriters() throws {
    let folder = try Folder()
    try Self.planned(folder, Self.plan.replacingOccurrences(of: "duration: 1 min", with: "duration: 50 h"))
    let arguments = ["sweep", "run", "--plan", "o/sweep.json", "--out", "o", "--jobs", "1"]
    let both = try [Running(Program.path, arguments, in: folder), Running(Program.path, arguments, in: folder)]
    let outcomes = try both.map { try $0.outcome() }
    #expect(outcomes.map(\.status).sorted() == [0, 65])
    #expect(outcomes.first { $0.status == 65 }?.error.contains("another process that writes this shard") == true)
    #expect(try Self.merge(folder).status == 0)
  }

  @Test("a full disk ends with 74 and leaves a journal that goes on", arguments: [1, 2])
  func fullDisk(kilobytes: Int) throws {
    let folder = try Folder()
    try Self.planned(folder, Self.plan + "figures: [all]\n")
    #expect(try Self.run(folder, to: "whole").status == 0)
    let outcome = try Program.shell(
      "ulimit -f \(kilobytes); exec $W sweep run --plan o/sweep.json --out o", in: folder)
    #expect(outcome.status == 74)
    #expect(outcome.error.contains("error: cannot write o/shard-00000-of-00001.part: File too large"))
    #expect(try Self.run(folder).status == 0)
    #expect(try folder.files("o")["shard-00000-of-00001.csv"] == folder.files("whole")["shard-00000-of-00001.csv"])
    // Merging too: the old tables stay, and no half one is there.
    #expect(try Self.merge(folder).status == 0)
    let before = try folder.files("o")
    let merged = try Program.shell(
      "ulimit -f \(kilobytes); exec $W sweep merge --plan o/sweep.json --out o", in: folder)
    #expect(merged.status == 74)
    #expect(try folder.files("o") == before && folder.names("o") == before.keys.sorted())
  }

  @Test("points that fail are rows, and stop nothing")
  func failing() throws {
    let folder = try Folder()
    // Only together they are wrong: the provisioned executions are more than the account has.
    let plan = """
      sweep: Test
      scenario: s.yaml
      settings: { duration: 10 s }
      parameters:
        limit: { path: account.concurrentExecutions, values: [1000, 200] }
        reserved: { path: resources.worker.reservedConcurrentExecutions, values: [10, 800] }

      """
    try Self.planned(folder, plan)
    let run = try Self.run(folder)
    #expect(run.status == 0 && run.error.contains("4 points, 0 of them from before, 1 failed"))
    #expect(try Self.merge(folder).status == 0)
    let rows = String(decoding: try folder.files("o")["points.csv"] ?? Data(), as: UTF8.self).split(separator: "\n")
    #expect(rows.count == 5 && rows[4].hasPrefix("3,200,800,error,\"") && rows[4].contains("found 800"), "\(rows)")
    #expect(rows[1...3].allSatisfy { $0.contains(",ok,,3,") })
  }

  @Test("merge says what is missing and writes nothing")
  func incomplete() throws {
    let folder = try Folder()
    try Self.planned(folder)
    #expect(try Self.run(folder, ["--shard", "1", "--shards", "4"]).status == 0)
    let outcome = try Self.merge(folder)
    #expect(outcome.status == 65)
    #expect(outcome.error.contains("found 1 of 4 shards, and 4 points missing (0, 2, 3, ..)"))
    #expect(outcome.error.contains("--shards 4, as an array 0,2-3"))
    #expect(folder.names("o") == ["shard-00001-of-00004.csv", "sweep.json"])
  }

  @Test("a plan that is there stays as it is, another one needs --force once there are shards")
  func overwriting() throws {
    let folder = try Folder()
    try Self.planned(folder)
    #expect(try Self.run(folder).status == 0 && Self.merge(folder).status == 0)
    let before = try folder.files("o")
    let again = try Program.run(["sweep", "plan", "p.yaml", "--out", "o"], in: folder)
    #expect(again.status == 0 && again.error.hasSuffix("o/sweep.json, as it was\n"))
    let other = ["sweep", "plan", "p.yaml", "--out", "o", "--seed", "2"]
    let refused = try Program.run(other, in: folder)
    #expect(refused.status == 65 && refused.error.contains("found 1 complete shard, tables of another plan"))
    #expect(try folder.files("o") == before)
    #expect(try Program.run(other + ["--force"], in: folder).status == 0)
    #expect(folder.names("o") == ["sweep.json"])
    #expect(try folder.files("o")["sweep.json"] != before["sweep.json"])
  }

  @Test("changed prices, traffic, version and format are refused with 65")
  func changed() throws {
    let folder = try Folder()
    try folder.put("time,count\n0,1\n", "t.csv")
    try Self.planned(folder)
    let path = folder.path + "/o/sweep.json"
    let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
    func fault(_ old: String, _ new: String) throws -> String {
      #expect(text.contains(old))
      try folder.put(text.replacingOccurrences(of: old, with: new), "o/sweep.json")
      let outcome = try Self.run(folder)
      #expect(outcome.status == 65)
      return outcome.error
    }
    #expect(try fault("\"toolVersion\":\"", "\"toolVersion\":\"9.").contains("a plan of version 9."))
    #expect(try fault("{\"windtunnelSweep\": 1", "{\"windtunnelSweep\": 7").contains("found format 7"))
    #expect(
      try fault("\"path\":\"us-east-1\",\"sha256\":\"", "\"path\":\"us-east-1\",\"sha256\":\"0").contains("prices"))
    let traffic = "\"traffic\":[{\"path\":\"t.csv\",\"sha256\":\"00\"}]"
    #expect(try fault("\"traffic\":[]", traffic).contains("t.csv: found recorded traffic"))
    #expect(try fault("\"traffic\":[]", traffic.replacingOccurrences(of: "t.csv", with: "u.csv")).contains("u.csv"))
    #expect(try fault("\"points\":6", "\"points\":7").contains("sweep.json: found"))
  }

  @Test(
    "what is wrong with a plan's values is said at its place",
    arguments: [
      (
        "resources.worker.memorySize", "resources.worker.memorySzie",
        "p.yaml:6:19: found the unknown key `memorySzie` in the path of memory"
      ),
      ("1 GB", "1 s", "p.yaml:6:65: found 1 s for memory"), ("1 GB", "64 MB", "p.yaml:6:65: found 64 MB for memory"),
      ("128 MB", "64 MB", "p.yaml:6:57: found 64 MB for memory"), ("duration: 1 min", "duration: 1 MB", "p.yaml:4:13"),
      ("memorySize", "timeout", "p.yaml:6:"), ("traffic.shoppers.arrivals.poisson.rate", "seed", "p.yaml:7:"),
      ("replications: 2", "figures: [cost.monthyl]", "p.yaml:3:11: found the unknown figure `cost.monthyl`"),
    ])
  func trial(old: String, new: String, wanted: String) throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    try folder.put(Self.plan.replacingOccurrences(of: old, with: new), "p.yaml")
    let outcome = try Program.run(["sweep", "plan", "p.yaml", "--out", "o"], in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.error.contains(wanted), "\(outcome.error)")
    #expect(folder.names("o") == nil)
  }

  @Test("a parameter that changes nothing, a setting that collides, and too many points are refused")
  func refused() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    func fault(_ plan: String, _ more: [String] = []) throws -> String {
      try folder.put(plan, "p.yaml")
      let outcome = try Program.run(["sweep", "plan", "p.yaml", "--out", "o"] + more, in: folder)
      #expect(outcome.status == 65)
      return outcome.error
    }
    let idle = Self.plan + "  seed: { path: seed, values: [1, 2] }\n"
    #expect(try fault(idle).contains("p.yaml:8:17: found `seed`, whose values all give the same simulation"))
    let collision = try fault(Self.plan, ["--set", "resources.worker.memorySize=1 GB"])
    #expect(collision.contains("--set resources.worker.memorySize: found a path that the parameter `memory` varies"))
    try folder.put("no book", "b.yaml")
    #expect(try fault(Self.plan, ["--price-book", "b.yaml"]).contains("b.yaml"))
    #expect(try fault(Self.plan, ["--price-book", "c.yaml"]).contains("c.yaml: found no readable file"))
    let many = (0..<4).map {
      "  x\($0): { path: a\($0), values: [\((0..<100).map(String.init).joined(separator: ","))] }"
    }
    #expect(
      try fault("sweep: T\nscenario: s.yaml\nparameters:\n" + many.joined(separator: "\n")).contains(
        "found 100000000 points, wanted at most 10000000"))
  }

  @Test("a folder that cannot be written ends with 74", arguments: ["/proc/windtunnel", "s.yaml", "s.yaml/below"])
  func unwritable(out: String) throws {
    let folder = try Folder()
    try Self.planned(folder)
    #expect(try Self.run(folder, to: out).status == 74)
    #expect(try Program.run(["sweep", "plan", "p.yaml", "--out", out], in: folder).status == 74)
  }

  @Test(
    "which shard it is must be plain: 64",
    arguments: [
      (["--shards", "4"], [:]), (["--shard", "4", "--shards", "4"], [:]), (["--shard", "1"], [:]),
      ([], ["SLURM_ARRAY_TASK_ID": "1"]), ([], ["JOB_COMPLETION_INDEX": "1"]),
    ] as [([String], [String: String])])
  func unclear(arguments: [String], environment: [String: String]) throws {
    let folder = try Folder()
    try Self.planned(folder)
    #expect(try Self.run(folder, arguments, environment: environment).status == 64)
    #expect(folder.names("o") == ["sweep.json"])
  }

  @Test(
    "a SQLite file holds the tables, with indices",
    .enabled(if: FileManager.default.fileExists(atPath: "/usr/bin/python3")))
  func sqlite() throws {
    let folder = try Folder()
    try Self.planned(folder)
    #expect(try Self.run(folder).status == 0)
    #expect(try Self.merge(folder, ["--sqlite", "s.db"]).status == 0)
    let script = """
      import csv, sqlite3
      db = sqlite3.connect("s.db")
      rows = list(csv.reader(open("o/points.csv")))
      assert [c[1] for c in db.execute("pragma table_info(points)")] == rows[0]
      for row, wanted in zip(db.execute("select * from points order by point"), rows[1:], strict=True):
          for a, b in zip(row, wanted, strict=True):
              if str(a) != b and (a is not None or b != ""):
                  assert abs(float(a) - float(b)) < 1e-9 * abs(float(b)) + 1e-12, (a, b)
      tidy = list(csv.DictReader(open("o/results.csv")))
      assert db.execute("select count(*) from results").fetchone()[0] == len(tidy) > 0
      total = db.execute("select sum(value) from results").fetchone()[0]
      assert abs(total - sum(float(r["value"]) for r in tidy if r["value"])) < 1e-3
      assert db.execute("select typeof(memory_MB) from points").fetchone() == ("integer",)
      assert db.execute("select value from plan where name = 'sweep'").fetchone() == ("Test",)
      assert len(db.execute("pragma index_list(results)").fetchall()) == 2
      assert db.execute("pragma integrity_check").fetchone() == ("ok",)
      """
    try folder.put(script, "check.py")
    let outcome = try Program.shell("python3 check.py", in: folder)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(try Self.merge(folder, ["--sqlite", "nowhere/s.db"]).status == 74)
  }
}
