import Foundation

/// The complete shards of one plan in a folder, read point by point in the plan's order.
///
/// Each shard is read a piece at a time, so that memory holds a few blocks and not the sweep, however many there are.
public final class ShardSet {
  /// How many shards the sweep was cut into.
  public let count: Int
  private let total: Int
  private var readers: [ShardReader]

  /// Finds the shards in `folder`. Throws `SweepFault` when they belong to another plan or some are missing.
  public init(of plan: PlanFile, in folder: String) throws(SweepFault) {
    total = plan.points.count
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    let counts = Set(names.compactMap(Self.shard(of:)).map(\.count)).sorted()
    guard !counts.isEmpty else {
      throw SweepFault(folder, found: "no shards", wanted: "those of a sweep", advice: "run it with `sweep run`")
    }
    var gaps: [(count: Int, missing: [Int])] = []
    for count in counts {
      var missing: [Int] = []
      for index in 0..<count {
        guard let shard = Shard(index: index, of: count) else { continue }
        if try !ShardFile.isComplete(shard, of: plan, in: folder) { missing.append(index) }
      }
      gaps.append((count, missing))
      if missing.isEmpty { break }
    }
    guard let complete = gaps.last, complete.missing.isEmpty else {
      let gap = gaps.min { $0.missing.count < $1.missing.count } ?? gaps[0]
      throw SweepFault(
        folder, found: "\(gap.count - gap.missing.count) of \(gap.count) shards", wanted: "all of them",
        advice: "run the missing ones: " + Self.ranges(gap.missing))
    }
    count = complete.count
    let piece = max(4_096, min(1 << 18, (16 << 20) / complete.count))
    readers = (0..<complete.count).compactMap { index in
      Shard(index: index, of: complete.count).map {
        ShardReader(path: ShardFile.paths(of: $0, in: folder).complete, piece: piece)
      }
    }
    for index in readers.indices { _ = readers[index].line() }
  }

  /// Gives every point in its order. Throws `SweepFault` when a file is not as it was written.
  public func readAll(_ body: (PointOutcome) throws -> Void) throws {
    for point in 0..<total {
      let place = point % count
      guard let block = readers[place].block(), block.point == point, let outcome = block.outcome else {
        throw SweepFault(
          readers[place].path, found: "no sound block of point \(point)", wanted: "a shard as `sweep run` wrote it",
          advice: "remove the file and run the shard again")
      }
      try body(outcome)
    }
  }

  /// The shard of a file's name; nil for other files.
  private static func shard(of name: String) -> Shard? {
    guard name.hasPrefix("shard-"), name.hasSuffix(".csv") else { return nil }
    let parts = name.dropFirst(6).dropLast(4).components(separatedBy: "-of-")
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    return Shard(index: index, of: count)
  }

  /// `0,3-5`: numbers in order, as an array job takes them.
  public static func ranges(_ numbers: [Int]) -> String {
    var parts: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = parts.last, last.upperBound + 1 == number {
        parts[parts.count - 1] = last.lowerBound...number
      } else {
        parts.append(number...number)
      }
    }
    return parts.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
  }
}

/// A file read line by line from pieces; it is open only while a piece is read.
private struct ShardReader {
  let path: String
  private let piece: Int
  private var offset: UInt64 = 0
  private var buffer: [UInt8] = []
  private var start = 0

  init(path: String, piece: Int) {
    self.path = path
    self.piece = piece
  }

  /// The next block; nil at the end and where the file is broken.
  mutating func block() -> ShardBlock? {
    var rows: [String] = []
    while let line = line() {
      if line.hasPrefix("=") { return ShardBlock(rows: rows, sealed: line) }
      rows.append(line)
    }
    return nil
  }

  /// The next whole line; nil at the end.
  mutating func line() -> String? {
    while true {
      if let end = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return String(decoding: buffer[start..<end], as: UTF8.self)
      }
      guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
      defer { try? handle.close() }
      guard (try? handle.seek(toOffset: offset)) != nil, let data = try? handle.read(upToCount: piece), !data.isEmpty
      else { return nil }
      offset += UInt64(data.count)
      buffer.removeFirst(start)
      start = 0
      buffer.append(contentsOf: data)
    }
  }
}
