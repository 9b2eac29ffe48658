/// Several tests judged together: Holm's step-down correction.
///
/// Of a family of tests the smallest p-value must pass Bonferroni's level for all of them, the next one that for all but
/// one, and so on; the first that fails ends it. Whatever the tests have to do with each other, the chance that even one
/// true hypothesis of no difference is rejected stays below `level`, and nothing that Bonferroni rejects is kept.
/// Source: Holm, *Scandinavian Journal of Statistics* 6, 1979, page 65.
public enum Holm {
  /// What the family says of one of its tests.
  public struct Decision: Hashable, Sendable {
    /// The p-value corrected for the family, 0 to 1: the smallest level at which the family rejects this hypothesis.
    public let adjustedPValue: Double
    /// How many tests the level was shared among where this one was decided, 1 to the size of the family.
    ///
    /// An interval at the confidence 1 - level / divisor leaves out the hypothesis exactly where it is rejected: for those that
    /// are not, the divisor is that of the step at which the family stopped.
    public let divisor: Int
    /// Whether the hypothesis is rejected at the family's level.
    public let isRejected: Bool
  }

  /// A decision a p-value, in their order; nil stays nil.
  ///
  /// A p-value of nil or NaN is no test, for it can reject nothing: it does not count among the family, as with R's
  /// `p.adjust`. Equal p-values are decided alike. A family of one is judged as if alone. `level` lies strictly between
  /// 0 and 1, p-values from 0 to 1; one that equals its share of the level is not rejected.
  public static func decisions(pValues: [Double?], level: Double = 0.05) -> [Decision?] {
    precondition(level > 0 && level < 1, "a level lies strictly between 0 and 1")
    let tests = pValues.enumerated().compactMap { place, pValue -> (place: Int, pValue: Double)? in
      guard let pValue, !pValue.isNaN else { return nil }
      precondition(pValue >= 0 && pValue <= 1, "a p-value lies between 0 and 1")
      return (place, pValue)
    }.sorted { a, b in (a.pValue, a.place) < (b.pValue, b.place) }
    var decisions = [Decision?](repeating: nil, count: pValues.count)
    var adjusted = 0.0
    var divisor = tests.count
    var hasStopped = false
    for (step, test) in tests.enumerated() {
      let isTie = step > 0 && tests[step - 1].pValue == test.pValue
      if !hasStopped, !isTie { divisor = tests.count - step }
      adjusted = max(adjusted, min(1, Double(tests.count - step) * test.pValue))
      if Double(divisor) * test.pValue >= level { hasStopped = true }
      decisions[test.place] = Decision(adjustedPValue: adjusted, divisor: divisor, isRejected: !hasStopped)
    }
    return decisions
  }
}
