import Engine
import Units

/// A standard SNS topic.
public struct TopicConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// Functions and queues that get messages, each subscribed at most once.
  public var subscriptions: [TopicSubscriptionConfig]
  /// Time until a publisher has its answer, ns.
  public var publishLatency: Distribution
  /// Messages a second that publishers may bring, and at once as many: 1 or more. nil for no limit; the account's quota
  /// is 30,000 in us-east-1 and can be raised (documented: SNS quotas).
  public var publishRate: Int?

  /// A topic without subscribers and without a limit.
  public init(name: String) {
    self.name = name
    subscriptions = []
    publishLatency = Self.defaultPublishLatency
    publishRate = nil
  }

  /// Until a publisher has its answer (unknown: AWS publishes none).
  public static let defaultPublishLatency = Distribution.logNormal(median: 10e6, p99: 50e6) ?? .constant(10e6)

  /// Most messages of one PublishBatch (documented: SNS API reference).
  public static let batchMax = 10

  /// Most bytes of one message, and of all messages of one batch: the default of `MaximumMessageSize` (documented: SNS
  /// quotas).
  public static let messageMax = Size.kilobytes(256)
}

/// `AWS::SNS::Subscription`: who gets a topic's messages.
public struct TopicSubscriptionConfig: Hashable, Sendable {
  /// Name of the function or queue. A function is invoked asynchronously, a queue gets a message.
  public var target: String
  /// Share of the messages that pass the `FilterPolicy`, 0 to 1; default 1, as without a policy.
  public var filter: Double
  /// `RawMessageDelivery`: whether a queue gets the message itself, without SNS's JSON around it; default false.
  /// Meaningless for a function.
  public var rawMessageDelivery: Bool
  /// Time from the publisher's answer until the subscriber is called, ns.
  public var deliveryLatency: Distribution

  /// A subscription to all messages.
  public init(target: String) {
    self.target = target
    filter = 1
    rawMessageDelivery = false
    deliveryLatency = Self.defaultDeliveryLatency
  }

  /// Until the subscriber is called (inferred from 62 ms at p10, 73 ms in the median and 225 ms at p99 from a publish to
  /// a function's start, bitesizedserverless.com, 2022-09; the publish and the function's own queue are in it).
  public static let defaultDeliveryLatency = Distribution.logNormal(median: 30e6, p99: 150e6) ?? .constant(30e6)

  /// Bytes of SNS's JSON around a message: names, identifiers, signature and addresses (inferred from AWS's examples).
  static let envelope = Size(bytes: 900)
}
