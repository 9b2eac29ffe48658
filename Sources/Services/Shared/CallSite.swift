import Engine
import Units

/// What one place in the scenario asks of one component, worked out once before the run.
struct CallSite: BitwiseCopyable {
  /// Who is asked.
  let callee: Party
  /// What is asked.
  let request: Request

  enum Request: BitwiseCopyable {
    /// An invocation of a function.
    case invocation
    /// A request to an API: index of the route, and how many requests it counts as on the bill.
    case route(UInt16, billedRequests: Int64)
    /// An operation on a table.
    case operation(TableRequest)
  }
}

/// Where every resource stands, by name; and the sites that callers get from it.
struct Directory {
  private(set) var sites: [CallSite] = []
  private var parties: [String: Party] = [:]
  private var routes: [String: [String]] = [:]

  init(_ resources: [ResourceConfig]) {
    var functions: UInt16 = 0, apis: UInt16 = 0, tables: UInt16 = 0
    for resource in resources {
      switch resource {
      case .function(let config):
        parties[config.name] = Party(.lambda, functions)
        functions += 1
      case .httpApi(let config):
        parties[config.name] = Party(.httpApi, apis)
        routes[config.name] = config.routes.map(\.key)
        apis += 1
      case .table(let config):
        parties[config.name] = Party(.table, tables)
        tables += 1
      }
    }
  }

  /// The site of a request; traps on a name that does not resolve, which validation excludes.
  mutating func site(resource: String, route: String?, operation: TableOperation?, payload: Size) -> UInt32 {
    guard let callee = parties[resource] else { preconditionFailure("no resource is called \(resource)") }
    let request: CallSite.Request
    switch callee.component {
    case .traffic: preconditionFailure("traffic cannot be called")
    case .lambda: request = .invocation
    case .httpApi:
      guard let route, let index = routes[resource]?.firstIndex(of: route) else {
        preconditionFailure("\(resource) has no route \(route ?? "")")
      }
      request = .route(UInt16(index), billedRequests: HTTPAPIMeters.billedRequests(payload: payload))
    case .table:
      guard let operation else { preconditionFailure("a call to table \(resource) names its operation") }
      request = .operation(TableRequest(operation))
    }
    sites.append(CallSite(callee: callee, request: request))
    return UInt32(sites.count - 1)
  }
}
