import CGSL

/// Whether data look as if they came from a given distribution.
///
/// A small p-value speaks against the distribution. Under the right one it is uniform, so a test that fails below
/// 0.001 raises a false alarm once in a thousand seeds.
public enum GoodnessOfFit {
  /// What a test found.
  public struct Finding: Hashable, Sendable {
    /// The test's own measure of distance, 0 for a perfect fit.
    public let statistic: Double
    /// The chance of a distance at least as large under the given distribution, from 0 to 1.
    public let pValue: Double
  }

  /// The one-sample Kolmogorov-Smirnov test of `values` against a continuous distribution function fixed beforehand.
  ///
  /// At least one value, none of them NaN, in any order. If parameters were fitted to the same values, the p-value
  /// comes out too large.
  public static func kolmogorovSmirnov(_ values: [Double], cumulative: (Double) -> Double) -> Finding {
    precondition(!values.isEmpty, "a test needs at least one value")
    precondition(!values.contains { $0.isNaN }, "a value that is not a number cannot be ranked")
    let count = Double(values.count)
    var distance = 0.0
    for (index, value) in values.sorted().enumerated() {
      let share = cumulative(value)
      precondition(share >= 0 && share <= 1, "a distribution function gives a share from 0 to 1")
      distance = max(distance, share - Double(index) / count, Double(index + 1) / count - share)
    }
    return Finding(
      statistic: distance, pValue: kolmogorovSmirnovPValue(distance: distance, count: values.count))
  }

  /// The chance of a Kolmogorov-Smirnov distance of at least `distance` (from 0 to 1) among `count` values.
  ///
  /// Kolmogorov's limit law with Stephens' correction for the size of the sample (*JRSS B* 32, 1970, page 115). It is
  /// not the exact law of a small sample, which Marsaglia, Tsang & Wang compute (*J. Stat. Software* 8(18), 2003): from
  /// four values on it is off by less than 0.004 where the p-value is below 0.2, and by less than 0.03 elsewhere,
  /// either way. Below four values do not use it.
  public static func kolmogorovSmirnovPValue(distance: Double, count: Int) -> Double {
    precondition(count >= 1, "a test needs at least one value")
    precondition(distance >= 0 && distance <= 1, "distribution functions lie at most 1 apart")
    let root = Double(count).squareRoot()
    return kolmogorovTail((root + 0.12 + 0.11 / root) * distance)
  }

  /// Kolmogorov's limit law, upper tail. Two series of the same theta function: each converges in a few terms on its
  /// side of 1.
  private static func kolmogorovTail(_ x: Double) -> Double {
    guard x > 0.04 else { return 1 }
    var sum = 0.0
    if x < 1 {
      for n in stride(from: 1.0, through: 9, by: 2) { sum += GSL.decay(n * n * .pi * .pi / (8 * x * x)) }
      return 1 - (2 * Double.pi).squareRoot() / x * sum
    }
    var sign = 1.0
    for n in stride(from: 1.0, through: 6, by: 1) {
      sum += sign * GSL.decay(2 * n * n * x * x)
      sign = -sign
    }
    return 2 * sum
  }

  /// Pearson's chi-square test of counts per cell against the counts expected there.
  ///
  /// The lists are equally long and every expected count is above 0. `fitted` parameters taken from the same data cost
  /// one degree of freedom each, and at least one must be left. The law holds in the limit: pool cells
  /// until each expects 5 or more (Cochran, *Biometrics* 10, 1954, page 417).
  public static func chiSquare(observed: [Int], expected: [Double], fitted: Int = 0) -> Finding {
    precondition(observed.count == expected.count, "every cell has an observed and an expected count")
    precondition(fitted >= 0 && observed.count - 1 - fitted >= 1, "at least one degree of freedom must be left")
    var statistic = 0.0
    for (found, awaited) in zip(observed, expected) {
      precondition(found >= 0, "an observed count is never negative")
      precondition(awaited > 0 && awaited.isFinite, "an expected count is finite and above 0")
      let deviation = Double(found) - awaited
      statistic += deviation * deviation / awaited
    }
    GSL.ready
    return Finding(
      statistic: statistic, pValue: gsl_cdf_chisq_Q(statistic, Double(observed.count - 1 - fitted)))
  }
}
