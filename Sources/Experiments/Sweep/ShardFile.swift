import Foundation

/// What a shard has found so far, on the disk: a journal that a killed process leaves usable.
///
/// A point is a sealed block, added at the end as soon as it is finished, in any order. Whoever opens the journal again
/// cuts off what follows the last sealed block and simulates what is missing, so that nothing finished is lost and
/// nothing is done twice. A lock on the file keeps a second writer out; the system lets go of it when a process dies,
/// however it dies. When all points are there, they get the shard's final name, in the shard's order, by a rename.
public final class ShardFile {
  /// The journal's path while it grows, and the path that the shard has when it is complete.
  public static func paths(of shard: Shard, in folder: String) -> (journal: String, complete: String) {
    ("\(folder)/\(shard).part", "\(folder)/\(shard).csv")
  }

  private let shard: Shard
  private let folder: String
  private let paths: (journal: String, complete: String)
  private let file: Int32
  /// Where each of the shard's points stands in the journal; empty for those that are missing.
  private var blocks: [Range<Int>]
  /// Where the last sealed block ends.
  private var end = 0
  /// How many of the shard's points are on the disk.
  public private(set) var done = 0

  /// The first line of a shard's file.
  static func header(_ plan: PlanFile, _ shard: Shard) -> String {
    "\(mark)\(PlanFile.format),\(plan.hash),\(shard.index),\(shard.count)"
  }

  private static let mark = "windtunnel-sweep,"

  /// Whether the shard is complete in a folder, by its first line; throws when a file of that name belongs to another
  /// plan, or cannot be read.
  public static func isComplete(_ shard: Shard, of plan: PlanFile, in folder: String) throws(SweepFault) -> Bool {
    let path = paths(of: shard, in: folder).complete
    guard access(path, F_OK) == 0 else { return false }
    var reader = BlockReader(path: path, piece: 4_096)
    let line: String?
    do { line = try reader.line() } catch {
      throw SweepFault(path, found: "a file that cannot be read", wanted: "a shard", advice: "check its permissions")
    }
    try checkHeader(line, of: path, plan, shard)
    return true
  }

  /// As `isComplete`, and reads the file to its end. Throws a `SweepFault` when anything in it is not as it was
  /// written, and an `OutputError` when it cannot be read.
  static func isSound(_ shard: Shard, of plan: PlanFile, in folder: String) throws -> Bool {
    guard try isComplete(shard, of: plan, in: folder) else { return false }
    let path = paths(of: shard, in: folder).complete
    var reader = BlockReader(path: path)
    _ = try reader.line()
    for place in 0..<shard.points(of: plan.points.count) {
      guard case .block(let block, _) = try reader.next(), block.point == shard.point(place) else {
        throw broken(path, at: shard.point(place))
      }
    }
    guard case .end = try reader.next() else { throw broken(path, at: nil) }
    return true
  }

  /// Opens the journal of a shard, or begins it; nil when the shard has become complete meanwhile.
  ///
  /// Throws a `SweepFault` when somebody else writes it, when it belongs to another plan, or when something in its
  /// middle is not as it was written, and an `OutputError` when the file system says no.
  public init?(_ shard: Shard, of plan: PlanFile, in folder: String) throws {
    self.shard = shard
    self.folder = folder
    paths = Self.paths(of: shard, in: folder)
    blocks = Array(repeating: 0..<0, count: shard.points(of: plan.points.count))
    file = try Self.locked(paths.journal)
    if try Self.isSound(shard, of: plan, in: folder) {
      // A process was stopped between giving the shard its name and removing the journal.
      unlink(paths.journal)
      return nil
    }
    try recover(plan)
    guard ftruncate(file, off_t(end)) == 0, lseek(file, off_t(end), SEEK_SET) == off_t(end) else {
      throw OutputError(action: "write", path: paths.journal, code: errno)
    }
    if end == 0 { try add(Array((Self.header(plan, shard) + "\n").utf8)) }
  }

  deinit { close(file) }

  /// Places of the shard's points that are missing, in order.
  public var missing: [Int] { blocks.indices.filter { blocks[$0].isEmpty } }

  /// Adds a point of the shard that is missing. When that fails, the journal is as it was before.
  public func append(_ outcome: PointOutcome) throws {
    let place = (outcome.point - shard.index) / shard.count
    precondition(shard.point(place) == outcome.point, "a shard gets its own points")
    precondition(blocks[place].isEmpty, "a point is finished once")
    let begin = end
    try add(ShardBlock.bytes(outcome))
    blocks[place] = begin..<end
    done += 1
  }

  /// Forces what was added to the disk.
  public func synchronize() throws {
    guard fsync(file) == 0 else { throw OutputError(action: "write", path: paths.journal, code: errno) }
  }

  /// Gives the complete journal its final name; first brings its blocks into the shard's order, where they are not.
  public func complete() throws {
    precondition(done == blocks.count, "a complete shard has all of its points")
    try synchronize()
    if zip(blocks, blocks.dropFirst()).allSatisfy({ $0.lowerBound < $1.lowerBound }) {
      guard rename(paths.journal, paths.complete) == 0 else {
        throw OutputError(action: "write", path: paths.complete, code: errno)
      }
    } else {
      let ordered = try StreamedFile(folder: folder, name: "\(shard).csv")
      try ordered.write(read(0..<(blocks.map(\.lowerBound).min() ?? end)))
      for block in blocks { try ordered.write(read(block)) }
      try ordered.finish()
      unlink(paths.journal)
    }
    OutputFolder.synchronize(folder)
  }
}

// MARK: - Steps

extension ShardFile {
  /// The journal, open and locked by this process alone.
  ///
  /// Between opening and locking, another process may give the file its final name; what is locked then is no journal
  /// any more, so the lock counts only while the path still leads to the file.
  private static func locked(_ path: String) throws -> Int32 {
    while true {
      let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard file >= 0 else { throw OutputError(action: "write", path: path, code: errno) }
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(file)
        guard code == EWOULDBLOCK else { throw OutputError(action: "lock", path: path, code: code) }
        throw SweepFault(
          path, found: "another process that writes this shard", wanted: "one writer",
          advice: "wait for it, or run another shard")
      }
      var opened = stat()
      var named = stat()
      if fstat(file, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino,
        opened.st_dev == named.st_dev
      {
        return file
      }
      close(file)
    }
  }

  /// Finds the sealed blocks of the journal, and where the last of them ends.
  private func recover(_ plan: PlanFile) throws {
    var reader = BlockReader(path: paths.journal)
    guard let first = try reader.line() else {
      // A writer that was stopped within the first line leaves a part of it, and nothing else.
      let header = Array((Self.header(plan, shard) + "\n").utf8)
      let found = try reader.rest(header.count)
      guard header.starts(with: found) else { throw Self.foreign(paths.journal, plan) }
      return
    }
    try Self.checkHeader(first, of: paths.journal, plan, shard)
    end = reader.offset
    while true {
      switch try reader.next() {
      case .end, .torn: return
      case .broken: throw Self.broken(paths.journal, at: nil)
      case .block(let block, let range):
        let (place, rest) = (block.point - shard.index).quotientAndRemainder(dividingBy: shard.count)
        guard rest == 0, blocks.indices.contains(place), blocks[place].isEmpty else {
          throw Self.broken(paths.journal, at: block.point)
        }
        blocks[place] = range
        end = range.upperBound
        done += 1
      }
    }
  }

  private func add(_ bytes: [UInt8]) throws {
    let code = OutputFolder.writeWhole(bytes, to: file)
    guard code == 0 else {
      ftruncate(file, off_t(end))
      lseek(file, off_t(end), SEEK_SET)
      throw OutputError(action: "write", path: paths.journal, code: code)
    }
    end += bytes.count
  }

  private func read(_ range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes {
        pread(file, $0.baseAddress! + done, $0.count - done, off_t(range.lowerBound + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw OutputError(action: "read", path: paths.journal, code: count < 0 ? errno : EIO) }
      done += count
    }
    return bytes
  }

  /// Throws a `SweepFault` unless a file's first line is that of the shard.
  static func checkHeader(_ line: String?, of path: String, _ plan: PlanFile, _ shard: Shard) throws(SweepFault) {
    guard line != header(plan, shard) else { return }
    guard let line, line.hasPrefix(mark) else { throw foreign(path, plan) }
    let cells = line.split(separator: ",", omittingEmptySubsequences: false)
    if cells.count == 5, cells[1] != "\(PlanFile.format)" {
      throw SweepFault(
        path, found: "a shard of format \(cells[1])", wanted: "one of format \(PlanFile.format)",
        advice: "merge it with the version that wrote it, or run the sweep anew in another folder")
    }
    guard cells.count == 5, cells[2] == plan.hash else { throw foreign(path, plan) }
    throw SweepFault(
      path, found: "shard \(cells[3]) of \(cells[4])", wanted: "shard \(shard.index) of \(shard.count), as it is named",
      advice: "give the file its own name again")
  }

  private static func foreign(_ path: String, _ plan: PlanFile) -> SweepFault {
    SweepFault(
      path, found: "a shard of another plan", wanted: "one of the plan \(plan.hash.prefix(12))",
      advice: "take another folder, or remove the file")
  }

  static func broken(_ path: String, at point: Int?) -> SweepFault {
    SweepFault(
      path, found: point.map { "no sound block of point \($0)" } ?? "a block that is not as it was written",
      wanted: "a shard as `sweep run` wrote it", advice: "remove the file and run the shard again")
  }
}
