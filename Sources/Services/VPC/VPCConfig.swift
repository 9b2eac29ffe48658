import Engine
import Units

/// A VPC with what functions in it need to reach anything outside.
public struct VPCConfig: Hashable, Sendable {
  /// The resource's name in the scenario.
  public var name: String
  /// Availability Zones with a NAT gateway of their own, 0 to 6; default 0: nothing outside is reached but by endpoints.
  public var natGateways: Int
  /// Services with a gateway endpoint, which is free: DynamoDB and S3.
  public var gatewayEndpoints: Set<VPCEndpointService>
  /// Services with an interface endpoint, billed per Availability Zone and by data.
  public var interfaceEndpoints: Set<VPCEndpointService>
  /// Availability Zones of each interface endpoint, 1 to 6; default 2.
  public var endpointZones: Int
  /// Time from when a function's interfaces are asked for until it is active, ns.
  public var interfaceCreation: Distribution

  /// A VPC without a way out.
  public init(name: String) {
    self.name = name
    natGateways = 0
    gatewayEndpoints = []
    interfaceEndpoints = []
    endpointZones = 2
    interfaceCreation = .constant(90e9)
  }
}

/// Services of AWS that a VPC endpoint can lead to.
public enum VPCEndpointService: String, Hashable, Sendable, CaseIterable {
  case dynamodb
  case lambda
  case sqs
  case sns
  case kinesis
  case executeAPI = "executeApi"
  case secretsManager
}

/// `VpcConfig` of a function.
public struct VPCAttachment: Hashable, Sendable {
  /// Name of the VPC.
  public var vpc: String
  /// `SubnetIds`: any words, at least one; the same word is the same subnet.
  public var subnets: [String]
  /// `SecurityGroupIds`: any words, at least one.
  public var securityGroups: [String]

  /// An attachment to subnets of a VPC.
  public init(vpc: String, subnets: [String], securityGroups: [String]) {
    self.vpc = vpc
    self.subnets = subnets
    self.securityGroups = securityGroups
  }
}
