/// What a second design changes, replication by replication.
///
/// Two designs that met the same traffic share most of their luck. Subtracting pair by pair takes it out, so the
/// interval of the differences is far narrower than the two intervals suggest.
/// Source: Law, *Simulation Modeling and Analysis*, 5th ed., section 10.2.1 (paired-t interval).
public enum PairedDifference {
  /// The mean of `b - a` with its interval at `confidence` (strictly between 0 and 1): positive where `b` is the
  /// larger.
  ///
  /// The k-th values must come from the same replication and the lists must be equally long. Fewer than two pairs
  /// give no half-width.
  public static func interval(a: [Double], b: [Double], confidence: Double = 0.95) -> Interval {
    precondition(a.count == b.count, "paired lists are equally long: one value of each design per replication")
    var running = RunningInterval()
    for (first, second) in zip(a, b) { running.add(second - first) }
    return running.interval(confidence: confidence)
  }
}
