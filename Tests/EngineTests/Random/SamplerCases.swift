import CGSL
import Engine
import Testing

/// A distribution with an oracle of its distribution function, and the digest of its first 1,000 draws.
struct SamplerCase: Sendable, CustomTestStringConvertible {
  let name: String
  let distribution: Distribution
  let digest: UInt64
  let cumulative: @Sendable (Double) -> Double
  var testDescription: String { name }

  init(
    _ name: String, _ distribution: Distribution, digest: UInt64, _ cumulative: @escaping @Sendable (Double) -> Double
  ) {
    (self.name, self.distribution, self.digest, self.cumulative) = (name, distribution, digest, cumulative)
  }

  static let quantiles = [
    QuantilePoint(probability: 0, value: 2), QuantilePoint(probability: 0.25, value: 3),
    QuantilePoint(probability: 0.5, value: 5), QuantilePoint(probability: 0.9, value: 10),
    QuantilePoint(probability: 0.99, value: 40), QuantilePoint(probability: 1, value: 100),
  ]

  /// Two pieces, 1 to 2 and 4 to 5, with nothing in between.
  static let gap = [
    QuantilePoint(probability: 0, value: 1), QuantilePoint(probability: 0.3, value: 2),
    QuantilePoint(probability: 0.3, value: 4), QuantilePoint(probability: 1, value: 5),
  ]

  static let all: [SamplerCase] = [
    SamplerCase("uniform", .uniform(low: -2, high: 5), digest: 0x7215_41ae_ebe0_273d) { gsl_cdf_flat_P($0, -2, 5) },
    SamplerCase("exponential", .exponential(mean: 3e6), digest: 0x7922_c663_f80f_153d) {
      gsl_cdf_exponential_P($0, 3e6)
    },
    SamplerCase("normal, hardly truncated", .normal(mean: 10, standardDeviation: 2), digest: 0xafcd_018e_a4eb_6be5) {
      truncatedNormal($0, mean: 10, deviation: 2)
    },
    SamplerCase("normal, truncated by a third", .normal(mean: 1, standardDeviation: 2), digest: 0x826d_89a0_d6ae_81d3) {
      truncatedNormal($0, mean: 1, deviation: 2)
    },
    SamplerCase("normal, halved", .normal(mean: 0, standardDeviation: 2), digest: 0xbcca_3113_3d2d_fe41) {
      truncatedNormal($0, mean: 0, deviation: 2)
    },
    SamplerCase("log-normal", .logNormal(mu: 16.3, sigma: 0.5), digest: 0xcec7_950a_085a_351a) {
      logNormal($0, 16.3, 0.5)
    },
    SamplerCase("log-normal, wide", .logNormal(mu: -1, sigma: 3), digest: 0x2a84_84a0_4c65_6554) {
      logNormal($0, -1, 3)
    },
    SamplerCase("gamma, shape 4", .gamma(shape: 4, scale: 2), digest: 0xb276_36dd_db45_931e) {
      gsl_cdf_gamma_P($0, 4, 2)
    },
    SamplerCase("gamma, shape 1", .gamma(shape: 1, scale: 2), digest: 0x92bf_d8f5_07a3_0a00) {
      gsl_cdf_gamma_P($0, 1, 2)
    },
    SamplerCase("gamma, shape 0.3", .gamma(shape: 0.3, scale: 2), digest: 0x4528_95e1_a383_7342) {
      gsl_cdf_gamma_P($0, 0.3, 2)
    },
    SamplerCase("Weibull, shape 0.7", .weibull(shape: 0.7, scale: 5), digest: 0xc76a_d291_315d_78b6) {
      gsl_cdf_weibull_P($0, 5, 0.7)
    },
    SamplerCase("Weibull, shape 3", .weibull(shape: 3, scale: 5), digest: 0x19ff_ce69_bd02_7e8c) {
      gsl_cdf_weibull_P($0, 5, 3)
    },
    SamplerCase("Pareto, shape 1.5", .pareto(shape: 1.5, scale: 2), digest: 0xc0e0_90e9_7cbe_0c9f) {
      gsl_cdf_pareto_P($0, 1.5, 2)
    },
    SamplerCase("Pareto, shape 0.8", .pareto(shape: 0.8, scale: 2), digest: 0x7a22_0ce2_10f0_10bb) {
      gsl_cdf_pareto_P($0, 0.8, 2)
    },
    SamplerCase("empirical", .empirical(quantiles), digest: 0x9d63_5d7f_db5d_922c) { x in
      let pieces = zip(quantiles, quantiles.dropFirst())
      return pieces.reduce(0) { sum, piece in
        let width = piece.1.probability - piece.0.probability
        return sum + width * gsl_cdf_flat_P(x, piece.0.value, piece.1.value)
      }
    },
    SamplerCase("empirical with a gap", .empirical(gap), digest: 0x258b_2224_1e45_1e53) {
      0.3 * gsl_cdf_flat_P($0, 1, 2) + 0.7 * gsl_cdf_flat_P($0, 4, 5)
    },
    SamplerCase("mixture", mixture, digest: 0x2997_42aa_d39b_9217) {
      0.25 * gsl_cdf_exponential_P($0, 1) + 0.75
        * (0.1 * gsl_cdf_gamma_P($0, 2, 3) + 0.9 * logNormal($0, 1, 0.4))
    },
  ]

  /// Weights that need not add up to 1, and a mixture within.
  static let mixture = Distribution.mixture([
    MixturePart(weight: 1, distribution: .exponential(mean: 1)),
    MixturePart(
      weight: 3,
      distribution: .mixture([
        MixturePart(weight: 1, distribution: .gamma(shape: 2, scale: 3)),
        MixturePart(weight: 9, distribution: .logNormal(mu: 1, sigma: 0.4)),
      ])),
  ])

  private static func truncatedNormal(_ x: Double, mean: Double, deviation: Double) -> Double {
    x <= 0 ? 0 : 1 - gsl_cdf_gaussian_Q(x - mean, deviation) / gsl_cdf_gaussian_Q(-mean, deviation)
  }

  /// GSL's function, which is NaN for negative values.
  private static func logNormal(_ x: Double, _ mu: Double, _ sigma: Double) -> Double {
    x <= 0 ? 0 : gsl_cdf_lognormal_P(x, mu, sigma)
  }
}
