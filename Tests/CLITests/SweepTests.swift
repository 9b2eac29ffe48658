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

  @Test("a database replaces a database and nothing else")
  func database() throws {
    let folder = try Folder()
    try Self.planned(folder)
    #expect(try Self.run(folder).status == 0)
    let before = try folder.files("o")
    for name in ["o/sweep.json", "o/shard-00000-of-00001.csv", "s.yaml"] {
      let outcome = try Self.merge(folder, ["--sqlite", name])
      #expect(outcome.status == 65 && outcome.error.contains("a file that is no SQLite database"), "\(outcome.error)")
    }
    #expect(try folder.files("o") == before)
    #expect(try Self.merge(folder, ["--sqlite", "o"]).status == 65)
    #expect(try Self.merge(folder, ["--sqlite", "o/sweep.db"]).status == 0)
    #expect(try Self.merge(folder, ["--sqlite", "o/sweep.db"]).status == 0)
    let missing = try Self.merge(folder, ["--sqlite", "nowhere/sweep.db"])
    #expect(missing.status == 74 && missing.error.contains("No such file or directory"), "\(missing.error)")
  }

  @Test("shards do not go into a folder of another plan, and a new plan does not go where a job of another waits")
  func foreignFolders() throws {
    let folder = try Folder()
    try Self.planned(folder)
    let other = try Program.run(
      ["sweep", "plan", "p.yaml", "--out", "other", "--seed", "7", "--quiet"], in: folder)
    #expect(other.status == 0)
    let outcome = try Self.run(folder, ["--shard", "0", "--shards", "2"], to: "other")
    #expect(outcome.status == 65 && outcome.error.contains("wanted a folder of this plan"), "\(outcome.error)")
    #expect(try folder.files("other").keys.sorted() == ["sweep.json"])
    try folder.put("{\"plan\": \"0123\"}\n", "o/submit.json")
    let again = try Program.run(["sweep", "plan", "p.yaml", "--out", "o", "--seed", "8"], in: folder)
    #expect(again.status == 65 && again.error.contains("a submitted job of another plan"), "\(again.error)")
    let forced = try Program.run(["sweep", "plan", "p.yaml", "--out", "o", "--seed", "8", "--force"], in: folder)
    #expect(forced.status == 0)
    #expect(try folder.files("o").keys.sorted() == ["sweep.json"])
  }

  @Test("a plan's file that was edited to no points or replications is refused", arguments: ["points", "replications"])
  func brokenHeader(key: String) throws {
    let folder = try Folder()
    try Self.planned(folder)
    let text = String(decoding: try #require(try folder.files("o")["sweep.json"]), as: UTF8.self)
    for value in ["-1", "0"] {
      let range = try #require(text.range(of: "\"\(key)\":[0-9]+", options: .regularExpression))
      try folder.put(text.replacingCharacters(in: range, with: "\"\(key)\":\(value)"), "o/sweep.json")
      let outcome = try Self.run(folder)
      #expect(outcome.status == 65 && outcome.error.contains("a broken header"), "\(value): \(outcome.error)")
    }
  }

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

  @Test(
    "a run that is killed is resumed to the same bytes, and repeats nothing",
    arguments: zip([SIGKILL, SIGTERM, SIGINT, SIGHUP], [0, 1, 2, 4]))
  func killed(signal: Int32, finished: Int) throws {
    // The signal must meet a run at work: when it comes too late, the next run is longer.
    for hours in [20, 80, 320, 1_280] where try killed(signal, behind: finished, hours: hours) { return }
    Issue.record("no run was slow enough to be killed behind \(finished) of its 6 points")
  }

  /// Whether a run could be killed behind so many of its six points.
  private func killed(_ signal: Int32, behind finished: Int, hours: Int) throws -> Bool {
    let folder = try Folder()
    try Self.planned(folder, Self.plan.replacingOccurrences(of: "duration: 1 min", with: "duration: \(hours) h"))
    let path = folder.path + "/o/shard-00000-of-00001"
    func sealed() -> Int {
      let journal = FileManager.default.contents(atPath: path + ".part") ?? Data()
      return String(decoding: journal, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        .dropLast().filter { $0.hasPrefix("=") }.count
    }
    let running = try Running(
      Program.path, ["sweep", "run", "--plan", "o/sweep.json", "--out", "o", "--jobs", "2"], in: folder)
    while running.process.isRunning, !FileManager.default.fileExists(atPath: path + ".part") || sealed() < finished {
      usleep(1_000)
    }
    running.signal(signal)
    let killed = try running.outcome()
    guard killed.status != 0 else { return false }
    #expect(signal == SIGKILL ? killed.wasKilled : killed.status == 128 + signal)
    let done = sealed()
    #expect((finished..<6).contains(done))
    let resumed = try Self.run(folder)
    #expect(resumed.status == 0)
    #expect(resumed.error.contains("6 points, \(done) of them from before, 0 failed"))
    #expect(try Self.run(folder, ["--quiet"], to: "whole").status == 0)
    #expect(
      try folder.files("o")["shard-00000-of-00001.csv"] == folder.files("whole")["shard-00000-of-00001.csv"])
    return true
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
    // The same bytes from the same points, however they were cut up, and the manifest vouches for them.
    for shard in 0..<4 { #expect(try Self.run(folder, ["--shard", "\(shard)", "--shards", "4"], to: "q").status == 0) }
    #expect(try Self.merge(folder, ["--sqlite", "t.db"], in: "q").status == 0)
    let databases = ["s.db", "t.db"].map { FileManager.default.contents(atPath: folder.path + "/" + $0) }
    #expect(databases[0] == databases[1] && databases[0]?.isEmpty == false)
    let check = """
      import hashlib, json, sqlite3
      manifest = json.load(open("q/manifest.json"))
      assert manifest["database"]["name"] == "t.db", manifest["database"]
      assert manifest["database"]["sha256"] == hashlib.sha256(open("t.db", "rb").read()).hexdigest()
      number = [int(part) for part in manifest["database"]["sqliteVersion"].split(".")]
      assert number[0] == 3 and len(number) == 3, number
      # The version stands in the file's header, too.
      version = int.from_bytes(open("t.db", "rb").read()[96:100], "big")
      assert version == number[0] * 1000000 + number[1] * 1000 + number[2], version
      assert manifest["reproduce"][2].endswith("--out sweep --sqlite sweep/t.db"), manifest["reproduce"]
      """
    try folder.put(check, "manifest.py")
    let vouched = try Program.shell("python3 manifest.py", in: folder)
    #expect(vouched.status == 0, "\(vouched.error)")
    #expect(try Self.merge(folder, ["-q"], in: "q").status == 0)
    #expect(
      String(decoding: try folder.files("q")["manifest.json"] ?? Data(), as: UTF8.self).contains("\"database\": null"))
  }
}
