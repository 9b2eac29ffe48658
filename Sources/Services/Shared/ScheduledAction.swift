import Units

/// A scheduled action of Application Auto Scaling: other bounds from given moments on.
public struct ScheduledAction: Hashable, Sendable {
  /// When: each moment of the schedule.
  public var schedule: CronSchedule
  /// `MinCapacity` from then on, in the target's own units; nil leaves it as it is.
  public var minCapacity: Int?
  /// `MaxCapacity` from then on, in the target's own units; nil leaves it as it is.
  public var maxCapacity: Int?

  /// New bounds at the moments of a schedule.
  public init(schedule: CronSchedule, minCapacity: Int? = nil, maxCapacity: Int? = nil) {
    self.schedule = schedule
    self.minCapacity = minCapacity
    self.maxCapacity = maxCapacity
  }

  /// The simulated time of its first moment later than `moment`; nil if there is none.
  ///
  /// `start` is the calendar's moment of time zero, from which a `rate` counts.
  func next(after moment: CivilTime, start: CivilTime) -> Time? {
    schedule.next(after: moment, anchor: start)?.time(since: start)
  }
}

/// The bounds of a scalable target that hold at present.
struct ScalingBounds: BitwiseCopyable {
  private(set) var minimum: Int
  private(set) var maximum: Int

  /// Takes an action's bounds; false, and nothing changes, if the least would then be above the most.
  mutating func change(by action: ScheduledAction) -> Bool {
    let minimum = action.minCapacity ?? self.minimum
    let maximum = action.maxCapacity ?? self.maximum
    guard minimum <= maximum else { return false }
    (self.minimum, self.maximum) = (minimum, maximum)
    return true
  }

  /// The capacity within the bounds that is nearest.
  func clamp(_ capacity: Int) -> Int { min(max(capacity, minimum), maximum) }
}
