import Foundation
import Scenarios
import Testing

@testable import Experiments

@Suite("Shipped plans of sweeps")
struct ShippedPlanTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("scenarios/sweeps")

  static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test("there are some") func some() { #expect(Self.files.count >= 2) }

  @Test("each can be planned, and simulates its first and last point", arguments: files)
  func planned(file: String) throws {
    let plan = try SweepPlan.load(path: Self.folder.appendingPathComponent(file).path)
    let options = SweepPlanner.Options(settings: [Override(path: "duration", value: "10 s")], replications: 1)
    let made = try SweepPlanner.file(for: plan, options: options, toolVersion: "test")
    let written = try PlanFile(made.bytes, path: "sweep.json")
    #expect(written.points.count == plan.pointCount)
    let runner = try PointRunner(written, prices: try .bundled(region: "us-east-1"))
    for point in [0, written.points.count - 1] {
      let outcome = runner.run(point)
      #expect(outcome.failure == nil)
      #expect(Set(outcome.figures.first?.map(\.name) ?? []) == Set(plan.figures))
    }
  }
}
