import Statistics
import Testing

@Suite("Variance reduction")
struct VarianceReductionTests {
  @Test("the factor is the sum of the variances over that of the difference, as by hand")
  func known() {
    // Variances 1 and 4; differences 0, 1, 2 have 1.
    #expect(VarianceReduction.factor(a: [1, 2, 3], b: [1, 3, 5]) == 5)
    #expect(VarianceReduction.factor(a: 3, b: 1, difference: 8) == 0.5)
  }

  /// One seed, so no false alarms; over seeds the bounds are eight standard deviations away or more.
  @Test("independent designs save nothing, and opposite ones lose half")
  func independent() throws {
    let draws = try UnitDraws(seed: 3)
    let a = (0..<20_000).map { _ in draws.normal(deviation: 2) }
    let b = (0..<20_000).map { _ in draws.normal(deviation: 5) }
    let factor = try #require(VarianceReduction.factor(a: a, b: b))
    #expect(abs(factor - 1) < 0.05)
    let opposite = try #require(VarianceReduction.factor(a: a, b: a.map { -$0 }))
    #expect(abs(opposite - 0.5) < 1e-12)
    // Luck of variance 4 that both share, and 25 of the second's own: (4 + 29) / 25.
    let shared = try #require(VarianceReduction.factor(a: a, b: zip(a, b).map { $0 + $1 }))
    #expect(abs(shared - 33.0 / 25) < 0.06)
  }

  @Test("a constant difference is infinitely better, and where nothing varies there is nothing to save")
  func constant() {
    #expect(VarianceReduction.factor(a: [1, 5, 2], b: [4, 8, 5]) == .infinity)
    #expect(VarianceReduction.factor(a: [1, 1], b: [4, 4]) == nil)
    #expect(VarianceReduction.factor(a: 0, b: 0, difference: 0) == nil)
    #expect(VarianceReduction.factor(a: [1, 5], b: [4, 4]) == 1)
  }

  @Test("a missing or boundless variance gives no factor")
  func missing() {
    #expect(VarianceReduction.factor(a: [1], b: [2]) == nil)
    #expect(VarianceReduction.factor(a: [], b: []) == nil)
    #expect(VarianceReduction.factor(a: nil, b: 1, difference: 1) == nil)
    #expect(VarianceReduction.factor(a: 1, b: nil, difference: 1) == nil)
    #expect(VarianceReduction.factor(a: 1, b: 1, difference: nil) == nil)
    #expect(VarianceReduction.factor(a: .nan, b: 1, difference: 1) == nil)
    #expect(VarianceReduction.factor(a: 1, b: .infinity, difference: 1) == nil)
    #expect(VarianceReduction.factor(a: [1, .nan, 2], b: [1, 2, 3]) == nil)
  }
}
