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
  /// What a table on demand does beyond double its earlier peak, which AWS says may throttle.
  public enum OnDemandGrowth: String, Hashable, Sendable, CaseIterable {
    /// It throttles what is beyond, until a higher peak is old enough.
    case throttle
    /// Only partitions limit it, and those that stay hot are split.
    case split
  }

  /// Unused provisioned capacity that is kept for bursts, 1 s to 1 h; default 300 s (documented: burst capacity).
  public var burst = Time.seconds(300)
  /// Share of it that is there at time zero and after a change of mode, 0 to 1; default 1 (unknown).
  public var initialBurst = 1.0
  /// Read units a second of one partition, at least 1; default 3,000 (documented).
  public var partitionReadUnits = 3_000
  /// Write units a second of one partition, at least 1; default 1,000 (documented).
  public var partitionWriteUnits = 1_000
  /// Bytes that one partition stores, at least 1; default 10 GB (documented).
  public var partitionSize = Size.gigabytes(10)
  /// Whether partitions that stay at their limit are split; default true.
  public var splitsForHeat = true
  /// Share of its limit that makes a partition hot, above 0; default 0.9 (unknown: AWS says near its limit).
  public var splitUtilization = 0.9
  /// How long a partition stays hot before it is to be split; default 1 min (unknown).
  public var splitSustain = Time.seconds(60)
  /// From then until the split; default 5 min (inferred: Elhemali et al., USENIX ATC 2022, "the order of minutes").
  public var splitDelay = Time.minutes(5)
  /// Default throttle, which errs towards throttling.
  public var onDemandGrowth = OnDemandGrowth.throttle
  /// How old a peak must be before its double is served, whole minutes; default 30 min (documented).
  public var peakAge = Time.minutes(30)
  /// Warm throughput of a new table or index on demand; default 12,000 reads and 4,000 writes (documented).
  public var newWarmThroughput = WarmThroughput(readUnitsPerSecond: 12_000, writeUnitsPerSecond: 4_000)
  /// How long a change of capacity within the warm throughput takes, ns; default 1 to 2 s (measured, 2026-10).
  public var updateTime = Distribution.uniform(low: 1e9, high: 2e9)
  /// The same for capacity beyond it, for which partitions are split; default 1 to 5 min (unknown: AWS says minutes).
  public var growthTime = Distribution.uniform(low: 60e9, high: 300e9)
  /// How long raising warm throughput takes, ns; default 270 to 500 s (measured, 2026-10).
  public var preWarmingTime = Distribution.uniform(low: 270e9, high: 500e9)
  /// How long a first switch to on demand takes, ns; default 129 to 172 s (measured, 2026-10).
  public var onDemandTime = Distribution.uniform(low: 129e9, high: 172e9)
  /// The same for a table that was on demand before; default 4 to 5 s (measured, 2026-10).
  public var onDemandAgainTime = Distribution.uniform(low: 4e9, high: 5e9)
  /// How long a switch to provisioned capacity takes, ns; default 60 to 98 s (measured, 2026-10).
  public var provisionedTime = Distribution.uniform(low: 60e9, high: 98e9)

  /// The service's.
  public init() {}
}

/// A quota of DynamoDB's in units a second, of reads and of writes.
public struct TableQuota: Hashable, Sendable, BitwiseCopyable {
  /// Read units, 1 to 1,000,000.
  public var reads: Int
  /// Write units, 1 to 1,000,000.
  public var writes: Int

  /// Units a second.
  public init(reads: Int, writes: Int) {
    self.reads = reads
    self.writes = writes
  }
}
