import Engine
import Units

// What those who follow a table learn of it.
extension Table {
  /// Where the table's partitions begin among the positions at time zero, ascending from 0: one partition.
  var partitionBounds: [UInt64] { [0] }

  /// A partition of the table was split: its upper part begins at `position`.
  @inline(never) mutating func partitionSplit(at position: UInt64) {
    if config.streamViewType != nil { changes.appendSplit(at: position) }
  }

  /// Notes what an admitted write of one size changed: a put is a new item, an update one that exists.
  @inline(never) mutating func logWrite(_ request: UnsafeMutablePointer<TableRequest>, key: UInt32) {
    let bytes = request.pointee.itemBytes
    let position = KeyPosition.start(of: key)
    for _ in 0..<request.pointee.items {
      switch request.pointee.kind {
      case .getItem, .batchGetItem, .transactGetItems, .query, .scan: return
      case .putItem, .batchWriteItem, .transactWriteItems:
        changes.append(TableChange(kind: .inserted, key: key, newBytes: bytes, oldBytes: 0, position: position))
      case .updateItem:
        changes.append(TableChange(kind: .modified, key: key, newBytes: bytes, oldBytes: bytes, position: position))
      case .deleteItem:
        changes.append(TableChange(kind: .removed, key: key, newBytes: 0, oldBytes: bytes, position: position))
      }
    }
  }
}
