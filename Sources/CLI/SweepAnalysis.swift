import ArgumentParser
import Experiments
import Reports
import Statistics

/// How `sweep merge` takes a fit of the points.
struct SweepAnalysisOptions: ParsableArguments {
  @Option(help: "Fit a response surface to a figure: linear, interactions or quadratic.")
  var fit: SurfaceModel?

  @Option(help: ArgumentHelp("The figure to fit, as in cost.monthly.", valueName: "name"))
  var figure: String?

  @Option(
    help: ArgumentHelp(
      "A parameter of the fit in which equal ratios are equally far apart; may be given several times. Ranges with "
        + "`scale: log` are so anyway.", valueName: "parameter"))
  var logScale: [String] = []

  func validate() throws {
    if (fit == nil) != (figure == nil) { throw ValidationError("--fit and --figure go together.") }
    if fit == nil, !logScale.isEmpty { throw ValidationError("--log-scale needs --fit.") }
  }

  /// Where the points' means go; nil where nobody asks for them.
  func means(for plan: PlanFile) -> PointMeans? {
    if plan.header.sensitivity != nil { return PointMeans() }
    return figure.map { PointMeans(only: $0) }
  }

  /// The options as they are given on the command line.
  var arguments: [String] {
    guard let fit, let figure else { return [] }
    return ["--fit", fit.rawValue, "--figure", figure] + logScale.flatMap { ["--log-scale", $0] }
  }

  /// The files and texts of the plan's design and of the fit.
  ///
  /// `known` are the names of all figures that the points have.
  func analyse(_ means: PointMeans, of plan: PlanFile, known: [String], color hasColor: Bool, width: Int) throws
    -> SweepAnalysis
  {
    var analysis = SweepAnalysis()
    let width = max(width, 40)
    if let sensitivity = try SweepSensitivity(of: plan, means) {
      let tables = SensitivityTables(sensitivity)
      analysis.files.append(OutputFile(name: SensitivityTables.fileName, contents: Array(tables.csv.utf8)))
      analysis.text = tables.text(width: width, color: hasColor)
    }
    guard let fit, let name = figure else { return analysis }
    guard let figure = means.figures.first(where: { $0.name == name }) else {
      throw SweepFault(
        "--figure", found: name, wanted: "a figure of the sweep: " + known.joined(separator: ", "),
        advice: "correct the name")
    }
    let surface = try SweepFit(figure, model: fit, of: plan, logarithmic: logScale)
    let tables = FitTables(surface, of: plan)
    analysis.files += [
      OutputFile(name: FitTables.termsName, contents: Array(tables.terms.utf8)),
      OutputFile(name: FitTables.residualsName, contents: Array(tables.residuals.utf8)),
    ]
    analysis.text +=
      (analysis.text.isEmpty ? "" : "\n") + tables.text(width: width, color: hasColor)
    return analysis
  }
}

extension SurfaceModel: ExpressibleByArgument {}

/// What `sweep merge` makes of the points besides their tables.
struct SweepAnalysis {
  var files: [OutputFile] = []
  var text = ""

  /// The files' names and hashes, for the manifest.
  var seals: [(name: String, sha256: String)] {
    files.map { ($0.name, SHA256.hexadecimal(of: $0.contents)) }
  }

  /// Names of all files that there may be: what an earlier merge left goes with it.
  static let fileNames = [SensitivityTables.fileName, FitTables.termsName, FitTables.residualsName]
}
