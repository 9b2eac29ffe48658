import Engine
import Units

/// An event queue, a heap and a sorted list that go through the same program and must agree.
struct QueuePair: ~Copyable {
  var queue = EventQueue<UInt64>()
  var heap = KeyHeap<UInt64>(capacity: 4)
  /// Pending keys, the last one first.
  private var oracle: [EventKey] = []
  private var order: UInt64 = 0
  private(set) var now: Int64 = 0
  private(set) var removed = 0
  /// What went wrong first, if anything.
  private(set) var fault: String?

  var count: Int { oracle.count }

  /// Schedules an event `delay` ns from now.
  mutating func insert(after delay: Int64) {
    order += 1
    let key = EventKey(time: Time(nanoseconds: now + delay), order: order)
    queue.insert(order, at: key)
    heap.insert(order, at: key)
    var (low, high) = (0, oracle.count)
    while low < high {
      let middle = (low + high) / 2
      if oracle[middle] > key { low = middle + 1 } else { high = middle }
    }
    oracle.insert(key, at: low)
  }

  /// Asks all three for the first key.
  mutating func compareFirst() {
    let wanted = oracle.last ?? .last
    let (inQueue, inHeap) = (queue.firstKey(), heap.firstKey())
    if inQueue != wanted { note("queue shows \(inQueue.time) #\(inQueue.order), not \(wanted.time) #\(wanted.order)") }
    if inHeap != wanted { note("heap shows \(inHeap.time) #\(inHeap.order), not \(wanted.time) #\(wanted.order)") }
  }

  /// Removes the first event of all three and moves the clock to it; nothing happens when none is pending.
  mutating func removeFirst() {
    compareFirst()
    guard fault == nil, let wanted = oracle.popLast() else { return }
    let (fromQueue, fromHeap) = (queue.removeFirst(), heap.removeFirst())
    if fromQueue != wanted.order { note("queue gives #\(fromQueue), not #\(wanted.order)") }
    if fromHeap != wanted.order { note("heap gives #\(fromHeap), not #\(wanted.order)") }
    now = wanted.time.nanoseconds
    removed += 1
  }

  /// Removes everything and looks whether the counts fall to zero together.
  mutating func drain() {
    while count > 0 && fault == nil { removeFirst() }
    compareFirst()
    if queue.count != 0 || heap.count != 0 { note("\(queue.count) and \(heap.count) events are left") }
  }

  /// Compares the counts, and looks through the heap.
  mutating func inspect() {
    if queue.count != count { note("queue counts \(queue.count), not \(count)") }
    if heap.count != count { note("heap counts \(heap.count), not \(count)") }
    if !heap.isOrdered { note("heap is out of order") }
  }

  private mutating func note(_ text: String) {
    if fault == nil { fault = "after \(removed) removals: \(text)" }
  }
}
