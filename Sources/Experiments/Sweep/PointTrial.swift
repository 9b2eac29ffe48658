import Engine
import Scenarios

/// Which points of a plan were tried, and what became of them.
struct PointTrial {
  /// Points up to this number are all tried; of more, as many are drawn. A second or two of one core.
  static let pointsMax = 1_000
  /// Bytes of scenarios that are decoded at most, so that long ones do not take longer; fifty points are always tried.
  static let bytesMax = 8 << 20
  /// Combinations that work and are kept for other trials.
  static let othersMax = 12

  /// How many points were tried.
  private(set) var tried = 0
  /// How many of them cannot be simulated.
  private(set) var failed = 0
  /// The first that cannot, and why.
  private(set) var failure: (point: Int, fault: ScenarioError)?
  /// Some that can, spread over the plan.
  private(set) var others: [SweepTrial.Combination] = []
  /// Of each parameter the values that some point works with.
  private var working: [Set<String>]
  private let stride: Int
  /// The points to try, in their order.
  let chosen: [Int]

  /// No point yet, of so many in a plan over a scenario of so many bytes.
  init(count: Int, parameters: Int, bytes: Int, seed: UInt64) {
    working = Array(repeating: [], count: parameters)
    chosen = Self.chosen(
      of: count, atMost: max(50, min(Self.pointsMax, Self.bytesMax / max(bytes, 1))), seed: seed)
    stride = max(1, chosen.count / Self.othersMax)
  }

  /// The first combination that works; nil where none did.
  var works: SweepTrial.Combination? { others.first }

  /// Whether a value of a parameter is known to work.
  func works(_ value: String, at parameter: Int) -> Bool { working[parameter].contains(value) }

  /// A point that can be simulated.
  mutating func pass(_ combination: SweepTrial.Combination) {
    tried += 1
    if others.isEmpty || (tried.isMultiple(of: stride) && others.count < Self.othersMax) { others.append(combination) }
    for (parameter, level) in combination.levels.enumerated() { working[parameter].insert(level.value) }
  }

  /// A point that cannot.
  mutating func fail(_ point: Int, _ faults: [ScenarioError]) {
    tried += 1
    failed += 1
    if failure == nil { failure = (point, faults[0]) }
  }

  /// The points to try: all of them, or one at random of each of as many equal parts, so that neither end is missed and no
  /// pattern of a grid is met again and again.
  static func chosen(of count: Int, atMost limit: Int, seed: UInt64) -> [Int] {
    guard count > limit else { return Array(0..<count) }
    var stream = RandomStream(seed: seed, replication: 0, component: "sweep", purpose: "trial")
    return (0..<limit).map { part in
      let start = part * count / limit
      let width = (part + 1) * count / limit - start
      return start + min(width - 1, Int(stream.nextUnit() * Double(width)))
    }
  }
}
