/// Morris's screening design: random paths through a lattice that change one parameter at a time.
///
/// It costs (k + 1) runs a trajectory, far less than Sobol indices, and tells which parameters matter at all.
/// Source: Morris, *Technometrics* 33, 1991, page 161.
public struct MorrisDesign: Hashable, Sendable {
  /// One step of a trajectory: which parameter it moves, and whether up or down.
  public struct Step: Hashable, Sendable {
    /// The parameter, counted from 0.
    public let parameter: Int
    /// Whether its coordinate grows.
    public let up: Bool
  }

  /// How many parameters, at least one.
  public let parameters: Int
  /// How many places each parameter has, an even number: 0, 1/(p-1), .., 1.
  public let levels: Int
  /// The steps of each trajectory, one a parameter.
  public let trajectories: [[Step]]
  private let starts: [[Int]]

  /// Random `trajectories` (at least one) over `parameters` (at least one) on `levels` (even, 4 is customary).
  ///
  /// Drawn trajectory by trajectory: the start and the direction of each parameter, then their order. An odd number of
  /// levels is refused, because only with an even one a step of half the levels visits all of them equally often.
  public init(
    trajectories: Int, parameters: Int, levels: Int = 4, unit: () -> Double
  ) throws(DesignFault) {
    try UnitDesign.check(points: trajectories, dimensions: parameters)
    guard levels >= 2 && levels.isMultiple(of: 2) else { throw .unevenLevels(asked: levels) }
    var starts: [[Int]] = []
    var paths: [[Step]] = []
    for _ in 0..<trajectories {
      var start: [Int] = []
      var up: [Bool] = []
      for _ in 0..<parameters {
        let low = UnitDesign.index(below: levels / 2, unit: unit)
        up.append(unit() < 0.5)
        start.append(up[up.count - 1] ? low : low + levels / 2)
      }
      starts.append(start)
      paths.append(UnitDesign.shuffled(parameters, unit: unit).map { Step(parameter: $0, up: up[$0]) })
    }
    self.parameters = parameters
    self.levels = levels
    self.starts = starts
    self.trajectories = paths
  }

  /// The length of a step as a share of the range: p / (2 (p - 1)), more than a half.
  public var delta: Double { Double(levels) / Double(2 * (levels - 1)) }

  /// How many points the design has.
  public var count: Int { trajectories.count * (parameters + 1) }

  /// The coordinates of point `index`, from 0 to `count` less one, each from 0 to 1 with both ends included.
  public func point(_ index: Int) -> [Double] {
    let (trajectory, steps) = index.quotientAndRemainder(dividingBy: parameters + 1)
    var place = starts[trajectory]
    for step in trajectories[trajectory][..<steps] {
      place[step.parameter] += step.up ? levels / 2 : -levels / 2
    }
    return place.map { Double($0) / Double(levels - 1) }
  }

  /// All points in order, trajectory by trajectory, one row a point.
  public var points: [[Double]] { (0..<count).map(point) }
}
