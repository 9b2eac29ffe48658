import Services

extension Shapes {
  /// Keys of a table about its capacity.
  static let tableCapacity: [Field] =
    [
      .defaulted(
        "billingMode", .choice(BillingMode.allCases.map(\.rawValue)), "payPerRequest",
        "On demand, or provisioned capacity; of the table and its indexes.")
    ] + throughput + [
      .optional(
        "capacityChanges", .list(.shape("capacityChange")), "Changes by UpdateTable at given times, ascending."),
      .optional("capacityModel", .shape("capacityModel"), "What AWS leaves open, or does not let its users set."),
    ]

  /// Keys of a table or a global index about its own throughput.
  static let throughput: [Field] = [
    .optional("provisionedThroughput", .shape("provisionedThroughput"), "Units a second; required when provisioned."),
    .optional("onDemandThroughput", .shape("onDemandThroughput"), "Own limits on demand."),
    .optional("warmThroughput", .shape("warmThroughput"), "What it serves at once; default that of a new table."),
  ]

  /// Mappings below these keys.
  static let tableCapacityShapes: [Shape] = [
    onDemandThroughput, provisionedThroughput, warmThroughput, capacityChange, capacityModel,
  ]

  static let onDemandThroughput = Shape(
    "onDemandThroughput", "Limits of an on-demand table; left out means none.",
    [
      .optional("maxReadRequestUnits", .integer(1...1_000_000_000), "Read request units a second."),
      .optional("maxWriteRequestUnits", .integer(1...1_000_000_000), "Write request units a second."),
    ])

  static let provisionedThroughput = Shape(
    "provisionedThroughput", "Provisioned capacity of a table or a global index.",
    [
      .required("readCapacityUnits", .integer(1...1_000_000), "Read units a second."),
      .required("writeCapacityUnits", .integer(1...1_000_000), "Write units a second."),
    ])

  static let warmThroughput = Shape(
    "warmThroughput", "What a table or a global index serves at once; it never falls.",
    [
      .required("readUnitsPerSecond", .integer(1...1_000_000), "Read units a second."),
      .required("writeUnitsPerSecond", .integer(1...1_000_000), "Write units a second."),
    ])

  static let capacityChange = Shape(
    "capacityChange", "One UpdateTable; entries of one moment are one request.",
    [
      .required("at", .time, "From the start of the warm-up; above 0."),
      .optional("index", .text, "The global index that it is about; left out means the table."),
      .optional(
        "billingMode", .choice(BillingMode.allCases.map(\.rawValue)),
        "The mode that the table and its indexes switch to; not for an index."),
    ] + throughput)

  static let capacityModel = Shape(
    "capacityModel", "What AWS leaves open about throughput, or does not let its users set.",
    [
      .defaulted("burst", .time, "300 s", "Unused provisioned capacity that is kept, 1 s to 1 h."),
      .defaulted("initialBurst", .share, "100 %", "Share of it that is there at first."),
      .defaulted("partitionReadUnits", .integer(1...1_000_000), "3000", "Read units a second of one partition."),
      .defaulted("partitionWriteUnits", .integer(1...1_000_000), "1000", "Write units a second of one partition."),
      .defaulted("partitionSize", .size, "10 GB", "Bytes of one partition, 1 MB or more."),
      .defaulted("splitsForHeat", .boolean, "true", "Whether partitions that stay hot are split."),
      .defaulted("splitUtilization", .share, "90 %", "Share of its limit that makes a partition hot, 1 % or more."),
      .defaulted("splitSustain", .time, "60 s", "How long it stays hot before it is to be split, 1 s to 1 d."),
      .defaulted("splitDelay", .time, "5 min", "From then until the split, at most 1 d."),
      .defaulted(
        "onDemandGrowth", .choice(TableLimits.OnDemandGrowth.allCases.map(\.rawValue)), "throttle",
        "Beyond double the earlier peak: throttled, or limited by hot partitions alone, which are split."),
      .defaulted("peakAge", .time, "30 min", "How old a peak is when its double is served, whole minutes up to 1 d."),
      .optional(
        "newWarmThroughput", .shape("warmThroughput"),
        "Warm throughput of a new table on demand; default 12,000 reads and 4,000 writes."),
      .optional("updateTime", .shape("timeDistribution"), "Changes within warm throughput; default 1 s to 2 s."),
      .optional("growthTime", .shape("timeDistribution"), "Changes beyond it; default 1 min to 5 min."),
      .optional("preWarmingTime", .shape("timeDistribution"), "More warm throughput; default 270 s to 500 s."),
      .optional("onDemandTime", .shape("timeDistribution"), "First switch to on demand; default 129 s to 172 s."),
      .optional("onDemandAgainTime", .shape("timeDistribution"), "Later ones; default 4 s to 5 s."),
      .optional("provisionedTime", .shape("timeDistribution"), "Switches to provisioned; default 60 s to 98 s."),
    ])

  static let tableQuota = Shape(
    "tableThroughput", "DynamoDB's quotas of throughput.",
    [
      .defaulted("tableReadUnits", .integer(1...1_000_000), "40000", "Read units a second of a table or global index."),
      .defaulted(
        "tableWriteUnits", .integer(1...1_000_000), "40000", "Write units a second of a table or global index."),
      .defaulted("provisionedReadUnits", .integer(1...10_000_000), "80000", "Provisioned read units of all of them."),
      .defaulted("provisionedWriteUnits", .integer(1...10_000_000), "80000", "Provisioned write units of all of them."),
    ])
}

/// `BillingMode`, as scenarios write it.
enum BillingMode: String, CaseIterable {
  case payPerRequest, provisioned
}
