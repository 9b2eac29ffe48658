import Engine
import Units

// Application Auto Scaling of provisioned concurrency: two alarms on its utilization, and scheduled actions.

/// What the alarms have seen, and the bounds that hold.
///
/// A data point is the average of busy over usable environments in a minute, weighted by time; a minute in which none was
/// busy has none, as CloudWatch gets none. Such a minute neither counts for an alarm nor against it, but as many in a row
/// as the alarm looks at make it begin anew.
struct ProvisionedScaling: BitwiseCopyable {
  var bounds = ScalingBounds(minimum: 0, maximum: 0)
  /// Data points in a row above the target, and minutes without one since.
  private(set) var high = Streak()
  /// Data points in a row below nine tenths of the target, and minutes without one since.
  private(set) var low = Streak()
  /// Environments x ns of the present minute.
  private var busySpan: Int64 = 0
  private var usableSpan: Int64 = 0
  private var since: Time = .zero

  /// Breaching data points in a row.
  struct Streak: BitwiseCopyable {
    var count = 0
    private var gap = 0

    /// Takes a minute; `isBreaching` nil stands for no data point.
    mutating func add(_ isBreaching: Bool?, needed: Int) {
      switch isBreaching {
      case true?: (count, gap) = (count + 1, 0)
      case false?: (count, gap) = (0, 0)
      case nil:
        gap += 1
        if gap >= needed { count = 0 }
      }
    }
  }

  /// Data points above the target until the alarm scales out (documented: provisioned concurrency).
  static let highPoints = 3
  /// Data points below nine tenths of the target until the alarm scales in (target tracking's alarms).
  static let lowPoints = 15
  /// The alarm that scales in looks at this share of the target (documented: provisioned concurrency).
  static let lowShare = 0.9
  /// Scaling in takes away one of so many at a time, at least one.
  static let scaleInDivisor = 10

  /// Environments have been busy and usable until `now`.
  mutating func note(busy: Int, usable: Int, at now: Time) {
    let span = (now - since).nanoseconds
    busySpan &+= Int64(busy) &* span
    usableSpan &+= Int64(usable) &* span
    since = now
  }

  /// Ends a minute. Returns its data point, if there is one.
  mutating func endPeriod(target: Double) -> Double? {
    let utilization = busySpan > 0 && usableSpan > 0 ? min(1, Double(busySpan) / Double(usableSpan)) : nil
    (busySpan, usableSpan) = (0, 0)
    high.add(utilization.map { $0 > target }, needed: Self.highPoints)
    low.add(utilization.map { $0 < Self.lowShare * target }, needed: Self.lowPoints)
    return utilization
  }

  /// The environments that the alarm in force asks for; nil if there is none.
  func wanted(_ requested: Int, utilization: Double, target: Double) -> Int? {
    // What brings utilization to the target. A ratio that is whole but for the last bits of a Double is whole.
    let ideal = Int((Double(requested) * utilization / target - 1e-9).rounded(.up))
    if high.count >= Self.highPoints { return max(requested, min(bounds.maximum, ideal)) }
    if low.count >= Self.lowPoints {
      let step = max(1, requested / Self.scaleInDivisor)
      return min(requested, max(bounds.minimum, ideal, requested - step))
    }
    return nil
  }
}

extension Lambda {
  /// Before the first event of the run.
  mutating func beginScaling(_ run: inout Run<Event>) {
    guard let scaling = config.provisionedConcurrency?.autoScaling else { return }
    provisioned.scaling.bounds = ScalingBounds(minimum: scaling.minCapacity, maximum: scaling.maxCapacity)
    if scaling.targetUtilization != nil {
      // CloudWatch's minutes are those of the calendar.
      run.schedule(.lambda(index, .provisioned(.alarmPeriod)), after: .seconds(Int64(60 - start.second)))
    }
    for action in scaling.scheduledActions.indices { expectAction(action, after: start + .seconds(-1), &run) }
  }

  /// A minute is over: its data point may set off an alarm. An increase on its way is waited for.
  mutating func alarmPeriod(_ run: inout Run<Event>, _ account: inout Account) {
    guard let target = config.provisionedConcurrency?.autoScaling?.targetUtilization else {
      preconditionFailure("alarms watch a target")
    }
    run.schedule(.lambda(index, .provisioned(.alarmPeriod)), after: .minutes(1))
    provisioned.scaling.note(busy: provisioned.busy, usable: provisioned.usable, at: run.now)
    guard let utilization = provisioned.scaling.endPeriod(target: target), !provisioned.isIncreasing,
      let count = provisioned.scaling.wanted(provisioned.requested, utilization: utilization, target: target)
    else { return }
    scale(to: count, &run, &account)
  }

  /// A scheduled action sets new bounds, and what is outside them is brought inside at once.
  mutating func scheduledAction(_ action: UInt32, _ run: inout Run<Event>, _ account: inout Account) {
    guard let actions = config.provisionedConcurrency?.autoScaling?.scheduledActions else {
      preconditionFailure("a scheduled action belongs to auto scaling")
    }
    expectAction(Int(action), after: start + run.now, &run)
    guard provisioned.scaling.bounds.change(by: actions[Int(action)]) else {
      return run.recorder.count(records.scalingFailures)
    }
    scale(to: provisioned.scaling.bounds.clamp(provisioned.requested), &run, &account)
  }

  private func expectAction(_ action: Int, after moment: CivilTime, _ run: inout Run<Event>) {
    guard let actions = config.provisionedConcurrency?.autoScaling?.scheduledActions,
      let time = actions[action].next(after: moment, start: start)
    else { return }
    run.schedule(.lambda(index, .provisioned(.scheduledAction(index: UInt32(action)))), at: time)
  }

  private mutating func scale(to count: Int, _ run: inout Run<Event>, _ account: inout Account) {
    let change = count - provisioned.requested
    if change == 0 { return }
    guard provision(count, &run, &account) else { return run.recorder.count(records.scalingFailures) }
    run.recorder.count(change > 0 ? records.scaleOuts : records.scaleIns)
  }
}
