import CGSL

/// Student's t the other way round: how surprising a value would be, and the same interval at another confidence.
extension Interval {
  /// The two-sided p-value of `value` being the true mean, from 0 to 1, of an interval made at `confidence`; nil where
  /// there is no half-width, or mean or half-width are not finite.
  ///
  /// It is below 1 - confidence exactly where the interval excludes the value. Without any spread it is 1 for the mean
  /// itself and 0 for all else: values that are all equal leave Student's t no doubt. By `gsl_cdf_tdist_Q`, rounded to
  /// ten significant digits, as GSL goes through the C library.
  public func pValue(of value: Double = 0, confidence: Double = 0.95) -> Double? {
    guard let halfWidth, halfWidth.isFinite, mean.isFinite,
      let critical = Self.criticalValue(count: count, confidence: confidence)
    else { return nil }
    let distance = abs(mean - value)
    guard halfWidth > 0 else { return distance == 0 ? 1 : 0 }
    return min(1, GSL.rounded(2 * gsl_cdf_tdist_Q(distance * critical / halfWidth, Double(count - 1))))
  }

  /// The interval that was made at confidence `from`, at confidence `to`; one without a half-width stays without.
  ///
  /// Both lie strictly between 0 and 1. It rests on Student's t for the interval's count.
  public func at(confidence to: Double, from: Double = 0.95) -> Interval {
    guard let halfWidth, let made = Self.criticalValue(count: count, confidence: from),
      let wanted = Self.criticalValue(count: count, confidence: to)
    else { return self }
    return Interval(mean: mean, halfWidth: halfWidth * (wanted / made), count: count)
  }
}
