/// The kinds that are drawn less often, behind one call, so that the place of drawing stays small.
extension Sampler {
  @usableFromInline @inline(never)
  func drawRare(_ stream: inout RandomStream) -> Double {
    switch kind {
    case .constant, .exponential, .logNormal, .empirical: draw(&stream)
    case .uniform: a + b * stream.nextUnit()
    case .normal: drawTruncatedNormal(&stream)
    case .gamma: drawGamma(&stream)
    case .weibull: drawWeibull(&stream)
    case .pareto: Portable.exp(a + b * stream.nextExponential(), tables: stream.tables)
    case .mixture: drawPart(&stream).draw(&stream)
    }
  }

  /// The mean is 0 or more, so at least every other value is accepted on average.
  private func drawTruncatedNormal(_ stream: inout RandomStream) -> Double {
    while true {
      let value = a + b * stream.nextNormal()
      if value >= 0 { return value }
    }
  }

  /// scale * E^(1 / shape) for an exponential E: minus the logarithm of the survival is exponential.
  private func drawWeibull(_ stream: inout RandomStream) -> Double {
    let logarithm = Portable.logarithm(stream.nextExponential(), tables: stream.tables).high
    return Portable.exp(a + b * logarithm, tables: stream.tables)
  }

  /// Marsaglia & Tsang (ACM TOMS 26(3), 2000): a cubed normal number, accepted at more than 95 of 100 tries.
  private func drawGamma(_ stream: inout RandomStream) -> Double {
    let gamma = table.unsafelyUnwrapped.assumingMemoryBound(to: GammaTable.self).pointee
    while true {
      let x = stream.nextNormal()
      let root = 1 + gamma.spread * x
      if root <= 0 { continue }
      let v = root * root * root
      let u = stream.nextUnit()
      let square = x * x
      if u >= 1 - 0.0331 * square * square {
        let logU = Portable.logarithm(u, tables: stream.tables).high
        let logV = Portable.logarithm(v, tables: stream.tables).high
        if logU >= 0.5 * square + gamma.centre * (1 - v + logV) { continue }
      }
      if gamma.boost == 0 { return gamma.scale * v }
      return gamma.scale * v * Portable.exp(-gamma.boost * stream.nextExponential(), tables: stream.tables)
    }
  }

  private func drawPart(_ stream: inout RandomStream) -> Sampler {
    var entry = table.unsafelyUnwrapped.assumingMemoryBound(to: MixtureEntry.self)
    let chosen = stream.nextUnit()
    while entry.pointee.cumulative <= chosen { entry += 1 }
    return entry.pointee.sampler
  }
}

/// What a gamma draw needs.
struct GammaTable: BitwiseCopyable {
  /// The shape, raised by 1 if it is below 1, less 1/3.
  let centre: Double
  /// 1 / (3 * square root of `centre`).
  let spread: Double
  /// The distribution's scale times `centre`.
  let scale: Double
  /// 1 / shape for shapes below 1, since Gamma(shape) = Gamma(shape + 1) * U^(1 / shape) and -ln U is exponential; else 0.
  let boost: Double

  init(shape: Double, scale: Double) {
    centre = (shape < 1 ? shape + 1 : shape) - 1.0 / 3
    spread = 1 / (3 * centre.squareRoot())
    self.scale = scale * centre
    boost = shape < 1 ? 1 / shape : 0
  }
}

/// One part of a mixture.
struct MixtureEntry: BitwiseCopyable {
  /// The share of this part and of all before it; infinite for the last part, so that every search ends.
  let cumulative: Double
  let sampler: Sampler
}
