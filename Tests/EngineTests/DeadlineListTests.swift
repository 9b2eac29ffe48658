import Testing
import Units

@testable import Engine

@Suite("Deadline list")
struct DeadlineListTests {
  private struct Waiting: DeadlineCarrier {
    var deadline: DeadlineLink
  }

  @Test("the first to enter arms the timer, later ones do not")
  func arming() {
    var slab = Slab(blank: Waiting(deadline: .unlinked))
    var list = DeadlineList()
    let (a, b) = (slab.take(), slab.take())
    let first = list.enter(a, due: .seconds(1), in: slab)
    let second = list.enter(b, due: .seconds(2), in: slab)
    #expect(first)
    #expect(!second)
  }

  @Test("a timer that fires early is armed again for the head of that moment, one that fires at an empty list is gone")
  func rearming() {
    var slab = Slab(blank: Waiting(deadline: .unlinked))
    var list = DeadlineList()
    let (a, b) = (slab.take(), slab.take())
    _ = list.enter(a, due: .seconds(1), in: slab)
    _ = list.enter(b, due: .seconds(2), in: slab)
    list.leave(a, in: slab)
    let early = list.expire(at: .seconds(1), in: slab)
    list.leave(b, in: slab)
    let idle = list.expire(at: .seconds(2), in: slab)
    let armsAnew = list.enter(a, due: .seconds(3), in: slab)
    #expect(early == .rearm(.seconds(2)))
    #expect(idle == .idle)
    #expect(armsAnew)
  }

  @Test("a slot expires at its due time, not a nanosecond before, and leaves the list once")
  func expiry() {
    var slab = Slab(blank: Waiting(deadline: .unlinked))
    var list = DeadlineList()
    let a = slab.take()
    _ = list.enter(a, due: .seconds(1), in: slab)
    let before = list.expire(at: Time(nanoseconds: 999_999_999), in: slab)
    let at = list.expire(at: .seconds(1), in: slab)
    let isLinked = slab[a].deadline.isLinked
    list.leave(a, in: slab)
    let after = list.expire(at: .seconds(1), in: slab)
    #expect(before == .rearm(.seconds(1)))
    #expect(at == .expired(a))
    #expect(!isLinked)
    #expect(after == .idle)
  }

  @Test("seeded programs of entering, leaving and firing agree with a plain list", arguments: 1...5)
  func oracle(seed: UInt64) {
    var stream = RandomStream(seed: seed, replication: 0, component: "deadlines", purpose: "oracle")
    var slab = Slab(blank: Waiting(deadline: .unlinked))
    var list = DeadlineList()
    var oracle: [(slot: UInt32, due: Int64)] = []
    var timer: Int64?
    var now: Int64 = 0
    let patience: Int64 = 50
    var expirations = 0
    var fault: String?
    for _ in 0..<20_000 where fault == nil {
      switch stream.nextIndex(below: 4) {
      case 0, 1:
        let slot = slab.take()
        let arms = list.enter(slot, due: Time(nanoseconds: now + patience), in: slab)
        oracle.append((slot, now + patience))
        if arms != (timer == nil) { fault = "the timer is armed although one is pending, or not although none is" }
        if arms { timer = now + patience }
      case 2:
        if oracle.isEmpty { continue }
        let (slot, _) = oracle.remove(at: Int(stream.nextIndex(below: UInt64(oracle.count))))
        list.leave(slot, in: slab)
        slab.giveBack(slot)
      default:
        now += Int64(stream.nextIndex(below: 20))
        while fault == nil, let due = timer, due <= now {
          switch list.expire(at: Time(nanoseconds: due), in: slab) {
          case .expired(let slot):
            if oracle.first?.slot != slot || oracle.first?.due != due { fault = "slot \(slot) expires at \(due)" }
            oracle.removeFirst()
            slab.giveBack(slot)
            expirations += 1
          case .rearm(let next):
            if oracle.first?.due != next.nanoseconds || next.nanoseconds <= due { fault = "armed for \(next)" }
            timer = next.nanoseconds
          case .idle:
            if !oracle.isEmpty { fault = "idle with \(oracle.count) waiting" }
            timer = nil
          }
        }
        if let first = oracle.first, first.due <= now { fault = "slot \(first.slot) was forgotten" }
      }
    }
    #expect(fault == nil)
    #expect(expirations > 100)
  }
}

extension DeadlineList.Expiry: Equatable {
  public static func == (a: Self, b: Self) -> Bool {
    switch (a, b) {
    case (.expired(let x), .expired(let y)): x == y
    case (.rearm(let x), .rearm(let y)): x == y
    case (.idle, .idle): true
    case (.expired, _), (.rearm, _), (.idle, _): false
    }
  }
}
