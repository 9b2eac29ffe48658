import CGSL

/// A mean over independent replications, and how far it can be trusted.
///
/// The interval is Student's: it assumes that the values are independent and their mean about normal.
/// Values of one run that follow each other are not independent, replications are.
/// Source: Law, *Simulation Modeling and Analysis*, 5th ed., section 4.5.
public struct Interval: Hashable, Sendable {
  /// The arithmetic mean in the unit of the values; NaN if there were none.
  public let mean: Double
  /// Half the width of the interval in the unit of the values, 0 or more; nil for fewer than two values,
  /// of which nobody can say how they spread.
  public let halfWidth: Double?
  /// How many values the mean is taken over, 0 or more.
  public let count: Int

  /// An interval that is already known; `halfWidth` must not be negative.
  public init(mean: Double, halfWidth: Double?, count: Int) {
    precondition(!(halfWidth.map { $0 < 0 } ?? false), "half a width is never negative")
    precondition(count >= 0, "a count of values is never negative")
    self.mean = mean
    self.halfWidth = halfWidth
    self.count = count
  }

  /// The mean of `values` with its interval at `confidence`, a share strictly between 0 and 1.
  ///
  /// Equal values give a half-width of exactly 0, a single value gives none, no value gives a mean of NaN.
  /// A NaN among the values makes mean and half-width NaN.
  public static func mean(of values: [Double], confidence: Double = 0.95) -> Interval {
    var running = RunningInterval()
    for value in values { running.add(value) }
    return running.interval(confidence: confidence)
  }

  /// Student's t for a two-sided interval at `confidence` (strictly between 0 and 1) over `count` values; nil below
  /// two.
  ///
  /// It depends on nothing else, so a table of many cells over the same replications asks once and passes the
  /// answer to `RunningInterval.interval(criticalValue:)`. By `gsl_cdf_tdist_Pinv`, good to about twelve digits and
  /// rounded to ten decimals, for GSL goes through the C library's logarithm, whose last bit differs between processors.
  public static func criticalValue(count: Int, confidence: Double = 0.95) -> Double? {
    precondition(confidence > 0 && confidence < 1, "a confidence lies strictly between 0 and 1")
    guard count >= 2 else { return nil }
    GSL.ready
    return (gsl_cdf_tdist_Pinv(0.5 + confidence / 2, Double(count - 1)) * 1e10).rounded() / 1e10
  }

  /// The lower end in the unit of the values; nil where there is no half-width.
  public var lower: Double? { halfWidth.map { mean - $0 } }

  /// The upper end in the unit of the values; nil where there is no half-width.
  public var upper: Double? { halfWidth.map { mean + $0 } }

  /// Whether `value` lies inside, both ends included; false where there is no half-width.
  ///
  /// It is not the opposite of `excludes`: an interval without a width does neither.
  public func contains(_ value: Double) -> Bool {
    guard let lower, let upper else { return false }
    return lower <= value && value <= upper
  }

  /// Whether the interval is known and `value` lies outside it; false where there is no half-width.
  ///
  /// A paired difference that excludes 0 is a difference that the replications show.
  public func excludes(_ value: Double) -> Bool {
    guard let lower, let upper else { return false }
    return value < lower || upper < value
  }
}
