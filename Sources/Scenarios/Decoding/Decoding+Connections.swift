import Engine
import Services
import Units

/// How callers connect to databases.
extension Decoding {
  /// `connections` of a function or traffic source.
  func connections(_ node: YAMLNode, poolSize: Int, _ index: ResourceIndex) -> [ConnectionConfig] {
    guard let entries = named(node, wanted: "a mapping of databases and proxies to settings") else { return [] }
    return entries.compactMap { connection($0, poolSize: poolSize, index) }
  }

  private func connection(_ entry: YAMLNode.Entry, poolSize: Int, _ index: ResourceIndex) -> ConnectionConfig? {
    switch index[entry.key] {
    case .database, .dbProxy: break
    case .function, .httpApi, .table, .queue, .stream, .mapping, .cache, .topic, .vpc, .unknown, nil:
      let guess = self.guess(entry.key, in: index.names)
      fault(
        entry.keyPlace, found: "`\(YAMLNode.clip(entry.key))`", wanted: "the name of a database or proxy",
        advice: guess.map { "did you mean `\($0)`?" } ?? "")
      return nil
    }
    guard let fields = self.fields(entry.value, Shapes.connection) else { return nil }
    let before = faults.count
    var config = ConnectionConfig(target: entry.key)
    config.poolSize = poolSize
    if let node = fields["open"] { config.opening = choice(node, ConnectionConfig.Opening.self) ?? config.opening }
    if let node = fields["poolSize"] { config.poolSize = integer(node, 1...10_000) ?? poolSize }
    if let node = fields["acquireTimeout"] { config.acquireTimeout = time(node) ?? .never }
    if let node = fields["idleTimeout"] { config.idleTimeout = time(node) ?? .never }
    if let node = fields["authentication"] {
      config.authentication = choice(node, ConnectionConfig.Authentication.self) ?? config.authentication
    }
    if let node = fields["reconnect"] { config.reconnects = boolean(node) ?? false }
    if let node = fields["dnsTimeToLive"] { config.dnsTimeToLive = time(node) ?? config.dnsTimeToLive }
    return faults.count == before ? config : nil
  }
}
