import Engine
import Services
import Units

/// The capacity of tables and of their global indexes.
extension Decoding {
  /// Billing mode and throughput.
  func decodeCapacity(_ fields: Fields, _ config: inout TableConfig) {
    if let node = fields["billingMode"], node.scalarText != "payPerRequest" {
      fault(node.place, found: node.summary, wanted: "payPerRequest", advice: "provisioned capacity is not modelled")
    }
    if let node = fields["onDemandThroughput"] { config.capacity = .onDemand(onDemandThroughput(node)) }
  }

  private func onDemandThroughput(_ node: YAMLNode) -> OnDemandThroughput {
    guard let limits = self.fields(node, Shapes.onDemandThroughput) else { return OnDemandThroughput() }
    return OnDemandThroughput(
      maxReadRequestUnits: limits["maxReadRequestUnits"].flatMap { integer($0, 1...1_000_000_000) },
      maxWriteRequestUnits: limits["maxWriteRequestUnits"].flatMap { integer($0, 1...1_000_000_000) })
  }
}
