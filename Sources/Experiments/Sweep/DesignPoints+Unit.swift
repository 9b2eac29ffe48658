import Engine
import Scenarios
import Statistics

extension SweepPlan {
  /// The places of the points in the parameters' ranges, 0 to 1, for designs that are laid into the unit cube.
  ///
  /// Limits of the methods were checked when the plan was decoded.
  func unitPoints(seed: UInt64) -> [[Double]] {
    var stream = design.stream(seed: seed)
    let unit = { stream.nextUnit() }
    let dimensions = parameters.count
    func shift(_ isShifted: Bool) -> [Double] {
      isShifted ? UnitDesign.shift(dimensions: dimensions, unit: unit) : []
    }
    do throws(DesignFault) {
      switch design {
      case .grid, .list: return []
      case .random(let points): return try UnitDesign.random(points: points, dimensions: dimensions, unit: unit)
      case .latinHypercube(let points):
        return try UnitDesign.latinHypercube(points: points, dimensions: dimensions, unit: unit)
      case .sobol(let points, let isShifted):
        return try UnitDesign.sobol(points: points, dimensions: dimensions, shift: shift(isShifted))
      case .halton(let points, let isShifted):
        return try UnitDesign.halton(points: points, dimensions: dimensions, shift: shift(isShifted))
      case .sobolIndices(let basePoints, let secondOrder):
        return try SaltelliDesign(
          basePoints: basePoints, parameters: dimensions, secondOrder: secondOrder, unit: unit
        ).points
      case .morris(let trajectories, let levels):
        return try MorrisDesign(
          trajectories: trajectories, parameters: dimensions, levels: levels, unit: unit
        ).points
      }
    } catch { preconditionFailure("a decoded plan has a design within the limits: \(error)") }
  }
}

extension SweepDesign {
  /// The random numbers of a design, its own for each kind.
  func stream(seed: UInt64) -> RandomStream { Self.stream(seed: seed, word: word) }

  /// The random numbers of a design of a plan's file.
  static func stream(seed: UInt64, word: String) -> RandomStream {
    RandomStream(seed: seed, replication: 0, component: "sweep", purpose: word)
  }

  /// What the analysis has to know; nil for designs that are not for sensitivity.
  var sensitivity: PlanFile.Header.Sensitivity? {
    switch self {
    case .grid, .list, .random, .latinHypercube, .sobol, .halton: nil
    case .sobolIndices(let basePoints, let secondOrder):
      .sobolIndices(basePoints: basePoints, secondOrder: secondOrder)
    case .morris(let trajectories, let levels): .morris(trajectories: trajectories, levels: levels)
    }
  }
}

extension SweepParameter {
  /// Whether it is a range in which equal ratios are equally far apart.
  var isLogarithmic: Bool {
    switch levels {
    case .values: false
    case .range(let range): range.isLogarithmic
    }
  }
}
