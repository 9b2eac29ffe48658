import Engine
import Units

// Who talks to databases: drivers and proxies, which no table or function needs to know of.
extension System {
  /// Databases, proxies and functions learn who connects to what.
  mutating func prepareDatabases(_ directory: borrowing Directory) {
    for index in 0..<UInt16(databases.count) {
      let name = databases[index].pointee.config.name
      databases[index].pointee.prepare(
        directory.queries(of: name), invocations: directory.invocations(of: name),
        clients: directory.clientCount(of: name), pool: pool, memory: memory, streams: streams)
      databases[index].pointee.failover.learn(
        directory.clientTraits(of: name, among: config.databaseClients), memory: memory)
    }
    for index in 0..<UInt16(dbProxies.count) {
      dbProxies[index].pointee.prepare(config, directory, memory: memory, run: &run)
    }
  }

  /// What happens inside drivers, databases, proxies and topics. It is a call from the loop, like the two below: what
  /// few systems have must not make the loop longer for all.
  @inline(never) mutating func handleDatabases(_ event: Event) {
    switch event {
    case .databaseClient(let client, let event): databaseClients[client].pointee.handle(event, &run)
    case .database(let database, let event): databases[database].pointee.handle(event, &run)
    case .dbProxy(let proxy, let event): dbProxies[proxy].pointee.handle(event, &run)
    case .topic(let topic, let event): topics[topic].pointee.handle(event, &run)
    case .called, .answered, .arrival, .traffic, .lambda, .httpApi, .table, .eventInvoker, .queue, .stream,
      .queueMapping, .streamMapping, .daxCluster, .cacheCluster:
      preconditionFailure("the loop handles all other events itself")
    }
  }

  /// A call reaches a driver, database, proxy or topic.
  @inline(never) mutating func calledDatabases(_ call: CallID) {
    let callee = run.calls[call.slot].callee
    switch sites[Int(run.calls[call.slot].site)].request {
    case .query(let site): query(call, site)
    case .session(let request):
      if callee.component == .database {
        databases[callee.index].pointee.called(call, request, resolver: resolver(of: call, request), &run)
      } else {
        dbProxies[callee.index].pointee.called(call, request, &run)
      }
    case .publish(let entries, _): topics[callee.index].pointee.called(call, entries: entries, &run)
    case .invocation, .event, .route, .operation, .cached, .message:
      preconditionFailure("the loop delivers all other calls itself")
    }
  }

  /// Which of its client's resolvers a connection is opened with: each environment has its own. A proxy has none.
  @inline(__always) private func resolver(of call: CallID, _ request: SessionRequest) -> UInt32 {
    guard case .connect = request else { return 0 }
    let caller = run.calls[call.slot].caller
    if caller.component == .dbProxy { return 0 }
    return databaseClients[caller.index].pointee.pool.connections[caller.tag].group
  }

  /// An answer reaches a driver, database, proxy or topic, or an environment that starts.
  @inline(never) mutating func deliverDatabases(_ call: CallID) {
    let caller = run.calls[call.slot].caller
    switch caller.component {
    case .databaseClient, .dbProxy: deliver(call, to: caller)
    case .database: databases[caller.index].pointee.answered(call, &run)
    case .topic: topics[caller.index].pointee.answered(call, &run)
    case .environmentStart: functions[caller.index].pointee.connected(call, &run, &account)
    case .traffic, .lambda, .httpApi, .table, .eventInvoker, .queue, .stream, .queueMapping, .streamMapping,
      .daxCluster, .cacheCluster, .network:
      preconditionFailure("the loop delivers all other answers itself")
    }
  }

  /// A request reaches its caller's driver.
  @inline(__always) private mutating func query(_ call: CallID, _ site: UInt32) {
    let caller = run.calls[call.slot].caller
    let group: UInt32 =
      switch caller.component {
      case .lambda: functions[caller.index].pointee.activities[caller.tag].environment
      case .environmentStart: caller.tag
      case .traffic, .httpApi, .table, .eventInvoker, .queue, .stream, .queueMapping, .streamMapping, .daxCluster,
        .cacheCluster, .databaseClient, .database, .dbProxy, .topic, .network:
        0
      }
    databaseClients[run.calls[call.slot].callee.index].pointee.called(call, site: site, group: group, &run)
  }

  /// A database or proxy has answered a driver or proxy.
  @inline(__always) private mutating func deliver(_ call: CallID, to caller: Party) {
    guard case .session(let request) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("drivers and proxies ask nothing else")
    }
    if caller.component == .databaseClient {
      databaseClients[caller.index].pointee.answered(call, request, &run)
    } else {
      dbProxies[caller.index].pointee.answered(call, request, &run)
    }
  }
}
