import Testing
import Units

@testable import Engine

@Suite("Event queue")
struct EventQueueTests {
  @Test("any mix of horizons comes out in the order of a sorted list", arguments: 1...6)
  func mixedHorizons(seed: UInt64) {
    var stream = RandomStream(seed: seed, replication: 0, component: "queue", purpose: "mixed horizons")
    var pair = QueuePair()
    for step in 0..<40_000 {
      for _ in 0..<stream.nextIndex(below: 3) { pair.insert(after: Self.delay(&stream)) }
      for _ in 0..<stream.nextIndex(below: pair.count > 2_000 ? 5 : 3) { pair.removeFirst() }
      if step % 1_000 == 0 { pair.inspect() }
    }
    pair.drain()
    let (fault, removed) = (pair.fault, pair.removed)
    #expect(fault == nil)
    #expect(removed > 30_000)
  }

  /// The same instant, microseconds, milliseconds, seconds, hours, days.
  private static func delay(_ stream: inout RandomStream) -> Int64 {
    let scales: [UInt64] = [1, 20_000, 5_000_000, 3_000_000_000, 7_200_000_000_000, 3 * 86_400_000_000_000]
    return Int64(stream.nextIndex(below: scales[Int(stream.nextIndex(below: 6))]))
  }

  @Test("events of one instant come in the order of scheduling, 10,000 at once, near, ahead and far away")
  func bursts() {
    var pair = QueuePair()
    for delay in [0, 1, 131_072, 400_000_000, 600_000_000, 86_400_000_000_000] as [Int64] {
      for _ in 0..<10_000 { pair.insert(after: delay) }
    }
    pair.inspect()
    pair.drain()
    let (fault, removed) = (pair.fault, pair.removed)
    #expect(fault == nil)
    #expect(removed == 60_000)
  }

  @Test("an event that is scheduled before the first of the queue comes first, even after a jump of the calendar")
  func beforeTheFirst() {
    var pair = QueuePair()
    pair.insert(after: 0)
    pair.removeFirst()
    pair.insert(after: 3_600_000_000_000)
    // Asking for the first key moves the calendar an hour ahead; the clock has not moved.
    pair.compareFirst()
    pair.insert(after: 0)
    pair.insert(after: 1_000_000)
    pair.insert(after: 3_599_999_999_999)
    pair.inspect()
    pair.drain()
    let fault = pair.fault
    #expect(fault == nil)
  }

  @Test("buckets narrow under dense traffic and widen under sparse traffic without touching the order")
  func adaptation() {
    var stream = RandomStream(seed: 7, replication: 0, component: "queue", purpose: "adaptation")
    var pair = QueuePair()
    let first = pair.queue.shift
    // Dense: 200 events within the next millisecond, each followed by another, so 50 or so in each bucket at first.
    for _ in 0..<200 { pair.insert(after: Int64(stream.nextIndex(below: 1_000_000))) }
    for step in 0..<250_000 {
      pair.removeFirst()
      pair.insert(after: Int64(stream.nextIndex(below: 1_000_000)))
      if step % 50_000 == 0 { pair.inspect() }
    }
    let narrow = pair.queue.shift
    pair.drain()
    // Sparse: 300 events within the next minute, of which a bucket holds next to nothing.
    for _ in 0..<300 { pair.insert(after: Int64(stream.nextIndex(below: 60_000_000_000))) }
    for step in 0..<150_000 {
      pair.removeFirst()
      pair.insert(after: Int64(stream.nextIndex(below: 60_000_000_000)))
      if step % 50_000 == 0 { pair.inspect() }
    }
    let wide = pair.queue.shift
    pair.drain()
    let fault = pair.fault
    #expect(fault == nil)
    #expect(narrow < first)
    #expect(wide > narrow)
  }

  @Test("far events beside a dense stream come at their time while the width adapts", arguments: 1...3)
  func farBesideDense(seed: UInt64) {
    var stream = RandomStream(seed: seed, replication: 0, component: "queue", purpose: "far beside dense")
    var pair = QueuePair()
    for _ in 0..<1_000 { pair.insert(after: Int64(stream.nextIndex(below: 100_000))) }
    for step in 0..<150_000 {
      pair.removeFirst()
      // Phases of 30,000 events: within 100 us, then within 20 s.
      let horizon: UInt64 = step / 30_000 % 2 == 0 ? 100_000 : 20_000_000_000
      pair.insert(after: Int64(stream.nextIndex(below: horizon)))
      if stream.nextIndex(below: 50) == 0 {
        pair.insert(after: Int64(stream.nextIndex(below: 36_000_000_000_000)))
        pair.removeFirst()
      }
    }
    pair.inspect()
    pair.drain()
    let fault = pair.fault
    #expect(fault == nil)
  }

  @Test("an empty queue shows the last key, again and again")
  func empty() {
    var queue = EventQueue<UInt64>()
    for _ in 0..<3 {
      let key = queue.firstKey()
      #expect(key == .last)
    }
    queue.insert(1, at: EventKey(time: .seconds(1), order: 1))
    let key = queue.firstKey()
    #expect(key.time == .seconds(1))
    _ = queue.removeFirst()
    let (after, count) = (queue.firstKey(), queue.count)
    #expect(after == .last)
    #expect(count == 0)
  }
}

@Suite("Event key")
struct EventKeyTests {
  @Test("time decides before order, and the key gives both back")
  func order() {
    let early = EventKey(time: Time(nanoseconds: 5), order: .max)
    let late = EventKey(time: Time(nanoseconds: 6), order: 0)
    #expect(early < late)
    #expect(EventKey(time: Time(nanoseconds: 5), order: 1) < EventKey(time: Time(nanoseconds: 5), order: 2))
    #expect(early.time.nanoseconds == 5 && early.order == .max)
    #expect(EventKey(time: .never, order: 3).time == .never)
    #expect(EventKey(time: .never, order: 3) < .last)
  }
}
