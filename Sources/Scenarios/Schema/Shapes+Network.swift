import Services

extension Shapes {
  static let vpc = Shape(
    "vpc", "A VPC with what functions in it need to reach anything outside.",
    [
      .required("type", .choice(["vpc"]), "vpc"),
      .defaulted("natGateways", .integer(0...6), "0", "Availability Zones with a NAT gateway."),
    ])

  static let vpcConfig = Shape(
    "vpcConfig", "Where in a VPC a function is.",
    [
      .required("vpc", .text, "Name of the VPC."),
      .required("subnetIds", .list(.text), "Subnets, at least one; the same word is the same subnet."),
      .required("securityGroupIds", .list(.text), "Security groups, at least one."),
    ])
}
