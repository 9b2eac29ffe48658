import Services

extension Shapes {
  /// Keys of a table about its capacity.
  static let tableCapacity: [Field] = [
    .defaulted("billingMode", .choice(["payPerRequest"]), "payPerRequest", "On-demand capacity."),
    .optional("onDemandThroughput", .shape("onDemandThroughput"), "Own limits of the table."),
  ]

  /// Mappings below these keys.
  static let tableCapacityShapes: [Shape] = [onDemandThroughput]

  static let onDemandThroughput = Shape(
    "onDemandThroughput", "Limits of an on-demand table; left out means none.",
    [
      .optional("maxReadRequestUnits", .integer(1...1_000_000_000), "Read request units a second."),
      .optional("maxWriteRequestUnits", .integer(1...1_000_000_000), "Write request units a second."),
    ])
}
