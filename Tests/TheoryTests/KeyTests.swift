import Engine
import Foundation
import Statistics
import Testing

@testable import Services

/// Keys of spaces too large to list, against sums of the law: each decade of keys must get its share.
///
/// Seeds are fixed; a test alone raises a false alarm once in a million seeds.
@Suite("Keys of large spaces")
struct KeyTests {
  /// The sum of k^-exponent for k from 1 to `count`: term by term up to 1,000, then by the formula of Euler and
  /// Maclaurin, whose first term left out is below 1e-14 of the sum there.
  private func harmonic(_ count: Int, _ exponent: Double) -> Double {
    let direct = min(count, 1_000)
    var sum = 0.0
    for k in (1...direct).reversed() { sum += pow(Double(k), -exponent) }
    guard count > direct else { return sum }
    let (a, b) = (Double(direct), Double(count))
    let integral =
      exponent == 1 ? log(b / a) : (pow(b, 1 - exponent) - pow(a, 1 - exponent)) / (1 - exponent)
    let ends = (pow(b, -exponent) - pow(a, -exponent)) / 2
    let slopes = exponent * (pow(a, -exponent - 1) - pow(b, -exponent - 1)) / 12
    return sum + integral + ends + slopes
  }

  /// The chance of a worse fit of the first ten keys and of each decade behind them.
  private func pValue(_ count: Int, drawn: Double, law: Double, draws: Int = 200_000) -> Double {
    let memory = PlainMemory()
    let keys = withExtendedLifetime(memory) {
      let sampler = KeySampler(KeyDistribution(count: count, law: .zipf(exponent: drawn)), memory: memory)
      var stream = RandomStream(seed: 42, replication: 0, component: "\(count) \(drawn)", purpose: "keys")
      return (0..<draws).map { _ in Int(sampler.draw(&stream)) }
    }
    var edges = Array(0...10)
    while let last = edges.last, last < count { edges.append(min(10 * last, count)) }
    let total = harmonic(count, law)
    let below = edges.map { $0 == 0 ? 0 : harmonic($0, law) / total }
    var cells: [(observed: Int, expected: Double)] = []
    for (edge, next) in zip(edges.indices, edges.indices.dropFirst()) {
      let observed = keys.count { $0 >= edges[edge] && $0 < edges[next] }
      let expected = (below[next] - below[edge]) * Double(draws)
      // Cells that expect fewer than 5 join the one before.
      if expected < 5, let last = cells.indices.last {
        cells[last].observed += observed
        cells[last].expected += expected
      } else {
        cells.append((observed, expected))
      }
    }
    return GoodnessOfFit.chiSquare(observed: cells.map(\.observed), expected: cells.map(\.expected)).pValue
  }

  @Test("the formula is the sum", arguments: [0.5, 0.99, 1, 1.2, 2])
  func formula(_ exponent: Double) {
    var sum = 0.0
    for k in (1...100_000).reversed() { sum += pow(Double(k), -exponent) }
    #expect(abs(harmonic(100_000, exponent) / sum - 1) < 1e-12)
  }

  @Test(
    "Zipf's head keys and decades have their shares",
    arguments: [10_000_000, KeyDistribution.countMax], [0.5, 0.99, 1, 1.2, 2])
  func zipf(_ count: Int, _ exponent: Double) {
    #expect(pValue(count, drawn: exponent, law: exponent) > 1e-6)
  }

  @Test("the check tells exponents apart that differ by 0.01", arguments: [0.5, 0.99, 1.2])
  func power(_ exponent: Double) {
    #expect(pValue(10_000_000, drawn: exponent, law: exponent + 0.01) < 1e-6)
  }

  @Test("as many keys of ten million are touched as Zipf's law says")
  func distinct() {
    // Key k stays untouched by m draws with (1 - p)^m. The events are negatively dependent, so that the variance of the
    // number touched is at most the sum of q (1 - q); 5.3 deviations are 1e-7.
    let (count, draws) = (10_000_000, 1_000_000)
    let memory = PlainMemory()
    var touched = Array(repeating: false, count: count)
    withExtendedLifetime(memory) {
      let sampler = KeySampler(KeyDistribution(count: count, law: .zipf(exponent: 0.99)), memory: memory)
      var stream = RandomStream(seed: 43, replication: 0, component: "distinct", purpose: "keys")
      for _ in 0..<draws { touched[Int(sampler.draw(&stream))] = true }
    }
    let total = harmonic(count, 0.99)
    var (mean, variance) = (0.0, 0.0)
    // In blocks of keys that differ by a thousandth: within one the probability is that of its middle.
    var first = 1
    while first <= count {
      let last = min(count, first + first / 1_000)
      let middle = 0.5 * Double(first + last)
      let untouched = exp(Double(draws) * log1p(-pow(middle, -0.99) / total))
      mean += Double(last - first + 1) * (1 - untouched)
      variance += Double(last - first + 1) * untouched * (1 - untouched)
      first = last + 1
    }
    let found = Double(touched.count { $0 })
    #expect(abs(found - mean) < 5.3 * variance.squareRoot(), "found \(found), expected \(mean)")
  }
}
