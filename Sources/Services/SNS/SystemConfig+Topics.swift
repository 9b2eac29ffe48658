import Engine
import Units

// What is published to a topic, so that its subscribers have a site for each size of a message.
extension SystemConfig {
  /// Bytes of the messages that anybody publishes to a topic, ascending, each size once.
  func messageSizes(of topic: String) -> [Int64] {
    var sizes: Set<Int64> = []
    for target in traffic.flatMap(\.targets) where target.resource == topic { sizes.insert(target.payload.bytes) }
    for resource in resources {
      switch resource {
      case .function(let function):
        Self.forEachCall(function.handler) { call in
          if call.target == topic { sizes.insert(call.payload.bytes) }
        }
      case .dbInstance(let database), .auroraCluster(let database):
        if database.eventSubscriptions.contains(where: { $0.target == topic }) {
          sizes.insert(EventSubscriptionConfig.messageSize.bytes)
        }
      case .httpApi, .table, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbProxy, .topic, .vpc:
        break
      }
    }
    return sizes.sorted()
  }

  /// Whether a resource is a function.
  func isFunction(_ name: String) -> Bool {
    resources.contains { resource in
      if case .function(let function) = resource { return function.name == name }
      return false
    }
  }

  /// Sites of a topic's subscriptions: one for a function, one a size for a queue.
  func siteCount(of topic: TopicConfig) -> Int {
    let sizes = messageSizes(of: topic.name).count
    return topic.subscriptions.reduce(0) { $0 + (isFunction($1.target) ? 1 : sizes) }
  }
}
