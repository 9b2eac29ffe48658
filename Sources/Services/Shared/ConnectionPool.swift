import Engine
import Units

// Connections that borrowers share: the pool of a driver in each execution environment, and that of a proxy.
//
//           acquire finds none           opened, somebody waits          given back, somebody waits
//   closed ---------------------> opening ---------------------> borrowed <------------------.
//      ^                             |                            |  ^  |                    |
//      |                             | opened, nobody waits       |  |  '--------------------'
//      |                             v          given back        |  | acquired
//      |<-- too long unused, lost - idle <-----------------------'   |
//      |                             '-------------------------------'
//      |                                        pinned to its borrower's session
//      '<-- lost, given up --- borrowed ------> pinned ----> closed
//
// A group is a pool of its own within the same tables: an environment, or a role of a proxy's endpoints. Whoever finds
// no idle connection waits in line, first come, first served, and a connection is opened if the group has room for one
// more; whichever connection comes first goes to the head of the line. The pool decides and keeps the books; its owner
// opens and closes for it and holds the timers.

/// A connection of a pool, whose state carries what belongs to it.
struct PooledConnection: BitwiseCopyable {
  enum State: BitwiseCopyable {
    /// The slot is free. Next: opening.
    case closed
    /// Next: idle, borrowed, closed.
    case opening
    /// Next: borrowed, closed.
    case idle(since: Time)
    /// Works for a call. Next: idle, borrowed by the next in line, pinned, closed.
    case borrowed(CallID)
    /// Belongs to a session of the owner's until that ends. Next: closed.
    case pinned(owner: UInt32)
  }

  var state: State
  var group: UInt32
  /// Counts the connections that used the slot.
  var generation: UInt32
  /// Neighbours in the group's list of idle connections.
  var newer: UInt32
  var older: UInt32

  static var blank: PooledConnection {
    PooledConnection(state: .closed, group: 0, generation: 0, newer: .max, older: .max)
  }
}

/// What a request for a connection finds.
enum Acquisition: BitwiseCopyable {
  /// The connection is borrowed by the call.
  case use(UInt32)
  /// The call waits in line. A connection to open for the line, `.max` for none.
  case wait(opening: UInt32)
}

/// Pools of connections, one a group.
struct ConnectionPool: ~Copyable {
  /// Who waits, in two lists: the line of its group, and all that have the same patience.
  struct Waiter: DeadlineCarrier {
    var call: CallID
    var group: UInt32
    var previous: UInt32
    var next: UInt32
    var deadline: DeadlineLink
  }

  struct Group: BitwiseCopyable {
    /// Connections that may be open at once, those that open included.
    var limit: Int32
    var open: Int32
    var opening: Int32
    var idle: Int32
    var pinned: Int32
    var waiting: Int32
    var newestIdle: UInt32
    var oldestIdle: UInt32
    var firstWaiter: UInt32
    var lastWaiter: UInt32

    static func empty(limit: Int32) -> Group {
      Group(
        limit: limit, open: 0, opening: 0, idle: 0, pinned: 0, waiting: 0, newestIdle: .max, oldestIdle: .max,
        firstWaiter: .max, lastWaiter: .max)
    }
  }

  private(set) var connections: Slab<PooledConnection>
  private(set) var waiters: Slab<Waiter>
  private var groups: Slab<Group>
  private var deadlines = DeadlineList()
  private let limit: Int32

  /// Pools without connections; each group may have `limit` open ones, 1 or more.
  init(limit: Int32) {
    precondition(limit >= 1, "a pool has room for a connection")
    self.limit = limit
    connections = Slab(blank: .blank)
    waiters = Slab(
      blank: Waiter(call: .none, group: 0, previous: .max, next: .max, deadline: .unlinked))
    groups = Slab(blank: .empty(limit: limit))
  }

  /// What is known of a group; one that has not been used is empty.
  func group(_ group: UInt32) -> Group { Int(group) < groups.extent ? groups[group] : .empty(limit: limit) }

  /// Borrowed connections of a group.
  func borrowed(_ group: UInt32) -> Int32 {
    let group = self.group(group)
    return group.open - group.opening - group.idle - group.pinned
  }

  /// Changes how many connections a group may have open; those beyond stay until they are given back.
  mutating func setLimit(_ limit: Int32, of group: UInt32) {
    reach(group)
    groups[group].limit = limit
  }

  /// A call asks for a connection. One that waits does so until `due`, `.never` for ever; if that is the earliest of all
  /// and no timer is pending, `armsTimer` is set and the owner schedules one at `due`.
  mutating func acquire(
    _ call: CallID, group: UInt32, until due: Time = .never, armsTimer: inout Bool
  ) -> Acquisition {
    reach(group)
    if groups[group].firstWaiter == .max, let connection = takeIdle(group) {
      connections[connection].state = .borrowed(call)
      return .use(connection)
    }
    let waiter = waiters.take()
    waiters[waiter] = Waiter(
      call: call, group: group, previous: groups[group].lastWaiter, next: .max, deadline: .unlinked)
    if groups[group].lastWaiter == .max {
      groups[group].firstWaiter = waiter
    } else {
      waiters[groups[group].lastWaiter].next = waiter
    }
    groups[group].lastWaiter = waiter
    groups[group].waiting &+= 1
    if due < .never, deadlines.enter(waiter, due: due, in: waiters) { armsTimer = true }
    return .wait(opening: openForLine(group))
  }

  /// Begins a connection for the line of a group, if it is longer than what opens already and there is room; else `.max`.
  mutating func openForLine(_ group: UInt32) -> UInt32 {
    reach(group)
    guard groups[group].waiting > groups[group].opening, groups[group].open < groups[group].limit else { return .max }
    return begin(group)
  }

  /// Begins a connection that nobody waits for yet; `.max` if there is no room.
  mutating func openAhead(_ group: UInt32) -> UInt32 {
    reach(group)
    return groups[group].open < groups[group].limit ? begin(group) : .max
  }

  /// A connection is open. Returns the call that has it now; `.none` if it is idle.
  mutating func opened(_ connection: UInt32, at now: Time) -> CallID {
    guard case .opening = connections[connection].state else {
      preconditionFailure("only a connection that opens can be open")
    }
    groups[connections[connection].group].opening &-= 1
    return pass(connection, at: now)
  }

  /// A connection could not be opened, and is closed. Returns the call at the head of the line, which leaves it to fail;
  /// `.none` if nobody waits.
  mutating func failedToOpen(_ connection: UInt32) -> CallID {
    let group = connections[connection].group
    close(connection)
    return takeWaiter(group)
  }

  /// A borrower gives its connection back. Returns the call that has it now; `.none` if it is idle.
  mutating func giveBack(_ connection: UInt32, at now: Time) -> CallID {
    guard case .borrowed = connections[connection].state else {
      preconditionFailure("only a borrowed connection is given back")
    }
    return pass(connection, at: now)
  }

  /// A borrowed connection belongs to a session from now on.
  mutating func pin(_ connection: UInt32, to owner: UInt32) {
    guard case .borrowed = connections[connection].state else {
      preconditionFailure("only a borrowed connection is pinned")
    }
    connections[connection].state = .pinned(owner: owner)
    groups[connections[connection].group].pinned &+= 1
  }

  /// A connection is gone, whatever it did. The owner asks `openForLine` then, as there is room for another one.
  mutating func close(_ connection: UInt32) {
    let group = connections[connection].group
    switch connections[connection].state {
    case .closed: preconditionFailure("a connection is closed once")
    case .opening: groups[group].opening &-= 1
    case .idle: unlinkIdle(connection)
    case .borrowed: break
    case .pinned: groups[group].pinned &-= 1
    }
    connections[connection].state = .closed
    connections[connection].generation &+= 1
    groups[group].open &-= 1
    connections.giveBack(connection)
    assertConserved(group)
  }

  /// The idle connection of a group that has been idle for longest; `.max` for none.
  func oldestIdle(_ group: UInt32) -> UInt32 { self.group(group).oldestIdle }

  /// Since when a connection is idle; `.never` if it is not.
  func idleSince(_ connection: UInt32) -> Time {
    if case .idle(let since) = connections[connection].state { return since }
    return .never
  }

  /// What the timer of the line finds: a call that has waited for too long and has left the line, or when to look again.
  enum Expiry: BitwiseCopyable {
    case expired(CallID)
    case rearm(Time)
    case idle
  }

  /// Asks again until nothing has expired.
  mutating func expire(at now: Time) -> Expiry {
    switch deadlines.expire(at: now, in: waiters) {
    case .idle: return .idle
    case .rearm(let due): return .rearm(due)
    case .expired(let waiter):
      let call = waiters[waiter].call
      unlinkWaiter(waiter)
      return .expired(call)
    }
  }

  /// Takes the first call out of a group's line; `.none` if nobody waits.
  mutating func takeWaiter(_ group: UInt32) -> CallID {
    let waiter = groups[group].firstWaiter
    guard waiter != .max else { return .none }
    deadlines.leave(waiter, in: waiters)
    let call = waiters[waiter].call
    unlinkWaiter(waiter)
    return call
  }

  // MARK: Steps

  /// Slots of groups are numbered by the owner.
  private mutating func reach(_ group: UInt32) {
    while groups.extent <= Int(group) { _ = groups.take() }
  }

  private mutating func begin(_ group: UInt32) -> UInt32 {
    let connection = connections.take()
    connections[connection].state = .opening
    connections[connection].group = group
    groups[group].open &+= 1
    groups[group].opening &+= 1
    assertConserved(group)
    return connection
  }

  /// A connection is free: for the head of the line, or for whoever comes.
  private mutating func pass(_ connection: UInt32, at now: Time) -> CallID {
    let group = connections[connection].group
    let call = takeWaiter(group)
    if call != .none {
      connections[connection].state = .borrowed(call)
    } else {
      connections[connection].state = .idle(since: now)
      let newest = groups[group].newestIdle
      connections[connection].older = newest
      connections[connection].newer = .max
      if newest == .max { groups[group].oldestIdle = connection } else { connections[newest].newer = connection }
      groups[group].newestIdle = connection
      groups[group].idle &+= 1
    }
    assertConserved(group)
    return call
  }

  private mutating func takeIdle(_ group: UInt32) -> UInt32? {
    let connection = groups[group].newestIdle
    guard connection != .max else { return nil }
    unlinkIdle(connection)
    return connection
  }

  private mutating func unlinkIdle(_ connection: UInt32) {
    let group = connections[connection].group
    let (newer, older) = (connections[connection].newer, connections[connection].older)
    if newer == .max { groups[group].newestIdle = older } else { connections[newer].older = older }
    if older == .max { groups[group].oldestIdle = newer } else { connections[older].newer = newer }
    groups[group].idle &-= 1
  }

  private mutating func unlinkWaiter(_ waiter: UInt32) {
    let group = waiters[waiter].group
    let (previous, next) = (waiters[waiter].previous, waiters[waiter].next)
    if previous == .max { groups[group].firstWaiter = next } else { waiters[previous].next = next }
    if next == .max { groups[group].lastWaiter = previous } else { waiters[next].previous = previous }
    groups[group].waiting &-= 1
    waiters.giveBack(waiter)
  }

  /// In debug builds: open = opening + idle + borrowed + pinned, each counted by looking.
  private func assertConserved(_ group: UInt32) {
    assert(isConserved(group), "connections of a group are opening, idle, borrowed or pinned")
  }

  private func isConserved(_ group: UInt32) -> Bool {
    var (opening, idle, borrowed, pinned): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    for slot in 0..<UInt32(connections.extent) where connections[slot].group == group {
      switch connections[slot].state {
      case .closed: break
      case .opening: opening += 1
      case .idle: idle += 1
      case .borrowed: borrowed += 1
      case .pinned: pinned += 1
      }
    }
    let known = groups[group]
    return known.open == opening + idle + borrowed + pinned && known.opening == opening && known.idle == idle
      && known.pinned == pinned
  }
}
