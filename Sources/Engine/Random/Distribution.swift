/// What a scenario says of a random time (in nanoseconds) or of a random number: a value, not yet a way to draw.
///
/// Any parameters can be written down; `faults()` says which of them are impossible, and only a distribution without
/// faults has a mean or may be drawn from.
public indirect enum Distribution: Hashable, Sendable {
  /// Always the same value, any finite number.
  case constant(Double)
  /// Evenly between `low` and `high`, `low` not above `high`.
  case uniform(low: Double, high: Double)
  /// Memoryless, `mean` above 0.
  case exponential(mean: Double)
  /// The normal distribution truncated at 0: a value below 0 is drawn again.
  ///
  /// `mean` (0 or more) and `standardDeviation` (above 0) are those before truncation. The true mean is above `mean`, by
  /// 0.05 % at two standard deviations from 0 and more below that; `Distribution.mean` gives it.
  case normal(mean: Double, standardDeviation: Double)
  /// The logarithm is normal with mean `mu` and standard deviation `sigma` (0 or more); the median is exp(`mu`).
  case logNormal(mu: Double, sigma: Double)
  /// Mean `shape` * `scale`, both above 0; `shape` 1 is the exponential.
  case gamma(shape: Double, scale: Double)
  /// Survival exp(-(x / `scale`)^`shape`), both above 0; below `shape` 1 the tail is heavier than exponential.
  case weibull(shape: Double, scale: Double)
  /// Survival (`scale` / x)^`shape` from `scale` on, both above 0; the mean is infinite for `shape` up to 1.
  case pareto(shape: Double, scale: Double)
  /// A table of quantiles, linear in between. Probabilities ascend from 0 to 1, values ascend; two points of one value
  /// make an atom, two of one probability a gap.
  case empirical([QuantilePoint])
  /// One of the parts, chosen by weight for every draw. Mixtures may nest four deep.
  case mixture([MixturePart])
}

/// A point of a quantile table: the value that a draw stays below with the given probability.
public struct QuantilePoint: Hashable, Sendable {
  /// From 0 to 1.
  public var probability: Double
  /// In the distribution's unit.
  public var value: Double

  /// A point of a quantile table.
  public init(probability: Double, value: Double) {
    self.probability = probability
    self.value = value
  }
}

/// A part of a mixture.
public struct MixturePart: Hashable, Sendable {
  /// Above 0; the part is chosen with this weight over the sum of all weights.
  public var weight: Double
  /// Where the value then comes from.
  public var distribution: Distribution

  /// A part of a mixture.
  public init(weight: Double, distribution: Distribution) {
    self.weight = weight
    self.distribution = distribution
  }
}

extension Distribution {
  /// The log-normal distribution with the given median and 99th percentile, as latencies are usually published.
  ///
  /// Nil unless 0 < `median` <= `p99` < infinity. mu = ln median, sigma = ln(p99 / median) / 2.326..., where 2.326... is
  /// the 99th percentile of the standard normal.
  public static func logNormal(median: Double, p99: Double) -> Distribution? {
    guard median > 0, p99 >= median, p99 < .infinity else { return nil }
    return .logNormal(
      mu: Portable.log(median), sigma: (Portable.log(p99) - Portable.log(median)) / 2.326_347_874_040_841_1)
  }

  /// The log-normal distribution with the given mean and standard deviation.
  ///
  /// Nil unless `mean` is above 0 and `standardDeviation` 0 or more, both finite. sigma^2 = ln(1 + (sd / mean)^2), mu = ln
  /// mean - sigma^2 / 2.
  public static func logNormal(mean: Double, standardDeviation: Double) -> Distribution? {
    let ratio = standardDeviation / mean
    let square = Portable.log1p(ratio * ratio)
    guard mean > 0, mean < .infinity, standardDeviation >= 0, square < .infinity else { return nil }
    return .logNormal(mu: Portable.log(mean) - square / 2, sigma: square.squareRoot())
  }
}
