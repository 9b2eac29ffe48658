import Services

extension Shapes {
  /// Tables and their parts.
  static let tables: [Shape] =
    [table, latency] + tableCapacityShapes + tableScalingShapes + tableKeyShapes + tableIndexShapes
    + tableOperationShapes + tableStorageShapes
    + tableStreamShapes

  static let table = Shape(
    "table", "A DynamoDB table.",
    [
      .required("type", .choice(["table"]), "table"),
      .defaulted(
        "tableClass", .choice(TableConfig.TableClass.allCases.map(\.rawValue)), "standard",
        "Changes prices, not behaviour."),
    ] + tableCapacity + [tableAutoScalingField] + tableKeys + tableIndexes + tableStorage + tableStreams + [
      .optional("latency", .shape("latency"), "Latency per operation, as the client sees it; default measured.")
    ])

  static let latency = Shape(
    "latency", "Latency per operation.",
    TableOperation.Kind.allCases.map {
      .optional($0.rawValue, .shape("timeDistribution"), "Latency of \($0.rawValue).")
    })
}
