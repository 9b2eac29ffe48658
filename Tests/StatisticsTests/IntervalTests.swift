import CGSL
import Statistics
import Testing

@Suite("Intervals")
struct IntervalTests {
  @Test(
    "Student's t agrees with the printed tables",
    arguments: [
      (2, 0.95, 12.706), (3, 0.95, 4.303), (5, 0.95, 2.776), (10, 0.95, 2.262), (30, 0.95, 2.045),
      (10, 0.90, 1.833), (10, 0.99, 3.250), (1001, 0.95, 1.962),
    ])
  func table(count: Int, confidence: Double, quantile: Double) throws {
    let found = try #require(Interval.criticalValue(count: count, confidence: confidence))
    #expect(abs(found - quantile) < 0.0005)
  }

  @Test("the half-width is t times the standard error")
  func knownSample() throws {
    // 1, 2, 3, 4, 5: mean 3, variance 2.5, t(4) = 2.776445.
    let interval = Interval.mean(of: [1, 2, 3, 4, 5])
    #expect(interval.mean == 3)
    #expect(interval.count == 5)
    let halfWidth = try #require(interval.halfWidth)
    #expect(abs(halfWidth - 2.776445 * 0.5.squareRoot()) < 1e-6)
    #expect(interval.lower == 3 - halfWidth)
    #expect(interval.upper == 3 + halfWidth)
  }

  @Test("fewer than two values have no half-width, and no value has no mean")
  func tooFew() {
    #expect(Interval.mean(of: []).mean.isNaN)
    #expect(Interval.mean(of: []).halfWidth == nil)
    #expect(Interval.mean(of: [7]) == Interval(mean: 7, halfWidth: nil, count: 1))
    #expect(Interval.criticalValue(count: 1) == nil)
  }

  @Test("an interval without a width neither contains nor excludes")
  func unknownWidth() {
    let single = Interval.mean(of: [7])
    #expect(!single.contains(7))
    #expect(!single.excludes(0))
    #expect(single.lower == nil)
    #expect(single.upper == nil)
  }

  @Test("equal values have a half-width of exactly zero")
  func noVariance() {
    let interval = Interval.mean(of: Array(repeating: 0.1, count: 7))
    #expect(interval == Interval(mean: 0.1, halfWidth: 0, count: 7))
    #expect(interval.contains(0.1))
    #expect(interval.excludes(0.1.nextUp))
  }

  @Test("both ends belong to the interval")
  func ends() {
    let interval = Interval(mean: 10, halfWidth: 2, count: 3)
    #expect(interval.contains(8) && interval.contains(12))
    #expect(!interval.contains(8.0.nextDown) && !interval.contains(12.0.nextUp))
    #expect(interval.excludes(8.0.nextDown) && interval.excludes(12.0.nextUp))
    #expect(!interval.excludes(8) && !interval.excludes(12))
  }

  @Test("a value that is not a number spoils the interval openly")
  func notANumber() {
    let interval = Interval.mean(of: [1, .nan, 3])
    #expect(interval.mean.isNaN)
    #expect(interval.halfWidth?.isNaN == true)
    #expect(!interval.contains(2))
  }

  /// 2,000 intervals at 95 % cover 1,900 times on average with a standard deviation of 9.7. The bound of 38 raises a
  /// false alarm for one seed in ten thousand.
  @Test("of 2,000 samples of ten normal values 95 % of the intervals cover the mean")
  func coverage() throws {
    let generator = try #require(gsl_rng_alloc(windtunnel_gsl_mt19937()))
    defer { gsl_rng_free(generator) }
    gsl_rng_set(generator, 20_261)
    var covered = 0
    for _ in 0..<2_000 {
      let sample = (0..<10).map { _ in 100 + gsl_ran_gaussian(generator, 15) }
      if Interval.mean(of: sample).contains(100) { covered += 1 }
    }
    #expect(abs(covered - 1_900) <= 38)
  }
}

@Suite("Running intervals")
struct RunningIntervalTests {
  @Test("a running interval agrees with GSL's two-pass mean and variance")
  func agreesWithGSL() throws {
    let values = (0..<100).map { Double(($0 * 37) % 101) }
    var running = RunningInterval()
    for value in values { running.add(value) }
    #expect(running.count == 100)
    #expect(abs(running.mean - gsl_stats_mean(values, 1, values.count)) < 1e-12)
    let variance = try #require(running.variance)
    #expect(abs(variance / gsl_stats_variance(values, 1, values.count) - 1) < 1e-12)
    #expect(running.interval() == Interval.mean(of: values))
  }

  @Test("a small spread around a large mean keeps its digits")
  func cancellation() throws {
    var running = RunningInterval()
    for value in [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16] { running.add(value) }
    #expect(running.mean == 1e9 + 10)
    #expect(running.variance == 30)
  }

  @Test("a critical value asked for once serves every cell of the same count")
  func sharedCriticalValue() {
    var running = RunningInterval()
    for value in [3.0, 5, 8] { running.add(value) }
    let once = Interval.criticalValue(count: 3)
    #expect(running.interval(criticalValue: once) == running.interval())
    #expect(running.interval(criticalValue: nil).halfWidth == nil)
  }

  @Test("before the second value there is a mean at most")
  func tooFew() {
    var running = RunningInterval()
    #expect(running.mean.isNaN && running.variance == nil)
    running.add(4)
    #expect(running.interval() == Interval(mean: 4, halfWidth: nil, count: 1))
    #expect(running.interval(criticalValue: 12.7).halfWidth == nil)
  }
}

@Suite("Paired differences")
struct PairedDifferenceTests {
  @Test("luck that both designs share leaves the interval")
  func sharedLuck() {
    let a = [10.0, 30, 20, 50]
    let difference = PairedDifference.interval(a: a, b: a.map { $0 + 2 })
    #expect(difference == Interval(mean: 2, halfWidth: 0, count: 4))
    #expect(difference.excludes(0))
  }

  @Test("the difference is positive where the second is the larger")
  func sign() throws {
    let difference = PairedDifference.interval(a: [1, 2, 3], b: [0, 0, 0])
    #expect(difference.mean == -2)
    let halfWidth = try #require(difference.halfWidth)
    #expect(abs(halfWidth - 4.302653 / 3.0.squareRoot()) < 1e-6)
  }

  @Test("one pair gives a difference without a width")
  func onePair() {
    #expect(PairedDifference.interval(a: [1], b: [4]) == Interval(mean: 3, halfWidth: nil, count: 1))
  }
}
