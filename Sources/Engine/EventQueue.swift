import Units

/// Pending events in the order of their keys: a calendar of short buckets before an exact heap.
///
/// Most events lie less than a second ahead. They wait unsorted in the bucket of their time; only when the clock
/// reaches a bucket, its few events become near ones, which are ordered exactly: by insertion into a short list, or
/// in a heap when the list is full. Events beyond the last bucket wait in a heap of far events and move to a bucket
/// when the calendar has advanced. The width of a bucket adapts to the traffic; it decides the cost of an event, never
/// the order.
///
/// Invariant: near events lie in bucket `base` or before, bucketed ones in `base + 1 ..< base + bucketCount`, far ones
/// at `base + bucketCount` or later.
@frozen
public struct EventQueue<Event: BitwiseCopyable>: ~Copyable {
  @frozen @usableFromInline
  struct Node: BitwiseCopyable {
    @usableFromInline var key: EventKey
    @usableFromInline var event: Event
    @usableFromInline var next: UInt32
    @inlinable init(key: EventKey, event: Event, next: UInt32) {
      self.key = key
      self.event = event
      self.next = next
    }
  }

  @inlinable static var bucketCount: Int64 { 4_096 }
  @inlinable static var listCapacity: Int { 16 }

  /// The near events that fit, latest first, so that the first one is taken off the end.
  @usableFromInline let list: UnsafeMutablePointer<Node>
  @usableFromInline var listCount: Int
  /// Whether `firstKey` found the first event in the list, not in the heap of near events.
  @usableFromInline var isFirstListed: Bool
  @usableFromInline var near: KeyHeap<Event>
  @usableFromInline var far: KeyHeap<Event>
  @usableFromInline var nodes: UnsafeMutablePointer<Node>
  @usableFromInline var nodeCapacity: Int
  @usableFromInline var usedNodes: Int
  @usableFromInline var freeNode: UInt32
  /// First node of each bucket.
  @usableFromInline let heads: UnsafeMutablePointer<UInt32>
  /// One bit a bucket: whether it holds events.
  @usableFromInline let occupied: UnsafeMutablePointer<UInt64>
  @usableFromInline var bucketed: Int
  /// log2 of a bucket's nanoseconds.
  @usableFromInline var shift: Int64
  /// Number of the bucket whose events are near.
  @usableFromInline var base: Int64
  // What the width adapts to: buckets opened, events in them, and far insertions since the last look.
  @usableFromInline var opened: Int32 = 0
  @usableFromInline var openedEvents: Int32 = 0
  @usableFromInline var farInsertions: Int32 = 0

  /// An empty queue.
  @inlinable public init() {
    list = .allocate(capacity: Self.listCapacity)
    listCount = 0
    isFirstListed = true
    near = KeyHeap(capacity: 64)
    far = KeyHeap(capacity: 64)
    nodeCapacity = 1_024
    nodes = .allocate(capacity: 1_024)
    usedNodes = 0
    freeNode = .max
    heads = .allocate(capacity: Int(Self.bucketCount))
    heads.initialize(repeating: .max, count: Int(Self.bucketCount))
    occupied = .allocate(capacity: Int(Self.bucketCount / 64))
    occupied.initialize(repeating: 0, count: Int(Self.bucketCount / 64))
    bucketed = 0
    shift = 17
    base = 0
  }

  deinit {
    list.deallocate()
    nodes.deallocate()
    heads.deallocate()
    occupied.deallocate()
  }

  /// Pending events.
  @inlinable public var count: Int { listCount + near.count + bucketed + far.count }

  /// The first key; `.last` when the queue is empty.
  @inlinable public mutating func firstKey() -> EventKey {
    if near.isEmpty {
      isFirstListed = true
      return listCount > 0 ? list[listCount &- 1].key : advance()
    }
    return firstOfListAndHeap()
  }

  @usableFromInline @inline(never) mutating func firstOfListAndHeap() -> EventKey {
    let heaped = near.firstKey()
    let listed = listCount > 0 ? list[listCount - 1].key : .last
    if heaped == .last && listed == .last { return advance() }
    isFirstListed = listed < heaped
    return isFirstListed ? listed : heaped
  }

  /// Removes and returns the first event; `firstKey` must have been asked since the last removal.
  @inlinable public mutating func removeFirst() -> Event {
    if isFirstListed {
      listCount &-= 1
      return list[listCount].event
    }
    return near.removeFirst()
  }

  /// Adds an event.
  @inlinable public mutating func insert(_ event: Event, at key: EventKey) {
    let bucket = key.time.nanoseconds >> shift
    let ahead = bucket &- base
    if ahead <= 0 {
      insertNear(event, at: key)
    } else if ahead < Self.bucketCount {
      insert(event, at: key, bucket: bucket)
    } else {
      farInsertions &+= 1
      far.insert(event, at: key)
    }
  }

  @inlinable mutating func insertNear(_ event: Event, at key: EventKey) {
    var place = listCount
    if place == Self.listCapacity { return near.insert(event, at: key) }
    while place > 0 && list[place &- 1].key < key {
      list[place] = list[place &- 1]
      place &-= 1
    }
    list[place] = Node(key: key, event: event, next: .max)
    listCount &+= 1
  }

  @inlinable mutating func insert(_ event: Event, at key: EventKey, bucket: Int64) {
    let slot = Int(bucket & (Self.bucketCount &- 1))
    let node = takeNode()
    nodes[Int(node)] = Node(key: key, event: event, next: heads[slot])
    heads[slot] = node
    occupied[slot >> 6] |= 1 << UInt64(slot & 63)
    bucketed &+= 1
  }

  @inlinable mutating func takeNode() -> UInt32 {
    if freeNode != .max {
      let node = freeNode
      freeNode = nodes[Int(node)].next
      return node
    }
    if usedNodes == nodeCapacity { growNodes() }
    usedNodes &+= 1
    return UInt32(truncatingIfNeeded: usedNodes &- 1)
  }

  /// Opens the next bucket that holds events, or draws the far ones near; `.last` when nothing is pending.
  @usableFromInline @inline(never) mutating func advance() -> EventKey {
    if opened >= 1_024 {
      adapt()
      if listCount > 0 { return firstKey() }
    }
    if bucketed == 0 {
      let first = far.firstKey()
      if first == .last { return .last }
      base = first.time.nanoseconds >> shift
    } else {
      base = nextOccupied()
      openBucket(Int(base & (Self.bucketCount - 1)))
    }
    while true {
      let key = far.firstKey()
      let bucket = key.time.nanoseconds >> shift
      if key == .last || bucket - base >= Self.bucketCount { break }
      let event = far.removeFirst()
      if bucket <= base { insertNear(event, at: key) } else { insert(event, at: key, bucket: bucket) }
    }
    return firstKey()
  }

  /// Makes a bucket's events near ones.
  @inlinable mutating func openBucket(_ slot: Int) {
    var node = heads[slot]
    heads[slot] = .max
    occupied[slot >> 6] &= ~(1 << UInt64(slot & 63))
    opened &+= 1
    while node != .max {
      let content = nodes[Int(node)]
      insertNear(content.event, at: content.key)
      nodes[Int(node)].next = freeNode
      freeNode = node
      node = content.next
      bucketed &-= 1
      openedEvents &+= 1
    }
  }

  /// Number of the first occupied bucket after `base`; there must be one.
  @inlinable func nextOccupied() -> Int64 {
    let start = (base &+ 1) & (Self.bucketCount &- 1)
    var word = Int(start >> 6)
    var bits = occupied[word] & (UInt64.max << UInt64(start & 63))
    while bits == 0 {
      word = (word &+ 1) & Int(Self.bucketCount / 64 &- 1)
      bits = occupied[word]
    }
    let slot = Int64(word << 6 | bits.trailingZeroBitCount)
    return base &+ 1 &+ ((slot &- start) & (Self.bucketCount &- 1))
  }

  /// Halves the buckets if they hold many events, doubles them if many events lie beyond the last.
  private mutating func adapt() {
    if openedEvents > 4 * opened && shift > 10 {
      rebuild(shift: shift - 1)
    } else if farInsertions > openedEvents / 8 && openedEvents < 2 * opened && shift < 40 {
      rebuild(shift: shift + 1)
    }
    opened = 0
    openedEvents = 0
    farInsertions = 0
  }

  /// Sorts all events into buckets of another width. Only between buckets, when no event is near.
  private mutating func rebuild(shift newShift: Int64) {
    var list: UInt32 = .max
    for slot in 0..<Int(Self.bucketCount) {
      var node = heads[slot]
      heads[slot] = .max
      while node != .max {
        let next = nodes[Int(node)].next
        nodes[Int(node)].next = list
        list = node
        node = next
      }
    }
    occupied.update(repeating: 0, count: Int(Self.bucketCount / 64))
    bucketed = 0
    base = newShift > shift ? base >> 1 : (base << 1) + 1
    shift = newShift
    while list != .max {
      let content = nodes[Int(list)]
      nodes[Int(list)].next = freeNode
      freeNode = list
      list = content.next
      insert(content.event, at: content.key)
    }
  }

  @usableFromInline @inline(never) mutating func growNodes() {
    let newNodes = UnsafeMutablePointer<Node>.allocate(capacity: 2 * nodeCapacity)
    newNodes.update(from: nodes, count: usedNodes)
    nodes.deallocate()
    nodes = newNodes
    nodeCapacity *= 2
  }
}
