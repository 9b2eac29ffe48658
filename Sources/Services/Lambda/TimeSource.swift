import Engine
import Units

/// A distribution of times with the random stream that it draws from; a constant draws nothing.
struct TimeSource {
  private let sampler: Sampler
  private var stream: RandomStream

  /// 36 years, so that a few draws of the heaviest tail still add up.
  private static let longest: Int64 = 1 << 60

  /// Times of `distribution` in ns, each multiplied by `scale`.
  init(_ distribution: Distribution, scale: Double = 1, pool: SamplerPool, stream: RandomStream) {
    sampler = pool.makeSampler(distribution, scale: scale)
    self.stream = stream
  }

  /// 0 to 36 years.
  mutating func draw() -> Time { Time(nanoseconds: min(sampler.drawTime(&stream), Self.longest)) }
}
