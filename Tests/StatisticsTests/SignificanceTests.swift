import Statistics
import Testing

@Suite("P-values of intervals")
struct SignificanceTests {
  /// An interval whose mean is so many standard errors of 1 from zero.
  private func interval(t: Double, count: Int, confidence: Double = 0.95) throws -> Interval {
    let halfWidth: Double = try #require(Interval.criticalValue(count: count, confidence: confidence))
    return Interval(mean: t, halfWidth: halfWidth, count: count)
  }

  /// One degree of freedom is Cauchy's distribution: t of 1 is its quartile. Two: 1 - t / sqrt(2 + t^2).
  @Test(
    "the p-value is Student's, at points with closed forms and of the printed tables",
    arguments: [
      (0, 5, 1, 1e-12), (1, 2, 0.5, 1e-9), (-1, 2, 0.5, 1e-9), (2, 3, 0.1835034191, 1e-9),
      (2.262157, 10, 0.05, 1e-7), (3.249836, 10, 0.01, 1e-8), (-1.833113, 10, 0.1, 1e-7), (4.780913, 10, 0.001, 1e-9),
    ] as [(Double, Int, Double, Double)])
  func known(t: Double, count: Int, pValue: Double, tolerance: Double) throws {
    let found = try #require(try interval(t: t, count: count).pValue())
    #expect(abs(found - pValue) < tolerance)
  }

  @Test("it does not depend on the confidence the interval was made at, and moves with the value that is asked for")
  func confidence() throws {
    let (wide, plain) = (try interval(t: 3, count: 8, confidence: 0.99), try interval(t: 3, count: 8))
    let (first, second) = (try #require(wide.pValue(confidence: 0.99)), try #require(plain.pValue()))
    #expect(abs(first / second - 1) < 1e-8)
    let moved = Interval(mean: 13, halfWidth: plain.halfWidth, count: 8)
    #expect(moved.pValue(of: 10) == second && moved.pValue(of: 16) == second && moved.pValue(of: 13) == 1)
  }

  @Test("without spread only the mean itself is possible, and without a half-width nobody can say")
  func edges() {
    #expect(Interval(mean: 2, halfWidth: 0, count: 4).pValue() == 0)
    #expect(Interval(mean: 2, halfWidth: 0, count: 4).pValue(of: 2) == 1)
    #expect(Interval(mean: 0, halfWidth: 0, count: 4).pValue() == 1)
    #expect(Interval(mean: 2, halfWidth: nil, count: 1).pValue() == nil)
    #expect(Interval(mean: .nan, halfWidth: 1, count: 4).pValue() == nil)
    #expect(Interval(mean: 1, halfWidth: .nan, count: 4).pValue() == nil)
    #expect(Interval(mean: 1, halfWidth: .infinity, count: 4).pValue() == nil)
  }

  @Test("an interval at another confidence is the one that would have been made there", arguments: [2, 5, 30])
  func widened(count: Int) throws {
    let values = (0..<count).map { Double($0 * $0) }
    let (plain, wanted) = (Interval.mean(of: values), Interval.mean(of: values, confidence: 0.995))
    let found = plain.at(confidence: 0.995)
    #expect(found.mean == plain.mean && found.count == count)
    #expect(abs(try #require(found.halfWidth) / (try #require(wanted.halfWidth)) - 1) < 1e-9)
    #expect(plain.at(confidence: 0.95) == plain)
    #expect(Interval.mean(of: [3]).at(confidence: 0.99) == Interval.mean(of: [3]))
  }

  @Test("the p-value is below 1 - confidence exactly where the interval at that confidence excludes zero")
  func duality() throws {
    let draws = try UnitDraws(seed: 11)
    var excluded = 0
    for _ in 0..<2_000 {
      let count = 2 + Int(draws.unit() * 20)
      let shift = draws.normal(deviation: 1)
      let interval = Interval.mean(of: (0..<count).map { _ in shift + draws.normal(deviation: 1) })
      let confidence = 0.5 + 0.499 * draws.unit()
      let pValue = try #require(interval.pValue())
      let excludes = interval.at(confidence: confidence).excludes(0)
      #expect(excludes == (pValue < 1 - confidence))
      if excludes { excluded += 1 }
    }
    #expect(excluded > 500 && excluded < 1_900, "both cases occur")
  }
}
