import Engine

/// A driver to build: who connects, to what, and how.
public struct DatabaseClientPlan: Hashable, Sendable {
  /// Name of the function or traffic source.
  public var owner: String
  /// Whether that is a function, whose environments have pools of their own.
  public var isFunction: Bool
  /// Which nodes it connects to.
  public var endpoint: DatabaseEndpoint
  /// How it connects.
  public var connection: ConnectionConfig

  /// The target, with the endpoint if that is not the writer's: `orders`, `orders reader`.
  var label: String {
    switch endpoint {
    case .writer: connection.target
    case .reader: "\(connection.target) reader"
    }
  }
}

extension SystemConfig {
  /// The drivers of all callers: one for each database or proxy and endpoint that a function or traffic source asks,
  /// in the scenario's order.
  public var databaseClients: [DatabaseClientPlan] {
    var plans: [DatabaseClientPlan] = []
    func add(
      _ owner: String, _ isFunction: Bool, _ configs: [ConnectionConfig], _ target: String, _ query: DatabaseQuery
    ) {
      if plans.contains(where: {
        $0.owner == owner && $0.isFunction == isFunction && $0.connection.target == target
          && $0.endpoint == query.endpoint
      }) {
        return
      }
      var connection = configs.first { $0.target == target } ?? ConnectionConfig(target: target)
      if !isFunction && !configs.contains(where: { $0.target == target }) {
        connection.poolSize = ConnectionConfig.sourcePoolSize
      }
      plans.append(
        DatabaseClientPlan(owner: owner, isFunction: isFunction, endpoint: query.endpoint, connection: connection))
    }
    for source in traffic {
      for target in source.targets {
        if let query = target.query { add(source.name, false, source.connections, target.resource, query) }
      }
    }
    for case .function(let function) in resources {
      Self.forEachCall(function.handler) { call in
        if let query = call.query { add(function.name, true, function.connections, call.target, query) }
      }
    }
    return plans
  }

  /// Names of the proxies, with the database behind each.
  var proxiedDatabases: [String: String] {
    var names: [String: String] = [:]
    for case .dbProxy(let proxy) in resources { names[proxy.name] = proxy.database }
    return names
  }

  /// Visits the calls of a handler in the order of its steps.
  public static func forEachCall(_ steps: [Step], _ body: (CallStep) -> Void) {
    for step in steps {
      switch step {
      case .call(let call): body(call)
      case .compute, .wait, .fail, .crash: break
      case .parallel(let branches): for branch in branches { forEachCall(branch, body) }
      case .choose(let choices): for choice in choices { forEachCall(choice.steps, body) }
      case .repeat(_, let steps), .forEachRecord(let steps): forEachCall(steps, body)
      }
    }
  }
}
