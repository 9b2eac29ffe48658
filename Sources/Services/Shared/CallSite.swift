import Engine
import Units

/// What one place in the scenario asks of one component, worked out once before the run.
struct CallSite: BitwiseCopyable {
  /// Who is asked.
  let callee: Party
  /// What is asked.
  let request: Request

  enum Request: BitwiseCopyable {
    /// An invocation of a function whose answer the caller waits for.
    case invocation
    /// An asynchronous event for a function.
    case event
    /// A request to an API: index of the route, and how many requests it counts as on the bill.
    case route(UInt16, billedRequests: Int64)
    /// An operation on a table, as the table numbers them.
    case operation(UInt32)
    /// The same through a cache, with the site of the cache's own call to the table.
    /// A transaction of writes through DAX has another site behind that one, where DAX reads the items afterwards.
    case cached(UInt32, site: UInt32)
    /// Something for a queue or a stream.
    case message(MessageRequest)
  }
}

/// What is put into a queue or a stream, worked out once.
struct MessageRequest: BitwiseCopyable {
  /// Messages or records of the request.
  let entries: UInt32
  /// Message group ids or partition keys to draw from.
  let keys: UInt32
  /// Share of poisoned entries.
  let poison: Double
  /// Bytes of one entry.
  let bytes: Int64
}

/// Where every resource stands, by name; and the sites that callers get from it.
struct Directory {
  private(set) var sites: [CallSite] = []
  private var parties: [String: Party] = [:]
  private var invokers: [String: Party] = [:]
  private var routes: [String: [String]] = [:]
  private var consumers: [String: [UInt16]] = [:]
  private var fifoQueues: Set<String> = []
  private var streamMappings: [String: Int] = [:]
  private var eventStreams: [String: UInt16] = [:]
  private var cachedTables: [String: String] = [:]
  private var operations: [String: [TableOperation]] = [:]

  init(_ config: SystemConfig) {
    var counts = ComponentCounts()
    for resource in config.resources {
      let component = resource.componentKind
      let party = Party(component, counts.next(component))
      parties[resource.name] = party
      if case .eventSourceMapping(let mapping) = resource {
        consumers[mapping.sourceName, default: []].append(party.index)
      }
      if case .queue(let queue) = resource, queue.isFifo { fifoQueues.insert(queue.name) }
      if case .daxCluster(let cluster) = resource { cachedTables[cluster.name] = cluster.table }
      if case .cacheCluster(let cluster) = resource { cachedTables[cluster.name] = cluster.table }
      if case .httpApi(let api) = resource { routes[api.name] = api.routes.map(\.key) }
    }
    for case .eventSourceMapping(let mapping) in config.resources {
      if case .stream = mapping.source { streamMappings[mapping.functionName, default: 0] += 1 }
    }
    for case .stream(let stream) in config.resources { eventStreams[stream.name] = UInt16(eventStreams.count) }
    for table in config.tablesWithStream { eventStreams[table.name] = UInt16(eventStreams.count) }
    for (index, function) in config.asynchronousFunctions.enumerated() {
      invokers[function.name] = Party(.eventInvoker, UInt16(index))
    }
  }

  /// The site of a request; traps on a name that does not resolve, which validation excludes.
  mutating func site(_ request: SiteRequest) -> UInt32 {
    guard let callee = parties[request.resource] else {
      preconditionFailure("no resource is called \(request.resource)")
    }
    switch callee.component {
    case .traffic, .eventInvoker, .queueMapping, .streamMapping: preconditionFailure("\(callee) cannot be called")
    case .lambda:
      switch request.invocationType {
      case .requestResponse: return add(callee, .invocation)
      case .event:
        guard let invoker = invokers[request.resource] else {
          preconditionFailure("\(request.resource) has no queue of asynchronous events")
        }
        return add(invoker, .event)
      }
    case .httpApi:
      guard let route = request.route, let index = routes[request.resource]?.firstIndex(of: route) else {
        preconditionFailure("\(request.resource) has no route \(request.route ?? "")")
      }
      return add(
        callee, .route(UInt16(index), billedRequests: HTTPAPIMeters.billedRequests(payload: request.payload)))
    case .table:
      return add(callee, .operation(number(of: request, table: request.resource)))
    case .daxCluster, .cacheCluster:
      guard let table = cachedTables[request.resource] else {
        preconditionFailure("\(request.resource) stands before a table")
      }
      let number = number(of: request, table: table)
      let site = add(party(of: table), .operation(number))
      if let refill = callee.component == .daxCluster ? request.operation?.refill : nil {
        var read = request
        read.operation = refill
        let number = self.number(of: read, table: table)
        _ = add(party(of: table), .operation(number))
      }
      return add(callee, .cached(number, site: site))
    case .queue, .stream:
      return add(
        callee,
        .message(
          MessageRequest(
            entries: UInt32(request.message.entries), keys: UInt32(request.message.keys),
            poison: request.message.poison, bytes: request.payload.bytes)))
    }
  }

  /// Numbers what is asked of a table.
  private mutating func number(of request: SiteRequest, table: String) -> UInt32 {
    guard let operation = request.operation else {
      preconditionFailure("a call to table \(table) names its operation")
    }
    operations[table, default: []].append(operation)
    return UInt32(operations[table, default: []].count - 1)
  }

  /// What all callers together ask of a table, as their sites number it.
  func operations(of table: String) -> [TableOperation] { operations[table] ?? [] }

  private mutating func add(_ callee: Party, _ request: CallSite.Request) -> UInt32 {
    sites.append(CallSite(callee: callee, request: request))
    return UInt32(sites.count - 1)
  }

  /// The mappings that read a queue or a stream, in the scenario's order.
  func consumers(of source: String) -> [UInt16] { consumers[source] ?? [] }

  /// Whether a resource is a FIFO queue.
  func isFifo(_ resource: String) -> Bool { fifoQueues.contains(resource) }

  /// How many mappings from streams invoke a function.
  func streamMappingCount(of function: String) -> Int { streamMappings[function] ?? 0 }

  /// The index of a stream, or of a table's own: those come behind all others. Traps on a name that has none.
  func stream(of resource: String) -> UInt16 {
    guard let index = eventStreams[resource] else { preconditionFailure("\(resource) has no stream") }
    return index
  }

  /// The component of a resource; traps on a name that does not resolve.
  func party(of resource: String) -> Party {
    guard let party = parties[resource] else { preconditionFailure("no resource is called \(resource)") }
    return party
  }
}

/// Counts components by kind, in the scenario's order.
struct ComponentCounts {
  private var counts = [UInt16](repeating: 0, count: ComponentKind.allCases.count)

  /// The index of the next component of a kind.
  mutating func next(_ kind: ComponentKind) -> UInt16 {
    defer { counts[Int(kind.rawValue)] += 1 }
    return counts[Int(kind.rawValue)]
  }
}

extension ResourceConfig {
  /// The kind of component that the resource becomes.
  var componentKind: ComponentKind {
    switch self {
    case .function: .lambda
    case .httpApi: .httpApi
    case .table: .table
    case .queue: .queue
    case .stream: .stream
    case .daxCluster: .daxCluster
    case .cacheCluster: .cacheCluster
    case .eventSourceMapping(let mapping):
      switch mapping.source {
      case .queue: .queueMapping
      case .stream: .streamMapping
      }
    }
  }
}
