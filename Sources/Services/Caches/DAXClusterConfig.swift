import Engine
import Units

/// A DynamoDB Accelerator cluster in front of one table.
public struct DAXClusterConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// Name of the table that it reads and writes through to.
  public var table: String
  /// `NodeType`.
  public var nodeType: DAXNodeType
  /// `ReplicationFactor`: nodes, the primary one included; 1 to 11.
  public var replicationFactor: Int
  /// `record-ttl-millis` of the parameter group: life of an item from when it is written into the cache; zero keeps it
  /// until it must make room. Default 5 min (documented).
  public var recordTTL: Time
  /// `query-ttl-millis` of the parameter group: life of a result; zero turns the query cache off. Default 5 min
  /// (documented).
  public var queryTTL: Time
  /// Share of a node's memory that holds data, above 0 to 1; default 0.75 (unknown: AWS does not publish it).
  public var memoryShare: Double
  /// Share of that for items where callers use both caches, above 0 and below 1; default 0.5 (unknown). A cache that
  /// nobody uses leaves all to the other.
  public var itemMemoryShare: Double
  /// Bytes that an entry takes besides its item or result; default 100 B (unknown).
  public var entryOverhead: Size
  /// Normalized requests a second of one node, 1 to 10,000,000; default that of the node type.
  public var normalizedRequestsPerSecond: Int
  /// Time whose worth of normalized requests may come at once; above zero to 60 s, default 1 s (unknown).
  public var burst: Time
  /// Time of a read that the cluster answers itself, as the client sees it, ns; default 0.3 to 0.6 ms from the 1st to
  /// the 99th percentile (inferred).
  public var hitLatency: Distribution
  /// Time that a read which the table answers takes on top of the table's, ns; default 0.5 to 1 ms (inferred).
  public var missOverhead: Distribution
  /// Time that a write takes on top of the table's, ns; default 1 ms at the median (inferred).
  public var writeOverhead: Distribution

  /// A cluster with the service's defaults.
  public init(name: String, table: String, nodeType: DAXNodeType = .r5Large, replicationFactor: Int = 1) {
    self.name = name
    self.table = table
    self.nodeType = nodeType
    self.replicationFactor = replicationFactor
    recordTTL = .minutes(5)
    queryTTL = .minutes(5)
    memoryShare = 0.75
    itemMemoryShare = 0.5
    entryOverhead = Size(bytes: 100)
    normalizedRequestsPerSecond = nodeType.normalizedRequestsPerSecond
    burst = .seconds(1)
    // The medians are the geometric middle, so that the 1st percentile is the lower end.
    hitLatency = .logNormal(median: 0.424e6, p99: 0.6e6) ?? .constant(0.424e6)
    missOverhead = .logNormal(median: 0.707e6, p99: 1e6) ?? .constant(0.707e6)
    writeOverhead = .logNormal(median: 1e6, p99: 2e6) ?? .constant(1e6)
  }

  /// Writes a second that a cluster takes, whatever its nodes (documented: DAX cluster sizing, 2026-04).
  public static let writesPerSecondMax = 40_000
}
