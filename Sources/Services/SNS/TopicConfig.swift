import Engine
import Units

/// A standard SNS topic.
public struct TopicConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// Functions and queues that get every message, each at most once.
  public var subscriptions: [String]
  /// Time until a publisher has its answer, ns.
  public var publishLatency: Distribution
  /// Time from then until a subscriber is called, ns.
  public var deliveryLatency: Distribution

  /// A topic without subscribers.
  public init(name: String) {
    self.name = name
    subscriptions = []
    publishLatency = .logNormal(median: 10e6, p99: 50e6) ?? .constant(10e6)
    deliveryLatency = .logNormal(median: 60e6, p99: 200e6) ?? .constant(60e6)
  }
}
