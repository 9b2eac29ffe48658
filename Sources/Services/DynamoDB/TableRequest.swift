import Engine
import Units

/// One operation of one caller, worked out before the run: what each of its items costs.
struct TableRequest: BitwiseCopyable {
  let kind: TableOperation.Kind
  let direction: CapacityDirection
  /// Position of the capacity that a read takes: 0 the table's, else one more than the global index's.
  let capacity: UInt8
  /// Whether it is one item or page with nothing to draw but its key, and nothing to write but itself.
  let isPlain: Bool
  /// What a plain write does to its item; nil for a read, and for a delete that finds nothing.
  let plainChange: ItemChange?
  /// Items that are admitted one by one; 1 for a query or scan, whose items are summed.
  let items: UInt32
  /// Whether it writes or reads consistently, and so waits for other Regions where replicas are strongly consistent.
  let isStrong: Bool
  /// Half read units or write units of one item: of a write that replaces or deletes, by the larger size.
  let unitsPerItem: Int64
  /// The same of an item that does not exist: read, deleted or checked in vain.
  let unitsPerMissing: Int64
  /// Write units of an item that did not exist before.
  let unitsPerNew: Int64
  /// What an item takes of a transaction that is cancelled: its preparation.
  let unitsPrepared: Int64
  /// Bytes of an item after the write; of a deleted one, what it had.
  let itemBytes: Int64
  /// Bytes of an item before a write replaced it.
  let previousBytes: Int64
  let missing: Double
  let newItems: Double
  let conditionFails: Double
  let conflicts: Double
  /// What becomes of the items that a batch could not process.
  let resend: ResendRules?
  /// Of a write, per secondary index.
  let indexWrites: UnsafePointer<IndexWrite>
  let indexCount: Int
  /// How keys are drawn.
  let keys: KeySampler
  /// Where a scan's next page begins, and how far each page leads.
  var scanPosition: UInt64 = 0
  let scanStride: UInt64

  /// Rounds as DynamoDB does (documented: read and write operations; sizes are binary).
  ///
  /// A read unit is 4 KB, strongly consistent; eventual consistency costs half, a transaction double. A query or
  /// scan adds up the bytes of all items first; batches and transactions round each item. A write unit is 1 KB. Of a
  /// transaction half the units prepare it (documented), and a cancelled one is taken to have been prepared (inferred).
  init(_ operation: TableOperation, _ table: TableConfig, memory: PlainMemory) {
    kind = operation.kind
    direction = operation.kind.isWrite ? .write : .read
    let previous = operation.previousSize ?? operation.itemSize
    let larger = operation.kind == .deleteItem ? operation.itemSize : max(previous, operation.itemSize)
    itemBytes = operation.itemSize.bytes
    previousBytes = operation.kind == .deleteItem ? itemBytes : previous.bytes
    let halves: Int64 = operation.consistentRead ? 2 : 1
    switch operation.kind {
    case .getItem, .batchGetItem:
      unitsPerItem = operation.itemSize.units(of: .kilobytes(4)) * halves
      (unitsPerMissing, unitsPerNew, unitsPrepared) = (halves, 0, 0)
    case .transactGetItems:
      unitsPerItem = operation.itemSize.units(of: .kilobytes(4)) * 4
      (unitsPerMissing, unitsPerNew, unitsPrepared) = (4, 0, unitsPerItem / 2)
    case .query, .scan:
      let page = Size(bytes: operation.itemSize.bytes * Int64(operation.items))
      let fetched = operation.fetchedSize.map { $0.units(of: .kilobytes(4)) * Int64(operation.items) } ?? 0
      unitsPerItem = (page.units(of: .kilobytes(4)) + fetched) * halves
      (unitsPerMissing, unitsPerNew, unitsPrepared) = (halves, 0, 0)
    case .putItem, .updateItem, .deleteItem, .batchWriteItem:
      unitsPerItem = larger.units(of: .kilobytes(1))
      (unitsPerMissing, unitsPerNew, unitsPrepared) = (1, operation.itemSize.units(of: .kilobytes(1)), 0)
    case .transactWriteItems:
      unitsPrepared = larger.units(of: .kilobytes(1))
      unitsPerItem = unitsPrepared * 2
      (unitsPerMissing, unitsPerNew) = (2, operation.itemSize.units(of: .kilobytes(1)) * 2)
    }
    switch operation.kind {
    case .query, .scan: items = 1
    case .getItem, .batchGetItem, .transactGetItems, .putItem, .updateItem, .deleteItem, .batchWriteItem,
      .transactWriteItems:
      items = UInt32(operation.items)
    }
    isStrong = operation.kind.isWrite || operation.consistentRead || operation.kind == .transactGetItems
    missing = operation.missing
    newItems = operation.newItems ?? operation.kind.newItems
    conditionFails = operation.conditionFails
    conflicts = operation.conflicts
    switch operation.unprocessedItems {
    case .leave: resend = nil
    case .resend(let rules): resend = rules
    }
    let global = table.globalIndexes.firstIndex { $0.index.name == operation.index }
    capacity = UInt8((global ?? -1) + 1)
    let ownKeys = global.flatMap { table.globalIndexes[$0].index.keys }
    let asked = operation.keys ?? ownKeys ?? table.keys
    keys = KeySampler(
      asked, itemsPerKey: ownKeys == nil ? table.itemsPerKey : 1,
      dividesCollections: !table.hasLocalIndexes || global != nil, memory: memory)
    let indexes = operation.kind.isWrite ? IndexWrite.all(of: table, operation, memory: memory) : []
    indexWrites = UnsafePointer(memory.copy(indexes))
    indexCount = indexes.count
    let stored = table.itemCount > 0 ? table.itemCount : table.keys.count * table.itemsPerKey
    scanStride = UInt64.max / UInt64(max(1, (stored + operation.items - 1) / operation.items))
    let draws = [missing, newItems, conditionFails].contains { $0 > 0 && $0 < 1 } || conditionFails > 0
    let isFollowed = table.replication != nil || table.streamViewType != nil || table.kinesisStream != nil
    switch operation.kind {
    case .getItem, .query:
      isPlain = missing == 0 && table.replication == nil
      plainChange = nil
    case .putItem, .updateItem:
      isPlain = !draws && indexes.isEmpty && !isFollowed
      plainChange = newItems >= 1 ? .created : .changed
    case .deleteItem:
      isPlain = !draws && missing == 0 && indexes.isEmpty && !isFollowed
      plainChange = .deleted
    case .scan, .batchGetItem, .transactGetItems, .batchWriteItem, .transactWriteItems:
      isPlain = false
      plainChange = nil
    }
  }

  /// Units of a plain operation.
  @inline(__always) var plainUnits: Int64 { plainChange == .created ? unitsPerNew : unitsPerItem }
}

/// Keys that a cache asks its table for, in place of drawn ones.
struct GivenKeys: BitwiseCopyable {
  /// Nil: the table draws.
  let keys: UnsafePointer<UInt32>?
  let count: UInt32

  /// The table draws them.
  static var none: GivenKeys { GivenKeys(keys: nil, count: 0) }
}

extension TableConfig {
  /// Whether some index shares the table's partitions, which keeps each collection of items in one.
  var hasLocalIndexes: Bool { indexes.contains { $0.kind == .local } }
}

extension TableOperation.Kind {
  /// Share of new items where the scenario says nothing: puts make items, updates and transactions change them.
  var newItems: Double {
    switch self {
    case .putItem, .batchWriteItem: 1
    case .updateItem, .transactWriteItems, .deleteItem, .getItem, .batchGetItem, .transactGetItems, .query, .scan: 0
    }
  }
}

extension Size {
  /// Blocks of a unit, at least one.
  fileprivate func units(of block: Size) -> Int64 { max(1, blocks(of: block)) }
}
