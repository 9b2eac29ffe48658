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
    let engine = fields["engine"].flatMap { choice($0, DatabaseEngine.self) }
    let type = fields["dbInstanceClass"].flatMap { instanceClass($0) }
    guard let engine, let type else { return nil }
    var config = DatabaseConfig(name: name, engine: engine, capacity: .provisioned(type))
    decodeDatabase(fields, &config, index)
    return faults.count == before ? config : nil
  }

  /// An Aurora cluster; nil if it has faults.
  func auroraCluster(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> DatabaseConfig? {
    guard let fields = self.fields(node, Shapes.auroraCluster) else { return nil }
    let before = faults.count
    _ = fields["type"]
    let engine = fields["engine"].flatMap { choice($0, DatabaseEngine.self) }
    let capacity: DatabaseConfig.Capacity?
    switch (fields["dbInstanceClass"], fields["serverlessV2ScalingConfiguration"]) {
    case (let node?, nil): capacity = instanceClass(node).map { .provisioned($0) }
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
    decodeDatabase(fields, &config, index)
    return faults.count == before ? config : nil
  }

  private func instanceClass(_ node: YAMLNode) -> DatabaseInstanceClass? {
    let names = DatabaseInstanceClass.all.map(\.name)
    guard let name = text(node, wanted: "a DB instance class") else { return nil }
    if let type = DatabaseInstanceClass.named(name) { return type }
    let guess = self.guess(name, in: names)
    return reject(
      node, wanted: "a DB instance class, as in `db.r6g.large`",
      advice: guess.map { "did you mean `\($0)`?" } ?? "`windtunnel schema` lists them")
  }

  /// What both kinds have.
  private func decodeDatabase(_ fields: Fields, _ config: inout DatabaseConfig, _ index: ResourceIndex) {
    if let node = fields["readers"] { config.readers = integer(node, 0...15) ?? 0 }
    if let node = fields["maxConnections"] { config.sessions.maxConnections = integer(node, 1...262_143) }
    if let node = fields["threads"] { config.threads = integer(node, 1...10_000) }
    if let node = fields["bufferCacheHitRatio"] {
      config.bufferCacheHitRatio = share(node) ?? config.bufferCacheHitRatio
    }
    if let node = fields["failover"] { decodeFailover(node, &config) }
    if let node = fields["eventSubscriptions"] { decodeEventSubscriptions(node, &config, index) }
  }
}
