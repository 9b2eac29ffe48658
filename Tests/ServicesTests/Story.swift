import Engine
import Services
import Testing
import Units

/// A small system and its traffic, of which every figure can be worked out by hand.
struct Story {
  var resources: [ResourceConfig]
  var traffic: [TrafficConfig]
  var account = AccountConfig()
  var warmUp = Time.zero
  var duration = Time.seconds(1_000)

  /// Requests to a resource, so many at each of the given moments.
  init(
    _ resources: [ResourceConfig], target: TrafficTarget, at moments: [Time], count: Int = 1,
    account: AccountConfig = AccountConfig()
  ) {
    self.resources = resources
    self.account = account
    traffic = [
      TrafficConfig(
        name: "traffic", target: target,
        arrivals: .spikes(moments.map { Spike(at: $0, count: count, over: .zero) }))
    ]
  }

  /// Requests to the first of some functions.
  init(_ functions: [FunctionConfig], at moments: [Time], count: Int = 1, account: AccountConfig = AccountConfig()) {
    self.init(
      functions.map { .function($0) }, target: TrafficTarget(resource: functions[0].name), at: moments, count: count,
      account: account)
  }

  /// Runs the system, and looks whether what must hold for every run does.
  func run(seed: UInt64 = 1, replication: Int = 0) throws -> RunResult {
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: duration, warmUp: warmUp,
      account: account, resources: resources, traffic: traffic)
    let result = try simulate(config, seed: seed, replication: replication)
    let slow = try simulate(config, seed: seed, replication: replication, lane: false)
    #expect(result.digest == slow.digest)
    for source in result.traffic {
      if warmUp == .zero { #expect(source.started == source.completed + source.inProgress) }
      #expect(source.completed == source.outcomes.reduce(0) { $0 + $1.count })
      #expect(source.successLatency.count == source.completed - source.errors)
      #expect(source.latency.count == source.completed)
      #expect(source.errors > 0 || source.successLatency == source.latency)
      #expect(source.breakdown.counts.reduce(0, +) == source.completed)
      #expect(source.breakdown.sums.reduce(0, +) == source.latency.sum)
    }
    return result
  }
}

extension RunResult {
  /// A figure of a resource; NaN, which equals nothing, if there is none.
  func figure(_ name: String, of resource: String) -> Double {
    resources.first { $0.name == resource }?.figures.first { $0.name == name }?.value ?? .nan
  }

  /// What a resource used on a meter; nil if it has no line.
  func usage(_ key: String, of resource: String) -> Int64? {
    usage.first { $0.resource == resource && $0.meter.key == key }.map { Int64($0.amount) }
  }

  /// Requests of the first source with an outcome.
  func requests(_ outcome: Outcome) -> Int64 {
    traffic[0].outcomes.first { $0.name == outcome.name }?.count ?? 0
  }

  /// Time that the first source's requests spent in each segment, in ms.
  var segmentsMs: [String: Double] {
    let breakdown = traffic[0].breakdown
    var totals: [String: Double] = [:]
    for (segment, name) in breakdown.segments.enumerated() {
      let sum = breakdown.counts.indices.reduce(0) { $0 + breakdown.sums[$1 * breakdown.segments.count + segment] }
      totals[name] = Double(sum) / 1e6
    }
    return totals
  }

  /// Sum of the latencies of the first source's requests in ms.
  var latencyMs: Double { Double(traffic[0].latency.sum) / 1e6 }
}

/// A function whose environments take 100 ms to start and stay idle for 300 s. It has one full vCPU.
func function(_ name: String, timeout: Time = .seconds(3), _ handler: [Step]) -> FunctionConfig {
  var config = FunctionConfig(name: name, handler: handler)
  config.memorySize = 1_769
  config.timeout = timeout
  config.initDuration = .constant(100e6)
  config.idleExpiry = .constant(300e9)
  return config
}

/// A table whose operations all take the same time.
func table(_ name: String, milliseconds: Double) -> TableConfig {
  var config = TableConfig(name: name)
  for kind in TableOperation.Kind.allCases { config.latency[kind] = .constant(milliseconds * 1e6) }
  return config
}

/// A pause of a handler.
func wait(_ milliseconds: Double) -> Step { .wait(.constant(milliseconds * 1e6)) }

/// CPU time of a handler.
func compute(_ milliseconds: Double) -> Step { .compute(.constant(milliseconds * 1e6)) }

/// A handler's call of a function.
func call(
  _ target: String, timeout: Time? = nil, attempts: Int = 1, backoff: Time = .milliseconds(50),
  onError: CallStep.OnError = .fail
) -> Step {
  .call(callStep(target, nil, timeout: timeout, attempts: attempts, backoff: backoff, onError: onError))
}

/// A handler's read of one small item.
func read(
  _ target: String, timeout: Time? = nil, attempts: Int = 1, backoff: Time = .milliseconds(50),
  onError: CallStep.OnError = .fail
) -> Step {
  let operation = TableOperation(kind: .getItem, itemSize: Size(bytes: 1), consistentRead: true)
  return .call(callStep(target, operation, timeout: timeout, attempts: attempts, backoff: backoff, onError: onError))
}

/// A call whose pauses double without jitter.
func callStep(
  _ target: String, _ operation: TableOperation?, timeout: Time?, attempts: Int, backoff: Time,
  onError: CallStep.OnError
) -> CallStep {
  var step = CallStep(target: target, operation: operation)
  step.timeout = timeout
  step.retry.maxAttempts = attempts
  step.retry.backoff = backoff
  step.retry.jitter = .none
  step.onError = onError
  return step
}

extension Time {
  /// A number of ms that need not be whole.
  static func ms(_ milliseconds: Double) -> Time { Time(nanoseconds: Int64((milliseconds * 1e6).rounded())) }
}
