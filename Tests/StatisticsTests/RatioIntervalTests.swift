import Statistics
import Testing

@Suite("Ratios over replications")
struct RatioIntervalTests {
  @Test("sums are divided, and the jackknife gives the half-width, as by hand")
  func known() throws {
    // 6 / 12 = 0.5. Without the first, second and third replication 4 / 10, 5 / 8 and 3 / 6; pseudo-values are 3 x 0.5
    // less twice those: 0.7, 0.25 and 0.5.
    let found = RatioInterval(numerators: [2, 1, 3], denominators: [2, 4, 6])
    #expect(found.ratio == 0.5)
    for (value, wanted) in zip(found.pseudoValues, [0.7, 0.25, 0.5]) { #expect(abs(value - wanted) < 1e-12) }
    // The sum of their squares is 0.8025, their own 1.45.
    let variance = (0.8025 - 1.45 * 1.45 / 3) / 2
    let interval = found.interval()
    #expect(interval.mean == 0.5 && interval.count == 3)
    #expect(abs(try #require(interval.halfWidth) - 4.302653 * (variance / 3).squareRoot()) < 1e-6)
    let wide = try #require(found.interval(confidence: 0.99).halfWidth)
    #expect(abs(wide - 9.924843 * (variance / 3).squareRoot()) < 1e-5)
  }

  @Test("it is not the mean of the ratios: a replication weighs as much as its denominator")
  func weights() {
    #expect(RatioInterval(numerators: [10, 0], denominators: [10, 990]).ratio == 0.01)
  }

  @Test("with equal denominators it is the interval of the mean")
  func equalDenominators() throws {
    let values = [3.0, 8, 1, 4]
    let (found, plain) = (
      RatioInterval(numerators: values, denominators: [4, 4, 4, 4]).interval(),
      Interval.mean(of: values.map { $0 / 4 })
    )
    #expect(found.mean == plain.mean)
    #expect(abs(try #require(found.halfWidth) - (try #require(plain.halfWidth))) < 1e-12)
  }

  @Test("a ratio that is the same in each replication has no width")
  func constant() {
    let found = RatioInterval(numerators: [1, 2, 4], denominators: [2, 4, 8]).interval()
    #expect(found == Interval(mean: 0.5, halfWidth: 0, count: 3))
    #expect(RatioInterval(numerators: [0, 0], denominators: [3, 9]).interval().halfWidth == 0)
  }

  @Test("without two denominators other than zero there is no width, and without one no ratio")
  func zeroDenominators() throws {
    let none = RatioInterval(numerators: [0, 0], denominators: [0, 0])
    #expect(none.ratio.isNaN && none.interval().halfWidth == nil)
    let alone = RatioInterval(numerators: [0, 3], denominators: [0, 4])
    #expect(alone.interval() == Interval(mean: 0.75, halfWidth: nil, count: 2))
    let single = RatioInterval(numerators: [3], denominators: [4])
    #expect(single.interval() == Interval(mean: 0.75, halfWidth: nil, count: 1))
    let empty = RatioInterval(numerators: [], denominators: [])
    #expect(empty.ratio.isNaN && empty.interval().halfWidth == nil && empty.interval().count == 0)
    // An empty replication weighs nothing and counts: its pseudo-value is the ratio.
    let idle = RatioInterval(numerators: [1, 0, 3], denominators: [4, 0, 4])
    #expect(idle.ratio == 0.5 && idle.pseudoValues[1] == 0.5 && idle.interval().count == 3)
    #expect(try #require(idle.interval().halfWidth) > 0)
  }

  @Test("paired ratios differ by the difference of the ratios, and luck that both share leaves the interval")
  func difference() throws {
    let a = RatioInterval(numerators: [2, 1, 3], denominators: [2, 4, 6])
    let same = RatioInterval.difference(a: a, b: a)
    #expect(same == Interval(mean: 0, halfWidth: 0, count: 3))
    // 0.25 less everywhere: the numerators lose a quarter of their denominators.
    let b = RatioInterval(numerators: [1.5, 0, 1.5], denominators: [2, 4, 6])
    let found = RatioInterval.difference(a: a, b: b)
    #expect(abs(found.mean + 0.25) < 1e-12 && found.count == 3)
    #expect(try #require(found.halfWidth) < 1e-12)
    #expect(try #require(a.interval().halfWidth) > 0.5)
    #expect(RatioInterval.difference(a: b, b: a).mean == -found.mean)
  }
}
