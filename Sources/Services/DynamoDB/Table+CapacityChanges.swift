import Engine
import Units

// `UpdateTable`: changes of capacity that the scenario lists, and those that auto scaling asks for.
//
//   asked for -> (table is ACTIVE, quotas, decreases left) -> UPDATING -> in force
//                     |
//        ResourceInUse, LimitExceeded
//
// The old capacity is enforced until the new one is in force. While a table or one of its indexes is UPDATING, the table
// takes no other request (documented: API reference, UpdateTable). Warm throughput rises while the table is ACTIVE.

/// What becomes of a request to change provisioned capacity.
enum CapacityChangeAnswer: BitwiseCopyable {
  /// It takes effect soon, or at once.
  case accepted
  /// `ResourceInUseException`: another change is on its way.
  case resourceInUse
  /// `LimitExceededException`: no decrease is left, or a quota would be exceeded; also where nothing is provisioned.
  case limitExceeded
}

/// Provisioned units that one request asks for.
private struct UnitsRequest {
  let capacity: Int
  let reads: Int
  let writes: Int
}

extension Table {
  /// The calendar's moment.
  private func moment(_ run: borrowing Run<Event>) -> CivilTime { start + run.now }

  /// Asks for other provisioned capacity of the table (0) or of a global index; nil leaves a direction as it is.
  @inline(never) mutating func requestCapacity(
    _ capacity: Int, read: Int?, write: Int?, _ run: inout Run<Event>, _ account: inout Account
  ) -> CapacityChangeAnswer {
    let request = UnitsRequest(
      capacity: capacity, reads: read ?? capacities[capacity].provisionedReads,
      writes: write ?? capacities[capacity].provisionedWrites)
    let answer = check([request], &run, account)
    if answer == .accepted { apply([request], &run, &account) }
    updates.note(answer, &run)
    return answer
  }

  // MARK: Provisioned units

  private mutating func check(
    _ requests: [UnitsRequest], _ run: inout Run<Event>, _ account: Account
  ) -> CapacityChangeAnswer {
    if updates.underWay > 0 { return .resourceInUse }
    let moment = moment(run)
    var reads = account.provisionedReads
    var writes = account.provisionedWrites
    for request in requests {
      let capacity = capacities + request.capacity
      if capacity.pointee.isOnDemand { return .limitExceeded }
      let (oldReads, oldWrites) = (capacity.pointee.provisionedReads, capacity.pointee.provisionedWrites)
      if request.reads > account.tableQuota.reads || request.writes > account.tableQuota.writes {
        return .limitExceeded
      }
      if request.reads < oldReads || request.writes < oldWrites,
        updates.decreases[request.capacity].available(at: moment) == 0
      {
        return .limitExceeded
      }
      reads += max(0, request.reads - oldReads)
      writes += max(0, request.writes - oldWrites)
    }
    let isTooMuch =
      reads > max(account.provisionedReads, account.provisionedQuota.reads)
      || writes > max(account.provisionedWrites, account.provisionedQuota.writes)
    return isTooMuch ? .limitExceeded : .accepted
  }

  private mutating func apply(_ requests: [UnitsRequest], _ run: inout Run<Event>, _ account: inout Account) {
    let moment = moment(run)
    for request in requests {
      let capacity = capacities + request.capacity
      let (oldReads, oldWrites) = (capacity.pointee.provisionedReads, capacity.pointee.provisionedWrites)
      // What stays the same is no change: the API refuses it, and auto scaling does not ask.
      if request.reads == oldReads && request.writes == oldWrites { continue }
      if request.reads < oldReads || request.writes < oldWrites { updates.decreases[request.capacity].use(at: moment) }
      account.provisionedReads += max(0, request.reads - oldReads)
      account.provisionedWrites += max(0, request.writes - oldWrites)
      updates.targets[request.capacity] = TableUpdates.Target(reads: request.reads, writes: request.writes)
      let isWarm = request.reads <= capacity.pointee.warmReads && request.writes <= capacity.pointee.warmWrites
      expectUpdate(request.capacity, isWarm ? .update : .growth, &run)
    }
  }

  private mutating func expectUpdate(
    _ capacity: Int, _ duration: TableUpdates.Duration, _ run: inout Run<Event>
  ) {
    updates.underWay += 1
    run.schedule(.table(index, .throughput(.updated(capacity: UInt8(capacity)))), after: updates.draw(duration))
  }

  /// New units, or new limits on demand, are in force.
  private mutating func updated(_ capacity: Int, _ run: inout Run<Event>, _ account: inout Account) {
    updates.underWay -= 1
    if let limits = updates.limits[capacity] {
      updates.limits[capacity] = nil
      capacities[capacity].setOnDemand(limits, &run)
    } else if let target = updates.targets[capacity] {
      updates.targets[capacity] = nil
      account.provisionedReads -= max(0, capacities[capacity].provisionedReads - target.reads)
      account.provisionedWrites -= max(0, capacities[capacity].provisionedWrites - target.writes)
      capacities[capacity].setProvisioned(read: target.reads, write: target.writes, &run)
      fitPartitions(capacity, &run)
    }
    capacityChanged(capacity, &run, &account)
  }

  // MARK: Modes

  /// Asks for the other mode; `modes` has one entry for the table and for each of its indexes.
  private mutating func requestSwitch(
    _ modes: [CapacityMode], _ run: inout Run<Event>, _ account: inout Account
  ) -> CapacityChangeAnswer {
    if updates.underWay > 0 { return .resourceInUse }
    let moment = moment(run)
    if capacities[0].isOnDemand {
      var (reads, writes) = (account.provisionedReads, account.provisionedWrites)
      for mode in modes {
        guard case .provisioned(let units) = mode else { preconditionFailure("a table and its indexes share a mode") }
        if units.readCapacityUnits > account.tableQuota.reads || units.writeCapacityUnits > account.tableQuota.writes {
          return .limitExceeded
        }
        reads += units.readCapacityUnits
        writes += units.writeCapacityUnits
      }
      if reads > account.provisionedQuota.reads || writes > account.provisionedQuota.writes { return .limitExceeded }
      (account.provisionedReads, account.provisionedWrites) = (reads, writes)
      expectSwitch(modes, .provisioned, &run)
    } else {
      guard updates.canSwitchToOnDemand(at: moment) else { return .limitExceeded }
      updates.noteSwitchToOnDemand(at: moment)
      // Measured (2026-10): the switch counts as a decrease. Whether it needs one is not known; it does not here.
      for capacity in 0..<capacityCount { updates.decreases[capacity].use(at: moment) }
      expectSwitch(modes, .onDemand, &run)
    }
    return .accepted
  }

  private mutating func expectSwitch(
    _ modes: [CapacityMode], _ duration: TableUpdates.Duration, _ run: inout Run<Event>
  ) {
    updates.modes = modes
    updates.underWay += 1
    run.schedule(.table(index, .throughput(.switched)), after: updates.draw(duration))
  }

  /// The table and its indexes are of the other mode.
  private mutating func switched(_ run: inout Run<Event>, _ account: inout Account) {
    updates.underWay -= 1
    for capacity in 0..<capacityCount {
      account.provisionedReads -= capacities[capacity].isOnDemand ? 0 : capacities[capacity].provisionedReads
      account.provisionedWrites -= capacities[capacity].isOnDemand ? 0 : capacities[capacity].provisionedWrites
      capacities[capacity].enter(updates.modes[capacity], &run)
      fitPartitions(capacity, &run)
    }
    if capacities[0].isOnDemand { updates.wasOnDemand = true }
    replication.isOnDemand = capacities[0].isOnDemand
    for capacity in 0..<capacityCount { capacityChanged(capacity, &run, &account) }
  }

  // MARK: Warm throughput

  private mutating func check(_ capacity: Int, _ warm: WarmThroughput, _ account: Account) -> CapacityChangeAnswer {
    if warm.readUnitsPerSecond > account.tableQuota.reads || warm.writeUnitsPerSecond > account.tableQuota.writes {
      return .limitExceeded
    }
    return updates.warmth[capacity] == nil ? .accepted : .resourceInUse
  }

  /// Raises warm throughput. What is there already costs nothing and takes no time.
  private mutating func apply(_ capacity: Int, _ warm: WarmThroughput, _ run: inout Run<Event>) {
    let reads = max(0, warm.readUnitsPerSecond - capacities[capacity].warmReads)
    let writes = max(0, warm.writeUnitsPerSecond - capacities[capacity].warmWrites)
    guard reads + writes > 0 else { return }
    updates.noteWarmed(reads: reads, writes: writes, &run)
    updates.warmth[capacity] = warm
    run.schedule(
      .table(index, .throughput(.warmed(capacity: UInt8(capacity)))), after: updates.draw(.preWarming))
  }

  private mutating func warmed(_ capacity: Int, _ run: inout Run<Event>) {
    guard let warm = updates.warmth[capacity] else { preconditionFailure("warm throughput was asked for") }
    updates.warmth[capacity] = nil
    capacities[capacity].warmUp(reads: warm.readUnitsPerSecond, writes: warm.writeUnitsPerSecond, &run)
    fitPartitions(capacity, &run)
  }

  // MARK: What the scenario lists

  /// Before the first event: quotas are known, and provisioned capacity counts for that of the account.
  mutating func beginCapacity(_ run: inout Run<Event>, _ account: inout Account) {
    for capacity in 0..<capacityCount {
      capacities[capacity].begin(account.tableQuota, &run)
      account.provisionedReads += capacities[capacity].provisionedReads
      account.provisionedWrites += capacities[capacity].provisionedWrites
    }
    if let first = config.capacityChanges.first {
      run.schedule(.table(index, .throughput(.change(index: 0))), at: first.at)
    }
    for capacity in 0..<capacityCount { capacityChanged(capacity, &run, &account) }
  }

  /// All changes that the scenario lists for this moment are one request: all are accepted, or none.
  private mutating func requestListed(_ first: Int, _ run: inout Run<Event>, _ account: inout Account) {
    var end = first
    while end < config.capacityChanges.count, config.capacityChanges[end].at == config.capacityChanges[first].at {
      end += 1
    }
    if end < config.capacityChanges.count {
      run.schedule(.table(index, .throughput(.change(index: UInt16(end)))), at: config.capacityChanges[end].at)
    }
    let answer = request(Array(config.capacityChanges[first..<end]), &run, &account)
    updates.note(answer, &run)
  }

  private mutating func request(
    _ changes: [CapacityChange], _ run: inout Run<Event>, _ account: inout Account
  ) -> CapacityChangeAnswer {
    var units: [UnitsRequest] = []
    var limits: [(capacity: Int, limits: OnDemandThroughput)] = []
    var modes = (0..<capacityCount).map { capacities[$0].mode }
    var isSwitch = false
    var warmed: Set<Int> = []
    for change in changes {
      let number = capacityNumber(of: change.index)
      if let warm = change.warmThroughput {
        let answer = check(number, warm, account)
        if answer != .accepted { return answer }
        if !warmed.insert(number).inserted { return .resourceInUse }
      }
      switch (change.capacity, capacities[number].mode) {
      case (nil, _): break
      case (.provisioned(let new)?, .provisioned):
        units.append(UnitsRequest(capacity: number, reads: new.readCapacityUnits, writes: new.writeCapacityUnits))
      case (.onDemand(let new)?, .onDemand): limits.append((number, new))
      case (let mode?, _):
        isSwitch = true
        modes[number] = mode
      }
    }
    if isSwitch {
      let answer = requestSwitch(completed(modes), &run, &account)
      if answer != .accepted { return answer }
    } else if !units.isEmpty || !limits.isEmpty {
      let answer = check(units, &run, account)
      if answer != .accepted { return answer }
      apply(units, &run, &account)
      for change in limits {
        updates.limits[change.capacity] = change.limits
        expectUpdate(change.capacity, .update, &run)
      }
    }
    for change in changes {
      guard let warm = change.warmThroughput else { continue }
      apply(capacityNumber(of: change.index), warm, &run)
    }
    return .accepted
  }

  /// The modes of a switch, of which only the table's need be given: an index on demand has no limits then, and a
  /// provisioned one the table's units.
  private func completed(_ modes: [CapacityMode]) -> [CapacityMode] {
    modes.map { mode in
      switch (mode, modes[0]) {
      case (.onDemand, .onDemand), (.provisioned, .provisioned): mode
      case (.provisioned, .onDemand): .onDemand(OnDemandThroughput())
      case (.onDemand, .provisioned): modes[0]
      }
    }
  }

  /// 0 for the table, or the number of a global index.
  private func capacityNumber(of index: String?) -> Int {
    guard let index else { return 0 }
    guard let position = config.globalIndexes.firstIndex(where: { $0.index.name == index }) else {
      preconditionFailure("a change of capacity names a global index of its table")
    }
    return position + 1
  }

  // MARK: Partitions

  private mutating func fitPartitions(_ capacity: Int, _ run: inout Run<Event>) {
    let before = capacities[capacity].partitions.splits.count
    capacities[capacity].fitPartitions(&run)
    announceSplits(capacity, since: before, &run)
  }

  /// Tells what follows the table of splits behind the first `before` ones of the run.
  mutating func announceSplits(_ capacity: Int, since before: Int, _ run: inout Run<Event>) {
    guard capacity == 0 else { return }
    for split in capacities[0].partitions.splits[before...] { partitionSplit(split, &run) }
  }

  /// Capacity changes by itself.
  @inline(never) mutating func handle(_ event: ThroughputEvent, _ run: inout Run<Event>, _ account: inout Account) {
    switch event {
    case .change(let first): requestListed(Int(first), &run, &account)
    case .updated(let capacity): updated(Int(capacity), &run, &account)
    case .switched: switched(&run, &account)
    case .warmed(let capacity): warmed(Int(capacity), &run)
    case .grown(let capacity): fitPartitions(Int(capacity), &run)
    case .split(let capacity, let partition):
      let before = capacities[Int(capacity)].partitions.splits.count
      capacities[Int(capacity)].splitForHeat(partition, &run)
      announceSplits(Int(capacity), since: before, &run)
    }
  }
}
