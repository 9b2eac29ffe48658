import Foundation
import Scenarios
import Services
import Testing
import Units

@Suite("Replays")
struct ReplayTests {
  private struct Missing: Error {}

  /// Decodes the small scenario with a replay of `csv`; `arrivals` are the keys beside `file`.
  private func decode(_ csv: String, _ keys: String, target: Bool = true) throws -> Result<Scenario, ScenarioFaults> {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "windtunnel-\(UInt64.random(in: 0...(.max)))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(csv.utf8).write(to: folder.appendingPathComponent("t.csv"))
    var text = Examples.small("{ poisson: { rate: 10 / s } }", becomes: "{ replay: { file: t.csv\(keys) } }")
    if !target { text = text.replacingOccurrences(of: "    target: api\n    route: GET /items\n", with: "") }
    let path = folder.appendingPathComponent("s.yaml").path
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    do {
      return .success(try Scenario.load(path: path))
    } catch {
      return .failure(error)
    }
  }

  private func replay(_ result: Result<Scenario, ScenarioFaults>) throws -> ReplayConfig {
    guard case .replay(let replay) = try result.get().system.traffic[0].arrivals else { throw Missing() }
    return replay
  }

  @Test("the layout is read off the header, and the file lies beside the scenario")
  func layout() throws {
    let arrivals = try replay(try decode("time_s\n0.5\n1.5\n", ""))
    #expect(arrivals.layout == .arrivals && arrivals.path.hasPrefix("/") && arrivals.path.hasSuffix("/t.csv"))
    let counts = try replay(try decode("minute,a\n0,5\n1,6\n", ", interval: 5 min, timing: even"))
    #expect(counts.layout == .intervals && counts.interval == .minutes(5) && counts.timing == .even)
  }

  @Test("columns go to targets, short or with their route")
  func targets() throws {
    let keys = ", targets: { b: list, a: { resource: api, route: GET /items, payload: 1 KB } }"
    let scenario = try decode("minute,a,b\n0,5,6\n", keys, target: false).get()
    #expect(
      scenario.system.traffic[0].targets == [
        TrafficTarget(resource: "list"),
        TrafficTarget(resource: "api", route: "GET /items", payload: .kilobytes(1)),
      ])
    guard case .replay(let replay) = scenario.system.traffic[0].arrivals else { throw Missing() }
    #expect(replay.columns == ["b", "a"])
    #expect(scenario.assumptions.contains { $0.parameter == "replay.timing" })
  }

  @Test(
    "faults of targets stand at the replay's keys, faults of a trace at their place in it",
    arguments: [
      ("minute,a\n0,5\n1,x\n", "", true, "t.csv:3:3: found"), ("minute,a\n0,-5\n", "", true, "t.csv:2:3: found"),
      ("", "", true, "an empty file"),
      ("minute,a\n", "", true, "found"), ("minute,a\n0,1\n", ", targets: { c: list }", false, "\"c\""),
      ("minute,a\n0,1\n", ", targets: { a: lst }", false, "did you mean `list`?"),
      ("minute,a\n0,1\n", ", targets: { a: list }", true, "beside the replay's targets"),
      ("minute,a\n0,1\n", ", targets: {}", false, "no targets"), ("minute,a\n0,1\n", "", false, "no `target`"),
      ("minute,a\n0,1\n", ", layout: rows", true, "one of arrivals, intervals, functions"),
      ("minute,a\n0,1\n", ", interval: 0", true, "1 ms to"),
    ])
  func faults(csv: String, keys: String, target: Bool, fragment: String) throws {
    guard case .failure(let faults) = try decode(csv, keys, target: target) else { throw Missing() }
    #expect(faults.errors.contains { $0.description.contains(fragment) }, "\(faults)")
    for fault in faults.errors {
      guard case .position = fault.place else { throw Missing() }
    }
  }

  @Test("canonical bytes change with the file's contents")
  func contents() throws {
    let bytes = try ["0,5", "0,6", "0,5"].map { try decode("minute,a\n\($0)\n", "").get().canonicalBytes }
    #expect(bytes[0] != bytes[1] && bytes[0] == bytes[2])
  }
}
