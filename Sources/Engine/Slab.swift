/// Numbered slots of plain memory that are taken and given back, without an allocation once warm.
///
/// A free slot holds garbage; the owner knows which slots it took. Slots move when the slab grows, so no
/// pointer into it may be kept across `take`. Slots are reused last in, first out, which is deterministic.
@frozen
public struct Slab<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<Element>
  @usableFromInline var free: UnsafeMutablePointer<UInt32>
  @usableFromInline var capacity: Int
  @usableFromInline var freeCount: Int
  @usableFromInline var used: Int
  /// What fills a slot before it is first taken; apart, so that the slab itself is small.
  @usableFromInline let blank: UnsafeMutablePointer<Element>

  /// An empty slab; `blank` fills slots before they are first taken.
  @inlinable public init(blank: Element, capacity: Int = 64) {
    precondition(capacity > 0, "a slab has room for at least one slot")
    base = .allocate(capacity: capacity)
    free = .allocate(capacity: capacity)
    self.capacity = capacity
    freeCount = 0
    used = 0
    self.blank = .allocate(capacity: 1)
    self.blank.initialize(to: blank)
  }

  deinit {
    base.deallocate()
    free.deallocate()
    blank.deallocate()
  }

  /// Slots that have ever been taken; the first so many are readable.
  @inlinable public var extent: Int { used }

  /// Slots in use.
  @inlinable public var count: Int { used - freeCount }

  /// Takes a slot; a new one holds `blank`, a reused one what it held when it was given back.
  @inlinable @inline(__always) public mutating func take() -> UInt32 {
    if freeCount > 0 {
      freeCount &-= 1
      return free[freeCount]
    }
    if used == capacity { grow() }
    base[used] = blank.pointee
    used &+= 1
    return UInt32(truncatingIfNeeded: used &- 1)
  }

  /// Gives a slot back.
  @inlinable @inline(__always) public mutating func giveBack(_ slot: UInt32) {
    free[freeCount] = slot
    freeCount &+= 1
  }

  /// The slot's content.
  @inlinable public subscript(slot: UInt32) -> Element {
    unsafeAddress { UnsafePointer(base + Int(slot)) }
    nonmutating unsafeMutableAddress { base + Int(slot) }
  }

  @usableFromInline @inline(never) mutating func grow() {
    precondition(capacity < Int(UInt32.max) / 2, "a slab holds fewer than 2^31 slots")
    let newBase = UnsafeMutablePointer<Element>.allocate(capacity: 2 * capacity)
    newBase.update(from: base, count: used)
    base.deallocate()
    base = newBase
    let newFree = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * capacity)
    newFree.update(from: free, count: freeCount)
    free.deallocate()
    free = newFree
    capacity *= 2
  }
}
