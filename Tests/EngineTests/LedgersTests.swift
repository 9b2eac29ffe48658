import Testing
import Units

@testable import Engine

@Suite("Ledgers")
struct LedgersTests {
  private let a = SegmentID(index: 1)
  private let b = SegmentID(index: 2)

  private func entries(_ ledgers: borrowing Ledgers, _ id: LedgerID) -> [UInt16: Int64] {
    var found: [UInt16: Int64] = [:]
    ledgers.forEachEntry(of: id) { found[$0.segment.index, default: 0] += $0.nanoseconds }
    return found
  }

  @Test("each span from mark to mark goes to one segment, and spans of one segment add up")
  func attribution() {
    var ledgers = Ledgers()
    let id = ledgers.open(at: .seconds(10))
    ledgers.attribute(id, to: a, at: .seconds(13))
    ledgers.attribute(id, to: b, at: .seconds(14))
    ledgers.attribute(id, to: b, at: .seconds(14))
    ledgers.attribute(id, to: a, at: .seconds(20))
    let found = entries(ledgers, id)
    #expect(found == [1: 9_000_000_000, 2: 1_000_000_000])
  }

  @Test("a segment without time leaves no entry")
  func noTime() {
    var ledgers = Ledgers()
    let id = ledgers.open(at: .seconds(10))
    ledgers.attribute(id, to: a, at: .seconds(10))
    let found = entries(ledgers, id)
    #expect(found.isEmpty)
  }

  @Test("12 segments are told apart; the time of further ones goes to the last entry, so that the sum stays")
  func overflow() {
    var ledgers = Ledgers()
    let id = ledgers.open(at: .zero)
    for index in 0..<15 as Range<UInt16> {
      ledgers.attribute(id, to: SegmentID(index: index), at: Time(nanoseconds: Int64(index) + 1))
    }
    // A segment that has its entry already still gets its time.
    ledgers.attribute(id, to: SegmentID(index: 0), at: Time(nanoseconds: 25))
    let found = entries(ledgers, id)
    #expect(found.count == 12)
    #expect(found[0] == 11 && found[10] == 1 && found[11] == 4 && found[12] == nil)
    #expect(found.values.reduce(0, +) == 25)
  }

  @Test("who gives up silences all below and nobody above", arguments: 0...5)
  func cutting(depth: Int) {
    var ledgers = Ledgers()
    var chain = [ledgers.open(at: .zero)]
    for _ in 0..<7 {
      let last = chain[chain.count - 1]
      chain.append(ledgers.deeper(than: last))
    }
    ledgers.cut(below: chain[depth])
    let current = chain.map { ledgers.isCurrent($0) }
    #expect(current == (0..<8).map { $0 <= depth })
    // The silent write nothing, cut nothing, and have nobody write for them.
    ledgers.attribute(chain[depth + 1], to: a, at: .seconds(1))
    let next = ledgers.deeper(than: chain[depth])
    ledgers.cut(below: chain[depth + 1])
    let (isNextCurrent, isOrphanCurrent) = (
      ledgers.isCurrent(next), ledgers.isCurrent(ledgers.deeper(than: chain[depth + 1]))
    )
    ledgers.attribute(next, to: b, at: .seconds(2))
    let found = entries(ledgers, chain[0])
    #expect(isNextCurrent)
    #expect(!isOrphanCurrent)
    #expect(found == [2: 2_000_000_000])
  }

  @Test("from depth 7 on callees share the name, so that giving up silences nobody, least of all oneself")
  func deepest() {
    var ledgers = Ledgers()
    var id = ledgers.open(at: .zero)
    for _ in 0..<20 { id = ledgers.deeper(than: id) }
    ledgers.cut(below: id)
    ledgers.attribute(id, to: a, at: .seconds(1))
    let found = entries(ledgers, id)
    #expect(found == [1: 1_000_000_000])
  }

  @Test("only the branch that is merged counts, and the request goes on from its mark")
  func merging() {
    var ledgers = Ledgers()
    let request = ledgers.open(at: .zero)
    ledgers.attribute(request, to: a, at: .seconds(1))
    let (short, long) = (ledgers.open(at: .seconds(1)), ledgers.open(at: .seconds(1)))
    ledgers.attribute(short, to: a, at: .seconds(2))
    ledgers.close(short)
    ledgers.attribute(long, to: b, at: .seconds(4))
    ledgers.merge(long, into: request)
    ledgers.close(long)
    ledgers.attribute(request, to: a, at: .seconds(9))
    let found = entries(ledgers, request)
    #expect(found == [1: 6_000_000_000, 2: 3_000_000_000])
  }

  @Test("a closed ledger takes nothing under any of its names, and its slot starts afresh")
  func closing() {
    var ledgers = Ledgers()
    let first = ledgers.open(at: .zero)
    let callee = ledgers.deeper(than: first)
    ledgers.attribute(first, to: a, at: .seconds(1))
    ledgers.close(first)
    let second = ledgers.open(at: .seconds(5))
    ledgers.attribute(first, to: a, at: .seconds(8))
    ledgers.attribute(callee, to: a, at: .seconds(8))
    ledgers.close(callee)
    ledgers.merge(first, into: second)
    ledgers.attribute(second, to: b, at: .seconds(9))
    let found = entries(ledgers, second)
    #expect(second.slot == first.slot)
    #expect(found == [2: 4_000_000_000])
  }

  @Test("no ledger writes nothing")
  func none() {
    var ledgers = Ledgers()
    let id = ledgers.open(at: .zero)
    ledgers.attribute(.none, to: a, at: .seconds(1))
    ledgers.merge(.none, into: id)
    ledgers.cut(below: .none)
    ledgers.close(.none)
    let (isCurrent, deeper) = (ledgers.isCurrent(.none), ledgers.isCurrent(ledgers.deeper(than: .none)))
    let found = entries(ledgers, id)
    #expect(!isCurrent && !deeper)
    #expect(found.isEmpty)
  }
}
