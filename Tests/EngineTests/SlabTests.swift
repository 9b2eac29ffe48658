import Testing

@testable import Engine

@Suite("Slab")
struct SlabTests {
  @Test("new slots are numbered from 0 and blank; a slot given back is taken again first")
  func reuse() {
    var slab = Slab<Int>(blank: -1, capacity: 2)
    let slots = [slab.take(), slab.take(), slab.take()]
    let blank = slots.map { slab[$0] }
    slab[1] = 10
    slab.giveBack(0)
    slab.giveBack(1)
    let (countBefore, extent) = (slab.count, slab.extent)
    let again = [slab.take(), slab.take(), slab.take()]
    let (held, countAfter) = (slab[1], slab.count)
    #expect(slots == [0, 1, 2])
    #expect(blank == [-1, -1, -1])
    #expect(countBefore == 1 && extent == 3)
    // Last in, first out, then a new one.
    #expect(again == [1, 0, 3])
    #expect(held == 10)
    #expect(countAfter == 4)
  }

  @Test("growing keeps the contents and the free slots")
  func growth() {
    var slab = Slab<Int>(blank: 0, capacity: 1)
    for value in 0..<1_000 { slab[slab.take()] = value }
    for slot in 0..<500 as Range<UInt32> { slab.giveBack(slot) }
    for _ in 0..<500 { _ = slab.take() }
    for value in 1_000..<5_000 { slab[slab.take()] = value }
    let contents = (500..<5_000 as Range<UInt32>).map { slab[$0] }
    let (count, extent) = (slab.count, slab.extent)
    #expect(contents == Array(500..<5_000))
    #expect(count == 5_000 && extent == 5_000)
  }

  @Test("seeded programs never hand out a slot twice", arguments: 1...3)
  func exclusive(seed: UInt64) {
    var stream = RandomStream(seed: seed, replication: 0, component: "slab", purpose: "exclusive")
    var slab = Slab<UInt64>(blank: 0, capacity: 1)
    var held: [UInt32] = []
    var stamps: [UInt32: UInt64] = [:]
    var isSound = true
    for step in 1...20_000 as ClosedRange<UInt64> {
      if held.isEmpty || stream.nextIndex(below: 9) < 5 {
        let slot = slab.take()
        isSound = isSound && stamps[slot] == nil
        (stamps[slot], slab[slot]) = (step, step)
        held.append(slot)
      } else {
        let slot = held.remove(at: Int(stream.nextIndex(below: UInt64(held.count))))
        isSound = isSound && slab[slot] == stamps[slot]
        stamps[slot] = nil
        slab.giveBack(slot)
      }
    }
    let count = slab.count
    #expect(isSound)
    #expect(count == held.count)
  }
}
