import Engine

/// What a VPC meters. No prices.
enum NetworkMeters {
  /// Gateway-ms, priced by the hour.
  static let natGateways = Meter(service: "NAT", key: "NatGateway-Hours", unitsPerPriced: 1, kind: .standing)
  /// Bytes through NAT gateways in both directions; 1 GB is 1,024 MB.
  static let natBytes = Meter(service: "NAT", key: "NatGateway-Bytes", unitsPerPriced: 1 << 30, kind: .consumed)
  /// Interface endpoints times their Availability Zones, in ms; priced by the hour.
  static let endpoints = Meter(service: "VPC", key: "VpcEndpoint-Hours", unitsPerPriced: 1, kind: .standing)
  /// Bytes through interface endpoints in both directions.
  static let endpointBytes = Meter(service: "VPC", key: "VpcEndpoint-Bytes", unitsPerPriced: 1 << 30, kind: .consumed)
  /// The public addresses of NAT gateways, in address-ms; priced by the hour.
  static let publicAddresses = Meter(service: "VPC", key: "PublicIPv4", unitsPerPriced: 1, kind: .standing)
}
