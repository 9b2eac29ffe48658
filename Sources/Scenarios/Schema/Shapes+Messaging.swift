import Services

extension Shapes {
  /// Queues, streams and what reads them.
  static let messaging: [Shape] = [queue, stream, eventSourceMapping]

  static let queue = Shape("queue", "An SQS queue.", [.required("type", .choice(["queue"]), "queue")])

  static let stream = Shape(
    "stream", "A stream of records in shards.", [.required("type", .choice(["stream"]), "stream")])

  static let eventSourceMapping = Shape(
    "eventSourceMapping", "Reads a queue or a stream, and invokes a function with batches.",
    [.required("type", .choice(["eventSourceMapping"]), "eventSourceMapping")])
}
