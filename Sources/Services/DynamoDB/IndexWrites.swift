import Engine
import Units

// What a write of an item costs in the secondary indexes (documented: Developer Guide, secondary indexes).
//
//   item       in the index before, after    writes of the index
//   new        -, yes                        1
//   deleted    yes, -                        1
//   changed    yes, yes                      2 if its index key changes (delete and put), else 1 if a projected
//                                            attribute does, else 0
//   changed    no, yes or yes, no            1
//   any        no, no                        0
//
// Whether an item is in an index is drawn with the index's share for each write anew, and again after its key changed.
// Each write is rounded to 1 KB of the entry; a transaction does not double it.

/// What a write does to one item.
enum ItemChange: UInt8, BitwiseCopyable {
  /// It did not exist before.
  case created
  /// It existed, and was replaced or updated.
  case changed
  /// It existed, and is gone.
  case deleted
}

/// What the items of one operation cost in one secondary index.
struct IndexWrite: BitwiseCopyable {
  /// 0 for a local index, which takes the table's capacity, else one more than the global index's number.
  let capacity: UInt8
  /// Bytes and write units of an entry before and after.
  let bytesBefore: Int64
  let bytesAfter: Int64
  let unitsBefore: Int64
  let unitsAfter: Int64
  /// Share of the items that are in the index.
  let share: Double
  /// Share of the changes that change the index key.
  let keyChanges: Double
  /// Share of the other changes that change a projected attribute.
  let attributeChanges: Double
  /// The index's own key space; nil if an item's entry lies as the item does.
  let keys: KeySampler?

  /// Of all indexes of a table, in the scenario's order.
  static func all(of table: TableConfig, _ operation: TableOperation, memory: PlainMemory) -> [IndexWrite] {
    var globals: UInt8 = 0
    return table.indexes.map { index in
      var number: UInt8 = 0
      if index.kind != .local {
        globals += 1
        number = globals
      }
      return IndexWrite(index, capacity: number, operation, memory: memory)
    }
  }

  private init(_ index: IndexConfig, capacity: UInt8, _ operation: TableOperation, memory: PlainMemory) {
    self.capacity = capacity
    let previous = operation.kind == .deleteItem ? operation.itemSize : operation.previousSize ?? operation.itemSize
    bytesBefore = (index.entrySize ?? previous).bytes
    bytesAfter = (index.entrySize ?? operation.itemSize).bytes
    unitsBefore = max(1, (bytesBefore + 1_023) / 1_024)
    unitsAfter = max(1, (bytesAfter + 1_023) / 1_024)
    share = index.share
    keyChanges = index.keyChanges
    attributeChanges = index.projection == .keysOnly ? 0 : index.attributeChanges
    keys = capacity == 0 ? nil : index.keys.map { KeySampler($0, memory: memory) }
  }
}

/// The random streams of one secondary index; nothing is drawn for a share of 0 or 1.
struct IndexStreams: BitwiseCopyable {
  var share: RandomStream
  var keyChanges: RandomStream
  var attributeChanges: RandomStream
  var keys: RandomStream

  init(_ index: IndexConfig, table: String, streams: StreamFactory) {
    share = streams.stream(component: table, purpose: "index \(index.name) share")
    keyChanges = streams.stream(component: table, purpose: "index \(index.name) key changes")
    attributeChanges = streams.stream(component: table, purpose: "index \(index.name) attribute changes")
    keys = streams.stream(component: table, purpose: "index \(index.name) keys")
  }
}

extension RandomStream {
  /// Whether something of this probability happens; what is certain draws nothing.
  @inline(__always) mutating func happens(_ probability: Double) -> Bool {
    if probability <= 0 { return false }
    if probability >= 1 { return true }
    return nextUnit() < probability
  }
}

/// What a write takes of the table besides the item itself, for its local indexes.
struct LocalWrites: BitwiseCopyable {
  var units: Int64 = 0
  /// Bytes by which the local indexes grow.
  var growth: Int64 = 0
}

extension Table {
  /// Notes what a change of an item at `position` takes of the global indexes, and returns what it takes of the local
  /// ones.
  mutating func planIndexes(
    _ request: UnsafeMutablePointer<TableRequest>, _ change: ItemChange, at position: UInt64
  ) -> LocalWrites {
    var local = LocalWrites()
    for number in 0..<request.pointee.indexCount {
      let write = request.pointee.indexWrites + number
      let streams = indexStreams + number
      switch change {
      case .created:
        if streams.pointee.share.happens(write.pointee.share) { put(write, streams, position, &local) }
      case .deleted:
        if streams.pointee.share.happens(write.pointee.share) { remove(write, streams, position, &local) }
      case .changed:
        let wasIn = streams.pointee.share.happens(write.pointee.share)
        if streams.pointee.keyChanges.happens(write.pointee.keyChanges) {
          let isIn = streams.pointee.share.happens(write.pointee.share)
          if wasIn { remove(write, streams, position, &local) }
          if isIn { put(write, streams, position, &local) }
        } else if wasIn && streams.pointee.attributeChanges.happens(write.pointee.attributeChanges) {
          local.growth += write.pointee.capacity == 0 ? write.pointee.bytesAfter - write.pointee.bytesBefore : 0
          plan(write, streams, max(write.pointee.unitsBefore, write.pointee.unitsAfter), position, &local)
        }
      }
    }
    return local
  }

  private mutating func put(
    _ write: UnsafePointer<IndexWrite>, _ streams: UnsafeMutablePointer<IndexStreams>, _ position: UInt64,
    _ local: inout LocalWrites
  ) {
    local.growth += write.pointee.capacity == 0 ? write.pointee.bytesAfter : 0
    plan(write, streams, write.pointee.unitsAfter, position, &local)
  }

  private mutating func remove(
    _ write: UnsafePointer<IndexWrite>, _ streams: UnsafeMutablePointer<IndexStreams>, _ position: UInt64,
    _ local: inout LocalWrites
  ) {
    local.growth -= write.pointee.capacity == 0 ? write.pointee.bytesBefore : 0
    plan(write, streams, write.pointee.unitsBefore, position, &local)
  }

  /// One write of an entry: where the index's own key lies, or where the item does.
  private mutating func plan(
    _ write: UnsafePointer<IndexWrite>, _ streams: UnsafeMutablePointer<IndexStreams>, _ units: Int64,
    _ position: UInt64, _ local: inout LocalWrites
  ) {
    guard write.pointee.capacity > 0 else {
      local.units += units
      return
    }
    var entry = position
    if let keys = write.pointee.keys {
      entry = keys.position(of: keys.draw(&streams.pointee.keys), &streams.pointee.keys)
    }
    demands.append(Demand(capacity: write.pointee.capacity, direction: .write, units: units, position: entry))
  }
}
