import Engine
import Services
import Testing
import Units

/// The same input gives the same run; other random numbers give another; a change moves only what it touches.
@Suite("Determinism")
struct DeterminismTests {
  /// Random in every part, with retries, time-outs and throttles.
  private func story() -> Story {
    var api = HTTPAPIConfig(name: "api", routes: [HTTPAPIConfig.Route(key: "GET /", target: "f")])
    api.integrationTimeout = .seconds(1)
    var retrying = callStep(
      "t", TableOperation(kind: .query, itemSize: .kilobytes(3), items: 7), timeout: .ms(12), attempts: 4,
      backoff: .ms(20), onError: .continue)
    retrying.retry.jitter = .full
    let handler: [Step] = [
      .compute(.exponential(mean: 20e6)), .call(retrying),
      .choose([
        .init(weight: 2, steps: [.parallel([[.call(retrying)], [.wait(.gamma(shape: 2, scale: 20e6))]])]),
        .init(weight: 1, steps: [.repeat(times: .uniform(low: 0, high: 4), [read("t")]), .fail(probability: 0.2)]),
      ]),
      call("g", timeout: .ms(400), attempts: 2, onError: .continue),
    ]
    var f = FunctionConfig(name: "f", handler: handler)
    f.timeout = .seconds(2)
    var g = FunctionConfig(name: "g", handler: [.wait(.exponential(mean: 150e6))])
    g.environmentChoice = .random
    g.idleExpiry = .exponential(mean: 20e9)
    var t = TableConfig(name: "t")
    t.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 60))
    var story = Story(
      [.httpApi(api), .function(f), .function(g), .table(t)], target: TrafficTarget(resource: "api", route: "GET /"),
      at: [], account: AccountConfig(concurrentExecutions: 12))
    story.traffic[0].arrivals = .poisson(ratePerSecond: 20)
    story.traffic.append(
      TrafficConfig(
        name: "users", target: TrafficTarget(resource: "g"),
        arrivals: .users(count: 4, thinkTime: .exponential(mean: 1e9))))
    story.duration = .seconds(200)
    return story
  }

  @Test("equal arguments give equal runs; another seed or replication gives another")
  func equalRuns() throws {
    let first = try story().run(seed: 3, replication: 2)
    let again = try story().run(seed: 3, replication: 2)
    let replication = try story().run(seed: 3, replication: 3)
    let seed = try story().run(seed: 4, replication: 2)
    #expect(first.digest == again.digest && first.events == again.events)
    #expect(first.traffic[0].latency == again.traffic[0].latency)
    #expect(first.digest != replication.digest)
    #expect(first.digest != seed.digest)
    #expect(replication.digest != seed.digest)
  }

  @Test("the random system uses every path that it was made for")
  func coverage() throws {
    let result = try story().run()
    #expect(result.figure("retries", of: "f") > 100)
    #expect(result.figure("readThrottles", of: "t") > 100)
    #expect(result.figure("errors", of: "f") > 10)
    #expect(result.figure("timeouts", of: "api") > 10)
    #expect(result.figure("throttles", of: "g") > 10)
    #expect(result.requests(.unavailable) > 10)
  }

  @Test("another design sees the same arrivals")
  func commonArrivals() throws {
    let first = try story().run()
    var other = story()
    other.resources.insert(.function(function("new", [wait(1)])), at: 0)
    other.traffic.insert(
      TrafficConfig(name: "new", target: TrafficTarget(resource: "new"), arrivals: .poisson(ratePerSecond: 3)), at: 0)
    other.account.concurrentExecutions = 1_000
    let second = try other.run()
    #expect(first.traffic[0].started == second.traffic[1].started)
    let requests = [first, second].map { result in
      result.series.first { $0.key.resource == "traffic" && $0.key.name == "Requests" }?.values
    }
    #expect(requests[0] == requests[1])
  }

  @Test("a component that nobody calls moves nobody's numbers")
  func bystander() throws {
    var system = story()
    let alone = try system.run()
    system.resources.append(.function(function("bystander", [compute(1)])))
    let beside = try system.run()
    #expect(alone.traffic[0].latency == beside.traffic[0].latency)
    #expect(alone.events == beside.events)
  }
}
