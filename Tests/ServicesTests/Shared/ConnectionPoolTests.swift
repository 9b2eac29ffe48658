import Engine
import Testing
import Units

@testable import Services

/// The pool by itself: every state change and timeout edge as a story, and long random ones against a slow oracle.
@Suite("Connection pool")
struct ConnectionPoolTests {
  private func call(_ number: UInt32) -> CallID { CallID(slot: number, generation: 1) }

  /// A pool's group in one line: open = opening + idle + borrowed + pinned, and who waits.
  private func books(_ pool: borrowing ConnectionPool, _ group: UInt32 = 0) -> String {
    let books = pool.group(group)
    return
      "\(books.open) = \(books.opening) + \(books.idle) + \(books.borrowed) + \(books.pinned), \(books.waiting) wait"
  }

  private func ask(_ pool: inout ConnectionPool, _ number: UInt32, group: UInt32 = 0) -> (use: UInt32, opens: UInt32) {
    var armsTimer = false
    defer { #expect(!armsTimer, "who waits for ever needs no timer") }
    switch pool.acquire(call(number), group: group, armsTimer: &armsTimer) {
    case .use(let connection): return (connection, .max)
    case .wait(let opening): return (.max, opening)
    }
  }

  private func text(_ expiry: ConnectionPool.Expiry) -> String {
    switch expiry {
    case .expired(let call): "call \(call.slot) leaves"
    case .rearm(let due): "again at \(due)"
    case .idle: "nothing"
    }
  }

  /// A new pool's first connection, which call 1 has borrowed.
  private func borrow(_ pool: inout ConnectionPool) -> UInt32 {
    let connection = ask(&pool, 1).opens
    #expect(pool.opened(connection, at: .zero) == call(1))
    return connection
  }

  @Test("a connection is opened, borrowed, idle, borrowed again and closed")
  func life() {
    var pool = ConnectionPool(limit: 1)
    #expect(books(pool) == "0 = 0 + 0 + 0 + 0, 0 wait")
    let first = ask(&pool, 1)
    #expect(first.use == .max && first.opens != .max)
    #expect(books(pool) == "1 = 1 + 0 + 0 + 0, 1 wait")
    #expect(pool.opened(first.opens, at: .seconds(1)) == call(1))
    #expect(books(pool) == "1 = 0 + 0 + 1 + 0, 0 wait")
    #expect(pool.giveBack(first.opens, at: .seconds(2)) == .none)
    #expect(books(pool) == "1 = 0 + 1 + 0 + 0, 0 wait")
    #expect(pool.idleSince(first.opens) == .seconds(2))
    #expect(ask(&pool, 2).use == first.opens)
    #expect(pool.idleSince(first.opens) == .never)
    #expect(pool.giveBack(first.opens, at: .seconds(3)) == .none)
    let generation = pool.connections[first.opens].generation
    pool.close(first.opens)
    #expect(books(pool) == "0 = 0 + 0 + 0 + 0, 0 wait")
    #expect(pool.connections[first.opens].generation == generation + 1)
  }

  @Test("the line is first come, first served, over connections that open and that come back")
  func firstComeFirstServed() {
    var pool = ConnectionPool(limit: 2)
    let first = borrow(&pool)
    let second = ask(&pool, 2).opens
    #expect(second != .max)
    #expect(ask(&pool, 3).opens == .max, "no room for a third connection")
    #expect(ask(&pool, 4).opens == .max)
    #expect(pool.headOfLine(0) == call(2))
    // Call 2 has a connection opened, but that of call 1 comes back first.
    #expect(pool.giveBack(first, at: .seconds(1)) == call(2))
    #expect(pool.opened(second, at: .seconds(2)) == call(3))
    #expect(pool.giveBack(first, at: .seconds(3)) == call(4))
    #expect(pool.giveBack(second, at: .seconds(4)) == .none)
    #expect(books(pool) == "2 = 0 + 1 + 1 + 0, 0 wait")
  }

  @Test("of idle connections the one used last is taken, and the other one is the oldest")
  func newestFirst() {
    var pool = ConnectionPool(limit: 2)
    let first = borrow(&pool)
    let second = ask(&pool, 2).opens
    #expect(pool.opened(second, at: .zero) == call(2))
    _ = pool.giveBack(second, at: .seconds(1))
    _ = pool.giveBack(first, at: .seconds(2))
    #expect(pool.oldestIdle(0) == second)
    #expect(ask(&pool, 3).use == first)
    #expect(ask(&pool, 4).use == second)
    #expect(pool.oldestIdle(0) == .max)
  }

  @Test("a connection that nobody waits for any more is idle when it is open, and one opened ahead too")
  func openedForNobody() {
    var pool = ConnectionPool(limit: 2)
    let first = ask(&pool, 1).opens
    #expect(pool.takeWaiter(0) == call(1))
    #expect(pool.takeWaiter(0) == .none)
    #expect(pool.opened(first, at: .seconds(1)) == .none)
    let ahead = pool.openAhead(0)
    #expect(pool.openForLine(0) == .max)
    #expect(pool.openAhead(0) == .max)
    #expect(pool.opened(ahead, at: .seconds(2)) == .none)
    #expect(books(pool) == "2 = 0 + 2 + 0 + 0, 0 wait")
  }

  @Test("a connection that cannot be opened fails the head of the line, and the next one is opened for the rest")
  func failedToOpen() {
    var pool = ConnectionPool(limit: 1)
    let first = ask(&pool, 1).opens
    _ = ask(&pool, 2)
    #expect(pool.failedToOpen(first) == call(1))
    #expect(books(pool) == "0 = 0 + 0 + 0 + 0, 1 wait")
    let second = pool.openForLine(0)
    #expect(second != .max)
    #expect(pool.openForLine(0) == .max, "it opens already")
    #expect(pool.failedToOpen(second) == call(2))
    let third = pool.openAhead(0)
    #expect(pool.failedToOpen(third) == .none, "without a line nobody fails")
    #expect(books(pool) == "0 = 0 + 0 + 0 + 0, 0 wait")
  }

  @Test("connections are closed from every state, and make room", arguments: 0..<5)
  func close(state: Int) {
    var pool = ConnectionPool(limit: 1)
    var connection = borrow(&pool)
    switch state {
    case 0:
      pool.close(connection)
      connection = pool.openAhead(0)
    case 1: _ = pool.giveBack(connection, at: .seconds(1))
    case 2: pool.pin(connection, to: 7)
    case 3:
      pool.leave(connection)
      #expect(books(pool) == "0 = 0 + 0 + 0 + 0, 0 wait", "a leaving one counts in no group")
      let other = pool.openAhead(0)
      #expect(other != connection, "but keeps its slot")
      pool.close(other)
    default: break  // over numbers; it stays borrowed
    }
    pool.close(connection)
    #expect(books(pool) == "0 = 0 + 0 + 0 + 0, 0 wait")
    #expect(pool.anyConnection(0) == .max)
    #expect(pool.oldestIdle(0) == .max)
    #expect(pool.openAhead(0) == connection, "the slot is free again")
  }

  @Test("a pinned connection belongs to its session until it is closed, and those in line wait on")
  func pin() {
    var pool = ConnectionPool(limit: 1)
    let connection = borrow(&pool)
    _ = ask(&pool, 2)
    pool.pin(connection, to: 7)
    #expect(books(pool) == "1 = 0 + 0 + 0 + 1, 1 wait")
    var owner: UInt32 = 0
    if case .pinned(let session) = pool.connections[connection].state { owner = session }
    #expect(owner == 7)
    #expect(pool.openForLine(0) == .max)
    pool.close(connection)
    let next = pool.openForLine(0)
    #expect(pool.opened(next, at: .seconds(1)) == call(2))
  }

  @Test("a limit below what is open closes nothing, and opens nothing before the rest is closed")
  func loweredLimit() {
    var pool = ConnectionPool(limit: 2)
    let first = borrow(&pool)
    let second = ask(&pool, 2).opens
    #expect(pool.opened(second, at: .zero) == call(2))
    pool.setLimit(1, of: 0)
    #expect(pool.excess(0) == 1)
    _ = ask(&pool, 3)
    pool.close(first)
    #expect(pool.excess(0) == 0)
    #expect(pool.openForLine(0) == .max, "one is open, and one may be")
    #expect(pool.giveBack(second, at: .seconds(1)) == call(3))
    pool.setLimit(0, of: 0)
    #expect(pool.excess(0) == 1)
    #expect(pool.openAhead(0) == .max)
    pool.setLimit(3, of: 0)
    #expect(pool.openAhead(0) != .max)
    #expect(pool.openAhead(0) != .max)
    #expect(pool.openAhead(0) == .max)
  }

  @Test("groups know nothing of each other")
  func groups() {
    var pool = ConnectionPool(limit: 1)
    let first = ask(&pool, 1, group: 5).opens
    let second = ask(&pool, 2, group: 3).opens
    #expect(pool.opened(second, at: .zero) == call(2))
    #expect(pool.giveBack(second, at: .zero) == .none)
    #expect(books(pool, 5) == "1 = 1 + 0 + 0 + 0, 1 wait")
    #expect(books(pool, 3) == "1 = 0 + 1 + 0 + 0, 0 wait")
    #expect(pool.anyConnection(5) == first)
    #expect(pool.anyConnection(3) == second)
    #expect(pool.anyConnection(9) == .max)
    #expect(pool.group(1_000).limit == 1, "a group that was never used is empty")
  }

  @Test("one timer serves the line: it is armed once, and again for who waits then")
  func patience() {
    var pool = ConnectionPool(limit: 1)
    let connection = borrow(&pool)
    var arms = false
    _ = pool.acquire(call(2), group: 0, until: .seconds(10), armsTimer: &arms)
    #expect(arms)
    arms = false
    _ = pool.acquire(call(3), group: 0, until: .seconds(12), armsTimer: &arms)
    _ = pool.acquire(call(4), group: 1, until: .seconds(13), armsTimer: &arms)
    #expect(!arms, "it is pending")
    #expect(pool.giveBack(connection, at: .seconds(5)) == call(2))
    #expect(text(pool.expire(at: .seconds(10))) == "again at 12 s", "call 3 is next")
    #expect(text(pool.expire(at: .seconds(12))) == "call 3 leaves", "at its due time")
    #expect(text(pool.expire(at: .seconds(12))) == "again at 13 s", "call 4 is next")
    // A limit comes before what is given back at the same instant, so the connection finds nobody in line.
    #expect(pool.giveBack(connection, at: .seconds(12)) == .none)
    #expect(text(pool.expire(at: .seconds(13))) == "call 4 leaves", "it waited for its own")
    #expect(text(pool.expire(at: .seconds(13))) == "nothing", "nobody waits")
    #expect(books(pool, 1) == "1 = 1 + 0 + 0 + 0, 0 wait", "its connection opens still")
    pool.close(connection)
    _ = pool.acquire(call(5), group: 0, until: .seconds(30), armsTimer: &arms)
    #expect(arms, "an idle timer is armed anew")
  }

  @Test("thousands of random events in four groups leave what a slow oracle says", arguments: UInt64(1)...12)
  func oracle(seed: UInt64) {
    var play = PoolPlay(seed: seed, limit: Int(1 + seed % 4))
    for _ in 0..<3_000 { play.step() }
    let (isTrue, counts) = (play.isTrue, play.counts)
    #expect(isTrue)
    // Every kind of event has come, or the play shows less than it says.
    for (number, count) in counts.enumerated() { #expect(count > 20, "event \(number) has come") }
  }
}
