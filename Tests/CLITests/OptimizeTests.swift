import Foundation
import Testing

@Suite("Optimize")
struct OptimizeTests {
  private static let names = ["candidates.csv", "manifest.json", "optimum.html", "optimum.json", "pareto.csv"]

  /// 5 ms of work take 5 x 1769 / MB ms: 17.3 at 512 MB, 8.6 at 1,024 MB.
  private static func optimized(
    bound: String = "latency.p50 < 10 ms", values: String = "[512 MB, 1024 MB, 3008 MB]", more: String = ""
  ) -> String {
    scenario(
      duration: "10 min",
      more: """
        objectives: [\(bound)]
        optimize:
          variables:
            memory: { path: resources.worker.memorySize, values: \(values) }
        \(more)

        """)
  }

  private func document(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("it answers, says how sure it is and what it took, and leaves five files")
  func answers() throws {
    let folder = try Folder()
    try folder.put(Self.optimized(), "shop.yaml")
    let outcome = try Program.run(["optimize", "shop.yaml"], in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.error == "5 files in out/shop-optimum, optimum.html first\n")
    #expect(folder.names("out/shop-optimum") == Self.names)
    for part in ["memory 1024 MB costs least", "--set 'resources.worker.memorySize=1024 MB'", "Confidence 95 %"] {
      #expect(outcome.output.contains(part), "\(outcome.output)")
    }
    #expect(outcome.output.contains("requests in") && outcome.output.contains("misses latency.p50 < 10 ms"))
    for line in outcome.output.split(separator: "\n") { #expect(line.count <= 80) }
  }

  @Test("its settings given to run with the same seed and replications cost the same and meet the same bounds")
  func reproduced() throws {
    let folder = try Folder()
    try folder.put(Self.optimized(), "s.yaml")
    let found = try document(
      Program.run(["optimize", "s.yaml", "--seed", "5", "--format", "json", "--quiet"], in: folder).output)
    let optimum = try #require(found["optimum"] as? [String: Any])
    let settings = try #require(found["settings"] as? [String])
    let replications = try #require(optimum["replications"] as? Int)
    let run = try document(
      Program.run(
        ["run", "s.yaml", "--seed", "5", "--replications", "\(replications)", "--format", "json", "--quiet"]
          + settings.flatMap { ["--set", $0] }, in: folder
      ).output)
    let cost = try #require((optimum["monthlyCost"] as? [String: Any])?["mean"] as? String)
    let bill = try #require((run["cost"] as? [String: Any])?["monthly"] as? [String: Any])
    let total = try #require(bill["mean"] as? String)
    let (seenCost, runCost) = (try #require(Double(cost)), try #require(Double(total)))
    // The bill of `run` sums lines that are rounded to the cent.
    #expect(abs(seenCost - runCost) < 0.015)
    let seen = try #require((optimum["objectives"] as? [[String: Any]])?.first?["mean"] as? Double)
    let observed = try #require((run["objectives"] as? [[String: Any]])?.first)
    let mean = try #require((observed["observed"] as? [String: Any])?["mean"] as? Double)
    #expect(abs(seen - mean) < 1e-4 * mean)
    #expect(observed["met"] as? Bool == true)
  }

  @Test("one job and four give the same bytes in all files")
  func jobs() throws {
    let folder = try Folder()
    try folder.put(Self.optimized(), "s.yaml")
    for jobs in ["1", "4"] {
      #expect(try Program.run(["optimize", "s.yaml", "--jobs", jobs, "--out", "jobs\(jobs)"], in: folder).status == 0)
    }
    let files = try folder.files("jobs1")
    #expect(files.count == 5)
    #expect(try folder.files("jobs4") == files)
  }

  @Test("json and csv are the files of these names; --quiet leaves standard error empty")
  func formats() throws {
    let folder = try Folder()
    try folder.put(Self.optimized(), "s.yaml")
    for (format, name) in [("json", "optimum.json"), ("csv", "candidates.csv")] {
      let outcome = try Program.run(["optimize", "s.yaml", "--format", format, "--quiet", "--out", "to"], in: folder)
      #expect(outcome.status == 0 && outcome.error == "")
      #expect(try folder.files("to")[name] == Data(outcome.output.utf8))
    }
  }

  @Test("the command of manifest.json makes the same files again")
  func manifest() throws {
    let folder = try Folder()
    try folder.put(Self.optimized(), "s.yaml")
    #expect(
      try Program.run(
        [
          "optimize", "s.yaml", "--seed", "9", "--confidence", "90%", "--indifference", "1 USD", "--tolerance", "2 %",
          "--max-replications", "30", "--set", "resources.worker.timeout=9 s",
        ], in: folder
      ).status == 0)
    let files = try folder.files("out/s-optimum")
    let manifest = try document(String(decoding: try #require(files["manifest.json"]), as: UTF8.self))
    let command = try #require(manifest["reproduce"] as? String)
    #expect(manifest["confidence"] as? Double == 0.9 && manifest["maxReplications"] as? Int == 30)
    try FileManager.default.removeItem(atPath: folder.path + "/out")
    let again = try Program.shell(command.replacingOccurrences(of: "windtunnel ", with: "\"$W\" "), in: folder)
    #expect(again.status == 0)
    #expect(try folder.files("out/s-optimum") == files)
  }

  @Test("99 when nothing meets the objectives, with the files")
  func infeasible() throws {
    let folder = try Folder()
    try folder.put(Self.optimized(bound: "latency.p50 < 1 ms"), "s.yaml")
    let outcome = try Program.run(["optimize", "s.yaml"], in: folder)
    #expect(outcome.status == 99)
    #expect(outcome.output.contains("No candidate meets all objectives.") && !outcome.output.contains("--set"))
    #expect(folder.names("out/s-optimum") == Self.names)
  }

  @Test(
    "bad input ends with 65, tells its place, and leaves nothing behind",
    arguments: [
      (scenario(), "s.yaml:1:1: found no `optimize`"),
      (optimized(values: "[512 MB, 64 MB]"), "s.yaml:19:67: found 64 MB"),
      (optimized(values: "[512 MB, 5 s]"), "s.yaml:19:67: found "),
      (optimized(more: "  confidence: 100 %"), "s.yaml:20:15: found "),
      (optimized(bound: "worker.nonsense < 1"), "worker has no figure `nonsense`"),
    ])
  func faults(text: String, words: String) throws {
    let folder = try Folder()
    try folder.put(text, "s.yaml")
    let outcome = try Program.run(["optimize", "s.yaml"], in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.error.contains(words), "\(outcome.error)")
    #expect(outcome.output == "" && folder.names("out") == nil)
  }

  @Test(
    "wrong usage ends with 64",
    arguments: [
      ["--confidence", "100%"], ["--confidence", "0.95"], ["--confidence", "40%"], ["--tolerance", "0%"],
      ["--indifference", "0 USD"], ["--indifference", "5 ms"], ["--max-replications", "4"], ["--jobs", "0"], [],
    ])
  func usage(arguments: [String]) throws {
    let folder = try Folder()
    try folder.put(Self.optimized(), "s.yaml")
    let scenario = arguments.isEmpty ? [] : ["s.yaml"]
    #expect(try Program.run(["optimize"] + scenario + arguments, in: folder).status == 64)
    #expect(folder.names("out") == nil)
  }

  @Test("a folder that cannot be made ends with 74; an earlier answer stays when the search fails")
  func folders() throws {
    let folder = try Folder()
    try folder.put(Self.optimized(), "s.yaml")
    try folder.put("a file", "to")
    #expect(try Program.run(["optimize", "s.yaml", "--out", "to"], in: folder).status == 74)
    #expect(try Program.run(["optimize", "s.yaml", "--out", "kept"], in: folder).status == 0)
    let files = try folder.files("kept")
    try folder.put(Self.optimized(bound: "worker.nonsense < 1"), "s.yaml")
    #expect(try Program.run(["optimize", "s.yaml", "--out", "kept"], in: folder).status == 65)
    #expect(try folder.files("kept") == files)
  }

  @Test("other commands pass the section over")
  func others() throws {
    let folder = try Folder()
    try folder.put(Self.optimized(), "s.yaml")
    #expect(try Program.run(["validate", "s.yaml"], in: folder).status == 0)
    #expect(try Program.run(["run", "s.yaml", "--set", "resources.worker.memorySize=1 GB"], in: folder).status == 0)
  }
}
