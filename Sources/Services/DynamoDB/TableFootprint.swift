import Units

/// How many bytes AWS stores and bills for items of a table: the items, their overhead, and their index entries.
///
/// All rules are linear, so that they hold for items and bytes at a moment as for their integrals over time.
struct TableFootprint {
  /// Bytes that DynamoDB adds to each item and each index entry (documented: tables and items).
  static let itemOverhead: Int64 = 100
  /// Bytes that it adds to each item of a global table (documented: the same page).
  static let globalOverhead: Int64 = 48

  private struct Index {
    /// Entries in a billion items.
    let entries: Int128
    /// Bytes of an entry besides those of its item, overhead included.
    let bytes: Int128
    /// Whether an entry holds its whole item.
    let holdsItem: Bool
    let isGlobal: Bool
  }

  private let overhead: Int128
  private let indexes: [Index]

  init(_ config: TableConfig) {
    overhead = Int128(Self.itemOverhead + (config.replication == nil ? 0 : Self.globalOverhead))
    indexes = config.indexes.map { index in
      let isGlobal: Bool
      switch index.kind {
      case .global: isGlobal = true
      case .local: isGlobal = false
      }
      return Index(
        entries: Int128((index.share * 1e9).rounded()),
        bytes: Int128((index.entrySize?.bytes ?? 0) + Self.itemOverhead), holdsItem: index.entrySize == nil,
        isGlobal: isGlobal)
    }
  }

  /// Bytes of the table and its local indexes, which backups hold.
  func table(items: Int128, bytes: Int128) -> Int128 {
    bytes + items * overhead + indexes(global: false, items: items, bytes: bytes)
  }

  /// Bytes of the table and all its indexes, which are stored and restored.
  func whole(items: Int128, bytes: Int128) -> Int128 {
    table(items: items, bytes: bytes) + indexes(global: true, items: items, bytes: bytes)
  }

  private func indexes(global: Bool, items: Int128, bytes: Int128) -> Int128 {
    indexes.reduce(0) { sum, index in
      guard index.isGlobal == global else { return sum }
      let all = items * index.bytes + (index.holdsItem ? bytes : 0)
      // The product with the share could exceed 128 bits.
      let billion: Int128 = 1_000_000_000
      return sum + all / billion * index.entries + all % billion * index.entries / billion
    }
  }
}
