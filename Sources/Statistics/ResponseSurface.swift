/// A polynomial fitted through the outputs of an experiment: what happens between the points that were run.
///
/// Factors are coded to -1 .. 1, so that the coefficients can be compared with each other: a coefficient is half of what
/// the output changes from the factor's low end to its high end, in the output's unit. A fit describes the points that
/// it was made of; `predictionRSquared` tells how well it foresees others, and outside the ranges nothing does.
/// Source: Box & Draper, *Response Surfaces, Mixtures, and Ridge Analyses*, 2nd ed., chapters 3 and 7.
public struct ResponseSurface: Sendable {
  /// The parameters, in the order of a point's coordinates.
  public let factors: [SurfaceFactor]
  /// The shape that was fitted.
  public let model: SurfaceModel
  /// The terms that were fitted, in order, with their coefficients.
  public let terms: [Term]
  /// The names of the terms that the points cannot tell from those before them: left out, their effect is in the others.
  public let aliased: [String]
  /// What the fit makes of each point that it was made of, in order.
  public let residuals: [Residual]
  /// The points less the terms, 0 or more; at 0 the surface goes through every point and nothing is known of its error.
  public let degreesOfFreedom: Int
  /// The standard deviation of what the surface does not explain, in the output's unit; nil without degrees of freedom.
  public let residualDeviation: Double?
  /// The share of the outputs' variance that the surface explains, from 0 to 1; nil for equal outputs.
  public let rSquared: Double?
  /// `rSquared` less what as many terms without meaning would explain; nil without degrees of freedom or for equal
  /// outputs.
  public let adjustedRSquared: Double?
  /// The share of the variance that the surface explains at points that it has not seen, each left out in turn: at most
  /// 1, below 0 if the mean foresees better; nil where a point alone decides a term, or for equal outputs.
  public let predictionRSquared: Double?
  /// The typical error at a point that was left out (root mean square), in the output's unit; nil where a point alone
  /// decides a term.
  public let leaveOneOutError: Double?

  let columns: [SurfaceTerm]
  let unscaledCovariance: [[Double]]
  /// Outputs are fitted less their mean, which costs no digits where they vary little around it.
  let center: Double

  /// A fitted term.
  public struct Term: Hashable, Sendable {
    /// `constant`, a factor's name, `a * b` or `a^2`; a category's column is `name=level`.
    public let name: String
    /// The coefficient in the output's unit, for coded factors.
    public let coefficient: Double
    /// Its standard error in the same unit; nil without degrees of freedom.
    public let standardError: Double?
    /// The chance of a coefficient at least as far from 0 if the term had no effect and the residuals were independent
    /// and normal; nil without degrees of freedom, or if coefficient and error are both 0.
    public let pValue: Double?
  }

  /// A point and the surface.
  public struct Residual: Hashable, Sendable {
    /// The output that was seen.
    public let observed: Double
    /// What the surface says there.
    public let fitted: Double
    /// How much of `fitted` the point itself decides, from 0 to 1.
    public let leverage: Double
    /// What the point is off a surface fitted to all the others; nil if it alone decides a term.
    public let leftOut: Double?
    /// The residual in standard deviations: beyond 3 in absolute value look at the point; nil where there is no
    /// deviation.
    public let standardised: Double?

    /// What the surface does not explain: observed less fitted.
    public var residual: Double { observed - fitted }
  }

  /// Why there is no surface.
  public enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
    /// No point has an output.
    case noPoints
    /// GSL's decomposition did not converge.
    case notSolved

    /// What is wrong, as a sentence without a full stop.
    public var description: String {
      switch self {
      case .noPoints: "a fit needs at least one point with an output"
      case .notSolved: "the least squares of this design do not converge"
      }
    }
  }
}
