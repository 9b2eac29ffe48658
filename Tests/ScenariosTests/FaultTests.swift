import Foundation
import Scenarios
import Testing

@Suite("Faulty scenarios")
struct FaultTests {
  @Test("each fault is found at its place", arguments: BadInput.all)
  func table(bad: BadInput) {
    let faults = Examples.faults(of: Examples.small(bad.text, becomes: bad.replacement))
    let here = faults.filter { $0.hasPrefix("x.yaml:\(bad.place): ") }
    #expect(!here.isEmpty, "a fault at \(bad.place): \(faults)")
    for fragment in bad.fragments {
      #expect(here.contains { $0.contains(fragment) }, "\(fragment) in \(faults)")
    }
    #expect(faults.allSatisfy { $0.contains("found ") && $0.contains(", wanted ") })
  }

  @Test("the table has sixty faults or more")
  func size() { #expect(BadInput.all.count >= 60) }

  @Test("all faults are listed at once, in the order of the file")
  func allAtOnce() {
    var text = Examples.small
    for (old, new) in [
      ("region:", "regoin:"), ("duration: 1 h", "duration: 1"), ("10 / s", "10"), ("512 MB", "64 MB"),
      ("call: items", "call: itmes"),
      ("type: table", "type: tabel"),
    ] { text = text.replacingOccurrences(of: old, with: new) }
    let places = Examples.faults(of: text).map { $0.split(separator: ":").dropFirst().prefix(2).joined(separator: ":") }
    #expect(places == ["1:1", "2:1", "3:11", "8:34", "15:17", "18:15", "22:11"])
  }

  @Test("a cycle is named along its way")
  func cycle() {
    let faults = Examples.faults(
      of: """
        scenario: Round
        region: us-east-1
        duration: 1 h
        traffic: { t: { target: a, arrivals: { poisson: { rate: 1 / s } } } }
        resources:
          a: { type: function, handler: [ { call: b } ] }
          b: { type: function, handler: [ { parallel: [ [ { call: api, route: GET / } ] ] } ] }
          api: { type: httpApi, routes: { GET /: a } }
          own: { type: function, handler: [ { call: own } ] }
        """)
    #expect(faults.count == 2)
    #expect(faults.first?.contains("the cycle a -> b -> api -> a") == true)
    #expect(faults.last?.hasPrefix("x.yaml:9:45: ") == true)
    #expect(faults.last?.contains("the cycle own -> own") == true)
  }

  @Test("two calls of one function are no cycle")
  func diamond() {
    let faults = Examples.faults(
      of: """
        scenario: Diamond
        region: us-east-1
        duration: 1 h
        traffic: { t: { target: a, arrivals: { poisson: { rate: 1 / s } } } }
        resources:
          a: { type: function, handler: [ { call: b }, { call: c }, { call: b } ] }
          b: { type: function, handler: [ { call: d } ] }
          c: { type: function, handler: [ { call: d } ] }
          d: { type: function, handler: [] }
          unused: { type: function, handler: [] }
        """)
    #expect(faults.isEmpty)
  }

  @Test(
    "batches and requests keep DynamoDB's limits",
    arguments: [
      ("getItem", "items: 2", false), ("getItem", "items: 1", true), ("batchGetItem", "items: 100", true),
      ("batchGetItem", "items: 101", false), ("batchWriteItem", "items: 25", true),
      ("batchWriteItem", "items: 26", false),
      ("transactWriteItems", "items: 100", true), ("transactWriteItems", "items: 101", false),
      ("query", "items: 512", true),
      ("query", "items: 513", false), ("putItem", "consistentRead: true", false),
      ("putItem", "consistentRead: false", true),
      ("scan", "consistentRead: true", true), ("putItem", "route: GET /", false), ("putItem", "payload: 1 KB", false),
    ])
  func operations(operation: String, key: String, sound: Bool) {
    let text = Examples.small("operation: query", becomes: "operation: \(operation)\n        \(key)")
    #expect(Examples.faults(of: text).isEmpty == sound, "\(Examples.faults(of: text))")
  }

  @Test("a table is called with an operation and a size")
  func missingOperation() {
    let text = Examples.small("        operation: query\n        itemSize: 2 KB\n", becomes: "")
    let faults = Examples.faults(of: text)
    #expect(faults.count == 2)
    #expect(faults.contains { $0.contains("no `operation`") } && faults.contains { $0.contains("no `itemSize`") })
  }

  @Test("a fault stays on one line, whatever the file holds")
  func oneLine() {
    for fault in Examples.faults(of: Examples.small("us-east-1", becomes: "\"a\\nb\\e[31m\"")) {
      #expect(!fault.contains("\n") && !fault.contains("\u{1B}"))
    }
  }
}

@Suite("Files")
struct FileTests {
  private func faults(path: String) -> [String] {
    do {
      _ = try Scenario.load(path: path)
      return []
    } catch {
      return error.errors.map(\.description)
    }
  }

  private func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(
      "windtunnel-\(UInt64.random(in: 0...(.max))).yaml")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    try body(file.path)
  }

  @Test("a missing file, a folder and an empty path are faults")
  func missing() {
    #expect(faults(path: "/nowhere/at/all.yaml")[0].contains("no such file"))
    #expect(faults(path: Examples.folder.path)[0].contains("a folder"))
    #expect(faults(path: "")[0].contains("no such file"))
  }

  @Test("a file is at most 1 MB")
  func size() throws {
    let text = Array(Examples.small.utf8)
    let filler = Array(repeating: UInt8(ascii: "#"), count: (1 << 20) - text.count)
    try withFile(text + filler) { #expect(faults(path: $0).isEmpty) }
    try withFile(text + filler + [35]) { #expect(faults(path: $0)[0].contains("more than 1 MB")) }
  }

  @Test("an empty file, and one of comments, is a fault")
  func empty() throws {
    try withFile([]) { #expect(faults(path: $0)[0].contains("an empty file")) }
    try withFile(Array("# nothing\n".utf8)) { #expect(faults(path: $0)[0].contains("an empty file")) }
  }

  @Test("a byte that is not UTF-8 is found at its place; a byte order mark is no fault")
  func encoding() throws {
    try withFile(Array("scenario: ä\nregion: ".utf8) + [0xFF]) { path in
      #expect(faults(path: path)[0].hasPrefix("\(path):2:9: found a byte that is not UTF-8"))
    }
    try withFile([0xEF, 0xBB, 0xBF] + Array(Examples.small.utf8)) { #expect(faults(path: $0).isEmpty) }
  }

  @Test("syntax errors have the parser's place")
  func syntax() {
    #expect(Examples.faults(of: "a: [1, 2\nb: 3").first?.hasPrefix("x.yaml:2:") == true)
    #expect(Examples.faults(of: "a: 'x").first?.contains("found a syntax error (") == true)
    #expect(Examples.faults(of: "a: \u{1}").first?.hasPrefix("x.yaml:1:4: ") == true)
    #expect(Examples.faults(of: "just text").first?.contains("a mapping with the keys") == true)
  }

  @Test("a bomb of aliases nine levels deep is refused at its first anchor, also as a key", .timeLimit(.minutes(1)))
  func bomb() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    text += "? *a9\n: 1\n? *a9\n: 2\n"
    let start = ContinuousClock.now
    #expect(Examples.faults(of: text).first?.hasPrefix("x.yaml:1:5: found a YAML anchor or alias") == true)
    #expect(ContinuousClock.now - start < .seconds(1))
  }

  @Test("nesting ends at 64 levels")
  func nesting() {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(Examples.faults(of: nested(64)).first?.contains("a mapping with the keys") == true)
    #expect(Examples.faults(of: nested(65)).first?.contains("deeper than 64 levels") == true)
    #expect(Examples.faults(of: nested(100_000)).count == 1)
  }
}

@Suite("Large scenarios")
struct LargeTests {
  /// A chain of functions, each calling the next; `wrong` misspells every call.
  private func chain(_ count: Int, wrong: Bool) -> String {
    var text = """
      scenario: Chain
      region: us-east-1
      duration: 1 h
      traffic: { t: { target: f0, arrivals: { poisson: { rate: 1 / s } } } }
      resources:

      """
    for index in 0..<count {
      let next = index + 1 < count ? "[{ call: \(wrong ? "g" : "f")\(index + 1) }]" : "[]"
      text += "  f\(index): { type: function, handler: \(next) }\n"
    }
    return text
  }

  @Test("a thousand resources are sound, one more is a fault")
  func limit() {
    #expect(Examples.faults(of: chain(1_000, wrong: false)).isEmpty)
    #expect(Examples.faults(of: chain(1_001, wrong: false)) == ["x.yaml:6:3: found 1001 resources, wanted 1 to 1000"])
  }

  @Test("a thousand faults are listed, each once, without lists of a thousand names", .timeLimit(.minutes(1)))
  func faults() {
    let faults = Examples.faults(of: chain(1_000, wrong: true))
    #expect(faults.count == 999)
    #expect(faults.allSatisfy { $0.utf8.count < 400 })
  }
}
