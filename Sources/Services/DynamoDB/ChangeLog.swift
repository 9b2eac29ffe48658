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

/// The changes of one turn, which the system hands on before the next event.
struct ChangeLog: ~Copyable {
  private var changes: UnsafeMutablePointer<TableChange>
  private var capacity = 128
  private(set) var count = 0

  init() { changes = .allocate(capacity: 128) }

  deinit { changes.deallocate() }

  subscript(index: Int) -> TableChange { changes[index] }

  mutating func append(_ change: TableChange) {
    if count == capacity { grow() }
    changes[count] = change
    count += 1
  }

  mutating func removeAll() { count = 0 }

  @inline(never) private mutating func grow() {
    let wider = UnsafeMutablePointer<TableChange>.allocate(capacity: 2 * capacity)
    wider.update(from: changes, count: count)
    changes.deallocate()
    changes = wider
    capacity *= 2
  }
}
