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
    sessions = DatabaseSessionConfig()
    threads = nil
    bufferCacheHitRatio = 0.99
    failover = DatabaseFailoverConfig()
    eventSubscriptions = []
  }

  /// The writer and the readers.
  public var nodeCount: Int { 1 + readers }

  /// Connections of clients that one node takes: `maxConnections` or the default of engine and capacity.
  public var connectionLimit: Int { sessions.maxConnections ?? 100 }
}

/// The storage of a database.
public struct DatabaseStorageConfig: Hashable, Sendable {
  /// `StorageType`.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case gp2
    case gp3
    case io1
    /// Aurora Standard: each I/O is billed.
    case aurora
    /// Aurora I/O-Optimized: no I/O is billed.
    case auroraIOOptimized = "aurora-iopt1"
  }

  /// Default gp3; Aurora's default is aurora.
  public var kind: Kind
  /// `AllocatedStorage` in GiB of RDS; meaningless with Aurora, which allocates as it grows. Default 20.
  public var allocatedGiB: Int
  /// `Iops`; nil takes the storage's baseline.
  public var iops: Int?
  /// Bytes that are used at time zero; default 0.
  public var used: Size

  /// 20 GiB of gp3.
  public init() {
    kind = .gp3
    allocatedGiB = 20
    iops = nil
    used = Size(bytes: 0)
  }
}

/// What connections cost a database, and how many it takes.
public struct DatabaseSessionConfig: Hashable, Sendable {
  /// `max_connections` of the parameter group; nil for the default of engine and class.
  public var maxConnections: Int?
  /// Connections of those that clients cannot have: superuser_reserved_connections, RDS' own. Default 3.
  public var reserved: Int
  /// Memory of one connection; default 10 MB.
  public var memory: Size
  /// CPU time in ns of the database for opening one: process or thread, TLS, authentication.
  public var openingCPU: Distribution
  /// Round trips for opening one besides that CPU time, ns: TCP, TLS, authentication, session set-up.
  public var openingLatency: Distribution
  /// One round trip of a statement between client and database, ns.
  public var roundTrip: Distribution
  /// A connection without a statement for so long is closed: `wait_timeout`, `idle_session_timeout`; `.never` for none.
  public var idleTimeout: Time

  /// Defaults that fit both engine families.
  public init() {
    maxConnections = nil
    reserved = 3
    memory = .megabytes(10)
    openingCPU = .constant(10e6)
    openingLatency = .constant(25e6)
    roundTrip = .constant(0.5e6)
    idleTimeout = .never
  }
}
