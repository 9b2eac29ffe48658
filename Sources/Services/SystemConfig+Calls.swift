// Who calls and invokes whom, counted before the components are built.
extension SystemConfig {
  /// Places that ask something of a resource: traffic targets, routes and calls of handlers.
  var callSiteCount: Int {
    let caches = cacheSites
    let proxies = proxiedDatabases
    var count = 0
    for target in traffic.flatMap(\.targets) {
      count +=
        target.query.map { proxies.siteCount(of: $0, target: target.resource) }
        ?? caches.count(of: target.resource, target.operation)
    }
    for resource in resources {
      switch resource {
      case .function(let function):
        Self.forEachCall(function.handler) { call in
          count +=
            call.query.map { proxies.siteCount(of: $0, target: call.target) }
            ?? caches.count(of: call.target, call.operation)
        }
      case .httpApi(let api): count += api.routes.count
      case .table, .stream, .daxCluster, .cacheCluster, .vpc: break
      case .dbInstance(let database), .auroraCluster(let database): count += database.eventSubscriptions.count
      case .dbProxy(let proxy):
        count += 3 + (proxy.initQuery == nil ? 0 : 1) + (proxy.initQuery?.invocation == nil ? 0 : 1)
      case .topic(let topic): count += siteCount(of: topic)
      case .queue(let queue): count += queue.redrive == nil ? 0 : 1
      case .eventSourceMapping(let mapping):
        count += 1
        if case .stream(let source) = mapping.source, source.onFailure != nil { count += 1 }
      }
    }
    // Where each driver opens a connection for nothing else, opens one at the server, and closes it.
    count += 3 * databaseClients.count
    for function in asynchronousFunctions { count += 1 + function.eventInvoke.targets.count }
    return count
  }

  /// The functions that anybody invokes asynchronously, in the scenario's order: traffic, handlers, or destinations of
  /// such functions.
  public var asynchronousFunctions: [FunctionConfig] {
    var names = Set(traffic.flatMap(\.targets).filter { $0.invocationType == .event }.map(\.resource))
    for case .function(let function) in resources {
      Self.forEachCall(function.handler) { if $0.invocationType == .event { names.insert($0.target) } }
    }
    names.formUnion(databaseEventTargets)
    // The destinations of asynchronous events are functions that are invoked so too.
    var known = -1
    while known < names.count {
      known = names.count
      for case .function(let function) in resources where names.contains(function.name) {
        names.formUnion(function.eventInvoke.targets)
      }
    }
    return resources.compactMap { resource in
      if case .function(let function) = resource, names.contains(function.name) { return function }
      return nil
    }
  }

  /// Whom databases and topics tell of something: functions among them are invoked asynchronously.
  private var databaseEventTargets: Set<String> {
    var names: Set<String> = []
    func add(_ query: DatabaseQuery?) {
      if let invocation = query?.invocation, invocation.type == .event { names.insert(invocation.function) }
    }
    for source in traffic { for target in source.targets { add(target.query) } }
    for resource in resources {
      switch resource {
      case .function(let function): Self.forEachCall(function.handler) { add($0.query) }
      case .dbInstance(let database), .auroraCluster(let database):
        names.formUnion(database.eventSubscriptions.map(\.target))
      case .topic(let topic): names.formUnion(topic.subscriptions.map(\.target))
      case .dbProxy(let proxy): add(proxy.initQuery)
      case .httpApi, .table, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .vpc: break
      }
    }
    return names
  }

  private var cacheSites: CacheSites {
    var sites = CacheSites()
    for resource in resources {
      switch resource {
      case .daxCluster: sites.daxClusters.insert(resource.name)
      case .cacheCluster: sites.cacheClusters.insert(resource.name)
      case .function, .httpApi, .table, .queue, .stream, .eventSourceMapping, .dbInstance, .auroraCluster, .dbProxy,
        .topic, .vpc:
        break
      }
    }
    return sites
  }
}

extension [String: String] {
  /// Sites of one request to a database or, if this knows the target as a proxy, through it: the caller's, the
  /// execution at each server, and the invocation of a function.
  fileprivate func siteCount(of query: DatabaseQuery, target: String) -> Int {
    2 + (self[target] == nil ? 0 : 1) + (query.invocation == nil ? 0 : 1)
  }
}

/// Who is a cache: each of its callers makes two sites, its own and that of the cache's call to the table; and a third
/// one where DAX reads items after it wrote them.
private struct CacheSites {
  var daxClusters: Set<String> = []
  var cacheClusters: Set<String> = []

  /// Sites that one caller of a resource makes.
  func count(of resource: String, _ operation: TableOperation?) -> Int {
    if daxClusters.contains(resource) { return operation?.refill == nil ? 2 : 3 }
    return cacheClusters.contains(resource) ? 2 : 1
  }
}
