/// Makes samplers and owns their tables.
///
/// A sampler is plain memory and keeps nothing alive: the pool must live as long as any sampler made by it is drawn from.
public final class SamplerPool {
  private var tables: [UnsafeMutableRawPointer] = []

  /// An empty pool.
  public init() {}

  deinit {
    for table in tables { table.deallocate() }
  }

  /// A sampler of the distribution, every value multiplied by `scale`, a finite number above 0, for example the factor
  /// by which a smaller share of a CPU takes longer.
  ///
  /// Traps if the distribution has faults or the scale is out of range.
  public func makeSampler(_ distribution: Distribution, scale: Double = 1) -> Sampler {
    let faults = distribution.faults()
    precondition(faults.isEmpty, "A sampler needs a distribution without faults: \(faults.joined(separator: "; "))")
    precondition(scale > 0 && scale.isFinite, "A sampler's scale is a finite number above 0, not \(scale).")
    return sampler(distribution, scale)
  }

  private func sampler(_ distribution: Distribution, _ factor: Double) -> Sampler {
    switch distribution {
    case .constant(let value): return Sampler(.constant, value * factor)
    case .uniform(let low, let high): return Sampler(.uniform, low * factor, (high - low) * factor)
    case .exponential(let mean): return Sampler(.exponential, mean * factor)
    case .normal(let mean, let deviation): return Sampler(.normal, mean * factor, deviation * factor)
    case .logNormal(let mu, let sigma): return Sampler(.logNormal, mu + Portable.log(factor), sigma)
    case .gamma(let shape, let scale):
      return Sampler(.gamma, table: store([GammaTable(shape: shape, scale: scale * factor)]))
    case .weibull(let shape, let scale):
      return Sampler(.weibull, Portable.log(scale) + Portable.log(factor), 1 / shape)
    case .pareto(let shape, let scale):
      return Sampler(.pareto, Portable.log(scale) + Portable.log(factor), 1 / shape)
    case .empirical(let points): return quantileSampler(points, factor)
    case .mixture(let parts): return mixtureSampler(parts, factor)
    }
  }

  /// A guide of as many slots as there are segments, rounded up to a power of two: slot j names the segment that holds
  /// the probability j / slots, as an offset in words.
  private func quantileSampler(_ points: [QuantilePoint], _ factor: Double) -> Sampler {
    var slotBits = 0
    while 1 << slotBits < points.count - 1 { slotBits += 1 }
    let slots = 1 << slotBits
    var words: [UInt64] = []
    var segment = 0
    for slot in 0..<slots {
      let probability = Double(slot) / Double(slots)
      while points[segment + 1].probability <= probability { segment += 1 }
      words.append(UInt64(slots + 3 * segment))
    }
    for (index, point) in points.enumerated() {
      var slope = 0.0
      if index + 1 < points.count, points[index + 1].probability > point.probability {
        let next = points[index + 1]
        slope = (next.value - point.value) * factor / (next.probability - point.probability)
      }
      words += [point.probability.bitPattern, (point.value * factor).bitPattern, slope.bitPattern]
    }
    return Sampler(.empirical, table: store(words), guideShift: UInt8(53 - slotBits))
  }

  private func mixtureSampler(_ parts: [MixturePart], _ factor: Double) -> Sampler {
    let total = parts.reduce(0) { $0 + $1.weight }
    var sum = 0.0
    var entries: [MixtureEntry] = []
    for (index, part) in parts.enumerated() {
      sum += part.weight
      let cumulative = index + 1 < parts.count ? sum / total : .infinity
      entries.append(MixtureEntry(cumulative: cumulative, sampler: sampler(part.distribution, factor)))
    }
    return Sampler(.mixture, table: store(entries))
  }

  /// Copies values into memory of the pool.
  private func store<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeRawPointer {
    let table = UnsafeMutablePointer<Value>.allocate(capacity: values.count)
    table.initialize(from: values, count: values.count)
    tables.append(UnsafeMutableRawPointer(table))
    return UnsafeRawPointer(table)
  }
}
