import Engine
import Units

/// A Lambda event source mapping: reads a queue or a stream, and invokes a function with batches.
public struct EventSourceMappingConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// `FunctionName`.
  public var functionName: String
  /// `BatchSize`: 1 to 10,000 (10 from a FIFO queue); default 10 from queues, 100 from streams.
  public var batchSize: Int
  /// `MaximumBatchingWindowInSeconds`, 0 to 300 s; default 0.
  public var maximumBatchingWindow: Time
  /// `FunctionResponseTypes: [ReportBatchItemFailures]`; default false.
  public var reportsBatchItemFailures: Bool
  /// What it reads, and how.
  public var source: Source

  /// What it reads.
  public enum Source: Hashable, Sendable {
    case queue(QueueSource)
    case stream(StreamSource)
  }

  /// How a queue is read.
  public struct QueueSource: Hashable, Sendable {
    /// Name of the queue.
    public var queue: String
    /// How many pollers there are.
    public var scaling: Scaling
    /// How pollers behave where AWS publishes little.
    public var polling = Polling()

    /// What sets the number of concurrent batches.
    public enum Scaling: Hashable, Sendable {
      /// From 5, 300 more a minute while there is a backlog, at most 1,250.
      case automatic
      /// As `automatic`, but at most so many: `ScalingConfig.MaximumConcurrency`, 2 to 1,000.
      case maximumConcurrency(Int)
      /// `ProvisionedPollerConfig`: 2 to 200, and 2 to 10,000 event pollers.
      case provisioned(minimumPollers: Int, maximumPollers: Int)
    }

    /// How pollers behave where AWS publishes little.
    public struct Polling: Hashable, Sendable {
      /// Time after which a poll that found nothing ends, and the next one begins; default 20 s, the longest of SQS.
      public var longPoll = Time.seconds(20)
      /// Concurrent batches at first, and the fewest while there is traffic; default 5 (documented).
      public var initialConcurrency = 5
      /// Concurrent batches without provisioned pollers; default 1,250 (documented).
      public var concurrencyLimit = 1_250
      /// Concurrent batches more a minute while there is a backlog; default 300 (documented), one every 200 ms.
      public var increasePerMinute = 300
      /// Concurrent batches fewer a minute once there was no backlog for a minute; default 300 (unknown).
      public var decreasePerMinute = 300
      /// The fewest concurrent batches at low traffic, if no maximum concurrency is set; default 2 (documented).
      public var lowTrafficConcurrency = 2
      /// Time without more than that many busy before traffic counts as low; default 5 min (unknown).
      public var lowTrafficAfter = Time.minutes(5)
      /// Concurrent batches fewer after each one that failed or was throttled; default 1 (unknown).
      public var failureDecrease = 1
      /// Wait before a throttled batch is tried again, doubled each time; default 1 s (unknown).
      public var throttleDelay = Time.seconds(1)
      /// Time from a receive of fewer than ten messages to the next one of a batch with a window, 1 ms to 1 s; default
      /// 10 ms (unknown).
      public var pollDuration = Time.milliseconds(10)

      /// The defaults.
      public init() {}
    }

    /// A queue read by pollers that scale by themselves.
    public init(queue: String) {
      self.queue = queue
      scaling = .automatic
    }
  }

  /// How a stream is read.
  public struct StreamSource: Hashable, Sendable {
    /// Name of the stream.
    public var stream: String
    /// `ParallelizationFactor`: batches of one shard at once, 1 to 10; default 1.
    public var parallelizationFactor: Int
    /// `BisectBatchOnFunctionError`; default false.
    public var bisectsBatchOnFunctionError: Bool
    /// `MaximumRetryAttempts`, 0 to 10,000; nil is no limit, the default.
    public var maximumRetryAttempts: Int?
    /// `MaximumRecordAgeInSeconds`, 60 s to 7 d; nil is no limit, the default.
    public var maximumRecordAge: Time?
    /// `DestinationConfig.OnFailure`: name of a queue; nil for none.
    public var onFailure: String?
    /// Time between two looks at a shard that had no records, ns; default 1 s, as on Kinesis.
    public var pollingInterval: Time
    /// Time between a failed or throttled batch and its next attempt, ns; at least 1 ms. AWS does not publish it;
    /// default 1 s.
    public var retryDelay: Distribution

    /// A stream read by one batch a shard, and again for ever if the function fails.
    public init(stream: String) {
      self.stream = stream
      parallelizationFactor = 1
      bisectsBatchOnFunctionError = false
      maximumRetryAttempts = nil
      maximumRecordAge = nil
      onFailure = nil
      pollingInterval = .seconds(1)
      retryDelay = .constant(1e9)
    }
  }

  /// Name of the queue or the stream.
  public var sourceName: String {
    switch source {
    case .queue(let source): source.queue
    case .stream(let source): source.stream
    }
  }

  /// A mapping from a queue: batches of 10 without a window.
  public init(name: String, queue: String, functionName: String) {
    self.name = name
    self.functionName = functionName
    batchSize = 10
    maximumBatchingWindow = .zero
    reportsBatchItemFailures = false
    source = .queue(QueueSource(queue: queue))
  }

  /// A mapping from a stream: batches of 100 without a window.
  public init(name: String, stream: String, functionName: String) {
    self.init(name: name, queue: stream, functionName: functionName)
    batchSize = 100
    source = .stream(StreamSource(stream: stream))
  }
}
