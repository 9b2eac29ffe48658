import Engine
import Units

/// Where something stands, seen from a function in a VPC.
public enum NetworkDestination: Hashable, Sendable {
  /// In the VPC itself: databases, proxies, caches.
  case inside
  /// At a service for which there are endpoints.
  case service(VPCEndpointService)
  /// In the internet, without an endpoint.
  case internet
}

/// How a function in a VPC reaches what stands outside.
public enum NetworkRoute: Hashable, Sendable, BitwiseCopyable {
  /// Free.
  case gatewayEndpoint
  /// Billed by bytes.
  case interfaceEndpoint(VPCEndpointService)
  /// Billed by bytes.
  case natGateway
}

extension VPCConfig {
  /// The way to a service; nil if there is none. An endpoint is taken before the NAT gateway, and the free one first: its
  /// route is the more specific one.
  public func route(to service: VPCEndpointService) -> NetworkRoute? {
    if gatewayEndpoints.contains(service) { return .gatewayEndpoint }
    if interfaceEndpoints.contains(service) { return .interfaceEndpoint(service) }
    return natGateways > 0 ? .natGateway : nil
  }

  /// The way out of the VPC to a destination that is not inside; nil if there is none.
  public func route(to destination: NetworkDestination) -> NetworkRoute? {
    switch destination {
    case .inside: nil
    case .service(let service): route(to: service)
    case .internet: natGateways > 0 ? .natGateway : nil
    }
  }
}

extension ResourceConfig {
  /// Where the resource stands. HTTP APIs have no private endpoints (documented: API Gateway, HTTP and REST APIs).
  public var networkDestination: NetworkDestination {
    switch self {
    case .function: .service(.lambda)
    case .table: .service(.dynamodb)
    case .queue: .service(.sqs)
    case .stream: .service(.kinesis)
    case .topic: .service(.sns)
    case .httpApi: .internet
    case .daxCluster, .cacheCluster, .dbInstance, .auroraCluster, .dbProxy, .vpc, .eventSourceMapping: .inside
    }
  }
}

/// What one call carries out of a VPC and back.
struct NetworkCharge: BitwiseCopyable {
  /// What counts the bytes.
  struct Counters: BitwiseCopyable {
    var sent: CounterID?
    var received: CounterID?
  }

  let route: NetworkRoute
  /// Bytes of the request.
  let sent: Int64
  /// Bytes of the response.
  let received: Int64
  /// None until all components are built.
  var counters = Counters()
}

/// A function's place in a VPC, as its handler is compiled.
struct FunctionNetwork {
  private let vpc: VPCConfig
  private let resources: [String: ResourceConfig]

  /// nil for a function that is in no VPC.
  init?(_ function: FunctionConfig, in system: SystemConfig) {
    guard let attachment = function.vpc else { return nil }
    let found = system.resources.first { $0.name == attachment.vpc }
    guard case .vpc(let vpc)? = found else { preconditionFailure("no VPC is called \(attachment.vpc)") }
    self.vpc = vpc
    resources = Dictionary(system.resources.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What a call of the handler is charged for; nil if it stays in the VPC or goes through a gateway endpoint.
  func charge(for call: CallStep) -> NetworkCharge? {
    guard let target = resources[call.target], let route = vpc.route(to: target.networkDestination) else { return nil }
    switch route {
    case .gatewayEndpoint: return nil
    case .interfaceEndpoint, .natGateway:
      let (request, response) = content(of: call, target)
      // Both directions are billed alike, so how they share the overhead shows in no bill.
      let overhead = vpc.requestOverhead.bytes
      return NetworkCharge(route: route, sent: request + overhead - overhead / 2, received: response + overhead / 2)
    }
  }

  /// Bytes that the scenario knows of a request and its response.
  private func content(of call: CallStep, _ target: ResourceConfig) -> (request: Int64, response: Int64) {
    let payload = call.payload.bytes
    switch target {
    case .function(let function):
      switch call.invocationType {
      case .requestResponse: return (payload, function.responseSize.bytes)
      case .event: return (payload, 0)
      }
    case .table: return call.operation.map(Self.content) ?? (0, 0)
    case .queue, .stream: return (payload * Int64(call.message.entries), 0)
    case .topic: return (payload, 0)
    case .httpApi(let api):
      guard let route = api.routes.first(where: { $0.key == call.route }),
        case .function(let function)? = resources[route.target]
      else { return (payload, 0) }
      return (payload, function.responseSize.bytes)
    case .daxCluster, .cacheCluster, .dbInstance, .auroraCluster, .dbProxy, .vpc, .eventSourceMapping: return (0, 0)
    }
  }

  /// Bytes of the items that an operation sends or gets; a deletion sends keys alone, which count as overhead.
  private static func content(of operation: TableOperation) -> (request: Int64, response: Int64) {
    let items = Int64(operation.items)
    switch operation.kind {
    case .deleteItem: return (0, 0)
    case .getItem, .batchGetItem, .transactGetItems, .query, .scan:
      return (0, max(operation.itemSize.bytes, operation.fetchedSize?.bytes ?? 0) * items)
    case .putItem, .updateItem, .batchWriteItem, .transactWriteItems: return (operation.itemSize.bytes * items, 0)
    }
  }
}
