/// Closed-form figures of a distribution without faults, with the same bits on every machine.
extension Distribution {
  /// The mean, by formula and not by drawing, in the distribution's unit; infinite where it does not exist (`pareto` with
  /// a shape up to 1) or overflows.
  public var mean: Double {
    switch self {
    case .constant(let value): value
    case .uniform(let low, let high): low + (high - low) / 2
    case .exponential(let mean): mean
    case .normal(let mean, let deviation): mean + deviation * Self.inverseMills(mean / deviation)
    case .logNormal(let mu, let sigma): Portable.exp(mu + sigma * sigma / 2)
    case .gamma(let shape, let scale): shape * scale
    case .weibull(let shape, let scale): scale * Portable.gamma(1 + 1 / shape)
    case .pareto(let shape, let scale): shape > 1 ? scale * (shape / (shape - 1)) : .infinity
    case .empirical(let points):
      zip(points, points.dropFirst()).reduce(0) { sum, pair in
        sum + (pair.1.probability - pair.0.probability) * (pair.0.value / 2 + pair.1.value / 2)
      }
    case .mixture(let parts):
      parts.reduce(0) { $0 + $1.weight * $1.distribution.mean } / parts.reduce(0) { $0 + $1.weight }
    }
  }

  /// The probability that a draw is at most `x`, within 1e-13 absolutely; nil for `gamma` and for mixtures with such a
  /// part, which have no short formula.
  public func cumulative(_ x: Double) -> Double? {
    switch self {
    case .constant(let value): return x >= value ? 1 : 0
    case .uniform(let low, let high): return x >= high ? 1 : x <= low ? 0 : (x - low) / (high - low)
    case .exponential(let mean): return x <= 0 ? 0 : 1 - Portable.exp(-x / mean)
    case .normal(let mean, let deviation):
      let below = Portable.normalCumulative(-mean / deviation)
      return x <= 0 ? 0 : (Portable.normalCumulative((x - mean) / deviation) - below) / (1 - below)
    case .logNormal(let mu, let sigma):
      if x <= 0 { return 0 }
      let distance = Portable.log(x) - mu
      return sigma == 0 ? (distance >= 0 ? 1 : 0) : Portable.normalCumulative(distance / sigma)
    case .gamma: return nil
    case .weibull(let shape, let scale): return x <= 0 ? 0 : 1 - Portable.exp(-Portable.pow(x / scale, shape))
    case .pareto(let shape, let scale): return x <= scale ? 0 : 1 - Portable.pow(scale / x, shape)
    case .empirical(let points): return Self.cumulative(x, in: points)
    case .mixture(let parts):
      var sum = 0.0
      for part in parts {
        guard let share = part.distribution.cumulative(x) else { return nil }
        sum += part.weight * share
      }
      return sum / parts.reduce(0) { $0 + $1.weight }
    }
  }

  private static func cumulative(_ x: Double, in points: [QuantilePoint]) -> Double {
    guard let next = points.firstIndex(where: { $0.value > x }) else { return 1 }
    if next == 0 { return 0 }
    let (a, b) = (points[next - 1], points[next])
    return a.probability + (b.probability - a.probability) * ((x - a.value) / (b.value - a.value))
  }

  /// The standard normal's density at `z` over the probability of lying below `z`: by how many standard deviations
  /// truncation lifts the mean. `z` is 0 or more, so nothing cancels.
  private static func inverseMills(_ z: Double) -> Double {
    0x1.9884533d43651p-2 * Portable.exp(-0.5 * z * z) / Portable.normalCumulative(z)
  }
}
