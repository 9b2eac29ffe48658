import Engine
import Units

/// What RDS and Aurora meter.
enum DatabaseMeters {
  // MARK: Instances

  /// Node-ms of an instance class, priced by the hour. RDS has prices by engine, and another one of a DB instance with a
  /// standby; Aurora has one for both engines, and another one with I/O-Optimized storage.
  static func nodes(
    _ engine: DatabaseEngine, _ type: DatabaseInstanceClass, hasStandby: Bool = false, ioOptimized: Bool = false
  ) -> Meter {
    let name =
      switch engine {
      case .mysql: "MySQL-\(type.name)"
      case .mariadb: "MariaDB-\(type.name)"
      case .postgres: "PostgreSQL-\(type.name)"
      case .auroraMySQL, .auroraPostgreSQL: type.name
      }
    return standing(engine, name + (hasStandby ? "-MultiAZ" : "") + (ioOptimized ? "-IO-Optimized" : ""))
  }

  /// Half ACUs of Aurora Serverless v2, accrued over ms; priced by the ACU-hour.
  static func serverlessACU(ioOptimized: Bool) -> Meter {
    Meter(
      service: "Aurora", key: ioOptimized ? "ServerlessV2IOOptimizedUsage" : "ServerlessV2Usage", unitsPerPriced: 2,
      kind: .standing)
  }

  /// vCPU-ms of surplus credits of a burstable class, priced by the vCPU-hour; nil of t2, which RDS does not run in
  /// unlimited mode.
  static func cpuCredits(_ engine: DatabaseEngine, _ type: DatabaseInstanceClass) -> Meter? {
    guard ["t3", "t4g"].contains(type.family) else { return nil }
    return Meter(
      service: service(engine), key: "CPUCredits:\(type.family)", unitsPerPriced: 3_600_000, kind: .consumed)
  }

  // MARK: Storage

  /// Bytes of storage, accrued over ms; priced by the GB-month of 2^30 bytes.
  static func storage(_ kind: DatabaseStorageConfig.Kind, hasStandby: Bool = false) -> Meter {
    let (service, key) =
      switch kind {
      case .gp2: ("RDS", "GP2-Storage")
      case .gp3: ("RDS", "GP3-Storage")
      case .io1: ("RDS", "PIOPS-Storage")
      case .aurora: ("Aurora", "StorageUsage")
      case .auroraIOOptimized: ("Aurora", "IO-OptimizedStorageUsage")
      }
    return Meter(
      service: service, key: (hasStandby ? "Multi-AZ-" : "") + key, unitsPerPriced: 1 << 30, kind: .standing)
  }

  /// Provisioned IOPS of io1, and those of gp3 above its baseline, accrued over ms; priced by the IOPS-month. nil of
  /// storage that does not bill them.
  static func iops(_ kind: DatabaseStorageConfig.Kind, hasStandby: Bool = false) -> Meter? {
    let prefix = hasStandby ? "Multi-AZ-" : ""
    return switch kind {
    case .gp3: Meter(service: "RDS", key: prefix + "GP3-PIOPS", kind: .standing)
    case .io1: Meter(service: "RDS", key: prefix + "PIOPS", kind: .standing)
    case .gp2, .aurora, .auroraIOOptimized: nil
    }
  }

  /// I/O requests of Aurora Standard.
  static let ioRequests = Meter(service: "Aurora", key: "StorageIOUsage", kind: .consumed)

  private static func service(_ engine: DatabaseEngine) -> String { engine.isAurora ? "Aurora" : "RDS" }

  private static func standing(_ engine: DatabaseEngine, _ key: String) -> Meter {
    Meter(service: service(engine), key: key, kind: .standing)
  }
}

/// What a database has used over a span, besides its nodes.
struct DatabaseUsage {
  /// Bytes of one copy of the storage times ms: allocated ones of RDS, used ones of Aurora.
  var storage: Int128 = 0
  /// I/O requests to Aurora's storage.
  var ioRequests: Int64 = 0
  /// Half ACUs of all nodes times ms.
  var serverless: Int128 = 0
  /// vCPU-ms of CPU beyond the credits, of all nodes.
  var surplusCredits: Int64 = 0
}

extension DatabaseConfig {
  /// Nodes that are billed as one DB instance each, and those that are billed together with a standby.
  private var billedNodes: (alone: Int, withStandby: Int) {
    switch deployment {
    case .multiAZInstance: (readers, 1)
    case .singleAZ, .multiAZCluster, .aurora: (nodeCount, 0)
    }
  }

  /// Usage lines of the nodes over a span and of what they used.
  ///
  /// Nodes are there all the time: through a failover the failed one is replaced, and the 10 minutes that AWS bills at
  /// least after each change of status are never cut short.
  func usage(_ use: DatabaseUsage, duration span: Time) -> [UsageLine] {
    let milliseconds = Int128(span.nanoseconds / 1_000_000)
    let isOptimized = storage.kind == .auroraIOOptimized
    let (alone, together) = billedNodes
    var lines: [UsageLine] = []
    func add(_ meter: Meter, _ amount: Int128) {
      if amount > 0 { lines.append(UsageLine(meter: meter, resource: name, amount: amount)) }
    }
    switch capacity {
    case .provisioned(let type):
      add(DatabaseMeters.nodes(engine, type, ioOptimized: isOptimized), milliseconds * Int128(alone))
      add(DatabaseMeters.nodes(engine, type, hasStandby: true), milliseconds * Int128(together))
      if let credits = DatabaseMeters.cpuCredits(engine, type) { add(credits, Int128(use.surplusCredits)) }
    case .serverless: add(DatabaseMeters.serverlessACU(ioOptimized: isOptimized), use.serverless)
    }
    if engine.isAurora {
      // One volume for all nodes.
      add(DatabaseMeters.storage(storage.kind), use.storage)
      if !isOptimized { add(DatabaseMeters.ioRequests, Int128(use.ioRequests)) }
      return lines
    }
    for (hasStandby, copies) in [(false, alone), (true, together)] {
      add(DatabaseMeters.storage(storage.kind, hasStandby: hasStandby), use.storage * Int128(copies))
      if let meter = DatabaseMeters.iops(storage.kind, hasStandby: hasStandby) {
        add(meter, Int128(storage.billedIOPS * copies) * milliseconds)
      }
    }
    return lines
  }
}
