import Units

// What of a node's memory is left for connections. Defaults of the parameter groups, which scale with
// `DBInstanceClassMemory`: the instance's memory less what the operating system and RDS take.
extension DatabaseEngine {
  /// Share of `DBInstanceClassMemory` that the buffer cache takes, by the default parameter group (documented):
  /// `innodb_buffer_pool_size` is three quarters of it, `shared_buffers` a quarter in RDS (DBInstanceClassMemory /
  /// 32768 pages of 8 KB) and about three quarters in Aurora, which has no operating system's cache behind it.
  public var bufferCacheShare: Double {
    switch self {
    case .mysql, .mariadb, .auroraMySQL, .auroraPostgreSQL: 0.75
    case .postgres: 0.25
    }
  }
}

extension DatabaseConfig {
  /// Share of an instance's memory that `DBInstanceClassMemory` leaves to the operating system and RDS (inferred: 8 GiB
  /// of MySQL have about 630 connections by default, where the whole memory would give 683).
  public static let operatingSystemShare = 0.08

  /// Bytes of a node with so many bytes of memory that connections can have at most, 0 or more. What of them the buffer
  /// cache holds goes to disk then: a node is out of memory when even that is gone (inferred).
  func connectionMemory(of bytes: Int64) -> Int64 { Int64(Double(bytes) * (1 - Self.operatingSystemShare)) }

  /// Bytes of those that the buffer cache holds by default.
  func bufferCache(of bytes: Int64) -> Int64 {
    Int64(Double(bytes) * (1 - Self.operatingSystemShare) * engine.bufferCacheShare)
  }
}
