/// The ratio of two means over independent replications: failures a request, dollars a million requests.
///
/// The mean of the replications' own ratios is something else: it gives a replication of ten requests as much weight as one
/// of a thousand, and misses the long-run ratio however many replications there are. Here all numerators are divided by
/// all denominators, and the interval comes from the jackknife: each replication's influence is what the
/// ratio would be without it. Of the common intervals for ratios it keeps its confidence best in small samples; the
/// classical one, which linearises the ratio, is too narrow where denominators vary, and Fieller's may be all numbers
/// but an interval. The centre stays the plain ratio, so that a share remains between 0 and 1; it is biased by a term
/// that falls as one over the replications, which the half-width outweighs.
/// Sources: Iglehart, *Naval Research Logistics Quarterly* 22, 1975, page 553 (comparison of ratio estimators);
/// Miller, *Biometrika* 61, 1974, page 1 (the jackknife).
public struct RatioInterval: Hashable, Sendable {
  /// Sum of the numerators over sum of the denominators; NaN where the denominators sum to zero.
  public let ratio: Double
  /// The jackknife's pseudo-values, one a replication: independent in the limit, and centred on the ratio but for its bias.
  ///
  /// NaN where all others have a denominator of zero, so that where one replication alone has another one, or none has,
  /// there is no interval.
  public let pseudoValues: [Double]

  /// The ratio of replications; the k-th numerator and denominator are of the same one.
  ///
  /// Denominators are 0 or more, such as requests or seconds. Where both are zero in a replication it weighs
  /// nothing but counts as one.
  public init(numerators: [Double], denominators: [Double]) {
    precondition(numerators.count == denominators.count, "every numerator has a denominator")
    precondition(denominators.allSatisfy { $0 >= 0 }, "a denominator is never negative")
    let (sum, total) = (numerators.reduce(0, +), denominators.reduce(0, +))
    let ratio = total > 0 ? sum / total : .nan
    let others = Double(numerators.count - 1)
    self.ratio = ratio
    pseudoValues = zip(numerators, denominators).map { numerator, denominator in
      let rest = total - denominator
      // The ratio less that of all others, without the difference of two sums that are nearly equal. What rounding alone
      // leaves is nothing: equal ratios have no spread.
      let excess = numerator - ratio * denominator
      let isRounding = abs(excess) <= 4 * abs(numerator).ulp
      return rest > 0 ? ratio + (isRounding ? 0 : others * excess / rest) : .nan
    }
  }

  /// The ratio with its interval at `confidence`, strictly between 0 and 1.
  ///
  /// The count is that of the replications, and 0 where there is no ratio. No half-width with fewer than two, or where one alone has a denominator other
  /// than zero. Exactly 0 where the ratio is the same in each.
  public func interval(confidence: Double = 0.95) -> Interval {
    guard !ratio.isNaN else { return Interval(mean: .nan, halfWidth: nil, count: 0) }
    return Self.interval(ratio, pseudoValues, confidence)
  }

  /// `b` less `a` with its interval at `confidence`: two designs under common random numbers.
  ///
  /// The k-th replications of both met the same luck, and there are equally many.
  public static func difference(a: RatioInterval, b: RatioInterval, confidence: Double = 0.95) -> Interval {
    precondition(a.pseudoValues.count == b.pseudoValues.count, "paired ratios have equally many replications")
    return interval(b.ratio - a.ratio, zip(a.pseudoValues, b.pseudoValues).map { $1 - $0 }, confidence)
  }

  private static func interval(_ center: Double, _ values: [Double], _ confidence: Double) -> Interval {
    let spread = Interval.mean(of: values, confidence: confidence)
    let halfWidth = spread.halfWidth.flatMap { $0.isNaN ? nil : $0 }
    return Interval(mean: center, halfWidth: halfWidth, count: values.count)
  }
}
