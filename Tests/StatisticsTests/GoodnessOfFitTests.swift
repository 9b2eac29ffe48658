import CGSL
import Statistics
import Testing

@Suite("Goodness of fit")
struct GoodnessOfFitTests {
  @Test(
    "Kolmogorov's limit law agrees with the printed tables",
    arguments: [(1.2238, 0.10), (1.3581, 0.05), (1.6276, 0.01), (0.8276, 0.50), (0.5, 0.9639)])
  func limitLaw(scaled: Double, share: Double) {
    // A hundred million values: the correction for the sample's size is 0.001 %.
    let found = GoodnessOfFit.kolmogorovSmirnovPValue(distance: scaled / 1e4, count: 100_000_000)
    #expect(abs(found - share) < 2e-4)
  }

  @Test(
    "the correction comes close to the exact law of small samples",
    arguments: [(10, 0.4092), (20, 0.2941), (50, 0.1884)])
  func smallSamples(count: Int, critical: Double) {
    // Exact 5 % points: Miller, *J. Am. Stat. Assoc.* 51, 1956, page 111.
    #expect(abs(GoodnessOfFit.kolmogorovSmirnovPValue(distance: critical, count: count) - 0.05) < 0.004)
  }

  @Test("no distance is no evidence, and the largest distance leaves no doubt")
  func extremes() {
    #expect(GoodnessOfFit.kolmogorovSmirnovPValue(distance: 0, count: 100) == 1)
    #expect(GoodnessOfFit.kolmogorovSmirnovPValue(distance: 1, count: 100) < 1e-80)
  }

  @Test("the distance is the largest on either side of a step")
  func distance() {
    let high = GoodnessOfFit.kolmogorovSmirnov([0.9, 0.6, 0.8, 0.7]) { $0 }
    #expect(abs(high.statistic - 0.6) < 1e-12)
    let low = GoodnessOfFit.kolmogorovSmirnov([0.1, 0.2, 0.3, 0.4]) { $0 }
    #expect(abs(low.statistic - 0.6) < 1e-12)
  }

  /// Each bound raises a false alarm for one seed in a thousand.
  @Test("normal values pass as normal and not as uniform")
  func power() throws {
    let generator = try #require(gsl_rng_alloc(windtunnel_gsl_mt19937()))
    defer { gsl_rng_free(generator) }
    gsl_rng_set(generator, 7)
    let values = (0..<1_000).map { _ in gsl_ran_gaussian(generator, 1) }
    #expect(GoodnessOfFit.kolmogorovSmirnov(values) { gsl_cdf_ugaussian_P($0) }.pValue > 0.001)
    #expect(GoodnessOfFit.kolmogorovSmirnov(values) { gsl_cdf_flat_P($0, -3, 3) }.pValue < 1e-6)
  }

  @Test("chi-square sums squared deviations over expectations")
  func chiSquare() {
    let finding = GoodnessOfFit.chiSquare(
      observed: [16, 18, 16, 14, 12, 12], expected: [16, 16, 16, 16, 16, 8])
    #expect(finding.statistic == 3.5)
    #expect(abs(finding.pValue - 0.623388) < 1e-6)
  }

  @Test("a fitted parameter costs one degree of freedom")
  func fitted() {
    // The statistic is 4: printed tables give 0.1353 for two degrees of freedom and 0.0455 for one.
    let expected = [50.0, 50, 50]
    let free = GoodnessOfFit.chiSquare(observed: [60, 40, 50], expected: expected)
    let fitted = GoodnessOfFit.chiSquare(observed: [60, 40, 50], expected: expected, fitted: 1)
    #expect(abs(free.pValue - 0.1353) < 5e-5)
    #expect(abs(fitted.pValue - 0.0455) < 5e-5)
  }

  @Test("a perfect fit is no evidence")
  func perfect() {
    let finding = GoodnessOfFit.chiSquare(observed: [5, 5], expected: [5, 5])
    #expect(finding == GoodnessOfFit.chiSquare(observed: [9, 1], expected: [9, 1]))
    #expect(finding.pValue == 1)
  }
}
