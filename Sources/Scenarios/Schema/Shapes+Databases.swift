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
      .defaulted("multiAZ", .boolean, "false", "Whether a standby in another Availability Zone takes over."),
      .defaulted(
        "deployment", .choice(DatabaseDeployment.allCases.filter { $0 != .aurora }.map(\.rawValue)), "singleAz",
        "How its copies stand, in place of multiAZ; a cluster has two readers."),
      .optional(
        "readers", .integer(0...15), "Read replicas behind the reader endpoint; default 0, of a cluster always 2."),
      .defaulted(
        "storageType", .choice(DatabaseStorageConfig.Kind.allCases.filter { !$0.isAurora }.map(\.rawValue)), "gp3",
        "Kind of storage."),
      .defaulted(
        "allocatedStorage", .size, "20 GB", "Storage of each copy, whole GB; io1 at least 100 GB, its default."),
      .optional("iops", .integer(1_000...256_000), "Provisioned IOPS of io1, or of gp3 of 400 GB and more."),
      .optional("maxAllocatedStorage", .size, "Up to which RDS adds storage by itself; default: it adds none."),
    ] + databaseFields)

  static let auroraCluster = Shape(
    "auroraCluster", "An Aurora cluster, of DB instances or Serverless v2.",
    [
      .required("type", .choice(["auroraCluster"]), "auroraCluster"),
      .required("engine", .choice(DatabaseEngine.allCases.filter(\.isAurora).map(\.rawValue)), "Engine."),
      .optional(
        "dbInstanceClass",
        .choice(
          DatabaseInstanceClass.all.filter { $0.isOffered(for: .auroraMySQL) || $0.isOffered(for: .auroraPostgreSQL) }
            .map(\.name)), "vCPUs and memory of each instance."),
      .optional(
        "serverlessV2ScalingConfiguration", .shape("serverlessV2ScalingConfiguration"),
        "Capacity of each instance, in place of dbInstanceClass."),
      .defaulted("readers", .integer(0...15), "0", "Aurora Replicas behind the reader endpoint."),
      .defaulted(
        "storageType", .choice(DatabaseStorageConfig.Kind.allCases.filter(\.isAurora).map(\.rawValue)), "aurora",
        "Standard, which bills each I/O, or I/O-Optimized."),
    ] + databaseFields)

  /// Keys that both have.
  static let databaseFields: [Field] = [
    .defaulted("storageUsed", .size, "0 B", "What is stored at time zero."),
    .optional(
      "readLatency", .shape("timeDistribution"), "Time of a read from storage; default that of its kind."),
    .optional("writeLatency", .shape("timeDistribution"), "Time of a write to storage; default that of its kind."),
    .optional("maxConnections", .integer(1...262_143), "max_connections; default by engine and memory."),
    .optional(
      "reservedConnections", .integer(0...262_143),
      "Connections that clients cannot have; default 3 with PostgreSQL, 0 with MySQL."),
    .optional(
      "memoryPerConnection", .size,
      "Memory of one connection; default 5 MB with PostgreSQL, 1 MB with MySQL, 10 MB with Aurora Serverless."),
    .optional(
      "connectionCpu", .shape("timeDistribution"),
      "CPU time for opening a connection; default 5 ms to 15 ms with PostgreSQL, 2 ms to 5 ms with MySQL."),
    .optional(
      "connectionLatency", .shape("timeDistribution"),
      "Time of its round trips besides; default 15 ms to 25 ms."),
    .optional("roundTrip", .shape("timeDistribution"), "Time of a statement on the network; default 500 us."),
    .optional(
      "idleTimeout", .time, "Life of a connection without a statement; default 8 h with MySQL, else no end."),
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
