import Engine
import Testing
import Units

@testable import Services

/// A random play on a pool and its oracle.
struct PoolPlay: ~Copyable {
  var pool: ConnectionPool
  var oracle: PoolOracle
  var state: UInt64
  var now = Time.zero
  var calls: UInt32 = 0
  var isTrue = true
  var counts = [Int](repeating: 0, count: 12)

  init(seed: UInt64, limit: Int) {
    state = seed
    pool = ConnectionPool(limit: Int32(limit))
    oracle = PoolOracle(limit: limit)
  }

  mutating func random(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  mutating func pick(_ connections: [PoolOracle.Connection]) -> UInt32? {
    connections.isEmpty ? nil : connections[random(connections.count)].slot
  }

  mutating func demand(_ isSo: Bool, _ text: String) {
    if !isSo && isTrue { Issue.record("at \(now): \(text)") }
    isTrue = isTrue && isSo
  }

  /// A slot that the pool has or has not begun, against whether it should.
  mutating func begun(_ slot: UInt32, _ should: Bool, _ group: UInt32) {
    demand((slot != .max) == should, "a connection begins if and only if it should")
    if slot == .max { return }
    let isFresh = !oracle.connections.contains { $0.slot == slot }
    demand(isFresh, "a slot in use is not taken")
    oracle.begin(slot, group)
  }

  /// The owner's timer, then perhaps time passes, then one event.
  mutating func step() {
    guard isTrue else { return }
    if random(3) == 0 { advance(Time(nanoseconds: Int64(random(4)))) }
    let group = UInt32(random(4))
    let kind = random(12)
    var happens = true
    switch kind {
    case 0, 1, 2: acquire(group)
    case 3:
      let should = oracle.opensForLine(group)
      begun(pool.openForLine(group), should, group)
    case 4:
      let should = oracle.opensAhead(group)
      begun(pool.openAhead(group), should, group)
    case 5:
      if let slot = pick(oracle.opening(group)) {
        demand(pool.opened(slot, at: now) == oracle.free(slot, at: now), "opened goes to the head of the line")
      } else {
        happens = false
      }
    case 6:
      if let slot = pick(oracle.opening(group)) {
        oracle.close(slot)
        demand(pool.failedToOpen(slot) == oracle.takeWaiter(group), "the head of the line fails")
      } else {
        happens = false
      }
    case 7, 8:
      if let slot = pick(oracle.borrowed(group)) {
        demand(pool.giveBack(slot, at: now) == oracle.free(slot, at: now), "given back goes to the head of the line")
      } else {
        happens = false
      }
    case 9: happens = closeOrLeave(group)
    case 10:
      if let slot = pick(oracle.borrowed(group)), random(2) == 0 {
        pool.pin(slot, to: group)
        oracle.pin(slot, group)
      } else {
        demand(pool.takeWaiter(group) == oracle.takeWaiter(group), "the first leaves the line")
      }
    default:  // over numbers
      let limit = random(6)
      pool.setLimit(Int32(limit), of: group)
      oracle.limits[group] = limit
    }
    if happens { counts[kind] += 1 }
    for group in 0..<UInt32(4) { compare(group) }
    demand(pool.areTablesSound(), "the tables are sound")
  }

  mutating func acquire(_ group: UInt32) {
    calls += 1
    let call = CallID(slot: calls, generation: 1)
    let due = random(8) == 0 ? Time.never : now + Time(nanoseconds: 40)
    var arms = false
    let expected = oracle.acquire(call, group, until: due)
    switch pool.acquire(call, group: group, until: due, armsTimer: &arms) {
    case .use(let slot): demand(slot == expected && !arms, "the newest idle connection is used")
    case .wait(let opening):
      demand(expected == nil, "who finds an idle connection does not wait")
      demand(arms == (due < .never && oracle.timer == nil), "the timer is armed when none is pending")
      if arms { oracle.timer = due }
      begun(opening, oracle.opensForLine(group), group)
    }
  }

  mutating func closeOrLeave(_ group: UInt32) -> Bool {
    let leaving = oracle.connections.filter { $0.state == .leaving && $0.group == group }
    let mayLeave = oracle.opening(group) + oracle.borrowed(group)
    if random(3) == 0, let slot = pick(mayLeave) {
      pool.leave(slot)
      oracle.leave(slot)
    } else if let slot = pick(oracle.all(group) + leaving) {
      let generation = pool.connections[slot].generation
      pool.close(slot)
      oracle.close(slot)
      demand(pool.connections[slot].generation == generation &+ 1, "the next connection has another number")
    } else {
      return false
    }
    return true
  }

  /// Time passes; a timer that is due fires on its way.
  mutating func advance(_ span: Time) {
    let end = now + span
    while let due = oracle.timer, due <= end {
      now = due
      let expected = oracle.expire(at: now)
      var found: [CallID] = []
      expiry: while true {
        switch pool.expire(at: now) {
        case .expired(let call): found.append(call)
        case .rearm(let next):
          demand(next == oracle.timer, "the timer is armed for who waits for longest")
          break expiry
        case .idle:
          demand(oracle.timer == nil, "without anybody no timer")
          break expiry
        }
      }
      demand(found == expected, "those whose patience ends leave in order")
    }
    now = end
  }

  mutating func compare(_ group: UInt32) {
    let books = pool.group(group)
    demand(
      Int(books.open) == oracle.all(group).count && Int(books.opening) == oracle.opening(group).count
        && Int(books.idle) == oracle.idle(group).count && Int(books.borrowed) == oracle.borrowed(group).count
        && Int(books.pinned) == oracle.pinned(group).count && Int(books.waiting) == oracle.waiting(group).count,
      "the numbers of group \(group) are those of the oracle")
    demand(pool.oldestIdle(group) == oracle.idle(group).first?.slot ?? .max, "the oldest idle connection")
    demand(pool.headOfLine(group) == oracle.waiting(group).first?.call ?? .none, "the head of the line")
    demand(Int(pool.excess(group)) == max(0, oracle.all(group).count - oracle.limit(of: group)), "the excess")
    for connection in oracle.connections where connection.group == group {
      demand(pool.connections[connection.slot].group == group, "every connection is in its group")
      let found: PoolOracle.State? =
        switch pool.connections[connection.slot].state {
        case .closed: nil
        case .opening: .opening
        case .idle(let since): .idle(since: since)
        case .borrowed(let call): .borrowed(call)
        case .pinned(let owner): .pinned(owner: owner)
        case .leaving: .leaving
        }
      demand(found == connection.state, "the state of connection \(connection.slot)")
    }
  }
}
