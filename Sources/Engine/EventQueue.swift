import Units

/// Pending events in the order of their keys: a calendar of short buckets.
///
/// Most events lie less than a second ahead. They wait unsorted in the bucket of their time; only when the clock
/// reaches a bucket, its few events are put in order, into the list of near events. Events beyond the last bucket
/// wait in a heap of far events and move to a bucket when the calendar has advanced. The width of a bucket adapts to
/// the traffic; it decides the cost of an event, never the order.
///
/// Invariant: near events lie in bucket `base` or before, bucketed ones in `base + 1 ..< base + bucketCount`, far ones
/// at `base + bucketCount` or later. The list of near events is sorted; an event whose place lies too far behind its
/// head goes to the crowd, a heap, so that many events at one instant cost no more than a heap does.
@frozen
public struct EventQueue<Event: BitwiseCopyable>: ~Copyable {
  @frozen @usableFromInline
  struct Node: BitwiseCopyable {
    @usableFromInline var time: Int64
    @usableFromInline var order: UInt64
    @usableFromInline var next: UInt32
    @usableFromInline var event: Event
  }

  @inlinable static var bucketCount: Int64 { 4_096 }
  /// How far behind the head of the near list a place is looked for.
  @inlinable static var patience: Int { 16 }
  /// No node.
  @inlinable static var none: UInt32 { .max }

  @usableFromInline var nodes: UnsafeMutablePointer<Node>
  /// First of the near events.
  @usableFromInline var head: UInt32
  @usableFromInline var freeNode: UInt32
  /// log2 of a bucket's nanoseconds.
  @usableFromInline var shift: Int64
  /// Number of the bucket whose events are near.
  @usableFromInline var base: Int64
  /// First node of each bucket.
  @usableFromInline let buckets: UnsafeMutablePointer<UInt32>
  /// One bit a bucket: whether it holds events.
  @usableFromInline let occupied: UnsafeMutablePointer<UInt64>
  @usableFromInline var crowd: KeyHeap<Event>
  /// Whether the crowd may hold events.
  @usableFromInline var mayBeCrowded: Bool
  @usableFromInline var far: KeyHeap<Event>
  /// Time of the first far event.
  @usableFromInline var farTime: Int64
  /// Whether `firstKey` found the first event in the crowd; false while there is none.
  @usableFromInline var isFirstCrowded: Bool
  @usableFromInline var nodeCapacity: Int
  @usableFromInline var usedNodes: Int
  @usableFromInline var bucketed: Int
  // What the width adapts to: buckets opened, events in them, and far insertions since the last look.
  @usableFromInline var opened: Int32 = 0
  @usableFromInline var openedEvents: Int32 = 0
  @usableFromInline var farInsertions: Int32 = 0

  /// An empty queue.
  @inlinable public init() {
    nodeCapacity = 1_024
    nodes = .allocate(capacity: 1_024)
    usedNodes = 0
    head = Self.none
    freeNode = Self.none
    crowd = KeyHeap(capacity: 64)
    mayBeCrowded = false
    far = KeyHeap(capacity: 64)
    farTime = .max
    isFirstCrowded = false
    buckets = .allocate(capacity: Int(Self.bucketCount))
    buckets.initialize(repeating: Self.none, count: Int(Self.bucketCount))
    occupied = .allocate(capacity: Int(Self.bucketCount / 64))
    occupied.initialize(repeating: 0, count: Int(Self.bucketCount / 64))
    bucketed = 0
    shift = 18
    base = 0
  }

  deinit {
    nodes.deallocate()
    buckets.deallocate()
    occupied.deallocate()
  }

  /// Pending events.
  public var count: Int {
    var near = 0
    var node = head
    while node != Self.none {
      near += 1
      node = nodes[Int(node)].next
    }
    return near + crowd.count + bucketed + far.count
  }

  /// The first key; `.last` when the queue is empty.
  @inlinable @inline(__always) public mutating func firstKey() -> EventKey {
    if head != Self.none && !mayBeCrowded { return headKey }
    return firstOfAll()
  }

  /// The key of the first near event; there must be one.
  @inlinable @inline(__always) var headKey: EventKey {
    EventKey(time: Time(nanoseconds: nodes[Int(head)].time), order: nodes[Int(head)].order)
  }

  @usableFromInline @inline(never) mutating func firstOfAll() -> EventKey {
    // Without a crowd no event is near, or else nobody would ask here.
    if mayBeCrowded { return firstOfCrowd() }
    guard advance() else { return .last }
    return mayBeCrowded ? firstOfCrowd() : headKey
  }

  @usableFromInline @inline(never) mutating func firstOfCrowd() -> EventKey {
    if crowd.isEmpty {
      mayBeCrowded = false
      isFirstCrowded = false
      return firstKey()
    }
    let crowded = crowd.firstKey()
    isFirstCrowded = head == Self.none || crowded < headKey
    return isFirstCrowded ? crowded : headKey
  }

  /// Removes and returns the first event; `firstKey` must have been asked since the last removal.
  @inlinable @inline(__always) public mutating func removeFirst() -> Event {
    if isFirstCrowded { return crowd.removeFirst() }
    let node = nodes + Int(head)
    let next = node.pointee.next
    node.pointee.next = freeNode
    freeNode = head
    head = next
    return node.pointee.event
  }

  /// Adds an event.
  @inlinable @inline(__always) public mutating func insert(_ event: Event, at key: EventKey) {
    let time = key.time.nanoseconds
    let bucket = time &>> shift
    let ahead = bucket &- base
    if ahead >= Self.bucketCount { return insertFar(event, at: key) }
    if freeNode == Self.none { addFreeNode() }
    let index = freeNode
    let node = nodes + Int(index)
    freeNode = node.pointee.next
    node.pointee.time = time
    node.pointee.order = key.order
    node.pointee.event = event
    if ahead > 0 {
      let slot = Int(truncatingIfNeeded: bucket & (Self.bucketCount &- 1))
      node.pointee.next = buckets[slot]
      buckets[slot] = index
      occupied[slot &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: slot)
      bucketed &+= 1
    } else {
      placeNear(index)
    }
  }

  @usableFromInline @inline(never) mutating func placeNear(_ index: UInt32) { insertNear(index) }

  @usableFromInline @inline(never) mutating func insertFar(_ event: Event, at key: EventKey) {
    farInsertions &+= 1
    far.insert(event, at: key)
    farTime = far.firstKey().time.nanoseconds
  }

  /// Puts a node in its place among the near events.
  @inlinable @inline(__always) mutating func insertNear(_ index: UInt32) {
    let node = nodes + Int(index)
    if head == Self.none || Self.isBefore(node, nodes + Int(head)) {
      node.pointee.next = head
      head = index
      return
    }
    var previous = nodes + Int(head)
    var steps = Self.patience
    while previous.pointee.next != Self.none && Self.isBefore(nodes + Int(previous.pointee.next), node) {
      steps &-= 1
      if steps == 0 { return crowdOut(index) }
      previous = nodes + Int(previous.pointee.next)
    }
    node.pointee.next = previous.pointee.next
    previous.pointee.next = index
  }

  @inlinable @inline(__always)
  static func isBefore(_ a: UnsafeMutablePointer<Node>, _ b: UnsafeMutablePointer<Node>) -> Bool {
    a.pointee.time < b.pointee.time || (a.pointee.time == b.pointee.time && a.pointee.order < b.pointee.order)
  }

  /// Moves a node's event to the crowd.
  @usableFromInline @inline(never) mutating func crowdOut(_ index: UInt32) {
    let node = nodes[Int(index)]
    mayBeCrowded = true
    crowd.insert(node.event, at: EventKey(time: Time(nanoseconds: node.time), order: node.order))
    nodes[Int(index)].next = freeNode
    freeNode = index
  }

  /// Opens the next bucket that holds events, or draws the far ones near; false when nothing is pending.
  @usableFromInline @inline(__always) mutating func advance() -> Bool {
    if opened >= 1_024 {
      adapt()
      if head != Self.none || !crowd.isEmpty { return true }
    }
    if bucketed == 0 {
      if farTime == .max { return false }
      base = farTime &>> shift
    } else {
      base = nextOccupied()
      openBucket(Int(base & (Self.bucketCount - 1)))
    }
    drawNear()
    return true
  }

  /// Moves far events that the calendar has reached into their buckets.
  @inlinable @inline(__always) mutating func drawNear() {
    if (farTime &>> shift) &- base < Self.bucketCount { drawFarNear() }
  }

  @usableFromInline @inline(never) mutating func drawFarNear() {
    while farTime < .max && (farTime &>> shift) &- base < Self.bucketCount {
      let key = far.firstKey()
      let event = far.removeFirst()
      farTime = far.firstKey().time.nanoseconds
      insert(event, at: key)
    }
  }

  /// Makes a bucket's events near ones; it must hold some.
  @inlinable @inline(__always) mutating func openBucket(_ slot: Int) {
    var index = buckets[slot]
    buckets[slot] = Self.none
    occupied[slot &>> 6] &= ~(1 &<< UInt64(truncatingIfNeeded: slot))
    var events: Int32 = 0
    repeat {
      let next = nodes[Int(index)].next
      insertNear(index)
      index = next
      events &+= 1
    } while index != Self.none
    bucketed &-= Int(events)
    opened &+= 1
    openedEvents &+= events
  }

  /// Number of the first occupied bucket after `base`; there must be one.
  @inlinable @inline(__always) func nextOccupied() -> Int64 {
    let start = (base &+ 1) & (Self.bucketCount &- 1)
    var word = Int(start &>> 6)
    var bits = occupied[word] & (UInt64.max &<< UInt64(truncatingIfNeeded: start))
    while bits == 0 {
      word = (word &+ 1) & Int(Self.bucketCount / 64 &- 1)
      bits = occupied[word]
    }
    let slot = Int64(word &<< 6 | bits.trailingZeroBitCount)
    return base &+ 1 &+ ((slot &- start) & (Self.bucketCount &- 1))
  }

  /// Halves the buckets if they hold many events, doubles them if many events lie beyond the last. To sort six events of a
  /// bucket costs less than to open more buckets.
  private mutating func adapt() {
    if openedEvents > 6 * opened && shift > 10 {
      rebuild(shift: shift - 1)
    } else if farInsertions > openedEvents / 8 && 2 * openedEvents < 3 * opened && shift < 40 {
      rebuild(shift: shift + 1)
    }
    opened = 0
    openedEvents = 0
    farInsertions = 0
  }

  /// Sorts all events into buckets of another width. Only between buckets, when no event is near.
  private mutating func rebuild(shift newShift: Int64) {
    var list = Self.none
    for slot in 0..<Int(Self.bucketCount) {
      var index = buckets[slot]
      buckets[slot] = Self.none
      while index != Self.none {
        let next = nodes[Int(index)].next
        nodes[Int(index)].next = list
        list = index
        index = next
      }
    }
    occupied.update(repeating: 0, count: Int(Self.bucketCount / 64))
    bucketed = 0
    base = newShift > shift ? base >> 1 : (base << 1) + 1
    shift = newShift
    while list != Self.none {
      let node = nodes[Int(list)]
      nodes[Int(list)].next = freeNode
      freeNode = list
      list = node.next
      insert(node.event, at: EventKey(time: Time(nanoseconds: node.time), order: node.order))
    }
    drawNear()
  }

  @usableFromInline @inline(never) mutating func addFreeNode() {
    if usedNodes == nodeCapacity {
      let newNodes = UnsafeMutablePointer<Node>.allocate(capacity: 2 * nodeCapacity)
      newNodes.update(from: nodes, count: usedNodes)
      nodes.deallocate()
      nodes = newNodes
      nodeCapacity *= 2
    }
    nodes[usedNodes].next = Self.none
    freeNode = UInt32(usedNodes)
    usedNodes += 1
  }
}
