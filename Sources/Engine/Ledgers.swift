import Units

/// A place where a request's time goes, registered when the system is built: `items getItem`.
@frozen
public struct SegmentID: Hashable, BitwiseCopyable, Sendable {
  /// Index into the run's segment names.
  public let index: UInt16
  /// The segment of an index.
  @inlinable public init(index: UInt16) { self.index = index }
}

/// Names one ledger in one epoch; a name of an old epoch writes nothing.
@frozen
public struct LedgerID: BitwiseCopyable, Sendable {
  /// The slot; `.max` for none.
  public let slot: UInt32
  /// The ledger's epoch when the name was given.
  public let epoch: UInt32

  @inlinable init(slot: UInt32, epoch: UInt32) {
    self.slot = slot
    self.epoch = epoch
  }

  /// Writes nothing.
  @inlinable public static var none: LedgerID { LedgerID(slot: .max, epoch: 0) }
}

/// The time of one request along its critical path: from its mark on, each span is put down to one segment.
@frozen
public struct Ledger: BitwiseCopyable, Sendable {
  /// One segment's share.
  @frozen
  public struct Entry: BitwiseCopyable, Sendable {
    /// ns.
    public var nanoseconds: Int64
    /// The segment.
    public var segment: SegmentID
    @inlinable init(nanoseconds: Int64, segment: SegmentID) {
      self.nanoseconds = nanoseconds
      self.segment = segment
    }
  }

  /// Segments that one request can tell apart; time of further ones is added to the last entry.
  @usableFromInline static var capacity: Int { 12 }

  @usableFromInline var epoch: UInt32
  @usableFromInline var count: Int32
  /// Up to here the time is accounted for.
  @usableFromInline var mark: Time
  @usableFromInline var entries: InlineArray<12, Entry>

  @usableFromInline static var blank: Ledger {
    Ledger(
      epoch: 0, count: 0, mark: .zero,
      entries: InlineArray(repeating: Entry(nanoseconds: 0, segment: SegmentID(index: 0))))
  }

  @usableFromInline init(epoch: UInt32, count: Int32, mark: Time, entries: InlineArray<12, Entry>) {
    self.epoch = epoch
    self.count = count
    self.mark = mark
    self.entries = entries
  }

  /// Puts a span down to a segment.
  @inlinable @inline(__always) mutating func add(_ nanoseconds: Int64, to segment: SegmentID) {
    var index = 0
    while index < Int(count) {
      if entries[unchecked: index].segment == segment {
        entries[unchecked: index].nanoseconds &+= nanoseconds
        return
      }
      index &+= 1
    }
    if index == Self.capacity {
      entries[unchecked: index &- 1].nanoseconds &+= nanoseconds
    } else {
      entries[unchecked: index] = Entry(nanoseconds: nanoseconds, segment: segment)
      count &+= 1
    }
  }
}

/// All ledgers of a run.
///
/// A request opens one. What runs one after another on its behalf writes into the same ledger; parallel branches
/// get one each, and the branch that ends last adds its own to the request's, because only that one was on the
/// critical path. Whoever gives up on a callee renews the ledger's epoch, so that the callee, which works on,
/// writes no more.
@frozen
public struct Ledgers: ~Copyable {
  @usableFromInline var slab: Slab<Ledger>

  /// No ledgers.
  @inlinable public init() { slab = Slab(blank: .blank) }

  /// Opens an empty ledger whose time counts from `now`.
  @inlinable public mutating func open(at now: Time) -> LedgerID {
    let slot = slab.take()
    slab[slot].mark = now
    slab[slot].count = 0
    return LedgerID(slot: slot, epoch: slab[slot].epoch)
  }

  /// Whether the name still writes.
  @inlinable public func isCurrent(_ id: LedgerID) -> Bool {
    id.slot != .max && slab[id.slot].epoch == id.epoch
  }

  /// Puts the time since the mark down to a segment and sets the mark to `now`.
  @inlinable @inline(__always) public mutating func attribute(_ id: LedgerID, to segment: SegmentID, at now: Time) {
    guard isCurrent(id) else { return }
    let span = now.nanoseconds &- slab[id.slot].mark.nanoseconds
    if span == 0 { return }
    slab[id.slot].mark = now
    slab[id.slot].add(span, to: segment)
  }

  /// Silences everybody who holds the present name, and returns the new one.
  @inlinable public mutating func renew(_ id: LedgerID) -> LedgerID {
    guard isCurrent(id) else { return id }
    slab[id.slot].epoch &+= 1
    return LedgerID(slot: id.slot, epoch: slab[id.slot].epoch)
  }

  /// Adds a branch's entries to `id` and takes over the branch's mark; the branch stays open.
  @inlinable public mutating func merge(_ branch: LedgerID, into id: LedgerID) {
    guard isCurrent(id), isCurrent(branch) else { return }
    var index = 0
    while index < Int(slab[branch.slot].count) {
      let entry = slab[branch.slot].entries[unchecked: index]
      slab[id.slot].add(entry.nanoseconds, to: entry.segment)
      index &+= 1
    }
    slab[id.slot].mark = slab[branch.slot].mark
  }

  /// Ends a ledger; a stale name ends nothing.
  @inlinable @inline(__always) public mutating func close(_ id: LedgerID) {
    guard isCurrent(id) else { return }
    slab[id.slot].epoch &+= 1
    slab.giveBack(id.slot)
  }

  /// The entries of a current ledger.
  @inlinable public func forEachEntry(of id: LedgerID, _ body: (Ledger.Entry) -> Void) {
    precondition(isCurrent(id), "only a current ledger can be read")
    var index = 0
    while index < Int(slab[id.slot].count) {
      body(slab[id.slot].entries[unchecked: index])
      index &+= 1
    }
  }
}
