import Engine
import Units

/// Provisioned concurrency of one function version, and what changes it.
public struct ProvisionedConcurrencyConfig: Hashable, Sendable {
  /// `ProvisionedConcurrentExecutions`: environments that are kept initialised; 0 or more, there at time zero.
  public var concurrentExecutions: Int
  /// Time until the allocation of an increase begins, ns; documented as a minute or two. Environments then come at
  /// 6,000 a minute, and none can be used before all have come.
  public var preparation: Distribution
  /// Nil: nothing changes it.
  public var autoScaling: AutoScaling?

  /// Application Auto Scaling on the function's provisioned concurrency.
  public struct AutoScaling: Hashable, Sendable {
    /// `MinCapacity`: fewest environments, 0 or more.
    public var minCapacity: Int
    /// `MaxCapacity`: most environments, not below the fewest.
    public var maxCapacity: Int
    /// Target of `LambdaProvisionedConcurrencyUtilization`, 0.1 to 0.9; nil for no target tracking.
    public var targetUtilization: Double?
    /// Changes of the bounds at given times, ascending.
    public var scheduledActions: [ScheduledAction]

    /// Bounds without target or schedule.
    public init(minCapacity: Int, maxCapacity: Int) {
      self.minCapacity = minCapacity
      self.maxCapacity = maxCapacity
      targetUtilization = nil
      scheduledActions = []
    }
  }

  /// So many environments, prepared in one to two minutes.
  public init(concurrentExecutions: Int) {
    self.concurrentExecutions = concurrentExecutions
    preparation = .uniform(low: Double(Time.minutes(1).nanoseconds), high: Double(Time.minutes(2).nanoseconds))
    autoScaling = nil
  }
}
