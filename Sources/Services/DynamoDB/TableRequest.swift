import Engine
import Units

/// One operation of one caller, worked out before the run: what each of its items costs.
struct TableRequest: BitwiseCopyable {
  let kind: TableOperation.Kind
  let direction: CapacityDirection
  /// Position of the capacity that a read takes: 0 the table's, else one more than the global index's.
  let capacity: UInt8
  /// Items that are admitted one by one; 1 for a query or scan, whose items are summed.
  let items: UInt32
  /// Half read units or write units of one item.
  let unitsPerItem: Int64
  /// Bytes of one item.
  let itemBytes: UInt32
  /// How keys are drawn.
  let keys: KeySampler

  /// Rounds as DynamoDB does (documented: read and write operations; sizes are binary).
  ///
  /// A read unit is 4 KB, strongly consistent; eventual consistency costs half, a transaction double. A query or
  /// scan adds up the bytes of all items first; batches and transactions round each item. A write unit is 1 KB.
  init(_ operation: TableOperation, _ table: TableConfig, memory: PlainMemory) {
    kind = operation.kind
    direction = operation.kind.isWrite ? .write : .read
    capacity = 0
    itemBytes = UInt32(operation.itemSize.bytes)
    let reads = max(1, operation.itemSize.blocks(of: .kilobytes(4)))
    let writes = max(1, operation.itemSize.blocks(of: .kilobytes(1)))
    let halves: Int64 = operation.consistentRead ? 2 : 1
    switch operation.kind {
    case .getItem, .batchGetItem: unitsPerItem = reads * halves
    case .transactGetItems: unitsPerItem = reads * 4
    case .query, .scan:
      let bytes = Size(bytes: operation.itemSize.bytes * Int64(operation.items))
      unitsPerItem = max(1, bytes.blocks(of: .kilobytes(4))) * halves
    case .putItem, .updateItem, .deleteItem, .batchWriteItem: unitsPerItem = writes
    case .transactWriteItems: unitsPerItem = writes * 2
    }
    switch operation.kind {
    case .query, .scan: items = 1
    case .getItem, .batchGetItem, .transactGetItems, .putItem, .updateItem, .deleteItem, .batchWriteItem,
      .transactWriteItems:
      items = UInt32(operation.items)
    }
    keys = KeySampler(operation.keys ?? table.keys, memory: memory)
  }
}

/// Keys that a cache asks its table for, in place of drawn ones.
struct GivenKeys: BitwiseCopyable {
  /// Nil: the table draws.
  let keys: UnsafePointer<UInt32>?
  let count: UInt32

  /// The table draws them.
  static var none: GivenKeys { GivenKeys(keys: nil, count: 0) }
}
