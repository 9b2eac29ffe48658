import Services

extension Shapes {
  /// Keys of a request to a table.
  static let tableOperation: [Field] = [
    .optional("operation", .choice(TableOperation.Kind.allCases.map(\.rawValue)), "What is asked of a table."),
    .optional("itemSize", .size, "Size of one item, 1 B to 400 KB; after a put or an update; of an index, one entry."),
    .optional("items", .integer(1...1_000_000), "Items of a batch, or that a query or scan evaluates; default 1."),
    .optional("consistentRead", .boolean, "Strongly consistent read; default false."),
    .optional("index", .text, "Secondary index that a query or scan reads; default the table itself."),
    .optional("keys", keyDistribution, "Keys that are asked for; default those of the index or table."),
    .optional("previousSize", .size, "Size of the item that a put or an update replaces; default itemSize."),
    .optional(
      "fetchedSize", .size,
      "Size of the whole item that is read from the table for each entry of a local index, for attributes that the "
        + "index does not have; default none."),
    .optional(
      "missing", .share,
      "Share of the items that do not exist: read or deleted in vain, or for a condition to fail on; default 0 %."),
    .optional(
      "newItems", .share, "Share of the written items that did not exist; default 100 % of puts, 0 % of the others."),
    .optional("conditionFails", .share, "Share of the writes whose condition does not hold; default 0 %."),
    .optional("conflicts", .share, "Share of the transactions that another one cancels; default 0 %."),
    .optional(
      "unprocessedItems", .either([.choice(["leave", "resend"]), .shape("resend")]),
      "What becomes of the throttled items of a batch of which others passed; default leave."),
  ]

  /// Mappings below these keys.
  static let tableOperationShapes: [Shape] = [resend]

  static let resend = Shape(
    "resend", "The caller sends unprocessed items again within the same call, after pauses with full jitter.",
    [
      .defaulted("attempts", .integer(2...1_000), "10", "Requests in all, the first one included."),
      .defaulted("backoff", .time, "50 ms", "Most of the first pause, 1 ms to 1 h; it doubles from pause to pause."),
      .defaulted("maxBackoff", .time, "20 s", "What no pause exceeds, 1 ms to 1 h."),
    ])
}
