import Experiments
import Foundation
import Reports
import Scenarios
import Services
import Testing

/// The shipped scenarios give the bytes that are recorded in `Golden`, digests included.
///
/// Debug and release builds compare with the same files, so they agree with each other too. A change that moves a figure
/// shows as a difference of these files: record them with `RECORD_GOLDEN=1 swift test --filter GoldenTests`, and say
/// in the commit which figures moved and why.
@Suite("Shipped scenarios, byte for byte")
struct GoldenTests {
  @Test("every shipped scenario is here")
  func complete() throws {
    let folder = Shipped.root.appendingPathComponent("scenarios")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(files.filter { $0.hasSuffix(".yaml") }.sorted() == Shipped.all.map { $0.name + ".yaml" })
    let recorded = try FileManager.default.contentsOfDirectory(
      atPath: Shipped.root.appendingPathComponent("Tests/GoldenTests/Golden").path)
    #expect(recorded.sorted() == Shipped.all.map(\.golden.lastPathComponent), "none missing, none left over")
  }

  @Test("its summary is the recorded one", arguments: Shipped.all)
  func summary(shipped: Shipped) async throws {
    let found = Reports.summaryJSON(for: try await shipped.run(jobs: 2))
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(
        at: shipped.golden.deletingLastPathComponent(), withIntermediateDirectories: true)
      try found.write(to: shipped.golden, atomically: true, encoding: .utf8)
    }
    let recorded = try #require(
      try? String(contentsOf: shipped.golden, encoding: .utf8),
      "\(shipped.golden.lastPathComponent) is missing; record it with RECORD_GOLDEN=1")
    #expect(found == recorded, "\(shipped.name) moved:\n\(Self.difference(found, recorded))")
  }

  @Test("one job and eight jobs give the same summary", arguments: Shipped.all)
  func jobs(shipped: Shipped) async throws {
    let one = Reports.summaryJSON(for: try await shipped.run(jobs: 1))
    let eight = Reports.summaryJSON(for: try await shipped.run(jobs: 8))
    #expect(one == eight, "\(Self.difference(one, eight))")
  }

  @Test("events of the present instant may take the lane or the heap", arguments: Shipped.all)
  func lane(shipped: Shipped) throws {
    let scenario = try shipped.scenario()
    let lane = try simulate(scenario.system, seed: scenario.seed, replication: 1, lane: true)
    let heap = try simulate(scenario.system, seed: scenario.seed, replication: 1, lane: false)
    #expect(lane.digest == heap.digest)
    #expect(lane.events == heap.events && lane.events > 1_000)
    #expect(lane.usage == heap.usage)
  }

  @Test("another seed and another replication give other digests")
  func differ() throws {
    let system = try Shipped.all[3].scenario().system
    let digests = try [(1, 0), (1, 1), (2, 0)].map { seed, replication in
      try simulate(system, seed: seed, replication: replication).digest
    }
    #expect(Set(digests).count == 3)
  }

  /// Lines that only one of two texts has, a few of them.
  static func difference(_ found: String, _ recorded: String) -> String {
    let (new, old) = (found.split(separator: "\n"), recorded.split(separator: "\n"))
    let lines = new.difference(from: old).prefix(20).map { change in
      switch change {
      case .insert(_, let line, _): "+ \(line)"
      case .remove(_, let line, _): "- \(line)"
      }
    }
    return lines.joined(separator: "\n")
  }
}
