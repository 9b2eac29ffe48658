import Engine
import Units

/// A DB instance of RDS or an Aurora cluster.
public struct DatabaseConfig: Hashable, Sendable {
  /// What the nodes run on.
  public enum Capacity: Hashable, Sendable {
    /// `DBInstanceClass`: fixed vCPUs and memory.
    case provisioned(DatabaseInstanceClass)
    /// Aurora Serverless v2.
    case serverless(ServerlessCapacityConfig)
  }

  /// The resource's name in the scenario.
  public var name: String
  /// `Engine`.
  public var engine: DatabaseEngine
  /// Of every node.
  public var capacity: Capacity
  /// How its copies stand.
  public var deployment: DatabaseDeployment
  /// Nodes that answer the reader endpoint, 0 to 15: read replicas of RDS, Aurora Replicas, or the two standbys of a
  /// Multi-AZ DB cluster. Default 0.
  public var readers: Int
  /// Storage, its limits and its growth.
  public var storage: DatabaseStorageConfig
  /// Connections.
  public var sessions: DatabaseSessionConfig
  /// Statements that one node executes at once; the others wait in line. nil: all share the vCPUs.
  public var threads: Int?
  /// Share of the pages read that the buffer cache has, 0 to 1; default 0.99.
  public var bufferCacheHitRatio: Double
  /// Failures of the writer.
  public var failover: DatabaseFailoverConfig
  /// Who is told of its events.
  public var eventSubscriptions: [EventSubscriptionConfig]

  /// A database without readers, with the service's defaults.
  public init(name: String, engine: DatabaseEngine, capacity: Capacity) {
    self.name = name
    self.engine = engine
    self.capacity = capacity
    deployment = engine.isAurora ? .aurora : .singleAZ
    readers = 0
    storage = DatabaseStorageConfig()
    if engine.isAurora { storage.kind = .aurora }
    sessions = DatabaseSessionConfig(engine.family)
    threads = nil
    bufferCacheHitRatio = 0.99
    failover = DatabaseFailoverConfig()
    eventSubscriptions = []
  }

  /// The writer and the readers.
  public var nodeCount: Int { 1 + readers }
}
