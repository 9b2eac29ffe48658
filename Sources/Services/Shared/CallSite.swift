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
    /// A request to a database through the caller's driver, with the site of its execution at the server; `.max` only
    /// opens a connection.
    case query(site: UInt32)
    /// What a driver or proxy asks of a database or proxy.
    case session(SessionRequest)
    /// So many messages of so many bytes each for a topic.
    case publish(entries: UInt32, bytes: Int64)
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
  private var clients: [ClientKey: UInt16] = [:]
  private var proxies: [String: String] = [:]
  /// Per database, what is asked of it, and the sites of the functions that statements invoke.
  private var databaseQueries: [String: [(query: DatabaseQuery, invocation: UInt32)]] = [:]
  /// Per database and proxy, how many drivers and proxies connect to it.
  private var clientCounts: [String: UInt16] = [:]
  /// Row of each driver at its server.
  private var rows: [ClientKey: UInt16] = [:]

  private struct ClientKey: Hashable {
    let owner: ConnectionOwner
    let target: String
    let endpoint: DatabaseEndpoint

    init(owner: ConnectionOwner, target: String, endpoint: DatabaseEndpoint) {
      self.owner = owner
      self.target = target
      self.endpoint = endpoint
    }

    init(_ plan: DatabaseClientPlan) {
      self.init(
        owner: plan.isFunction ? .function(plan.owner) : .traffic(plan.owner), target: plan.connection.target,
        endpoint: plan.endpoint)
    }
  }

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
    proxies = config.proxiedDatabases
    for (index, plan) in config.databaseClients.enumerated() {
      let key = ClientKey(plan)
      clients[key] = UInt16(index)
      rows[key] = addClient(of: plan.connection.target)
    }
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
    case .traffic, .eventInvoker, .queueMapping, .streamMapping, .databaseClient, .network, .environmentStart:
      preconditionFailure("\(callee) cannot be called")
    case .database, .dbProxy: return site(of: request, server: callee)
    case .topic:
      return add(
        callee, .publish(entries: UInt32(request.message.entries), bytes: request.payload.bytes))
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

  // MARK: Databases

  /// The site of a request through the caller's driver, behind that of its execution.
  private mutating func site(of request: SiteRequest, server: Party) -> UInt32 {
    guard let query = request.query else { preconditionFailure("a call to a database says what it asks") }
    let key = ClientKey(owner: request.owner, target: request.resource, endpoint: query.endpoint)
    guard let client = clients[key], let row = rows[key] else {
      preconditionFailure("a driver connects to \(request.resource)")
    }
    let execution = executionSite(of: query, target: request.resource, server: server, row: row)
    return add(Party(.databaseClient, client), .query(site: execution))
  }

  /// The site of a query's execution at a database, or at a proxy with that of the proxy's own call behind it.
  private mutating func executionSite(of query: DatabaseQuery, target: String, server: Party, row: UInt16) -> UInt32 {
    guard let database = proxies[target] else {
      let number = number(of: query, database: target)
      return add(server, .session(.execute(client: row, query: number, site: .max)))
    }
    let number = number(of: query, database: database)
    let inner = add(
      party(of: database), .session(.execute(client: proxyRow(target), query: number, site: .max)))
    return add(server, .session(.execute(client: row, query: number, site: inner)))
  }

  /// Numbers what is asked of a database.
  private mutating func number(of query: DatabaseQuery, database: String) -> UInt32 {
    var site = UInt32.max
    if let invocation = query.invocation {
      site = self.site(SiteRequest(resource: invocation.function, invocationType: invocation.type))
    }
    databaseQueries[database, default: []].append((query, site))
    return UInt32(databaseQueries[database, default: []].count - 1)
  }

  private mutating func addClient(of server: String) -> UInt16 {
    defer { clientCounts[server, default: 0] += 1 }
    return clientCounts[server, default: 0]
  }

  /// The row of a proxy at its database: each proxy adds itself when it is asked for first.
  private mutating func proxyRow(_ proxy: String) -> UInt16 {
    let key = ClientKey(owner: .none, target: proxy, endpoint: .writer)
    if let row = rows[key] { return row }
    let row = addClient(of: proxies[proxy] ?? proxy)
    rows[key] = row
    return row
  }

  /// Where a driver opens and closes connections at its server, and where its owner asks it for nothing but one.
  mutating func sessionSites(of plan: DatabaseClientPlan) -> (connect: UInt32, disconnect: UInt32, warmUp: UInt32) {
    let key = ClientKey(plan)
    guard let client = clients[key], let row = rows[key] else { preconditionFailure("every plan has its driver") }
    let server = party(of: plan.connection.target)
    return (
      add(server, .session(.connect(client: row, endpoint: plan.endpoint))),
      add(server, .session(.disconnect(client: row))), add(Party(.databaseClient, client), .query(site: .max))
    )
  }

  /// Where a proxy opens connections to the writer and to the readers, and where it closes them; and its row at the
  /// database.
  mutating func sessionSites(
    of proxy: DBProxyConfig
  ) -> (row: UInt16, connect: (writer: UInt32, reader: UInt32), disconnect: UInt32) {
    let row = proxyRow(proxy.name)
    let server = party(of: proxy.database)
    return (
      row,
      (
        add(server, .session(.connect(client: row, endpoint: .writer))),
        add(server, .session(.connect(client: row, endpoint: .reader)))
      ), add(server, .session(.disconnect(client: row)))
    )
  }

  /// The site where a proxy has its init query executed; `.max` without one.
  mutating func initSite(of proxy: DBProxyConfig) -> UInt32 {
    guard let query = proxy.initQuery else { return .max }
    let number = number(of: query, database: proxy.database)
    return add(
      party(of: proxy.database), .session(.execute(client: proxyRow(proxy.name), query: number, site: .max)))
  }

  /// What all callers together ask of a database, as their sites number it.
  func queries(of database: String) -> [DatabaseQuery] { (databaseQueries[database] ?? []).map(\.query) }

  /// Sites of the functions that a database's queries invoke; `.max` for those that invoke none.
  func invocations(of database: String) -> [UInt32] { (databaseQueries[database] ?? []).map(\.invocation) }

  /// Whether a proxy stands before the database.
  func hasProxy(_ database: String) -> Bool { proxies.values.contains(database) }

  /// How many drivers and proxies connect to a database or proxy.
  func clientCount(of server: String) -> Int { Int(clientCounts[server] ?? 0) }

  /// What a database must know of its clients, by row: the drivers among them say it, all others are proxies.
  func clientTraits(of server: String, among plans: [DatabaseClientPlan]) -> [DatabaseClientTraits] {
    var traits = Array(
      repeating: DatabaseClientTraits(dnsTimeToLive: .zero, isProxy: true), count: clientCount(of: server))
    for plan in plans where plan.connection.target == server {
      guard let row = rows[ClientKey(plan)] else { preconditionFailure("every plan has its row") }
      traits[Int(row)] = DatabaseClientTraits(dnsTimeToLive: plan.connection.dnsTimeToLive, isProxy: false)
    }
    return traits
  }

  /// The drivers of a function, in order.
  func clients(of function: String, among plans: [DatabaseClientPlan]) -> [UInt16] {
    plans.filter { $0.isFunction && $0.owner == function }.compactMap { clients[ClientKey($0)] }
  }

  // MARK: Tables

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
    case .dbInstance, .auroraCluster: .database
    case .dbProxy: .dbProxy
    case .topic: .topic
    case .vpc: .network
    case .eventSourceMapping(let mapping):
      switch mapping.source {
      case .queue: .queueMapping
      case .stream: .streamMapping
      }
    }
  }
}
