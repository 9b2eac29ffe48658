import Engine
import Units

// How an operation is admitted that is more than one item with nothing else to write: each item is planned first (what
// it changes, and what it takes of which capacity), then all of that is taken or none, then it takes effect.

extension Table {
  /// Admits, refuses or fails an operation that is not plain.
  @inline(never) mutating func calledInFull(
    _ call: CallID, _ operation: UInt32, _ given: GivenKeys, _ run: inout Run<Event>
  ) {
    if replication.isOn && requests[Int(operation)].direction == .write && replication.conflicts() {
      return run.answer(call, .unavailable)
    }
    switch requests[Int(operation)].kind {
    case .getItem, .query, .scan, .putItem, .updateItem, .deleteItem: calledOnce(call, operation, given, &run)
    case .batchGetItem, .batchWriteItem: calledForBatch(call, operation, given, &run)
    case .transactGetItems, .transactWriteItems: calledForTransaction(call, operation, given, &run)
    }
  }

  private mutating func calledOnce(
    _ call: CallID, _ operation: UInt32, _ given: GivenKeys, _ run: inout Run<Event>
  ) {
    demands.removeAll()
    let member = plan(operation, given, 0, isPreparedOnly: false)
    if member.isTooLarge {
      note(outcomes.tooLarge, &run)
      return fail(call, operation, &run)
    }
    guard takeAll(&run) else {
      if given.keys == nil {
        let first = unprocessed.keep(member, 0, demands, from: 0, before: .max)
        keepThrottled(call, operation, first: first, &run)
      }
      return run.answer(call, .throttled)
    }
    consumeAll(&run)
    if member.failsCondition {
      note(outcomes.conditionFailures, &run)
      return fail(call, operation, &run)
    }
    apply(member, of: operation, &run)
    succeed(call, operation, &run)
  }

  // MARK: Planning

  /// Draws what becomes of an item and notes what it takes; `isPreparedOnly` if its transaction will be cancelled.
  mutating func plan(_ operation: UInt32, _ given: GivenKeys, _ item: UInt32, isPreparedOnly: Bool) -> Member {
    let request = requests + Int(operation)
    let streams = operationStreams + Int(operation)
    let isGiven = item < given.count
    var key: UInt32 = 0
    var position: UInt64
    if request.pointee.kind == .scan {
      position = request.pointee.scanPosition
      request.pointee.scanPosition = position &+ request.pointee.scanStride
    } else {
      key =
        isGiven ? given.keys.unsafelyUnwrapped[Int(item)] : request.pointee.keys.draw(&streams.pointee.keys)
      position = request.pointee.keys.position(of: key, &streams.pointee.places)
    }
    var member = Member(key: key, position: position)
    guard request.pointee.direction == .write else {
      let isMissing = streams.pointee.missing.happens(request.pointee.missing)
      var units = isMissing ? request.pointee.unitsPerMissing : request.pointee.unitsPerItem
      if isPreparedOnly { units = isMissing ? request.pointee.unitsPerMissing / 2 : request.pointee.unitsPrepared }
      demands.append(
        Demand(capacity: request.pointee.capacity, direction: .read, units: units, position: position))
      return member
    }
    if isPreparedOnly {
      let isMissing = streams.pointee.missing.happens(request.pointee.missing)
      member.units = isMissing ? request.pointee.unitsPerMissing / 2 : request.pointee.unitsPrepared
    } else {
      planWrite(&member, request, streams)
    }
    demands.append(Demand(capacity: 0, direction: .write, units: member.units, position: position))
    return member
  }

  private mutating func planWrite(
    _ member: inout Member, _ request: UnsafeMutablePointer<TableRequest>,
    _ streams: UnsafeMutablePointer<OperationStreams>
  ) {
    // The conditions of a transaction are drawn once for all of it.
    if request.pointee.kind != .transactWriteItems
      && streams.pointee.conditions.happens(request.pointee.conditionFails)
    {
      let isMissing = streams.pointee.missing.happens(request.pointee.missing)
      member.failsCondition = true
      member.units = isMissing ? request.pointee.unitsPerMissing : request.pointee.unitsPerItem
      return
    }
    let change: ItemChange
    if request.pointee.kind == .deleteItem {
      if streams.pointee.missing.happens(request.pointee.missing) {
        member.units = request.pointee.unitsPerMissing
        return
      }
      change = .deleted
      member.units = request.pointee.unitsPerItem
      member.growth = -request.pointee.itemBytes
    } else if streams.pointee.newItems.happens(request.pointee.newItems) {
      change = .created
      member.units = request.pointee.unitsPerNew
      member.growth = request.pointee.itemBytes
    } else {
      change = .changed
      member.units = request.pointee.unitsPerItem
      member.growth = request.pointee.itemBytes &- request.pointee.previousBytes
    }
    member.change = change
    let local = planIndexes(request, change, at: member.position)
    member.units += local.units
    member.growth += local.growth
    member.isTooLarge = !collections.fits(member.growth)
  }

  // MARK: Taking

  /// Takes all demands noted from `first` on; or none of them, and notes what refused.
  mutating func takeAll(from first: Int = 0, _ run: inout Run<Event>) -> Bool {
    for number in first..<demands.count {
      let demand = demands[number]
      guard
        let cause = capacities[Int(demand.capacity)].take(demand.direction, demand.units, at: demand.position, &run)
      else { continue }
      capacities[Int(demand.capacity)].noteThrottle(demand.direction, cause, &run)
      for taken in (first..<number).reversed() {
        let demand = demands[taken]
        capacities[Int(demand.capacity)].giveBack(demand.direction, demand.units, at: demand.position, &run)
      }
      return false
    }
    return true
  }

  /// Notes the demands from `first` on as consumed.
  mutating func consumeAll(from first: Int = 0, _ run: inout Run<Event>) {
    for number in first..<demands.count {
      let demand = demands[number]
      capacities[Int(demand.capacity)].consume(demand.direction, demand.units, &run)
    }
  }

  // MARK: Effects

  /// An admitted item changes, for storage, replicas and whatever follows the table.
  mutating func apply(_ member: Member, of operation: UInt32, _ run: inout Run<Event>) {
    guard let change = member.change else { return }
    let request = requests + Int(operation)
    let (before, after) = (request.pointee.previousBytes, request.pointee.itemBytes)
    collections.grew(member.growth)
    store(change, request, &run)
    if replication.isOn {
      replication.wrote(items: 1, units: member.units, bytes: change == .deleted ? before : after, &run)
    }
    guard logsChanges else { return }
    let kind: TableChange.Kind
    switch change {
    case .created: kind = .inserted
    case .changed: kind = .modified
    case .deleted: kind = .removed
    }
    changes.append(
      TableChange(
        kind: kind, key: member.key, newBytes: change == .deleted ? 0 : UInt32(after),
        oldBytes: change == .created ? 0 : UInt32(before), position: member.position))
  }

  /// Storage hears of a change.
  @inline(__always) mutating func store(
    _ change: ItemChange, _ request: UnsafeMutablePointer<TableRequest>, _ run: inout Run<Event>
  ) {
    let (before, after) = (request.pointee.previousBytes, request.pointee.itemBytes)
    switch change {
    case .created: storage.created(items: 1, bytes: after, &run)
    case .changed: storage.changed(items: 1, bytes: after &- before, &run)
    case .deleted: storage.deleted(items: 1, bytes: before, &run)
    }
  }

  // MARK: Answers

  /// The answer comes after the operation's latency.
  mutating func succeed(_ call: CallID, _ operation: UInt32, _ run: inout Run<Event>) {
    run.recorder.count(records.requests)
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    run.schedule(.table(index, .done(call)), after: drawLatency(operation))
  }

  /// The operation fails for good after its latency: a condition does not hold, or a transaction is cancelled.
  mutating func fail(_ call: CallID, _ operation: UInt32, _ run: inout Run<Event>) {
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    run.schedule(.table(index, .failed(call)), after: drawLatency(operation))
  }

  /// How long an operation takes, with what it waits for other Regions.
  mutating func drawLatency(_ operation: UInt32) -> Time {
    let request = requests + Int(operation)
    let kind = request.pointee.kind.index
    var time = latency[kind].drawTime(&streams[kind])
    if replication.isOn && request.pointee.isStrong { time &+= replication.delay() }
    return Time(nanoseconds: time)
  }

  /// The call is answered with an error that no SDK tries again.
  @inline(never) mutating func failed(_ call: CallID, _ run: inout Run<Event>) {
    guard case .operation(let operation) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("a call to a table names its operation")
    }
    run.ledgers.attribute(
      run.calls[call.slot].ledger, to: segments[requests[Int(operation)].kind.index], at: run.now)
    run.recorder.change(records.inFlight, by: -1, at: run.now)
    run.answer(call, .failed)
  }
}
