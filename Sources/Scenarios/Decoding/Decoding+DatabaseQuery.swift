import Engine
import Services
import Units

/// What is asked of databases.
extension Decoding {
  /// The query of a request to `database`, directly or through a proxy; nil if it has faults.
  func databaseQuery(_ node: YAMLNode?, of requester: Fields, _ database: String, _ index: ResourceIndex)
    -> DatabaseQuery?
  {
    guard let node else {
      fault(requester.place, found: "no `query`", wanted: "query: { cpu: .. }", advice: "say what is asked")
      return nil
    }
    guard let fields = self.fields(node, Shapes.query) else { return nil }
    let before = faults.count
    guard let cpu = fields["cpu"].flatMap({ timeDistribution($0) }) else { return nil }
    var query = DatabaseQuery(cpu: cpu)
    if let node = fields["reads"] { query.reads = numberDistribution(node) ?? query.reads }
    if let node = fields["writes"] { query.writes = numberDistribution(node) ?? query.writes }
    if let node = fields["statements"] { query.statements = integer(node, 1...10_000) ?? 1 }
    if let node = fields["pause"] { query.pause = timeDistribution(node) ?? query.pause }
    if let node = fields["endpoint"] { query.endpoint = choice(node, DatabaseEndpoint.self) ?? .writer }
    if let node = fields["pinCause"] { query.pinCause = choice(node, PinCause.self) }
    if let node = fields["pinShare"] { query.pinShare = share(node) ?? 1 }
    if let node = fields["growth"] { query.growth = size(node) ?? query.growth }
    if let node = fields["invokes"] { query.invocation = databaseInvocation(node, index) }
    checkQuery(query, fields)
    guard faults.count == before else { return nil }
    databaseQueries.append(DatabaseQueryReference(target: database, query: query, fields: fields))
    return query
  }

  /// Notes what is wrong with a query whatever database it is for.
  private func checkQuery(_ query: DatabaseQuery, _ fields: Fields) {
    if let node = fields["pause"], query.statements == 1 {
      fault(
        node.place, found: "a pause in a request of one statement", wanted: "`statements: 2` or more with `pause`",
        advice: "it is between two statements; leave it out, or use `wait` in a handler")
    }
    if let node = fields["pinShare"], fields["pinCause"] == nil {
      fault(
        node.place, found: "`pinShare` without `pinCause`",
        wanted: "one of " + PinCause.allCases.map(\.rawValue).joined(separator: ", "), advice: "add it")
    }
    if query.endpoint == .reader {
      for key in ["writes", "growth"] {
        guard let node = fields[key], key == "writes" ? query.writes != .constant(0) : query.growth.bytes > 0 else {
          continue
        }
        fault(
          node.place, found: "`\(key)` at the reader endpoint", wanted: "`endpoint: writer`",
          advice: "readers take no writes")
      }
    }
  }

  /// Notes what the databases cannot do that is asked of them, and what is assumed of it, when all resources are decoded.
  func checkDatabaseQueries(_ resources: [ResourceConfig]) {
    var databases: [String: DatabaseConfig] = [:]
    for resource in resources {
      switch resource {
      case .dbInstance(let config), .auroraCluster(let config): databases[config.name] = config
      case .function, .httpApi, .table, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbProxy,
        .topic, .vpc:
        break
      }
    }
    for case .dbProxy(let proxy) in resources { databases[proxy.name] = databases[proxy.database] }
    for reference in databaseQueries {
      guard let database = databases[reference.target] else { continue }
      check(reference, database)
      assumeDefaults(of: reference, database)
    }
  }

  private func check(_ reference: DatabaseQueryReference, _ database: DatabaseConfig) {
    let (query, fields, engine) = (reference.query, reference.fields, database.engine)
    if let cause = query.pinCause, let node = fields["pinCause"], !cause.pins(engine.family) {
      let known = PinCause.allCases.filter { $0.pins(engine.family) }.map(\.rawValue)
      fault(
        node.place, found: "`\(cause.rawValue)`, which pins no session of \(engine.rawValue)",
        wanted: "one of " + known.joined(separator: ", "))
    }
    if let node = fields["invokes"], !engine.invokesFunctions {
      fault(
        node.place, found: "`invokes` at \(engine.rawValue)",
        wanted: "one of "
          + DatabaseEngine.allCases.filter(\.invokesFunctions).map(\.rawValue).joined(separator: ", "),
        advice: "RDS for MySQL and MariaDB cannot invoke functions")
    }
    // A proxy's reader endpoint is the proxy's matter, see `checkProxies`.
    if let node = fields["endpoint"], query.endpoint == .reader, reference.target == database.name,
      database.readers == 0, !engine.isAurora
    {
      fault(
        node.place, found: "the reader endpoint of `\(database.name)`, which has no readers",
        wanted: "`readers: 1` or more", advice: "only an Aurora cluster's reader endpoint leads to its writer then")
    }
  }

  private func assumeDefaults(of reference: DatabaseQueryReference, _ database: DatabaseConfig) {
    let (fields, name) = (reference.fields, reference.target)
    for key in ["reads", "writes"] where fields[key] == nil && !(key == "writes" && reference.query.endpoint == .reader)
    {
      assume(name, "query.\(key)", "0", .unknown, "a choice: statements that need no storage", "2026-11")
    }
    if reference.query.pinCause != nil, fields["pinShare"] == nil {
      assume(name, "query.pinShare", "100 %", .unknown, "a choice: every such request pins its session", "2026-11")
    }
    if let invocation = reference.query.invocation, fields["invokes"]?.child("invocationType") == nil {
      assume(
        name, "query.invokes.invocationType", invocation.type.rawValue, .documented,
        "aws_lambda.invoke of RDS and Aurora PostgreSQL", "2026-04")
    }
    assume(
      database.name, "bufferCache", "\(Int(database.engine.bufferCacheShare * 100)) % of DBInstanceClassMemory",
      .documented, "default parameter groups of RDS and Aurora", "2026-04")
    assume(
      database.name, "DBInstanceClassMemory",
      "\(Int((1 - DatabaseConfig.operatingSystemShare) * 100)) % of the instance's memory", .inferred,
      "8 GiB of RDS for MySQL have about 630 connections by default, not 683", "2026-04")
  }

  /// What a traffic source, a handler or a proxy asks, with its keys.
  struct DatabaseQueryReference {
    let target: String
    let query: DatabaseQuery
    let fields: Fields
  }

  private func databaseInvocation(_ node: YAMLNode, _ index: ResourceIndex) -> DatabaseInvocation? {
    guard let fields = self.fields(node, Shapes.databaseInvocation) else { return nil }
    guard let name = fields["function"].flatMap({ text($0, wanted: "the name of a function") }) else { return nil }
    if let target = index[name], case .function = target {
    } else {
      return reject(
        fields["function"] ?? node, wanted: "the name of a function",
        advice: meant(name, in: index.names) ?? "add the function or correct the name")
    }
    var invocation = DatabaseInvocation(function: name)
    if let node = fields["invocationType"] { invocation.type = choice(node, InvocationType.self) ?? .requestResponse }
    if let node = fields["times"] { invocation.times = integer(node, 1...10_000) ?? 1 }
    return invocation
  }

  /// Notes that the query of a handler, or a proxy's init query, leads to a function. The way starts at the handler's
  /// function or the proxy and not at the database, where other queries would join it: an audit function may well write
  /// to the database that invokes it.
  func noteInvocation(of query: DatabaseQuery?, _ node: YAMLNode?, from caller: String) {
    guard let invocation = query?.invocation, let place = node?.child("invokes")?.child("function")?.place else {
      return
    }
    let edge = ResourceIndex.Edge(from: caller, to: invocation.function, place: place)
    if invocation.type == .event { eventEdges.append(edge) } else { edges.append(edge) }
  }
}
