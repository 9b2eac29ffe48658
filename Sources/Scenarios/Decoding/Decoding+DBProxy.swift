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
    if let node = fields["maxConnectionsPercent"] {
      config.maxConnectionsPercent = integer(node, 1...100) ?? config.maxConnectionsPercent
    }
    config.maxIdleConnectionsPercent = config.maxConnectionsPercent / 2
    if let node = fields["maxIdleConnectionsPercent"] {
      config.maxIdleConnectionsPercent = integer(node, 0...100) ?? config.maxIdleConnectionsPercent
    }
    if let node = fields["connectionBorrowTimeout"] {
      config.borrowTimeout = time(node, Time.zero...Time.seconds(3_600)) ?? config.borrowTimeout
    }
    if let node = fields["idleClientTimeout"] {
      config.idleClientTimeout = time(node, Time.seconds(1)...Time.seconds(28_800)) ?? config.idleClientTimeout
    }
    return faults.count == before ? config : nil
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
      let guess = self.guess(name, in: index.names)
      return reject(
        node, wanted: wanted, advice: guess.map { "did you mean `\($0)`?" } ?? "add the database or correct the name")
    }
  }
}
