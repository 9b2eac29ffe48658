import Foundation
import Testing

@Suite("Replication control on the command line")
struct ControlTests {
  private func document(_ outcome: Program.Outcome) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
  }

  @Test("--relative-half-width goes on until the figures are known, the same for any number of jobs")
  func precision() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcomes = try ["1", "5"].map { jobs in
      try Program.run(
        [
          "run", "s.yaml", "--relative-half-width", "20%", "--max-replications", "40", "--jobs", jobs, "--out",
          "jobs\(jobs)", "--format", "json",
        ], in: folder)
    }
    #expect(outcomes[0].output == outcomes[1].output)
    #expect(try folder.files("jobs1") == folder.files("jobs5"))
    let document = try document(outcomes[0])
    let precision = try #require(document["precision"] as? [String: Any])
    #expect(precision["relativeHalfWidth"] as? Double == 0.2 && precision["max"] as? Int == 40)
    #expect((30...40).contains(try #require(document["replications"] as? Int)))
    let manifest = try #require(try folder.files("jobs1")["manifest.json"])
    #expect(String(decoding: manifest, as: UTF8.self).contains("\"precision\": {"))
    let page = String(decoding: try #require(try folder.files("jobs1")["report.html"]), as: UTF8.self)
    #expect(page.contains("Replication control"))
  }

  @Test("a cap that ends it is told, with what is known so far")
  func capped() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcome = try Program.run(
      ["run", "s.yaml", "--relative-half-width", "0.1 %", "--max-replications", "10"], in: folder)
    #expect(outcome.output.contains("stopped at the cap of 10 replications, before all was known"))
  }

  @Test("a figure that never varies is not called well known, and one that no resource has is told with its place")
  func figures() throws {
    let folder = try Folder()
    func run(_ figures: String) throws -> Program.Outcome {
      let plan = "replications: { relativeHalfWidth: 50 %, of: [\(figures)], min: 10, max: 20 }"
      try folder.put(scenario().replacing("replications: 3", with: plan), "s.yaml")
      return try Program.run(["run", "s.yaml"], in: folder)
    }
    let constant = try run("errors, worker.throttles")
    #expect(constant.output.contains("15 replications, the fewest; errors, worker.throttles have one value in all of"))
    let unknown = try run("worker.nothing")
    #expect(unknown.status == 65)
    #expect(unknown.error.hasPrefix("s.yaml:"), "\(unknown.error)")
    #expect(unknown.error.contains(": the replications' figure `worker.nothing`: worker has no figure `nothing`, but"))
  }

  @Test("a number of replications and a precision contradict each other; a cap needs a precision")
  func usage() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    for words in [
      ["--replications", "5", "--relative-half-width", "2%"], ["--relative-half-width", "0.05%"],
      ["--relative-half-width", "51%"], ["--relative-half-width", "2"], ["--max-replications", "50"],
      ["--relative-half-width", "2%", "--max-replications", "9"], ["--warm-up", "soon"],
    ] {
      #expect(try Program.run(["run", "s.yaml"] + words, in: folder).status == 64, "\(words)")
    }
  }

  @Test("--warm-up goes before the scenario's and stands among the settings")
  func warmUp() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcome = try Program.run(["run", "s.yaml", "--warm-up", "30s", "--replications", "2"], in: folder)
    #expect(outcome.status == 0)
    let manifest = try #require(try folder.files("out/s")["manifest.json"])
    #expect(String(decoding: manifest, as: UTF8.self).contains("warmUp=30 s"))
    let found = try Program.run(
      ["run", "s.yaml", "--warm-up", "auto", "--replications", "2", "--format", "json"], in: folder)
    #expect(try document(found)["warmUp"] is [String: Any])
  }

  @Test("a single run with batches has intervals and says where they come from")
  func batches() throws {
    let folder = try Folder()
    try folder.put(scenario().replacing("replications: 3", with: "batches: 10"), "s.yaml")
    let outcome = try Program.run(["run", "s.yaml"], in: folder)
    #expect(outcome.output.contains("± from 10 batches of one run"), "\(outcome.error)")
    #expect(outcome.output.contains("  ±"))
  }
}
