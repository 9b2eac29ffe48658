/// Events of the current instant, first in, first out: a ring that spares them the heap.
@frozen
public struct InstantLane<Event: BitwiseCopyable>: ~Copyable {
  @frozen @usableFromInline
  struct Entry: BitwiseCopyable {
    @usableFromInline let order: UInt64
    @usableFromInline let event: Event
    @inlinable init(order: UInt64, event: Event) {
      self.order = order
      self.event = event
    }
  }

  @usableFromInline var base: UnsafeMutablePointer<Entry>
  @usableFromInline var mask: Int
  @usableFromInline var head: Int
  @usableFromInline var tail: Int

  /// An empty lane.
  @inlinable public init() {
    base = .allocate(capacity: 64)
    mask = 63
    head = 0
    tail = 0
  }

  deinit { base.deallocate() }

  /// Waiting events.
  public var count: Int { tail - head }
  /// Whether no event waits.
  @inlinable public var isEmpty: Bool { head == tail }
  /// Order number of the first event; the lane must not be empty.
  @inlinable public var firstOrder: UInt64 { base[head & mask].order }

  /// Appends an event.
  @inlinable public mutating func append(_ event: Event, order: UInt64) {
    if tail &- head > mask { grow() }
    base[tail & mask] = Entry(order: order, event: event)
    tail &+= 1
  }

  /// Removes and returns the first event; the lane must not be empty.
  @inlinable public mutating func removeFirst() -> Event {
    let event = base[head & mask].event
    head &+= 1
    return event
  }

  @usableFromInline @inline(never) mutating func grow() {
    let size = mask + 1
    let newBase = UnsafeMutablePointer<Entry>.allocate(capacity: 2 * size)
    for index in 0..<size { newBase[index] = base[(head + index) & mask] }
    base.deallocate()
    base = newBase
    head = 0
    tail = size
    mask = 2 * size - 1
  }
}

/// What waits at the current instant: an event that was posted to an empty lane is handed off, and is the first.
@frozen @usableFromInline
enum InstantState: UInt8, BitwiseCopyable {
  case nothing, handoff, lane, handoffAndLane

  @inlinable var hasHandoff: Bool { self == .handoff || self == .handoffAndLane }
}
