import Engine
import Services
import Units

/// The capacity of tables and of their global indexes.
extension Decoding {
  /// Billing mode and throughput.
  func decodeCapacity(_ fields: Fields, _ config: inout TableConfig) {
    if let node = fields["billingMode"], !["payPerRequest", "provisioned"].contains(node.scalarText) {
      fault(node.place, found: node.summary, wanted: "payPerRequest or provisioned")
    }
    if let node = fields["onDemandThroughput"] { config.capacity = .onDemand(onDemandThroughput(node)) }
    let scaling = fields["autoScaling"]
    if let node = fields["provisionedThroughput"],
      let units = self.fields(node, Shapes.provisionedThroughput),
      let reads = units["readCapacityUnits"].flatMap({ integer($0, 1...10_000_000) }),
      let writes = units["writeCapacityUnits"].flatMap({ integer($0, 1...10_000_000) })
    {
      var throughput = ProvisionedThroughput(readCapacityUnits: reads, writeCapacityUnits: writes)
      if let scaling { decodeTableScaling(scaling, &throughput, of: config.name) }
      config.capacity = .provisioned(throughput)
    }
  }

  private func onDemandThroughput(_ node: YAMLNode) -> OnDemandThroughput {
    guard let limits = self.fields(node, Shapes.onDemandThroughput) else { return OnDemandThroughput() }
    return OnDemandThroughput(
      maxReadRequestUnits: limits["maxReadRequestUnits"].flatMap { integer($0, 1...1_000_000_000) },
      maxWriteRequestUnits: limits["maxWriteRequestUnits"].flatMap { integer($0, 1...1_000_000_000) })
  }
}
