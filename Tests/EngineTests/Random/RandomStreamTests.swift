import CGSL
import Engine
import Testing

/// Statistical tests have fixed seeds and a false-alarm rate of 1e-6 each.
@Suite("Random streams")
struct RandomStreamTests {
  private func stream(_ component: String, _ purpose: String = "service") -> RandomStream {
    RandomStream(seed: 1, replication: 0, component: component, purpose: purpose)
  }

  @Test("xoshiro256++ gives the published numbers")
  func knownAnswers() {
    var stream = RandomStream(state: (1, 2, 3, 4))
    let wanted: [UInt64] = [
      41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205,
      9_973_669_472_204_895_162,
    ]
    #expect(wanted.map { _ in stream.next() } == wanted)
  }

  @Test("the same key gives the same stream, and any other key another one")
  func keys() {
    let base = RandomStream(seed: 1, replication: 2, component: "api", purpose: "arrivals")
    let same = RandomStream(seed: 1, replication: 2, component: "api", purpose: "arrivals")
    let others = [
      RandomStream(seed: 2, replication: 2, component: "api", purpose: "arrivals"),
      RandomStream(seed: 2, replication: 1, component: "api", purpose: "arrivals"),
      RandomStream(seed: 1, replication: 3, component: "api", purpose: "arrivals"),
      RandomStream(seed: 1, replication: -2, component: "api", purpose: "arrivals"),
      RandomStream(seed: 1, replication: 2, component: "apia", purpose: "rrivals"),
      RandomStream(seed: 1, replication: 2, component: "", purpose: "apiarrivals"),
      RandomStream(seed: 1, replication: 2, component: "arrivals", purpose: "api"),
      RandomStream(seed: 1, replication: 2, component: "api\0", purpose: "arrivals"),
      RandomStream(seed: 1, replication: 2, component: "api-with-a-longer-name", purpose: "arrivals"),
      RandomStream(seed: 1, replication: 2, component: "api-with-a-longer-nam", purpose: "earrivals"),
    ]
    func head(_ stream: RandomStream) -> [UInt64] {
      var stream = stream
      return (0..<4).map { _ in stream.next() }
    }
    #expect(head(base) == head(same))
    #expect(Set(others.map(head) + [head(base)]).count == others.count + 1)
  }

  @Test("streams of different names are not correlated")
  func independence() {
    let n = 100_000
    let names = ["api", "apj", "table", "listItems", ""]
    for (i, first) in names.enumerated() {
      for second in names[(i + 1)...] {
        var (a, b) = (stream(first), stream(second))
        let products = (0..<n).map { _ in (a.nextUnit() - 0.5) * (b.nextUnit() - 0.5) * 12 }
        // The sum of products has mean 0 and variance n; 4.9 standard deviations are exceeded once in a million.
        #expect((products.reduce(0, +) / Double(n).squareRoot()).magnitude < 4.9, "\(first) and \(second)")
      }
    }
  }

  @Test("first numbers of neighbouring keys are uniform")
  func neighbours() {
    let first = (0..<100_000).map { replication in
      var stream = RandomStream(seed: 7, replication: replication, component: "api", purpose: "arrivals")
      return stream.nextUnit()
    }
    #expect(kolmogorovSmirnovDistance(first) { $0 } < kolmogorovSmirnovLimit(first.count))
  }

  @Test("unit numbers are uniform, and pairs of them fill the square evenly")
  func uniformity() {
    var stream = stream("unit")
    let units = (0..<100_000).map { _ in stream.nextUnit() }
    #expect(units.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(kolmogorovSmirnovDistance(units) { $0 } < kolmogorovSmirnovLimit(units.count))
    var counts = [Int](repeating: 0, count: 256)
    for pair in 0..<50_000 { counts[Int(units[2 * pair] * 16) * 16 + Int(units[2 * pair + 1] * 16)] += 1 }
    #expect(chiSquare(counts) < gsl_cdf_chisq_Qinv(1e-6, 255))
  }

  @Test("a word that would give the unit number 0 is passed over")
  func unitIsNeverZero() {
    var raw = RandomStream(state: (0, 1, 0, 0))
    #expect(raw.next() == 0)
    var stream = RandomStream(state: (0, 1, 0, 0))
    #expect(stream.nextUnit() == 0x1p-41)
  }

  @Test("every index is equally likely", arguments: [1, 2, 7, 10, 256, 1_000] as [UInt64])
  func indices(below n: UInt64) {
    var stream = stream("index \(n)")
    var counts = [Int](repeating: 0, count: Int(n))
    for _ in 0..<100_000 { counts[Int(stream.nextIndex(below: n))] += 1 }
    #expect(n == 1 || chiSquare(counts) < gsl_cdf_chisq_Qinv(1e-6, Double(n - 1)))
  }

  @Test("indices below three quarters of the range of words are fair to the last bit")
  func hugeIndices() {
    // Without the repeated draws of Lemire's method every third index would come twice as often.
    var stream = stream("huge")
    var counts = [0, 0, 0]
    for _ in 0..<100_000 { counts[Int(stream.nextIndex(below: 3 << 62) % 3)] += 1 }
    #expect(chiSquare(counts) < gsl_cdf_chisq_Qinv(1e-6, 2))
  }

  @Test("exponential numbers have the exponential distribution, far out as well")
  func exponential() {
    var stream = stream("exponential")
    let sample = (0..<1_000_000).map { _ in stream.nextExponential() }
    #expect(kolmogorovSmirnovDistance(sample) { gsl_cdf_exponential_P($0, 1) } < kolmogorovSmirnovLimit(sample.count))
    // Beyond 7 lie the last layers, and from 7.697 on the ziggurat's tail: about 900 and 450 of a million numbers.
    for edge in [7, 7.7] {
      let tail = sample.filter { $0 > edge }
      #expect((Double(tail.count) - 1e6 * gsl_cdf_exponential_Q(edge, 1)).magnitude < 4.9 * 31)
      let distance = kolmogorovSmirnovDistance(tail) { gsl_cdf_exponential_P($0 - edge, 1) }
      #expect(distance < kolmogorovSmirnovLimit(tail.count))
    }
  }

  @Test("normal numbers have the normal distribution, far out as well, on both sides")
  func normal() {
    var stream = stream("normal")
    let sample = (0..<1_000_000).map { _ in stream.nextNormal() }
    #expect(kolmogorovSmirnovDistance(sample) { gsl_cdf_ugaussian_P($0) } < kolmogorovSmirnovLimit(sample.count))
    for edge in [3, 3.66] {
      for sign in [-1.0, 1] {
        let tail = sample.map { $0 * sign }.filter { $0 > edge }
        let share = gsl_cdf_ugaussian_Q(edge)
        #expect((Double(tail.count) - 1e6 * share).magnitude < 4.9 * (1e6 * share).squareRoot())
        let distance = kolmogorovSmirnovDistance(tail) { 1 - gsl_cdf_ugaussian_Q($0) / share }
        #expect(distance < kolmogorovSmirnovLimit(tail.count))
      }
    }
  }

  @Test("successive normal and exponential numbers are not correlated")
  func successive() {
    var stream = stream("successive")
    let n = 100_000
    let normals = (0...n).map { _ in stream.nextNormal() }
    let exponentials = (0...n).map { _ in stream.nextExponential() - 1 }
    for numbers in [normals, exponentials] {
      let sum = zip(numbers, numbers.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
      #expect((sum / Double(n).squareRoot()).magnitude < 4.9)
    }
  }
}
