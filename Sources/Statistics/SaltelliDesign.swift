/// The runs that Sobol indices need: two independent samples A and B of the parameters, and for each parameter the
/// points of A with that parameter taken from B.
///
/// Rows come by base point: A, B, A with parameter 1 from B, .., A with parameter k from B; with second order then B
/// with parameter 1 from A, and so on. So a longer design begins with the shorter one, if its base sample does.
/// Source: Saltelli et al., *Computer Physics Communications* 181, 2010, page 259; second order: Saltelli, *Computer
/// Physics Communications* 145, 2002, page 280.
public struct SaltelliDesign: Hashable, Sendable {
  /// How many parameters, at least one.
  public let parameters: Int
  /// How many base points, at least one.
  public let basePoints: Int
  /// Whether the runs for interactions of two parameters are there as well.
  public let secondOrder: Bool
  private let base: [[Double]]

  /// A design over `base`: rows of twice as many coordinates as there are parameters, the first half for A.
  ///
  /// The rows should be uniform over the cube, as `UnitDesign.random`, `sobol` with a shift or `latinHypercube` give
  /// them. Throws if there is none, or one without a coordinate.
  public init(base: [[Double]], secondOrder: Bool = false) throws(DesignFault) {
    guard let first = base.first else { throw .noPoints }
    guard first.count >= 2 else { throw .noDimensions }
    precondition(
      first.count.isMultiple(of: 2) && base.allSatisfy { $0.count == first.count },
      "every row of a Saltelli design's base sample holds two points of the same parameters")
    self.parameters = first.count / 2
    self.basePoints = base.count
    self.secondOrder = secondOrder
    self.base = base
  }

  /// A design over a Sobol sequence with a random shift, or over independent points for more than 20 parameters, for
  /// which GSL's sequence has too few dimensions. Choose a power of two as number of base points.
  public init(
    basePoints: Int, parameters: Int, secondOrder: Bool = false, unit: () -> Double
  ) throws(DesignFault) {
    let dimensions = 2 * parameters
    let base =
      if dimensions > UnitDesign.sobolDimensions {
        try UnitDesign.random(points: basePoints, dimensions: dimensions, unit: unit)
      } else {
        try UnitDesign.sobol(
          points: basePoints, dimensions: dimensions,
          shift: UnitDesign.shift(dimensions: dimensions, unit: unit))
      }
    try self.init(base: base, secondOrder: secondOrder)
  }

  /// How many runs belong to one base point: k + 2, or 2k + 2 with second order.
  public var runsPerBasePoint: Int { Self.runsPerBasePoint(parameters: parameters, secondOrder: secondOrder) }

  /// How many runs belong to one base point of so many `parameters`: k + 2, or 2k + 2 with second order.
  public static func runsPerBasePoint(parameters: Int, secondOrder: Bool) -> Int {
    (secondOrder ? 2 : 1) * parameters + 2
  }

  /// How many points the design has.
  public var count: Int { basePoints * runsPerBasePoint }

  /// The coordinates of point `index`, from 0 to `count` less one.
  public func point(_ index: Int) -> [Double] {
    let (row, run) = index.quotientAndRemainder(dividingBy: runsPerBasePoint)
    let a = base[row][..<parameters]
    let b = base[row][parameters...]
    if run == 0 { return Array(a) }
    if run == 1 { return Array(b) }
    let mixed = (run - 2) % parameters
    var point = Array(run - 2 < parameters ? a : b)
    point[mixed] = run - 2 < parameters ? b[parameters + mixed] : a[mixed]
    return point
  }

  /// All points in order, one row a point.
  public var points: [[Double]] { (0..<count).map(point) }
}
