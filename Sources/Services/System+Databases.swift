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
    }
    for index in 0..<UInt16(dbProxies.count) {
      dbProxies[index].pointee.prepare(clients: directory.clientCount(of: dbProxies[index].pointee.config.name))
    }
  }

  /// A request reaches its caller's driver.
  @inline(never) mutating func query(_ call: CallID, _ site: UInt32) {
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
  @inline(never) mutating func deliver(_ call: CallID, to caller: Party) {
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
