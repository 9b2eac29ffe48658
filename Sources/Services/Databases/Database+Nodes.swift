import Engine
import Units

/// Whether a node takes connections. Next: any other.
enum NodeState: BitwiseCopyable {
  /// It takes connections.
  case available
  /// It has failed: connects are refused.
  case down
  /// It has no capacity until it is asked for: connects wait.
  case paused
  /// It has been asked for: connects wait.
  case resuming
}

/// What becomes of a connect.
enum ConnectAdmission: BitwiseCopyable {
  /// It goes on.
  case now
  /// The node does not listen: the client learns of it after a round trip.
  case refused
  /// It goes on when the node has resumed.
  case waits
}

/// What a database knows of one of its nodes besides its CPU.
struct DatabaseMember: BitwiseCopyable {
  var state = NodeState.available
  /// Slots in use, those that open and those that leave included.
  var sessions = 0
  /// Thousandths of vCPUs that are busy, as the records have it.
  var busy = Int64(0)
  /// The connects that wait for it, in order; `.max` for none.
  var firstHeld = UInt32.max
  var lastHeld = UInt32.max
}

/// A connect that waits for its node.
struct HeldConnect: BitwiseCopyable {
  var call: CallID
  var client: UInt16
  var connection: UInt32
  /// The next one in line; `.max` for none.
  var next: UInt32

  static var blank: HeldConnect { HeldConnect(call: .none, client: 0, connection: 0, next: .max) }
}

// Which node a connection leads to, and what becomes of it when that node does not serve.
extension Database {
  /// Where an endpoint leads now: the reader endpoint to the readers that are not down, in turn for each connection as
  /// round-robin DNS gives them out, and to the writer where there is none.
  mutating func node(of endpoint: DatabaseEndpoint) -> UInt16 {
    let count = UInt16(config.nodeCount)
    if endpoint == .writer || count == 1 { return writer }
    for _ in 0..<count {
      let node = readerTurn
      readerTurn = readerTurn &+ 1 == count ? 0 : readerTurn &+ 1
      if node != writer, members[Int(node)].state != .down { return node }
    }
    return writer
  }

  /// What becomes of a connect to a node.
  @inline(__always) func admits(connectTo node: UInt16) -> ConnectAdmission {
    switch members[Int(node)].state {
    case .available: .now
    case .down: .refused
    case .paused, .resuming: .waits
    }
  }

  /// Tells the client after a round trip that its node does not listen.
  mutating func turnAway(_ call: CallID, _ run: inout Run<Event>) {
    let job = jobs.take()
    jobs[job] = DatabaseJob(
      phase: .refused, call: call, session: .max, query: .max, statements: 0, invocations: 0, outcome: .unavailable)
    run.schedule(
      .database(index, .resumed(job: job)), after: Time(nanoseconds: roundTrip.drawTime(&streams[2])))
  }

  /// A connect waits for its node.
  mutating func hold(
    _ call: CallID, _ client: UInt16, _ connection: UInt32, _ node: UInt16, _ run: inout Run<Event>
  ) {
    let slot = heldConnects.take()
    heldConnects[slot] = HeldConnect(call: call, client: client, connection: connection, next: .max)
    if members[Int(node)].firstHeld == .max {
      members[Int(node)].firstHeld = slot
    } else {
      heldConnects[members[Int(node)].lastHeld].next = slot
    }
    members[Int(node)].lastHeld = slot
  }

  /// A node takes connections: those that have waited go on in their order, as far as there are slots for them.
  mutating func release(_ node: UInt16, _ run: inout Run<Event>) {
    members[Int(node)].state = .available
    while let held = nextHeld(node) {
      if run.calls[held.call.slot].state == .abandoned {
        run.answer(held.call, .unavailable)
      } else {
        run.ledgers.attribute(run.calls[held.call.slot].ledger, to: records.connectSegment, at: run.now)
        open(held.call, held.client, held.connection, node, &run)
      }
    }
  }

  private mutating func nextHeld(_ node: UInt16) -> HeldConnect? {
    let slot = members[Int(node)].firstHeld
    if slot == .max { return nil }
    let held = heldConnects[slot]
    members[Int(node)].firstHeld = held.next
    if held.next == .max { members[Int(node)].lastHeld = .max }
    heldConnects.giveBack(slot)
    return held
  }

  /// All sessions of a node end at once as it fails, and so do the connects that wait for it: what is in progress is
  /// answered `unavailable`, and what is asked on the others later finds no session. The state of the node stays.
  mutating func failSessions(of node: UInt16, _ run: inout Run<Event>) {
    nodes[node].pointee.clear(at: run.now)
    noteStation(node, &run)
    recordLoad(of: node, &run)
    for session in 0..<UInt32(sessions.extent) where sessions[session].node == node {
      switch sessions[session].state {
      case .free: continue
      case .idle: break
      case .opening(let job), .active(let job), .leaving(let job): stop(job, &run)
      }
      unlink(session)
      end(session, &run)
    }
    while let held = nextHeld(node) {
      count(.unreachable, &run)
      run.ledgers.attribute(run.calls[held.call.slot].ledger, to: records.connectSegment, at: run.now)
      run.answer(held.call, .unavailable)
    }
  }
}
