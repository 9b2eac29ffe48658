import Engine

/// Which of a key space's keys requests are about: how many there are, and how often each is asked for.
///
/// Keys are numbers below `count`; where some are asked for more often than others, 0 is the hottest. Two requests for
/// one number are about the same item.
public struct KeyDistribution: Hashable, Sendable {
  /// How often each key is asked for.
  public enum Law: Hashable, Sendable {
    /// All alike.
    case uniform
    /// Key k, from 0, in proportion to 1 / (k + 1)^exponent; the exponent is above 0, at most 10.
    case zipf(exponent: Double)
    /// The first `keys` together take `share` (0 to 1) of the requests, all others the rest; alike within both.
    case hot(keys: Int, share: Double)
    /// All alike, but always at the end of the key's items: sort keys that grow, such as times.
    case monotonic
    /// Key k in proportion to `weights[k]`; at least one is above 0.
    case given(weights: [Double])
  }

  /// Distinct keys, 1 to 4,000,000,000.
  public var count: Int
  /// How often each is asked for.
  public var law: Law

  /// A key space with its law.
  public init(count: Int, law: Law = .uniform) {
    self.count = count
    self.law = law
  }
}

/// A key distribution made ready for drawing; plain memory.
struct KeySampler: BitwiseCopyable {
  private let count: UInt64
  /// Whether requests go to the end of a key's items.
  let isMonotonic: Bool

  /// `memory` owns the tables.
  init(_ distribution: KeyDistribution, memory: PlainMemory) {
    count = UInt64(distribution.count)
    isMonotonic = distribution.law == .monotonic
  }

  /// The key of one request.
  @inline(__always) func draw(_ stream: inout RandomStream) -> UInt32 {
    UInt32(truncatingIfNeeded: stream.nextIndex(below: count))
  }
}

/// Where a key lies in the space that partitions divide: the hash of its partition key, and behind it a place among the
/// items of that key.
///
/// The upper 40 bits are the hash, the lower 24 the place, so that whole collections of items lie together.
struct KeyPosition {
  /// Bits of the place within a collection.
  static let sortBits: UInt64 = 24

  /// The place of a key's first item.
  @inline(__always) static func start(of key: UInt32) -> UInt64 { Stream.hash(key) & ~((1 << sortBits) - 1) }
}
