/// The last positions that were asked for in a partition, from which the point of its split is chosen.
struct PositionSample: BitwiseCopyable {
  static let size = 64
  private var positions = InlineArray<64, UInt64>(repeating: 0)
  private var added = 0

  /// Positions at hand.
  var count: Int { min(added, Self.size) }

  mutating func add(_ position: UInt64) {
    positions[added % Self.size] = position
    added += 1
  }

  mutating func clear() { added = 0 }

  /// The position before which to split the range from `lower` to `upper`: beside the median, on the side that leaves
  /// more even halves; nil if all is about one item, or nothing was noted.
  ///
  /// The item that most requests are about is so cut off from its neighbours, first on one side and then on the other;
  /// when it is alone, nothing is left to split. `keepsCollections` splits between collections of items only.
  func splitPoint(from lower: UInt64, through upper: UInt64, keepsCollections: Bool) -> UInt64? {
    let collection: UInt64 = keepsCollections ? (1 << KeyPosition.sortBits) - 1 : 0
    var sorted: [UInt64] = []
    for index in 0..<count where positions[index] >= lower && positions[index] <= upper {
      sorted.append(positions[index] & ~collection)
    }
    guard !sorted.isEmpty else { return nil }
    sorted.sort()
    let median = sorted[sorted.count / 2]
    let below = sorted.count { $0 < median }
    let above = sorted.count { $0 > median }
    // The last position of the median's item or collection.
    let last = median | collection
    if below > 0, above == 0 || abs(2 * below - sorted.count) <= abs(2 * above - sorted.count) {
      return median > lower ? median : nil
    }
    return above > 0 && last < upper ? last + 1 : nil
  }
}
