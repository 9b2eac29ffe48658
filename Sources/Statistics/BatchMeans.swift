import CGSL

/// An interval from one long run: the run is divided into batches, and their means stand for replications.
///
/// Observations that follow each other depend on each other; the means of long enough batches hardly do, because
/// only their ends touch. How long is enough depends on the system: a queue at 90 % of its capacity forgets a hundred
/// times more slowly than one at half. So every estimate says whether its batches look independent, by the
/// von Neumann ratio. Source: Law, *Simulation Modeling and Analysis*, 5th ed., section 9.5.3; Fishman, "Grouping
/// observations in digital simulation", *Management Science* 24 (1978), page 510.
///
/// It is for runs in a steady state. Batches of a day with a peak differ for a reason, and their spread says nothing of
/// how far the mean of another day would be off.
public struct BatchMeans: Hashable, Sendable {
  /// The estimate over the whole run with Student's interval over the batches.
  public let interval: Interval
  /// Batches that the interval comes from, 2 or more.
  public let count: Int
  /// Estimated correlation of neighbouring batches, -1 to 1; 0 where all batches are equal. Independent batches give
  /// about 0.
  public let correlation: Double

  /// Whether nothing speaks against independent batches: their correlation is not above what one in twenty
  /// runs with independent batches would show.
  ///
  /// Where it is false the interval is too narrow, and the run ought to be longer. Few batches show little: of ten only
  /// a correlation above 0.47 does.
  public var looksIndependent: Bool { correlation <= Self.threshold(count: count) }

  /// Numbers of batches to try where nobody says one, the first that looks independent being taken: beyond 30 little
  /// is gained, and ten are the fewest that give an interval of use. Source: Schmeiser, "Batch size effects in the
  /// analysis of simulation output", *Operations Research* 30 (1982), page 556.
  public static let counts = [30, 20, 10]

  /// From the means of batches of equal length, 2 or more and none of them NaN.
  public init(of means: [Double], confidence: Double = 0.95) {
    precondition(means.count >= 2, "one batch has no spread")
    interval = Interval.mean(of: means, confidence: confidence)
    count = means.count
    correlation = Self.correlation(means)
  }

  /// The ratio of two sums over the run, such as the time of all requests over their number, from both sums in each
  /// batch; nil where the denominators add up to 0.
  ///
  /// The lists are equally long, at least 2. Batches with more observations so count for more, and the estimate is the
  /// run's own; its interval is that of the batches' residuals (the classical ratio interval, Law, section 9.5.3, as of
  /// regenerative cycles).
  public init?(ratioOf numerators: [Double], to denominators: [Double], confidence: Double = 0.95) {
    precondition(numerators.count == denominators.count, "every batch has both sums")
    precondition(numerators.count >= 2, "one batch has no spread")
    let whole = denominators.reduce(0, +)
    guard whole != 0 else { return nil }
    let ratio = numerators.reduce(0, +) / whole
    let residuals = zip(numerators, denominators).map { $0 - ratio * $1 }
    let spread = Interval.mean(of: residuals, confidence: confidence)
    interval = Interval(
      mean: ratio, halfWidth: spread.halfWidth.map { $0 / abs(whole / Double(numerators.count)) },
      count: numerators.count)
    count = numerators.count
    correlation = Self.correlation(residuals)
  }

  /// 1 - (sum of squared steps) / (2 x sum of squared deviations): the von Neumann ratio turned into a correlation.
  /// Differences of last bits do not count as spread.
  private static func correlation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let deviations = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let scale = values.reduce(0) { max($0, abs($1)) } * 1e-12
    guard deviations > scale * scale * Double(values.count) else { return 0 }
    let steps = zip(values.dropFirst(), values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return 1 - steps / (2 * deviations)
  }

  /// The 95 % quantile of the correlation of `count` independent normal batches, whose variance is (n - 2) / (n² - 1).
  private static func threshold(count: Int) -> Double {
    GSL.ready
    let n = Double(count)
    return gsl_cdf_ugaussian_Pinv(0.95) * ((n - 2) / (n * n - 1)).squareRoot()
  }
}
