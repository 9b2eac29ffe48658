import Engine
import Units

/// Application Auto Scaling of one dimension of a table's or an index's provisioned capacity: reads or writes.
public struct TableScalingConfig: Hashable, Sendable {
  /// What a minute without consumption is to the alarms. DynamoDB publishes no data point then.
  public enum MissingData: String, Hashable, Sendable, CaseIterable {
    /// A data point of 0: an idle table scales in.
    case zero
    /// None: the minute counts for no alarm and against none, and as many of them in a row as an alarm looks at make
    /// it begin anew.
    case missing
  }

  /// `MinCapacity` in units, at least 1.
  public var minCapacity: Int
  /// `MaxCapacity` in units, not below the least.
  public var maxCapacity: Int
  /// `TargetValue` of the utilization, 0.2 to 0.9, to the millionth; default 0.7. Nil for scheduled actions alone.
  public var targetUtilization: Double?
  /// `ScaleOutCooldown`: least span between two increases; default 0 (documented: Application Auto Scaling API).
  public var scaleOutCooldown: Time
  /// `ScaleInCooldown`: least span between two decreases; default 0 (documented: Application Auto Scaling API).
  public var scaleInCooldown: Time
  /// Changes of the bounds at given times, in no order.
  public var scheduledActions: [ScheduledAction]
  /// From the end of a minute until its data point can be seen; default 1 min (inferred).
  public var metricDelay: Time
  /// From then until the alarms have looked and the policy acts, ns; drawn once for each dimension of a run, because an
  /// alarm looks every minute. Default uniform, 0 to 2 min (documented as up to a few minutes with the metric's delay).
  public var alarmDelay: Distribution
  /// The alarm that scales in looks at this share of the target, above 0 and at most 1; default 0.714 (inferred).
  public var scaleInThreshold: Double
  /// Default zero (inferred: idle tables were seen to scale in).
  public var missingData: MissingData

  /// Target tracking between two bounds.
  public init(minCapacity: Int, maxCapacity: Int, targetUtilization: Double? = 0.7) {
    self.minCapacity = minCapacity
    self.maxCapacity = maxCapacity
    self.targetUtilization = targetUtilization
    scaleOutCooldown = .zero
    scaleInCooldown = .zero
    scheduledActions = []
    metricDelay = .minutes(1)
    alarmDelay = .uniform(low: 0, high: Double(Time.minutes(2).nanoseconds))
    scaleInThreshold = 0.714
    missingData = .zero
  }
}
