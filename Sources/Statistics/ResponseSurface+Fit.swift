import CGSL

extension ResponseSurface {
  /// The surface of `model` through `outputs`, one for each of `points`.
  ///
  /// A point has a coordinate for each factor: the number itself, or the index of the category's level. All outputs are
  /// finite: leave out points that failed. Throws without a point or if GSL does not converge.
  public init(
    factors: [SurfaceFactor], model: SurfaceModel, points: [[Double]], outputs: [Double]
  ) throws(Fault) {
    precondition(points.count == outputs.count, "a fit has an output for each point")
    precondition(outputs.allSatisfy(\.isFinite), "a fit is made of finite outputs")
    if points.isEmpty { throw .noPoints }
    for factor in factors { factor.check() }
    let all = SurfaceTerm.terms(model, over: factors)
    let rows = points.map { Self.row($0, factors: factors, terms: all) }
    let center = outputs[0] + outputs.reduce(0) { $0 + ($1 - outputs[0]) } / Double(outputs.count)
    guard let fit = LeastSquares(rows: rows, values: outputs.map { $0 - center }) else { throw .notSolved }

    let free = points.count - fit.kept.count
    let total = outputs.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    let variance = free > 0 ? fit.squaredResiduals / Double(free) : nil
    let fitted = rows.map { row in
      center + zip(fit.kept, fit.coefficients).reduce(0) { $0 + row[$1.0] * $1.1 }
    }
    let residuals = outputs.indices.map { index in
      let leverage = fit.leverages[index]
      let open = 1 - leverage
      let residual = outputs[index] - fitted[index]
      let deviation = variance.map { ($0 * open).squareRoot() } ?? 0
      return Residual(
        observed: outputs[index], fitted: fitted[index], leverage: leverage,
        leftOut: open > 1e-9 ? residual / open : nil,
        standardised: open > 1e-9 && deviation > 0 ? residual / deviation : nil)
    }
    let leftOut = residuals.compactMap(\.leftOut)
    let press = leftOut.count == outputs.count && free > 0 ? leftOut.reduce(0) { $0 + $1 * $1 } : nil

    self.factors = factors
    self.model = model
    self.center = center
    self.columns = fit.kept.map { all[$0] }
    self.unscaledCovariance = fit.unscaledCovariance
    self.terms = fit.kept.indices.map { place in
      let constant = all[fit.kept[place]].columns.isEmpty ? center : 0
      let coefficient = fit.coefficients[place] + constant
      let error = variance.map { ($0 * fit.unscaledCovariance[place][place]).squareRoot() }
      return Term(
        name: all[fit.kept[place]].name, coefficient: coefficient, standardError: error,
        pValue: error.flatMap { Self.pValue(coefficient, error: $0, degreesOfFreedom: free) })
    }
    self.aliased = all.indices.filter { !fit.kept.contains($0) }.map { all[$0].name }
    self.residuals = residuals
    self.degreesOfFreedom = free
    self.residualDeviation = variance?.squareRoot()
    self.rSquared = total > 0 ? max(0, 1 - fit.squaredResiduals / total) : nil
    self.adjustedRSquared =
      total > 0 ? variance.map { 1 - $0 * Double(outputs.count - 1) / total } : nil
    self.predictionRSquared = total > 0 ? press.map { 1 - $0 / total } : nil
    self.leaveOneOutError = press.map { ($0 / Double(outputs.count)).squareRoot() }
  }

  /// The typical error (root mean square, in the output's unit) of surfaces fitted without a part of the points, at those
  /// points: the points are dealt at random to `folds` parts (from 2 to the number of points).
  ///
  /// Terms that a part's rest cannot tell apart are left out there. Throws if GSL does not converge.
  public static func crossValidationError(
    factors: [SurfaceFactor], model: SurfaceModel, points: [[Double]], outputs: [Double], folds: Int,
    unit: () -> Double
  ) throws(Fault) -> Double {
    precondition(folds >= 2 && folds <= points.count, "a cross-validation has from two parts to one a point")
    let order = UnitDesign.shuffled(points.count, unit: unit)
    var squared = 0.0
    for fold in 0..<folds {
      let out = order.indices.filter { $0 % folds == fold }.map { order[$0] }.sorted()
      let rest = points.indices.filter { !out.contains($0) }
      let surface = try ResponseSurface(
        factors: factors, model: model, points: rest.map { points[$0] }, outputs: rest.map { outputs[$0] })
      for index in out {
        let miss = outputs[index] - surface.value(at: points[index])
        squared += miss * miss
      }
    }
    return (squared / Double(points.count)).squareRoot()
  }

  /// What the surface says at `point`, in the output's unit. A point has a coordinate for each factor.
  public func value(at point: [Double]) -> Double {
    zip(terms, Self.row(point, factors: factors, terms: columns)).reduce(0) { $0 + $1.0.coefficient * $1.1 }
  }

  /// What the surface says at `point` and how sure it is, at `confidence`: the mean output there, and one more output.
  ///
  /// Both hold only if the model's shape is right and the residuals are independent, normal and equally wide. Without
  /// degrees of freedom there is no width. `count` is that of the points that were fitted.
  public func prediction(at point: [Double], confidence: Double = 0.95) -> (mean: Interval, next: Interval) {
    let row = Self.row(point, factors: factors, terms: columns)
    let value = zip(terms, row).reduce(0) { $0 + $1.0.coefficient * $1.1 }
    let leverage = row.indices.reduce(0) { sum, i in
      row.indices.reduce(sum) { $0 + row[i] * row[$1] * unscaledCovariance[i][$1] }
    }
    let critical = Interval.criticalValue(count: degreesOfFreedom + 1, confidence: confidence)
    func interval(_ share: Double) -> Interval {
      let width = critical.flatMap { t in residualDeviation.map { t * $0 * max(0, share).squareRoot() } }
      return Interval(mean: value, halfWidth: width, count: residuals.count)
    }
    return (interval(leverage), interval(1 + leverage))
  }

  /// The terms at a point.
  private static func row(_ point: [Double], factors: [SurfaceFactor], terms: [SurfaceTerm]) -> [Double] {
    precondition(point.count == factors.count, "a point has a coordinate for each factor")
    let coded = zip(factors, point).flatMap { $0.coded($1) }
    return terms.map { $0.value(coded) }
  }

  private static func pValue(_ coefficient: Double, error: Double, degreesOfFreedom: Int) -> Double? {
    guard error > 0 else { return coefficient == 0 ? nil : 0 }
    GSL.ready
    return 2 * gsl_cdf_tdist_Q(abs(coefficient) / error, Double(degreesOfFreedom))
  }
}

extension ResponseSurface {
  /// What a factor alone does to the output: from its low to its high end, all others in the middle of their ranges, or
  /// at the first of their levels. Of a category it is the lowest and the highest of its levels.
  public struct Swing: Hashable, Sendable {
    /// The factor's name.
    public let name: String
    /// The output at the low end, in its unit; of a category the lowest output.
    public let low: Double
    /// The output at the high end, in its unit; of a category the highest output.
    public let high: Double

    /// How far apart both are, 0 or more.
    public var width: Double { abs(high - low) }
  }

  /// The swing of each factor, in the factors' order. A bend between the ends does not show.
  public var swings: [Swing] {
    let middle = factors.map(\.middle)
    return factors.indices.map { index in
      let outputs = factors[index].ends.map { end in
        var point = middle
        point[index] = end
        return value(at: point)
      }
      switch factors[index] {
      case .number(let name, _, _, _): return Swing(name: name, low: outputs[0], high: outputs[outputs.count - 1])
      case .category(let name, _):
        return Swing(name: name, low: outputs.min() ?? 0, high: outputs.max() ?? 0)
      }
    }
  }
}

extension SurfaceFactor {
  /// Where the code is 0; of a category its first level.
  fileprivate var middle: Double {
    switch self {
    case .number(_, let low, let high, .linear): low + (high - low) / 2
    case .number(_, let low, let high, .logarithmic): low.squareRoot() * high.squareRoot()
    case .category: 0
    }
  }

  /// The low and the high end; of a category all levels.
  fileprivate var ends: [Double] {
    switch self {
    case .number(_, let low, let high, _): [low, high]
    case .category(_, let levels): levels.indices.map(Double.init)
    }
  }
}
