/// How narrow the interval of a difference of counts can honestly be.
///
/// Student's t takes the spread from the replications. Where events are few, so are the values that a count can have,
/// and the spread is often small by luck: three replications of one error more each have none at all. Of `m` events
/// that happened in one of two designs and not in the other, each may as well have happened in the other one if the
/// designs do not differ, so the excess has a variance of `m` at least, and more where events come in heaps, which the
/// replications show. Source: McNemar, *Psychometrika* 12, 1947, page 153.
///
/// With it, designs that do not differ are told apart in at most 5 % of the families, from two replications on and for
/// counts of any size; without it, in up to 13 % with two or three replications of about one event each. It costs
/// power where few events differ: with five replications of one event more each no difference is shown.
public enum DiscordantEvents {
  /// The standard error of the difference of two sums of counts under no difference, not below which that of the
  /// replications is taken: the root of the sum of `|b - a|`. The k-th counts of both are of the same random numbers,
  /// and there are equally many.
  ///
  /// Events that happened in both designs of a pair, or other ones in each, cancel, so it errs towards too small. Nil
  /// where a value is no whole number or below 0: then they are no counts.
  public static func standardError(a: [Double], b: [Double]) -> Double? {
    precondition(a.count == b.count, "paired lists are equally long: one value of each design per replication")
    guard (a + b).allSatisfy(isCount) else { return nil }
    return zip(a, b).reduce(0) { $0 + abs($1.1 - $1.0) }.squareRoot()
  }

  /// Whether a value may be a count: whole, and 0 or more.
  public static func isCount(_ value: Double) -> Bool { value >= 0 && value == value.rounded() }
}

extension Interval {
  /// The interval with a half-width of Student's t times `standardError` at least, at `confidence`; one without a
  /// half-width stays without. The error is in the unit of the mean, 0 or more.
  public func notNarrower(than standardError: Double, confidence: Double = 0.95) -> Interval {
    guard let halfWidth, let critical = Self.criticalValue(count: count, confidence: confidence) else { return self }
    return Interval(mean: mean, halfWidth: max(halfWidth, critical * standardError), count: count)
  }
}
