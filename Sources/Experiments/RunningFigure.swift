import Engine
import Statistics

/// What one replication says of a figure: a value, or the two sums whose ratio it is.
struct Observation {
  /// NaN where the replication has none.
  var value: Double
  /// The sums of a ratio; nil for a plain value.
  var ratio: Ratio?

  /// A plain value.
  init(_ value: Double) { self.value = value }

  /// A ratio.
  init(_ ratio: Ratio) {
    value = ratio.value
    self.ratio = ratio
  }

  /// That of a figure.
  init(_ figure: Figure) {
    value = figure.value
    ratio = figure.ratio
  }

  /// The share that `part` is of `whole`, counts of one replication.
  init(_ part: Int64, of whole: Int64) {
    self.init(Ratio(numerator: Double(part), denominator: Double(whole)))
  }
}

/// One figure over the replications so far: the mean of its values, or for a ratio of two sums the ratio of all of them.
///
/// A mean of the replications' own ratios would give one with ten requests as much weight as one with a thousand: where
/// outages let few through, or some replications are busy and others idle, it is not the share of the requests, however
/// many replications there are. So `run`, `compare`, objectives and the rule that ends the replications all ask here.
/// A mean takes three numbers, a ratio two a replication, which its interval needs.
struct RunningFigure {
  private var mean = RunningInterval()
  private var sums: RatioSums?

  /// Takes in the next replication. A value that is NaN has no say in the mean; a ratio without a denominator weighs
  /// nothing, and counts as a replication. A figure is always the one or always the other.
  mutating func add(_ observation: Observation) {
    if let ratio = observation.ratio {
      sums = sums ?? RatioSums()
      sums?.add(ratio)
    } else if !observation.value.isNaN {
      mean.add(observation.value)
    }
  }

  /// The figure with its interval; `critical[n]` is Student's t for n values.
  func interval(_ critical: [Double?]) -> Interval {
    sums.map { $0.ratio.interval() } ?? mean.interval(criticalValue: critical[mean.count])
  }

  /// Of a share of which nothing but 0 or 1 was seen, how far from that it may be; nil for all else.
  var unseen: Double? { sums?.unseen }

  /// The figure with its 95 % interval.
  func interval() -> Interval { sums.map { $0.ratio.interval() } ?? mean.interval() }
}

/// The sums of a ratio, replication by replication.
struct RatioSums {
  private var numerators: [Double] = []
  private var denominators: [Double] = []

  /// Replications so far.
  var count: Int { numerators.count }

  /// Takes in the next replication.
  mutating func add(_ ratio: Ratio) {
    numerators.append(ratio.numerator)
    denominators.append(ratio.denominator)
  }

  /// Another design's ratio less this one, as the intervals of `compare` have it: paired, and of counts not narrower
  /// than their discordant events. Both have equally many replications.
  func difference(to other: RatioSums) -> Interval {
    let scale = (denominators.reduce(0, +) * other.denominators.reduce(0, +)).squareRoot()
    let error = DiscordantEvents.standardError(a: numerators, b: other.numerators)
    let interval = RatioInterval.difference(a: ratio, b: other.ratio)
    guard scale > 0, let error else { return interval }
    return interval.notNarrower(than: error / scale)
  }

  /// What the ratio may be although no event was seen, or nothing but events, with 95 % confidence: how far the true ratio
  /// may lie from 0, or from 1. Nil where both were seen, and for what counts no events.
  ///
  /// The replications are all alike then, so Student's t knows nothing. Of N requests without a failure the failed
  /// share is below 3.7 / N, if they fail independently (-ln 0.025; Hanley and Lippman-Hand, JAMA 249, 1983, page 1743,
  /// for one side).
  var unseen: Double? {
    let (events, all) = (numerators.reduce(0, +), denominators.reduce(0, +))
    guard all > 0, events == 0 || events == all, (numerators + denominators).allSatisfy(DiscordantEvents.isCount)
    else { return nil }
    return 3.6888794541 / all
  }

  /// The ratio over all replications so far.
  var ratio: RatioInterval { RatioInterval(numerators: numerators, denominators: denominators) }
}
