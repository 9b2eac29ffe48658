import CGSL

/// The triangle in which a running sum says too little to decide.
///
/// A sum of differences walks until it leaves a region that narrows with every value and closes for good. Its width
/// comes from the variance of the first values only, so that the chance of leaving on the wrong side stays below a
/// given error if the true mean is at least a zone away from zero. Normal values are assumed; others come near it.
/// Source: Kim & Nelson, *ACM TOMACS* 11(3), 2001, page 251 (procedure KN, c = 1); Andradóttir & Kim, *Naval Research
/// Logistics* 57(5), 2010, page 403, use the same triangle against a bound.
public struct ContinuationRegion: Hashable, Sendable {
  /// Kim and Nelson's h²: 2 η (n₀ - 1) with η = ((2 β)^(-2 / (n₀ - 1)) - 1) / 2.
  public let scale: Double

  /// The region that errs with a chance of at most `error`, above 0 and below 0.5, when its variance comes from
  /// `firstStage` values, at least 2.
  ///
  /// Few first values make it wide: 2 give a scale thousands of times that of 20.
  public init(error: Double, firstStage: Int) {
    precondition(error > 0 && error < 0.5, "an error lies strictly between 0 and 0.5")
    precondition(firstStage >= 2, "a variance needs at least two values")
    GSL.ready
    let freedom = Double(firstStage - 1)
    // Through GSL's logarithm, whose last bits differ between processors: rounded to ten digits or so.
    let power = gsl_sf_exp(-2 / freedom * gsl_sf_log(2 * error))
    scale = ((power - 1) * freedom * 1e9).rounded() / 1e9
  }

  /// How far a sum of `count` values may lie from zero without a decision, 0 from where the region has closed.
  ///
  /// `variance` is that of one value, 0 or more; `zone`, above 0, is the distance that matters.
  public func width(variance: Double, zone: Double, after count: Int) -> Double {
    max(0, (scale * variance / zone - zone * Double(count)) / 2)
  }
}
