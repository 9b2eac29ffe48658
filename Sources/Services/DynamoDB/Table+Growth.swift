import Engine
import Units

// A partition stores 10 GB. Keys are spread evenly over positions, so that each partition has its width's share of all
// bytes, and the widest is full first: then it is split.

/// How much a table stores.
struct StoredAmount: BitwiseCopyable {
  let items: Int64
  /// Bytes of those items.
  let bytes: Int64
  /// Bytes in a number of items that the scenario does not say, with what their local indexes take.
  let uncounted: Int64
}

/// What the partitions of a table, or of a global index, hold of the items that are stored.
struct StoredShare: BitwiseCopyable {
  /// Bytes for each item.
  var perItem = 0.0
  /// Bytes for each byte of items.
  var perByte = 0.0
  /// Bytes for each byte of items that are not counted.
  var perUncounted = 0.0

  func bytes(_ amount: StoredAmount) -> Int64 {
    Int64(perItem * Double(amount.items) + perByte * Double(amount.bytes) + perUncounted * Double(amount.uncounted))
  }
}

extension TableConfig {
  /// What is stored at time zero.
  var initialAmount: StoredAmount {
    StoredAmount(
      items: Int64(itemCount), bytes: itemCount > 0 ? storageSize.bytes : 0,
      uncounted: itemCount > 0 ? 0 : storageSize.bytes)
  }

  /// Of the table (0), local indexes included, or of a global index. Of items that are not counted only an index of all
  /// attributes is known.
  func storedShare(_ capacity: Int) -> StoredShare {
    var share = StoredShare()
    func add(_ index: IndexConfig) {
      if let entry = index.entrySize {
        share.perItem += index.share * Double(entry.bytes)
      } else {
        share.perByte += index.share
      }
    }
    if capacity > 0 {
      let index = globalIndexes[capacity - 1].index
      add(index)
      share.perUncounted = index.projection == .all ? index.share : 0
    } else {
      (share.perByte, share.perUncounted) = (1, 1)
      for index in indexes where index.kind == .local { add(index) }
    }
    return share
  }
}

extension Table {
  /// Stored items may have outgrown the partitions of the table or of an index.
  @inline(never) mutating func storageGrew(_ run: inout Run<Event>) {
    for capacity in 0..<capacityCount {
      let before = capacities[capacity].partitions.splits.count
      capacities[capacity].fitPartitions(bytes: config.storedShare(capacity).bytes(storage.amount), &run)
      announceSplits(capacity, since: before, &run)
    }
    expectGrowth()
  }

  /// Has storage tell when a partition may be full. Where items and their bytes both fill it, each gets half of the room
  /// until the next look, so that none comes too late.
  mutating func expectGrowth() {
    let amount = storage.amount
    let size = Double(config.limits.partitionSize.bytes)
    var (items, bytes) = (0x1p61, 0x1p61)
    for capacity in 0..<capacityCount {
      let share = config.storedShare(capacity)
      // What `fit` takes for rounding, and a bit more.
      let full = size / capacities[capacity].partitions.widest * (1 + 2e-9)
      let room = max(0, full - Double(share.bytes(amount))) / (share.perItem > 0 && share.perByte > 0 ? 2 : 1)
      if share.perItem > 0 { items = min(items, room / share.perItem) }
      if share.perByte > 0 { bytes = min(bytes, room / share.perByte) }
    }
    storage.tell(beyond: amount.items + Int64(items), amount.bytes + Int64(bytes))
  }
}
