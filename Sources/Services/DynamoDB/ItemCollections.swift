import Units

/// How large the item collections of a table with local secondary indexes are: all items of one partition key with
/// their entries in the local indexes, at most 10 GB (documented: Developer Guide, local secondary indexes).
///
/// Items are not told apart, so all collections are taken to be of the average size: of a table with uneven ones, DynamoDB
/// refuses the largest earlier.
struct ItemCollections: BitwiseCopyable {
  /// Most bytes of one collection.
  static let bytesMax: Int64 = 10 << 30

  /// Whether there is a limit: for tables with local indexes.
  let areLimited: Bool
  private let bytesMax: Int64
  private var bytes: Int64

  init(_ table: TableConfig) {
    areLimited = table.hasLocalIndexes
    // 4 billion keys of 10 GB are more than an Int64 holds.
    let (product, overflow) = Self.bytesMax.multipliedReportingOverflow(by: Int64(table.keys.count))
    bytesMax = overflow ? .max / 2 : product
    bytes = table.storedShare(0).bytes(table.initialAmount)
  }

  /// Whether the collections have room for so many bytes more; what shrinks always has.
  func fits(_ growth: Int64) -> Bool { !areLimited || growth <= 0 || bytes + growth <= bytesMax }

  /// They grew by so many bytes, or shrank.
  mutating func grew(_ growth: Int64) { bytes = max(0, bytes + growth) }
}
