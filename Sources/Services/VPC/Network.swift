import Engine
import Units

// A VPC: the network interfaces of the functions in it, its NAT gateways and its endpoints. Nobody calls it; functions
// tell it what they send.

/// A VPC's state.
struct Network: ~Copyable {
  let index: UInt16
  let config: VPCConfig

  init(_ config: VPCConfig, index: UInt16, run: inout Run<Event>) {
    self.index = index
    self.config = config
  }

  /// The VPC's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    ResourceResult(name: config.name, typeName: "vpc", figures: [])
  }

  /// What the VPC used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    config.usage(natBytes: 0, endpointBytes: 0, duration: span)
  }
}
