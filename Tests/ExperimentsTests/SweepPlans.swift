import Foundation

@testable import Experiments

/// Plans and outcomes that no simulation made, for tests of files.
enum SweepPlans {
  /// A plan of so many points of two parameters; `name` makes plans differ.
  static func plan(points count: Int, name: String = "Test", traffic: [PlanFile.Header.Source] = []) throws -> PlanFile
  {
    var points = DesignPoints(parameters: 2)
    for point in 0..<count { points.append(["\(128 * (point + 1)) MB", point % 2 == 0 ? "java21" : "python, \"3\""]) }
    let source = PlanFile.Header.Source(path: "s.yaml", sha256: SHA256.hexadecimal(of: "s"))
    let header = PlanFile.Header(
      toolVersion: "0", name: name, description: "", plan: source, scenario: source, scenarioText: "", variant: nil,
      settings: [], arguments: [], traffic: traffic, prices: source, replications: 2, seed: 1, randomNumbers: "common",
      design: "grid",
      parameters: [
        PlanFile.Header.Parameter(name: "memory", paths: ["a"], unit: "MB", values: nil),
        PlanFile.Header.Parameter(name: "runtime", paths: ["b"], unit: nil, values: nil),
      ], figures: [], points: count)
    return try PlanFile(PlanFile.bytes(header, points), path: "sweep.json")
  }

  /// What becomes of a point: every fifth fails, the third's figures lack one, the seventh has a NaN.
  static func outcome(_ point: Int) -> PointOutcome {
    if point % 5 == 4 {
      return PointOutcome(point: point, figures: [], failure: "s.yaml:1:1: found\nnothing, \(point)")
    }
    let figures = (0..<2).map { replication in
      [
        PointFigure(name: "shop.p99", unit: "ms", value: Double(point) / 3 + Double(replication)),
        PointFigure(name: "cost.monthly", unit: "USD", value: point % 7 == 6 ? .nan : 1e-7 * Double(point)),
        PointFigure(name: "shop.requests", unit: "count", value: 1e6),
      ]
    }
    return PointOutcome(point: point, figures: figures.map { Array($0.prefix(point % 3 == 2 ? 2 : 3)) }, failure: nil)
  }

  /// A folder of its own, removed behind `body`.
  static func withFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    // In memory where there is such a place: every shard is forced to the disk, which a busy machine takes a second for.
    let memory = "/dev/shm"
    let base = access(memory, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory.path
    let folder = "\(base)/sweep-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
  }

  /// Runs all shards of a plan with invented outcomes; the points that were simulated.
  @discardableResult
  static func run(_ plan: PlanFile, shards: Int, jobs: Int = 1, in folder: String) async throws -> [Int] {
    let made = Recorded()
    for index in 0..<shards {
      guard let shard = Shard(index: index, of: shards) else { continue }
      _ = try await SweepRun.run(shard, of: plan, in: folder, jobs: jobs) { point in
        made.add(point)
        return outcome(point)
      }
    }
    return made.points.sorted()
  }

  /// The bytes of a file.
  static func bytes(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

  /// Puts bytes into a file.
  static func put(_ bytes: some Sequence<UInt8>, _ path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }
}

/// Points, noted from any thread.
final class Recorded: @unchecked Sendable {
  private let lock = NSLock()
  private var noted: [Int] = []

  func add(_ point: Int) { lock.withLock { noted.append(point) } }
  var points: [Int] { lock.withLock { noted } }
}
