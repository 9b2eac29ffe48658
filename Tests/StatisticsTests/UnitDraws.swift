import CGSL

/// Uniform numbers of a seed for designs under test: GSL's Mersenne twister, the same everywhere.
final class UnitDraws {
  private let generator: UnsafeMutablePointer<gsl_rng>

  init(seed: UInt) throws {
    struct NoGenerator: Error {}
    guard let generator = gsl_rng_alloc(windtunnel_gsl_mt19937()) else { throw NoGenerator() }
    gsl_rng_set(generator, seed)
    self.generator = generator
  }

  deinit { gsl_rng_free(generator) }

  /// A number strictly between 0 and 1.
  func unit() -> Double { gsl_rng_uniform_pos(generator) }

  /// A normal number of mean 0.
  func normal(deviation: Double) -> Double { gsl_ran_gaussian(generator, deviation) }
}
