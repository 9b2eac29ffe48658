import Foundation
import Testing

@Suite("Compare")
struct CompareTests {
  private static let variants = """
    variants:
      plain: {}
      large: { resources.worker.memorySize: 1 GB }
      slow: { resources.worker.handler: [ { wait: 1 s } ], objectives: [ latency.p99 < 500 ms ] }

    """

  private static let own = [
    "assumptions.csv", "comparison.csv", "comparison.html", "comparison.json", "manifest.json",
  ]

  @Test("the variants of a file are the designs, each with a folder that holds what run writes")
  func variants() throws {
    let folder = try Folder()
    try folder.put(scenario(more: Self.variants), "shop.yaml")
    let outcome = try Program.run(["compare", "shop.yaml"], in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.error == "26 files in out/shop-compare, comparison.html first\n")
    #expect(outcome.output.contains("slow against plain: p99 "))
    #expect(folder.names("out/shop-compare") == (Self.own + ["large", "plain", "slow"]).sorted())
    for variant in ["plain", "large", "slow"] {
      let run = try Program.run(["run", "shop.yaml", "--variant", variant, "--out", "run-\(variant)"], in: folder)
      #expect(run.status == (variant == "slow" ? 99 : 0))
      #expect(try folder.files("run-\(variant)") == folder.files("out/shop-compare/\(variant)"))
    }
  }

  @Test("several files are the designs by their names; equal ones get numbers and differ by nothing")
  func files() throws {
    let folder = try Folder()
    try folder.put(scenario(more: Self.variants), "shop.yaml")
    let outcome = try Program.run(
      ["compare", "shop.yaml", "./shop.yaml", "--format", "csv", "--out", "to", "--quiet"], in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.error == "")
    #expect(folder.names("to") == (Self.own + ["shop", "shop-2"]).sorted())
    let rows = outcome.output.split(separator: "\n").dropFirst()
    #expect(rows.count > 20)
    for row in rows {
      let cells = row.split(separator: ",", omittingEmptySubsequences: false)
      #expect(cells[5] == "shop-2" && cells[6] == "shop")
      // Difference and half-width; both are empty for what never happens, such as the init of no cold start.
      #expect(["0", "0.00", ""].contains(cells[9]) && cells[9] == cells[10], "\(row)")
    }
    let table = FileManager.default.contents(atPath: folder.path + "/to/comparison.csv")
    #expect(table == Data(outcome.output.utf8))
  }

  @Test("one job and eight give the same bytes in all files and on standard output")
  func jobs() throws {
    let folder = try Folder()
    try folder.put(scenario(more: Self.variants), "s.yaml")
    let outcomes = try ["1", "8"].map {
      try Program.run(["compare", "s.yaml", "--jobs", $0, "--out", "jobs\($0)", "--format", "json"], in: folder)
    }
    #expect(outcomes[0].output == outcomes[1].output)
    for below in ["/plain", "/large", "/slow"] {
      #expect(try folder.files("jobs1" + below) == folder.files("jobs8" + below))
    }
    for name in Self.own {
      let bytes = ["jobs1", "jobs8"].map { FileManager.default.contents(atPath: "\(folder.path)/\($0)/\(name)") }
      #expect(bytes[0] != nil && bytes[0] == bytes[1], "\(name)")
    }
  }

  @Test("--variant picks in its order, and --baseline changes with whom the others are compared")
  func picking() throws {
    let folder = try Folder()
    try folder.put(scenario(more: Self.variants), "s.yaml")
    func baseline(_ arguments: [String]) throws -> (String?, [String]) {
      let outcome = try Program.run(["compare", "s.yaml", "--format", "json"] + arguments, in: folder)
      let document = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
      let designs = document?["designs"] as? [[String: Any]]
      return (document?["baseline"] as? String, designs?.compactMap { $0["name"] as? String } ?? [])
    }
    #expect(try baseline(["--variant", "slow", "--variant", "plain"]) == ("slow", ["slow", "plain"]))
    #expect(try baseline(["--baseline", "large"]) == ("large", ["plain", "large", "slow"]))
  }

  @Test("99 only when no design meets all its objectives")
  func objectives() throws {
    let folder = try Folder()
    try folder.put(scenario(more: "objectives: [latency.p99 < 500 ms]\n" + Self.variants), "s.yaml")
    #expect(try Program.run(["compare", "s.yaml", "--variant", "slow", "--variant", "plain"], in: folder).status == 0)
    let missed = try Program.run(
      ["compare", "s.yaml", "--set", "resources.worker.timeout=900 s", "--set", "objectives[0]=latency.p99 < 1 us"],
      in: folder)
    #expect(missed.status == 99)
    #expect(missed.output.contains("No design meets all its objectives."))
    #expect(folder.names("out/s-compare")?.contains("comparison.html") == true)
  }

  @Test("the largest number of replications is used, at least two, and said")
  func replications() throws {
    let folder = try Folder()
    try folder.put(scenario(), "a.yaml")
    try folder.put(scenario().replacingOccurrences(of: "replications: 3", with: "replications: 5"), "b.yaml")
    let five = try Program.run(["compare", "a.yaml", "b.yaml"], in: folder)
    #expect(five.error.hasPrefix("note: all designs run with 5 replications.\n"))
    try folder.put(scenario().replacingOccurrences(of: "replications: 3", with: "replications: 1"), "c.yaml")
    let two = try Program.run(["compare", "c.yaml", "c.yaml"], in: folder)
    #expect(two.error.hasPrefix("note: all designs run with 2 replications.\n"))
    let one = try Program.run(["compare", "a.yaml", "b.yaml", "--replications", "1"], in: folder)
    #expect(one.error.contains("no verdict is given"))
    #expect(!one.output.contains("better") || one.output.contains("better 10"))
  }

  @Test("different arrivals are a remark on standard error and in the files, not a refusal")
  func traffic() throws {
    let folder = try Folder()
    try folder.put(scenario(), "a.yaml")
    try folder.put(scenario(rate: "2 / s"), "b.yaml")
    let outcome = try Program.run(["compare", "a.yaml", "b.yaml"], in: folder)
    #expect(outcome.status == 0)
    let words = "compares designs under different traffic"
    #expect(outcome.error.contains(words))
    for name in ["comparison.html", "comparison.json"] {
      let bytes = try #require(FileManager.default.contents(atPath: "\(folder.path)/out/a-compare/\(name)"))
      #expect(String(decoding: bytes, as: UTF8.self).contains(words), "\(name)")
    }
  }

  @Test("what cannot be compared ends with 65 and leaves nothing behind")
  func refused() throws {
    let folder = try Folder()
    try folder.put(scenario(), "a.yaml")
    try folder.put(scenario(duration: "2 h"), "b.yaml")
    try folder.put(scenario(more: "variants: { only: {} }\n"), "one.yaml")
    try folder.put(scenario(more: "variants: { a: {}, b: { resources.worker.memorySize: 64 MB } }\n"), "bad.yaml")
    for (arguments, fragment) in [
      (["a.yaml", "b.yaml"], "duration: found 2 h in b, wanted 1 h as in a"),
      (["a.yaml"], "a.yaml: found no variants, wanted at least two designs"),
      (["one.yaml"], "one.yaml: found one variant, wanted at least two designs"),
      (["bad.yaml", "--variant", "a", "--variant", "c"], "found no variant `c`, wanted one of a, b"),
      (["bad.yaml"], "bad.yaml:16:54: found 64 MB in the variant `b`"),
    ] {
      let outcome = try Program.run(["compare"] + arguments, in: folder)
      #expect(outcome.status == 65)
      #expect(outcome.error.contains(fragment), "\(outcome.error)")
      #expect(outcome.output == "")
      #expect(folder.names("out") == nil)
    }
  }

  @Test("a design's folder that cannot be made ends with 74 before anything runs")
  func folders() throws {
    let folder = try Folder()
    try folder.put(scenario(more: Self.variants), "s.yaml")
    try FileManager.default.createDirectory(atPath: folder.path + "/to", withIntermediateDirectories: true)
    try folder.put("a file", "to/large")
    let outcome = try Program.run(["compare", "s.yaml", "--out", "to"], in: folder)
    #expect(outcome.status == 74)
    #expect(outcome.error.contains("to/large"))
    #expect(folder.names("to") == ["large"])
  }

  @Test("validate and run take one variant, and a faulty variant stops both")
  func others() throws {
    let folder = try Folder()
    try folder.put(scenario(more: "variants: { a: { resources.worker.memorySize: null } }\n"), "s.yaml")
    let table = try Program.run(["validate", "s.yaml", "--variant", "a", "--format", "csv"], in: folder)
    #expect(table.output.contains("worker,memorySize,128 MB"))
    #expect(try !Program.run(["validate", "s.yaml", "--format", "csv"], in: folder).output.contains("128 MB"))
    #expect(try Program.run(["run", "s.yaml", "--variant", "a", "--quiet"], in: folder).output.contains("variant a"))
    try folder.put(scenario(more: "variants: { a: {}, b: { duration: 5 } }\n"), "bad.yaml")
    for command in [["validate", "bad.yaml"], ["run", "bad.yaml"], ["run", "bad.yaml", "--variant", "a"]] {
      let outcome = try Program.run(command, in: folder)
      #expect(outcome.status == 65)
      #expect(outcome.error.hasPrefix("bad.yaml:16:35: "), "\(outcome.error)")
    }
  }
}
