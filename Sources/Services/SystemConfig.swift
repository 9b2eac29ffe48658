import Engine
import Units

/// A decoded and validated system: what the components are, who calls whom, and the traffic.
///
/// Names are unique over resources, and over traffic; every reference resolves; the call graph has no
/// cycle. `Scenarios` guarantees this before a system is built.
public struct SystemConfig: Hashable, Sendable {
  /// AWS Region code, for the price book.
  public var region: String
  /// The calendar moment of simulated time zero, UTC; curves and cron schedules read it.
  public var start: CivilTime
  /// Simulated span that is recorded, after the warm-up; above zero.
  public var duration: Time
  /// Simulated span before recording starts; 0 records the start-up too.
  public var warmUp: Time
  /// Width of one row of the time series.
  public var period: Time
  /// Quotas that the account's resources share.
  public var account: AccountConfig
  /// Which invocations are logged; nil for none. It changes no other result.
  public var invocationLog: InvocationLogConfig?
  /// The resources in the scenario's order.
  public var resources: [ResourceConfig]
  /// The traffic sources in the scenario's order.
  public var traffic: [TrafficConfig]

  /// A system of the given parts.
  public init(
    region: String, start: CivilTime, duration: Time, warmUp: Time = .zero, period: Time = .minutes(1),
    account: AccountConfig = AccountConfig(), invocationLog: InvocationLogConfig? = nil,
    resources: [ResourceConfig], traffic: [TrafficConfig]
  ) {
    self.region = region
    self.start = start
    self.duration = duration
    self.warmUp = warmUp
    self.period = period
    self.account = account
    self.invocationLog = invocationLog
    self.resources = resources
    self.traffic = traffic
  }
}

/// The closed list of what a resource may be. Adding a service adds a case, and the compiler names the places.
public enum ResourceConfig: Hashable, Sendable {
  case function(FunctionConfig)
  case httpApi(HTTPAPIConfig)
  case table(TableConfig)
  case queue(QueueConfig)
  case stream(StreamConfig)
  case eventSourceMapping(EventSourceMappingConfig)
  case daxCluster(DAXClusterConfig)
  case cacheCluster(CacheClusterConfig)
  case dbInstance(DatabaseConfig)
  case auroraCluster(DatabaseConfig)
  case dbProxy(DBProxyConfig)
  case topic(TopicConfig)
  case vpc(VPCConfig)

  /// The resource's name in the scenario.
  public var name: String {
    switch self {
    case .function(let config): config.name
    case .httpApi(let config): config.name
    case .table(let config): config.name
    case .queue(let config): config.name
    case .stream(let config): config.name
    case .eventSourceMapping(let config): config.name
    case .daxCluster(let config): config.name
    case .cacheCluster(let config): config.name
    case .dbInstance(let config): config.name
    case .auroraCluster(let config): config.name
    case .dbProxy(let config): config.name
    case .topic(let config): config.name
    case .vpc(let config): config.name
    }
  }

  /// The word after `type:` in a scenario.
  public var typeName: String {
    switch self {
    case .function: "function"
    case .httpApi: "httpApi"
    case .table: "table"
    case .queue: "queue"
    case .stream: "stream"
    case .eventSourceMapping: "eventSourceMapping"
    case .daxCluster: "daxCluster"
    case .cacheCluster: "cacheCluster"
    case .dbInstance: "dbInstance"
    case .auroraCluster: "auroraCluster"
    case .dbProxy: "dbProxy"
    case .topic: "topic"
    case .vpc: "vpc"
    }
  }
}

/// Quotas of one account in one Region that several resources share, and how the account pays for them.
public struct AccountConfig: Hashable, Sendable {
  /// Concurrent executions over all functions; default 1,000 (documented: Lambda quotas).
  public var concurrentExecutions: Int
  /// New environments that one function may start at once; default 1,000 (documented: Lambda scaling behaviour).
  public var scalingBurst: Int
  /// New environments a second that one function earns back; default 100 (documented: 1,000 every 10 s).
  public var scalingRate: Int
  /// Synchronous requests a second for each unit of concurrency, of the account, of a function's reserved and of its
  /// provisioned concurrency alike; 1 to 1,000, default 10 (documented: Lambda quotas).
  public var requestsPerConcurrency: Int
  /// Time whose worth of such requests may come at once; above 0, at most 60 s, default 1 s (unknown: AWS does not
  /// publish it).
  public var requestBurst: Time
  /// Requests a second over all APIs; default 10,000 (documented: API Gateway account throttle).
  public var apiRateLimit: Int
  /// Requests at once over all APIs; default 5,000 (documented: API Gateway account throttle).
  public var apiBurstLimit: Int
  /// Units a second of one table or global index, provisioned or on demand; default 40,000 each (documented: DynamoDB
  /// quotas).
  public var tableQuota: TableQuota
  /// Provisioned units of all tables and their indexes; default 80,000 each (documented: DynamoDB quotas).
  public var provisionedQuota: TableQuota

  /// How an hour is billed in which provisioned capacity changed; default by its maximum (unknown: AWS says neither).
  public var capacityBilling: CapacityBilling
  /// Provisioned capacity that is paid in advance; nil for none.
  public var reservedCapacity: ReservedCapacityConfig?

  /// Concurrency that reserved and provisioned concurrency must leave to all other functions: 100, or all of a smaller
  /// account's (documented: Lambda reserved concurrency; the messages of small accounts name their whole quota).
  public var unreservedMinimum: Int { min(100, concurrentExecutions) }

  /// The documented defaults of an established account.
  public init(
    concurrentExecutions: Int = 1_000, scalingBurst: Int = 1_000, scalingRate: Int = 100,
    requestsPerConcurrency: Int = 10, requestBurst: Time = .seconds(1), apiRateLimit: Int = 10_000,
    apiBurstLimit: Int = 5_000, tableQuota: TableQuota = TableQuota(reads: 40_000, writes: 40_000),
    provisionedQuota: TableQuota = TableQuota(reads: 80_000, writes: 80_000)
  ) {
    self.concurrentExecutions = concurrentExecutions
    self.scalingBurst = scalingBurst
    self.scalingRate = scalingRate
    self.requestsPerConcurrency = requestsPerConcurrency
    self.requestBurst = requestBurst
    self.apiRateLimit = apiRateLimit
    self.apiBurstLimit = apiBurstLimit
    self.tableQuota = tableQuota
    self.provisionedQuota = provisionedQuota
    capacityBilling = .hourlyMaximum
    reservedCapacity = nil
  }
}
