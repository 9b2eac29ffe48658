/// A mean and its spread, kept while the values come in: three numbers, however many values.
///
/// Welford's recursion (*Technometrics* 4, 1962, page 419): no difference of large sums, so a small spread around a
/// large mean keeps its digits, and equal values have a spread of exactly 0. The order of the values may move the
/// last bits; add them in the order of the replications and every machine finds the same.
public struct RunningInterval: Hashable, Sendable, BitwiseCopyable {
  /// How many values were added.
  public private(set) var count = 0
  private var center = 0.0
  private var squaredDeviations = 0.0

  /// No values yet.
  public init() {}

  /// Takes in one value; a NaN or an infinity makes mean and spread NaN for good.
  public mutating func add(_ value: Double) {
    count += 1
    let deviation = value - center
    center += deviation / Double(count)
    squaredDeviations += deviation * (value - center)
  }

  /// The mean of the values so far, in their unit; NaN before the first.
  public var mean: Double { count == 0 ? .nan : center }

  /// The unbiased sample variance (divided by count less one), in the square of the values' unit; nil below two values.
  public var variance: Double? { count < 2 ? nil : squaredDeviations / Double(count - 1) }

  /// The mean with its interval at `confidence`, a share strictly between 0 and 1.
  public func interval(confidence: Double = 0.95) -> Interval {
    interval(criticalValue: Interval.criticalValue(count: count, confidence: confidence))
  }

  /// The mean with its interval for a critical value that `Interval.criticalValue` gave for the same count.
  ///
  /// Without one (nil), or with fewer than two values, the interval has no half-width.
  public func interval(criticalValue: Double?) -> Interval {
    guard let criticalValue, let variance else { return Interval(mean: mean, halfWidth: nil, count: count) }
    return Interval(mean: mean, halfWidth: criticalValue * (variance / Double(count)).squareRoot(), count: count)
  }
}
