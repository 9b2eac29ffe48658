import Engine
import Services
import Units

/// VPCs, and functions in them.
extension Decoding {
  /// A VPC; nil if it has faults.
  func vpc(_ name: String, _ node: YAMLNode) -> VPCConfig? {
    guard let fields = self.fields(node, Shapes.vpc) else { return nil }
    let before = faults.count
    _ = fields["type"]
    var config = VPCConfig(name: name)
    if let node = fields["natGateways"] { config.natGateways = integer(node, 0...6) ?? 0 }
    if let node = fields["gatewayEndpoints"] {
      config.gatewayEndpoints = services(node)
      let others = VPCEndpointService.allCases.filter { $0 != .dynamodb && config.gatewayEndpoints.contains($0) }
      if let other = others.first {
        fault(
          node.place, found: "a gateway endpoint for \(other.rawValue)", wanted: "dynamodb",
          advice: "put \(other.rawValue) into `interfaceEndpoints`")
      }
    }
    if let node = fields["interfaceEndpoints"] { config.interfaceEndpoints = services(node) }
    decodeEndpointZones(fields, &config)
    decodeInterfaces(fields, &config)
    if let node = fields["requestOverhead"] {
      config.requestOverhead = size(node, Size(bytes: 0)...Size.megabytes(1)) ?? config.requestOverhead
    } else if config.natGateways > 0 || !config.interfaceEndpoints.isEmpty {
      assume(
        name, "requestOverhead", "2 KB", .inferred,
        "headers and signature of a request of the AWS SDKs and of its response, TLS records and acknowledgements",
        "2026-11")
    }
    if let node = fields["coldStartPenalty"] {
      config.coldStartPenalty = timeDistribution(node) ?? config.coldStartPenalty
    } else {
      assume(
        name, "coldStartPenalty", "0 s", .documented,
        "AWS, improved VPC networking for Lambda: interfaces are made with the function, not with its environments",
        "2019-09")
    }
    return faults.count == before ? config : nil
  }

  private func decodeEndpointZones(_ fields: Fields, _ config: inout VPCConfig) {
    if let node = fields["endpointAvailabilityZones"] {
      config.endpointZones = integer(node, 1...6) ?? config.endpointZones
      if config.interfaceEndpoints.isEmpty {
        fault(
          node.place, found: "`endpointAvailabilityZones` without `interfaceEndpoints`", wanted: "both or neither",
          advice: "gateway endpoints have no zones")
      }
    } else if !config.interfaceEndpoints.isEmpty {
      assume(
        config.name, "endpointAvailabilityZones", "2", .unknown, "a stated choice: two zones, as for high availability",
        "2026-11")
    }
  }

  private func decodeInterfaces(_ fields: Fields, _ config: inout VPCConfig) {
    if let node = fields["interfaceCreation"] {
      config.interfaceCreation = timeDistribution(node) ?? config.interfaceCreation
    } else {
      assume(
        config.name, "interfaceCreation", "90 s", .inferred,
        "AWS's launch of the shared interfaces; the developer guide says several minutes", "2019-09")
    }
    if let node = fields["interfaceQuota"] {
      config.interfaceQuota = integer(node, 1...5_000) ?? config.interfaceQuota
    } else {
      assume(config.name, "interfaceQuota", "500", .documented, "Lambda quotas, network interfaces per VPC", "2026-10")
    }
  }

  private func services(_ node: YAMLNode) -> Set<VPCEndpointService> {
    guard let items = list(node, wanted: "a list of services") else { return [] }
    var services: Set<VPCEndpointService> = []
    for item in items {
      guard let service = choice(item, VPCEndpointService.self) else { continue }
      if !services.insert(service).inserted {
        fault(item.place, found: "`\(service.rawValue)` a second time", wanted: "each service once")
      }
    }
    return services
  }

  // MARK: Functions in a VPC

  /// `vpcConfig` of a function.
  func vpcAttachment(_ node: YAMLNode, _ index: ResourceIndex) -> VPCAttachment? {
    guard let fields = self.fields(node, Shapes.vpcConfig) else { return nil }
    let before = faults.count
    let name = fields["vpc"].flatMap { vpcName($0, index) }
    let subnets = words(fields["subnetIds"], atMost: VPCAttachment.subnetsMax)
    let groups = words(fields["securityGroupIds"], atMost: VPCAttachment.securityGroupsMax)
    var attachment = VPCAttachment(vpc: name ?? "", subnets: subnets, securityGroups: groups)
    if let node = fields["interfacesExist"] {
      attachment.interfacesExist = boolean(node) ?? true
    } else if let name {
      assume(
        name, "interfacesExist", "true", .unknown, "a stated choice: the functions were deployed before time zero",
        "2026-11")
    }
    return faults.count == before && name != nil ? attachment : nil
  }

  private func vpcName(_ node: YAMLNode, _ index: ResourceIndex) -> String? {
    let wanted = "the name of a VPC"
    guard let name = text(node, wanted: wanted) else { return nil }
    switch index[name] {
    case .vpc: return name
    case .unknown: return nil
    case .function, .httpApi, .table, .queue, .stream, .mapping, .cache, .database, .dbProxy, .topic:
      return reject(node, wanted: wanted, advice: "add a resource of `type: vpc`")
    case nil:
      return reject(
        node, wanted: wanted, advice: meant(name, in: index.names) ?? "add the VPC or correct the name")
    }
  }

  private func words(_ node: YAMLNode?, atMost most: Int) -> [String] {
    guard let node, let items = list(node, wanted: "a list of names") else { return [] }
    if !(1...most).contains(items.count) {
      fault(node.place, found: items.isEmpty ? "none" : "\(items.count)", wanted: "1 to \(most)")
    }
    var words: [String] = []
    for item in items {
      guard let word = text(item) else { continue }
      if words.contains(word) { fault(item.place, found: "`\(word)` a second time", wanted: "each once") }
      words.append(word)
    }
    return words
  }

  /// Provisioned environments are there at time zero, so the function's interfaces are.
  func checkInterfaces(_ node: YAMLNode, _ config: FunctionConfig) {
    guard let vpc = config.vpc, !vpc.interfacesExist, let provisioned = config.provisionedConcurrency,
      provisioned.concurrentExecutions > 0
    else { return }
    fault(
      node.place, found: "provisioned environments at time zero without interfaces", wanted: "one of the two",
      advice: "leave `interfacesExist` out")
  }

  // MARK: Ways out

  /// Whether functions in a VPC reach what they call, and how functions in none reach what stands in one.
  func checkNetworks(_ configs: [ResourceConfig]) {
    let resources = Dictionary(configs.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for call in networkCalls {
      guard case .function(let function)? = resources[call.from], let target = resources[call.to] else { continue }
      guard let name = function.vpc?.vpc else {
        assumeReachable(target)
        continue
      }
      guard case .vpc(let vpc)? = resources[name] else { continue }
      checkWay(of: call, to: target, from: vpc)
    }
    for case .function(let function) in configs { checkSecrets(function, resources) }
    for case .vpc(let vpc) in configs { checkQuota(vpc, configs) }
  }

  private func checkWay(of call: ResourceIndex.Edge, to target: ResourceConfig, from vpc: VPCConfig) {
    var destination = target.networkDestination
    // It is the function itself that reads the table when the cache has not got the item.
    if case .cacheCluster = target { destination = .service(.dynamodb) }
    switch destination {
    case .inside: break
    case .internet:
      guard vpc.natGateways == 0 else { break }
      fault(
        call.place, found: "a call of `\(call.to)` out of the VPC `\(vpc.name)`, which has no way to it",
        wanted: "a NAT gateway", advice: "add `natGateways: 2` to `\(vpc.name)`; HTTP APIs have no private endpoints")
    case .service(let service):
      guard vpc.route(to: service) == nil else { break }
      let key = service == .dynamodb ? "gatewayEndpoints" : "interfaceEndpoints"
      fault(
        call.place, found: "a call of `\(call.to)` out of the VPC `\(vpc.name)`, which has no way to it",
        wanted: "an endpoint for \(service.rawValue) or a NAT gateway",
        advice: "add `\(key): [\(service.rawValue)]` or `natGateways: 2` to `\(vpc.name)`")
    }
  }

  /// The drivers of a function in a VPC must reach Secrets Manager, if they fetch passwords there.
  private func checkSecrets(_ function: FunctionConfig, _ resources: [String: ResourceConfig]) {
    guard let name = function.vpc?.vpc, case .vpc(let vpc)? = resources[name],
      let connection = function.connections.first(where: { $0.authentication == .secretsManager }),
      vpc.route(to: .secretsManager) == nil, let place = networkPlaces[function.name]
    else { return }
    fault(
      place, found: "a password for `\(connection.target)` from Secrets Manager, to which `\(name)` has no way",
      wanted: "an endpoint for secretsManager or a NAT gateway",
      advice: "add `interfaceEndpoints: [secretsManager]` or `natGateways: 2` to `\(name)`")
  }

  private func checkQuota(_ vpc: VPCConfig, _ configs: [ResourceConfig]) {
    var keys: Set<NetworkInterfaceKey> = []
    for case .function(let function) in configs {
      guard let attachment = function.vpc, attachment.vpc == vpc.name else { continue }
      let fitted = keys.count <= vpc.interfaceQuota
      keys.formUnion(attachment.interfaces)
      guard fitted, keys.count > vpc.interfaceQuota, let place = networkPlaces[function.name] else { continue }
      fault(
        place, found: "\(keys.count) network interfaces in `\(vpc.name)` with this one",
        wanted: "at most \(vpc.interfaceQuota), its `interfaceQuota`",
        advice: "let functions share subnets and security groups")
    }
  }

  /// A function outside of any VPC calls something that stands in one.
  private func assumeReachable(_ target: ResourceConfig) {
    switch target {
    case .dbInstance, .auroraCluster:
      assume(
        target.name, "publiclyAccessible", "true", .unknown, "a function without vpcConfig calls it; RDS allows it",
        "2026-11")
    case .dbProxy, .daxCluster, .cacheCluster:
      assume(
        target.name, "vpcConfig", "callers reach it as from its VPC", .unknown,
        "a function without vpcConfig calls it, which AWS does not allow; its interfaces and ways out are left out",
        "2026-11")
    case .function, .httpApi, .table, .queue, .stream, .eventSourceMapping, .topic, .vpc: break
    }
  }
}
