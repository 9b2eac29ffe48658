import Engine

/// A key distribution made ready for drawing: plain memory of 24 bytes, whatever the size of the key space.
///
/// The same stream gives the same keys on every machine. The owner of the memory that the sampler was made with must
/// outlive it.
struct KeySampler: BitwiseCopyable {
  private enum Kind: UInt8, BitwiseCopyable {
    case uniform, zipf, hot, given
  }

  /// Where in a key's collection of items a request goes.
  private enum Place: UInt8, BitwiseCopyable {
    case first, anywhere, last
  }

  /// Distinct keys.
  let count: UInt64
  /// What the law draws by; nil for the uniform one.
  private let table: UnsafeRawPointer?
  private let kind: Kind
  private let place: Place
  /// The items of a key.
  private let itemsPerKey: UInt32

  /// `memory` owns the tables. Traps if the distribution is out of its ranges, which `KeyDistribution` names.
  ///
  /// With more than one of `itemsPerKey` a request is about any of them alike, or behind them if the law is monotonic.
  /// All items of a key lie at one place if nothing `dividesCollections`: in a table with local indexes.
  init(
    _ distribution: KeyDistribution, itemsPerKey: Int = 1, dividesCollections: Bool = true, memory: PlainMemory
  ) {
    precondition(1...KeyDistribution.countMax ~= distribution.count, "a key space has 1 to 4,000,000,000 keys")
    precondition(1...Int(UInt32.max) ~= itemsPerKey, "a key has an item, and at most 2^32 - 1")
    count = UInt64(distribution.count)
    self.itemsPerKey = UInt32(itemsPerKey)
    var place = itemsPerKey > 1 ? Place.anywhere : .first
    switch distribution.law {
    case .uniform: (kind, table) = (.uniform, nil)
    case .monotonic:
      (kind, table) = (.uniform, nil)
      place = .last
    case .zipf(let exponent):
      kind = .zipf
      table = UnsafeRawPointer(memory.copy([ZipfTable(count: distribution.count, exponent: exponent, memory: memory)]))
    case .hot(let keys, let share):
      kind = .hot
      table = UnsafeRawPointer(memory.copy([HotTable(keys: keys, of: distribution.count, share: share)]))
    case .given(let weights):
      precondition(weights.count == distribution.count, "every key has a weight")
      kind = .given
      table = UnsafeRawPointer(memory.copy(AliasEntry.table(weights)))
    }
    self.place = dividesCollections ? place : .first
  }

  /// The key of one request, below `count`.
  @inline(__always) func draw(_ stream: inout RandomStream) -> UInt32 {
    guard kind != .uniform else { return UInt32(truncatingIfNeeded: stream.nextIndex(below: count)) }
    return drawUneven(&stream)
  }

  /// Where a request for the key goes in the space that partitions divide. Draws only if the key has several items.
  @inline(__always) func position(of key: UInt32, _ stream: inout RandomStream) -> UInt64 {
    guard place != .first else { return KeyPosition.start(of: key) }
    return positionInCollection(of: key, &stream)
  }

  @inline(never) private func drawUneven(_ stream: inout RandomStream) -> UInt32 {
    let table = table.unsafelyUnwrapped
    switch kind {
    case .uniform: return UInt32(truncatingIfNeeded: stream.nextIndex(below: count))
    case .zipf: return table.assumingMemoryBound(to: ZipfTable.self).pointee.draw(&stream)
    case .hot: return table.assumingMemoryBound(to: HotTable.self).pointee.draw(&stream)
    case .given: return AliasEntry.draw(table.assumingMemoryBound(to: AliasEntry.self), count: count, &stream)
    }
  }

  @inline(never) private func positionInCollection(of key: UInt32, _ stream: inout RandomStream) -> UInt64 {
    switch place {
    case .first: return KeyPosition.start(of: key)
    case .last: return KeyPosition.end(of: key)
    case .anywhere:
      let item = stream.nextIndex(below: UInt64(itemsPerKey))
      return KeyPosition.start(of: key) | (item &<< KeyPosition.sortBits) / UInt64(itemsPerKey)
    }
  }
}

/// The law of some hot keys and all the others.
struct HotTable: BitwiseCopyable {
  private let keys: UInt64
  private let others: UInt64
  private let share: Double

  init(keys: Int, of count: Int, share: Double) {
    precondition(1..<count ~= keys, "there are hot keys and others")
    precondition(0...1 ~= share, "a share lies between 0 and 1")
    self.keys = UInt64(keys)
    others = UInt64(count - keys)
    self.share = share
  }

  /// A unit number is never 0 or 1, so that shares of 0 and 1 hold without exception.
  func draw(_ stream: inout RandomStream) -> UInt32 {
    if stream.nextUnit() < share { return UInt32(truncatingIfNeeded: stream.nextIndex(below: keys)) }
    return UInt32(truncatingIfNeeded: keys &+ stream.nextIndex(below: others))
  }
}

/// One key of the law of given weights, by the alias method (Walker, *ACM TOMS* 3, 1977; tables after Vose, *IEEE
/// Transactions on Software Engineering* 17, 1991): a column of height 1 holds at most two keys.
struct AliasEntry: BitwiseCopyable {
  /// Times 2^-64 the part of the column that is the key's own.
  let own: UInt64
  /// Whose the rest is.
  let other: UInt32

  /// A column for each weight. What rounding leaves over goes to the heaviest key, so that a weight of 0 is never drawn.
  static func table(_ weights: [Double]) -> [AliasEntry] {
    let total = weights.reduce(0, +)
    precondition(
      total > 0 && total.isFinite && weights.allSatisfy { $0 >= 0 },
      "weights are 0 or more, and their sum is finite and above 0")
    var heights = weights.map { $0 / total * Double(weights.count) }
    var heaviest = 0
    for key in weights.indices where weights[key] > weights[heaviest] { heaviest = key }
    var entries = weights.indices.map { AliasEntry(own: .max, other: UInt32($0)) }
    var low = weights.indices.filter { heights[$0] < 1 }
    var high = weights.indices.filter { heights[$0] >= 1 }
    while let small = low.popLast() {
      let large = high.last ?? heaviest
      entries[small] = AliasEntry(own: UInt64(heights[small] * 0x1p64), other: UInt32(large))
      guard !high.isEmpty else { continue }
      heights[large] -= 1 - heights[small]
      if heights[large] < 1 {
        high.removeLast()
        low.append(large)
      }
    }
    return entries
  }

  /// One random word: its product with the number of keys has the column above and the height in it below.
  static func draw(_ table: UnsafePointer<AliasEntry>, count: UInt64, _ stream: inout RandomStream) -> UInt32 {
    let product = stream.next().multipliedFullWidth(by: count)
    let column = UInt32(truncatingIfNeeded: product.high)
    return product.low < table[Int(column)].own ? column : table[Int(column)].other
  }
}
