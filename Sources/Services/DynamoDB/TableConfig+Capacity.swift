import Engine
import Units

/// `BillingMode` of a table, which its indexes share, with the throughput that belongs to it.
public enum CapacityMode: Hashable, Sendable {
  /// `PAY_PER_REQUEST`.
  case onDemand(OnDemandThroughput)
  /// `PROVISIONED`.
  case provisioned(ProvisionedThroughput)
}

/// `OnDemandThroughput`: limits that the owner sets.
public struct OnDemandThroughput: Hashable, Sendable {
  /// `MaxReadRequestUnits` a second; nil is no limit.
  public var maxReadRequestUnits: Int?
  /// `MaxWriteRequestUnits` a second; nil is no limit.
  public var maxWriteRequestUnits: Int?

  /// Limits in request units a second.
  public init(maxReadRequestUnits: Int? = nil, maxWriteRequestUnits: Int? = nil) {
    self.maxReadRequestUnits = maxReadRequestUnits
    self.maxWriteRequestUnits = maxWriteRequestUnits
  }
}

/// `ProvisionedThroughput` and what scales it.
public struct ProvisionedThroughput: Hashable, Sendable {
  /// `ReadCapacityUnits`, at least 1.
  public var readCapacityUnits: Int
  /// `WriteCapacityUnits`, at least 1.
  public var writeCapacityUnits: Int
  /// Application Auto Scaling of the read capacity; nil for none.
  public var readScaling: TableScalingConfig?
  /// Application Auto Scaling of the write capacity; nil for none.
  public var writeScaling: TableScalingConfig?

  /// Fixed capacity.
  public init(readCapacityUnits: Int, writeCapacityUnits: Int) {
    self.readCapacityUnits = readCapacityUnits
    self.writeCapacityUnits = writeCapacityUnits
    readScaling = nil
    writeScaling = nil
  }
}

/// `WarmThroughput`: what a table or index serves at once.
public struct WarmThroughput: Hashable, Sendable {
  /// `ReadUnitsPerSecond`.
  public var readUnitsPerSecond: Int
  /// `WriteUnitsPerSecond`.
  public var writeUnitsPerSecond: Int

  /// Units a second.
  public init(readUnitsPerSecond: Int, writeUnitsPerSecond: Int) {
    self.readUnitsPerSecond = readUnitsPerSecond
    self.writeUnitsPerSecond = writeUnitsPerSecond
  }
}

/// One `UpdateTable` at a given time.
public struct CapacityChange: Hashable, Sendable {
  /// Simulated time from the start of the warm-up, above 0.
  public var at: Time
  /// The index that it is about; nil for the table.
  public var index: String?
  /// New capacity; of the other mode it switches the table and all its indexes. Nil leaves it.
  public var capacity: CapacityMode?
  /// Warm throughput to reach; nil leaves it.
  public var warmThroughput: WarmThroughput?

  /// A change of capacity.
  public init(at: Time, index: String? = nil, capacity: CapacityMode? = nil, warmThroughput: WarmThroughput? = nil) {
    self.at = at
    self.index = index
    self.capacity = capacity
    self.warmThroughput = warmThroughput
  }
}

/// What AWS leaves open, or documents without a setting, about throughput.
public struct TableLimits: Hashable, Sendable {
  /// Unused provisioned capacity that is kept for bursts; documented as 5 min.
  public var burst = Time.seconds(300)
  /// Read units a second of one partition; documented as 3,000.
  public var partitionReadUnits = 3_000
  /// Write units a second of one partition; documented as 1,000.
  public var partitionWriteUnits = 1_000
  /// Whether partitions that stay at their limit are split.
  public var splitsForHeat = true

  /// The service's.
  public init() {}
}
