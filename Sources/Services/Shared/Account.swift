import Engine
import Units

/// State of the account's shared quotas.
struct Account {
  /// Concurrent executions of all functions.
  var concurrency = 0
  /// Executions at once over all functions.
  let concurrencyLimit: Int
  /// The throttle over all APIs.
  var apiRequests: TokenBucket

  init(_ config: AccountConfig) {
    concurrencyLimit = config.concurrentExecutions
    apiRequests = TokenBucket(rate: Int64(config.apiRateLimit), burst: Int64(config.apiBurstLimit))
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
