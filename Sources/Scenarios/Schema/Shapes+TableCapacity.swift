import Services

extension Shapes {
  /// Keys of a table about its capacity.
  static let tableCapacity: [Field] = [
    .defaulted(
      "billingMode", .choice(["payPerRequest", "provisioned"]), "payPerRequest", "On-demand or provisioned capacity."),
    .optional("provisionedThroughput", .shape("provisionedThroughput"), "Capacity in provisioned mode."),
    .optional("onDemandThroughput", .shape("onDemandThroughput"), "Own limits of the table."),
  ]

  /// Mappings below these keys.
  static let tableCapacityShapes: [Shape] = [onDemandThroughput, provisionedThroughput]

  static let provisionedThroughput = Shape(
    "provisionedThroughput", "Provisioned capacity.",
    [
      .required("readCapacityUnits", .integer(1...10_000_000), "Read units."),
      .required("writeCapacityUnits", .integer(1...10_000_000), "Write units."),
    ])

  static let onDemandThroughput = Shape(
    "onDemandThroughput", "Limits of an on-demand table; left out means none.",
    [
      .optional("maxReadRequestUnits", .integer(1...1_000_000_000), "Read request units a second."),
      .optional("maxWriteRequestUnits", .integer(1...1_000_000_000), "Write request units a second."),
    ])
}
