import Engine
import Units

/// A VPC with what functions in it need to reach anything outside.
public struct VPCConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// Availability Zones with a NAT gateway of their own, 0 to 6; default 0: nothing outside is reached but by endpoints.
  public var natGateways: Int
  /// Services with a gateway endpoint, which is free: DynamoDB alone of those that a function here can call.
  public var gatewayEndpoints: Set<VPCEndpointService>
  /// Services with an interface endpoint, billed per Availability Zone and by data.
  public var interfaceEndpoints: Set<VPCEndpointService>
  /// Availability Zones of each interface endpoint, 1 to 6; default 2.
  public var endpointZones: Int
  /// Time from when a function's interfaces are asked for until it is active, ns. Default 90 s (inferred).
  public var interfaceCreation: Distribution
  /// Bytes of one request and its response besides what the scenario says of them: headers, signature, encryption.
  /// Default 2 KB (inferred).
  public var requestOverhead: Size
  /// Network interfaces that Lambda may have in the VPC, 1 to 5,000; default 500 (documented: Lambda quotas).
  public var interfaceQuota: Int
  /// What a new environment takes longer than outside of a VPC, ns; default 0 (documented: none since 2019).
  public var coldStartPenalty: Distribution

  /// A VPC without a way out.
  public init(name: String) {
    self.name = name
    natGateways = 0
    gatewayEndpoints = []
    interfaceEndpoints = []
    endpointZones = 2
    interfaceCreation = .constant(90e9)
    requestOverhead = .kilobytes(2)
    interfaceQuota = 500
    coldStartPenalty = .constant(0)
  }
}

/// Services of AWS that a VPC endpoint can lead to.
public enum VPCEndpointService: String, Hashable, Sendable, CaseIterable, BitwiseCopyable {
  case dynamodb
  case lambda
  case sqs
  case sns
  case kinesis
  case secretsManager
}

/// `VpcConfig` of a function.
public struct VPCAttachment: Hashable, Sendable {
  /// Name of the VPC.
  public var vpc: String
  /// `SubnetIds`: any words, 1 to 16; the same word is the same subnet.
  public var subnets: [String]
  /// `SecurityGroupIds`: any words, 1 to 5.
  public var securityGroups: [String]
  /// Whether the interfaces exist at time zero; else the function is pending until they are created. Default true.
  public var interfacesExist: Bool

  /// An attachment to subnets of a VPC, whose interfaces exist.
  public init(vpc: String, subnets: [String], securityGroups: [String], interfacesExist: Bool = true) {
    self.vpc = vpc
    self.subnets = subnets
    self.securityGroups = securityGroups
    self.interfacesExist = interfacesExist
  }

  /// Most subnets and most security groups of a function (documented: Lambda API, VpcConfig).
  public static let subnetsMax = 16
  /// Most security groups of a function.
  public static let securityGroupsMax = 5

  /// Its interfaces: one for each subnet with its set of security groups, in the order of the subnets.
  public var interfaces: [NetworkInterfaceKey] {
    subnets.map { NetworkInterfaceKey(vpc: vpc, subnet: $0, securityGroups: Set(securityGroups)) }
  }
}

/// What functions share an interface by.
public struct NetworkInterfaceKey: Hashable, Sendable {
  /// Name of the VPC.
  public var vpc: String
  /// The subnet.
  public var subnet: String
  /// The security groups, in any order.
  public var securityGroups: Set<String>
}

extension SystemConfig {
  /// The functions in a VPC, in the scenario's order, with where they are.
  public func attachments(to vpc: String) -> [(function: FunctionConfig, attachment: VPCAttachment)] {
    resources.compactMap { resource in
      guard case .function(let function) = resource, let attachment = function.vpc, attachment.vpc == vpc else {
        return nil
      }
      return (function, attachment)
    }
  }

  /// What the functions in a VPC have interfaces for, each once, in the scenario's order.
  public func interfaces(in vpc: String) -> [NetworkInterfaceKey] {
    var keys: [NetworkInterfaceKey] = []
    var seen: Set<NetworkInterfaceKey> = []
    for key in attachments(to: vpc).flatMap(\.attachment.interfaces) where seen.insert(key).inserted {
      keys.append(key)
    }
    return keys
  }
}
