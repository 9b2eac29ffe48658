import CGSL

/// Sequences of low discrepancy, by GSL: points that fill the cube more evenly than chance would.
extension UnitDesign {
  /// The most dimensions of GSL's Sobol sequence.
  public static let sobolDimensions = 40
  /// The most dimensions of GSL's Halton sequence.
  public static let haltonDimensions = 1229
  /// The most points of either sequence: GSL's Sobol numbers have 30 bits.
  public static let sequencePoints = 1 << 30

  /// The first points of Sobol's sequence in the order of Gray's code, beginning with the origin.
  ///
  /// GSL leaves out the origin; it is put back because only with it the first 2^m points are a net, in which every
  /// parameter has one point in each of 2^m cells (Owen, *On dropping the first Sobol' point*, 2021). Choose powers of
  /// two. `shift` is empty or has a number from 0 to below 1 for each dimension. At most 40 dimensions, by Bratley &
  /// Fox, *ACM TOMS* 14, 1988, page 88. Throws without a point or dimension, or with too many.
  public static func sobol(
    points: Int, dimensions: Int, shift: [Double] = []
  ) throws(DesignFault) -> [[Double]] {
    if dimensions > sobolDimensions {
      throw .tooManyDimensions(method: "the Sobol sequence", asked: dimensions, limit: sobolDimensions)
    }
    return try sequence(
      windtunnel_gsl_sobol(), named: "the Sobol sequence", points: points, dimensions: dimensions, shift: shift)
  }

  /// The first points of Halton's sequence, beginning with the origin: column j counts in the j-th prime number.
  ///
  /// Neighbouring columns of large primes run in step until the number of points exceeds their product: beyond ten
  /// dimensions prefer `sobol`. `shift` as there. At most 1,229 dimensions. Coordinates are rounded to a 2^-40, so that
  /// processors that multiply and add in one step give the same.
  /// Source: Halton, *Numerische Mathematik* 2, 1960, page 84.
  public static func halton(
    points: Int, dimensions: Int, shift: [Double] = []
  ) throws(DesignFault) -> [[Double]] {
    if dimensions > haltonDimensions {
      throw .tooManyDimensions(method: "the Halton sequence", asked: dimensions, limit: haltonDimensions)
    }
    return try sequence(
      windtunnel_gsl_halton(), named: "the Halton sequence", points: points, dimensions: dimensions, shift: shift)
  }

  /// A random shift for a sequence, one number a dimension (Cranley & Patterson, *SIAM J. Numerical Analysis* 13, 1976).
  ///
  /// A shifted point is uniform over the cube, so a mean over the points is unbiased, and several shifts tell its error.
  public static func shift(dimensions: Int, unit: () -> Double) -> [Double] {
    (0..<max(0, dimensions)).map { _ in unit() }
  }

  private static func sequence(
    _ type: UnsafePointer<gsl_qrng_type>?, named name: String, points: Int, dimensions: Int, shift: [Double]
  ) throws(DesignFault) -> [[Double]] {
    try check(points: points, dimensions: dimensions)
    guard points <= sequencePoints else { throw .tooManyPoints(method: name, limit: sequencePoints) }
    precondition(shift.isEmpty || shift.count == dimensions, "a shift has a number for each dimension")
    precondition(shift.allSatisfy { $0 >= 0 && $0 < 1 }, "a shift lies from 0 to below 1")
    GSL.ready
    guard let generator = gsl_qrng_alloc(type, UInt32(dimensions)) else {
      throw .tooManyDimensions(method: name, asked: dimensions, limit: dimensions - 1)
    }
    defer { gsl_qrng_free(generator) }
    var row = [Double](repeating: 0, count: dimensions)
    return (0..<points).map { index in
      if index > 0 { gsl_qrng_get(generator, &row) }
      return row.indices.map { column in
        let place = (row[column] * 0x1p40).rounded() * 0x1p-40 + (shift.isEmpty ? 0 : shift[column])
        return place < 1 ? place : place - 1
      }
    }
  }
}
