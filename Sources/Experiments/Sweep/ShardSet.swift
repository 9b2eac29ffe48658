import Foundation

/// The complete shards of one plan in a folder, read point by point in the plan's order.
///
/// Each shard is read a piece at a time, so that memory holds a few blocks and not the sweep, however many there are.
public struct ShardSet: Sendable {
  /// How many shards the sweep was cut into.
  public let count: Int
  private let total: Int
  private let folder: String

  /// Finds the shards in `folder`; where they are there in several counts, the least that is complete.
  ///
  /// Throws `SweepFault` when one belongs to another plan, or some are missing: it names these as an array job takes
  /// them, and the points.
  public init(of plan: PlanFile, in folder: String) throws(SweepFault) {
    self.folder = folder
    total = plan.points.count
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    let shards = names.compactMap(Self.shard(of:))
    let counts = Set(shards.map(\.count)).sorted()
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
    guard let last = gaps.last, let complete = gaps.min(by: { $0.missing.count < $1.missing.count }) else {
      preconditionFailure("there is a count of shards")
    }
    guard last.missing.isEmpty else { throw Self.incomplete(complete.count, complete.missing, plan, folder) }
    count = last.count
  }

  /// Gives every point in its order; it may be asked again. Throws `SweepFault` when a file is not as it was written,
  /// `OutputError` when one cannot be read, and what `body` throws.
  public func readAll(_ body: (PointOutcome) throws -> Void) throws {
    let piece = max(4_096, min(1 << 18, (16 << 20) / count))
    var readers: [BlockReader] = []
    for index in 0..<count {
      guard let shard = Shard(index: index, of: count) else { continue }
      readers.append(BlockReader(path: ShardFile.paths(of: shard, in: folder).complete, piece: piece))
      _ = try readers[index].line()
    }
    for point in 0..<total {
      let place = point % count
      guard case .block(let block, _) = try readers[place].next(), block.point == point, let outcome = block.outcome
      else { throw ShardFile.broken(readers[place].path, at: point) }
      try body(outcome)
    }
    for index in readers.indices {
      guard case .end = try readers[index].next() else { throw ShardFile.broken(readers[index].path, at: nil) }
    }
  }

  private static func incomplete(_ count: Int, _ missing: [Int], _ plan: PlanFile, _ folder: String) -> SweepFault {
    let shards = missing.compactMap { Shard(index: $0, of: count) }
    let lost = shards.reduce(0) { $0 + $1.points(of: plan.points.count) }
    // The first points of the missing shards are the least that are missing, as far as shards go.
    let first = shards.filter { $0.points(of: plan.points.count) > 0 }.prefix(5).map { "\($0.index)" }
    let shown = first.isEmpty ? "" : " (\(first.joined(separator: ", "))\(lost > first.count ? ", .." : ""))"
    return SweepFault(
      folder, found: "\(count - missing.count) of \(count) shards, and \(lost) points missing\(shown)",
      wanted: "all of them", advice: "run the missing ones with --shards \(count), as an array \(ranges(missing))")
  }

  /// The shard of a file's name; nil for other files.
  static func shard(of name: String) -> Shard? {
    guard name.hasPrefix("shard-"), name.hasSuffix(".csv") else { return nil }
    let parts = name.dropFirst(6).dropLast(4).components(separatedBy: "-of-")
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]),
      let shard = Shard(index: index, of: count), name == "\(shard).csv"
    else { return nil }
    return shard
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
