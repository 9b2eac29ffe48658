import Experiments
import Statistics

/// The tables of a sweep as a SQLite file: `points` (a row a point), `results` (a row a point, replication and figure),
/// and `plan` (what the sweep was made from).
public final class SweepDatabase {
  private let plan: PlanFile
  private let layout: SweepLayout
  private let file: SQLiteFile
  private let path: String

  /// Begins the file at `path`. Throws `OutputError` when it cannot be written, or the system has no SQLite.
  public init(path: String, _ plan: PlanFile, _ layout: SweepLayout) throws(OutputError) {
    self.plan = plan
    self.layout = layout
    self.path = path
    file = try SQLiteFile(path: path)
    let parameters = zip(plan.header.parameters, layout.parameters).map { parameter, column in
      column + (parameter.unit == nil ? " TEXT" : " NUMERIC")
    }
    let figures = layout.wide.dropFirst(4 + parameters.count).map { $0 + " REAL" }
    let points =
      ["point INTEGER PRIMARY KEY"] + parameters + ["status TEXT", "error TEXT", "replications INTEGER"] + figures
    try file.execute("CREATE TABLE points (\(points.joined(separator: ", ")))")
    try file.execute(
      "CREATE TABLE results (point INTEGER REFERENCES points, replication INTEGER, figure TEXT, unit TEXT, value REAL)")
    try file.execute("CREATE TABLE plan (name TEXT PRIMARY KEY, value TEXT)")
    try addPlan()
  }

  /// Where the file is written until it is whole.
  public var temporary: String { file.leftover }

  /// Takes in the next point.
  public func add(_ outcome: PointOutcome) throws(OutputError) {
    // The column's affinity makes numbers of texts that are some.
    let values = layout.values(of: outcome.point, in: plan).map { SQLiteFile.Cell.text($0) }
    let cells = layout.intervals(of: outcome).flatMap { interval -> [SQLiteFile.Cell] in
      [interval.map { .real($0.mean) } ?? .null, interval?.halfWidth.map { .real($0) } ?? .null]
    }
    let state: [SQLiteFile.Cell] = [
      .text(outcome.failure == nil ? "ok" : "error"), outcome.failure.map { .text($0) } ?? .null,
      .integer(Int64(outcome.figures.count)),
    ]
    try file.insert(into: "points", [.integer(Int64(outcome.point))] + values + state + cells)
    for (replication, figures) in outcome.figures.enumerated() {
      for figure in figures {
        try file.insert(
          into: "results",
          [
            .integer(Int64(outcome.point)), .integer(Int64(replication)), .text(figure.name), .text(figure.unit),
            .real(figure.value),
          ])
      }
    }
  }

  /// A database that is whole: what the manifest says of it.
  public struct Seal: Hashable, Sendable {
    /// The file's name without its folder.
    public let name: String
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    public let sha256: String
    /// The version of SQLite that wrote it: the same tables are the same bytes for one version, and it stands in them.
    public let libraryVersion: String
  }

  /// Adds the indices, completes the file and puts it into its place.
  public func finish() throws(OutputError) -> Seal {
    try file.execute("CREATE INDEX results_of_figures ON results (figure, point, replication)")
    try file.execute("CREATE INDEX results_of_points ON results (point)")
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Seal(name: name, sha256: try file.finish(), libraryVersion: file.libraryVersion)
  }

  private func addPlan() throws(OutputError) {
    let header = plan.header
    let rows = [
      ("sweep", header.name), ("description", header.description), ("toolVersion", header.toolVersion),
      ("planHash", plan.hash), ("plan", header.plan.path), ("planFileHash", header.plan.sha256),
      ("scenario", header.scenario.path), ("scenarioHash", header.scenario.sha256),
      ("scenarioText", header.scenarioText), ("region", header.prices.path), ("pricesHash", header.prices.sha256),
      ("seed", "\(header.seed)"), ("randomNumbers", header.randomNumbers), ("design", header.design),
      ("replications", "\(header.replications)"), ("points", "\(plan.points.count)"), ("failed", "\(layout.failed)"),
    ]
    for (name, value) in rows { try file.insert(into: "plan", [.text(name), .text(value)]) }
  }
}
