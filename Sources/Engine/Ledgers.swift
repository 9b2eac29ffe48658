import Units

/// A place where a request's time goes, registered when the system is built: `items getItem`.
@frozen
public struct SegmentID: Hashable, BitwiseCopyable, Sendable {
  /// Index into the run's segment names.
  public let index: UInt16
  /// The segment of an index.
  @inlinable public init(index: UInt16) { self.index = index }
}

/// Names one ledger at one depth: the request's source stands at depth 0, whom it calls at 1, and so on. A name that
/// has been cut off writes nothing.
@frozen
public struct LedgerID: BitwiseCopyable, Sendable {
  /// The slot; `.max` for none.
  public let slot: UInt32
  /// The depth in the lowest bits, and above it how often the ledger had been cut off there when the name was given.
  @usableFromInline let epoch: UInt32

  @inlinable init(slot: UInt32, epoch: UInt32) {
    self.slot = slot
    self.epoch = epoch
  }

  /// Writes nothing.
  @inlinable public static var none: LedgerID { LedgerID(slot: .max, epoch: 0) }

  /// How deep the holder of the name stands, 0 to 7; those at `Ledger.depthCount - 1` and deeper count as one.
  @inlinable var depth: Int { Int(truncatingIfNeeded: epoch & 7) }
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
  /// Depths that are told apart. Deeper down a caller that gives up cannot silence its callee, whose time is then
  /// written down beside the caller's.
  @usableFromInline static var depthCount: Int { 8 }

  /// The epoch of current names at each depth.
  @usableFromInline var epochs: SIMD8<UInt32>
  @usableFromInline var count: Int32
  /// Up to here the time is accounted for.
  @usableFromInline var mark: Time
  @usableFromInline var entries: InlineArray<12, Entry>

  @usableFromInline static var blank: Ledger {
    Ledger(
      epochs: SIMD8(0, 1, 2, 3, 4, 5, 6, 7), count: 0, mark: .zero,
      entries: InlineArray(repeating: Entry(nanoseconds: 0, segment: SegmentID(index: 0))))
  }

  @usableFromInline init(
    epochs: SIMD8<UInt32>, count: Int32, mark: Time, entries: InlineArray<12, Entry>
  ) {
    self.epochs = epochs
    self.count = count
    self.mark = mark
    self.entries = entries
  }

  /// Makes all names from a depth on stale.
  @inlinable mutating func cut(from depth: Int) {
    for index in depth..<Self.depthCount { epochs[index] &+= 8 }
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
/// critical path. Each callee holds a name one deeper than its caller's. Whoever gives up on a callee cuts off the
/// deeper names, so that the callee, which works on, and whom it has called write no more; the names of those
/// above, who still wait, stay as they are.
@frozen
public struct Ledgers: ~Copyable {
  @usableFromInline var slab: Slab<Ledger>

  /// No ledgers.
  @inlinable public init() { slab = Slab(blank: .blank) }

  /// Opens an empty ledger whose time counts from `now`.
  @inlinable @inline(__always) public mutating func open(at now: Time) -> LedgerID {
    let slot = slab.take()
    slab[slot].mark = now
    slab[slot].count = 0
    return LedgerID(slot: slot, epoch: slab[slot].epochs[0])
  }

  /// Whether the name still writes.
  @inlinable @inline(__always) public func isCurrent(_ id: LedgerID) -> Bool {
    id.slot != .max && epoch(id.slot, id.depth) == id.epoch
  }

  /// The name for a callee of the holder of `id`; writes nothing if `id` does not.
  @inlinable @inline(__always) public func deeper(than id: LedgerID) -> LedgerID {
    guard isCurrent(id) else { return .none }
    let depth = min(id.depth &+ 1, Ledger.depthCount &- 1)
    return LedgerID(slot: id.slot, epoch: epoch(id.slot, depth))
  }

  /// One of a ledger's epochs, read as the one word that it is: a subscript of the vector would copy all eight.
  @inlinable @inline(__always) func epoch(_ slot: UInt32, _ depth: Int) -> UInt32 {
    UnsafeRawPointer(slab.base + Int(slot)).load(fromByteOffset: depth &* 4, as: UInt32.self)
  }

  /// Puts the time since the mark down to a segment and sets the mark to `now`.
  @inlinable @inline(__always) public mutating func attribute(_ id: LedgerID, to segment: SegmentID, at now: Time) {
    guard isCurrent(id) else { return }
    let span = now.nanoseconds &- slab[id.slot].mark.nanoseconds
    if span == 0 { return }
    slab[id.slot].mark = now
    slab[id.slot].add(span, to: segment)
  }

  /// Silences everybody below the holder of `id`, who has given up on them.
  @inlinable public mutating func cut(below id: LedgerID) {
    guard isCurrent(id), id.depth < Ledger.depthCount &- 1 else { return }
    slab[id.slot].cut(from: id.depth &+ 1)
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

  /// Ends a ledger for all who hold a name of it; a stale name ends nothing.
  @inlinable @inline(__always) public mutating func close(_ id: LedgerID) {
    guard isCurrent(id) else { return }
    slab[id.slot].epochs &+= 8
    slab.giveBack(id.slot)
  }

  /// The entries of a current ledger.
  @inlinable @inline(__always) public func forEachEntry(of id: LedgerID, _ body: (Ledger.Entry) -> Void) {
    precondition(isCurrent(id), "only a current ledger can be read")
    var index = 0
    while index < Int(slab[id.slot].count) {
      body(slab[id.slot].entries[unchecked: index])
      index &+= 1
    }
  }

  /// Reads the entries of a current ledger and ends it.
  @inlinable @inline(__always) public mutating func close(_ id: LedgerID, reading body: (Ledger.Entry) -> Void) {
    forEachEntry(of: id, body)
    slab[id.slot].epochs &+= 8
    slab.giveBack(id.slot)
  }
}
