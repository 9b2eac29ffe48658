import Engine
import Services
import Units

/// How callers connect to databases.
extension Decoding {
  /// `connections` of a traffic source whose targets are decoded; `isSound` says that they have no faults.
  func connections(
    _ node: YAMLNode, of source: TrafficConfig, isSound: Bool, _ index: ResourceIndex
  ) -> [ConnectionConfig] {
    let asked = source.targets.filter { $0.query != nil }.map(\.resource)
    return connections(node, of: source.name, isFunction: false, asked: isSound ? Set(asked) : nil, index)
  }

  /// `connections` of a function whose handler is decoded; `isSound` says that it has no faults.
  func connections(
    _ node: YAMLNode, of function: FunctionConfig, isSound: Bool, _ index: ResourceIndex
  ) -> [ConnectionConfig] {
    var asked: Set<String> = []
    SystemConfig.forEachCall(function.handler) { if $0.query != nil { asked.insert($0.target) } }
    return connections(node, of: function.name, isFunction: true, asked: isSound ? asked : nil, index)
  }

  /// Of a caller that has other faults it is not known whom it asks: `asked` is nil then.
  private func connections(
    _ node: YAMLNode, of owner: String, isFunction: Bool, asked: Set<String>?, _ index: ResourceIndex
  ) -> [ConnectionConfig] {
    guard let entries = named(node, wanted: "a mapping of databases and proxies to settings") else { return [] }
    if entries.isEmpty { fault(node.place, found: "no settings", wanted: "at least one", advice: "leave it out") }
    return entries.compactMap { entry in
      guard isServer(entry, index) else { return nil }
      if let asked, !asked.contains(entry.key) {
        let others = asked.sorted()
        fault(
          entry.keyPlace, found: "connections to `\(YAMLNode.clip(entry.key))`, which `\(owner)` never asks",
          wanted: others.isEmpty ? "a query to it" : "one of \(listed(others))",
          advice: others.isEmpty ? "leave it out, or call it with a query" : "correct the name or leave it out")
        return nil
      }
      return connection(entry, of: owner, isFunction: isFunction)
    }
  }

  /// Whether an entry names a database or proxy.
  private func isServer(_ entry: YAMLNode.Entry, _ index: ResourceIndex) -> Bool {
    switch index[entry.key] {
    case .database, .dbProxy: return true
    case .function, .httpApi, .table, .queue, .stream, .mapping, .cache, .topic, .vpc, .unknown, nil:
      fault(
        entry.keyPlace, found: "`\(YAMLNode.clip(entry.key))`", wanted: "the name of a database or proxy",
        advice: meant(entry.key, in: index.names.filter { index[$0]?.isDatabase ?? false }) ?? "")
      return false
    }
  }

  private func connection(_ entry: YAMLNode.Entry, of owner: String, isFunction: Bool) -> ConnectionConfig? {
    guard let fields = self.fields(entry.value, Shapes.connection) else { return nil }
    let before = faults.count
    var config = ConnectionConfig(target: entry.key)
    if !isFunction { config.poolSize = ConnectionConfig.sourcePoolSize }
    if let node = fields["open"] {
      if isFunction {
        config.opening = choice(node, ConnectionConfig.Opening.self) ?? config.opening
      } else {
        fault(
          node.place, found: "`open` of a traffic source", wanted: "a function, whose environments have an init phase",
          advice: "leave it out: a source opens connections at their first use")
      }
    }
    if let node = fields["poolSize"] { config.poolSize = integer(node, 1...10_000) ?? config.poolSize }
    config.acquireTimeout = limit(fields, "acquireTimeout") ?? config.acquireTimeout
    config.idleTimeout = limit(fields, "idleTimeout") ?? config.idleTimeout
    config.maxLifetime = limit(fields, "maxLifetime") ?? config.maxLifetime
    config.connectTimeout = limit(fields, "connectTimeout") ?? config.connectTimeout
    config.retryPause = limit(fields, "retryPause") ?? config.retryPause
    if let node = fields["authentication"] {
      config.authentication = choice(node, ConnectionConfig.Authentication.self) ?? config.authentication
    }
    decodeAuthentication(fields, &config)
    if let node = fields["reconnect"] { config.reconnects = boolean(node) ?? false }
    if let node = fields["dnsTimeToLive"] { config.dnsTimeToLive = time(node) ?? config.dnsTimeToLive }
    return faults.count == before ? config : nil
  }

  /// A time limit, above 0; nil if the scenario leaves it out or it has a fault.
  private func limit(_ fields: Fields, _ key: String) -> Time? {
    guard let node = fields[key], let value = time(node) else { return nil }
    if value > .zero { return value }
    var isDefaulted = false
    if case .default = fields.shape.field(key)?.presence { isDefaulted = true }
    fault(
      node.place, found: node.summary, wanted: "a time above 0",
      advice: isDefaulted ? "leave it out for the default" : "leave it out for none")
    return nil
  }

  /// What the kind of authentication takes; the keys of another kind are faults.
  private func decodeAuthentication(_ fields: Fields, _ config: inout ConnectionConfig) {
    func latency(_ key: String, _ value: inout Distribution, of kind: ConnectionConfig.Authentication) {
      guard let node = fields[key] else { return }
      if config.authentication != kind {
        fault(
          node.place, found: "`\(key)` with authentication \(config.authentication.rawValue)",
          wanted: "authentication: \(kind.rawValue)", advice: "add that or leave `\(key)` out")
      }
      value = timeDistribution(node) ?? value
    }
    latency("secretLatency", &config.secretLatency, of: .secretsManager)
    latency("tokenLatency", &config.tokenLatency, of: .iam)
    latency("tokenCheckLatency", &config.tokenCheckLatency, of: .iam)
  }

  // MARK: Assumptions

  /// Notes the defaults of all drivers of a system, those of callers that say nothing of connections included.
  func assumeConnections(of system: SystemConfig, _ root: YAMLNode?) {
    for plan in system.databaseClients {
      let group = root?.child(plan.isFunction ? "resources" : "traffic")
      assume(plan, given: group?.child(plan.owner)?.child("connections")?.child(plan.connection.target))
    }
  }

  private func assume(_ plan: DatabaseClientPlan, given: YAMLNode?) {
    let config = plan.connection
    func note(_ key: String, _ value: String, _ grade: Assumption.Grade, _ source: String) {
      if given?.child(key) == nil {
        assume(plan.owner, "connections.\(config.target).\(key)", value, grade, source, "2026-11")
      }
    }
    note(
      "poolSize", "\(config.poolSize)", plan.isFunction ? .inferred : .unknown,
      plan.isFunction
        ? "an environment handles one request at a time" : "a stated choice: the default of HikariCP, a common pool")
    note(
      "connectTimeout", config.connectTimeout.description, .inferred,
      "defaults of common drivers and pools are 10 s to 30 s")
    note("retryPause", config.retryPause.description, .unknown, "a stated choice")
    note("authentication", config.authentication.rawValue, .unknown, "a stated choice: the least that a client does")
    note("reconnect", "\(config.reconnects)", .inferred, "most drivers leave it to the program")
    note(
      "dnsTimeToLive", config.dnsTimeToLive.description, .inferred,
      "the TTL of RDS endpoints; runtimes such as Java's may keep addresses for longer")
    if plan.isFunction {
      note("open", config.opening.rawValue, .unknown, "a stated choice: code outside of the handler opens in init")
    }
    switch config.authentication {
    case .password: break
    case .secretsManager:
      note(
        "secretLatency", "log-normal, median 30 ms, p99 150 ms", .inferred,
        "a new HTTPS connection and one request; AWS publishes no figure")
    case .iam:
      note("tokenLatency", "1 ms", .inferred, "one signature and no request")
      note(
        "tokenCheckLatency", "log-normal, median 10 ms, p99 50 ms", .unknown,
        "a stated choice: AWS publishes no figure")
    }
  }
}
