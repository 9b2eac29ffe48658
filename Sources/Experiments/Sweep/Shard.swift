/// A part of a sweep's points: `index`, `index + count`, `index + 2 count`, .., which spreads slow points evenly.
public struct Shard: Hashable, Sendable, CustomStringConvertible {
  /// 0 to `count - 1`.
  public let index: Int
  /// How many shards the sweep is cut into, at least 1.
  public let count: Int

  /// The whole sweep.
  public static let whole = Shard(index: 0, count: 1)

  /// A shard; nil unless `count` is 1 to 100,000 and `index` is below it.
  public init?(index: Int, of count: Int) {
    guard (1...100_000).contains(count), (0..<count).contains(index) else { return nil }
    self.init(index: index, count: count)
  }

  private init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  /// How many of so many points it has; 0 when there are fewer points than shards before it.
  public func points(of total: Int) -> Int { total > index ? (total - index - 1) / count + 1 : 0 }

  /// The number of its point at a place, 0 for its first.
  public func point(_ place: Int) -> Int { index + place * count }

  /// `shard-00003-of-00016`: the name of its file without an ending.
  public var description: String { "shard-\(Self.padded(index))-of-\(Self.padded(count))" }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
