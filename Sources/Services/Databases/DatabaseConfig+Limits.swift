import Units

// max_connections, as the default parameter groups of RDS and Aurora say it: by formula from the memory of the class,
// and by table where AWS's tables say something else. Limits.md has the residuals.

extension DatabaseInstanceClass {
  /// `DBInstanceClassMemory` in bytes: what AWS's formulas get of the nominal memory, the rest is the operating
  /// system's and RDS'.
  ///
  /// 97 % of the nominal memory less 224 MiB (inferred: fitted to nine documented defaults of max_connections between 1
  /// GiB and 32 GiB, within 3 % of each but the 60 connections of db.t3.micro, which other sources have as 66).
  public var availableMemory: Size {
    let nominal = Int64(memoryMiB) << 20
    return Size(bytes: nominal * 97 / 100 - 224 << 20)
  }
}

extension DatabaseConfig {
  /// Connections that one node takes: `maxConnections`, or the default of engine and capacity.
  ///
  /// Compute it once; it looks things up.
  public var connectionLimit: Int { sessions.maxConnections ?? defaultConnectionLimit }

  /// The default of `max_connections` by engine and capacity.
  public var defaultConnectionLimit: Int {
    switch capacity {
    case .provisioned(let type): Self.connectionLimit(of: engine, type)
    case .serverless(let scaling): Self.connectionLimit(of: engine, scaling)
    }
  }

  /// The values that the parameter `max_connections` takes with an engine (documented: parameters of RDS and Aurora).
  public static func connectionLimits(of engine: DatabaseEngine) -> ClosedRange<Int> {
    switch engine {
    case .mysql, .mariadb: 1...100_000
    case .auroraMySQL: 1...16_000
    case .postgres, .auroraPostgreSQL: 6...262_143
    }
  }

  private static func connectionLimit(of engine: DatabaseEngine, _ type: DatabaseInstanceClass) -> Int {
    let memory = type.availableMemory.bytes
    switch engine {
    case .mysql: return Int(min(max(1, memory / 12_582_880), 100_000))
    // Since 10.5.
    case .mariadb: return Int(min(max(1, memory / 25_165_760), 12_000))
    case .postgres: return Int(min(max(6, memory / 9_531_392), 5_000))
    case .auroraMySQL: return auroraMySQL(gibibytes: type.memoryMiB >> 10)
    case .auroraPostgreSQL:
      return auroraPostgreSQL[type.name] ?? Int(min(max(6, memory / 9_531_392), 5_000))
    }
  }

  /// Aurora MySQL's default is the next step down of a formula with a logarithm of the memory (documented by table;
  /// read as steps of memory, this reproduces each of its rows).
  private static func auroraMySQL(gibibytes: Int) -> Int {
    let steps = [(2, 45), (4, 90), (8, 135), (16, 1_000), (32, 2_000), (64, 3_000), (128, 4_000), (256, 5_000)]
    let more = [(384, 6_000), (768, 7_000), (1_536, 8_000), (3_072, 9_000)]
    return (steps + more).last { $0.0 <= gibibytes }?.1 ?? 45
  }

  /// Rows of Aurora PostgreSQL's table that are below its cap; the formula gives the rest (documented).
  private static let auroraPostgreSQL = [
    "db.t3.medium": 420, "db.t4g.medium": 405, "db.t3.large": 844, "db.t4g.large": 844, "db.r5.large": 1_600,
    "db.r5.xlarge": 3_300, "db.r6g.large": 1_722, "db.r6g.xlarge": 3_479, "db.x2g.large": 3_479,
  ]

  // MARK: Aurora Serverless v2

  /// Aurora takes it from the maximum capacity, whatever the present one (documented by table).
  private static func connectionLimit(of engine: DatabaseEngine, _ scaling: ServerlessCapacityConfig) -> Int {
    switch engine {
    case .auroraMySQL, .mysql, .mariadb: return serverlessMySQL(halves: scaling.maximum)
    case .auroraPostgreSQL, .postgres:
      let limit = serverlessPostgreSQL(halves: scaling.maximum)
      // Documented: with a minimum of 0 or 0.5 ACU at most 2,000.
      return scaling.minimum <= 1 ? min(limit, 2_000) : limit
    }
  }

  /// Between two rows the one below (inferred: the steps of the instances' table).
  private static func serverlessMySQL(halves: Int) -> Int {
    let rows = [(1, 90), (4, 135), (8, 1_000), (16, 2_000), (32, 3_000), (64, 4_000), (128, 5_000), (192, 6_000)]
    return rows.last { $0.0 * 2 <= halves }?.1 ?? 90
  }

  /// Between two rows in proportion; beyond 16 ACUs at the slope of the last two, up to the cap of 5,000 (inferred: the
  /// rows are a line, 211.4 connections an ACU, as the engine's formula is one of the memory).
  private static func serverlessPostgreSQL(halves: Int) -> Int {
    let rows = [(2, 189), (8, 823), (16, 1_669), (32, 3_360)]
    let first = rows.dropLast().last { $0.0 <= halves } ?? rows[0]
    let second = rows.first { $0.0 > first.0 } ?? rows[rows.count - 1]
    let limit = first.1 + (halves - first.0) * (second.1 - first.1) / (second.0 - first.0)
    return min(limit, 5_000)
  }
}
