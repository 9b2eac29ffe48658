import Engine
import Units

/// What NAT gateways, endpoints and public addresses meter. Gateway endpoints are free, and so are network interfaces.
enum VPCMeters {
  /// NAT gateways, over ms; priced by the hour.
  static let natGateways = Meter(service: "NAT", key: "NatGateway-Hours", kind: .standing)
  /// Bytes through them, either way; priced by the GB of 2^30 bytes.
  static let natBytes = Meter(service: "NAT", key: "NatGateway-Bytes", unitsPerPriced: 1 << 30, kind: .consumed)
  /// Interface endpoints in each of their Availability Zones, over ms; priced by the hour.
  static let endpoints = Meter(service: "VPC", key: "VpcEndpoint-Hours", kind: .standing)
  /// Bytes through them, either way; priced by the GB of 2^30 bytes, in three tiers.
  static let endpointBytes = Meter(service: "VPC", key: "VpcEndpoint-Bytes", unitsPerPriced: 1 << 30, kind: .consumed)
  /// Public IPv4 addresses, over ms; priced by the hour.
  static let publicAddresses = Meter(service: "VPC", key: "PublicIPv4", kind: .standing)
}

extension VPCConfig {
  /// Usage lines over a span in which so many bytes went through NAT gateways and interface endpoints. A NAT gateway has
  /// one public address.
  func usage(natBytes: Int64, endpointBytes: Int64, duration span: Time) -> [UsageLine] {
    let milliseconds = Int128(span.nanoseconds / 1_000_000)
    let amounts = [
      (VPCMeters.natGateways, Int128(natGateways) * milliseconds), (VPCMeters.natBytes, Int128(natBytes)),
      (VPCMeters.publicAddresses, Int128(natGateways) * milliseconds),
      (VPCMeters.endpoints, Int128(interfaceEndpoints.count * endpointZones) * milliseconds),
      (VPCMeters.endpointBytes, Int128(endpointBytes)),
    ]
    return amounts.filter { $0.1 > 0 }.map { UsageLine(meter: $0.0, resource: name, amount: $0.1) }
  }
}
