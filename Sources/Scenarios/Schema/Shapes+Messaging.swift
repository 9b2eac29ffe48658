import Services

extension Shapes {
  /// Queues, streams and what reads them.
  static let messaging: [Shape] = [queue, stream, eventSourceMapping]

  static let queue = Shape("queue", "An SQS queue.", [.required("type", .choice(["queue"]), "queue")])

  static let eventSourceMapping = Shape(
    "eventSourceMapping", "Reads a queue or a stream, and invokes a function with batches.",
    [
      .required("type", .choice(["eventSourceMapping"]), "eventSourceMapping"),
      .required("eventSource", .text, "Name of the queue or the stream."),
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
  static let queueMappingFields: [Field] = []
}
