// Who calls and invokes whom, counted before the components are built.
extension SystemConfig {
  /// Places that ask something of a resource: traffic targets, routes and calls of handlers.
  var callSiteCount: Int {
    let caches = cacheSites
    var count = traffic.reduce(0) { sum, source in
      sum + source.targets.reduce(0) { $0 + caches.count(of: $1.resource, $1.operation) }
    }
    for resource in resources {
      switch resource {
      case .function(let function): count += Self.callCount(function.handler, caches)
      case .httpApi(let api): count += api.routes.count
      case .table, .stream, .daxCluster, .cacheCluster: break
      case .queue(let queue): count += queue.redrive == nil ? 0 : 1
      case .eventSourceMapping(let mapping):
        count += 1
        if case .stream(let source) = mapping.source, source.onFailure != nil { count += 1 }
      }
    }
    for function in asynchronousFunctions { count += 1 + function.eventInvoke.targets.count }
    return count
  }

  /// The functions that anybody invokes asynchronously, in the scenario's order: traffic, handlers, or destinations of
  /// such functions.
  public var asynchronousFunctions: [FunctionConfig] {
    var names = Set(traffic.flatMap(\.targets).filter { $0.invocationType == .event }.map(\.resource))
    for case .function(let function) in resources { Self.collectEvents(function.handler, into: &names) }
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

  private static func collectEvents(_ steps: [Step], into names: inout Set<String>) {
    for step in steps {
      switch step {
      case .call(let call): if call.invocationType == .event { names.insert(call.target) }
      case .compute, .wait, .fail, .crash: break
      case .parallel(let branches): for branch in branches { collectEvents(branch, into: &names) }
      case .choose(let choices): for choice in choices { collectEvents(choice.steps, into: &names) }
      case .repeat(_, let steps), .forEachRecord(let steps): collectEvents(steps, into: &names)
      }
    }
  }

  private var cacheSites: CacheSites {
    var sites = CacheSites()
    for resource in resources {
      switch resource {
      case .daxCluster: sites.daxClusters.insert(resource.name)
      case .cacheCluster: sites.cacheClusters.insert(resource.name)
      case .function, .httpApi, .table, .queue, .stream, .eventSourceMapping: break
      }
    }
    return sites
  }

  private static func callCount(_ steps: [Step], _ caches: CacheSites) -> Int {
    steps.reduce(0) { sum, step in
      switch step {
      case .call(let call): sum + caches.count(of: call.target, call.operation)
      case .compute, .wait, .fail, .crash: sum
      case .parallel(let branches): sum + branches.reduce(0) { $0 + callCount($1, caches) }
      case .choose(let choices): sum + choices.reduce(0) { $0 + callCount($1.steps, caches) }
      case .repeat(_, let steps), .forEachRecord(let steps): sum + callCount(steps, caches)
      }
    }
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
