import Engine
import Units

/// The database's nodes behind one group of connections, as a proxy knows them.
struct ProxyTarget: BitwiseCopyable {
  /// Whether connections can be had.
  enum Health: BitwiseCopyable {
    /// As far as is known. Next: pausing.
    case reachable
    /// An attempt has failed, and somebody waits. Next: probing, reachable when nobody waits any more.
    case pausing(until: Time)
    /// One connection is tried. Next: reachable, pausing.
    case probing(UInt32)
  }

  /// Connections that may be open.
  let limit: Int32
  /// Idle ones above this number are closed after a while.
  let idleLimit: Int32
  var health = Health.reachable
  /// Since when requests fail or wait because there is no connection to be had; `.never` if they do not.
  var outageSince = Time.never
  /// The longest such span so far, in ns.
  var longestOutage: Int64 = 0

  /// Whether new connections can be had, as far as is known.
  var isReachable: Bool {
    if case .reachable = health { return true }
    return false
  }
}

extension DBProxy {
  /// A request fails or begins to wait because no connection can be had.
  mutating func outageBegan(_ group: UInt32, _ run: borrowing Run<Event>) {
    if targets[Int(group)].outageSince == .never { targets[Int(group)].outageSince = run.now }
  }

  /// A request has succeeded again.
  @inline(never) mutating func outageEnded(_ group: UInt32, _ run: borrowing Run<Event>) {
    let since = max(targets[Int(group)].outageSince, recorded.start)
    targets[Int(group)].longestOutage = max(targets[Int(group)].longestOutage, (run.now - since).nanoseconds)
    targets[Int(group)].outageSince = .never
  }

  /// The longest outage of the recorded span, in ms; one that has not ended counts until the end of the run.
  var longestOutageMs: Double {
    var longest: Int64 = 0
    for group in 0..<2 {
      let target = targets[group]
      longest = max(longest, target.longestOutage)
      if target.outageSince < .never {
        longest = max(longest, (recorded.end - max(target.outageSince, recorded.start)).nanoseconds)
      }
    }
    return Double(longest) / 1e6
  }
}

extension DBProxyConfig {
  /// The database behind the proxy; validation has made sure that there is one.
  func databaseConfig(in system: SystemConfig) -> DatabaseConfig {
    for resource in system.resources {
      switch resource {
      case .dbInstance(let database), .auroraCluster(let database):
        if database.name == self.database { return database }
      case .function, .httpApi, .table, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbProxy,
        .topic, .vpc:
        continue
      }
    }
    preconditionFailure("\(name) stands before a database")
  }

  /// The writer's group, and that of all readers together. AWS counts percents of each node's connections.
  func targets(in system: SystemConfig) -> [ProxyTarget] {
    let database = databaseConfig(in: system)
    let limit = max(1, database.connectionLimit * maxConnectionsPercent / 100 - reservedConnections)
    let idle = database.connectionLimit * maxIdleConnectionsPercent / 100
    let readers = max(1, database.readers)
    return [
      ProxyTarget(limit: Int32(limit), idleLimit: Int32(idle)),
      ProxyTarget(limit: Int32(limit * readers), idleLimit: Int32(idle * readers)),
    ]
  }
}
