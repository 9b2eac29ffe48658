/// Which share of an output's variance each parameter explains, if all parameters vary over their ranges at once.
///
/// The first-order index of a parameter is the share that it explains alone, the total index the share that goes when
/// all others are known: its own and that of its interactions. Without interactions first orders add up to 1.
/// Estimates scatter: a small one may come out below 0, and a sum above 1, which is the estimate and no error.
///
/// An output that is a mean over replications is not a function of the parameters alone. Noise that is independent
/// between points counts as variance that no first order explains and that every total includes: with a share n of
/// noise in the variance, first orders shrink by 1 - n and the total of a parameter without any effect comes out at n
/// instead of 0. `noise`, the variance of one output's mean, is taken out of both. Under common random numbers all
/// points share their luck: then it cancels in differences, is not independent, and must not be taken out.
public struct SobolIndices: Hashable, Sendable {
  /// The first-order index of each parameter with its interval.
  public let first: [Interval]
  /// The total index of each parameter with its interval.
  public let total: [Interval]
  /// The share of each pair's interaction, at [i][j] for i below j and empty elsewhere; empty without second order.
  public let second: [[Interval?]]
  /// The variance of the output over the parameters' ranges without the noise, in the square of its unit; above 0.
  public let variance: Double
  /// The share of the noise in the variance that was observed, from 0 to below 1.
  public let noiseShare: Double
  /// How many base points were used: those all of whose runs have an output.
  public let basePoints: Int

  /// What came out of an analysis.
  public enum Outcome: Hashable, Sendable {
    /// The indices.
    case indices(SobolIndices)
    /// All outputs are equal: nothing explains a variance that is not there.
    case constant
    /// The outputs vary no more than their noise does.
    case onlyNoise
    /// Fewer than two base points have all their outputs.
    case tooFewPoints
  }

  /// The indices of `outputs`, one for each point of a `SaltelliDesign` in its order; NaN where a run failed, which
  /// leaves out its base point.
  ///
  /// First order by Saltelli et al. 2010 (table 2, row b), total by Jansen, *Computer Physics Communications* 117,
  /// 1999, page 35, both over outputs with their mean taken away; second order by Saltelli 2002. Intervals at
  /// `confidence` are delete-one jackknife over base points with Student's t: right for independent base points, too
  /// wide for those of a shifted Sobol sequence. `noise` is the variance of one output's mean, 0 or more.
  public static func analysis(
    outputs: [Double], parameters: Int, secondOrder: Bool = false, noise: Double = 0, confidence: Double = 0.95
  ) -> Outcome {
    precondition(noise >= 0 && noise.isFinite, "a variance of noise is finite and never negative")
    let runs = SaltelliDesign.runsPerBasePoint(parameters: parameters, secondOrder: secondOrder)
    precondition(
      parameters >= 1 && outputs.count.isMultiple(of: runs), "a Saltelli design has an output for each point")
    let rows = stride(from: 0, to: outputs.count, by: runs)
      .map { outputs[$0..<$0 + runs] }.filter { $0.allSatisfy(\.isFinite) }
    guard rows.count >= 2, let origin = rows[0].first else { return .tooFewPoints }
    if rows.allSatisfy({ $0.allSatisfy { $0 == origin } }) { return .constant }

    // The origin goes first so that a large mean costs no digits, then the mean for the estimators' sake.
    let center = rows.reduce(0) { $0 + ($1[$1.startIndex] - origin) + ($1[$1.startIndex + 1] - origin) }
    let mean = origin + center / Double(2 * rows.count)
    let sums = rows.map { SobolSums(row: $0.map { $0 - mean }, parameters: parameters, secondOrder: secondOrder) }
    var whole = sums[0]
    for row in sums.dropFirst() { whole.add(row, sign: 1) }
    let observed = whole.variance
    guard observed > 0 else { return .constant }
    guard observed > noise else { return .onlyNoise }

    let estimates = whole.indices(noise: noise)
    var leftOut = [RunningInterval](repeating: RunningInterval(), count: estimates.count)
    for row in sums {
      var rest = whole
      rest.add(row, sign: -1)
      // Without the one row that made the variance there is none: such an estimate has no width that could be told.
      for (index, value) in rest.indices(noise: noise).enumerated() { leftOut[index].add(value) }
    }
    let critical = Interval.criticalValue(count: rows.count, confidence: confidence)
    let intervals = zip(estimates, leftOut).map { estimate, values in
      let spread = values.variance.map { ($0 * Double(rows.count - 1) * Double(rows.count - 1) / Double(rows.count)) }
      let width = spread.flatMap { spread in critical.map { $0 * spread.squareRoot() } }
      return Interval(
        mean: estimate, halfWidth: width.flatMap { $0.isFinite ? $0 : nil }, count: rows.count)
    }
    let pairs = secondOrder ? SobolSums.pairs(parameters) : []
    var second = [[Interval?]](
      repeating: [Interval?](repeating: nil, count: parameters), count: secondOrder ? parameters : 0)
    for (place, pair) in pairs.enumerated() { second[pair.i][pair.j] = intervals[2 * parameters + place] }
    return .indices(
      SobolIndices(
        first: Array(intervals[..<parameters]), total: Array(intervals[parameters..<2 * parameters]), second: second,
        variance: observed - noise, noiseShare: noise / observed, basePoints: rows.count))
  }
}

/// The sums over base points from which all indices follow, so that leaving one point out costs no second pass.
struct SobolSums {
  private var count = 1.0
  /// Of A and B together.
  private var values: Double
  private var squares: Double
  /// Of the product of A and B.
  private var product: Double
  /// For each parameter: B times the change, the change, the square of the change from A to A with B's parameter.
  private var crossed: [Double]
  private var changes: [Double]
  private var squaredChanges: [Double]
  /// For each pair i < j: (B with A's j) times (A with B's i), and the sum of both.
  private var mixed: [Double] = []
  private var mixedValues: [Double] = []

  /// The sums of one base point's outputs in the order of the design.
  init(row: [Double], parameters: Int, secondOrder: Bool) {
    let (a, b) = (row[0], row[1])
    values = a + b
    squares = a * a + b * b
    product = a * b
    changes = row[2..<2 + parameters].map { $0 - a }
    crossed = changes.map { b * $0 }
    squaredChanges = changes.map { $0 * $0 }
    guard secondOrder else { return }
    for (i, j) in Self.pairs(parameters) {
      let (first, second) = (row[2 + i], row[2 + parameters + j])
      mixed.append(first * second)
      mixedValues.append(first + second)
    }
  }

  static func pairs(_ parameters: Int) -> [(i: Int, j: Int)] {
    (0..<parameters).flatMap { i in (i + 1..<max(i + 1, parameters)).map { (i, $0) } }
  }

  mutating func add(_ other: SobolSums, sign: Double) {
    count += sign * other.count
    values += sign * other.values
    squares += sign * other.squares
    product += sign * other.product
    for index in crossed.indices {
      crossed[index] += sign * other.crossed[index]
      changes[index] += sign * other.changes[index]
      squaredChanges[index] += sign * other.squaredChanges[index]
    }
    for index in mixed.indices {
      mixed[index] += sign * other.mixed[index]
      mixedValues[index] += sign * other.mixedValues[index]
    }
  }

  /// The mean of A and B.
  private var mean: Double { values / (2 * count) }

  /// The variance of A and B, noise included.
  var variance: Double { squares / (2 * count) - mean * mean }

  /// First orders, totals, then second orders in the order of `pairs`.
  func indices(noise: Double) -> [Double] {
    let variance = self.variance - noise
    let mean = self.mean
    let first = crossed.indices.map { (crossed[$0] - mean * changes[$0]) / count / variance }
    let total = squaredChanges.map { ($0 / (2 * count) - noise) / variance }
    guard !mixed.isEmpty else { return first + total }
    let shared = product / count - mean * values / count + mean * mean
    let second = zip(Self.pairs(changes.count), mixed.indices).map { pair, place in
      let closed = mixed[place] / count - mean * mixedValues[place] / count + mean * mean - shared
      return closed / variance - first[pair.i] - first[pair.j]
    }
    return first + total + second
  }
}
