import CGSL

/// Whether a surface through the means of replications misses its points by more than noise: the F test of lack of fit.
///
/// With the right shape, the residuals' variance is that of the means by noise alone, and the ratio of the two follows
/// Fisher's F. A shape that is wrong makes it larger. A large p does not prove the shape: it may be that the noise hides
/// the miss. Source: Box & Draper, *Response Surfaces, Mixtures, and Ridge Analyses*, 2nd ed., section 3.12.
public struct LackOfFit: Hashable, Sendable {
  /// The residuals' variance over that of pure error, 0 or more.
  public let ratio: Double
  /// Degrees of freedom of the residuals, at least 1.
  public let degreesOfFreedom: Int
  /// Degrees of freedom of pure error, at least 1.
  public let pureDegreesOfFreedom: Int
  /// The chance of a ratio at least as large if the shape is right and the noise is normal and equally wide everywhere.
  public let pValue: Double
  /// The standard deviation of a point's mean by noise alone, in the output's unit, above 0.
  public let pureDeviation: Double
  /// The share of the residuals' variance that noise explains, above 0 to 1.
  public var noiseShare: Double { ratio > 1 ? 1 / ratio : 1 }

  /// The test of a surface that was fitted to the points' means, with the noise of these points.
  ///
  /// Nil where nothing can be told: a surface without degrees of freedom, uneven replications or fewer than two, or
  /// outputs whose noise is none beyond rounding.
  public init?(of surface: ResponseSurface, noise: PureError, areBlocks: Bool) {
    precondition(noise.points == surface.residuals.count, "the noise is that of the points that were fitted")
    guard let deviation = surface.residualDeviation, let pure = noise.ofMeans(areBlocks: areBlocks) else { return nil }
    let scale = surface.residuals.reduce(0) { max($0, abs($1.observed)) }
    guard pure.variance.squareRoot() > 1e-10 * scale else { return nil }
    GSL.ready
    ratio = deviation * deviation / pure.variance
    degreesOfFreedom = surface.degreesOfFreedom
    pureDegreesOfFreedom = pure.degreesOfFreedom
    pureDeviation = pure.variance.squareRoot()
    pValue = GSL.rounded(gsl_cdf_fdist_Q(ratio, Double(degreesOfFreedom), Double(pureDegreesOfFreedom)))
  }
}
