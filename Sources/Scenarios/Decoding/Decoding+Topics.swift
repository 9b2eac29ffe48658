import Engine
import Services
import Units

/// Topics, and what is published to them.
extension Decoding {
  /// A topic; nil if it has faults.
  func topic(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> TopicConfig? {
    guard let fields = self.fields(node, Shapes.topic) else { return nil }
    let before = faults.count
    _ = fields["type"]
    var config = TopicConfig(name: name)
    if let node = fields["subscriptions"], let items = list(node, wanted: "a list of functions and queues") {
      for item in items {
        guard let subscription = topicSubscription(item, of: name, index) else { continue }
        if config.subscriptions.contains(where: { $0.target == subscription.target }) {
          fault(item.place, found: "a second subscription of \(subscription.target)", wanted: "one for each subscriber")
        }
        config.subscriptions.append(subscription)
      }
    }
    if let node = fields["publishLatency"] {
      config.publishLatency = timeDistribution(node) ?? config.publishLatency
    } else {
      assume(
        name, "publishLatency", "log-normal, median 10 ms, p99 50 ms", .unknown, "a stated choice: AWS publishes none",
        "2026-11")
    }
    if let node = fields["publishRate"] {
      config.publishRate = wholeRate(node)
    } else {
      assume(
        name, "publishRate", "no limit", .unknown,
        "a stated choice: the account's quota, 30000 / s in us-east-1, can be raised", "2026-11")
    }
    return faults.count == before ? config : nil
  }

  private func topicSubscription(
    _ node: YAMLNode, of topic: String, _ index: ResourceIndex
  ) -> TopicSubscriptionConfig? {
    // `name` is short for `target: name`.
    if case .scalar = node.content {
      guard let target = topicSubscriber(node, of: topic, index) else { return nil }
      assumeDelivery(topic, target)
      return TopicSubscriptionConfig(target: target)
    }
    guard let fields = self.fields(node, Shapes.topicSubscription),
      let node = fields["target"], let target = topicSubscriber(node, of: topic, index)
    else { return nil }
    var config = TopicSubscriptionConfig(target: target)
    if let node = fields["filter"] { config.filter = share(node) ?? config.filter }
    if let node = fields["rawMessageDelivery"] {
      config.rawMessageDelivery = boolean(node) ?? config.rawMessageDelivery
      if case .function = index[target] {
        fault(
          node.place, found: "rawMessageDelivery to a function", wanted: "a queue with it", advice: "leave it out")
      }
    }
    if let node = fields["deliveryLatency"] {
      config.deliveryLatency = timeDistribution(node) ?? config.deliveryLatency
    } else {
      assumeDelivery(topic, target)
    }
    return config
  }

  private func assumeDelivery(_ topic: String, _ target: String) {
    assume(
      topic, "deliveryLatency to \(target)", "log-normal, median 30 ms, p99 150 ms", .inferred,
      "bitesizedserverless.com, from SNS to Lambda in eu-west-1, less the publish and the function's queue", "2022-09")
  }

  private func topicSubscriber(_ node: YAMLNode, of topic: String, _ index: ResourceIndex) -> String? {
    guard let name = node.scalarText, let target = index[name], case .topic = target else {
      return subscriber(node, of: topic, index)
    }
    return reject(node, wanted: "the name of a function or queue", advice: "a topic does not subscribe to another")
  }

  /// Messages for a topic: at most 256 KB in one publish or batch.
  func topicMessage(_ fields: Fields, _ payload: Size?) -> MessageConfig {
    var message = MessageConfig()
    if let node = fields["entries"] {
      message.entries = integer(node, 1...TopicConfig.batchMax) ?? message.entries
    }
    guard let payload, let node = fields["payload"] else { return message }
    if payload > TopicConfig.messageMax {
      fault(node.place, found: node.summary, wanted: "at most \(TopicConfig.messageMax), the limit of a message")
    } else if Int64(message.entries) * payload.bytes > TopicConfig.messageMax.bytes {
      fault(
        fields["entries"]?.place ?? node.place, found: "\(message.entries) messages of \(payload)",
        wanted: "at most \(TopicConfig.messageMax) in one batch for a topic")
    }
    return message
  }
}
