import Engine
import Services
import Units

/// Caches in front of tables.
extension Decoding {
  /// A DAX cluster; nil if it has faults.
  func daxCluster(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> DAXClusterConfig? {
    guard let fields = self.fields(node, Shapes.daxCluster) else { return nil }
    let before = faults.count
    _ = fields["type"]
    let table = fields["table"].flatMap { cachedTable($0, index) }
    let type = fields["nodeType"].flatMap { choice($0, DAXNodeType.self) }
    let nodes = fields["replicationFactor"].flatMap { integer($0, 1...11) }
    var config = DAXClusterConfig(
      name: name, table: table ?? "", nodeType: type ?? .r5Large, replicationFactor: nodes ?? 1)
    config.recordTTL = life(fields, "recordTtl", name, config.recordTTL)
    config.queryTTL = life(fields, "queryTtl", name, config.queryTTL)
    decodeDAXMemory(fields, &config)
    decodeDAXCapacity(fields, &config)
    decodeDAXLatencies(fields, &config)
    return faults.count == before ? config : nil
  }

  private func decodeDAXMemory(_ fields: Fields, _ config: inout DAXClusterConfig) {
    func part(_ key: String, _ value: inout Double, belowOne: Bool, _ source: String) {
      guard let node = fields[key] else {
        return assume(config.name, key, percent(value), .unknown, source, "2026-11")
      }
      value = share(node) ?? value
      if value == 0 || (belowOne && value == 1) {
        fault(node.place, found: node.summary, wanted: "a share above 0\(belowOne ? " and below 100 %" : "")")
      }
    }
    part("memoryShare", &config.memoryShare, belowOne: false, "a stated choice: AWS does not publish it")
    part(
      "itemMemoryShare", &config.itemMemoryShare, belowOne: true,
      "a stated choice: AWS does not publish how the caches share a node's memory")
    config.entryOverhead = overhead(fields, config.name, config.entryOverhead, .unknown, "a stated choice")
  }

  private func decodeDAXCapacity(_ fields: Fields, _ config: inout DAXClusterConfig) {
    let name = config.name
    if let node = fields["normalizedRequests"] {
      config.normalizedRequestsPerSecond =
        wholeRate(node, upTo: 10_000_000) ?? config.normalizedRequestsPerSecond
    } else {
      assume(
        name, "normalizedRequests", "\(config.normalizedRequestsPerSecond) / s",
        config.nodeType.isBurstable ? .inferred : .documented,
        config.nodeType.isBurstable
          ? "two vCPUs as dax.r5.large; AWS's table leaves T3 out"
          : "DynamoDB developer guide, DAX cluster sizing: a hit costs 1 a KB, a miss 10, a write 25 on each node",
        "2026-04")
    }
    assume(
      name, "writesPerSecondMax", "\(DAXClusterConfig.writesPerSecondMax)", .documented,
      "DynamoDB developer guide, DAX cluster sizing", "2026-04")
    if config.nodeType.isBurstable {
      assume(
        name, "cpuCredits", "unlimited, baseline 20 %", .documented,
        "DynamoDB developer guide, DAX T3 burstable instances", "2026-04")
    }
    if let node = fields["burst"] {
      config.burst = time(node, Time(nanoseconds: 1)...Time.seconds(60)) ?? config.burst
    } else {
      assume(name, "burst", config.burst.description, .unknown, "a stated choice: AWS does not publish it", "2026-11")
    }
  }

  private func decodeDAXLatencies(_ fields: Fields, _ config: inout DAXClusterConfig) {
    func latency(_ key: String, _ value: inout Distribution, _ text: String, _ source: String) {
      if let node = fields[key] {
        value = timeDistribution(node) ?? value
      } else {
        assume(config.name, key, text, .inferred, source, "2026-11")
      }
    }
    latency(
      "hitLatency", &config.hitLatency, "log-normal, median 424 us, p99 600 us",
      "AWS says microseconds within the cluster and publishes no percentile; the network's round trip on top")
    latency(
      "missOverhead", &config.missOverhead, "log-normal, median 707 us, p99 1 ms", "one more hop before the table")
    latency(
      "writeOverhead", &config.writeOverhead, "log-normal, median 1 ms, p99 2 ms",
      "one more hop, and the cache of the primary node")
  }

  /// An ElastiCache cluster; nil if it has faults.
  func cacheCluster(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> CacheClusterConfig? {
    guard let fields = self.fields(node, Shapes.cacheCluster) else { return nil }
    let before = faults.count
    _ = fields["type"]
    let table = fields["table"].flatMap { cachedTable($0, index) }
    let engine = fields["engine"].flatMap { choice($0, CacheEngine.self) }
    let type = fields["cacheNodeType"].flatMap { choice($0, CacheNodeType.self) }
    var config = CacheClusterConfig(
      name: name, table: table ?? "", engine: engine ?? .valkey, nodeType: type ?? .m7gLarge)
    if engine != nil { decodeCacheNodes(fields, &config) }
    config.ttl = life(
      fields, "ttl", name, config.ttl, .unknown, "a stated choice: as long as DAX keeps items by default")
    if let node = fields["writePolicy"] {
      config.writePolicy = choice(node, CacheClusterConfig.WritePolicy.self) ?? config.writePolicy
    } else {
      assume(
        name, "writePolicy", "invalidate", .unknown, "a stated choice: the usual one beside cache-aside reads",
        "2026-11")
    }
    if let node = fields["waitForCache"] {
      config.waitsForCache = boolean(node) ?? config.waitsForCache
    } else {
      assume(name, "waitForCache", "true", .unknown, "a stated choice: as most clients are written", "2026-11")
    }
    config.entryOverhead = overhead(
      fields, name, config.entryOverhead, .inferred, "headers of key, value and expiry in Valkey and Redis")
    decodeCacheCapacity(fields, &config)
    return faults.count == before ? config : nil
  }

  private func decodeCacheNodes(_ fields: Fields, _ config: inout CacheClusterConfig) {
    let (wanted, others): (String, [String]) =
      switch config.engine {
      case .memcached: ("numCacheNodes", ["numNodeGroups", "replicasPerNodeGroup", "readFromReplicas"])
      case .valkey, .redis: ("numNodeGroups", ["numCacheNodes"])
      }
    for entry in fields.entries where others.contains(entry.key) {
      fault(
        entry.keyPlace, found: "`\(entry.key)` with \(config.engine.rawValue)",
        wanted: "`\(wanted)` for the nodes that divide the keys",
        advice: entry.key.hasPrefix("num") ? "write `\(wanted)`" : "leave it out")
    }
    if let node = fields["numCacheNodes"] { config.shards = integer(node, 1...60) ?? 1 }
    if let node = fields["numNodeGroups"] { config.shards = integer(node, 1...500) ?? 1 }
    if let node = fields["replicasPerNodeGroup"] { config.replicas = integer(node, 0...5) ?? 0 }
    if let node = fields["readFromReplicas"] {
      config.readsFromReplicas = boolean(node) ?? false
      if config.readsFromReplicas && config.replicas == 0 {
        fault(
          node.place, found: "readFromReplicas without replicas", wanted: "replicasPerNodeGroup of 1 to 5 with it",
          advice: "add replicas or leave it out")
      }
    }
  }

  private func decodeCacheCapacity(_ fields: Fields, _ config: inout CacheClusterConfig) {
    let name = config.name
    if let node = fields["reservedMemory"] {
      config.reservedMemory = share(node) ?? config.reservedMemory
      if config.reservedMemory == 1 { fault(node.place, found: node.summary, wanted: "a share below 100 %") }
    } else {
      let isMemcached = config.engine == .memcached
      assume(
        name, "reservedMemory", percent(config.reservedMemory), isMemcached ? .inferred : .documented,
        isMemcached
          ? "Memcached has no such parameter" : "ElastiCache user guide, default of reserved-memory-percent", "2026-11")
    }
    if let node = fields["requestsPerNode"] {
      config.requestsPerSecond = wholeRate(node, upTo: 10_000_000) ?? config.requestsPerSecond
    } else {
      assume(
        name, "requestsPerNode", "\(config.requestsPerSecond) / s", .inferred,
        "one thread executes commands; AWS publishes no figure by node type", "2026-11")
    }
    func latency(_ key: String, _ value: inout Distribution) {
      if let node = fields[key] {
        value = timeDistribution(node) ?? value
      } else {
        assume(
          name, key, "log-normal, median 500 us, p99 1.5 ms", .inferred,
          "AWS says below a millisecond; the network's round trip included", "2026-11")
      }
    }
    latency("getLatency", &config.getLatency)
    latency("setLatency", &config.setLatency)
  }

  // MARK: What both have

  private func life(
    _ fields: Fields, _ key: String, _ name: String, _ value: Time, _ grade: Assumption.Grade = .documented,
    _ source: String = "DynamoDB developer guide, DAX parameter groups"
  ) -> Time {
    guard let node = fields[key] else {
      assume(name, key, value.description, grade, source, "2026-04")
      return value
    }
    return time(node) ?? value
  }

  private func overhead(
    _ fields: Fields, _ name: String, _ value: Size, _ grade: Assumption.Grade, _ source: String
  ) -> Size {
    guard let node = fields["entryOverhead"] else {
      assume(name, "entryOverhead", value.description, grade, source, "2026-11")
      return value
    }
    return size(node, Size(bytes: 0)...Size.megabytes(1)) ?? value
  }

  private func percent(_ share: Double) -> String { "\(shortest(share * 100)) %" }

  private func cachedTable(_ node: YAMLNode, _ index: ResourceIndex) -> String? {
    guard let name = text(node, wanted: "the name of a table") else { return nil }
    switch index[name] {
    case .table: return name
    case .unknown: return nil
    case .cache(let table):
      return reject(node, wanted: "the name of a table", advice: "a cache is in front of a table: write `\(table)`")
    case .function, .httpApi, .queue, .stream, .mapping, .database, .dbProxy, .topic, .vpc:
      return reject(node, wanted: "the name of a table", advice: "a cache is in front of a table only")
    case nil:
      return reject(
        node, wanted: "the name of a table",
        advice: meant(name, in: index.names) ?? "add the table or correct the name")
    }
  }
}
