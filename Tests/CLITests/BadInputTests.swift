import Foundation
import Testing

@Suite("Bad input")
struct BadInputTests {
  /// A scenario's text and what the first fault must say.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    let fault: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "an empty file", text: "", fault: "s.yaml"),
    Case(name: "broken YAML", text: scenario() + "  oops: [1,\n", fault: "s.yaml:"),
    Case(name: "an alias bomb", text: bomb, fault: "s.yaml:1:"),
    Case(
      name: "an unknown key", text: scenario().replacing("memorySize", with: "memorySise"),
      fault: "did you mean `memorySize`?"),
    Case(
      name: "a wrong unit", text: scenario().replacing("512 MB", with: "512 ms"), fault: "s.yaml:12:17: found 512 ms"),
    Case(name: "no unit", text: scenario().replacing("512 MB", with: "512"), fault: "s.yaml:12:17: found 512"),
    Case(
      name: "a value outside AWS's limits", text: scenario().replacing("512 MB", with: "64 MB"),
      fault: "s.yaml:12:17: found 64 MB"),
    Case(
      name: "a dangling reference", text: scenario().replacing("target: worker", with: "target: werker"),
      fault: "s.yaml:7:13: "),
  ]

  private static let bomb =
    "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + (1..<20).map { "k\($0): &k\($0) [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n" }.joined()

  private func expectRefusal(
    _ outcome: Program.Outcome, _ fault: String, _ folder: borrowing Folder, names: [String]
  ) {
    #expect(outcome.status == 65)
    #expect(outcome.output == "")
    #expect(outcome.error.contains(fault))
    let lines = outcome.error.split(separator: "\n")
    #expect(lines.dropLast().allSatisfy { $0.contains(": found ") && $0.contains(", wanted ") })
    #expect(lines.last?.wholeMatch(of: /\d+ faults? in .+/) != nil)
    #expect(lines.last?.hasPrefix("\(lines.count - 1) ") == true)
    #expect(folder.names() == names)
  }

  @Test("a faulty scenario is refused by run and validate alike, and nothing is written", arguments: cases)
  func refused(faulty: Case) throws {
    let folder = try Folder()
    try folder.put(faulty.text, "s.yaml")
    for command in ["run", "validate"] {
      expectRefusal(try Program.run([command, "s.yaml"], in: folder), faulty.fault, folder, names: ["s.yaml"])
    }
  }

  @Test("all faults come at once, in the order of the file")
  func allAtOnce() throws {
    let folder = try Folder()
    try folder.put(
      scenario().replacing("512 MB", with: "64 MB").replacing("timeout: 10 s", with: "timeout: 10")
        .replacing("1 / s", with: "1"), "s.yaml")
    let outcome = try Program.run(["run", "s.yaml"], in: folder)
    expectRefusal(outcome, "3 faults in s.yaml", folder, names: ["s.yaml"])
    let lines = outcome.error.split(separator: "\n").dropLast().compactMap {
      $0.split(separator: ":").dropFirst().first
    }
    #expect(lines == ["8", "12", "13"])
  }

  @Test("a missing file, and a folder in its place", arguments: ["nowhere.yaml", "folder"])
  func noFile(path: String) throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(atPath: folder.path + "/folder", withIntermediateDirectories: false)
    expectRefusal(try Program.run(["run", path], in: folder), path, folder, names: ["folder"])
  }

  @Test("a file of 100 MB is refused at once", .timeLimit(.minutes(1)))
  func huge() throws {
    let folder = try Folder()
    try folder.put("", "s.yaml")
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path + "/s.yaml"))
    try file.truncate(atOffset: 100 << 20)
    try file.close()
    expectRefusal(try Program.run(["run", "s.yaml"], in: folder), "1 MB", folder, names: ["s.yaml"])
  }

  @Test("bytes that are not UTF-8 are refused with their place")
  func notUTF8() throws {
    let folder = try Folder()
    try folder.put(Array("scenario: a".utf8) + [0xFF], "s.yaml")
    expectRefusal(try Program.run(["run", "s.yaml"], in: folder), "s.yaml:1:12", folder, names: ["s.yaml"])
  }

  @Test("a faulty setting is named by its path")
  func setting() throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    let outcome = try Program.run(["run", "s.yaml", "--set", "resources.worker.memorySize=64 MB"], in: folder)
    expectRefusal(outcome, "--set resources.worker.memorySize", folder, names: ["s.yaml"])
  }

  @Test("garbage in row 70,000 of a trace is found and placed, and nothing is written")
  func trace() throws {
    let folder = try Folder()
    let rows = (1..<80_000).map { $0 == 69_999 ? "garbage" : "\($0)" }
    try folder.put("time_s\n" + rows.joined(separator: "\n") + "\n", "trace.csv")
    try folder.put(
      scenario().replacing("poisson: { rate: 1 / s }", with: "replay: { file: trace.csv }")
        .replacing("duration: 1 h", with: "duration: 1 d"), "s.yaml")
    let outcome = try Program.run(["run", "s.yaml"], in: folder)
    expectRefusal(outcome, "trace.csv:70000:1: found ", folder, names: ["s.yaml", "trace.csv"])
  }

  @Test("a fault of a trace names the file as seen from where the program runs")
  func traceElsewhere() throws {
    let folder = try Folder()
    let text = scenario().replacing("poisson: { rate: 1 / s }", with: "replay: { file: \"täglich 1.csv\" }")
    try folder.put("time_s\n1\nx\n", "t.csv")
    try folder.put(text, "s.yaml")
    let command = "mkdir 'a b'; mv s.yaml 'a b'; mv t.csv 'a b/täglich 1.csv'; exec $W run 'a b/s.yaml'"
    let outcome = try Program.shell(command, in: folder)
    expectRefusal(outcome, "a b/täglich 1.csv:3:1: found ", folder, names: ["a b"])
  }

  @Test("too many rows are refused, in the scenario with 65, on the command line with 64")
  func tooManyRows() throws {
    let folder = try Folder()
    try folder.put(scenario(duration: "366 d", more: "period: 1 s\n"), "s.yaml")
    expectRefusal(
      try Program.run(["run", "s.yaml"], in: folder), "at most 120000 rows", folder, names: ["s.yaml"])
    try folder.put(scenario(duration: "366 d"), "s.yaml")
    let outcome = try Program.run(["run", "s.yaml", "--period", "1s"], in: folder)
    #expect(outcome.status == 64 && outcome.output == "" && outcome.error.contains("more than 120000 rows"))
    #expect(folder.names() == ["s.yaml"])
  }

  @Test(
    "a missing, a faulty and a foreign price book",
    arguments: ["nowhere.yaml", "faulty.yaml", "foreign.yaml", "empty.yaml"])
  func priceBook(path: String) throws {
    let folder = try Folder()
    try folder.put(scenario(), "s.yaml")
    try folder.put("region: 5\n", "faulty.yaml")
    try folder.put("", "empty.yaml")
    try folder.put(
      """
      region: eu-west-1
      date: 2026-11-22
      currency: USD
      prices:
        - service: S
          key: a
          description: Words
          unit: request
          asOf: 2026-11
          source: a test
          grade: verified
          tiers:
            - { from: 0, price: 0.01 }
      """, "foreign.yaml")
    for command in ["run", "validate"] {
      let outcome = try Program.run([command, "s.yaml", "--price-book", path], in: folder)
      #expect(outcome.status == 65)
      #expect(outcome.output == "")
      #expect(
        outcome.error.hasPrefix(path) && outcome.error.contains(": found ") && outcome.error.contains(", wanted "))
      #expect(folder.names() == ["empty.yaml", "faulty.yaml", "foreign.yaml", "s.yaml"])
      #expect(outcome.error.contains("no readable file") == (path == "nowhere.yaml"))
    }
  }
}
