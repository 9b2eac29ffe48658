import Engine

// What drivers did, as their owners and targets report it.
extension System {
  /// Adds what the drivers of a function, and those of traffic sources that ask a database or proxy, did and used.
  ///
  /// A function's figures have their target's name in front if it has several: `orders.connectionsOpened`. Those of
  /// traffic are on the target: `clients.connectionsOpened`, or with the source's name if several ask it.
  func addConnections(of resource: String, to result: inout ResourceResult, _ usage: inout [UsageLine]) {
    let own = drivers { $0.isFunction && $0.owner == resource }
    for driver in own {
      let label = own.count > 1 ? databaseClients[driver].pointee.config.label : ""
      add(driver, label, &result, &usage)
    }
    let clients = drivers { !$0.isFunction && $0.connection.target == resource }
    for driver in clients {
      let plan = databaseClients[driver].pointee.config
      let endpoint = plan.endpoint == .reader ? ".reader" : ""
      add(driver, (clients.count > 1 ? plan.owner : "clients") + (clients.count > 1 ? endpoint : ""), &result, &usage)
    }
  }

  private func drivers(where isMeant: (DatabaseClientPlan) -> Bool) -> [UInt16] {
    (0..<UInt16(databaseClients.count)).filter { isMeant(databaseClients[$0].pointee.config) }
  }

  private func add(
    _ driver: UInt16, _ label: String, _ result: inout ResourceResult, _ usage: inout [UsageLine]
  ) {
    let prefix = label.isEmpty ? "" : label.map { $0 == " " ? "." : String($0) }.joined() + "."
    result.figures += databaseClients[driver].pointee.figures(run.recorder, duration: config.duration).map {
      Figure(prefix + $0.name, $0.value)
    }
    usage += databaseClients[driver].pointee.usage(run.recorder)
  }
}
