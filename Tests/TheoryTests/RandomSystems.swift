import Engine
import Services
import Units

/// Systems put together at random from every part of the model: all kinds of traffic, steps and resources, with limits
/// and time limits so tight that every kind of failure occurs.
///
/// Functions call only functions after them, so there is no cycle. The same number gives the same system.
struct RandomSystem {
  private var stream: RandomStream
  /// For SDK clients and profiles, so that they leave the rest of a system as it is.
  private var clients: RandomStream
  private var functions = 0
  private var tables = 0
  /// Concurrency that functions reserve or provision.
  private var own = 0

  /// The system of a number.
  static func make(_ number: Int) -> SystemConfig {
    var system = RandomSystem(
      stream: RandomStream(seed: 1, replication: number, component: "random system", purpose: "shape"),
      clients: RandomStream(seed: 1, replication: number, component: "random system", purpose: "clients"))
    return system.config()
  }

  private init(stream: RandomStream, clients: RandomStream) {
    self.stream = stream
    self.clients = clients
  }

  private mutating func below(_ n: Int) -> Int { Int(stream.nextIndex(below: UInt64(n))) }
  private mutating func chance(_ probability: Double) -> Bool { stream.nextUnit() < probability }

  /// A time of the order of `milliseconds`, sometimes 0.
  private mutating func time(_ milliseconds: Double) -> Distribution {
    let mean = milliseconds * 1e6
    switch below(6) {
    case 0: return .constant(mean)
    case 1: return .uniform(low: 0, high: 2 * mean)
    case 2: return .logNormal(median: mean, p99: 5 * mean) ?? .constant(mean)
    case 3: return chance(0.3) ? .constant(0) : .gamma(shape: 2, scale: mean / 2)
    default: return .exponential(mean: mean)
    }
  }

  private mutating func config() -> SystemConfig {
    functions = 1 + below(4)
    tables = 1 + below(2)
    var resources: [ResourceConfig] = []
    for index in 0..<functions { resources.append(.function(withConcurrency(function(index)))) }
    for index in 0..<tables {
      var table = TableConfig(name: "t\(index)")
      var limits = OnDemandThroughput()
      if chance(0.5) { limits.maxReadRequestUnits = 1 + below(60) }
      if chance(0.5) { limits.maxWriteRequestUnits = 1 + below(60) }
      table.capacity = .onDemand(limits)
      resources.append(.table(table))
    }
    let routes = (0..<functions).map { HTTPAPIConfig.Route(key: "GET /\($0)", target: "f\($0)") }
    var api = HTTPAPIConfig(name: "api", routes: routes)
    api.integrationTimeout = .milliseconds(Int64(50 + below(800)))
    resources.append(.httpApi(api))
    var traffic = (0...below(3)).map { TrafficConfig(name: "s\($0)", target: target(), arrivals: arrivals()) }
    for source in traffic.indices { traffic[source].client = client() }
    let account = AccountConfig(
      concurrentExecutions: own + 2 + below(60), scalingBurst: 1 + below(30), scalingRate: 1 + below(20),
      apiRateLimit: 10 + below(100), apiBurstLimit: 1 + below(50))
    return SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .seconds(Int64(20 + below(30))),
      period: .seconds(Int64(1 + below(20))), account: account, resources: resources, traffic: traffic)
  }

  /// Gives one function in four reserved, and one in four provisioned concurrency.
  private mutating func withConcurrency(_ plain: FunctionConfig) -> FunctionConfig {
    var function = plain
    if chance(0.25) { function.reservedConcurrentExecutions = below(6) }
    let reserved = function.reservedConcurrentExecutions
    if chance(0.25) {
      function.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: below((reserved ?? 5) + 1))
    }
    own += reserved ?? function.provisionedConcurrency?.concurrentExecutions ?? 0
    return function
  }

  private mutating func function(_ index: Int) -> FunctionConfig {
    var function = FunctionConfig(name: "f\(index)", handler: steps(of: index, depth: 0))
    function.memorySize = [128, 512, 1_769, 3_538][below(4)]
    function.parallelism = 1 + below(2)
    function.timeout = .milliseconds(Int64(100 + below(3_000)))
    function.initDuration = chance(0.3) ? nil : time(200)
    function.idleExpiry = time(3_000)
    function.environmentChoice = FunctionConfig.EnvironmentChoice.allCases[below(3)]
    return function
  }

  private mutating func steps(of index: Int, depth: Int) -> [Step] {
    (0..<below(4)).map { _ in step(of: index, depth: depth) }
  }

  private mutating func step(of index: Int, depth: Int) -> Step {
    switch below(depth < 3 ? 9 : 5) {
    case 0: return .compute(time(5))
    case 1: return .wait(time(30))
    case 2: return .fail(probability: 0.05)
    case 5: return .parallel((0...below(3)).map { _ in steps(of: index, depth: depth + 1) })
    case 6:
      return .choose(
        (0...below(3)).map { _ in
          Step.Choice(weight: 0.1 + stream.nextUnit(), steps: steps(of: index, depth: depth + 1))
        })
    case 7: return .repeat(times: .uniform(low: 0, high: 3), steps(of: index, depth: depth + 1))
    default: return .call(call(from: index))
    }
  }

  private mutating func call(from index: Int) -> CallStep {
    var call = CallStep(target: "")
    if index + 1 < functions && chance(0.4) {
      call.target = "f\(index + 1 + below(functions - index - 1))"
    } else {
      (call.target, call.operation) = ("t\(below(tables))", operation())
    }
    if chance(0.4) { call.timeout = .milliseconds(Int64(1 + below(150))) }
    if chance(0.5) {
      call.retry.maxAttempts = 1 + below(4)
      call.retry.backoff = .milliseconds(Int64(below(40)))
      call.retry.jitter = chance(0.5) ? .none : .full
    }
    if chance(0.3) { call.onError = .continue }
    if clients.nextUnit() < 0.3 { call.retry = profile() }
    return call
  }

  /// A client now and then: of any profile, with time limits that hit.
  private mutating func client() -> ClientConfig? {
    guard clients.nextUnit() < 0.4 else { return nil }
    var client = ClientConfig()
    client.retry = profile()
    if clients.nextUnit() < 0.6 { client.timeout = .milliseconds(20 + Int64(clients.nextIndex(below: 800))) }
    if clients.nextUnit() < 0.5 { client.instances = 1 + Int(clients.nextIndex(below: 4)) }
    return client
  }

  private mutating func profile() -> RetryConfig {
    let profiles = RetryProfile.allCases
    var retry = RetryConfig(profiles[Int(clients.nextIndex(below: UInt64(profiles.count)))])
    if clients.nextUnit() < 0.3 { retry.jitter = .none }
    return retry
  }

  private mutating func operation() -> TableOperation {
    let kinds = TableOperation.Kind.allCases
    return TableOperation(
      kind: kinds[below(kinds.count)], itemSize: Size(bytes: Int64(1 + below(20_000))), items: 1 + below(5),
      consistentRead: chance(0.5))
  }

  private mutating func target() -> TrafficTarget {
    switch below(4) {
    case 0: TrafficTarget(resource: "t\(below(tables))", operation: operation())
    case 1: TrafficTarget(resource: "f\(below(functions))")
    default: TrafficTarget(resource: "api", route: "GET /\(below(functions))", payload: .kilobytes(Int64(below(2_000))))
    }
  }

  private mutating func arrivals() -> ArrivalConfig {
    switch below(5) {
    case 0: .users(count: 1 + below(20), thinkTime: .exponential(mean: 3e8))
    case 1:
      .bursts(
        on: BurstPhase(ratePerSecond: 60, meanDuration: .seconds(2)),
        off: BurstPhase(ratePerSecond: 2, meanDuration: .seconds(3)))
    case 2:
      .spikes([
        Spike(at: .seconds(Int64(below(5))), count: 1 + below(300), over: .seconds(Int64(below(3)))),
        Spike(at: .seconds(Int64(5 + below(10))), count: 1 + below(300), over: .zero),
      ])
    default: .poisson(ratePerSecond: Double(1 + below(40)))
    }
  }
}
