import Engine
import Services
import Units

/// VPCs.
extension Decoding {
  /// A VPC; nil if it has faults.
  func vpc(_ name: String, _ node: YAMLNode) -> VPCConfig? {
    guard let fields = self.fields(node, Shapes.vpc) else { return nil }
    let before = faults.count
    _ = fields["type"]
    var config = VPCConfig(name: name)
    if let node = fields["natGateways"] { config.natGateways = integer(node, 0...6) ?? 0 }
    return faults.count == before ? config : nil
  }

  /// `vpcConfig` of a function.
  func vpcAttachment(_ node: YAMLNode, _ index: ResourceIndex) -> VPCAttachment? {
    guard let fields = self.fields(node, Shapes.vpcConfig) else { return nil }
    guard let name = fields["vpc"].flatMap({ text($0, wanted: "the name of a VPC") }) else { return nil }
    guard let target = index[name], case .vpc = target else {
      return reject(fields["vpc"] ?? node, wanted: "the name of a VPC")
    }
    func words(_ key: String) -> [String] {
      guard let node = fields[key], let items = list(node, wanted: "a list of names") else { return [] }
      if items.isEmpty { fault(node.place, found: "none", wanted: "at least one") }
      return items.compactMap { text($0) }
    }
    return VPCAttachment(vpc: name, subnets: words("subnetIds"), securityGroups: words("securityGroupIds"))
  }
}
