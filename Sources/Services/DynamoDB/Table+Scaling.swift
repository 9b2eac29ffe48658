import Engine
import Units

// What Application Auto Scaling does to a table, event by event.
extension Table {
  /// Before the first event of the run.
  @inline(never) mutating func beginScaling(_ run: inout Run<Event>) {
    if scaling.hasTargets {
      // CloudWatch's minutes are those of the calendar. One ends before all else that is due at its end.
      run.scheduleLimit(
        .table(index, .scaling(.alarmPeriod)), at: .seconds(Int64(60 - scaling.start.second)))
    }
    for dimension in scaling.configs.indices {
      for action in scaling.configs[dimension].scheduledActions.indices {
        expectAction(dimension, action, after: scaling.start + .seconds(-1), &run)
      }
    }
  }

  /// One event of auto scaling.
  @inline(never) mutating func handle(
    _ event: TableScalingEvent, _ run: inout Run<Event>, _ account: inout Account
  ) {
    switch event {
    case .alarmPeriod: alarmPeriod(&run)
    case .evaluation(let dimension): evaluate(Int(dimension), &run, &account)
    case .scheduledAction(let dimension, let action):
      act(Int(dimension), Int(action), &run, &account)
    case .retry(let dimension):
      scaling.dimensions[Int(dimension)].isRetrying = false
      bringWithinBounds(Int(dimension), &run, &account)
    }
  }

  /// A minute is over: its sums are on their way to the alarms.
  private mutating func alarmPeriod(_ run: inout Run<Event>) {
    run.scheduleLimit(.table(index, .scaling(.alarmPeriod)), at: run.now + .minutes(1))
    for dimension in scaling.configs.indices where scaling.dimensions[dimension].target > 0 {
      let capacity = scaling.dimensions[dimension].capacity
      let consumed =
        switch scaling.dimensions[dimension].direction {
        case .read: capacities[capacity].consumedReadHalves
        case .write: capacities[capacity].consumedWriteUnits
        }
      scaling.dimensions[dimension].endPeriod(consumed: consumed)
      run.schedule(
        .table(index, .scaling(.evaluation(dimension: UInt16(dimension)))), after: scaling.dimensions[dimension].delay)
    }
  }

  /// The alarms look. What was refused is asked for again as long as they are set off.
  private mutating func evaluate(_ dimension: Int, _ run: inout Run<Event>, _ account: inout Account) {
    scaling.dimensions[dimension].points.see()
    let provisioned = provisioned(dimension)
    guard provisioned > 0, let wanted = scaling.dimensions[dimension].wanted(provisioned, at: run.now) else {
      if !scaling.dimensions[dimension].isRetrying { scaling.dimensions[dimension].isRefused = false }
      return
    }
    _ = scale(dimension, to: wanted, &run, &account)
  }

  /// A scheduled action sets new bounds, and capacity that is outside them is brought inside at once.
  private mutating func act(_ dimension: Int, _ action: Int, _ run: inout Run<Event>, _ account: inout Account) {
    expectAction(dimension, action, after: scaling.start + run.now, &run)
    guard scaling.dimensions[dimension].bounds.change(by: scaling.configs[dimension].scheduledActions[action]) else {
      if let records = scaling.records { run.recorder.count(records.failures) }
      return
    }
    bringWithinBounds(dimension, &run, &account)
  }

  private mutating func bringWithinBounds(_ dimension: Int, _ run: inout Run<Event>, _ account: inout Account) {
    let provisioned = provisioned(dimension)
    let wanted = scaling.dimensions[dimension].bounds.clamp(provisioned)
    guard provisioned > 0, wanted != provisioned, !scale(dimension, to: wanted, &run, &account),
      !scaling.dimensions[dimension].isRetrying
    else { return }
    scaling.dimensions[dimension].isRetrying = true
    run.schedule(.table(index, .scaling(.retry(dimension: UInt16(dimension)))), after: .minutes(1))
  }

  private mutating func expectAction(
    _ dimension: Int, _ action: Int, after moment: CivilTime, _ run: inout Run<Event>
  ) {
    guard let time = scaling.configs[dimension].scheduledActions[action].next(after: moment, start: scaling.start)
    else { return }
    run.schedule(
      .table(index, .scaling(.scheduledAction(dimension: UInt16(dimension), index: UInt16(action)))), at: time)
  }

  /// Units in force of a dimension; 0 on demand.
  @inline(__always) private func provisioned(_ dimension: Int) -> Int {
    let capacity = scaling.dimensions[dimension].capacity
    return switch scaling.dimensions[dimension].direction {
    case .read: capacities[capacity].provisionedReads
    case .write: capacities[capacity].provisionedWrites
    }
  }

  /// Asks for other units. Returns whether that was accepted. A change that is refused again and again, because no
  /// decrease is left, counts as one failure; one that waits for another change to take effect counts as none.
  private mutating func scale(
    _ dimension: Int, to units: Int, _ run: inout Run<Event>, _ account: inout Account
  ) -> Bool {
    guard let records = scaling.records else { preconditionFailure("a dimension has records") }
    let isIncrease = units > provisioned(dimension)
    let direction = scaling.dimensions[dimension].direction
    let answer = requestCapacity(
      scaling.dimensions[dimension].capacity, read: direction == .read ? units : nil,
      write: direction == .write ? units : nil, &run, &account)
    switch answer {
    case .accepted:
      scaling.dimensions[dimension].noteChange(isIncrease: isIncrease, at: run.now)
      run.recorder.count(isIncrease ? records.scaleOuts : records.scaleIns)
      return true
    case .resourceInUse:
      return false
    case .limitExceeded:
      if !scaling.dimensions[dimension].isRefused { run.recorder.count(records.failures) }
      scaling.dimensions[dimension].isRefused = true
      return false
    }
  }

  /// Figures of a table that has auto scaling or provisioned capacity: what auto scaling did, and the units of the table
  /// (not of its indexes) that are in force at the end.
  func scalingFigures(_ recorder: borrowing Recorder) -> [Figure] {
    var figures: [Figure] = []
    if let records = scaling.records {
      figures = [
        Figure("scaleOuts", Double(recorder.total(records.scaleOuts))),
        Figure("scaleIns", Double(recorder.total(records.scaleIns))),
        Figure("scalingFailures", Double(recorder.total(records.failures))),
      ]
    }
    guard provisionedMeters.haveCounted else { return figures }
    for capacity in 0..<capacityCount {
      let prefix = capacity == 0 ? "" : config.globalIndexes[capacity - 1].index.name + "."
      figures.append(
        Figure(prefix + "finalReadCapacityUnits", Double(capacities[capacity].provisionedReads)))
      figures.append(
        Figure(prefix + "finalWriteCapacityUnits", Double(capacities[capacity].provisionedWrites)))
    }
    return figures
  }
}
