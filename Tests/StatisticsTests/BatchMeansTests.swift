import Statistics
import Testing

@Suite("Batch means")
struct BatchMeansTests {
  @Test("the interval is Student's over the batches")
  func interval() throws {
    let batches = BatchMeans(of: [1, 2, 4, 5])
    #expect(batches.interval == Interval.mean(of: [1, 2, 4, 5]) && batches.count == 4)
  }

  @Test("neighbours that are alike, that alternate, and that are equal")
  func correlation() {
    // By hand: 1 - 3 / (2 x 5); 1 - 12 / (2 x 4).
    #expect(abs(BatchMeans(of: [1, 2, 3, 4]).correlation - 0.7) < 1e-12)
    #expect(abs(BatchMeans(of: [1, -1, 1, -1]).correlation + 0.5) < 1e-12)
    #expect(BatchMeans(of: [0.1, 0.1, 0.1, 0.1]).correlation == 0)
    #expect(BatchMeans(of: [0.1, 0.1, 0.1, 0.1]).looksIndependent)
    #expect(!BatchMeans(of: [1, 2, 3, 4]).looksIndependent && BatchMeans(of: [1, -1, 1, -1]).looksIndependent)
  }

  @Test("of ten batches only a correlation above 0.47 speaks against independence")
  func threshold() {
    // The larger a step in the middle, the larger the correlation.
    func step(_ size: Double) -> BatchMeans {
      BatchMeans(of: [1, -1, 1, -1, 1, -1, 1, -1, 1, -1].enumerated().map { $1 + ($0 < 5 ? 0 : size) })
    }
    var (below, above) = (0.0, 1.0)
    for size in stride(from: 0.0, through: 20, by: 0.01) {
      let batches = step(size)
      if batches.looksIndependent {
        below = max(below, batches.correlation)
      } else {
        above = min(above, batches.correlation)
      }
    }
    // 1.644854 x sqrt(8 / 99) = 0.467580
    #expect(below <= 0.467580 + 1e-6 && above >= 0.467580 - 1e-6 && above - below < 0.01)
  }

  @Test("a ratio is the run's own, and its interval that of the residuals")
  func ratio() throws {
    let even = try #require(BatchMeans(ratioOf: [2, 4, 9], to: [1, 1, 1]))
    #expect(even.interval == BatchMeans(of: [2, 4, 9]).interval && even.count == 3)
    // 20 / 10 = 2; residuals 0, 2, -2 with a standard error of 2 / sqrt(3), over a mean denominator of 10 / 3.
    let uneven = try #require(BatchMeans(ratioOf: [2, 12, 6], to: [1, 5, 4]))
    let critical = try #require(Interval.criticalValue(count: 3))
    #expect(uneven.interval.mean == 2)
    #expect(abs((uneven.interval.halfWidth ?? 0) - critical * 2 / 3.0.squareRoot() / (10 / 3.0)) < 1e-12)
    #expect(BatchMeans(ratioOf: [0, 0], to: [0, 0]) == nil)
    #expect(try #require(BatchMeans(ratioOf: [0, 3], to: [0, 3])).interval.halfWidth == 0)
  }
}
