import Experiments

/// `manifest.json` of a sweep: what it was made from, what came of it, and how to make it again.
///
/// It never holds the time of day, the machine, or how the sweep was cut up: they do not change the tables.
public enum SweepManifest {
  /// Name of the file; it is written last, so that a folder that has it has all tables of one merge.
  public static let fileName = "manifest.json"

  /// The file's bytes. `files` are the tables by name and SHA-256, `analysis` the options of a fit, `database` the SQLite
  /// file where one was asked for.
  public static func bytes(
    _ plan: PlanFile, _ layout: SweepLayout, files: [(name: String, sha256: String)],
    analysis: [String] = [], database: SweepDatabase.Seal? = nil
  ) -> [UInt8] {
    let header = plan.header
    let made: [(String, JSON)] = [
      ("formatVersion", .integer(1)),
      ("tool", Manifest.tool(header.toolVersion)),
      ("sweep", .string(header.name)),
      ("plan", source(header.plan)),
      ("scenario", source(header.scenario)),
      ("variant", header.variant.map(JSON.string) ?? .null),
      ("settings", .array(header.settings.map { .string("\($0.path)=\($0.value)") })),
      ("prices", .object([("region", .string(header.prices.path)), ("sha256", .string(header.prices.sha256))])),
      ("inputs", .array(header.traffic.map(source))),
      ("seed", .unsigned(header.seed)),
      ("randomNumbers", .string(header.randomNumbers)),
      ("replications", .integer(Int64(header.replications))),
      ("design", .string(header.design)),
    ]
    let points: [(String, JSON)] = [
      (
        "parameters",
        .array(
          zip(header.parameters, layout.parameters).map { parameter, column in
            .object([
              ("name", .string(parameter.name)), ("column", .string(column)),
              ("unit", parameter.unit.map(JSON.string) ?? .null),
              ("paths", .array(parameter.paths.map(JSON.string))),
            ])
          })
      ),
      ("points", .integer(Int64(plan.points.count))),
      ("failed", .integer(Int64(layout.failed))),
      (
        "figures",
        .array(layout.figures.map { .object([("name", .string($0.name)), ("unit", .string($0.unit))]) })
      ),
      (
        "files",
        .array(
          ([(PlanFile.fileName, plan.hash)] + files).map { name, hash in
            .object([("name", .string(name)), ("sha256", .string(hash))])
          })
      ),
      (
        "database",
        database.map { seal in
          .object([
            ("name", .string(seal.name)), ("sha256", .string(seal.sha256)),
            ("sqliteVersion", .string(seal.libraryVersion)),
          ])
        } ?? .null
      ),
      ("reproduce", .array(commands(header, analysis: analysis, database: database?.name).map(JSON.string))),
    ]
    return Array(JSON.object(made + points).text.utf8)
  }

  /// The three commands that give the same tables, in the folder where the plan was made.
  static func commands(
    _ header: PlanFile.Header, analysis: [String] = [], database: String? = nil
  ) -> [String] {
    let arguments = header.arguments.map(ShellWord.quoted).map { " " + $0 }.joined()
    return [
      "windtunnel sweep plan \(ShellWord.quoted(header.plan.path))\(arguments) --out sweep",
      "windtunnel sweep run --plan sweep/sweep.json --out sweep" + prices(header),
      "windtunnel sweep merge --plan sweep/sweep.json --out sweep"
        + analysis.map { " " + ShellWord.quoted($0) }.joined()
        + (database.map { " --sqlite " + ShellWord.quoted("sweep/" + $0) } ?? ""),
    ]
  }

  private static func prices(_ header: PlanFile.Header) -> String {
    guard let option = header.arguments.firstIndex(of: "--price-book") else { return "" }
    return header.arguments[option...].prefix(2).map(ShellWord.quoted).map { " " + $0 }.joined()
  }

  private static func source(_ source: PlanFile.Header.Source) -> JSON {
    .object([("path", .string(source.path)), ("sha256", .string(source.sha256))])
  }
}
