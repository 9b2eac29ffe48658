import Statistics

/// How often a scenario runs, and what of a run counts.
extension Shapes {
  static let replications = Shape(
    "replications", "Replications until figures are known to a given share of themselves.",
    [
      .required(
        "relativeHalfWidth", .share,
        "Half-width of the 95 % interval over the mean that each figure must reach; 0.1 % to 50 %."),
      .optional(
        "of", .list(.text),
        "Figures as in objectives, without a limit: [latency.p99, cost.monthly]; default those of the objectives, and "
          + "without objectives these two."),
      .defaulted(
        "min", .integer(PrecisionPlan.leasts), "\(RelativePrecision.defaultLeast)",
        "Replications before the first of two looks in a row that must suffice; from 20 on the intervals keep 95 %."),
      .defaulted(
        "max", .integer(PrecisionPlan.leasts), "\(RelativePrecision.defaultMost)",
        "Replications at which it ends, whatever was reached; not below min."),
    ])

  /// What may stand at `replications`.
  static let replicationCount = Kind.either([.integer(1...100_000), .shape("replications")])

  /// What may stand at `batches`.
  static let batches = Kind.either([.integer(10...100), .choice(["auto"])])

  /// What may stand at `warmUp`.
  static let warmUp = Kind.either([.time, .choice(["auto"])])
}
