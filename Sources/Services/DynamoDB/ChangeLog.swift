import Engine

/// One change of an item, for the streams and replicas that follow the table.
struct TableChange: BitwiseCopyable {
  enum Kind: UInt8, BitwiseCopyable {
    /// The item did not exist before.
    case inserted
    /// It existed, and exists.
    case modified
    /// A caller deleted it.
    case removed
    /// It was deleted after its time to live.
    case expired
  }

  let kind: Kind
  /// The item's key.
  let key: UInt32
  /// Bytes of the item after the change; 0 if it is gone.
  let newBytes: UInt32
  /// Bytes of the item before the change; 0 if there was none.
  let oldBytes: UInt32
  /// Where the key lies among the partitions.
  let position: UInt64
}

/// What happened to a table in one turn, which the system hands on before the next event: its changes, and the splits of
/// its partitions.
struct ChangeLog: ~Copyable {
  /// Whether there is anything.
  private(set) var hasNews = false
  private var changes: UnsafeMutablePointer<TableChange>
  private var capacity = 128
  private(set) var count = 0
  private var splits: UnsafeMutablePointer<UInt64>
  private var splitCapacity = 16
  private(set) var splitCount = 0

  init() {
    changes = .allocate(capacity: 128)
    splits = .allocate(capacity: 16)
  }

  deinit {
    changes.deallocate()
    splits.deallocate()
  }

  subscript(index: Int) -> TableChange { changes[index] }

  mutating func append(_ change: TableChange) {
    if count == capacity { grow() }
    changes[count] = change
    count += 1
    hasNews = true
  }

  /// Where a partition was split: the position at which the upper part begins.
  func split(_ index: Int) -> UInt64 { splits[index] }

  /// A partition was split.
  @inline(never) mutating func appendSplit(at position: UInt64) {
    if splitCount == splitCapacity {
      let wider = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * splitCapacity)
      wider.update(from: splits, count: splitCount)
      splits.deallocate()
      splits = wider
      splitCapacity *= 2
    }
    splits[splitCount] = position
    splitCount += 1
    hasNews = true
  }

  mutating func removeAll() {
    count = 0
    splitCount = 0
    hasNews = false
  }

  @inline(never) private mutating func grow() {
    let wider = UnsafeMutablePointer<TableChange>.allocate(capacity: 2 * capacity)
    wider.update(from: changes, count: count)
    changes.deallocate()
    changes = wider
    capacity *= 2
  }
}
