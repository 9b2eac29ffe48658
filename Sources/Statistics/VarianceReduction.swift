/// What common random numbers save.
///
/// The variance of a difference of two independent designs is the sum of their variances; with common random numbers it
/// is that of the paired differences. The ratio says how many times the replications independent runs would need for
/// an interval as narrow. Source: Law, *Simulation Modeling and Analysis*, 5th ed., section 11.2.
public enum VarianceReduction {
  /// (Var A + Var B) / Var(B - A), estimated from three sample variances of the same unit, 0 or more each.
  ///
  /// Above 1 common random numbers helped, below 1 they did harm: the designs then react to the same luck in opposite
  /// ways. Infinite where designs vary and their difference does not. Nil where a variance is missing, as with one
  /// replication, or is not finite, or where nothing varies at all. From ten replications it is known to a factor of about three
  /// only.
  public static func factor(a: Double?, b: Double?, difference: Double?) -> Double? {
    guard let a, let b, let difference, a.isFinite, b.isFinite, difference.isFinite else { return nil }
    precondition(a >= 0 && b >= 0 && difference >= 0, "a variance is never negative")
    guard a + b > 0 else { return nil }
    return difference == 0 ? .infinity : (a + b) / difference
  }

  /// The same of values replication by replication: the k-th of both come from the same random numbers, and the lists
  /// are equally long.
  public static func factor(a: [Double], b: [Double]) -> Double? {
    precondition(a.count == b.count, "paired lists are equally long: one value of each design per replication")
    func variance(_ values: [Double]) -> Double? {
      var running = RunningInterval()
      for value in values { running.add(value) }
      return running.variance
    }
    return factor(a: variance(a), b: variance(b), difference: variance(zip(a, b).map { $1 - $0 }))
  }
}
