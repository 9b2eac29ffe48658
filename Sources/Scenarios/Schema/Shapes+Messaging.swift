import Services

extension Shapes {
  /// Queues, streams and what reads them.
  static let messaging: [Shape] = [
    queue, redrivePolicy, stream, eventSourceMapping, scalingConfig, provisionedPollerConfig, polling,
  ]

  static let queue = Shape(
    "queue", "An SQS queue.",
    [
      .required("type", .choice(["queue"]), "queue"),
      .defaulted("fifoQueue", .boolean, "false", "Order within a message group, 300 API calls a second per action."),
      .defaulted(
        "fifoThroughputLimit", .choice(["perQueue", "perMessageGroupId"]), "perQueue",
        "perMessageGroupId: high throughput, 70,000 API calls a second per action (us-east-1)."),
      .defaulted(
        "visibilityTimeout", .time, "30 s",
        "0 s to 12 h, whole seconds; not below the timeout of a function that reads the queue."),
      .defaulted("messageRetentionPeriod", .time, "4 d", "1 min to 14 d, whole seconds."),
      .defaulted("delay", .time, "0 s", "DelaySeconds: 0 s to 15 min, whole seconds."),
      .optional("redrivePolicy", .shape("redrivePolicy"), "Where messages go that were received too often."),
      .defaulted(
        "inFlightLimit", .integer(1...120_000), "120000", "Messages in flight beyond which a receive finds nothing."),
      .defaulted(
        "sendLatency", .shape("timeDistribution"), "{ logNormal: { median: 7 ms, p99: 30 ms } }",
        "Time of a send as its sender sees it."),
      .optional(
        "deliveryLatency", .shape("timeDistribution"),
        "From the end of a send, or of the delay, to a waiting poller; default measured."),
    ])

  static let redrivePolicy = Shape(
    "redrivePolicy", "Where messages go that were received too often.",
    [
      .required("deadLetterTarget", .text, "Name of the dead-letter queue; FIFO if and only if this one is."),
      .required("maxReceiveCount", .integer(1...1_000), "Receives after which a message moves there."),
    ])

  static let eventSourceMapping = Shape(
    "eventSourceMapping", "Reads a queue or a stream, and invokes a function with batches.",
    [
      .required("type", .choice(["eventSourceMapping"]), "eventSourceMapping"),
      .required("eventSource", .text, "Name of the queue or the stream, or of a table with a stream."),
      .required("functionName", .text, "Name of the function."),
      .optional(
        "batchSize", .integer(1...10_000),
        "Messages or records of a batch; default 10 from a queue (FIFO at most 10), 100 from a stream."),
      .defaulted("maximumBatchingWindow", .time, "0 s", "Time to gather a batch, 0 s to 300 s, whole seconds."),
      .optional(
        "functionResponseTypes", .list(.choice(["reportBatchItemFailures"])),
        "[reportBatchItemFailures]: the function names the records that failed."),
    ] + queueMappingFields + streamMappingFields)

  /// Keys of a mapping from a queue.
  static let queueMappingFields: [Field] = [
    .optional("scalingConfig", .shape("scalingConfig"), "Limit of the concurrent batches."),
    .optional(
      "provisionedPollerConfig", .shape("provisionedPollerConfig"),
      "Provisioned mode, billed by the poller; not with scalingConfig."),
    .optional("polling", .shape("polling"), "How pollers behave where AWS publishes little."),
  ]

  static let scalingConfig = Shape(
    "scalingConfig", "Limit of the concurrent batches.",
    [.required("maximumConcurrency", .integer(2...1_000), "Concurrent batches of the mapping.")])

  static let provisionedPollerConfig = Shape(
    "provisionedPollerConfig", "Event pollers of 10 concurrent batches, 1 MB and 10 polls a second each.",
    [
      .defaulted("minimumPollers", .integer(2...200), "2", "Pollers all the time."),
      .defaulted("maximumPollers", .integer(2...10_000), "200", "Pollers at most; not less than the minimum."),
    ])

  static let polling = Shape(
    "polling", "How pollers behave where AWS publishes little.",
    [
      .defaulted("longPoll", .time, "20 s", "Length of a poll that finds nothing, 1 s to 20 s."),
      .defaulted("initialConcurrency", .integer(1...1_250), "5", "Concurrent batches at first."),
      .defaulted("concurrencyLimit", .integer(1...10_000), "1250", "Concurrent batches at most."),
      .defaulted("increasePerMinute", .integer(1...100_000), "300", "More of them while there is a backlog."),
      .defaulted("decreasePerMinute", .integer(1...100_000), "300", "Fewer after a minute without a backlog."),
      .defaulted("lowTrafficConcurrency", .integer(1...1_250), "2", "The fewest, without a maximum concurrency."),
      .defaulted("lowTrafficAfter", .time, "5 min", "Time without more than that many busy."),
      .defaulted("failureDecrease", .integer(0...1_250), "1", "Fewer after a batch that failed or was throttled."),
      .defaulted("throttleDelay", .time, "1 s", "Wait before a throttled batch is tried again, doubled; from 1 ms."),
      .defaulted(
        "pollDuration", .time, "10 ms",
        "Time between two receives of a batch with a window, if the first got fewer than 10; 1 ms to 1 s."),
    ])
}
