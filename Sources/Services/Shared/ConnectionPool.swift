import Engine
import Units

// Connections that borrowers share: the pool of a driver in each execution environment, and that of a proxy.
//
//           acquire finds none           opened, somebody waits          given back, somebody waits
//   closed ---------------------> opening ---------------------> borrowed <------------------.
//      ^                           |   |                          | |  ^  |                  |
//      |          its group ended  |   | opened, nobody waits     | |  |  '------------------'
//      |<-- leaving <--------------+   v       given back         | |  | acquired
//      |            ^              idle <-------------------------' |  |
//      |            |               |'------------------------------|--'
//      |            '---------------|---- its group ended ----------+
//      |<-- too long unused, lost --'                               | pinned to its borrower's session
//      |<-- lost, given up ----- borrowed, opening                  |
//      '<-- its session ended ------------------------- pinned <----'
//
// A group is a pool of its own within the same tables: an environment, or a role of a proxy's endpoints. Whoever finds
// no idle connection waits in line, first come, first served, and a connection is opened if the group has room for one
// more; whichever connection comes first goes to the head of the line. The pool decides and keeps the books; its owner
// opens and closes for it and holds the timers. Each step is O(1): all lists are linked through the slots, so a group
// costs its few numbers and a connection or waiter its links.

/// A connection of a pool, whose state carries what belongs to it.
struct PooledConnection: BitwiseCopyable {
  enum State: BitwiseCopyable {
    /// The slot is free. Next: opening.
    case closed
    /// Next: idle, borrowed by the head of the line, leaving, closed.
    case opening
    /// Next: borrowed, closed.
    case idle(since: Time)
    /// Works for a call. Next: idle, borrowed by the next in line, pinned, leaving, closed.
    case borrowed(CallID)
    /// Belongs to a session of the owner's until that ends. Next: closed.
    case pinned(owner: UInt32)
    /// Given up, or its group has ended, but its owner still expects an answer about it. It counts in no group. Next:
    /// closed.
    case leaving
  }

  var state: State
  var group: UInt32
  /// Counts the connections that used the slot.
  var generation: UInt32
  /// Neighbours in the group's list of idle connections.
  var newer: UInt32
  var older: UInt32
  /// Neighbours in the group's list of all connections, in no order that matters.
  var previous: UInt32
  var next: UInt32

  static var blank: PooledConnection {
    PooledConnection(
      state: .closed, group: 0, generation: 0, newer: .max, older: .max, previous: .max, next: .max)
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

  /// The books of a group. Each number is kept apart from the others, so that they can be held against each other.
  struct Group: BitwiseCopyable {
    /// Connections that may be open at once, those that open included.
    var limit: Int32
    /// The most that can be open now: the limit, or what was open already when it was lowered.
    var ceiling: Int32
    var open: Int32
    var opening: Int32
    var idle: Int32
    var borrowed: Int32
    var pinned: Int32
    var waiting: Int32
    var newestIdle: UInt32
    var oldestIdle: UInt32
    var firstWaiter: UInt32
    var lastWaiter: UInt32
    var firstConnection: UInt32

    static func empty(limit: Int32) -> Group {
      Group(
        limit: limit, ceiling: limit, open: 0, opening: 0, idle: 0, borrowed: 0, pinned: 0, waiting: 0,
        newestIdle: .max, oldestIdle: .max, firstWaiter: .max, lastWaiter: .max, firstConnection: .max)
    }
  }

  private(set) var connections: Slab<PooledConnection>
  private(set) var waiters: Slab<Waiter>
  private(set) var groups: Slab<Group>
  private var deadlines = DeadlineList()
  /// Of a group, unless it has another one.
  let limit: Int32
  /// Changes since the tables were walked; counted in debug builds only.
  var changesSinceWalk = 0

  /// Pools without connections; each group may have `limit` open ones, 1 or more.
  init(limit: Int32) {
    precondition(limit >= 1, "a pool has room for a connection")
    self.limit = limit
    connections = Slab(blank: .blank)
    waiters = Slab(
      blank: Waiter(call: .none, group: 0, previous: .max, next: .max, deadline: .unlinked))
    groups = Slab(blank: .empty(limit: limit))
  }

  // MARK: Events

  /// Changes how many connections a group may have open, 0 or more; those beyond stay until the owner closes them.
  /// The owner asks `openForLine` after it has raised the limit.
  mutating func setLimit(_ limit: Int32, of group: UInt32) {
    precondition(limit >= 0, "a number of connections is never negative")
    reach(group)
    groups[group].limit = limit
    groups[group].ceiling = max(limit, groups[group].open)
    changed(group)
  }

  /// A call asks for a connection. One that waits does so until `due`, `.never` for ever; if that is the earliest of all
  /// and no timer is pending, `armsTimer` is set and the owner schedules one at `due`, as a time limit. All who wait with
  /// a limit have the same patience.
  @inline(__always) mutating func acquire(
    _ call: CallID, group: UInt32, until due: Time = .never, armsTimer: inout Bool
  ) -> Acquisition {
    reach(group)
    let connection = groups[group].newestIdle
    // Nobody waits while a connection is idle.
    if connection == .max { return .wait(opening: wait(call, group, until: due, armsTimer: &armsTimer)) }
    unlinkIdle(connection)
    connections[connection].state = .borrowed(call)
    groups[group].borrowed &+= 1
    changed(group)
    return .use(connection)
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
  /// `.none` if nobody waits. The owner asks `openForLine` then.
  mutating func failedToOpen(_ connection: UInt32) -> CallID {
    guard case .opening = connections[connection].state else {
      preconditionFailure("only a connection that opens can fail to")
    }
    let group = connections[connection].group
    close(connection)
    return takeWaiter(group)
  }

  /// A borrower gives its connection back. Returns the call that has it now; `.none` if it is idle.
  @inline(__always) mutating func giveBack(_ connection: UInt32, at now: Time) -> CallID {
    guard case .borrowed = connections[connection].state else {
      preconditionFailure("only a borrowed connection is given back")
    }
    groups[connections[connection].group].borrowed &-= 1
    return pass(connection, at: now)
  }

  /// A borrowed connection belongs to a session from now on.
  mutating func pin(_ connection: UInt32, to owner: UInt32) {
    guard case .borrowed = connections[connection].state else {
      preconditionFailure("only a borrowed connection is pinned")
    }
    let group = connections[connection].group
    connections[connection].state = .pinned(owner: owner)
    groups[group].borrowed &-= 1
    groups[group].pinned &+= 1
    changed(group)
  }

  /// A connection is gone, whatever it did. The owner asks `openForLine` then, as there is room for another one.
  mutating func close(_ connection: UInt32) {
    let group = connections[connection].group
    switch connections[connection].state {
    case .closed: preconditionFailure("a connection is closed once")
    case .opening, .idle, .borrowed, .pinned: remove(connection)
    case .leaving: break
    }
    connections[connection].state = .closed
    connections[connection].generation &+= 1
    connections.giveBack(connection)
    changed(group)
  }

  /// A connection that opens or is borrowed is given up, or its group has ended, while its owner expects an answer about
  /// it: the group has room for another one, and the slot stays taken until the owner closes it.
  mutating func leave(_ connection: UInt32) {
    switch connections[connection].state {
    case .opening, .borrowed: remove(connection)
    case .closed, .idle, .pinned, .leaving:
      preconditionFailure("an answer is expected only about a connection that opens or is borrowed")
    }
    connections[connection].state = .leaving
    changed(connections[connection].group)
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
      let (call, group) = (waiters[waiter].call, waiters[waiter].group)
      unlinkWaiter(waiter)
      changed(group)
      return .expired(call)
    }
  }

  /// Takes the first call out of a group's line; `.none` if nobody waits.
  mutating func takeWaiter(_ group: UInt32) -> CallID {
    guard Int(group) < groups.extent, groups[group].firstWaiter != .max else { return .none }
    let call = takeFirst(group)
    changed(group)
    return call
  }

  // MARK: Steps

  /// Slots of groups are numbered by the owner.
  @inline(__always) private mutating func reach(_ group: UInt32) {
    while groups.extent <= Int(group) { _ = groups.take() }
  }

  /// Puts a call at the end of its line; returns the connection that begins for it, `.max` for none.
  @inline(never) private mutating func wait(
    _ call: CallID, _ group: UInt32, until due: Time, armsTimer: inout Bool
  ) -> UInt32 {
    let waiter = waiters.take()
    let last = groups[group].lastWaiter
    waiters[waiter] = Waiter(call: call, group: group, previous: last, next: .max, deadline: .unlinked)
    if last == .max { groups[group].firstWaiter = waiter } else { waiters[last].next = waiter }
    groups[group].lastWaiter = waiter
    groups[group].waiting &+= 1
    if due < .never, deadlines.enter(waiter, due: due, in: waiters) { armsTimer = true }
    changed(group)
    return openForLine(group)
  }

  private mutating func begin(_ group: UInt32) -> UInt32 {
    let connection = connections.take()
    let first = groups[group].firstConnection
    connections[connection].state = .opening
    connections[connection].group = group
    connections[connection].previous = .max
    connections[connection].next = first
    if first != .max { connections[first].previous = connection }
    groups[group].firstConnection = connection
    groups[group].open &+= 1
    groups[group].opening &+= 1
    changed(group)
    return connection
  }

  /// A connection is free: for the head of the line, or for whoever comes.
  @inline(__always) private mutating func pass(_ connection: UInt32, at now: Time) -> CallID {
    let group = connections[connection].group
    var call = CallID.none
    if groups[group].firstWaiter != .max {
      call = takeFirst(group)
      connections[connection].state = .borrowed(call)
      groups[group].borrowed &+= 1
    } else {
      connections[connection].state = .idle(since: now)
      linkIdle(connection, group)
    }
    changed(group)
    return call
  }

  private mutating func takeFirst(_ group: UInt32) -> CallID {
    let waiter = groups[group].firstWaiter
    deadlines.leave(waiter, in: waiters)
    let call = waiters[waiter].call
    unlinkWaiter(waiter)
    return call
  }

  /// Takes a connection out of its group.
  private mutating func remove(_ connection: UInt32) {
    let group = connections[connection].group
    switch connections[connection].state {
    case .closed, .leaving: preconditionFailure("a connection leaves its group once")
    case .opening: groups[group].opening &-= 1
    case .idle: unlinkIdle(connection)
    case .borrowed: groups[group].borrowed &-= 1
    case .pinned: groups[group].pinned &-= 1
    }
    let (previous, next) = (connections[connection].previous, connections[connection].next)
    if previous == .max { groups[group].firstConnection = next } else { connections[previous].next = next }
    if next != .max { connections[next].previous = previous }
    groups[group].open &-= 1
    groups[group].ceiling = max(groups[group].limit, groups[group].open)
  }

  @inline(__always) private mutating func linkIdle(_ connection: UInt32, _ group: UInt32) {
    let newest = groups[group].newestIdle
    connections[connection].older = newest
    connections[connection].newer = .max
    if newest == .max { groups[group].oldestIdle = connection } else { connections[newest].newer = connection }
    groups[group].newestIdle = connection
    groups[group].idle &+= 1
  }

  @inline(__always) private mutating func unlinkIdle(_ connection: UInt32) {
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

  /// In debug builds: looks after every change whether the books of the group are sound.
  @inline(__always) private mutating func changed(_ group: UInt32) {
    assert(isSound(group), "open = opening + idle + borrowed + pinned, and nobody waits beside an idle connection")
  }
}
