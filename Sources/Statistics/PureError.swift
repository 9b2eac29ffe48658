/// The noise of an experiment with replications at each point, gathered point by point: what no surface can explain.
///
/// Every point has the same number of replications, at least 2. With random numbers of their own the values at a point
/// differ by noise alone. Under common random numbers the k-th replications of all points share their luck: they are
/// blocks, and what they have in common shifts the whole surface and is no noise between its points.
/// Source: Montgomery, *Design and Analysis of Experiments*, 8th ed., sections 4.1 (blocks) and 10.8 (pure error).
public struct PureError: Hashable, Sendable {
  /// How many points came.
  public private(set) var points = 0
  /// Values of each point; 0 before the first.
  public private(set) var replications = 0
  private var isEven = true
  private var squaredDeviations = 0.0
  /// Of each replication, the sum of the points' deviations from their means.
  private var blockSums: [Double] = []

  /// No point yet.
  public init() {}

  /// Takes in the values of the next point, in the order of the replications; all finite.
  public mutating func add(_ values: [Double]) {
    if points == 0 {
      replications = values.count
      blockSums = Array(repeating: 0, count: values.count)
    }
    points += 1
    guard isEven, values.count == replications, values.count >= 2 else {
      isEven = false
      return
    }
    let mean = values[0] + values.reduce(0) { $0 + ($1 - values[0]) } / Double(values.count)
    for (replication, value) in values.enumerated() {
      squaredDeviations += (value - mean) * (value - mean)
      blockSums[replication] += value - mean
    }
  }

  /// The variance of a point's mean by noise alone, in the square of the values' unit, with its degrees of freedom; nil
  /// where points have different numbers of values, or fewer than two. `areBlocks` tells that replications share their
  /// random numbers.
  public func ofMeans(areBlocks: Bool) -> (variance: Double, degreesOfFreedom: Int)? {
    guard isEven, points >= 1, replications >= 2 else { return nil }
    let shared = blockSums.reduce(0) { $0 + $1 * $1 } / Double(points)
    let free = areBlocks ? (points - 1) * (replications - 1) : points * (replications - 1)
    guard free > 0 else { return nil }
    let squares = areBlocks ? max(0, squaredDeviations - shared) : squaredDeviations
    return (squares / Double(free) / Double(replications), free)
  }
}
