import Experiments

/// The texts that a run leaves behind, as pure functions of its result: equal results give equal bytes.
public enum Reports {
  /// Files that not every run writes; a run without them removes those of an earlier one.
  public static let optionalFiles = ["invocations.jsonl", "breakeven.csv"]

  /// All files of a run in a fixed order; `report.html` comes last, so that it may seal an `OutputFolder`.
  public static func files(for result: ExperimentResult, manifest: Manifest) -> [OutputFile] {
    let optional =
      (result.log.isEmpty ? [] : [file("invocations.jsonl", InvocationLines.text(result.log))])
      + (result.breakEven.map { [file("breakeven.csv", BreakEvenTables.csv($0))] } ?? [])
    return optional + [
      file("summary.json", summaryJSON(for: result)),
      file("manifest.json", manifest.json(result).text),
      file("latency.csv", Tables.latency(result)),
      file("timeseries.csv", Tables.timeSeries(result)),
      file("bill.csv", Tables.bill(result)),
      file("assumptions.csv", Tables.assumptions(result)),
      file("report.html", Page(result: result, manifest: manifest).text),
    ]
  }

  /// The text of `summary.json`, which `--format json` prints too.
  public static func summaryJSON(for result: ExperimentResult) -> String { SummaryDocument.json(result).text }

  /// All figures as one tidy table, `metric,name,statistic,mean,half_width`, which `--format csv` prints.
  ///
  /// A metric is `traffic`, `resource`, `cost` or `objective`; money has its decimals as in `summary.json`, shares
  /// are 0 to 1, a missing figure is empty.
  public static func summaryCSV(for result: ExperimentResult) -> String { Tables.summary(result) }

  /// The files of a comparison that stand beside the designs' own; `comparison.html` comes last, as a seal.
  public static func files(for comparison: Comparison, manifest: ComparisonManifest) -> [OutputFile] {
    [
      file("comparison.json", comparisonJSON(for: comparison)),
      file("comparison.csv", comparisonCSV(for: comparison)),
      file("manifest.json", manifest.json(comparison).text),
      file("assumptions.csv", ComparisonTables.assumptions(comparison)),
      file(comparisonSeal, ComparisonPage(comparison: comparison, manifest: manifest).text),
    ]
  }

  /// Names of these files, which no design's folder may have.
  public static let comparisonFiles = [
    "comparison.json", "comparison.csv", "manifest.json", "assumptions.csv", comparisonSeal,
  ]

  /// Name of the file that comes last in a comparison's folder.
  public static let comparisonSeal = "comparison.html"

  /// The text of `comparison.json`, which `compare --format json` prints too.
  public static func comparisonJSON(for comparison: Comparison) -> String {
    ComparisonDocument.json(comparison).text
  }

  /// The text of `comparison.csv`, which `compare --format csv` prints too.
  public static func comparisonCSV(for comparison: Comparison) -> String {
    ComparisonTables.figures(comparison)
  }

  /// The files of an optimisation in a fixed order; `optimum.html` comes last, as a seal.
  public static func files(for optimization: Optimization, manifest: OptimizationManifest) -> [OutputFile] {
    [
      file("optimum.json", optimumJSON(for: optimization)),
      file("candidates.csv", candidatesCSV(for: optimization)),
      file("pareto.csv", OptimizationTables.pareto(optimization)),
      file("manifest.json", manifest.json(optimization).text),
      file("optimum.html", OptimizationPage(optimization: optimization, manifest: manifest).text),
    ]
  }

  /// The text of `optimum.json`, which `optimize --format json` prints too.
  public static func optimumJSON(for optimization: Optimization) -> String {
    OptimizationDocument.json(optimization).text
  }

  /// The text of `candidates.csv`, which `optimize --format csv` prints too.
  public static func candidatesCSV(for optimization: Optimization) -> String {
    OptimizationTables.candidates(optimization)
  }

  private static func file(_ name: String, _ text: String) -> OutputFile {
    OutputFile(name: name, contents: Array(text.utf8))
  }
}
