import Services

extension Shapes {
  /// Key of a provisioned table, and of its global indexes.
  static let tableAutoScalingField = Field.optional(
    "autoScaling", .shape("capacityAutoScaling"),
    "Application Auto Scaling of provisioned capacity; left out means that it stays.")

  /// Mappings below this key.
  static let tableScalingShapes: [Shape] = [capacityAutoScaling, scalableTarget]

  static let capacityAutoScaling = Shape(
    "capacityAutoScaling", "Application Auto Scaling of a table's or an index's capacity; reads, writes or both.",
    [
      .optional("read", .shape("scalableTarget"), "Of the read capacity."),
      .optional("write", .shape("scalableTarget"), "Of the write capacity."),
      .defaulted("metricDelay", .time, "1 min", "From the end of a minute until its data point is seen; at most 1 h."),
      .defaulted(
        "alarmDelay", .shape("timeDistribution"), "{ uniform: { low: 0 s, high: 2 min } }",
        "From then until alarms have looked and capacity is asked for; drawn once for each dimension of a run."),
      .defaulted(
        "scaleInThreshold", .share, "71.4 %", "Share of the target below which 15 minutes scale in; above 0 %."),
      .defaulted(
        "missingData", .choice(TableScalingConfig.MissingData.allCases.map(\.rawValue)), "zero",
        "What a minute without consumption is to the alarms: a data point of zero, or none."),
    ])

  static let scalableTarget = Shape(
    "scalableTarget", "A scalable target with its policy and schedule.",
    [
      .required("minCapacity", .integer(1...10_000_000), "Least units."),
      .required("maxCapacity", .integer(1...10_000_000), "Most units."),
      .defaulted(
        "targetValue", .either([.choice(["none"]), .share]), "70 %",
        "Consumed over provisioned units that target tracking keeps, 20 % to 90 %; none leaves scheduled actions alone."
      ),
      .defaulted("scaleOutCooldown", .time, "0 s", "Least span between two increases, at most 1 d."),
      .defaulted("scaleInCooldown", .time, "0 s", "Least span between two decreases, at most 1 d."),
      .optional("scheduledActions", .list(.shape("scheduledAction")), "Other bounds at given times."),
    ])

  /// Keys of an account about provisioned capacity of all its tables.
  static let provisionedBilling: [Field] = [
    .defaulted(
      "capacityBilling", .choice(CapacityBilling.allCases.map(\.rawValue)), "hourlyMaximum",
      "How an hour is billed in which a table's provisioned capacity changed."),
    .optional(
      "reservedCapacity", .shape("reservedCapacity"),
      "Provisioned capacity of tables, paid for over a term: of the Standard class, without replicas."),
  ]

  static let reservedCapacity = Shape(
    "reservedCapacity", "DynamoDB reserved capacity, in hundreds of units.",
    [
      .defaulted("readCapacityUnits", .integer(0...10_000_000), "0", "Read units; a multiple of 100."),
      .defaulted("writeCapacityUnits", .integer(0...10_000_000), "0", "Write units; a multiple of 100."),
      .required("term", .choice(ReservedCapacityConfig.Term.allCases.map(\.rawValue)), "For how long it is bought."),
    ])
}
