import Engine
import Units

/// An ElastiCache cluster beside one table, with a client that looks there first: cache-aside.
public struct CacheClusterConfig: Hashable, Sendable {
  /// What the client does to the cache when it has written an item to the table.
  public enum WritePolicy: String, Hashable, Sendable, CaseIterable {
    /// Deletes the item there, so that the next read fetches it; the default.
    case invalidate
    /// Writes the item there, too. Deleted items are deleted.
    case writeThrough
    /// Nothing: readers see the old item until it expires.
    case none
  }

  /// The resource's name in the scenario.
  public var name: String
  /// Name of the table that clients read when the cache has nothing.
  public var table: String
  /// `Engine`.
  public var engine: CacheEngine
  /// `CacheNodeType`.
  public var nodeType: CacheNodeType
  /// Nodes among which the keys are divided: `NumNodeGroups` of Valkey and Redis (1 to 500), `NumCacheNodes` of
  /// Memcached (1 to 60). Default 1.
  public var shards: Int
  /// `ReplicasPerNodeGroup`, 0 to 5; 0 with Memcached. Default 0.
  public var replicas: Int
  /// Whether clients read from replicas as much as from primaries; default false.
  public var readsFromReplicas: Bool
  /// Life of an entry from when it is written; zero keeps it until it must make room. Default 5 min (a choice, as DAX).
  public var ttl: Time
  /// Default invalidate.
  public var writePolicy: WritePolicy
  /// Whether callers wait until the cache has taken what was read from the table or written to it; default true.
  public var waitsForCache: Bool
  /// `reserved-memory-percent`: share of a node's memory that holds no data, 0 to below 1; default 0.25 (documented), 0
  /// with Memcached.
  public var reservedMemory: Double
  /// Bytes that an entry takes besides its item or result; default 100 B (inferred).
  public var entryOverhead: Size
  /// Commands a second of one node, 1 to 10,000,000; default that of the node type.
  public var requestsPerSecond: Int
  /// Time of a lookup without a wait in line, as the client sees it, ns.
  public var getLatency: Distribution
  /// Time of a write or delete in the cache, ns.
  public var setLatency: Distribution

  /// A cluster of one node with the service's defaults.
  public init(
    name: String, table: String, engine: CacheEngine = .valkey, nodeType: CacheNodeType = .m7gLarge
  ) {
    self.name = name
    self.table = table
    self.engine = engine
    self.nodeType = nodeType
    shards = 1
    replicas = 0
    readsFromReplicas = false
    ttl = .minutes(5)
    writePolicy = .invalidate
    waitsForCache = true
    switch engine {
    case .valkey, .redis: reservedMemory = 0.25
    case .memcached: reservedMemory = 0
    }
    entryOverhead = Size(bytes: 100)
    requestsPerSecond = nodeType.requestsPerSecond
    getLatency = .logNormal(median: 0.5e6, p99: 1.5e6) ?? .constant(0.5e6)
    setLatency = getLatency
  }

  /// All nodes, replicas included.
  public var nodes: Int { shards * (1 + replicas) }
}
