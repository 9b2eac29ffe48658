import Engine
import Foundation
import Services
import Testing

/// The measurements beside the repository, where they are present.
enum MeasuredColdStarts {
  /// A line of a table of cold starts; times in ms.
  struct Line {
    let runtime: String
    let packageType: String
    let memorySize: Int
    let architecture: String
    let lastDay: String
    let p50: Double
    let p90: Double
    let p99: Double
    let handlerDuration: Double

    var quantiles: [(probability: Double, ms: Double)] { [(0.5, p50), (0.9, p90), (0.99, p99)] }
  }

  /// Newest first: a combination is taken from the first that has it.
  static let names = ["2026", "2025", "2023-2024"]

  static var arePresent: Bool { names.allSatisfy { FileManager.default.fileExists(atPath: file($0).path) } }

  private static func file(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../../shared/data/coldstart-lambda-perf-\(name).csv").standardized
  }

  static func lines(_ name: String) throws -> [Line] {
    try String(contentsOf: file(name), encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst().map { row in
      let fields = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return try Line(
        runtime: identifier(fields[0]), packageType: fields[1], memorySize: #require(Int(fields[2])),
        architecture: fields[3], lastDay: fields[7], p50: #require(Double(fields[11])),
        p90: #require(Double(fields[12])), p99: #require(Double(fields[14])),
        handlerDuration: #require(Double(fields[18])))
    }
  }

  /// `apple swift 6.2 (prov.al2)` is shipped as `swift6.2-provided.al2`.
  private static func identifier(_ name: String) -> String {
    var text = name.replacingOccurrences(of: "apple swift ", with: "swift")
      .replacingOccurrences(of: "c++ 11", with: "cpp11").replacingOccurrences(of: "layer(", with: "layer (")
    guard let system = text.range(of: " (prov.") else { return text }
    text.replaceSubrange(system, with: "-provided.")
    return text.replacingOccurrences(of: ")", with: "").replacingOccurrences(of: " ", with: "-")
  }

  /// The four memory sizes of every combination that was measured without SnapStart, from the newest table that has it.
  static func combinations() throws -> [String: [Line]] {
    var all: [String: [Line]] = [:]
    for name in names {
      let table = Dictionary(grouping: try lines(name).filter { !$0.runtime.contains("snapstart") }) {
        "\($0.runtime) \($0.architecture) \($0.packageType)"
      }
      all.merge(table) { newer, _ in newer }
    }
    #expect(all.count == 191)
    return all
  }
}

/// How well a distribution agrees with published quantiles.
struct QuantileCheck {
  let distribution: Distribution

  /// Whether the quantile at the probability lies within a share of the published one, by formula.
  func holds(_ probability: Double, ms: Double, within tolerance: Double) throws -> Bool {
    let below = try #require(distribution.cumulative(ms * 1e6 * (1 - tolerance)))
    let above = try #require(distribution.cumulative(ms * 1e6 * (1 + tolerance)))
    return below < probability && above >= probability
  }

  /// Whether as many draws stay below each published quantile as should, within 5 standard deviations: one false alarm
  /// in 1.7 million.
  func drawsAgree(_ quantiles: [(probability: Double, ms: Double)], count: Int, seed: UInt64) -> Bool {
    let pool = SamplerPool()
    let sampler = pool.makeSampler(distribution)
    var stream = RandomStream(seed: seed, replication: 0, component: "table", purpose: "test")
    var below = quantiles.map { _ in 0 }
    for _ in 0..<count {
      let ms = sampler.draw(&stream) / 1e6
      for (index, quantile) in quantiles.enumerated() where ms <= quantile.ms { below[index] += 1 }
    }
    return zip(quantiles, below).allSatisfy { quantile, found in
      let p = quantile.probability
      return abs(Double(found) / Double(count) - p) <= 5 * (p * (1 - p) / Double(count)).squareRoot()
    }
  }
}

/// A constant distribution's value in ms.
func constantMs(_ distribution: Distribution?) throws -> Double {
  guard case .constant(let value) = try #require(distribution) else {
    Issue.record("a constant")
    return .nan
  }
  return value / 1e6
}

/// The least-squares slope of y over x.
func leastSquaresSlope(_ points: [(x: Double, y: Double)]) -> Double {
  let n = Double(points.count)
  var (mx, my) = (0.0, 0.0)
  for point in points {
    mx += point.x / n
    my += point.y / n
  }
  var (products, squares) = (0.0, 0.0)
  for point in points {
    products += (point.x - mx) * (point.y - my)
    squares += (point.x - mx) * (point.x - mx)
  }
  return products / squares
}
