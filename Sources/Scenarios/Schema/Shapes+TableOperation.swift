import Services

extension Shapes {
  /// Keys of a request to a table.
  static let tableOperation: [Field] = [
    .optional("operation", .choice(TableOperation.Kind.allCases.map(\.rawValue)), "What is asked of a table."),
    .optional("itemSize", .size, "Size of one item, 1 B to 400 KB; the larger of before and after for an update."),
    .optional("items", .integer(1...1_000_000), "Items of a batch, or that a query or scan evaluates; default 1."),
    .optional("consistentRead", .boolean, "Strongly consistent read; default false."),
  ]
}
