import Engine
import Scenarios
import Statistics

/// The points of a sweep: a value for each parameter, as a scenario writes it.
///
/// One flat list, for a sweep may have a million points.
public struct DesignPoints: Hashable, Sendable {
  /// Values a point, at least 1.
  public let parameters: Int
  /// The values of all points, one after the other.
  public private(set) var values: [String]

  /// No point yet, of so many parameters.
  public init(parameters: Int) {
    precondition(parameters >= 1, "a point has at least one parameter")
    self.parameters = parameters
    values = []
  }

  /// How many points there are.
  public var count: Int { values.count / parameters }

  /// The values of a point, 0 for the first.
  public subscript(point: Int) -> ArraySlice<String> { values[point * parameters..<(point + 1) * parameters] }

  /// Adds a point.
  public mutating func append(_ point: some Collection<String>) {
    precondition(point.count == parameters, "a point has a value for each parameter")
    values.append(contentsOf: point)
  }
}

extension SweepPlan {
  /// How many points the design has; nil where that does not fit into an `Int`.
  public var pointCount: Int? {
    switch design {
    case .grid:
      parameters.reduce(1) { count, parameter in
        guard let count, case .values(let values) = parameter.levels else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: values.count)
        return overflow ? nil : product
      }
    case .list(let points): points.count
    case .random(let points), .latinHypercube(let points), .sobol(let points, _), .halton(let points, _): points
    case .sobolIndices(let basePoints, let secondOrder):
      Self.product(
        basePoints, SaltelliDesign.runsPerBasePoint(parameters: parameters.count, secondOrder: secondOrder))
    case .morris(let trajectories, _): Self.product(trajectories, parameters.count + 1)
    }
  }

  /// All points in their order, the same for equal plans and seeds on every machine.
  public func points(seed: UInt64) -> DesignPoints {
    var points = DesignPoints(parameters: parameters.count)
    switch design {
    case .grid:
      for index in 0..<(pointCount ?? 0) { points.append(gridPoint(index)) }
    case .list(let listed):
      for point in listed { points.append(point) }
    case .random(let count):
      var stream = RandomStream(seed: seed, replication: 0, component: "sweep", purpose: "random")
      for _ in 0..<count { points.append(parameters.map { $0.text(at: stream.nextUnit()) }) }
    case .latinHypercube, .sobol, .halton, .sobolIndices, .morris:
      for row in unitPoints(seed: seed) { points.append(zip(parameters, row).map { $0.text(at: $1) }) }
    }
    return points
  }

  private static func product(_ a: Int, _ b: Int) -> Int? {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? nil : product
  }

  /// The last parameter changes first.
  private func gridPoint(_ index: Int) -> [String] {
    var rest = index
    var point: [String] = []
    for parameter in parameters.reversed() {
      guard case .values(let values) = parameter.levels else { preconditionFailure("a grid has values only") }
      point.append(values[rest % values.count])
      rest /= values.count
    }
    return point.reversed()
  }
}

extension SweepParameter {
  /// The value at a place of 0 to 1: of a list the one in whose equal share the place lies, at 1 the last.
  public func text(at place: Double) -> String {
    switch levels {
    case .values(let values): values[min(values.count - 1, Int(place * Double(values.count)))]
    case .range(let range): range.text(at: place)
    }
  }
}
