import Engine
import Units

/// A DynamoDB table, its indexes, and what is kept of it.
public struct TableConfig: Hashable, Sendable {
  /// Storage class; changes prices, not behaviour.
  public enum TableClass: String, Hashable, Sendable, CaseIterable {
    case standard
    case standardInfrequentAccess
  }

  /// The resource's name in the scenario.
  public var name: String
  /// Default standard.
  public var tableClass: TableClass
  /// Capacity at time zero; default on demand without a maximum.
  public var capacity: CapacityMode
  /// Warm throughput at time zero, of the table; nil is the service's of a new table.
  public var warmThroughput: WarmThroughput?
  /// Changes of capacity at given times, ascending.
  public var capacityChanges: [CapacityChange]
  /// What AWS leaves open about partitions, bursts and changes.
  public var limits: TableLimits
  /// Keys of requests that do not say their own.
  public var keys: KeyDistribution
  /// Items of one partition key; 1 for a table without a sort key.
  public var itemsPerKey: Int
  /// Items at time zero.
  public var itemCount: Int
  /// Bytes of all items at time zero, billed by the month; default 0.
  public var storageSize: Size
  /// Secondary indexes in the scenario's order.
  public var indexes: [IndexConfig]
  /// `StreamSpecification.StreamViewType`; nil for no stream.
  public var streamViewType: StreamViewType?
  /// `KinesisStreamSpecification`: name of the stream that gets change records; nil for none.
  public var kinesisStream: String?
  /// What AWS leaves open about these two.
  public var changeStreams: TableStreamConfig
  /// Replicas in other Regions; nil for a table of one Region.
  public var replication: ReplicationConfig?
  /// `TimeToLiveSpecification`; nil for items that stay.
  public var timeToLive: TimeToLiveConfig?
  /// Backups, exports and imports.
  public var backups: BackupConfig
  /// Client-side latency in ns of operations that differ from the defaults of `TableLatency`.
  public var latency: [TableOperation.Kind: Distribution]

  /// A table with the service's defaults.
  public init(name: String) {
    self.name = name
    tableClass = .standard
    capacity = .onDemand(OnDemandThroughput())
    warmThroughput = nil
    capacityChanges = []
    limits = TableLimits()
    keys = KeyDistribution(count: 1_000_000)
    itemsPerKey = 1
    itemCount = 0
    storageSize = Size(bytes: 0)
    indexes = []
    streamViewType = nil
    kinesisStream = nil
    changeStreams = TableStreamConfig()
    replication = nil
    timeToLive = nil
    backups = BackupConfig()
    latency = [:]
  }
}

/// What a record of a table's stream holds; changes its size.
public enum StreamViewType: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  case keysOnly
  case newImage
  case oldImage
  case newAndOldImages
}
