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

  /// Names of the tables and their seal, which is the last.
  public static let tables = ["results.csv", "points.csv", "manifest.json"]

  /// What a folder holds that is not of the plan with a hash; nothing, where there is no folder yet.
  public init(_ path: String, planHash hash: String) {
    self.path = path
    self.hash = hash
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    strangers = names.filter { Self.isShard($0) && Self.isStrange(path + "/" + $0, hash) }
    let manifest = FileManager.default.contents(atPath: path + "/manifest.json")
    hasForeignTables = manifest.map { !String(decoding: $0, as: UTF8.self).contains(hash) } ?? false
  }

  /// Whether `sweep.json` is there with exactly these bytes.
  public func holds(_ bytes: [UInt8]) -> Bool {
    FileManager.default.contents(atPath: path + "/" + PlanFile.fileName).map { $0.elementsEqual(bytes) } ?? false
  }

  /// Throws a `SweepFault` that says what of another sweep a new plan would make useless.
  public func refuseStrangers() throws(SweepFault) {
    guard !strangers.isEmpty || hasForeignTables else { return }
    let complete = strangers.filter { $0.hasSuffix(".csv") }.count
    let parts = [
      complete > 0 ? "\(complete) complete shard\(complete == 1 ? "" : "s")" : nil,
      strangers.count > complete ? "\(strangers.count - complete) unfinished" : nil, hasForeignTables ? "tables" : nil,
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
    let tables = hasForeignTables ? Self.tables.reversed() : []
    for name in tables + strangers where unlink(path + "/" + name) != 0 && errno != ENOENT {
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
