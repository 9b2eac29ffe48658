import Engine

/// Zipf's law over any number of keys, drawn in constant time and from at most 21 KB.
///
/// Rejection under a staircase (Devroye, *Non-Uniform Random Variate Generation*, 1986, section II.3). Keys are cut into
/// blocks, the first 64 of one key each, later ones of a 32nd of their first key, 650 for 4,000,000,000 keys. A block is
/// drawn as if each of its keys had the weight of its first, a key of it evenly, and the key kept with the ratio of its
/// weight to the first one's; otherwise all is drawn again. No term of the law is approximated and no sum of it needed;
/// a key's probability is off by 2^-36 of itself at most. Each power is taken once before the run, and again for the few
/// draws, 3 % times the exponent, that are not kept for sure.
struct ZipfTable: BitwiseCopyable {
  private let columns: UnsafePointer<AliasEntry>
  private let blocks: UnsafePointer<ZipfBlock>
  private let blockCount: UInt64
  private let exponent: Double

  /// The count is 1 to 4,000,000,000, the exponent above 0 and at most 10.
  init(count: Int, exponent: Double, memory: PlainMemory) {
    precondition(1...KeyDistribution.countMax ~= count, "Zipf's law needs a key, and at most 4,000,000,000")
    precondition(exponent > 0 && exponent <= 10, "the exponent of Zipf's law is above 0, at most 10")
    var blocks: [ZipfBlock] = []
    var weights: [Double] = []
    var first = 1
    while first <= count {
      let width = min(max(1, first / 32), count - first + 1)
      let lowest = Portable.pow(Double(first + width - 1) / Double(first), -exponent)
      blocks.append(
        ZipfBlock(
          first: UInt32(first), width: UInt32(width), sure: lowest < 1 ? UInt64(lowest * 0x1p64) : UInt64.max))
      weights.append(Double(width) * Portable.pow(Double(first), -exponent))
      first += width
    }
    columns = UnsafePointer(memory.copy(AliasEntry.table(weights)))
    self.blocks = UnsafePointer(memory.copy(blocks))
    blockCount = UInt64(blocks.count)
    self.exponent = exponent
  }

  /// A key from 0 on.
  @inline(__always) func draw(_ stream: inout RandomStream) -> UInt32 {
    while true {
      let block = blocks + Int(AliasEntry.draw(columns, count: blockCount, &stream))
      let first = block.pointee.first
      if block.pointee.width == 1 { return first &- 1 }
      // The product has the place in the block above and an even number below, by which the key is kept or not.
      let product = stream.next().multipliedFullWidth(by: UInt64(block.pointee.width))
      let key = first &+ UInt32(truncatingIfNeeded: product.high)
      if product.low < block.pointee.sure || isKept(key, first, product.low) { return key &- 1 }
    }
  }

  @inline(never) private func isKept(_ key: UInt32, _ first: UInt32, _ chance: UInt64) -> Bool {
    Double(chance) * 0x1p-64 < Portable.pow(Double(key) / Double(first), -exponent)
  }
}

/// Neighbouring keys of Zipf's law, counted from 1.
struct ZipfBlock: BitwiseCopyable {
  let first: UInt32
  let width: UInt32
  /// Times 2^-64 the weight of the last key over that of the first: below it every key is kept.
  let sure: UInt64
}
