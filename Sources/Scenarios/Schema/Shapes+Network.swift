import Services

extension Shapes {
  static let vpc = Shape(
    "vpc", "A VPC with what functions in it need to reach anything outside.",
    [
      .required("type", .choice(["vpc"]), "vpc"),
      .defaulted("natGateways", .integer(0...6), "0", "Availability Zones with a NAT gateway."),
      .optional(
        "gatewayEndpoints", .list(.choice([VPCEndpointService.dynamodb.rawValue])),
        "Services with a gateway endpoint, which is free."),
      .optional(
        "interfaceEndpoints", .list(.choice(VPCEndpointService.allCases.map(\.rawValue))),
        "Services with an interface endpoint, billed by zone and data."),
      .defaulted("endpointAvailabilityZones", .integer(1...6), "2", "Availability Zones of each interface endpoint."),
      .defaulted(
        "interfaceCreation", .shape("timeDistribution"), "90 s", "How long a function is pending for its interfaces."),
      .defaulted(
        "interfaceQuota", .integer(1...5_000), "500", "Network interfaces that Lambda may have in it (Lambda quotas)."),
      .defaulted(
        "requestOverhead", .size, "2 KB", "Bytes of a call and its answer besides what the scenario says; at most 1 MB."
      ),
      .defaulted(
        "coldStartPenalty", .shape("timeDistribution"), "0 s", "What a new environment takes longer."
      ),
    ])

  static let vpcConfig = Shape(
    "vpcConfig", "Where in a VPC a function is.",
    [
      .required("vpc", .text, "Name of the VPC."),
      .required("subnetIds", .list(.text), "Subnets, 1 to 16; the same word is the same subnet."),
      .required("securityGroupIds", .list(.text), "Security groups, 1 to 5."),
      .defaulted(
        "interfacesExist", .boolean, "true",
        "Whether its network interfaces exist at time zero; else it is pending until they do."),
    ])
}
