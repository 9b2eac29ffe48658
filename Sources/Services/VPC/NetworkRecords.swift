import Engine
import Units

/// What a VPC reports, under CloudWatch's names where they exist.
struct NetworkRecords {
  let interfaces: LevelID
  let interfaceRequests: CounterID
  /// Of a VPC with NAT gateways: what went through them, and what came back.
  let natBytes: NetworkCharge.Counters
  /// Of each service with an interface endpoint, in the order of the services' names.
  let endpointBytes: [(service: VPCEndpointService, counter: CounterID)]

  init(_ config: VPCConfig, run: inout Run<Event>) {
    func bytes(_ namespace: String, _ metric: String) -> CounterID {
      run.recorder.addCounter(resource: config.name, namespace: namespace, metric, unit: "Bytes")
    }
    interfaces = run.recorder.addLevel(resource: config.name, namespace: "Windtunnel/VPC", "NetworkInterfaces")
    interfaceRequests = run.recorder.addCounter(
      resource: config.name, namespace: "Windtunnel/VPC", "NetworkInterfaceRequests")
    // BytesInFromSource and BytesOutToSource of CloudWatch are the same bytes on the gateway's other side.
    natBytes =
      config.natGateways > 0
      ? NetworkCharge.Counters(
        sent: bytes("AWS/NATGateway", "BytesOutToDestination"),
        received: bytes("AWS/NATGateway", "BytesInFromDestination")) : NetworkCharge.Counters()
    endpointBytes = VPCEndpointService.allCases.filter { config.interfaceEndpoints.contains($0) }.map {
      ($0, bytes("AWS/PrivateLinkEndpoints", "BytesProcessed \($0.rawValue)"))
    }
  }

  /// What counts the bytes that go a way; none if they are free.
  func counters(of route: NetworkRoute) -> NetworkCharge.Counters {
    switch route {
    case .gatewayEndpoint: return NetworkCharge.Counters()
    case .interfaceEndpoint(let service):
      let counter = endpointBytes.first { $0.service == service }?.counter
      return NetworkCharge.Counters(sent: counter, received: counter)
    case .natGateway: return natBytes
    }
  }
}
