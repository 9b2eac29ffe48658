import Services

extension Shapes {
  /// Caches in front of tables, and their parts.
  static let caches: [Shape] = [daxCluster, cacheCluster]

  static let daxCluster = Shape(
    "daxCluster",
    "A DynamoDB Accelerator (DAX) cluster in front of a table; callers ask it what they would ask the table.",
    [
      .required("type", .choice(["daxCluster"]), "daxCluster"),
      .required("table", .text, "Name of the table behind it."),
    ])

  static let cacheCluster = Shape(
    "cacheCluster", "An ElastiCache cluster beside a table, and a client that looks there first.",
    [
      .required("type", .choice(["cacheCluster"]), "cacheCluster"),
      .required("table", .text, "Name of the table behind it."),
    ])
}
