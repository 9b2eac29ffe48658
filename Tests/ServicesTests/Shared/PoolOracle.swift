import Engine
import Units

@testable import Services

/// What a `ConnectionPool` ought to do, slowly and plainly: arrays in order, and looking for everything anew each time.
struct PoolOracle {
  enum State: Equatable {
    case opening
    case idle(since: Time)
    case borrowed(CallID)
    case pinned(owner: UInt32)
    case leaving
  }

  struct Connection {
    var slot: UInt32
    var group: UInt32
    var state: State
  }

  struct Waiter {
    var call: CallID
    var group: UInt32
    var due: Time
  }

  /// In the order in which they came to their present state, so that the last idle one is the newest.
  var connections: [Connection] = []
  /// In the order of arrival.
  var line: [Waiter] = []
  var limits: [UInt32: Int] = [:]
  let limit: Int
  /// When the timer of the line is due; nil for none.
  var timer: Time?

  init(limit: Int) { self.limit = limit }

  func limit(of group: UInt32) -> Int { limits[group] ?? limit }
  func all(_ group: UInt32) -> [Connection] { connections.filter { $0.group == group && $0.state != .leaving } }
  func idle(_ group: UInt32) -> [Connection] {
    all(group).filter { if case .idle = $0.state { true } else { false } }
  }
  func opening(_ group: UInt32) -> [Connection] { all(group).filter { $0.state == .opening } }
  func borrowed(_ group: UInt32) -> [Connection] {
    all(group).filter { if case .borrowed = $0.state { true } else { false } }
  }
  func pinned(_ group: UInt32) -> [Connection] {
    all(group).filter { if case .pinned = $0.state { true } else { false } }
  }
  func waiting(_ group: UInt32) -> [Waiter] { line.filter { $0.group == group } }

  private mutating func move(_ slot: UInt32, to state: State) {
    guard let index = connections.firstIndex(where: { $0.slot == slot }) else { return }
    var connection = connections.remove(at: index)
    connection.state = state
    connections.append(connection)
  }

  private func group(of slot: UInt32) -> UInt32 { connections.first { $0.slot == slot }?.group ?? .max }

  /// The connection that a call gets; nil if it waits.
  mutating func acquire(_ call: CallID, _ group: UInt32, until due: Time) -> UInt32? {
    if let newest = idle(group).last {
      move(newest.slot, to: .borrowed(call))
      return newest.slot
    }
    line.append(Waiter(call: call, group: group, due: due))
    return nil
  }

  /// Whether a connection begins for the line of a group.
  func opensForLine(_ group: UInt32) -> Bool {
    waiting(group).count > opening(group).count && opensAhead(group)
  }

  /// Whether there is room for a connection.
  func opensAhead(_ group: UInt32) -> Bool { all(group).count < limit(of: group) }

  /// A slot has been taken for a connection.
  mutating func begin(_ slot: UInt32, _ group: UInt32) {
    connections.append(Connection(slot: slot, group: group, state: .opening))
  }

  /// A connection is free: the call that has it now, or none.
  mutating func free(_ slot: UInt32, at now: Time) -> CallID {
    let call = takeWaiter(group(of: slot))
    move(slot, to: call == .none ? .idle(since: now) : .borrowed(call))
    return call
  }

  mutating func takeWaiter(_ group: UInt32) -> CallID {
    guard let index = line.firstIndex(where: { $0.group == group }) else { return .none }
    return line.remove(at: index).call
  }

  mutating func pin(_ slot: UInt32, _ owner: UInt32) { move(slot, to: .pinned(owner: owner)) }
  mutating func leave(_ slot: UInt32) { move(slot, to: .leaving) }
  mutating func close(_ slot: UInt32) { connections.removeAll { $0.slot == slot } }

  /// Who has waited for too long, in the order of arrival.
  mutating func expire(at now: Time) -> [CallID] {
    let expired = line.filter { $0.due <= now }.map(\.call)
    line.removeAll { $0.due <= now }
    timer = line.map(\.due).filter { $0 < .never }.min()
    return expired
  }
}
