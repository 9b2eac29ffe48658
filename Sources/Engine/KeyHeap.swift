import Units

/// Events in the order of their keys: a 4-ary heap on two columns.
///
/// Keys stand apart from events so that the four children of a node share a cache line. Removing the first
/// event leaves a hole at the root, which the next insertion fills: an event that schedules its successor
/// costs one sift instead of two. Behind the last key stand sentinels that compare as later than all.
@frozen
public struct KeyHeap<Event: BitwiseCopyable>: ~Copyable {
  @usableFromInline var keys: UnsafeMutablePointer<UInt128>
  @usableFromInline var events: UnsafeMutablePointer<Event>
  @usableFromInline var keyBlock: UnsafeMutableRawPointer
  /// Nodes, the hole included.
  @usableFromInline var nodes: Int
  @usableFromInline var capacity: Int
  /// Whether the root was removed and not yet replaced.
  @usableFromInline var hole: Bool

  /// An empty queue with room for so many events before it grows.
  @inlinable public init(capacity: Int = 256) {
    self.capacity = capacity
    keyBlock = Self.allocateKeys(capacity)
    keys = Self.aligned(keyBlock)
    keys.initialize(repeating: EventKey.last.bits, count: capacity + 8)
    events = .allocate(capacity: capacity + 8)
    nodes = 0
    hole = false
  }

  deinit {
    keyBlock.deallocate()
    events.deallocate()
  }

  /// Pending events.
  @inlinable public var count: Int { hole ? nodes - 1 : nodes }

  /// Whether nothing is pending.
  @inlinable public var isEmpty: Bool { nodes == 0 || (hole && nodes == 1) }

  /// The first key; `.last` when the queue is empty.
  @inlinable public mutating func firstKey() -> EventKey {
    if hole { closeHole() }
    return EventKey(bits: keys[0])
  }

  /// Adds an event.
  @inlinable public mutating func insert(_ event: Event, at key: EventKey) {
    if hole {
      hole = false
      siftDown(key.bits, event)
    } else {
      if nodes == capacity { grow() }
      nodes &+= 1
      siftUp(nodes &- 1, key.bits, event)
    }
  }

  /// Removes and returns the first event; the queue must not be empty, and `firstKey` must have been asked since
  /// the last removal.
  @inlinable public mutating func removeFirst() -> Event {
    hole = true
    return events[0]
  }

  @inlinable mutating func siftUp(_ start: Int, _ key: UInt128, _ event: Event) {
    var node = start
    while node > 0 {
      let parent = (node &- 1) >> 2
      if keys[parent] <= key { break }
      keys[node] = keys[parent]
      events[node] = events[parent]
      node = parent
    }
    keys[node] = key
    events[node] = event
  }

  /// Moves the smallest child up until `key` fits; the sentinels behind the end are never smaller.
  @inlinable mutating func siftDown(_ key: UInt128, _ event: Event) {
    var node = 0
    while true {
      let first = 4 &* node &+ 1
      if first >= nodes { break }
      let a = keys[first], b = keys[first &+ 1], c = keys[first &+ 2], d = keys[first &+ 3]
      let ab = b < a, cd = d < c
      let left = ab ? b : a, right = cd ? d : c
      let leftIndex = first &+ (ab ? 1 : 0), rightIndex = first &+ (cd ? 3 : 2)
      let least = right < left ? right : left
      let child = right < left ? rightIndex : leftIndex
      if least >= key { break }
      keys[node] = least
      events[node] = events[child]
      node = child
    }
    keys[node] = key
    events[node] = event
  }

  @inlinable mutating func closeHole() {
    hole = false
    nodes &-= 1
    let key = keys[nodes]
    let event = events[nodes]
    keys[nodes] = EventKey.last.bits
    if nodes > 0 { siftDown(key, event) }
  }

  @usableFromInline @inline(never) mutating func grow() {
    let newBlock = Self.allocateKeys(2 * capacity)
    let newKeys = Self.aligned(newBlock)
    newKeys.initialize(repeating: EventKey.last.bits, count: 2 * capacity + 8)
    newKeys.update(from: keys, count: nodes)
    keyBlock.deallocate()
    keyBlock = newBlock
    keys = newKeys
    let newEvents = UnsafeMutablePointer<Event>.allocate(capacity: 2 * capacity + 8)
    newEvents.update(from: events, count: nodes)
    events.deallocate()
    events = newEvents
    capacity *= 2
  }

  @usableFromInline static func allocateKeys(_ capacity: Int) -> UnsafeMutableRawPointer {
    .allocate(byteCount: 16 * (capacity + 8) + 64, alignment: 64)
  }

  /// Node 1 begins a cache line, and so does every later group of four.
  @usableFromInline static func aligned(_ block: UnsafeMutableRawPointer) -> UnsafeMutablePointer<UInt128> {
    (block + 48).bindMemory(to: UInt128.self, capacity: 1)
  }

  /// Whether every node is later than its parent, and the sentinels stand; for tests.
  public var isOrdered: Bool {
    for node in 0..<nodes where node > 0 && !(hole && (node - 1) >> 2 == 0) {
      if keys[node] < keys[(node - 1) >> 2] { return false }
    }
    return (nodes..<nodes + 4).allSatisfy { keys[$0] == EventKey.last.bits }
  }
}
