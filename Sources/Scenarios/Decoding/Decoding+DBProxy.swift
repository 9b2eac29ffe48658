import Engine
import Services
import Units

/// Proxies in front of databases.
extension Decoding {
  /// An RDS Proxy; nil if it has faults.
  func dbProxy(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> DBProxyConfig? {
    guard let fields = self.fields(node, Shapes.dbProxy) else { return nil }
    let before = faults.count
    _ = fields["type"]
    guard let database = fields["database"].flatMap({ proxiedDatabase($0, index) }) else { return nil }
    var config = DBProxyConfig(name: name, database: database)
    decodeProxyPool(fields, &config)
    decodeProxyClients(fields, &config)
    decodeProxyPinning(fields, &config)
    decodeProxyTimes(fields, &config)
    if let node = fields["initQuery"] { config.initQuery = initQuery(node, fields, database, index) }
    if let node = fields["readOnlyEndpoint"] { config.hasReadOnlyEndpoint = boolean(node) ?? false }
    // What its init query invokes must not lead back to the proxy, whose connection opens meanwhile.
    noteInvocation(of: config.initQuery, fields["initQuery"], from: name)
    proxyNodes[name] = fields
    return faults.count == before ? config : nil
  }

  private func decodeProxyPool(_ fields: Fields, _ config: inout DBProxyConfig) {
    let (name, guide) = (config.name, "RDS user guide, RDS Proxy connection considerations")
    if let node = fields["maxConnectionsPercent"] {
      config.maxConnectionsPercent = integer(node, 1...100) ?? config.maxConnectionsPercent
    } else {
      assume(name, "maxConnectionsPercent", "100", .documented, guide, "2026-11")
    }
    config.maxIdleConnectionsPercent = config.maxConnectionsPercent / 2
    if let node = fields["maxIdleConnectionsPercent"] {
      config.maxIdleConnectionsPercent = integer(node, 0...100) ?? config.maxIdleConnectionsPercent
      if config.maxIdleConnectionsPercent > config.maxConnectionsPercent {
        fault(
          node.place, found: node.summary,
          wanted: "at most maxConnectionsPercent, which is \(config.maxConnectionsPercent)")
      }
    } else {
      assume(name, "maxIdleConnectionsPercent", "\(config.maxIdleConnectionsPercent)", .documented, guide, "2026-11")
    }
    if let node = fields["connectionBorrowTimeout"] {
      config.borrowTimeout = time(node, Time.zero...Time.seconds(3_600)) ?? config.borrowTimeout
      if config.borrowTimeout > .seconds(300) {
        // The newer of AWS's sources allow five minutes, the older ones an hour: the scenario stands, with a note.
        assume(
          name, "connectionBorrowTimeout.maximum", "3600 s", .unknown,
          "the API reference allows 3600 s, the setup guide and the SDK's model 300 s", "2026-11")
      }
    } else {
      assume(name, "connectionBorrowTimeout", "120 s", .documented, guide, "2026-11")
    }
    if let node = fields["reservedConnections"] {
      config.reservedConnections = integer(node, 0...10_000) ?? config.reservedConnections
    } else {
      assume(
        name, "reservedConnections", "\(config.reservedConnections)", .unknown,
        "AWS says that the proxy keeps some for monitoring, not how many", "2026-11")
    }
    assume(name, "idleConnectionTimeout", "5 min", .documented, guide, "2026-11")
    assume(name, "unusedConnectionTimeout", "24 h", .documented, guide, "2026-11")
  }

  private func decodeProxyClients(_ fields: Fields, _ config: inout DBProxyConfig) {
    let name = config.name
    if let node = fields["idleClientTimeout"] {
      config.idleClientTimeout = time(node, Time.seconds(1)...Time.seconds(28_800)) ?? config.idleClientTimeout
    } else {
      assume(name, "idleClientTimeout", "1800 s", .documented, "RDS API reference, CreateDBProxy", "2026-11")
    }
    assume(
      name, "clientLifetime", "24 h", .documented, "RDS user guide, RDS Proxy connection considerations", "2026-11")
    if let node = fields["clientConnectionLimit"] {
      config.clientLimit = integer(node, 1...10_000_000) ?? config.clientLimit
    } else {
      assume(
        name, "clientConnectionLimit", "\(config.clientLimit)", .unknown, "AWS names the error, not the limit",
        "2026-11")
    }
    func rate(_ key: String, _ value: inout Int?) {
      if let node = fields[key] {
        value = wholeRate(node, upTo: 1_000_000)
      } else {
        assume(name, key, "no limit", .unknown, "AWS names the error, not the limit", "2026-11")
      }
    }
    rate("clientConnectionRate", &config.connectionRate)
    rate("iamAuthenticationRate", &config.iamAuthenticationRate)
  }

  private func decodeProxyPinning(_ fields: Fields, _ config: inout DBProxyConfig) {
    if let node = fields["sessionPinningFilters"], let items = list(node, wanted: "a list of filters") {
      for item in items where choice(item, SessionPinningFilter.self) != nil { config.unpinned.insert(.setVariable) }
    }
    if let node = fields["extendedProtocolPins"] {
      if boolean(node) == true { config.unpinned.remove(.extendedProtocol) }
    }
  }

  private func decodeProxyTimes(_ fields: Fields, _ config: inout DBProxyConfig) {
    let name = config.name
    if let node = fields["retryPause"] {
      config.retryPause = time(node, .milliseconds(1)...Time.seconds(60)) ?? config.retryPause
    } else {
      assume(
        name, "retryPause", config.retryPause.description, .unknown,
        "a stated choice: AWS does not say how often a proxy looks for a database", "2026-11")
    }
    if let node = fields["overhead"] {
      config.overhead = timeDistribution(node) ?? config.overhead
    } else {
      assume(
        name, "overhead", "log-normal, median 1 ms, p99 3 ms", .inferred,
        "AWS publishes no figure a request; QueryResponseLatency less QueryDatabaseResponseLatency has it", "2026-11")
    }
    if let node = fields["clientOpening"] {
      config.clientOpening = timeDistribution(node) ?? config.clientOpening
    } else {
      assume(
        name, "clientOpening", "30 ms", .inferred,
        "round trips as to a database, and the 5 ms that AWS names for the proxy", "2026-08")
    }
  }

  private func initQuery(_ node: YAMLNode, _ fields: Fields, _ database: String, _ index: ResourceIndex)
    -> DatabaseQuery?
  {
    for entry in node.entries ?? [] where ["endpoint", "pinCause", "pinShare"].contains(entry.key) {
      fault(
        entry.keyPlace, found: "`\(entry.key)`", wanted: "no such key in an init query", advice: "leave it out")
    }
    return databaseQuery(node, of: fields, database, index)
  }

  private func proxiedDatabase(_ node: YAMLNode, _ index: ResourceIndex) -> String? {
    let wanted = "the name of a database"
    guard let name = text(node, wanted: wanted) else { return nil }
    switch index[name] {
    case .database: return name
    case .unknown: return nil
    case .function, .httpApi, .table, .queue, .stream, .mapping, .cache, .dbProxy, .topic, .vpc:
      return reject(node, wanted: wanted, advice: "a proxy stands before a database")
    case nil:
      return reject(
        node, wanted: wanted, advice: meant(name, in: index.names) ?? "add the database or correct the name")
    }
  }
}
