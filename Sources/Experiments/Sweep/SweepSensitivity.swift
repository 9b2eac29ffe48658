import Scenarios
import Statistics

/// How much each parameter of a sweep matters to each figure, for the designs that can tell.
public struct SweepSensitivity: Sendable {
  /// What was found for a figure.
  public enum Finding: Hashable, Sendable {
    /// Sobol indices, or why there are none.
    case indices(SobolIndices.Outcome)
    /// Morris's elementary effects, or why there are none.
    case effects(MorrisEffects.Outcome)
  }

  /// A figure's finding.
  public struct Figure: Hashable, Sendable {
    /// As in `FigureKey.path`.
    public let name: String
    /// As `FigureUnit` writes it.
    public let unit: String
    /// What was found.
    public let finding: Finding

    /// Why there is nothing to show, in a sentence without a full stop; nil where there is.
    public var remark: String? {
      switch finding {
      case .indices(.indices), .effects(.effects): nil
      case .indices(.constant), .effects(.constant): "the same at all points"
      case .indices(.onlyNoise): "varies no more than between replications"
      case .indices(.tooFewPoints), .effects(.tooFewPoints): "too few points have a value"
      }
    }
  }

  /// The design of the points.
  public let design: PlanFile.Header.Sensitivity
  /// The parameters' names in the plan's order.
  public let parameters: [String]
  /// A finding for each figure, in the figures' order.
  public let figures: [Figure]

  /// The analysis of a plan's points; nil if its design is not one for sensitivity.
  ///
  /// Noise of the replications is taken out of Sobol indices, and shown as the floor of Morris's effects, where each
  /// point has random numbers of its own; under common random numbers the points share their luck and nothing is taken out.
  /// Throws where the plan's file names a design that its points are not.
  public init?(of plan: PlanFile, _ means: PointMeans) throws(SweepFault) {
    guard let design = plan.header.sensitivity else { return nil }
    precondition(means.count == plan.points.count, "an analysis needs every point of the plan")
    let parameters = plan.header.parameters.map(\.name)
    try Self.check(design, of: plan)
    let isIndependent = plan.header.randomNumbers == SweepPlan.RandomNumbers.independent.rawValue
    let analyse: (PointMeans.Figure) -> Finding
    switch design {
    case .sobolIndices(_, let secondOrder):
      analyse = { figure in
        .indices(
          SobolIndices.analysis(
            outputs: figure.means, parameters: parameters.count, secondOrder: secondOrder,
            noise: isIndependent ? figure.noise : 0))
      }
    case .morris(let trajectories, let levels):
      var stream = SweepDesign.stream(seed: plan.header.seed, word: plan.header.design)
      let paths: MorrisDesign
      do {
        paths = try MorrisDesign(
          trajectories: trajectories, parameters: parameters.count, levels: levels, unit: { stream.nextUnit() })
      } catch { throw Self.broken(plan, found: "\(error)") }
      analyse = { figure in
        .effects(
          MorrisEffects.analysis(outputs: figure.means, design: paths, noise: isIndependent ? figure.noise : 0))
      }
    }
    self.design = design
    self.parameters = parameters
    figures = means.figures.map { Figure(name: $0.name, unit: $0.unit, finding: analyse($0)) }
  }

  /// The file's design must account for all of its points.
  private static func check(_ design: PlanFile.Header.Sensitivity, of plan: PlanFile) throws(SweepFault) {
    let parameters = plan.header.parameters.count
    let (rows, length) =
      switch design {
      case .sobolIndices(let basePoints, let secondOrder):
        (basePoints, SaltelliDesign.runsPerBasePoint(parameters: parameters, secondOrder: secondOrder))
      case .morris(let trajectories, _): (trajectories, parameters + 1)
      }
    let (count, overflow) = rows.multipliedReportingOverflow(by: length)
    guard !overflow, rows >= 1, count == plan.points.count else {
      throw broken(plan, found: "\(plan.points.count) points for a design of \(rows) times \(length)")
    }
  }

  private static func broken(_ plan: PlanFile, found: String) -> SweepFault {
    SweepFault(
      plan.header.name, found: found, wanted: "a plan as `sweep plan` wrote it", advice: "write it anew")
  }
}
