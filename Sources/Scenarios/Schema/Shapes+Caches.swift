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
      .required("nodeType", .choice(DAXNodeType.allCases.map(\.rawValue)), "Memory and CPU of each node."),
      .required("replicationFactor", .integer(1...11), "Nodes, the primary one included."),
      .defaulted("recordTtl", .time, "5 min", "Life of a cached item from when it is written; 0 s for no end."),
      .defaulted("queryTtl", .time, "5 min", "Life of a cached result of a query or scan; 0 s caches none."),
      .defaulted("memoryShare", .share, "75 %", "Share of a node's memory that holds data."),
      .defaulted(
        "itemMemoryShare", .share, "50 %", "Share of that for items, where callers read items and results."),
      .defaulted("entryOverhead", .size, "100 B", "What an entry takes besides its item or result."),
      .optional(
        "normalizedRequests", .rate,
        "Normalized requests a second that one node takes; default that of the node type."),
      .defaulted("burst", .time, "1 s", "Time whose worth of requests may come at once; above 0 s, at most 60 s."),
      .optional("hitLatency", .shape("timeDistribution"), "Time of a read that the cluster answers itself."),
      .optional("missOverhead", .shape("timeDistribution"), "Time of a read on top of the table's."),
      .optional("writeOverhead", .shape("timeDistribution"), "Time of a write on top of the table's."),
    ])

  static let cacheCluster = Shape(
    "cacheCluster", "An ElastiCache cluster beside a table, and a client that looks there first.",
    [
      .required("type", .choice(["cacheCluster"]), "cacheCluster"),
      .required("table", .text, "Name of the table behind it."),
      .required("engine", .choice(CacheEngine.allCases.map(\.rawValue)), "Changes prices and how nodes are counted."),
      .required("cacheNodeType", .choice(CacheNodeType.allCases.map(\.rawValue)), "Memory and CPU of each node."),
      .optional("numCacheNodes", .integer(1...60), "Nodes of Memcached that divide the keys; default 1."),
      .optional("numNodeGroups", .integer(1...500), "Shards of Valkey or Redis that divide the keys; default 1."),
      .optional("replicasPerNodeGroup", .integer(0...5), "Replicas of each shard of Valkey or Redis; default 0."),
      .optional("readFromReplicas", .boolean, "Whether clients read from replicas, too; default false."),
      .defaulted("ttl", .time, "5 min", "Life of an entry from when it is written; 0 s for no end."),
      .defaulted(
        "writePolicy", .choice(CacheClusterConfig.WritePolicy.allCases.map(\.rawValue)), "invalidate",
        "What a client does to the cache after a write to the table."),
      .defaulted("waitForCache", .boolean, "true", "Whether callers wait for that, and for what a miss puts there."),
      .optional(
        "reservedMemory", .share, "Share of a node's memory without data; default 25 %, with Memcached 0 %."),
      .defaulted("entryOverhead", .size, "100 B", "What an entry takes besides its item or result."),
      .optional("requestsPerNode", .rate, "Commands a second that one node takes; default that of the node type."),
      .optional("getLatency", .shape("timeDistribution"), "Time of a lookup without a wait in line."),
      .optional("setLatency", .shape("timeDistribution"), "Time of a write or delete without a wait in line."),
    ])
}
