import Testing

@testable import Engine

@Suite("Histogram")
struct HistogramTests {
  @Test("buckets follow one another without gap or overlap, exact below 256 ns, then 128 an octave")
  func edges() {
    for bucket in 0..<HistogramScale.bucketCount {
      let start = HistogramScale.start(of: bucket)
      let width = HistogramScale.width(of: bucket)
      #expect(HistogramScale.bucket(of: start) == bucket)
      #expect(HistogramScale.bucket(of: start + width - 1) == bucket)
      #expect(width == max(1, 1 << (bucket / 128 - 1)))
    }
  }

  @Test("the last bucket takes everything from 2^48 - 2^40 ns on")
  func lastBucket() {
    let last = HistogramScale.bucketCount - 1
    #expect(HistogramScale.bucket(of: (1 << 48) - (1 << 40) - 1) == last - 1)
    for value in [(1 << 48) - (1 << 40), 1 << 48, .max] as [Int64] {
      #expect(HistogramScale.bucket(of: value) == last)
    }
  }

  @Test("an empty histogram has no mean and no quantile")
  func empty() {
    let histogram = Histogram()
    #expect(histogram.mean.isNaN && histogram.quantile(0.5).isNaN)
    #expect(histogram.count == 0 && histogram.sum == 0 && histogram.maximum == 0 && histogram.minimum == .max)
  }

  @Test("count, sum, mean and extremes are exact; probability 0 is the minimum and 1 the maximum")
  func exact() {
    var histogram = Histogram()
    for value in [7, 1_000_003, 0, 999_999_999_999, 1 << 50] as [Int64] { histogram.record(value) }
    #expect(histogram.count == 5)
    #expect(histogram.sum == 7 + 1_000_003 + 999_999_999_999 + 1 << 50)
    #expect(histogram.minimum == 0 && histogram.maximum == 1 << 50)
    #expect(histogram.mean == Double(histogram.sum) / 5)
    #expect(histogram.quantile(0) == 0)
    #expect(histogram.quantile(1) == Double(1 << 50))
  }

  @Test("one value is every quantile of itself", arguments: [0, 1, 127, 128, 255, 256, 257, 123_456_789] as [Int64])
  func one(value: Int64) {
    var histogram = Histogram()
    histogram.record(value)
    for probability in [0, 0.001, 0.5, 0.99, 1] { #expect(histogram.quantile(probability) == Double(value)) }
  }

  @Test("among many equal small values and a few large ones a quantile is the small value", arguments: [0, 3, 255])
  func small(value: Int64) {
    var histogram = Histogram()
    for _ in 0..<999 { histogram.record(value) }
    histogram.record(30_000_000)
    for probability in [0.01, 0.5, 0.99] { #expect(histogram.quantile(probability) == Double(value)) }
  }

  @Test("quantiles of spread values lie within 0.4 % of the sorted array's", arguments: 1...4)
  func quantiles(seed: UInt64) {
    var stream = RandomStream(seed: seed, replication: 0, component: "histogram", purpose: "quantiles")
    let pool = SamplerPool()
    let distributions: [Distribution] = [
      .logNormal(mu: 16, sigma: 1), .exponential(mean: 4e7), .uniform(low: 1e6, high: 9e6),
      .pareto(shape: 3, scale: 2e6),
    ]
    let sampler = pool.makeSampler(distributions[Int(seed) - 1])
    var histogram = Histogram()
    var values: [Int64] = []
    for _ in 0..<100_000 {
      let value = sampler.drawTime(&stream)
      values.append(value)
      histogram.record(value)
    }
    values.sort()
    for probability in [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999] {
      let exact = Double(values[Int(probability * 100_000) - 1])
      #expect(abs(histogram.quantile(probability) / exact - 1) < 0.004, "p\(probability) of seed \(seed)")
    }
  }

  @Test("a quantile among equal values is off by less than a bucket, 0.8 %")
  func equalValues() {
    // All but two values lie at the first nanosecond of a bucket, the worst place.
    let value = HistogramScale.start(of: 2_048)
    var histogram = Histogram()
    histogram.record(0)
    for _ in 0..<1_000 { histogram.record(value) }
    histogram.record(1 << 40)
    for probability in [0.01, 0.5, 0.99, 0.998] {
      let error = histogram.quantile(probability) / Double(value) - 1
      #expect(error >= 0 && error < 0.0078125)
    }
    #expect(histogram.quantile(0.998) / Double(value) - 1 > 0.007)
  }

  @Test("merging gives the histogram of all values, in any order, and with an empty one")
  func merging() {
    var stream = RandomStream(seed: 9, replication: 0, component: "histogram", purpose: "merging")
    var (all, a, b) = (Histogram(), Histogram(), Histogram())
    for _ in 0..<10_000 {
      let value = Int64(stream.next() >> (20 + stream.nextIndex(below: 40)))
      all.record(value)
      if stream.nextUnit() < 0.3 { a.record(value) } else { b.record(value) }
    }
    var (ab, ba) = (a, b)
    ab.merge(b)
    ba.merge(a)
    #expect(ab == all && ba == all)
    ab.merge(Histogram())
    #expect(ab == all)
  }
}
