import Testing

@testable import Engine

@Suite("Instant lane")
struct InstantLaneTests {
  @Test("first in, first out, round and round the ring")
  func wrapAround() {
    var lane = InstantLane<UInt64>()
    var (next, wanted): (UInt64, UInt64) = (0, 0)
    var isInOrder = true
    // 40 in, 40 out: the ring of 64 wraps every other turn.
    for _ in 0..<50 {
      for _ in 0..<40 {
        lane.append(next * 3, order: next)
        next += 1
      }
      for _ in 0..<40 {
        isInOrder = isInOrder && lane.firstOrder == wanted && lane.removeFirst() == wanted * 3
        wanted += 1
      }
    }
    let (isEmpty, size) = (lane.isEmpty, lane.mask + 1)
    #expect(isInOrder)
    #expect(isEmpty)
    #expect(size == 64)
  }

  @Test("it grows when full, wherever its head stands", arguments: [0, 1, 63])
  func growth(head: UInt64) {
    var lane = InstantLane<UInt64>()
    for order in 0..<head {
      lane.append(order, order: order)
      _ = lane.removeFirst()
    }
    for order in 0..<1_000 as Range<UInt64> { lane.append(order, order: order) }
    var orders: [UInt64] = []
    while !lane.isEmpty { orders.append(lane.removeFirst()) }
    #expect(orders == Array(0..<1_000))
  }

  @Test("64 events fill it exactly, the 65th doubles it", arguments: [(64, 64), (65, 128)])
  func edge(count: Int, size: Int) {
    var lane = InstantLane<UInt64>()
    for order in 0..<UInt64(count) { lane.append(order, order: order) }
    let (found, first) = (lane.mask + 1, lane.firstOrder)
    #expect(found == size)
    #expect(first == 0)
  }
}
