import Units

/// The links of a slot in a list of deadlines.
@frozen
public struct DeadlineLink: BitwiseCopyable, Sendable {
  /// When patience ends; meaningful while linked.
  public var due: Time
  @usableFromInline var previous: UInt32
  @usableFromInline var next: UInt32

  @inlinable init(due: Time, previous: UInt32, next: UInt32) {
    self.due = due
    self.previous = previous
    self.next = next
  }

  /// In no list.
  @inlinable public static var unlinked: DeadlineLink {
    DeadlineLink(due: .never, previous: .max, next: .max)
  }
  /// Whether the slot is in a list.
  @inlinable public var isLinked: Bool { due != .never }
}

/// A slot that can stand in a list of deadlines.
public protocol DeadlineCarrier: BitwiseCopyable {
  /// The slot's links.
  var deadline: DeadlineLink { get set }
}

/// Slots of one slab that all have the same patience, oldest first, guarded by one timer.
///
/// Equal patience makes deadlines come in order of entry, so a linked list is sorted by itself: entering and
/// leaving cost a few stores, nothing stays behind for a call that was answered, and one timer a list, armed
/// for the head at the time of arming, suffices. The timer is never cancelled: when it fires early, it is armed
/// again for the head of that moment.
@frozen
public struct DeadlineList: BitwiseCopyable, Sendable {
  @usableFromInline var head: UInt32
  @usableFromInline var tail: UInt32
  /// Whether a timer of the list is pending.
  @usableFromInline var armed: Bool

  /// An empty list.
  @inlinable public init() {
    head = .max
    tail = .max
    armed = false
  }

  /// Appends a slot whose patience ends at `due`, not before the last entry's.
  ///
  /// - Returns: whether the caller must schedule the list's timer at `due`.
  @inlinable @inline(__always) public mutating func enter<Carrier: DeadlineCarrier>(
    _ slot: UInt32, due: Time, in slab: borrowing Slab<Carrier>
  ) -> Bool {
    slab[slot].deadline = DeadlineLink(due: due, previous: tail, next: .max)
    if tail == .max { head = slot } else { slab[tail].deadline.next = slot }
    tail = slot
    if armed { return false }
    armed = true
    return true
  }

  /// Takes a slot out; one that is in no list stays as it is.
  @inlinable @inline(__always) public mutating func leave<Carrier: DeadlineCarrier>(
    _ slot: UInt32, in slab: borrowing Slab<Carrier>
  ) {
    let link = slab[slot].deadline
    guard link.isLinked else { return }
    if link.previous == .max { head = link.next } else { slab[link.previous].deadline.next = link.next }
    if link.next == .max { tail = link.previous } else { slab[link.next].deadline.previous = link.previous }
    slab[slot].deadline.due = .never
  }

  /// What the list's timer finds: a slot whose patience has ended (it leaves the list), the moment to arm the
  /// timer for, or nothing to wait for.
  @inlinable public mutating func expire<Carrier: DeadlineCarrier>(
    at now: Time, in slab: borrowing Slab<Carrier>
  ) -> Expiry {
    guard head != .max else {
      armed = false
      return .idle
    }
    let due = slab[head].deadline.due
    if due > now { return .rearm(due) }
    let slot = head
    leave(slot, in: slab)
    return .expired(slot)
  }

  /// What a timer of a list finds.
  @frozen
  public enum Expiry: BitwiseCopyable, Sendable {
    /// The slot's patience has ended; ask again.
    case expired(UInt32)
    /// Schedule the timer again at this time.
    case rearm(Time)
    /// The list is empty and has no timer.
    case idle
  }
}
