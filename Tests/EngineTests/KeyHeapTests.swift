import Testing
import Units

@testable import Engine

@Suite("Key heap")
struct KeyHeapTests {
  @Test("the invariant holds after every step, with and without a hole at the root", arguments: 1...4)
  func invariant(seed: UInt64) {
    var stream = RandomStream(seed: seed, replication: 0, component: "heap", purpose: "invariant")
    var heap = KeyHeap<UInt64>(capacity: 1)
    var pending = 0
    var isOrdered = true
    for order in 0..<4_000 as Range<UInt64> {
      if pending > 0 && stream.nextIndex(below: 5) < 2 {
        _ = heap.firstKey()
        _ = heap.removeFirst()
        pending -= 1
        isOrdered = isOrdered && heap.isOrdered && heap.count == pending
      } else {
        heap.insert(order, at: EventKey(time: Time(nanoseconds: Int64(stream.nextIndex(below: 50))), order: order))
        pending += 1
        isOrdered = isOrdered && heap.isOrdered && heap.count == pending
      }
    }
    #expect(isOrdered)
    #expect(pending > 100)
  }

  @Test("every size from 0 to 70 drains in order, sentinels behind the end included", arguments: 0...70)
  func sizes(size: Int) {
    var heap = KeyHeap<Int>(capacity: 4)
    // 31 is prime to all sizes that matter: a fixed shuffle.
    for index in 0..<size {
      heap.insert(index, at: EventKey(time: Time(nanoseconds: Int64(index * 31 % max(1, size))), order: UInt64(index)))
    }
    var keys: [EventKey] = []
    var isOrdered = heap.isOrdered
    while heap.count > 0 {
      keys.append(heap.firstKey())
      _ = heap.removeFirst()
      isOrdered = isOrdered && heap.isOrdered
    }
    let last = heap.firstKey()
    #expect(isOrdered)
    #expect(keys.count == size && keys == keys.sorted())
    #expect(last == .last)
  }

  @Test("events of one time leave in the order of their numbers, whatever the order of insertion")
  func ties() {
    var heap = KeyHeap<UInt64>()
    for order in [5, 3, 9, 1, 7, 8, 2, 6, 4] as [UInt64] {
      heap.insert(order, at: EventKey(time: .seconds(1), order: order))
    }
    var orders: [UInt64] = []
    while heap.count > 0 {
      _ = heap.firstKey()
      orders.append(heap.removeFirst())
    }
    #expect(orders == Array(1...9))
  }

  @Test("an insertion into the hole takes the place of the event that left")
  func hole() {
    var heap = KeyHeap<Int>()
    for time in 1...5 { heap.insert(time, at: EventKey(time: .seconds(Int64(time)), order: UInt64(time))) }
    _ = heap.firstKey()
    let first = heap.removeFirst()
    let between = heap.count
    heap.insert(6, at: EventKey(time: .seconds(6), order: 6))
    let (key, after) = (heap.firstKey(), heap.count)
    #expect(first == 1)
    #expect(between == 4)
    #expect(after == 5)
    #expect(key.time == .seconds(2))
  }
}
