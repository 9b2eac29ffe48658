import Statistics
import Testing

@Suite("MSER-5")
struct WarmUpTests {
  /// Alternates around 0, so that means of five differ a little.
  private func settled(_ count: Int) -> [Double] { (0..<count).map { $0.isMultiple(of: 2) ? 1 : -1 } }

  @Test("a start-up of ten is cut, to the batch", arguments: [(10, 10), (11, 15), (15, 15), (5, 5), (1, 5), (0, 0)])
  func startUp(length: Int, cut: Int) {
    let series = [Double](repeating: 50, count: length) + settled(200)
    #expect(WarmUp.mser5(series) == .cut(cut))
  }

  @Test("a hundred observations are the fewest, and those behind the last whole batch do not count")
  func count() {
    #expect(WarmUp.mser5([]) == .tooShort)
    #expect(WarmUp.mser5(settled(99)) == .tooShort)
    #expect(WarmUp.mser5(settled(100)) == .cut(0))
    #expect(WarmUp.mser5(settled(100) + [9e9, 9e9, 9e9, 9e9]) == .cut(0))
  }

  @Test("a constant series is not cut", arguments: [0, 0.1, -7.3e300])
  func constant(value: Double) {
    #expect(WarmUp.mser5([Double](repeating: value, count: 500)) == .cut(0))
  }

  @Test(
    "a least error in the second half is no steady state; at the half it is a cut", arguments: [19, 20, 21, 25, 29])
  func half(step: Int) {
    // 40 batches, of which the first are high.
    let series = [Double](repeating: 50, count: 5 * step) + settled(5 * (40 - step))
    #expect(WarmUp.mser5(series) == (step <= 20 ? .cut(5 * step) : .noSteadyState))
  }

  @Test("a trend has no steady state, upwards or downwards", arguments: [1.0, -1])
  func trend(slope: Double) {
    #expect(WarmUp.mser5((0..<1_000).map { slope * Double($0) }) == .noSteadyState)
  }

  /// The rule as its source writes it, in quadratic time.
  private func oracle(_ series: [Double]) -> WarmUp.Finding {
    let means = (0..<series.count / 5).map { batch in series[5 * batch..<5 * batch + 5].reduce(0, +) / 5 }
    var best = (cut: 0, error: Double.infinity)
    for cut in 0...(3 * means.count / 4) {
      let rest = means[cut...]
      let mean = rest.reduce(0, +) / Double(rest.count)
      let error = rest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rest.count * rest.count)
      if error < best.error { best = (cut, error) }
    }
    return best.cut > means.count / 2 ? .noSteadyState : .cut(5 * best.cut)
  }

  @Test("it finds what the definition says, in a thousand random walks towards a level")
  func definition() {
    var generator = PlainSequence(state: 42)
    var kinds = (cuts: 0, none: 0)
    for number in 0..<1_000 {
      let memory = [0.0, 0.5, 0.9, 0.99][number % 4]
      var value = Double(number % 7) * 10
      let series = (0..<200).map { _ in
        value = memory * value + generator.next() - 0.5
        return value
      }
      let found = WarmUp.mser5(series)
      #expect(found == oracle(series))
      if found == .noSteadyState { kinds.none += 1 } else if found != .cut(0) { kinds.cuts += 1 }
    }
    #expect(kinds.cuts > 100 && kinds.none > 20)
  }
}

/// Uniform numbers from 0 to 1, the same on every machine (Knuth's MMIX constants).
struct PlainSequence {
  var state: UInt64

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }
}
