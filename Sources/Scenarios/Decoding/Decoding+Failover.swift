import Engine
import Services
import Units

/// Failures of a database's writer, and who is told.
extension Decoding {
  /// `failover`.
  func decodeFailover(_ node: YAMLNode, _ config: inout DatabaseConfig) {
    guard let fields = self.fields(node, Shapes.failover) else { return }
    if let node = fields["at"], let items = list(node, wanted: "a list of moments") {
      config.failover.moments = items.compactMap { time($0) }
    }
    if let node = fields["meanTimeBetween"] { config.failover.meanTimeBetween = time(node) }
    if let node = fields["downtime"] { config.failover.downtime = timeDistribution(node) }
  }

  /// `eventSubscriptions`.
  func decodeEventSubscriptions(_ node: YAMLNode, _ config: inout DatabaseConfig, _ index: ResourceIndex) {
    guard let items = list(node, wanted: "a list of subscriptions") else { return }
    for item in items {
      guard let fields = self.fields(item, Shapes.eventSubscription),
        let node = fields["target"], let target = subscriber(node, of: config.name, index)
      else { continue }
      var subscription = EventSubscriptionConfig(target: target)
      if let node = fields["categories"], let items = list(node, wanted: "a list of categories") {
        subscription.categories = items.compactMap { choice($0, EventSubscriptionConfig.Category.self) }
      }
      config.eventSubscriptions.append(subscription)
    }
  }

  /// A topic, function or queue that is told of something.
  func subscriber(_ node: YAMLNode, of source: String, _ index: ResourceIndex) -> String? {
    let wanted = "the name of a topic, function or queue"
    guard let name = text(node, wanted: wanted) else { return nil }
    switch index[name] {
    case .function, .topic:
      eventEdges.append(ResourceIndex.Edge(from: source, to: name, place: node.place))
      return name
    case .queue:
      eventQueues.append(EventQueueReference(queue: name, place: node.place))
      return name
    case .table, .httpApi, .stream, .mapping, .cache, .database, .dbProxy, .vpc: return reject(node, wanted: wanted)
    case .unknown: return nil
    case nil:
      let guess = self.guess(name, in: index.names)
      return reject(
        node, wanted: wanted, advice: guess.map { "did you mean `\($0)`?" } ?? "add the resource or correct the name")
    }
  }
}
