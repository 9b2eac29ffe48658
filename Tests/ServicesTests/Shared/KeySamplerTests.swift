import Engine
import Foundation
import Statistics
import Testing

@testable import Services

/// Statistical tests have fixed seeds and a false-alarm rate of 1e-6 each.
@Suite("Key samplers")
struct KeySamplerTests {
  private static let draws = 100_000

  private func stream(_ name: String) -> RandomStream {
    RandomStream(seed: 41, replication: 0, component: name, purpose: "keys")
  }

  private func sample(_ distribution: KeyDistribution, _ name: String, count: Int = draws) -> [UInt32] {
    let memory = PlainMemory()
    return withExtendedLifetime(memory) {
      let sampler = KeySampler(distribution, memory: memory)
      var stream = stream(name)
      return (0..<count).map { _ in sampler.draw(&stream) }
    }
  }

  /// Each key's probability by the definition of its law.
  private func probabilities(_ distribution: KeyDistribution) -> [Double] {
    let keys = 0..<distribution.count
    let weights: [Double] =
      switch distribution.law {
      case .uniform, .monotonic: keys.map { _ in 1 }
      case .zipf(let exponent): keys.map { pow(Double($0 + 1), -exponent) }
      case .hot(let hot, let share):
        keys.map { $0 < hot ? share / Double(hot) : (1 - share) / Double(distribution.count - hot) }
      case .given(let weights): weights
      }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }

  /// Pearson's test of all keys that may come; rare ones share a cell that expects 5 or more.
  private func pValue(_ keys: [UInt32], _ probabilities: [Double]) -> Double {
    var counts = Array(repeating: 0, count: probabilities.count)
    for key in keys { counts[Int(key)] += 1 }
    var observed: [Int] = []
    var expected: [Double] = []
    var (rare, rareExpected) = (0, 0.0)
    for (count, probability) in zip(counts, probabilities) {
      let awaited = probability * Double(keys.count)
      if awaited == 0 && count > 0 { return 0 }
      if awaited >= 5 {
        observed.append(count)
        expected.append(awaited)
      } else {
        rare += count
        rareExpected += awaited
      }
    }
    if rareExpected >= 5 {
      observed.append(rare)
      expected.append(rareExpected)
    }
    return observed.count > 1 ? GoodnessOfFit.chiSquare(observed: observed, expected: expected).pValue : 1
  }

  @Test(
    "every key of a small space comes as often as its law says",
    arguments: [
      KeyDistribution(count: 2), KeyDistribution(count: 10), KeyDistribution(count: 1_000),
      KeyDistribution(count: 10, law: .monotonic),
      KeyDistribution(count: 10, law: .hot(keys: 1, share: 0.9)),
      KeyDistribution(count: 10, law: .hot(keys: 9, share: 0.25)),
      KeyDistribution(count: 1_000, law: .hot(keys: 10, share: 0.5)),
      KeyDistribution(count: 2, law: .given(weights: [1, 3])),
      KeyDistribution(count: 5, law: .given(weights: [0, 3, 0, 1, 0])),
      KeyDistribution(count: 4, law: .given(weights: [1, 1, 1, 1])),
      KeyDistribution(count: 7, law: .given(weights: [0.1, 0.2, 0.3, 0.7, 0.9, 1.1, 40])),
    ])
  func exact(_ distribution: KeyDistribution) {
    #expect(pValue(sample(distribution, "\(distribution)"), probabilities(distribution)) > 1e-6)
  }

  @Test(
    "Zipf's law at 2, 10 and 1,000 keys is the normalised power, for any exponent",
    arguments: [2, 10, 1_000], [1e-9, 0.5, 0.99, 1 - 1e-9, 1, 1 + 1e-9, 1.2, 2, 10])
  func zipf(_ count: Int, _ exponent: Double) {
    let distribution = KeyDistribution(count: count, law: .zipf(exponent: exponent))
    #expect(pValue(sample(distribution, "\(distribution)"), probabilities(distribution)) > 1e-6)
  }

  @Test("the check notices an exponent and a share that are wrong by 5 %")
  func power() {
    let zipf = sample(KeyDistribution(count: 10, law: .zipf(exponent: 1)), "power")
    #expect(pValue(zipf, probabilities(KeyDistribution(count: 10, law: .zipf(exponent: 1.05)))) < 1e-6)
    let hot = sample(KeyDistribution(count: 10, law: .hot(keys: 1, share: 0.5)), "power")
    #expect(pValue(hot, probabilities(KeyDistribution(count: 10, law: .hot(keys: 1, share: 0.525)))) < 1e-6)
  }

  @Test(
    "of one key only that one comes",
    arguments: [
      .uniform, .monotonic, .zipf(exponent: 0.5), .zipf(exponent: 1), .zipf(exponent: 10), .given(weights: [1e-300]),
    ] as [KeyDistribution.Law])
  func oneKey(_ law: KeyDistribution.Law) {
    #expect(sample(KeyDistribution(count: 1, law: law), "one", count: 10_000).allSatisfy { $0 == 0 })
  }

  @Test("a share of 0 never asks for a hot key, a share of 1 for no other")
  func edgesOfShare() {
    let never = sample(KeyDistribution(count: 10, law: .hot(keys: 3, share: 0)), "never")
    let always = sample(KeyDistribution(count: 10, law: .hot(keys: 3, share: 1)), "always")
    #expect(Set(never) == Set(3..<10))
    #expect(Set(always) == Set(0..<3))
  }

  @Test("a weight of 0 is never drawn, whatever rounding leaves over; tiny weights beside a large one hardly ever")
  func zeroWeights() {
    var weights = Array(repeating: 0.0, count: 999)
    for key in stride(from: 1, to: 999, by: 3) { weights[key] = 0.1 }
    let distribution = KeyDistribution(count: 999, law: .given(weights: weights))
    let drawn = Set(sample(distribution, "zeros"))
    #expect(drawn == Set(stride(from: 1, to: 999, by: 3)))
    for column in AliasEntry.table(weights).enumerated() where weights[column.offset] == 0 {
      #expect(column.element.own == 0 && weights[Int(column.element.other)] > 0)
    }
    // The chance of one of the tiny ones is 2e-10.
    let steep = KeyDistribution(count: 3, law: .given(weights: [1e-3, 1e12, 1e-3]))
    #expect(Set(sample(steep, "steep")) == [1])
  }

  @Test("the columns of an alias table add up to the weights", arguments: [2, 3, 10, 1_000])
  func aliasTable(_ count: Int) {
    let weights = (0..<count).map { 1 / Double($0 + 1) }
    var sums = Array(repeating: 0.0, count: count)
    for (key, entry) in AliasEntry.table(weights).enumerated() {
      let own = Int(entry.other) == key ? 1 : Double(entry.own) * 0x1p-64
      sums[key] += own
      sums[Int(entry.other)] += 1 - own
    }
    let total = weights.reduce(0, +)
    for (sum, weight) in zip(sums, weights) { #expect(abs(sum / Double(count) - weight / total) < 1e-14) }
  }

  @Test("keys of the largest space lie in it, up to its end")
  func largest() {
    let count = KeyDistribution.countMax
    for law in [.uniform, .monotonic, .zipf(exponent: 1e-9), .hot(keys: 1, share: 0.1)] as [KeyDistribution.Law] {
      let keys = sample(KeyDistribution(count: count, law: law), "largest \(law)", count: 10_000)
      // Nearly even: 1,000 of the 10,000 are expected in the last tenth, and 5.3 deviations of 30 are 1e-7.
      let last = keys.filter { Int($0) >= count / 10 * 9 }
      #expect(keys.allSatisfy { Int($0) < count })
      #expect((740...1_160).contains(last.count), "\(law)")
    }
    #expect(
      sample(KeyDistribution(count: count, law: .zipf(exponent: 10)), "largest", count: 10_000)
        .allSatisfy { $0 < 1_000 })
  }

  @Test("the same stream gives the same keys, on every machine and in every version")
  func golden() {
    let million = 1_000_000
    let cases: [(KeyDistribution, [UInt32])] = [
      (KeyDistribution(count: million), [921208, 30100, 831649, 121104, 329125, 25865, 178091, 939]),
      (
        KeyDistribution(count: million, law: .zipf(exponent: 0.5)),
        [373_989, 135_866, 524_567, 283_265, 163_806, 331_260, 680_061, 669_660]
      ),
      (
        KeyDistribution(count: million, law: .zipf(exponent: 0.99)),
        [385_676, 135_866, 359, 73, 35, 89, 33, 1_076]
      ),
      (KeyDistribution(count: million, law: .zipf(exponent: 1)), [385_676, 135_866, 359, 73, 35, 89, 33, 1_076]),
      (
        KeyDistribution(count: KeyDistribution.countMax, law: .zipf(exponent: 1.2)),
        [15, 18, 6, 93, 15, 268, 0, 406]
      ),
      (KeyDistribution(count: million, law: .hot(keys: 10, share: 0.5)), [30110, 121113, 0, 0, 1, 0, 4, 961657]),
      (KeyDistribution(count: million, law: .monotonic), [921208, 30100, 831649, 121104, 329125, 25865, 178091, 939]),
      (KeyDistribution(count: 6, law: .given(weights: [1, 2, 3, 4, 5, 6])), [4, 0, 3, 5, 5, 0, 1, 0]),
    ]
    for (distribution, keys) in cases {
      #expect(sample(distribution, "golden", count: 8) == keys, "\(distribution)")
    }
  }

  // MARK: Places

  private func positions(_ law: KeyDistribution.Law, itemsPerKey: Int, of key: UInt32, count: Int) -> [UInt64] {
    let memory = PlainMemory()
    return withExtendedLifetime(memory) {
      let sampler = KeySampler(KeyDistribution(count: 10, law: law), itemsPerKey: itemsPerKey, memory: memory)
      var stream = stream("places")
      return (0..<count).map { _ in sampler.position(of: key, &stream) }
    }
  }

  @Test("a key of one item has one place, and drawing it takes nothing from the stream")
  func oneItem() {
    #expect(Set(positions(.uniform, itemsPerKey: 1, of: 3, count: 100)) == [KeyPosition.start(of: 3)])
    let memory = PlainMemory()
    withExtendedLifetime(memory) {
      let sampler = KeySampler(KeyDistribution(count: 10), memory: memory)
      var (used, fresh) = (stream("none"), stream("none"))
      _ = sampler.position(of: 3, &used)
      #expect(used.next() == fresh.next())
    }
  }

  @Test("the items of a key lie at even distances behind its start, and each is asked for alike")
  func items() {
    let start = KeyPosition.start(of: 7)
    let found = positions(.uniform, itemsPerKey: 4, of: 7, count: 40_000)
    let places = (0..<4).map { start + UInt64($0) << 22 }
    let counts = places.map { place in found.count { $0 == place } }
    #expect(counts.reduce(0, +) == 40_000)
    #expect(GoodnessOfFit.chiSquare(observed: counts, expected: [1e4, 1e4, 1e4, 1e4]).pValue > 1e-6)
    let many = positions(.uniform, itemsPerKey: 1_000_000_000, of: 7, count: 1_000)
    #expect(many.allSatisfy { $0 >> 24 == start >> 24 } && Set(many).count > 990)
  }

  @Test("monotonic keys are the uniform ones, always at the end of the key's items", arguments: [1, 1_000])
  func monotonic(_ itemsPerKey: Int) {
    #expect(
      sample(KeyDistribution(count: 10, law: .monotonic), "law", count: 100)
        == sample(KeyDistribution(count: 10), "law", count: 100))
    let end = KeyPosition.start(of: 3) + 0xff_ffff
    #expect(Set(positions(.monotonic, itemsPerKey: itemsPerKey, of: 3, count: 100)) == [end])
  }
}
