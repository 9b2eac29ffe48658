import Engine
import Units

// What a function's environments have to do with databases: connections that are opened with them and closed with them.
//
//   init or restore is over -> connecting: one driver after the other -> ready for the first request
//                                 |
//                                 | refused, failed, or the limit of init is reached
//                                 v
//                              the process ends: init runs again within the invocation, a restore has failed
//
// Connections in a snapshot would be dead, so restored environments open theirs after the restore, in its hook.

/// The drivers of a function's environments.
struct EnvironmentConnections: ~Copyable {
  /// A driver of the function.
  struct Driver: BitwiseCopyable {
    let index: UInt16
    /// Where it is asked for nothing but a connection.
    let warmUpSite: UInt32
    let client: UnsafeMutablePointer<DatabaseClient>
  }

  /// An environment that opens connections while it starts.
  struct Opening: BitwiseCopyable {
    /// What its present driver has been asked.
    var call: CallID
    /// Position of that driver.
    var driver: Int32
    /// When init's own time, or the restore's, was over.
    var since: Time
  }

  /// First those that open connections with the environment.
  let drivers: UnsafePointer<Driver>
  let count: Int
  /// How many of them do so.
  let openedAtInit: Int
  var openings: Slab<Opening>

  /// Of a function that connects to nothing.
  static func none(memory: PlainMemory) -> EnvironmentConnections {
    EnvironmentConnections(opening: [], others: [], memory: memory)
  }

  /// Drivers that open connections with the environment, and others.
  init(opening: [Driver], others: [Driver], memory: PlainMemory) {
    drivers = UnsafePointer(memory.copy(opening + others))
    count = opening.count + others.count
    openedAtInit = opening.count
    openings = Slab(blank: Opening(call: .none, driver: 0, since: .zero))
  }

  /// Connections of all environments together, those that open included.
  mutating func total() -> Int64 {
    (0..<count).reduce(0) { $0 + Int64(drivers[$1].client.pointee.pool.connections.count) }
  }
}

extension Lambda {
  /// The process of an environment has ended: its drivers hear of it before any later message to them, also from an
  /// environment that takes the slot at this instant.
  @inline(never) mutating func closeConnections(_ slot: UInt32, _ run: inout Run<Event>) {
    for driver in 0..<connections.count {
      run.post(.databaseClient(connections.drivers[driver].index, .environmentEnded(group: slot)))
    }
  }

  /// Whether an environment whose init or restore is going well opens connections before it is ready.
  @inline(__always) func connectsAtInit(_ slot: UInt32) -> Bool {
    connections.openedAtInit > 0 && environments[slot].condition == .fresh
  }

  /// Opens the connections of an environment whose init or restore lies in the past; nobody waits for them, and one that
  /// fails is opened when it is used.
  mutating func openAhead(_ slot: UInt32, _ run: inout Run<Event>) {
    for driver in 0..<connections.openedAtInit { run.abandon(open(driver, slot, &run)) }
  }

  /// The same for all environments that were initialised before time zero.
  mutating func connectAhead(_ run: inout Run<Event>) {
    for slot in 0..<UInt32(environments.extent) {
      if case .idle = environments[slot].state { openAhead(slot, &run) }
    }
  }

  /// Init's own time, or the restore's, is over: connections are opened, for a request that waits or, with `.none`, for
  /// nobody yet.
  mutating func beginConnecting(_ slot: UInt32, for request: CallID, _ run: inout Run<Event>) {
    let opening = connections.openings.take()
    environments[slot].state = .connecting(request, opening: opening)
    let call = open(0, slot, &run)
    connections.openings[opening] = EnvironmentConnections.Opening(call: call, driver: 0, since: run.now)
    let left = startUpLimit(slot) - Time(nanoseconds: environments[slot].unbilledInit)
    run.scheduleLimit(
      .lambda(index, .connectLimit(environment: slot, generation: environments[slot].generation)),
      at: run.now + left)
  }

  /// What init, or the billed part of a restore, takes less than.
  @inline(__always) func startUpLimit(_ slot: UInt32) -> Time {
    if snapshot != nil { return Snapshot.limit }
    return environments[slot].kind == .provisioned ? startUp.publishLimit : StartUp.limit
  }

  private mutating func open(_ driver: Int, _ slot: UInt32, _ run: inout Run<Event>) -> CallID {
    // The request's ledger calls it connecting, whatever the database does meanwhile.
    run.place(
      from: Party(.environmentStart, index, tag: slot), to: Party(.databaseClient, connections.drivers[driver].index),
      site: connections.drivers[driver].warmUpSite, ledger: .none)
  }

  /// A connection that an environment has asked for while it starts is open, or could not be opened.
  mutating func connected(_ call: CallID, _ run: inout Run<Event>, _ account: inout Account) {
    let slot = run.calls[call.slot].caller.tag
    let outcome = run.calls[call.slot].outcome
    run.finish(call)
    guard case .connecting(_, let opening) = environments[slot].state else {
      preconditionFailure("only an environment that connects waits for a connection")
    }
    guard outcome == .success else { return endConnecting(slot, .error, &run, &account) }
    let next = connections.openings[opening].driver + 1
    guard next < connections.openedAtInit else { return endConnecting(slot, .success, &run, &account) }
    connections.openings[opening].driver = next
    connections.openings[opening].call = open(Int(next), slot, &run)
  }

  /// Init may have lasted for as long as it can. The driver works on, and its answer goes nowhere.
  mutating func connectLimit(
    _ slot: UInt32, _ generation: UInt32, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard environments[slot].generation == generation, case .connecting(_, let opening) = environments[slot].state
    else { return }
    run.abandon(connections.openings[opening].call)
    endConnecting(slot, .timeout, &run, &account)
  }

  /// All connections are open, or one of them has failed and the process with it. The time counts as init, or as part of
  /// the restore's hook.
  private mutating func endConnecting(
    _ slot: UInt32, _ status: InvocationEntry.Status, _ run: inout Run<Event>, _ account: inout Account
  ) {
    guard case .connecting(let request, let opening) = environments[slot].state else {
      preconditionFailure("only an environment that connects is done with it")
    }
    let span = (run.now - connections.openings[opening].since).nanoseconds
    connections.openings.giveBack(opening)
    environments[slot].unbilledInit += span
    if environments[slot].startUp >= 0 { environments[slot].startUp += span }
    if request != .none {
      run.ledgers.attribute(run.calls[request.slot].ledger, to: records.connectSegment, at: run.now)
    }
    if snapshot == nil {
      run.recorder.record(records.initDuration, environments[slot].unbilledInit)
    } else {
      run.recorder.record(records.restoreDuration, environments[slot].startUp)
    }
    if status != .success { failConnecting(slot, status, &run) }
    started(slot, for: request, &run, &account)
  }

  private mutating func failConnecting(
    _ slot: UInt32, _ status: InvocationEntry.Status, _ run: inout Run<Event>
  ) {
    let hasTimedOut = status == .timeout
    let isRestored = snapshot != nil
    environments[slot].condition = isRestored ? .unrestored : .reset
    if isRestored {
      run.recorder.count(hasTimedOut ? records.restoreTimeouts : records.restoreFailures)
    } else if hasTimedOut {
      run.recorder.count(records.initTimeouts)
    } else {
      run.recorder.count(records.initFailures)
    }
    if log.isOn {
      let lasting = isRestored ? environments[slot].startUp : environments[slot].unbilledInit
      report(
        isRestored ? .restoreReport : .initReport, slot, status, lasting: Time(nanoseconds: lasting), ahead: true,
        at: run.now)
    }
    closeConnections(slot, &run)
  }
}
