import Foundation

/// A sweep's folder before something new is written into it: nothing of another sweep may be lost by accident.
public struct SweepFolder: Sendable {
  private let path: String
  /// Hash of the plan that the folder is to hold.
  private let hash: String
  /// Shards of other plans, complete ones or journals with a point at least.
  public let strangers: [String]
  /// Whether the tables there belong to another plan, or to something that is no sweep.
  public let hasForeignTables: Bool

  /// Whether a job of another plan was submitted from there.
  public let hasForeignJob: Bool

  /// Names of the tables and their seal, which is the last.
  public static let tables = ["results.csv", "points.csv", "manifest.json"]

  /// Names of what a merge may make of the tables.
  public static let analyses = ["sensitivity.csv", "fit.csv", "residuals.csv"]

  /// What a folder holds that is not of the plan with a hash; nothing, where there is no folder yet.
  public init(_ path: String, planHash hash: String) {
    self.path = path
    self.hash = hash
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    strangers = names.filter { Self.isShard($0) && Self.isStrange(path + "/" + $0, hash) }
    hasForeignTables = Self.lacks(hash, path + "/manifest.json")
    hasForeignJob = Self.lacks(hash, path + "/" + Submission.fileName)
  }

  /// Throws a `SweepFault` where a folder is that of another plan, or has tables of something else: shards in it could
  /// never be merged. It looks at three files only, so that a thousand shards may ask. `plan` is the plan's own file.
  public static func refuseOther(_ path: String, plan: PlanFile, at planPath: String) throws(SweepFault) {
    let own = path + "/" + PlanFile.fileName
    let isSame =
      URL(fileURLWithPath: own).resolvingSymlinksInPath()
      == URL(fileURLWithPath: planPath)
      .resolvingSymlinksInPath()
    let other = isSame ? nil : FileManager.default.contents(atPath: own)
    guard
      other.map({ SHA256.hexadecimal(of: Array($0)) != plan.hash }) ?? false
        || lacks(plan.hash, path + "/manifest.json")
    else { return }
    throw SweepFault(
      path, found: "the plan or the tables of something else", wanted: "a folder of this plan",
      advice: "take another folder")
  }

  /// Whether a file is there and does not hold a plan's hash.
  private static func lacks(_ hash: String, _ path: String) -> Bool {
    FileManager.default.contents(atPath: path).map { !String(decoding: $0, as: UTF8.self).contains(hash) } ?? false
  }

  /// Whether `sweep.json` is there with exactly these bytes.
  public func holds(_ bytes: [UInt8]) -> Bool {
    FileManager.default.contents(atPath: path + "/" + PlanFile.fileName).map { $0.elementsEqual(bytes) } ?? false
  }

  /// Throws a `SweepFault` that says what of another sweep a new plan would make useless.
  public func refuseStrangers() throws(SweepFault) {
    guard !strangers.isEmpty || hasForeignTables || hasForeignJob else { return }
    let complete = strangers.filter { $0.hasSuffix(".csv") }.count
    let parts = [
      complete > 0 ? "\(complete) complete shard\(complete == 1 ? "" : "s")" : nil,
      strangers.count > complete ? "\(strangers.count - complete) unfinished" : nil, hasForeignTables ? "tables" : nil,
      hasForeignJob ? "a submitted job" : nil,
    ].compactMap { $0 }
    throw SweepFault(
      path, found: parts.joined(separator: ", ") + " of another plan", wanted: "a folder without any",
      advice: "take another folder, or remove them with --force")
  }

  /// Removes what is not of this plan. Throws a `SweepFault` when a process still writes one of the shards, and then
  /// removes nothing; an `OutputError` when the file system says no.
  public func removeStrangers() throws {
    var locks: [Int32] = []
    defer { for lock in locks { close(lock) } }
    for name in strangers where name.hasSuffix(".part") {
      let file = open(path + "/" + name, O_RDWR | O_CLOEXEC | O_NOFOLLOW)
      guard file >= 0 else { continue }
      locks.append(file)
      guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        throw SweepFault(
          path + "/" + name, found: "another process that writes this shard", wanted: "none", advice: "wait for it")
      }
    }
    let tables = hasForeignTables ? Self.tables.reversed() + Self.analyses : []
    let job = hasForeignJob ? [Submission.fileName] : []
    for name in tables + job + strangers where unlink(path + "/" + name) != 0 && errno != ENOENT {
      throw OutputError(action: "remove", path: path + "/" + name, code: errno)
    }
  }

  private static func isShard(_ name: String) -> Bool {
    name.hasPrefix("shard-") && name.contains("-of-") && (name.hasSuffix(".csv") || name.hasSuffix(".part"))
  }

  /// Whether a file is a shard of another plan that has something in it.
  private static func isStrange(_ path: String, _ hash: String) -> Bool {
    var reader = BlockReader(path: path, piece: 4_096)
    guard let line = try? reader.line() else { return false }
    let cells = line.split(separator: ",", omittingEmptySubsequences: false)
    if cells.count == 5, cells[2] == hash { return false }
    if path.hasSuffix(".csv") { return true }
    if case .block = try? reader.next() { return true }
    return false
  }
}
