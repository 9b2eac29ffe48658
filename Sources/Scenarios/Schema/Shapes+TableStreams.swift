import Services

extension Shapes {
  /// Keys of a table about what follows its changes.
  static let tableStreams: [Field] = [
    .optional(
      "streamSpecification", .shape("streamSpecification"), "The table's stream, which event sources can read."),
    .optional(
      "kinesisStreamSpecification", .shape("kinesisStreamSpecification"), "Change records to a stream of Kinesis."),
  ]

  /// Mappings below these keys.
  static let tableStreamShapes: [Shape] = [streamSpecification, kinesisStreamSpecification]

  static let streamSpecification = Shape(
    "streamSpecification", "A table's stream: its changes in order, kept for 24 h.",
    [
      .required(
        "streamViewType", .choice(StreamViewType.allCases.map(\.rawValue)), "What a record holds; sets its size."),
      .defaulted("keySize", .size, "32 B", "Key attributes of an item, in every record; 1 B to 3 KB."),
      .optional(
        "propagationDelay", .shape("timeDistribution"),
        "From a write to its record in the stream; default fitted to measurements, median 85 ms."),
    ])

  static let kinesisStreamSpecification = Shape(
    "kinesisStreamSpecification", "Kinesis Data Streams for DynamoDB.",
    [
      .required("stream", .text, "Name of the stream."),
      .optional(
        "delay", .shape("timeDistribution"), "From a write to its record's first put; default as propagationDelay."),
      .defaulted(
        "retryDelay", .shape("timeDistribution"), "1 s",
        "From a put that the stream refused to the next, at least 1 ms."),
      .defaulted("duplicates", .share, "0 %", "Share of the records that are put twice."),
      .defaulted(
        "recordExpansion", .number(from: 1), "4",
        "Bytes of a record over the item's, 1 to 100; an update adds the old item."
      ),
    ])
}
