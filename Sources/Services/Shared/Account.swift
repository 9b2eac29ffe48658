import Engine
import Units

/// State of the account's shared quotas.
struct Account {
  /// Executions on demand of all functions without reserved concurrency.
  var unreserved = 0
  /// How many of them may be at once: what is neither reserved nor allocated as provisioned concurrency.
  var unreservedLimit: Int
  /// The same, less the provisioned concurrency that was requested and is not allocated yet.
  var unclaimed: Int
  /// What requests for concurrency must leave unclaimed.
  let unreservedMinimum: Int
  /// The rate of synchronous requests over all functions.
  var requests: TokenBucket
  /// The throttle over all APIs.
  var apiRequests: TokenBucket
  /// Units a second of one table or global index.
  let tableQuota: TableQuota
  /// Provisioned units of all tables and their indexes, those on their way included, and their quota.
  var provisionedReads = 0
  var provisionedWrites = 0
  let provisionedQuota: TableQuota

  init(_ config: AccountConfig) {
    unreservedLimit = config.concurrentExecutions
    unclaimed = config.concurrentExecutions
    unreservedMinimum = config.unreservedMinimum
    requests = RequestRate(config).bucket(concurrency: config.concurrentExecutions)
    apiRequests = TokenBucket(rate: Int64(config.apiRateLimit), burst: Int64(config.apiBurstLimit))
    tableQuota = config.tableQuota
    provisionedQuota = config.provisionedQuota
  }

  /// Takes concurrency out of the unreserved pool before the first event.
  mutating func claim(_ concurrency: Int) {
    unreservedLimit -= concurrency
    unclaimed -= concurrency
    precondition(unclaimed >= 0, "an account has the concurrency that its functions reserve and provision")
  }
}

/// Makes the random streams of one replication: one for each purpose of each component.
struct StreamFactory {
  let seed: UInt64
  let replication: Int

  func stream(component: String, purpose: String) -> RandomStream {
    RandomStream(seed: seed, replication: replication, component: component, purpose: purpose)
  }
}
