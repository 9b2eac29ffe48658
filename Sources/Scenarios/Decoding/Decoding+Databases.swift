import Engine
import Services
import Units

/// Relational databases.
extension Decoding {
  /// A DB instance of RDS; nil if it has faults.
  func dbInstance(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> DatabaseConfig? {
    guard let fields = self.fields(node, Shapes.dbInstance) else { return nil }
    let before = faults.count
    _ = fields["type"]
    let engine = databaseEngine(fields, isAurora: false)
    let type = fields["dbInstanceClass"].flatMap { instanceClass($0, engine) }
    guard let engine, let type else { return nil }
    var config = DatabaseConfig(name: name, engine: engine, capacity: .provisioned(type))
    decodeDeployment(fields, type, &config)
    decodeStorage(fields, &config)
    decodeDatabase(fields, &config, index)
    return faults.count == before ? config : nil
  }

  /// An Aurora cluster; nil if it has faults.
  func auroraCluster(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> DatabaseConfig? {
    guard let fields = self.fields(node, Shapes.auroraCluster) else { return nil }
    let before = faults.count
    _ = fields["type"]
    let engine = databaseEngine(fields, isAurora: true)
    let capacity: DatabaseConfig.Capacity?
    switch (fields["dbInstanceClass"], fields["serverlessV2ScalingConfiguration"]) {
    case (let node?, nil): capacity = instanceClass(node, engine).map { .provisioned($0) }
    case (nil, let node?):
      let hasReaders = fields["readers"].map { $0.scalarText != "0" } ?? false
      capacity = serverlessCapacity(node, name, hasReaders: hasReaders).map { .serverless($0) }
    case (nil, nil), (_?, _?):
      fault(
        fields.place, found: "\(fields["dbInstanceClass"] == nil ? "neither" : "both")",
        wanted: "one of dbInstanceClass and serverlessV2ScalingConfiguration")
      capacity = nil
    }
    guard let engine, let capacity else { return nil }
    var config = DatabaseConfig(name: name, engine: engine, capacity: capacity)
    if let node = fields["readers"] { config.readers = integer(node, 0...15) ?? 0 }
    decodeAuroraStorage(fields, &config)
    decodeDatabase(fields, &config, index)
    return faults.count == before ? config : nil
  }

  private func databaseEngine(_ fields: Fields, isAurora: Bool) -> DatabaseEngine? {
    guard let node = fields["engine"], let engine = choice(node, DatabaseEngine.self) else { return nil }
    guard engine.isAurora == isAurora else {
      let words = DatabaseEngine.allCases.filter { $0.isAurora == isAurora }.map(\.rawValue)
      return reject(
        node, wanted: Kind.choice(words).wanted,
        advice: "it is an engine of type: \(isAurora ? "dbInstance" : "auroraCluster")")
    }
    return engine
  }

  private func instanceClass(_ node: YAMLNode, _ engine: DatabaseEngine?) -> DatabaseInstanceClass? {
    guard let name = text(node, wanted: "a DB instance class") else { return nil }
    guard let type = DatabaseInstanceClass.named(name) else {
      return reject(
        node, wanted: "a DB instance class, as in `db.r6g.large`",
        advice: meant(name, in: DatabaseInstanceClass.all.map(\.name)) ?? "`windtunnel schema` lists them")
    }
    if let engine, !type.isOffered(for: engine) {
      return reject(
        node, wanted: "a class that \(engine.rawValue) runs on, as db.r6g.large or db.t4g.medium",
        advice: "Aurora has no general-purpose classes, no micro and no large burstable ones")
    }
    return type
  }

  // MARK: Deployment

  private func decodeDeployment(_ fields: Fields, _ type: DatabaseInstanceClass, _ config: inout DatabaseConfig) {
    if let node = fields["multiAZ"] { config.deployment = boolean(node) == true ? .multiAZInstance : .singleAZ }
    if let node = fields["deployment"] {
      let words = DatabaseDeployment.allCases.filter { $0 != .aurora }.map(\.rawValue)
      let deployment = choice(node, DatabaseDeployment.self)
      if deployment == .aurora {
        fault(node.place, found: node.summary, wanted: Kind.choice(words).wanted, advice: "use type: auroraCluster")
      } else if fields["multiAZ"] != nil {
        fault(node.place, found: "both multiAZ and deployment", wanted: "one of them", advice: "leave out multiAZ")
      }
      config.deployment = deployment ?? .singleAZ
    }
    if let node = fields["readers"] { config.readers = integer(node, 0...15) ?? 0 }
    guard config.deployment == .multiAZCluster else { return }
    let place = fields["deployment"]?.place ?? fields.place
    if config.engine == .mariadb {
      fault(place, found: "a Multi-AZ DB cluster of mariadb", wanted: "mysql or postgres for one")
    }
    if !type.isOfferedForClusters {
      fault(
        fields["dbInstanceClass"]?.place ?? place, found: "\(type.name) in a Multi-AZ DB cluster",
        wanted: "a class of m5d, m6gd, r5d, r6gd or x2iedn", advice: "as db.r6gd.large")
    }
    if let node = fields["readers"], config.readers != 2 {
      fault(node.place, found: node.summary, wanted: "the 2 readers of a Multi-AZ DB cluster", advice: "leave it out")
    }
    config.readers = 2
  }

  // MARK: Connections, CPU, failures

  /// What both kinds have.
  private func decodeDatabase(_ fields: Fields, _ config: inout DatabaseConfig, _ index: ResourceIndex) {
    decodeSessions(fields, &config)
    if let node = fields["threads"] {
      config.threads = integer(node, 1...10_000)
    } else {
      assume(
        config.name, "threads", "as many as statements", .inferred,
        "a process or thread for each connection shares the vCPUs", "2026-11")
    }
    if let node = fields["bufferCacheHitRatio"] {
      config.bufferCacheHitRatio = share(node) ?? config.bufferCacheHitRatio
    } else {
      assume(
        config.name, "bufferCacheHitRatio", "99 %", .inferred,
        "what a cache of the right size reaches; a stated choice",
        "2026-11")
    }
    if let node = fields["failover"] { decodeFailover(node, &config) }
    if let node = fields["eventSubscriptions"] { decodeEventSubscriptions(node, &config, index) }
  }

  private func decodeSessions(_ fields: Fields, _ config: inout DatabaseConfig) {
    let (name, isMySQL) = (config.name, config.engine.family == .mysql)
    if let node = fields["maxConnections"] {
      config.sessions.maxConnections = integer(node, DatabaseConfig.connectionLimits(of: config.engine))
    } else {
      assumeConnectionLimit(config)
    }
    if let node = fields["reservedConnections"] {
      config.sessions.reserved = integer(node, 0...262_143) ?? config.sessions.reserved
      if config.sessions.reserved >= config.connectionLimit {
        fault(
          node.place, found: "\(config.sessions.reserved) of \(config.connectionLimit) connections reserved",
          wanted: "at least one for clients")
      }
    } else {
      assume(
        name, "reservedConnections", "\(config.sessions.reserved)", .documented,
        isMySQL
          ? "MySQL has one more than max_connections for administrators"
          : "PostgreSQL, superuser_reserved_connections; RDS may hold more", "2026-11")
    }
    func assumeMemory(_ config: inout DatabaseConfig) {
      if case .serverless = config.capacity {
        config.sessions.memory = .megabytes(10)
        return assume(
          name, "memoryPerConnection", "10 MB", .documented, "AWS's guidance for sizing Aurora Serverless", "2026-08")
      }
      assume(
        name, "memoryPerConnection", config.sessions.memory.description, .inferred,
        isMySQL
          ? "a thread's stack and buffers; AWS publishes none"
          : "AWS Database Blog, Resources consumed by idle PostgreSQL connections: 1.5 MB unused, 14.5 MB used",
        "2023-07")
    }
    if let node = fields["memoryPerConnection"] {
      config.sessions.memory = size(node) ?? config.sessions.memory
    } else {
      assumeMemory(&config)
    }
    latency(
      fields, "connectionCpu", name, &config.sessions.openingCPU,
      isMySQL ? "uniform, 2 ms to 5 ms" : "uniform, 5 ms to 15 ms",
      "AWS publishes none: a process or thread, TLS and authentication")
    latency(
      fields, "connectionLatency", name, &config.sessions.openingLatency, "uniform, 15 ms to 25 ms",
      "AWS publishes none: round trips for TCP, TLS, authentication and a driver's statements")
    latency(
      fields, "roundTrip", name, &config.sessions.roundTrip, "500 us",
      "AWS publishes none: within a Region, across Availability Zones")
    if let node = fields["idleTimeout"] {
      config.sessions.idleTimeout = time(node, Time.seconds(1)...longestSpan) ?? config.sessions.idleTimeout
    } else {
      assume(
        name, "idleTimeout", isMySQL ? "8 h" : "none", .documented,
        isMySQL ? "MySQL, wait_timeout" : "PostgreSQL, idle_session_timeout", "2026-11")
    }
  }

  private func latency(
    _ fields: Fields, _ key: String, _ name: String, _ value: inout Distribution, _ text: String, _ source: String
  ) {
    if let node = fields[key] {
      value = timeDistribution(node) ?? value
    } else {
      assume(name, key, text, .inferred, source, "2026-11")
    }
  }

  private func assumeConnectionLimit(_ config: DatabaseConfig) {
    let (grade, source): (Assumption.Grade, String) =
      switch (config.engine, config.capacity) {
      case (.auroraMySQL, .provisioned): (.documented, "Aurora user guide, max_connections by instance class")
      case (.auroraPostgreSQL, .provisioned(let type)) where type.memoryMiB <= 32 << 10:
        (.inferred, "Aurora user guide: by table, and by formula from a memory fitted to that table")
      case (.auroraPostgreSQL, .provisioned): (.documented, "Aurora user guide, max_connections by instance class")
      case (_, .serverless):
        (.inferred, "Aurora user guide, max_connections by maximum capacity; between its rows interpolated")
      case (.mysql, _), (.mariadb, _), (.postgres, _):
        (.inferred, "RDS user guide, the default formula; DBInstanceClassMemory fitted to its documented results")
      }
    assume(config.name, "maxConnections", "\(config.connectionLimit)", grade, source, "2026-04")
  }
}
