import Units

/// Application Auto Scaling of one dimension of a table's or an index's provisioned capacity.
public struct TableScalingConfig: Hashable, Sendable {
  /// `MinCapacity`, at least 1.
  public var minCapacity: Int
  /// `MaxCapacity`, not below the least.
  public var maxCapacity: Int
  /// `TargetValue` of the utilization, 0.2 to 0.9; default 0.7. Nil for scheduled actions alone.
  public var targetUtilization: Double?

  /// Target tracking between two bounds.
  public init(minCapacity: Int, maxCapacity: Int, targetUtilization: Double? = 0.7) {
    self.minCapacity = minCapacity
    self.maxCapacity = maxCapacity
    self.targetUtilization = targetUtilization
  }
}
