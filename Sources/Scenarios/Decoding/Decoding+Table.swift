import Engine
import Services
import Units

/// Tables.
extension Decoding {
  /// A table; nil if it has faults.
  func table(_ name: String, _ node: YAMLNode, _ index: ResourceIndex) -> TableConfig? {
    guard let fields = self.fields(node, Shapes.table) else { return nil }
    let before = faults.count
    var config = TableConfig(name: name)
    _ = fields["type"]
    if let node = fields["tableClass"] {
      config.tableClass = choice(node, TableConfig.TableClass.self) ?? config.tableClass
    } else {
      assume(name, "tableClass", "standard", .documented, "CloudFormation AWS::DynamoDB::Table", "2026-10")
    }
    decodeKeys(fields, &config)
    decodeCapacity(fields, &config)
    decodeIndexes(fields, &config)
    decodeCapacityChanges(fields, &config)
    decodeStorage(fields, &config)
    decodeTableStreams(fields, &config, index)
    if let node = fields["latency"], let latencies = self.fields(node, Shapes.latency) {
      for kind in TableOperation.Kind.allCases {
        if let node = latencies[kind.rawValue] { config.latency[kind] = timeDistribution(node) }
      }
    }
    return faults.count == before ? config : nil
  }
}
