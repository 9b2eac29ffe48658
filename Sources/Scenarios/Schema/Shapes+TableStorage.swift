import Services

extension Shapes {
  /// Keys of a table about what it stores, what is kept of it, and where else it is.
  static let tableStorage: [Field] = [
    .optional("itemCount", .integer(0...itemCountMax), "Items at time zero; left out, their number is not known."),
    .optional("averageItemSize", .size, "Bytes of an item at time zero, 1 B to 400 KB; with itemCount only."),
    .defaulted("storageSize", .size, "0 B", "Bytes of all items at time zero; without itemCount as they are billed."),
    .optional("timeToLiveSpecification", .shape("timeToLiveSpecification"), "Items that are deleted by themselves."),
    .optional(
      "pointInTimeRecoverySpecification", .shape("pointInTimeRecoverySpecification"), "Continuous backups."),
    .optional("backups", .list(.shape("tableBackup")), "On-demand backups."),
    .optional(
      "restores", .list(.shape("tableRestore")), "Restores to a new table, which needs a resource of its own."),
    .optional("exports", .list(.shape("tableExport")), "Exports to S3; with point-in-time recovery only."),
    .optional(
      "importSourceSpecification", .shape("importSourceSpecification"), "The import that the table is made by."),
    .optional("replicas", .list(.text), "Region codes of the other replicas of a global table."),
    .defaulted(
      "multiRegionConsistency", .choice(ReplicationConfig.Consistency.allCases.map(\.rawValue)), "eventual",
      "Strong: three Regions of one set, one of which may be a witness."),
    .optional("globalTableWitness", .text, "Region code of the witness, with strong consistency and one replica."),
    .optional("replication", .shape("replication"), "How a global table's Regions hear of each other."),
  ]

  /// Most items that a scenario may name.
  static let itemCountMax = 1_000_000_000_000

  /// Mappings below these keys.
  static let tableStorageShapes: [Shape] = [
    timeToLiveSpecification, pointInTimeRecoverySpecification, tableBackup, tableRestore, tableExport,
    importSourceSpecification, replication,
  ]

  static let timeToLiveSpecification = Shape(
    "timeToLiveSpecification", "Items that are deleted some time after they were written.",
    [
      .defaulted("enabled", .boolean, "true", "False keeps all items."),
      .optional("attributeName", .text, "The attribute with the time of expiry; for the reader."),
      .required("after", .shape("timeDistribution"), "From an item's write to its expiry."),
      .defaulted(
        "deletionDelay", .shape("timeDistribution"), "{ uniform: { low: 0 s, high: 48 h } }",
        "From the expiry to the deletion."),
      .optional(
        "remaining", .shape("timeDistribution"),
        "From time zero to the expiry of items that are there already; default evenly within the mean of `after`."),
      .defaulted("renewal", .share, "100 %", "Share of the writes of existing items that set a new expiry."),
    ])

  static let pointInTimeRecoverySpecification = Shape(
    "pointInTimeRecoverySpecification", "Continuous backups of a table.",
    [
      .required("pointInTimeRecoveryEnabled", .boolean, "Whether they are kept."),
      .defaulted("recoveryPeriodInDays", .integer(1...35), "35", "How far back they reach; no matter for the price."),
    ])

  static let tableBackup = Shape(
    "tableBackup", "On-demand backups of a table.",
    [
      .required("at", .time, "The first one, from the start of the warm-up."),
      .optional("every", .time, "From one to the next, at least 1 min; left out, there is one."),
      .optional("retain", .time, "How long each is kept; left out, for ever."),
    ])

  static let tableRestore = Shape(
    "tableRestore", "A restore of a table.",
    [.required("at", .time, "When, from the start of the warm-up.")])

  static let tableExport = Shape(
    "tableExport", "Exports of a table to S3.",
    [
      .required("at", .time, "The first one, from the start of the warm-up; an incremental one from 15 min on."),
      .optional("every", .time, "From one to the next; of incremental ones 15 min to 24 h. Left out, there is one."),
      .defaulted(
        "exportType", .choice(BackupConfig.Export.Kind.allCases.map(\.rawValue)), "fullExport",
        "The whole table, or what was written since the last one, at most 24 h."),
    ])

  static let importSourceSpecification = Shape(
    "importSourceSpecification", "An import from S3 that makes the table before time zero.",
    [.required("size", .size, "Bytes of the source, uncompressed, which is what counts.")])

  static let replication = Shape(
    "replication", "How the Regions of a global table hear of each other.",
    [
      .defaulted(
        "latency", .shape("timeDistribution"), "{ uniform: { low: 500 ms, high: 2500 ms } }",
        "From a write to its arrival at a replica, with eventual consistency."),
      .defaulted(
        "roundTrip", .shape("timeDistribution"), "{ logNormal: { median: 15 ms, p99: 30 ms } }",
        "What writes and strong reads wait for the nearest other Region, with strong consistency."),
      .defaulted(
        "conflicts", .share, "0 %", "Writes that another Region's write of the item fails, with strong consistency."),
    ])
}
