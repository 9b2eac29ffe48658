/// Where a key lies in the space that partitions divide: the hash of its partition key, and behind it a place among the
/// items of that key.
///
/// The upper 40 bits are the hash, the lower 24 the place, so that whole collections of items lie together. Of n keys
/// about n^2 / 2^41 pairs share all 40 bits, 45 of ten million keys, and lie as one collection.
struct KeyPosition {
  /// Bits of the place within a collection.
  static let sortBits: UInt64 = 24

  /// The place of a key's first item.
  @inline(__always) static func start(of key: UInt32) -> UInt64 { Stream.hash(key) & ~((1 << sortBits) - 1) }

  /// The place behind all items of a key, where sort keys that grow add theirs.
  @inline(__always) static func end(of key: UInt32) -> UInt64 { Stream.hash(key) | ((1 << sortBits) - 1) }
}
