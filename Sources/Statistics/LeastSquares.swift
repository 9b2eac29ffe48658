import CGSL

/// Ordinary least squares by GSL's singular value decomposition, with columns that say nothing new left out.
///
/// Source: *GNU Scientific Library Reference Manual*, "Multi-parameter regression"; a column is left out if what the
/// columns before it leave of it is less than 1e-9 of its length, as R's `lm` does by 1e-7.
struct LeastSquares {
  /// The indices of the columns that were kept, in order.
  let kept: [Int]
  /// The coefficient of each kept column.
  let coefficients: [Double]
  /// The covariance of the coefficients divided by the variance of the residuals, row by row.
  let unscaledCovariance: [[Double]]
  /// How much of each row's fitted value is its own doing, from 0 to 1: the diagonal of the hat matrix.
  let leverages: [Double]
  /// The sum of squared residuals.
  let squaredResiduals: Double

  /// The fit of `values` by the columns of `rows`; nil if GSL's decomposition does not converge.
  ///
  /// At least one row, all equally long and finite.
  init?(rows: [[Double]], values: [Double]) {
    precondition(!rows.isEmpty && rows.count == values.count, "least squares has a value for each row")
    let kept = Self.independentColumns(rows)
    self.kept = kept
    guard !kept.isEmpty else {
      (coefficients, unscaledCovariance) = ([], [])
      leverages = values.map { _ in 0 }
      squaredResiduals = values.reduce(0) { $0 + $1 * $1 }
      return
    }
    GSL.ready
    let (n, p) = (rows.count, kept.count)
    guard let x = gsl_matrix_alloc(n, p), let y = gsl_vector_alloc(n), let c = gsl_vector_alloc(p),
      let covariance = gsl_matrix_alloc(p, p), let work = gsl_multifit_linear_alloc(n, p)
    else { return nil }
    defer {
      gsl_matrix_free(x)
      gsl_vector_free(y)
      gsl_vector_free(c)
      gsl_matrix_free(covariance)
      gsl_multifit_linear_free(work)
    }
    for (row, coordinates) in rows.enumerated() {
      for (place, column) in kept.enumerated() { gsl_matrix_set(x, row, place, coordinates[column]) }
      gsl_vector_set(y, row, values[row])
    }
    var squared = 0.0
    guard gsl_multifit_linear(x, y, c, covariance, &squared, work) == 0 else { return nil }
    coefficients = (0..<p).map { gsl_vector_get(c, $0) }
    squaredResiduals = squared

    // GSL keeps X = U S Q' D in its workspace. From U the leverages and from Q and S the covariance follow even where
    // the fit is exact and GSL's own covariance, which has the residuals in it, is 0.
    guard let u = work.pointee.A, let q = work.pointee.Q, let s = work.pointee.S, let d = work.pointee.D else {
      return nil
    }
    leverages = (0..<n).map { row in
      min(1, (0..<p).reduce(0) { $0 + gsl_matrix_get(u, row, $1) * gsl_matrix_get(u, row, $1) })
    }
    unscaledCovariance = (0..<p).map { i in
      (0..<p).map { j in
        (0..<p).reduce(0) { sum, k in
          let scale = gsl_vector_get(s, k) * gsl_vector_get(s, k) * gsl_vector_get(d, i) * gsl_vector_get(d, j)
          return sum + gsl_matrix_get(q, i, k) * gsl_matrix_get(q, j, k) / scale
        }
      }
    }
  }

  /// The columns that are not combinations of those before them, by Gram and Schmidt, each taken away twice.
  static func independentColumns(_ rows: [[Double]]) -> [Int] {
    var basis: [[Double]] = []
    return rows[0].indices.filter { column in
      var rest = rows.map { $0[column] }
      let length = norm(rest)
      guard length > 0, basis.count < rows.count else { return false }
      for _ in 0..<2 {
        for direction in basis {
          let share = zip(direction, rest).reduce(0) { $0 + $1.0 * $1.1 }
          for row in rest.indices { rest[row] -= share * direction[row] }
        }
      }
      let left = norm(rest)
      guard left > 1e-9 * length else { return false }
      basis.append(rest.map { $0 / left })
      return true
    }
  }

  private static func norm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
