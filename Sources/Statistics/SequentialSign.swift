import CGSL

/// Student's test of a mean's sign, looked at again and again while the values come in.
///
/// The region of `ContinuationRegion` is as wide as its zone is narrow: a mean far beyond the zone whose values scatter
/// widely stays in it for long. This test knows no zone. Look i, from 1, may err with the share 1 / (i (i + 1)) of the
/// error; the shares add up to 1 however many looks there are, so that by Bonferroni's inequality all looks together
/// say the wrong sign with at most that chance. Exact for normal values.
/// Source: alpha spending, Lan & DeMets, *Biometrika* 70(3), 1983, with a spending function that never ends.
struct SequentialSign: Sendable {
  /// The chance of a wrong sign over all looks, above 0 and below 0.5.
  let error: Double

  /// How far a sum of `count` values must lie from zero to tell the mean's sign at a look from 1; infinite below two
  /// values, and 0 where `variance` is 0.
  func bound(variance: Double, after count: Int, look: Int) -> Double {
    guard count >= 2 else { return .infinity }
    return critical(count, look) * (variance * Double(count)).squareRoot()
  }

  /// Student's t for one side, rounded to ten digits or so.
  private func critical(_ count: Int, _ look: Int) -> Double {
    GSL.ready
    let share = error / (Double(look) * Double(look + 1))
    let value = GSL.rounded(gsl_cdf_tdist_Qinv(share, Double(count - 1)))
    return value.isFinite ? value : .greatestFiniteMagnitude
  }
}
