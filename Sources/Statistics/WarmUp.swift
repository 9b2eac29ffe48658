/// Where the start-up of a steady-state simulation ends: the rule MSER-5.
///
/// A run that starts empty is not typical at first, and its mean is off. Leaving out the beginning takes that bias out
/// and costs observations; the rule cuts where the standard error of the mean of what is left, taken as if that were
/// independent, is least. It looks at means of five observations, which smooths them a little.
/// Sources: White, "An effective truncation heuristic for bias reduction in simulation output", *Simulation* 69 (1997),
/// page 323; Spratt, *An evaluation of the MSER-5 truncation heuristic*, University of Virginia (1998).
///
/// It is meant for series that settle. A trend, a daily curve or a single change of load has no steady state, and no
/// rule makes one: ask only for series of which that is known.
public enum WarmUp {
  /// What the rule found in a series.
  public enum Finding: Hashable, Sendable {
    /// So many observations at the beginning are start-up: a multiple of five, 0 where the series begins settled.
    case cut(Int)
    /// The least error lies in the second half: the series had not settled when it should have, or it never does.
    case noSteadyState
    /// Fewer than `leastCount` observations, of which nothing can be said.
    case tooShort
  }

  /// Observations that one mean is taken over.
  public static let batchSize = 5

  /// Fewest observations that the rule is applied to: 20 means of five.
  public static let leastCount = 100

  /// Applies the rule to `series`, observations in the order of time at equal distances, none of them NaN.
  ///
  /// Those that do not fill the last batch are left out of it. Of cuts with equal errors the earliest is taken, so a
  /// constant series is not cut. The last quarter of the series is no candidate: the spread of few means that depend on
  /// each other is often small by luck. Where the dependence reaches over a fiftieth of a settled series, the rule finds
  /// no steady state in one of a hundred; over a twentieth, in one of thirteen: such a series is short.
  public static func mser5(_ series: [Double]) -> Finding {
    precondition(!series.contains { $0.isNaN }, "a series without a value at some place has no start-up")
    guard series.count >= leastCount else { return .tooShort }
    let means = (0..<series.count / batchSize).map { batch in
      series[batch * batchSize..<(batch + 1) * batchSize].reduce(0, +) / Double(batchSize)
    }
    // From the end towards the beginning, so that one pass gives the spread of every rest of the series.
    var rest = RunningInterval()
    var best = (cut: means.count, error: Double.infinity)
    for cut in stride(from: means.count - 1, through: 0, by: -1) {
      rest.add(means[cut])
      guard 4 * rest.count >= means.count, let variance = rest.variance else { continue }
      let count = Double(rest.count)
      let error = variance * (count - 1) / (count * count)
      if error <= best.error { best = (cut, error) }
    }
    return 2 * best.cut > means.count ? .noSteadyState : .cut(best.cut * batchSize)
  }
}
