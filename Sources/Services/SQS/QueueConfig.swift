import Engine
import Units

/// An SQS queue.
public struct QueueConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// `FifoQueue`: order within a message group, no duplicates; default false.
  public var isFifo: Bool
  /// `FifoThroughputLimit` per message group with `DeduplicationScope` messageGroup: high throughput; default false.
  public var isHighThroughput: Bool
  /// `VisibilityTimeout`, 0 s to 12 h; default 30 s.
  public var visibilityTimeout: Time
  /// `MessageRetentionPeriod`, 1 min to 14 d; default 4 d.
  public var messageRetentionPeriod: Time
  /// `DelaySeconds`, 0 to 15 min; default 0.
  public var delay: Time
  /// `RedrivePolicy`; nil for none.
  public var redrive: Redrive?
  /// Messages that may be in flight, at least 1; default 120,000, for FIFO queues too since November 2024. A receive
  /// beyond it finds nothing.
  public var inFlightLimit: Int
  /// Time that a send takes as its sender sees it, ns.
  public var sendLatency: Distribution
  /// Time from the end of a send, or of the delay, to a waiting poller, ns.
  public var deliveryLatency: Distribution

  /// Where messages go that were received too often.
  public struct Redrive: Hashable, Sendable {
    /// Name of the queue: FIFO if and only if this one is.
    public var deadLetterTarget: String
    /// `maxReceiveCount`, 1 to 1,000.
    public var maxReceiveCount: Int
    /// A dead-letter queue after so many receives.
    public init(deadLetterTarget: String, maxReceiveCount: Int) {
      self.deadLetterTarget = deadLetterTarget
      self.maxReceiveCount = maxReceiveCount
    }
  }

  /// A standard queue with CloudFormation's defaults; sends and deliveries take no time.
  public init(name: String) {
    self.name = name
    isFifo = false
    isHighThroughput = false
    visibilityTimeout = .seconds(30)
    messageRetentionPeriod = .days(4)
    delay = .zero
    redrive = nil
    inFlightLimit = 120_000
    sendLatency = .constant(0)
    deliveryLatency = .constant(0)
  }
}
