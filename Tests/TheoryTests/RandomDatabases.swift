import Engine
import Services
import Units

/// Systems of one or two databases with all that databases can have, put together at random: readers, standbys, capacity
/// that scales and pauses, burstable classes, storage that fills up, proxies with tight limits, drivers with pools,
/// transactions, pins, functions in a VPC that time out and crash, failures of the writer and who is told of them, and
/// limits so tight that every kind of refusal occurs. Traffic ends long before the run does, so that everything can come
/// to rest.
///
/// Only what decoding accepts. The same number gives the same system.
struct RandomDatabases {
  private var stream: RandomStream
  private var databases: [DatabaseConfig] = []
  /// What queries are asked of, and the database behind it.
  private var targets: [(name: String, database: Int, hasReaders: Bool)] = []

  /// The system of a number.
  static func make(_ number: Int) -> SystemConfig {
    var system = RandomDatabases(
      stream: RandomStream(seed: 5, replication: number, component: "random databases", purpose: "shape"))
    return system.config()
  }

  private init(stream: RandomStream) { self.stream = stream }

  private mutating func below(_ n: Int) -> Int { Int(stream.nextIndex(below: UInt64(n))) }
  private mutating func chance(_ probability: Double) -> Bool { stream.nextUnit() < probability }

  private mutating func config() -> SystemConfig {
    var resources: [ResourceConfig] = [.function(hook()), .vpc(network())]
    for index in 0...below(2) {
      let database = database(index)
      databases.append(database)
      resources.append(database.engine.isAurora ? .auroraCluster(database) : .dbInstance(database))
      if chance(0.6) { targets.append((database.name, index, database.readers > 0 || database.engine.isAurora)) }
      if chance(0.5) || !targets.contains(where: { $0.database == index }) {
        let proxy = proxy(index)
        targets.append((proxy.name, index, proxy.hasReadOnlyEndpoint))
        resources.append(.dbProxy(proxy))
      }
    }
    var names: [String] = []
    for index in 0...below(3) {
      let function = function(index)
      names.append(function.name)
      resources.append(.function(function))
    }
    var traffic = names.map { name in
      TrafficConfig(name: "calls-\(name)", target: TrafficTarget(resource: name), arrivals: arrivals())
    }
    if chance(0.5) {
      let target = targets[below(targets.count)]
      var direct = TrafficTarget(resource: target.name)
      direct.query = query(target)
      var source = TrafficConfig(name: "direct", target: direct, arrivals: arrivals())
      var connection = connection(target.name)
      connection.poolSize = 1 + below(6)
      connection.opening = .firstUse
      source.connections = [connection]
      traffic.append(source)
    }
    return SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: Self.duration,
      period: .seconds(10), account: AccountConfig(concurrentExecutions: 10 + below(60)), resources: resources,
      traffic: traffic)
  }

  /// Traffic ends after 20 s, but for a second visit when paused databases sleep. An event that is retried, or a function
  /// that waits for 200 s, is over long before the end.
  static let duration = Time.seconds(1_500)

  private mutating func database(_ index: Int) -> DatabaseConfig {
    let engine = DatabaseEngine.allCases[below(DatabaseEngine.allCases.count)]
    var config = DatabaseConfig(name: "db\(index)", engine: engine, capacity: .provisioned(type("db.r6g.large")))
    config.readers = below(3)
    if engine.isAurora {
      if chance(0.7) { config.capacity = .serverless(scaling()) }
    } else {
      stand(&config)
    }
    config.threads = chance(0.3) ? 1 + below(3) : nil
    config.bufferCacheHitRatio = [0, 0.9, 1][below(3)]
    config.sessions.maxConnections = 6 + below(20)
    config.sessions.openingCPU = .exponential(mean: 8e6)
    config.sessions.openingLatency = .uniform(low: 5e6, high: 40e6)
    config.sessions.roundTrip = .uniform(low: 0.1e6, high: 1e6)
    if chance(0.3) { config.sessions.idleTimeout = .seconds(Int64(1 + below(20))) }
    if chance(0.6) {
      config.failover.moments = [.seconds(Int64(2 + below(15)))]
      if chance(0.5) { config.failover.moments.append(.seconds(Int64(17 + below(400)))) }
      if chance(0.7) { config.failover.downtime = .uniform(low: 1e9, high: 20e9) }
      config.failover.rejoining = .uniform(low: 0, high: 20e9)
      if chance(0.5) {
        var subscription = EventSubscriptionConfig(target: "hook")
        subscription.notificationDelay = .uniform(low: 0, high: 20e9)
        config.eventSubscriptions = [subscription]
      }
    }
    return config
  }

  /// Classes of RDS, copies and storage.
  private mutating func stand(_ config: inout DatabaseConfig) {
    switch below(4) {
    case 0:
      config.capacity = .provisioned(type("db.t3.medium"))
    case 1:
      config.deployment = .multiAZInstance
    case 2:
      if config.engine == .mariadb { break }
      config.deployment = .multiAZCluster
      config.capacity = .provisioned(type("db.r6gd.large"))
      config.readers = 2
    default: break  // over a draw
    }
    if chance(0.4) {
      // So little is free that some hundred writes fill it.
      config.storage.used = Size(bytes: (20 << 30) - Int64(below(200)) * 1_000_000)
      if chance(0.5) { config.storage.maximumGiB = 30 }
    }
  }

  private func type(_ name: String) -> DatabaseInstanceClass {
    DatabaseInstanceClass.named(name) ?? DatabaseInstanceClass.all[0]
  }

  private mutating func scaling() -> ServerlessCapacityConfig {
    var config = ServerlessCapacityConfig(minimum: [0, 0, 4][below(3)], maximum: 4 + below(20))
    if config.minimum == 0 && chance(0.5) { config.initial = 0 }
    config.readersFollowWriter = chance(0.5)
    config.resumeTime = .uniform(low: 1e9, high: 15e9)
    return config
  }

  private mutating func network() -> VPCConfig {
    var config = VPCConfig(name: "network")
    config.interfaceEndpoints = [.secretsManager]
    config.interfaceCreation = .uniform(low: 1e9, high: 10e9)
    return config
  }

  private mutating func proxy(_ index: Int) -> DBProxyConfig {
    var config = DBProxyConfig(name: "proxy\(index)", database: databases[index].name)
    config.maxConnectionsPercent = [50, 80, 100][below(3)]
    config.maxIdleConnectionsPercent = below(config.maxConnectionsPercent)
    config.borrowTimeout = [.zero, .seconds(1), .seconds(10), .seconds(120)][below(4)]
    config.idleClientTimeout = .seconds(Int64([2, 30, 1_800][below(3)]))
    config.reservedConnections = below(3)
    config.clientLimit = chance(0.3) ? 5 + below(10) : 20_000
    config.connectionRate = chance(0.3) ? 1 + below(10) : nil
    config.overhead = .uniform(low: 0.5e6, high: 3e6)
    config.clientOpening = .uniform(low: 5e6, high: 30e6)
    config.hasReadOnlyEndpoint = databases[index].readers > 0 && chance(0.7)
    if chance(0.3) {
      config.initQuery = DatabaseQuery(cpu: .exponential(mean: 2e6))
      if databases[index].engine.invokesFunctions && chance(0.3) {
        config.initQuery?.invocation = DatabaseInvocation(function: "hook")
      }
    }
    return config
  }

  private mutating func hook() -> FunctionConfig {
    var function = FunctionConfig(name: "hook", handler: [.wait(.exponential(mean: 20e6)), .fail(probability: 0.1)])
    function.memorySize = 1_769
    function.timeout = .seconds(2)
    function.initDuration = .constant(50e6)
    return function
  }

  private mutating func function(_ index: Int) -> FunctionConfig {
    var steps: [Step] = []
    for _ in 0...below(3) {
      let target = targets[below(targets.count)]
      var call = CallStep(target: target.name)
      call.query = query(target)
      if chance(0.3) { call.timeout = .milliseconds(Int64(20 + below(500))) }
      if chance(0.3) { call.retry.maxAttempts = 2 + below(2) }
      if chance(0.4) { call.onError = .continue }
      steps.append(.call(call))
    }
    if chance(0.3), let first = steps.first, let last = steps.last { steps = [.parallel([[first], [last]])] }
    if chance(0.3) { steps = [.repeat(times: .constant(Double(1 + below(4))), steps)] }
    if chance(0.3) { steps.append(.crash(probability: 0.05)) }
    steps.append(.wait(.exponential(mean: 30e6)))
    var function = FunctionConfig(name: "f\(index)", handler: steps)
    function.memorySize = 1_769
    function.timeout = .seconds(Int64([1, 3, 30, 200][below(4)]))
    function.initDuration = .exponential(mean: 100e6)
    function.idleExpiry = .uniform(low: 3e9, high: 60e9)
    if chance(0.3) { function.recovery = .end }
    if chance(0.3) {
      function.vpc = VPCAttachment(
        vpc: "network", subnets: ["a", "b"], securityGroups: ["g\(below(2))"], interfacesExist: chance(0.7))
    }
    if chance(0.2) {
      function.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 1 + below(3))
    }
    if chance(0.2) { function.proactiveInit = 0.5 }
    for target in Set(targets.map(\.name)).sorted() where chance(0.6) {
      function.connections.append(connection(target))
    }
    return function
  }

  private mutating func connection(_ target: String) -> ConnectionConfig {
    var config = ConnectionConfig(target: target)
    config.opening = chance(0.4) ? .initialisation : .firstUse
    config.poolSize = 1 + below(3)
    if chance(0.4) { config.acquireTimeout = .milliseconds(Int64(10 + below(2_000))) }
    if chance(0.3) { config.idleTimeout = .seconds(Int64(1 + below(10))) }
    if chance(0.3) { config.maxLifetime = .seconds(Int64(1 + below(10))) }
    if chance(0.5) { config.connectTimeout = .milliseconds(Int64(20 + below(5_000))) }
    if chance(0.3) { config.retryPause = .milliseconds(Int64(10 + below(500))) }
    config.authentication = ConnectionConfig.Authentication.allCases[below(3)]
    config.reconnects = chance(0.5)
    config.dnsTimeToLive = .seconds(Int64(below(10)))
    return config
  }

  private mutating func query(_ target: (name: String, database: Int, hasReaders: Bool)) -> DatabaseQuery {
    var query = DatabaseQuery(cpu: .exponential(mean: Double(1 + below(20)) * 1e6))
    query.reads = .constant(Double(below(5)))
    query.statements = 1 + below(3)
    if query.statements > 1 && chance(0.5) { query.pause = .exponential(mean: 5e6) }
    query.endpoint = target.hasReaders && chance(0.4) ? .reader : .writer
    if query.endpoint == .writer { query.writes = .constant(Double(below(3))) }
    if chance(0.4) {
      query.pinCause = .largeStatement
      query.pinShare = [0.05, 0.3, 1][below(3)]
    }
    if query.endpoint == .writer && chance(0.3) { query.growth = .megabytes(1) }
    if databases[target.database].engine.invokesFunctions && chance(0.4) {
      query.invocation = DatabaseInvocation(function: "hook")
      query.invocation?.type = chance(0.5) ? .requestResponse : .event
      query.invocation?.times = 1 + below(2)
    }
    return query
  }

  private mutating func arrivals() -> ArrivalConfig {
    var spikes = (0..<20).map {
      Spike(at: .seconds(Int64($0)), count: 1 + below(chance(0.1) ? 60 : 6), over: .seconds(1))
    }
    if chance(0.3) {
      spikes.append(Spike(at: .seconds(Int64(380 + below(100))), count: 1 + below(20), over: .seconds(2)))
    }
    return .spikes(spikes)
  }
}
