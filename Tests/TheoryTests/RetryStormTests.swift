import Engine
import Services
import Testing
import Units

/// Throttles beget retries, and retries beget throttles: nothing in the model says "storm".
@Suite("Retry storms")
struct RetryStormTests {
  /// 100 executions at once, 70 of them busy on average, and 4,000 requests more within the second that begins at 60 s.
  private func spike(_ profile: RetryProfile) throws -> RunResult {
    var config = SystemConfig.oneFunction(
      service: .exponential(mean: 1e9), arrivals: .poisson(ratePerSecond: 70), duration: .minutes(4),
      period: .seconds(1), concurrentExecutions: 100)
    config.traffic.append(
      TrafficConfig(
        name: "spike", target: TrafficTarget(resource: "f"),
        arrivals: .spikes([Spike(at: .seconds(60), count: 4_000, over: .seconds(1))])))
    for source in config.traffic.indices {
      var client = ClientConfig()
      client.retry = RetryConfig(profile)
      client.instances = 5
      config.traffic[source].client = client
    }
    return try simulate(config, seed: 11, replication: 0)
  }

  private func sum(_ name: String, _ result: RunResult) throws -> Double {
    try result.traffic.reduce(0) { try $0 + result.values(name, .sum, of: $1.name).reduce(0, +) }
  }

  /// Attempts are requests and retries; each of them was an invocation or a throttle.
  private func checkConservation(_ result: RunResult) throws {
    let attempts = try sum("Attempts", result)
    let requests = try sum("Requests", result)
    #expect(try attempts == requests + sum("Retries", result) - waiting(result))
    #expect(try result.figure("invocations", of: "f") + result.figure("throttles", of: "f") == attempts)
  }

  /// Requests that back off at the end: their retry is counted, but not yet an attempt. The spike is long over then.
  private func waiting(_ result: RunResult) throws -> Double {
    let calls = try result.values("ConcurrentExecutions", .average, of: "f").last ?? 0
    return calls < 100 ? 0 : .nan
  }

  @Test("a spike of a second throttles for a second without retries, and for seconds with them")
  func aftermath() throws {
    let none = try spike(.oneAttempt)
    let standard = try spike(.standard2026)
    let legacy = try spike(.legacyPre2026)
    for result in [none, standard, legacy] { try checkConservation(result) }
    // Seconds from the spike on in which 100 calls or more were throttled.
    let seconds = try [none, standard, legacy].map { result in
      try result.values("Throttles", .sum, of: "f").filter { $0 >= 100 }.count
    }
    #expect(seconds[0] <= 2 && seconds[1] <= 5 && seconds[2] >= 8, "\(seconds)")
    let throttles = try [none, standard, legacy].map { try $0.figure("throttles", of: "f") }
    // 500 tokens pay for 100 retries in each of ten clients, and for those that successes earn; legacy clients make up
    // to four retries of each of some 3,900 requests.
    #expect(throttles[1] < throttles[0] + 2_000, "\(throttles)")
    #expect(throttles[2] > 2.5 * throttles[0] && throttles[2] > 2 * throttles[1], "\(throttles)")
  }

  /// 70 requests a second, each of which reads once from a table of 100 reads a second; reads that are throttled are
  /// tried again within the invocation. The client gives up after a second. At 60 s come 1,500 requests more.
  private func collapse(_ profile: RetryProfile) throws -> RunResult {
    var read = CallStep(
      target: "t", operation: TableOperation(kind: .getItem, itemSize: Size(bytes: 1), consistentRead: true))
    read.retry.maxAttempts = 20
    read.retry.backoff = .milliseconds(100)
    read.retry.maxBackoff = .milliseconds(400)
    var config = SystemConfig.oneFunction(
      service: .constant(20e6), arrivals: .poisson(ratePerSecond: 70), duration: .minutes(10), period: .seconds(10))
    guard case .function(var function) = config.resources[0] else {
      return try simulate(config, seed: 1, replication: 0)
    }
    function.handler = [.call(read), .wait(.constant(20e6))]
    var table = TableConfig(name: "t")
    table.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 100))
    table.latency[.getItem] = .constant(5e6)
    config.resources = [.function(function), .table(table)]
    var client = ClientConfig()
    client.retry = RetryConfig(profile)
    client.timeout = .seconds(1)
    client.instances = 5
    config.traffic[0].client = client
    config.traffic.append(
      TrafficConfig(
        name: "spike", target: TrafficTarget(resource: "f"),
        arrivals: .spikes([Spike(at: .seconds(60), count: 1_500, over: .seconds(3))])))
    config.traffic[1].client = client
    return try simulate(config, seed: 5, replication: 0)
  }

  @Test("a spike of 3 s keeps legacy clients in collapse for good; the quota of 2026 lets the system recover")
  func metastable() throws {
    let lastMinute = { (result: RunResult) in
      try (
        errors: result.values("Errors", .sum, of: "users").suffix(6).reduce(0, +),
        attempts: result.values("Attempts", .sum, of: "users").suffix(6).reduce(0, +),
        firstMinute: result.values("Errors", .sum, of: "users").prefix(6).reduce(0, +)
      )
    }
    let legacy = try lastMinute(collapse(.legacyPre2026))
    let standard = try lastMinute(collapse(.standard2026))
    let none = try lastMinute(collapse(.oneAttempt))
    for found in [legacy, standard, none] { #expect(found.firstMinute == 0, "all is well before the spike") }
    // 4,200 requests a minute on average.
    #expect(standard.errors == 0 && none.errors == 0, "\(standard) \(none)")
    #expect(legacy.errors > 400 && legacy.attempts > 2 * standard.attempts, "\(legacy)")
  }
}
