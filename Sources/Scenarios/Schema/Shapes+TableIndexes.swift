import Services

extension Shapes {
  /// Keys of a table about its secondary indexes.
  static let tableIndexes: [Field] = [
    .optional(
      "globalSecondaryIndexes", .named(.shape("globalSecondaryIndex")),
      "Indexes with partitions and capacity of their own, by name; at most 20."),
    .optional(
      "localSecondaryIndexes", .named(.shape("localSecondaryIndex")),
      "Indexes within the table's partitions and capacity, by name; at most 5. Item collections are then limited to "
        + "10 GB."),
  ]

  /// Mappings below these keys.
  static let tableIndexShapes: [Shape] = [
    globalSecondaryIndex, localSecondaryIndex,
  ]

  private static let indexFields: [Field] = [
    .defaulted(
      "projection", .choice(IndexConfig.Projection.allCases.map(\.rawValue)), "all",
      "What of an item is copied into the index."),
    .optional(
      "entrySize", .size, "Size of one entry, 1 B to 400 KB; the item's own if left out, which only `all` may."),
    .defaulted("share", .share, "100 %", "Share of the items that have the index key."),
    .defaulted("keyChanges", .share, "0 %", "Share of the updates and replacing puts that change the index key."),
    .defaulted(
      "attributeChanges", .share, "100 %",
      "Share of the other updates and replacing puts that change a projected attribute; 0 % with keysOnly."),
  ]

  static let globalSecondaryIndex = Shape(
    "globalSecondaryIndex", "A global secondary index.",
    indexFields + [
      .optional("keys", keyDistribution, "Keys of the index; left out, an entry lies as its item does.")
    ] + throughput + [tableAutoScalingField])

  static let localSecondaryIndex = Shape("localSecondaryIndex", "A local secondary index.", indexFields)
}
