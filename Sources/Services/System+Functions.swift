import Engine

// What functions learn of others when all components are built: their drivers, and the VPC that they are in.
extension System {
  mutating func prepareFunctions(_ directory: borrowing Directory, _ plans: [DatabaseClientPlan]) {
    for index in 0..<UInt16(networks.count) {
      networks[index].pointee.prepare(config, memory: memory, run: &run)
    }
    for index in 0..<UInt16(functions.count) {
      let function = functions[index].pointee.config
      var (opening, others): ([EnvironmentConnections.Driver], [EnvironmentConnections.Driver]) = ([], [])
      for client in directory.clients(of: function.name, among: plans) {
        let driver = EnvironmentConnections.Driver(
          index: client, warmUpSite: databaseClients[client].pointee.warmUpSite, client: databaseClients[client])
        switch plans[Int(client)].connection.opening {
        case .initialisation: opening.append(driver)
        case .firstUse: others.append(driver)
        }
      }
      functions[index].pointee.connections = EnvironmentConnections(opening: opening, others: others, memory: memory)
      if let vpc = function.vpc {
        functions[index].pointee.attach(to: networks[directory.party(of: vpc.vpc).index].pointee, memory: memory)
      }
    }
  }
}
