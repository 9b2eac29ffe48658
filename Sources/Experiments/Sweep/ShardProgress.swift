import Foundation

/// How far the shards of a sweep are, read from their files while others write them.
///
/// A look reads only what was added since the last one. It takes no lock and changes nothing, so it may be taken from
/// any machine that sees the folder.
public struct ShardProgress {
  private let plan: PlanFile
  private let shards: Int
  private let folder: String
  /// Of each shard that is not complete: its sealed points, and where the last of them ends in its journal.
  private var journals: [(points: Int, end: UInt64)]
  private var complete: Set<Int> = []

  /// Nothing is known until the first `look`.
  public init(of plan: PlanFile, shards: Int, in folder: String) {
    self.plan = plan
    self.shards = shards
    self.folder = folder
    journals = Array(repeating: (0, 0), count: shards)
  }

  /// Shards that are not complete, in order.
  public var missing: [Int] { (0..<shards).filter { !complete.contains($0) } }

  /// Whether every shard is complete.
  public var isComplete: Bool { complete.count == shards }

  /// Points that are on the disk.
  public var points: Int {
    (0..<shards).reduce(0) { sum, index in
      sum + (complete.contains(index) ? size(index) : min(size(index), journals[index].points))
    }
  }

  /// Reads what is new. Throws `SweepFault` when a shard belongs to another plan.
  public mutating func look() throws(SweepFault) {
    for index in 0..<shards where !complete.contains(index) {
      guard let shard = Shard(index: index, of: shards) else { continue }
      if try ShardFile.isComplete(shard, of: plan, in: folder) {
        complete.insert(index)
      } else {
        read(ShardFile.paths(of: shard, in: folder).journal, of: index)
      }
    }
  }

  private func size(_ index: Int) -> Int { Shard(index: index, of: shards)?.points(of: plan.points.count) ?? 0 }

  /// Counts the lines that seal a point. What stands behind the last of them may be cut off by whoever resumes, and is
  /// read again.
  private mutating func read(_ path: String, of index: Int) {
    guard let handle = FileHandle(forReadingAtPath: path) else { return }
    defer { try? handle.close() }
    // A journal that was removed by hand and begun anew is shorter.
    if let size = try? handle.seekToEnd(), size < journals[index].end { journals[index] = (0, 0) }
    guard (try? handle.seek(toOffset: journals[index].end)) != nil, let data = try? handle.readToEnd() else { return }
    var start = data.startIndex
    var sealed = start
    while let end = data[start...].firstIndex(of: UInt8(ascii: "\n")) {
      if data[start] == UInt8(ascii: "=") {
        journals[index].points += 1
        sealed = end + 1
      }
      start = end + 1
    }
    journals[index].end += UInt64(sealed - data.startIndex)
  }
}
