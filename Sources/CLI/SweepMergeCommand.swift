import ArgumentParser
import Experiments
import Foundation
import Reports

/// `windtunnel sweep merge`: the tables of all shards.
struct SweepMergeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Check that all shards are there, and write their tables.",
    discussion: """
      EXAMPLES:
        windtunnel sweep merge --plan out/memory/sweep.json --out out/memory
        windtunnel sweep merge --plan out/memory/sweep.json --out out/memory \\
          --sqlite out/memory/sweep.db --format csv --quiet | head
        windtunnel sweep merge --plan out/memory/sweep.json --out out/memory \\
          --fit quadratic --figure cost.monthly --log-scale memory

      Writes results.csv (a row a point, replication and figure), points.csv
      (a row a point) and manifest.json, byte for byte the same however the
      sweep was cut up. A design for sensitivity also gets sensitivity.csv, and
      a fit fit.csv and residuals.csv; the tables of both are shown, too.
      """)

  @OptionGroup var options: SweepOptions

  @OptionGroup var analysis: SweepAnalysisOptions

  @Option(help: "What standard output gets.")
  var format = OutputFormat.table

  @Flag(help: "No colours; so do NO_COLOR and TERM=dumb.")
  var noColor = false

  @Option(
    help: ArgumentHelp(
      "Also write a SQLite database with the tables points, results and plan.", valueName: "file"),
    completion: .file(extensions: ["db", "sqlite"]))
  var sqlite: String?

  func run() async throws {
    let plan = try options.load()
    do { try merge(plan) } catch { throw SweepOptions.report(error) }
  }

  private func merge(_ plan: PlanFile) throws {
    let shards = try ShardSet(of: plan, in: options.out)
    guard !SweepFolder(options.out, planHash: plan.hash).hasForeignTables else {
      throw SweepFault(
        options.out, found: "tables of another plan, or of another command", wanted: "a folder without any",
        advice: "take another folder, or remove them")
    }
    if let sqlite { try Self.refuseOther(sqlite) }
    let folder = try OutputFolder(path: options.out)
    let layout = try SweepLayout(plan) { try shards.readAll($0) }
    let tidy = try StreamedFile(folder: options.out, name: SweepFolder.tables[0])
    let wide = try StreamedFile(folder: options.out, name: SweepFolder.tables[1])
    let database = try sqlite.map { try SweepDatabase(path: $0, plan, layout) }
    let temporaries = [tidy.temporary, wide.temporary] + (database.map { [$0.temporary] } ?? [])
    Interruption.onSignal { for temporary in temporaries { unlink(temporary) } }
    let tables = try SweepTables(plan, layout, tidy: { try tidy.write($0) }, wide: { try wide.write($0) })
    var summary = SweepSummary(plan, layout)
    var means = analysis.means(for: plan)
    try shards.readAll { outcome in
      try tables.add(outcome)
      try database?.add(outcome)
      summary.add(outcome)
      means?.add(outcome)
    }
    let found = try means.map {
      try analysis.analyse(
        $0, of: plan, known: layout.figures.map(\.name), color: Terminal.output.hasColor(unless: noColor),
        width: Terminal.output.width)
    }
    let files = try [tidy, wide].enumerated().map { (name: SweepFolder.tables[$0], sha256: try $1.seal()) }
    try folder.breakSeal(SweepManifest.fileName)
    try tidy.move()
    try wide.move()
    let sealed = try database?.finish()
    try folder.write(
      (found?.files ?? []) + [
        OutputFile(
          name: SweepManifest.fileName,
          contents: SweepManifest.bytes(
            plan, layout, files: files + (found?.seals ?? []), analysis: analysis.arguments, database: sealed))
      ], removing: SweepAnalysis.fileNames)
    try show(summary, found)
    if !options.quiet {
      StandardStreams.note(
        "\(plan.points.count) points of \(shards.count) shards, \(layout.failed) failed: "
          + "\((SweepFolder.tables + (found?.files.map(\.name) ?? [])).joined(separator: ", ")) in \(options.out)"
          + (sqlite.map { ", \($0)" } ?? ""))
    }
  }

  /// A database replaces a database, and nothing else that may be dear to somebody.
  private static func refuseOther(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    let mark = Data("SQLite format 3\0".utf8)
    let head = isFolder.boolValue ? nil : try? FileHandle(forReadingAtPath: path)?.read(upToCount: mark.count)
    guard head != mark else { return }
    throw SweepFault(
      path, found: isFolder.boolValue ? "a folder" : "a file that is no SQLite database",
      wanted: "a new file, or the database of an earlier merge", advice: "take another name")
  }

  private func show(_ summary: SweepSummary, _ analysis: SweepAnalysis?) throws {
    switch format {
    case .table:
      let hasColor = Terminal.output.hasColor(unless: noColor)
      let text = summary.text(color: hasColor, width: Terminal.output.width)
      try StandardStreams.output(text + (analysis.map { "\n" + $0.text } ?? ""))
    case .json: try StandardStreams.output(summary.json())
    case .csv:
      let path = options.out + "/" + SweepFolder.tables[1]
      guard let file = FileHandle(forReadingAtPath: path) else {
        throw OutputError(action: "read", path: path, code: errno)
      }
      defer { try? file.close() }
      while let piece = try file.read(upToCount: 1 << 18), !piece.isEmpty {
        try StandardStreams.output(Array(piece))
      }
    }
  }
}
