import Foundation

/// What a shard has found so far, on the disk: a journal that a killed process leaves usable.
///
/// A point is a block of lines, and its last line seals it with the number of its rows and a hash. Blocks are only
/// ever added at the end. Whoever opens the journal again cuts off what follows the last sealed block and goes on
/// behind it, so that nothing finished is lost and nothing is done twice. A lock on the file keeps a second writer
/// out; the system lets go of it when a process dies, however it dies. When all points are there, the journal gets its
/// final name by a rename.
public final class ShardFile {
  /// The journal's path while it grows, and the path that it has when it is complete.
  public static func paths(of shard: Shard, in folder: String) -> (journal: String, complete: String) {
    ("\(folder)/\(shard).part", "\(folder)/\(shard).csv")
  }

  private let shard: Shard
  private let paths: (journal: String, complete: String)
  private let file: Int32
  /// How many of the shard's points are on the disk.
  public private(set) var done: Int

  /// The first line of a shard's file.
  static func header(_ plan: PlanFile, _ shard: Shard) -> String {
    "windtunnel-sweep,\(PlanFile.format),\(plan.hash),\(shard.index),\(shard.count)"
  }

  /// Whether the shard is complete in a folder; throws when a file of that name belongs to another plan.
  public static func isComplete(_ shard: Shard, of plan: PlanFile, in folder: String) throws(SweepFault) -> Bool {
    let path = paths(of: shard, in: folder).complete
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? handle.close() }
    let wanted = header(plan, shard) + "\n"
    let found = (try? handle.read(upToCount: wanted.utf8.count)) ?? Data()
    guard found.elementsEqual(wanted.utf8) else {
      throw SweepFault(
        path, found: "a shard of another plan", wanted: "one of the plan \(plan.hash.prefix(12))",
        advice: "take another folder, or remove the file")
    }
    return true
  }

  /// Opens the journal of a shard, or begins it. Throws a `SweepFault` when somebody else writes it or it belongs to
  /// another plan, and an `OutputError` when the file system says no.
  public init(_ shard: Shard, of plan: PlanFile, in folder: String) throws {
    self.shard = shard
    paths = Self.paths(of: shard, in: folder)
    file = open(paths.journal, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw OutputError(action: "write", path: paths.journal, code: errno) }
    done = 0
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      throw SweepFault(
        paths.journal, found: "another process that writes this shard", wanted: "one writer",
        advice: "wait for it, or run another shard")
    }
    let (blocks, end) = try recovered(plan)
    done = blocks
    guard ftruncate(file, off_t(end)) == 0, lseek(file, off_t(end), SEEK_SET) == off_t(end) else {
      throw OutputError(action: "write", path: paths.journal, code: errno)
    }
    if end == 0 { try write(Self.header(plan, shard) + "\n") }
  }

  deinit { close(file) }

  /// Adds the next point of the shard.
  public func append(_ outcome: PointOutcome) throws {
    precondition(outcome.point == shard.point(done), "points come in the shard's order")
    try write(ShardBlock(outcome).text)
    done += 1
  }

  /// Forces what was added to the disk.
  public func synchronize() { fsync(file) }

  /// Gives the complete journal its final name.
  public func complete() throws {
    guard fsync(file) == 0, rename(paths.journal, paths.complete) == 0 else {
      throw OutputError(action: "write", path: paths.complete, code: errno)
    }
  }

  private func write(_ text: String) throws {
    let code = OutputFolder.writeWhole(Array(text.utf8), to: file)
    if code != 0 { throw OutputError(action: "write", path: paths.journal, code: code) }
  }

  /// How many blocks of the journal are sealed, and where the last of them ends.
  private func recovered(_ plan: PlanFile) throws -> (blocks: Int, end: Int) {
    guard let data = FileManager.default.contents(atPath: paths.journal), !data.isEmpty else { return (0, 0) }
    var reader = LineReader(Array(data))
    guard let first = reader.next() else { return (0, 0) }
    guard first == Self.header(plan, shard) else {
      throw SweepFault(
        paths.journal, found: "a shard of another plan", wanted: "one of the plan \(plan.hash.prefix(12))",
        advice: "take another folder, or remove the file")
    }
    var blocks = 0
    var end = reader.offset
    while let block = ShardBlock.next(from: &reader), block.point == shard.point(blocks) {
      blocks += 1
      end = reader.offset
    }
    return (blocks, end)
  }
}

/// A point in a shard's file: its rows, and the line that seals them.
struct ShardBlock {
  let point: Int
  /// Lines without their ends.
  let rows: [String]

  init(_ outcome: PointOutcome) {
    point = outcome.point
    if let failure = outcome.failure {
      rows = ["!" + failure.map { $0.isNewline ? " " : String($0) }.joined()]
    } else {
      rows = outcome.figures.enumerated().flatMap { replication, figures in
        figures.map { "\(replication),\($0.unit),\($0.value),\($0.name)" }
      }
    }
  }

  private init(point: Int, rows: [String]) {
    self.point = point
    self.rows = rows
  }

  /// The point as it was written.
  var outcome: PointOutcome? {
    if rows.count == 1, rows[0].hasPrefix("!") {
      return PointOutcome(point: point, figures: [], failure: String(rows[0].dropFirst()))
    }
    var figures: [[PointFigure]] = []
    for row in rows {
      let cells = row.split(separator: ",", maxSplits: 3, omittingEmptySubsequences: false)
      guard cells.count == 4, let replication = Int(cells[0]), let value = Double(cells[2]) else { return nil }
      if replication == figures.count { figures.append([]) }
      guard replication == figures.count - 1 else { return nil }
      figures[replication].append(PointFigure(name: String(cells[3]), unit: String(cells[1]), value: value))
    }
    return PointOutcome(point: point, figures: figures, failure: nil)
  }

  var text: String { rows.map { $0 + "\n" }.joined() + seal + "\n" }

  private var seal: String {
    var digest = RunningDigest()
    for row in rows { for byte in row.utf8 { digest.mix(UInt64(byte)) } }
    return "=\(point),\(rows.count),\(digest.hexadecimal)"
  }

  /// A block of rows with the line after them; nil when that does not seal them.
  init?(rows: [String], sealed line: String) {
    guard line.hasPrefix("="), let point = Int(line.dropFirst().prefix { $0 != "," }) else { return nil }
    self.init(point: point, rows: rows)
    guard seal == line else { return nil }
  }

  /// The next block; nil at the end, and where a block is not sealed.
  static func next(from reader: inout LineReader) -> ShardBlock? {
    var rows: [String] = []
    while let line = reader.next() {
      if line.hasPrefix("=") { return ShardBlock(rows: rows, sealed: line) }
      rows.append(line)
    }
    return nil
  }
}

/// Whole lines of a file's bytes; a last line without its end is none.
struct LineReader {
  private let bytes: [UInt8]
  /// Where the next line begins.
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> String? {
    guard let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    defer { offset = end + 1 }
    return String(decoding: bytes[offset..<end], as: UTF8.self)
  }
}
