import Engine
import Services
import Units

/// Caches in front of tables.
extension Decoding {
  /// A DAX cluster; nil if it has faults.
  func daxCluster(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> DAXClusterConfig? {
    guard let fields = self.fields(node, Shapes.daxCluster) else { return nil }
    _ = fields["type"]
    guard let table = fields["table"].flatMap({ cachedTable($0, index) }) else { return nil }
    return DAXClusterConfig(name: name, table: table)
  }

  /// An ElastiCache cluster; nil if it has faults.
  func cacheCluster(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> CacheClusterConfig? {
    guard let fields = self.fields(node, Shapes.cacheCluster) else { return nil }
    _ = fields["type"]
    guard let table = fields["table"].flatMap({ cachedTable($0, index) }) else { return nil }
    return CacheClusterConfig(name: name, table: table)
  }

  private func cachedTable(_ node: YAMLNode, _ index: ResourceIndex) -> String? {
    guard let name = text(node, wanted: "the name of a table") else { return nil }
    switch index[name] {
    case .table: return name
    case .unknown: return nil
    case .function, .httpApi, .queue, .stream, .mapping, .cache, nil:
      return reject(node, wanted: "the name of a table")
    }
  }
}
