import Services

extension Shapes {
  /// Relational databases and their parts.
  static let databases: [Shape] =
    [dbInstance, auroraCluster, query, databaseInvocation] + serverlessShapes + failoverShapes + connectionShapes
    + topicShapes + [dbProxy, vpc, vpcConfig]

  static let dbInstance = Shape(
    "dbInstance", "A DB instance of RDS, with a standby or readers if it has some.",
    [
      .required("type", .choice(["dbInstance"]), "dbInstance"),
      .required("engine", .choice(DatabaseEngine.allCases.filter { !$0.isAurora }.map(\.rawValue)), "Engine."),
      .required(
        "dbInstanceClass", .choice(DatabaseInstanceClass.all.map(\.name)), "vCPUs and memory of each node."),
    ] + databaseFields)

  static let auroraCluster = Shape(
    "auroraCluster", "An Aurora cluster, of DB instances or Serverless v2.",
    [
      .required("type", .choice(["auroraCluster"]), "auroraCluster"),
      .required("engine", .choice(DatabaseEngine.allCases.filter(\.isAurora).map(\.rawValue)), "Engine."),
      .optional(
        "dbInstanceClass", .choice(DatabaseInstanceClass.all.map(\.name)), "vCPUs and memory of each instance."),
      .optional(
        "serverlessV2ScalingConfiguration", .shape("serverlessV2ScalingConfiguration"),
        "Capacity of each instance, in place of dbInstanceClass."),
    ] + databaseFields)

  /// Keys that both have.
  static let databaseFields: [Field] = [
    .defaulted("readers", .integer(0...15), "0", "Nodes behind the reader endpoint."),
    .optional("maxConnections", .integer(1...262_143), "max_connections; default by engine and memory."),
    .optional(
      "threads", .integer(1...10_000), "Statements that a node executes at once; default: all share its vCPUs."),
    .defaulted("bufferCacheHitRatio", .share, "99 %", "Share of the pages read that the buffer cache has."),
    .optional("failover", .shape("failover"), "When the writer fails, and for how long."),
    .optional("eventSubscriptions", .list(.shape("eventSubscription")), "Who is told of the database's events."),
  ]

  /// What is asked of a database.
  static let query = Shape(
    "query", "A statement with autocommit, or a transaction of several.",
    [
      .required("cpu", .shape("timeDistribution"), "CPU time of a statement on one vCPU of the database."),
      .defaulted("reads", .shape("numberDistribution"), "0", "Pages that a statement reads."),
      .defaulted("writes", .shape("numberDistribution"), "0", "Writes of a statement to storage."),
      .defaulted("statements", .integer(1...10_000), "1", "Statements of the transaction, one after another."),
      .defaulted("pause", .shape("timeDistribution"), "0 s", "The client's time between two statements."),
      .defaulted("endpoint", .choice(DatabaseEndpoint.allCases.map(\.rawValue)), "writer", "Which nodes are asked."),
      .optional("pinCause", .choice(PinCause.allCases.map(\.rawValue)), "What makes a proxy pin the session."),
      .defaulted("pinShare", .share, "100 %", "Share of the requests that do so."),
      .defaulted("growth", .size, "0 B", "What the database grows by with a statement."),
      .optional("invokes", .shape("databaseInvocation"), "A function that each statement invokes."),
    ])

  static let databaseInvocation = Shape(
    "databaseInvocation", "A function that a statement invokes: lambda_sync, lambda_async, aws_lambda.invoke.",
    [
      .required("function", .text, "Name of the function."),
      .defaulted(
        "invocationType", .choice(InvocationType.allCases.map(\.rawValue)), "requestResponse",
        "Whether the statement waits for it."),
      .defaulted("times", .integer(1...10_000), "1", "Invocations, as by a trigger on so many rows."),
    ])
}
