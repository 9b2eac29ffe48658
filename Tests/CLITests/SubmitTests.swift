import Foundation
import Testing

/// Slurm's programs are played by scripts here; the real ones are in Tests/Sweeps/slurm.sh.
@Suite("Sweep submit")
struct SubmitTests {
  /// A folder with a plan of four points in `sweep.json`, and a folder `bin` for programs.
  private static func prepare(_ folder: borrowing Folder) throws {
    try folder.put(scenario(duration: "10 s"), "shop.yaml")
    try folder.put(
      """
      sweep: Four
      scenario: \(folder.path)/shop.yaml
      replications: 1
      parameters:
        memory:
          path: resources.worker.memorySize
          values: [128 MB, 256 MB, 512 MB, 1024 MB]

      """, "four.yaml")
    let plan = try Program.run(["sweep", "plan", "four.yaml", "--out", ".", "--quiet"], in: folder)
    try #require(plan.status == 0, "\(plan.error)")
    try FileManager.default.createDirectory(atPath: folder.path + "/bin", withIntermediateDirectories: true)
  }

  private static func put(_ script: String, _ name: String, in folder: borrowing Folder) throws {
    try folder.put("#!/bin/bash\n" + script, "bin/" + name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder.path)/bin/\(name)")
  }

  private static func submit(
    _ folder: borrowing Folder, _ more: [String] = [], path: String? = nil
  ) throws -> Program.Outcome {
    try Program.run(
      ["sweep", "submit", "--engine", "slurm", "--plan", "sweep.json", "--out", "out"] + more, in: folder,
      environment: ["PATH": path ?? folder.path + "/bin:/usr/bin:/bin"])
  }

  /// An sbatch that runs the array's tasks at once, and a queue that is empty afterwards.
  private static func putSlurm(_ folder: borrowing Folder, list: String = "0 1 2") throws {
    try put(
      """
      echo sbatch >> calls
      for SLURM_ARRAY_TASK_ID in \(list); do export SLURM_ARRAY_TASK_ID; bash "${@: -1}" > /dev/null 2>&1; done
      echo '7;cluster'

      """, "sbatch", in: folder)
    try put("exit 0\n", "squeue", in: folder)
    try put("echo 'MaxArraySize = 9'\n", "scontrol", in: folder)
  }

  @Test("it submits, waits and merges; again there is nothing to submit")
  func submits() throws {
    let folder = try Folder()
    try Self.prepare(folder)
    try Self.putSlurm(folder)
    let outcome = try Self.submit(folder, ["--shards", "3"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.hasPrefix("job 7: 3 of 3 shards\n4 points of 3 shards, 0 failed"))
    let again = try Self.submit(folder)
    #expect(again.status == 0 && !again.error.contains("job 7"))
    #expect(try String(contentsOfFile: folder.path + "/calls", encoding: .utf8) == "sbatch\n")
    let whole = try Program.shell(
      "$W sweep run --plan sweep.json --out whole --quiet && $W sweep merge --plan sweep.json --out whole --quiet",
      in: folder)
    #expect(whole.status == 0)
    for name in ["results.csv", "points.csv"] {
      #expect(
        FileManager.default.contents(atPath: "\(folder.path)/out/\(name)")
          == FileManager.default.contents(atPath: "\(folder.path)/whole/\(name)"))
    }
  }

  @Test("only missing shards are submitted again, and a round that adds nothing is the last")
  func missing() throws {
    let folder = try Folder()
    try Self.prepare(folder)
    try Self.putSlurm(folder, list: "0 2")
    let outcome = try Self.submit(folder, ["--shards", "3"])
    #expect(outcome.status == 65)
    #expect(outcome.error.contains("shards 1 are missing and are submitted again"))
    #expect(outcome.error.contains("found 1 shards missing"))
    let script = try String(contentsOfFile: folder.path + "/out/sweep.sbatch", encoding: .utf8)
    #expect(script.contains("#SBATCH --array=1\n"))
    let other = try Self.submit(folder, ["--shards", "4"])
    #expect(other.status == 65 && other.error.contains("as this folder's submission has"))
  }

  @Test("a dry run prints the script, needs no Slurm and leaves nothing")
  func dryRun() throws {
    let folder = try Folder()
    try Self.prepare(folder)
    let outcome = try Self.submit(
      folder, ["--shards", "4", "--dry-run", "--time", "30", "--option", "--qos=low end"], path: "/nowhere")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("#SBATCH --array=0-3\n"))
    #expect(outcome.output.contains("#SBATCH --time=30\n#SBATCH --qos=\"low end\"\n"))
    #expect(folder.names("out") == nil)
  }

  @Test("no sbatch, an sbatch that refuses, a queue that fails and too large an array end with 65 and a reason")
  func refusals() throws {
    let folder = try Folder()
    try Self.prepare(folder)
    let none = try Self.submit(folder, ["--shards", "2"], path: "/nowhere")
    #expect(none.status == 65 && none.error.contains("found no sbatch in PATH"))
    try Self.putSlurm(folder)
    let large = try Self.submit(folder, ["--shards", "10"])
    #expect(large.status == 65 && large.error.contains("at most 9, the MaxArraySize"))
    try Self.put("echo 'error: no such account' >&2; exit 1\n", "sbatch", in: folder)
    let refused = try Self.submit(folder, ["--shards", "9"])
    #expect(refused.status == 65 && refused.error.contains("error: no such account"))
    // Nothing was submitted, so another number is fine; but not beside a job that is at work all the same.
    let fewer = try Self.submit(folder, ["--shards", "3"])
    #expect(fewer.status == 65 && fewer.error.contains("error: no such account"))
    try Self.put("echo '9|0-2|PENDING|Resources'\n", "squeue", in: folder)
    let other = try Self.submit(folder, ["--shards", "4"])
    #expect(other.status == 65 && other.error.contains("found 4, wanted 3, as the job at work has"))
    try Self.put("exit 1\n", "squeue", in: folder)
    let silent = try Self.submit(folder)
    #expect(silent.status == 65 && silent.error.contains("squeue: found no answer"))
  }

  @Test("a cancelled job is not submitted again, though it added points")
  func cancelled() throws {
    let folder = try Folder()
    try Self.prepare(folder)
    try Self.putSlurm(folder, list: "0")
    try Self.put("[[ -e calls ]] && echo '7|1|CANCELLED|None'; exit 0\n", "squeue", in: folder)
    let outcome = try Self.submit(folder, ["--shards", "2"])
    #expect(outcome.status == 65 && outcome.error.contains("shard 1: CANCELLED"))
    #expect(try String(contentsOfFile: folder.path + "/calls", encoding: .utf8) == "sbatch\n")
  }

  @Test(
    "wrong usage ends with 64",
    arguments: [
      ["--shards", "0"], ["--shards", "100001"], ["--jobs", "0"], ["--option", "qos"], ["--option", "--array=1"],
      ["--partition", "a\nb"], ["--attempts", "0"],
    ])
  func usage(_ arguments: [String]) throws {
    let folder = try Folder()
    #expect(try Self.submit(folder, arguments).status == 64)
  }
}
