import Services

/// Faults of proxies that show only when databases and callers are decoded.
extension Decoding {
  /// Most proxies of an account and Region (documented: RDS quotas).
  static let proxiesMax = 20

  /// Checks proxies against their databases and what is asked through them.
  func checkProxies(_ resources: [ResourceConfig]) {
    var databases: [String: DatabaseConfig] = [:]
    var proxies: [DBProxyConfig] = []
    for resource in resources {
      switch resource {
      case .dbInstance(let database), .auroraCluster(let database): databases[database.name] = database
      case .dbProxy(let proxy): proxies.append(proxy)
      case .function, .httpApi, .table, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .topic, .vpc:
        break
      }
    }
    for (number, proxy) in proxies.enumerated() {
      guard let fields = proxyNodes[proxy.name], let database = databases[proxy.database] else { continue }
      if number == Self.proxiesMax {
        fault(
          fields.place, found: "\(proxies.count) proxies", wanted: "at most \(Self.proxiesMax), the account's quota")
      }
      check(proxy, before: database, fields)
      for reference in databaseQueries where reference.target == proxy.name {
        check(reference, of: proxy)
      }
    }
  }

  private func check(_ proxy: DBProxyConfig, before database: DatabaseConfig, _ fields: Fields) {
    if proxy.hasReadOnlyEndpoint && database.readers == 0 {
      fault(
        fields["readOnlyEndpoint"]?.place ?? fields.place, found: "readOnlyEndpoint before a database without readers",
        wanted: "readers: 1 or more of `\(database.name)`", advice: "add readers or leave it out")
    }
    if let node = fields["sessionPinningFilters"], database.engine.family != .mysql {
      fault(
        node.place, found: "sessionPinningFilters with \(database.engine.rawValue)",
        wanted: "a database of the MySQL family", advice: "leave it out")
    }
    if let node = fields["extendedProtocolPins"], database.engine.family != .postgreSQL {
      fault(
        node.place, found: "extendedProtocolPins with \(database.engine.rawValue)", wanted: "a PostgreSQL database",
        advice: "leave it out")
    }
    let share = database.connectionLimit * proxy.maxConnectionsPercent / 100
    if share <= proxy.reservedConnections {
      fault(
        (fields["maxConnectionsPercent"] ?? fields["reservedConnections"])?.place ?? fields.place,
        found: "\(proxy.maxConnectionsPercent) % of \(database.connectionLimit) connections",
        wanted: "more than the \(proxy.reservedConnections) that the proxy keeps for itself",
        advice: "raise maxConnectionsPercent")
    }
  }

  private func check(_ reference: DatabaseQueryReference, of proxy: DBProxyConfig) {
    if reference.query.endpoint == .reader && !proxy.hasReadOnlyEndpoint {
      fault(
        reference.fields["endpoint"]?.place ?? reference.fields.place, found: "the reader endpoint of `\(proxy.name)`",
        wanted: "a proxy with a READ_ONLY endpoint", advice: "add `readOnlyEndpoint: true` to it")
    }
    if reference.query.pinCause == .extendedProtocol && proxyNodes[proxy.name]?["extendedProtocolPins"] == nil {
      assume(
        proxy.name, "extendedProtocolPins", "false", .inferred,
        "the extended query protocol was in AWS's list of causes in 2023 and is not in that of 2026", "2026-11")
    }
  }
}
