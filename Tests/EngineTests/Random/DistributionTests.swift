import CGSL
import Engine
import Testing

@Suite("Distributions")
struct DistributionTests {
  @Test("the distribution function agrees with GSL wherever there is one", arguments: SamplerCase.all)
  func cumulative(_ sampled: SamplerCase) {
    for x in [-3, -0.5, 0, 0.01, 0.3, 1, 1.5, 2, 3.3, 4, 4.5, 5, 7, 12, 60, 100, 1e4, 3e6, 1.2e7, 1e9] {
      guard let found = sampled.distribution.cumulative(x) else {
        #expect(sampled.name.contains("gamma") || sampled.name == "mixture")
        return
      }
      // Not all of GSL's functions take negative values; only the uniform case reaches below 0.
      let wanted = x < 0 && sampled.name != "uniform" ? 0 : sampled.cumulative(x)
      #expect((found - wanted).magnitude < 1e-13, "at \(x)")
    }
  }

  @Test(
    "means follow their formulas",
    arguments: [
      (.constant(-2.5), -2.5), (.uniform(low: 2, high: 7), 4.5), (.exponential(mean: 3), 3),
      (.logNormal(mu: 1, sigma: 2), 20.085_536_923_187_668), (.gamma(shape: 2.5, scale: 3), 7.5),
      (.weibull(shape: 1, scale: 3), 3), (.weibull(shape: 2, scale: 3), 2.658_680_776_358_274),
      (.weibull(shape: 0.5, scale: 3), 6), (.pareto(shape: 3, scale: 2), 3), (.pareto(shape: 1, scale: 2), .infinity),
      (.pareto(shape: 0.5, scale: 2), .infinity), (.normal(mean: 0, standardDeviation: 1), 0.797_884_560_802_865_4),
      (.normal(mean: 100, standardDeviation: 1), 100),
      (.empirical(SamplerCase.quantiles), 0.25 * 2.5 + 0.25 * 4 + 0.4 * 7.5 + 0.09 * 25 + 0.01 * 70),
      (.empirical(SamplerCase.gap), 0.3 * 1.5 + 0.7 * 4.5),
      (SamplerCase.mixture, 0.25 + 0.75 * (0.1 * 6 + 0.9 * 2.944_679_551_065_524_2)),
    ] as [(Distribution, Double)])
  func mean(_ distribution: Distribution, _ wanted: Double) {
    #expect(distribution.mean == wanted || (distribution.mean / wanted - 1).magnitude < 1e-14)
  }

  @Test("the mean of a truncated normal is the integral of its survival function", arguments: [0.0, 0.5, 1, 2, 4])
  func truncatedMean(_ mean: Double) {
    let step = 1e-3
    let share = gsl_cdf_ugaussian_Q(-mean)
    // Trapezes of this width err by about 1e-7.
    let sum = stride(from: step, to: mean + 9, by: step).reduce(0.5) { $0 + gsl_cdf_ugaussian_Q($1 - mean) / share }
    #expect((Distribution.normal(mean: mean, standardDeviation: 1).mean - sum * step).magnitude < 1e-6)
  }

  @Test("a log-normal by median and 99th percentile has both")
  func medianAndPercentile() throws {
    let distribution = try #require(Distribution.logNormal(median: 12e6, p99: 40e6))
    #expect((try #require(distribution.cumulative(12e6)) - 0.5).magnitude < 1e-13)
    #expect((try #require(distribution.cumulative(40e6)) - 0.99).magnitude < 1e-13)
  }

  @Test("a log-normal by mean and standard deviation has both, tiny spreads included", arguments: [1e-6, 0.3, 1, 20])
  func meanAndDeviation(_ ratio: Double) throws {
    let distribution = try #require(Distribution.logNormal(mean: 5e6, standardDeviation: 5e6 * ratio))
    guard case .logNormal(_, let sigma) = distribution else {
      Issue.record("found \(distribution), wanted a log-normal")
      return
    }
    #expect((distribution.mean / 5e6 - 1).magnitude < 1e-14)
    #expect((gsl_sf_expm1(sigma * sigma) / (ratio * ratio) - 1).magnitude < 1e-13)
  }

  @Test("impossible log-normals are refused")
  func impossibleLogNormals() {
    #expect(Distribution.logNormal(median: 0, p99: 1) == nil)
    #expect(Distribution.logNormal(median: -1, p99: 1) == nil)
    #expect(Distribution.logNormal(median: 2, p99: 1.9) == nil)
    #expect(Distribution.logNormal(median: 2, p99: .infinity) == nil)
    #expect(Distribution.logNormal(median: .nan, p99: 1) == nil)
    #expect(Distribution.logNormal(median: 2, p99: 2) == .logNormal(mu: Portable.log(2), sigma: 0))
    #expect(Distribution.logNormal(mean: 0, standardDeviation: 1) == nil)
    #expect(Distribution.logNormal(mean: 1, standardDeviation: -0.1) == nil)
    #expect(Distribution.logNormal(mean: 1, standardDeviation: .nan) == nil)
    #expect(Distribution.logNormal(mean: .infinity, standardDeviation: 1) == nil)
    #expect(Distribution.logNormal(mean: 1, standardDeviation: 0) == .logNormal(mu: 0, sigma: 0))
  }

  @Test("the distributions of the sampler tests have no faults", arguments: SamplerCase.all)
  func sound(_ sampled: SamplerCase) {
    #expect(sampled.distribution.faults() == [])
  }

  @Test(
    "impossible parameters are named with what was found and what is wanted",
    arguments: [
      (.constant(.nan), ["found value nan, wanted a finite number"]),
      (.uniform(low: 2, high: 1), ["found low 2.0 above high 1.0, wanted low at most high"]),
      (.uniform(low: -1e308, high: 1e308), ["found a width of inf, wanted a finite width"]),
      (.uniform(low: .nan, high: 1), ["found low nan, wanted a finite number"]),
      (.exponential(mean: 0), ["found mean 0.0, wanted a finite number above 0"]),
      (.exponential(mean: .infinity), ["found mean inf, wanted a finite number above 0"]),
      (.normal(mean: -1, standardDeviation: 1), ["found mean -1.0, wanted a finite number, 0 or more"]),
      (.normal(mean: 1, standardDeviation: -1), ["found standard deviation -1.0, wanted a finite number above 0"]),
      (.logNormal(mu: -1, sigma: -0.1), ["found sigma -0.1, wanted a finite number, 0 or more"]),
      (
        .gamma(shape: 0, scale: .nan),
        ["found shape 0.0, wanted a finite number above 0", "found scale nan, wanted a finite number above 0"]
      ),
      (.weibull(shape: -1, scale: 1), ["found shape -1.0, wanted a finite number above 0"]),
      (.pareto(shape: 1, scale: 0), ["found scale 0.0, wanted a finite number above 0"]),
      (.empirical([]), ["found 0 quantile points, wanted two or more"]),
      (.empirical([QuantilePoint(probability: 0, value: 1)]), ["found 1 quantile points, wanted two or more"]),
      (
        .empirical([
          QuantilePoint(probability: 0.1, value: 1), QuantilePoint(probability: 0.05, value: 0),
          QuantilePoint(probability: 0.9, value: 2),
        ]),
        [
          "found first probability 0.1, wanted 0", "found last probability 0.9, wanted 1",
          "found probability 0.05 after 0.1, wanted ascending ones", "found value 0.0 after 1.0, wanted ascending ones",
        ]
      ),
      (.mixture([]), ["found a mixture without parts, wanted one part or more"]),
      (
        .mixture([MixturePart(weight: 0, distribution: .exponential(mean: -1))]),
        [
          "found weight of part 1 0.0, wanted a finite number above 0",
          "part 1: found mean -1.0, wanted a finite number above 0",
        ]
      ),
    ] as [(Distribution, [String])])
  func faults(_ distribution: Distribution, _ wanted: [String]) {
    #expect(distribution.faults() == wanted)
  }

  @Test("mixtures nest four deep and no deeper")
  func nesting() {
    var distribution = Distribution.constant(1)
    for _ in 1...4 { distribution = .mixture([MixturePart(weight: 1, distribution: distribution)]) }
    #expect(distribution.faults() == [])
    distribution = .mixture([MixturePart(weight: 1, distribution: distribution)])
    #expect(distribution.faults().count == 1)
    #expect(distribution.faults()[0].hasSuffix("found mixtures nested deeper than 4, wanted at most 4 levels"))
  }
}
