import Scenarios
import Statistics
import Units

/// A response surface through one figure at the points of a sweep.
public struct SweepFit: Sendable {
  /// The figure's name and unit.
  public let figure: String
  /// As `FigureUnit` writes it.
  public let unit: String
  /// The surface; its factors are the parameters that vary.
  public let surface: ResponseSurface
  /// The points of the plan that have a value, in the order of the surface's residuals.
  public let points: [Int]
  /// Names of parameters that have one value at all points, and so no place in the surface.
  public let constant: [String]
  /// Whether the surface misses the points by more than the noise of their replications; nil where there is no noise to
  /// compare with, or points have different numbers of values. Under common random numbers replications are blocks.
  public let lackOfFit: LackOfFit?
  /// The typical error, in the figure's unit, when a tenth of the points is left out in turn; nil for fewer than ten.
  public let foldError: Double?

  /// Most levels of a parameter that is a text.
  static let levelsMax = 20

  /// Fits a figure's means. Parameters whose values share a unit are numbers, others are names.
  ///
  /// Numbers are coded by their logarithm where the plan's range is logarithmic or the parameter is among `logarithmic`.
  /// Throws where a fit cannot be made of the plan's points.
  public init(
    _ figure: PointMeans.Figure, model: SurfaceModel, of plan: PlanFile, logarithmic: [String] = []
  ) throws(SweepFault) {
    precondition(figure.means.count == plan.points.count, "a fit needs every point of the plan")
    let known = plan.points.count
    let points = (0..<known).filter { figure.means[$0].isFinite }
    guard !points.isEmpty else {
      throw SweepFault(
        figure.name, found: "no point with a value", wanted: "at least one", advice: "fit another figure")
    }
    for name in logarithmic where !plan.header.parameters.contains(where: { $0.name == name }) {
      throw SweepFault(
        plan.header.name, found: "no parameter \(name)",
        wanted: "one of \(plan.header.parameters.map(\.name).joined(separator: ", "))")
    }
    var factors: [SurfaceFactor] = []
    var columns: [[Double]] = []
    var constant: [String] = []
    for (place, parameter) in plan.header.parameters.enumerated() {
      let texts = points.map { plan.points[$0][plan.points[$0].startIndex + place] }
      let isLogarithmic = parameter.isLogarithmic == true || logarithmic.contains(parameter.name)
      guard let (factor, column) = try Self.factor(parameter, texts, isLogarithmic: isLogarithmic) else {
        constant.append(parameter.name)
        continue
      }
      factors.append(factor)
      columns.append(column)
    }
    let rows = points.indices.map { row in columns.map { $0[row] } }
    let outputs = points.map { figure.means[$0] }
    self.figure = figure.name
    unit = figure.unit
    self.points = points
    self.constant = constant
    var stream = SweepDesign.stream(seed: plan.header.seed, word: "fit")
    do throws(ResponseSurface.Fault) {
      surface = try ResponseSurface(factors: factors, model: model, points: rows, outputs: outputs)
      lackOfFit = LackOfFit(
        of: surface, noise: figure.pureError,
        areBlocks: plan.header.randomNumbers == SweepPlan.RandomNumbers.common.rawValue)
      foldError =
        points.count < 10
        ? nil
        : try ResponseSurface.crossValidationError(
          factors: factors, model: model, points: rows, outputs: outputs, folds: 10, unit: { stream.nextUnit() })
    } catch {
      throw SweepFault(figure.name, found: "\(error)", wanted: "another fit", advice: "take a simpler one")
    }
  }

  /// A parameter as the surface sees it, with its value at each point; nil if it has one value only.
  private static func factor(
    _ parameter: PlanFile.Header.Parameter, _ texts: [String], isLogarithmic: Bool
  ) throws(SweepFault) -> (SurfaceFactor, [Double])? {
    // In the parameter's unit, whichever each value is written in.
    let numbers =
      parameter.unit == nil ? [] : texts.compactMap { (try? Quantity(parameter.cell($0)))?.number.doubleValue }
    if numbers.count == texts.count, let low = numbers.min(), let high = numbers.max() {
      guard low < high else { return nil }
      if isLogarithmic, low <= 0 {
        throw SweepFault(
          parameter.name, found: "the value \(texts[numbers.firstIndex(of: low) ?? 0])",
          wanted: "values above 0 for a logarithmic scale", advice: "fit it on the linear scale")
      }
      return (
        .number(name: parameter.name, low: low, high: high, scale: isLogarithmic ? .logarithmic : .linear), numbers
      )
    }
    if isLogarithmic {
      throw SweepFault(
        parameter.name, found: "texts, or numbers of different kinds", wanted: "numbers for a logarithmic scale",
        advice: "leave it out of the logarithmic ones")
    }
    var levels = (parameter.values ?? []).filter { texts.contains($0) }
    for text in texts where !levels.contains(text) {
      levels.append(text)
      guard levels.count <= levelsMax else {
        throw SweepFault(
          parameter.name, found: "more than \(levelsMax) different texts",
          wanted: "numbers of one unit, or fewer texts",
          advice: "give all of its values the same unit")
      }
    }
    guard levels.count >= 2 else { return nil }
    return (
      .category(name: parameter.name, levels: levels), texts.map { Double(levels.firstIndex(of: $0) ?? 0) }
    )
  }
}
