import Foundation
import Testing

@testable import Experiments

@Suite("Slurm")
struct SlurmTests {
  private static func script(missing: [Int] = [0, 1, 2], title: String = "Memory", folder: String = "/data/out")
    -> SlurmScript
  {
    SlurmScript(
      title: title, jobName: "windtunnel-0123456789ab", missing: missing, shards: 12, points: 33, jobs: 2,
      program: "/opt/windtunnel", plan: "/data/sweep.json", folder: folder, options: ["--partition=long"])
  }

  @Test("the script names every option on a line of its own and gives way to the program")
  func text() {
    #expect(
      Self.script().text == """
        #!/bin/bash
        # Memory: 33 points in 12 shards, of which this runs 3.
        #SBATCH --job-name=windtunnel-0123456789ab
        #SBATCH --array=0-2
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=2
        #SBATCH --requeue
        #SBATCH --open-mode=append
        #SBATCH --output=/data/out/logs/%a.log
        #SBATCH --partition=long
        exec /opt/windtunnel sweep run --plan /data/sweep.json --out /data/out --shard "$SLURM_ARRAY_TASK_ID" \
        --shards 12 --jobs 2

        """)
  }

  @Test("the array lists the missing shards, neighbours as a range")
  func arrays() {
    #expect(Self.script(missing: [7]).text.contains("#SBATCH --array=7\n"))
    #expect(Self.script(missing: [0, 1, 3, 5, 6, 7, 11]).text.contains("#SBATCH --array=0-1,3,5-7,11\n"))
  }

  @Test("neither the shell nor sbatch reads anything out of a path or a title")
  func quoting() {
    let text = Self.script(title: "a\nrm -rf /", folder: "/d/it's \"50%\" $HOME \\").text
    #expect(text.contains("# a rm -rf /: 33 points"))
    #expect(text.contains("#SBATCH --output=\"/d/it's \\\"50%%\\\" $HOME \\\\/logs/%a.log\"\n"))
    #expect(text.contains(" --out '/d/it'\\''s \"50%\" $HOME \\' --shard"))
    #expect(SlurmScript.quoted("") == "''")
    #expect(SlurmScript.directive("--exclusive") == "--exclusive")
    #expect(SlurmScript.directive("--comment=a b") == "--comment=\"a b\"")
    #expect(SlurmScript.objection(to: "/a\nb") != nil && SlurmScript.objection(to: "/a\u{7F}") != nil)
    #expect(SlurmScript.objection(to: "/a b'\"$ü") == nil)
  }

  @Test("a shell takes quoted words literally")
  func shell() throws {
    for word in ["it's", "$HOME `id` \"x\"", "a\\b*?", "", "-n", "ü €"] {
      let process = Process()
      let pipe = Pipe()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-c", "printf '%s' " + SlurmScript.quoted(word)]
      process.standardOutput = pipe
      try process.run()
      let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(String(decoding: output, as: UTF8.self) == (word == "-n" ? "-n" : word))
    }
  }

  @Test("the queue is read row by row: what waits together has no index, ends are told from work")
  func queue() {
    let queue = SlurmQueue(
      "12|3-7|PENDING|Resources\n12|0|RUNNING|None\n12|1|COMPLETED|None\n12|2|FAILED|NonZeroExitCode\nnonsense\n")
    #expect(queue.tasks.count == 4 && queue.tasks[0].index == nil && queue.tasks[1].index == 0)
    #expect(queue.tasks.map(\.hasEnded) == [false, false, true, true])
    #expect(queue.tasks.map(\.hasFailed) == [false, false, false, true])
    #expect(queue.isActive && queue.activeJobs == ["12"] && queue.running == 1 && queue.waitingFor == nil)
    let waiting = SlurmQueue("13|0-7|PENDING|Resources\n12|1|TIMEOUT|TimeLimit\n")
    #expect(waiting.waitingFor == "Resources" && waiting.activeJobs == ["13"])
    #expect(!SlurmQueue("").isActive && !SlurmQueue("12|0|COMPLETED|None\n").isActive)
    #expect(SlurmQueue("12|0|COMPLETING|None\n").isActive)
    #expect(SlurmQueue("12|0|REQUEUED|a|b\n").tasks[0].reason == "a|b")
  }

  @Test("the largest array comes from the configuration, and from no line that only looks like it")
  func arraySize() {
    let configuration = "MailProg = /bin/mail\nMaxArraySize            = 501\nMaxJobCount = 10000\n"
    #expect(SlurmQueue.arraySizeMax(in: configuration) == 501)
    #expect(SlurmQueue.arraySizeMax(in: "XMaxArraySize = 5\n") == nil)
    #expect(SlurmQueue.arraySizeMax(in: "") == nil)
  }

  @Test("without a word, a shard has two minutes of work, within points, array and a thousand")
  func shardCount() {
    func shards(_ points: Int, _ seconds: Double, jobs: Int = 1, atMost limit: Int = 5_000) -> Int {
      Submission.shards(points: points, secondsAPoint: seconds, jobs: jobs, atMost: limit)
    }
    #expect(shards(120, 1) == 1)
    #expect(shards(121, 1) == 2)
    #expect(shards(1_200, 1) == 10)
    #expect(shards(1_200, 1, jobs: 4) == 3)
    #expect(shards(33, 1_000) == 33)
    #expect(shards(1_000_000, 1) == 1_000)
    #expect(shards(1_000_000, 1, atMost: 501) == 501)
    #expect(shards(10, 0) == 1)
    #expect(shards(10, .infinity) == 10)
  }
}

@Suite("Submissions and progress")
struct ShardProgressTests {
  private static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("windtunnel-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private static func outcome(_ point: Int) -> PointOutcome {
    PointOutcome(point: point, figures: [[PointFigure(name: "a", unit: "ms", value: 1)]], failure: nil)
  }

  @Test("progress counts sealed points while they are written, and knows the missing shards")
  func progress() throws {
    try Self.inFolder { folder in
      let plan = try SweepPlans.plan(points: 7)
      var progress = ShardProgress(of: plan, shards: 3, in: folder)
      try progress.look()
      #expect(progress.points == 0 && progress.missing == [0, 1, 2] && !progress.isComplete)
      for index in 0..<3 {
        let shard = try #require(Shard(index: index, of: 3))
        let file = try #require(try ShardFile(shard, of: plan, in: folder))
        for place in 0..<shard.points(of: 7) {
          let before = progress.points
          try file.append(
            place == 1
              ? PointOutcome(point: shard.point(place), figures: [], failure: "no") : Self.outcome(shard.point(place)))
          try file.synchronize()
          try progress.look()
          #expect(progress.points == before + 1)
        }
        try file.complete()
        try progress.look()
        #expect(progress.missing == Array(index + 1..<3))
      }
      #expect(progress.isComplete && progress.points == 7)
      var late = ShardProgress(of: plan, shards: 3, in: folder)
      try late.look()
      #expect(late.isComplete && late.points == 7)
    }
  }

  @Test("half a point at the end of a journal is none, and is read again when it was cut off")
  func tornJournal() throws {
    try Self.inFolder { folder in
      let plan = try SweepPlans.plan(points: 4)
      let shard = Shard.whole
      let path = ShardFile.paths(of: shard, in: folder).journal
      do {
        let file = try #require(try ShardFile(shard, of: plan, in: folder))
        try file.append(Self.outcome(0))
        try file.synchronize()
      }
      let sound = try Data(contentsOf: URL(fileURLWithPath: path))
      try (sound + Data("0,ms,1,a\n=1,1,half".utf8)).write(to: URL(fileURLWithPath: path))
      var progress = ShardProgress(of: plan, shards: 1, in: folder)
      try progress.look()
      #expect(progress.points == 1)
      let file = try #require(try ShardFile(shard, of: plan, in: folder))
      #expect(file.done == 1)
      for point in 1..<4 { try file.append(Self.outcome(point)) }
      try file.synchronize()
      try progress.look()
      #expect(progress.points == 4 && !progress.isComplete)
    }
  }

  @Test("a shard of another plan is told and not counted")
  func otherPlan() throws {
    try Self.inFolder { folder in
      let file = try #require(try ShardFile(.whole, of: SweepPlans.plan(points: 1), in: folder))
      try file.append(Self.outcome(0))
      try file.complete()
      var progress = ShardProgress(of: try SweepPlans.plan(points: 1, name: "t"), shards: 1, in: folder)
      #expect(throws: SweepFault.self) { try progress.look() }
    }
  }

  @Test("the record of a submission comes back as it was; one of another plan, a broken and a newer one are refused")
  func record() throws {
    try Self.inFolder { folder in
      let plan = try SweepPlans.plan(points: 2)
      #expect(try Submission.load(from: folder, of: plan) == nil)
      let name = Submission.jobName(plan: plan, folder: folder)
      #expect(name.count == 23 && name != Submission.jobName(plan: plan, folder: folder + "x"))
      let record = Submission(engine: "slurm", plan: plan.hash, shards: 2, jobName: name, jobs: ["12", "40"])
      let file = URL(fileURLWithPath: folder + "/" + Submission.fileName)
      try Data(try record.bytes()).write(to: file)
      #expect(try Submission.load(from: folder, of: plan) == record)
      #expect(throws: SweepFault.self) { try Submission.load(from: folder, of: SweepPlans.plan(points: 3)) }
      var newer = record
      newer.format = 2
      var empty = record
      empty.shards = 0
      for bytes in [try newer.bytes(), try empty.bytes(), Array("{".utf8)] {
        try Data(bytes).write(to: file)
        #expect(throws: SweepFault.self) { try Submission.load(from: folder, of: plan) }
      }
    }
  }
}
