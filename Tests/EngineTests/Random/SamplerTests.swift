import CGSL
import Engine
import Testing

/// Statistical tests have fixed seeds and a false-alarm rate of 1e-6 each.
@Suite("Samplers")
struct SamplerTests {
  private func stream(_ name: String) -> RandomStream {
    RandomStream(seed: 11, replication: 0, component: name, purpose: "draws")
  }

  private func sample(_ distribution: Distribution, _ name: String, count: Int = 100_000, scale: Double = 1) -> [Double]
  {
    let pool = SamplerPool()
    return withExtendedLifetime(pool) {
      let sampler = pool.makeSampler(distribution, scale: scale)
      var stream = stream(name)
      return (0..<count).map { _ in sampler.draw(&stream) }
    }
  }

  @Test("draws have the distribution that GSL computes", arguments: SamplerCase.all)
  func distribution(_ sampled: SamplerCase) {
    let draws = sample(sampled.distribution, sampled.name)
    #expect(kolmogorovSmirnovDistance(draws, sampled.cumulative) < kolmogorovSmirnovLimit(draws.count))
  }

  @Test("the first 1,000 draws are the same bits everywhere", arguments: SamplerCase.all)
  func digest(_ sampled: SamplerCase) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for draw in sample(sampled.distribution, sampled.name, count: 1_000) {
      for byte in 0..<8 { hash = (hash ^ (draw.bitPattern >> UInt64(8 * byte) & 255)) &* 0x100_0000_01b3 }
    }
    #expect(hash == sampled.digest, "found 0x\(String(hash, radix: 16))")
  }

  @Test("the check of distributions notices a scale that is wrong by 1 %")
  func power() {
    // The distribution function moves by up to 0.4 * 1 % / sigma; the limit for 100,000 draws is 0.0085.
    let draws = sample(.logNormal(mu: 3, sigma: 0.2), "power")
    let limit = kolmogorovSmirnovLimit(draws.count)
    #expect(kolmogorovSmirnovDistance(draws) { gsl_cdf_lognormal_P($0, 3, 0.2) } < limit)
    #expect(kolmogorovSmirnovDistance(draws) { gsl_cdf_lognormal_P($0 * 1.01, 3, 0.2) } > limit)
    #expect(kolmogorovSmirnovDistance(draws) { gsl_cdf_lognormal_P($0 / 1.01, 3, 0.2) } > limit)
  }

  @Test("a scale multiplies every draw", arguments: SamplerCase.all, [0.25, 1.769, 1e6])
  func scale(_ sampled: SamplerCase, _ scale: Double) {
    let plain = sample(sampled.distribution, sampled.name, count: 1_000)
    let scaled = sample(sampled.distribution, sampled.name, count: 1_000, scale: scale)
    // The uniform case has values close to 0 that are small differences of larger numbers, hence the second bound.
    for (a, b) in zip(plain, scaled) { #expect((a * scale - b).magnitude <= 3e-14 * max(b.magnitude, scale)) }
  }

  @Test("copies of a sampler and later samplers of the pool do not disturb each other")
  func pool() {
    let pool = SamplerPool()
    withExtendedLifetime(pool) {
      let first = pool.makeSampler(.empirical(SamplerCase.quantiles))
      var (a, b) = (stream("pool"), stream("pool"))
      let before = (0..<100).map { _ in first.draw(&a) }
      for sampled in SamplerCase.all { _ = pool.makeSampler(sampled.distribution) }
      let copy = first
      #expect((0..<100).map { _ in copy.draw(&b) } == before)
    }
    #expect(MemoryLayout<Sampler>.size == 32)
  }

  @Test("a constant takes no random number")
  func constant() {
    let pool = SamplerPool()
    var (used, fresh) = (stream("constant"), stream("constant"))
    #expect(pool.makeSampler(.constant(7), scale: 1.5).draw(&used) == 10.5)
    #expect(used.next() == fresh.next())
  }

  @Test(
    "times are rounded to nearest, ties to even, never negative, and end at 2^62",
    arguments: [
      (0, 0), (-0.0, 0), (0.25, 0), (0.499_999_999_999_999_94, 0), (0.5, 0), (1, 1), (1.5, 2), (2.5, 2), (2.499, 2),
      (-0.5, 0), (-3, 0), (-1e300, 0), (4_503_599_627_370_497, 4_503_599_627_370_497),
      (9_007_199_254_740_991, 9_007_199_254_740_991), (0x1p61, 1 << 61), (0x1.fffffffffffffp61, (1 << 62) - 512),
      (0x1p62, 1 << 62), (0x1p63, 1 << 62), (1e300, 1 << 62),
    ] as [(Double, Int64)])
  func times(_ value: Double, _ wanted: Int64) {
    let pool = SamplerPool()
    var stream = stream("times")
    #expect(pool.makeSampler(.constant(value)).drawTime(&stream) == wanted)
  }

  @Test("a draw beyond the range of doubles is infinite, and its time 2^62")
  func overflow() {
    let pool = SamplerPool()
    let sampler = pool.makeSampler(.logNormal(mu: 710, sigma: 0))
    var stream = stream("overflow")
    #expect(sampler.draw(&stream) == .infinity)
    #expect(sampler.drawTime(&stream) == 1 << 62)
  }

  @Test("a table of discrete values gives these values alone")
  func atoms() {
    let steps = [(0, 1), (0.3, 1), (0.3, 2), (1, 2)].map { QuantilePoint(probability: $0.0, value: $0.1) }
    let draws = sample(.empirical(steps), "atoms")
    let ones = draws.filter { $0 == 1 }.count
    #expect(ones + draws.filter { $0 == 2 }.count == draws.count)
    // 4.9 standard deviations of a binomial count of 100,000 at 0.3.
    #expect((ones - 30_000).magnitude < 711)
  }

  @Test("a table of one segment, and one of a thousand, stay within their ends and segments")
  func tables() {
    let one = [QuantilePoint(probability: 0, value: 3), QuantilePoint(probability: 1, value: 4)]
    #expect(sample(.empirical(one), "one", count: 10_000).allSatisfy { $0 >= 3 && $0 <= 4 })
    let many = (0...1_000).map { i in
      QuantilePoint(probability: Double(i) / 1_000 * Double(i) / 1_000, value: Double(i))
    }
    let draws = sample(.empirical(many), "many")
    let distance = kolmogorovSmirnovDistance(draws) { x in
      let below = Double(Int(x))
      return (below * below + (2 * below + 1) * (x - below)) / 1e6
    }
    #expect(distance < kolmogorovSmirnovLimit(draws.count))
  }
}
