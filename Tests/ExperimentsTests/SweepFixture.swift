import Foundation
import Scenarios

@testable import Experiments

/// A small scenario and plans over it, in a folder that goes with the value.
struct SweepFixture: ~Copyable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("windtunnel-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(Self.scenario.utf8).write(to: folder.appendingPathComponent("scenario.yaml"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  static let scenario = """
    scenario: Product
    region: us-east-1
    duration: 60 s
    replications: 2
    traffic:
      clients:
        target: worker
        arrivals: { poisson: { rate: 20 / s } }
    resources:
      worker:
        type: function
        runtime: python3.13
        memorySize: 128 MB
        timeout: 900 s
        handler:
          - wait: { constant: 1 s }
    """

  static let ranges = """
      memory: { path: resources.worker.memorySize, from: 128 MB, to: 1152 MB, step: 1 MB }
      wait: { path: resources.worker.handler.0.wait.constant, from: 1000 ms, to: 3000 ms, step: 1 ms }
      timeout: { path: resources.worker.timeout, from: 100 s, to: 900 s, step: 1 s }
    """

  /// A plan of a design over parameters, with further keys.
  func plan(_ design: String, _ parameters: String = ranges, more: String = "") throws -> SweepPlan {
    try SweepPlan.decode(
      "sweep: Test\nscenario: scenario.yaml\nparameters:\n\(parameters)\ndesign: \(design)\n\(more)",
      path: folder.appendingPathComponent("plan.yaml").path)
  }

  /// The file that `sweep plan` writes for it, read back.
  func file(_ design: String, _ parameters: String = ranges, more: String = "") throws -> PlanFile {
    let made = try SweepPlanner.file(
      for: plan(design, parameters, more: more), options: SweepPlanner.Options(), toolVersion: "test")
    return try PlanFile(made.bytes, path: "sweep.json")
  }
}

extension PlanFile {
  /// The number of a parameter at a point.
  func number(_ parameter: Int, at point: Int) throws -> Double {
    let values = points[point]
    struct NoNumber: Error {}
    guard let number = Double(header.parameters[parameter].cell(values[values.startIndex + parameter])) else {
      throw NoNumber()
    }
    return number
  }

  /// Points whose replications have these values of one figure.
  func means(_ values: (_ point: Int) throws -> [Double]?) rethrows -> PointMeans {
    var means = PointMeans()
    for point in 0..<points.count {
      let found = try values(point)
      means.add(
        PointOutcome(
          point: point, figures: (found ?? []).map { [PointFigure(name: "f", unit: "ms", value: $0)] },
          failure: found == nil ? "no" : nil))
    }
    return means
  }
}
