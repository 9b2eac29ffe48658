import Engine
import Services
import Units

/// A VPC whose functions are pending for 90 s, and whose requests have 1,000 bytes besides their content.
func network(
  _ name: String = "network", natGateways: Int = 0, gateways: Set<VPCEndpointService> = [],
  endpoints: Set<VPCEndpointService> = []
) -> VPCConfig {
  var config = VPCConfig(name: name)
  config.natGateways = natGateways
  config.gatewayEndpoints = gateways
  config.interfaceEndpoints = endpoints
  config.requestOverhead = Size(bytes: 1_000)
  return config
}

/// A function in the VPC `network`.
func inside(
  _ function: FunctionConfig, subnets: [String] = ["a"], groups: [String] = ["web"], interfacesExist: Bool = true
) -> FunctionConfig {
  var config = function
  config.vpc = VPCAttachment(
    vpc: "network", subnets: subnets, securityGroups: groups, interfacesExist: interfacesExist)
  return config
}
