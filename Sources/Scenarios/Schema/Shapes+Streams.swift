import Services

extension Shapes {
  static let stream = Shape(
    "stream", "A provisioned data stream of Kinesis: records in shards.",
    [
      .required("type", .choice(["stream"]), "stream"),
      .defaulted("shardCount", .integer(1...20_000), "1", "Shards; keys are spread over them evenly by their hash."),
      .defaulted("retentionPeriod", .time, "24 h", "How long records are kept, 24 h to 365 d, whole hours."),
      .defaulted("putLatency", .shape("timeDistribution"), "0 s", "Time that a put takes as its sender sees it."),
    ])

  /// Keys of a mapping from a stream.
  static let streamMappingFields: [Field] = [
    .optional("parallelizationFactor", .integer(1...10), "From a stream: batches of one shard at once; default 1."),
    .optional("bisectBatchOnFunctionError", .boolean, "From a stream: split a failed batch in two; default false."),
    .optional(
      "maximumRetryAttempts", .integer(0...10_000), "From a stream: retries of a failed batch; left out means no limit."
    ),
    .optional(
      "maximumRecordAge", .time,
      "From a stream: older records are dropped, 60 s to 7 d, whole seconds; left out means no limit."),
    .optional("onFailure", .text, "From a stream: name of the queue that hears of dropped batches."),
    .optional(
      "pollingInterval", .time,
      "From a stream: time between two looks at a shard without records, 1 ms to 1 min; default 1 s on Kinesis, "
        + "250 ms on a table's stream."),
    .optional(
      "retryDelay", .shape("timeDistribution"),
      "From a stream: time between a failed or throttled batch and its next attempt, at least 1 ms; default 1 s."),
  ]
}
