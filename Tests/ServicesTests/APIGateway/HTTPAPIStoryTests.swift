import Engine
import Services
import Testing
import Units

/// One HTTP API before one function.
@Suite("HTTP API")
struct HTTPAPIStoryTests {
  private func api(_ name: String = "api", timeout: Time = .seconds(30)) -> HTTPAPIConfig {
    var api = HTTPAPIConfig(name: name, routes: [HTTPAPIConfig.Route(key: "GET /", target: "f")])
    api.overhead = .constant(5e6)
    api.integrationTimeout = timeout
    return api
  }

  private func target(_ name: String = "api", payload: Size = Size(bytes: 0)) -> TrafficTarget {
    TrafficTarget(resource: name, route: "GET /", payload: payload)
  }

  private func story(
    _ handler: [Step], timeout: Time = .seconds(30), functionTimeout: Time = .seconds(900),
    at moments: [Time] = [.zero], count: Int = 1, account: AccountConfig = AccountConfig()
  ) -> Story {
    Story(
      [.httpApi(api(timeout: timeout)), .function(function("f", timeout: functionTimeout, handler))],
      target: target(), at: moments, count: count, account: account)
  }

  @Test("a request takes the API's overhead and the function's time, each in its segment")
  func overhead() throws {
    let result = try story([wait(40)], at: [.zero, .seconds(1)]).run()
    #expect(result.requests(.success) == 2)
    #expect(result.segmentsMs == ["api overhead": 10, "f init": 100, "f handler": 80])
    #expect(result.figure("meanLatencyMs", of: "api") == 95)
    #expect(result.figure("meanInFlight", of: "api") == 0.000_19)
    #expect(result.figure("clientErrors", of: "api") == 0 && result.figure("serverErrors", of: "api") == 0)
  }

  @Test("5,000 requests at once pass, the 5,001st is a 429", arguments: [(4_999, 0), (5_000, 0), (5_001, 1)])
  func burst(count: Int, throttles: Int) throws {
    let account = AccountConfig(concurrentExecutions: 9_000, scalingBurst: 9_000)
    let result = try story([wait(1)], count: count, account: account).run()
    #expect(result.figure("requests", of: "api") == Double(count))
    #expect(result.figure("throttles", of: "api") == Double(throttles))
    #expect(result.figure("clientErrors", of: "api") == Double(throttles))
    #expect(result.figure("serverErrors", of: "api") == 0)
    #expect(result.requests(.throttled) == Int64(throttles))
    #expect(result.figure("invocations", of: "f") == Double(count - throttles))
    // A refused request is not billed.
    #expect(result.usage("USE1-ApiGatewayHttpRequest", of: "api") == Int64(count - throttles))
  }

  @Test("10,000 a second flow back: one request every 0.1 ms, and not a nanosecond earlier")
  func refill() throws {
    let account = AccountConfig(concurrentExecutions: 9_000, scalingBurst: 9_000)
    for (nanoseconds, throttles) in [(99_999, 1), (100_000, 0)] as [(Int64, Double)] {
      var story = story([wait(1)], account: account)
      story.traffic[0].arrivals = .spikes([
        Spike(at: .zero, count: 5_000, over: .zero), Spike(at: Time(nanoseconds: nanoseconds), count: 1, over: .zero),
      ])
      #expect(try story.run().figure("throttles", of: "api") == throttles)
    }
  }

  @Test("all APIs of the account share the throttle")
  func shared() throws {
    var story = story([wait(1)], count: 2, account: AccountConfig(apiRateLimit: 1, apiBurstLimit: 3))
    story.resources.append(.httpApi(api("other")))
    story.traffic.append(
      TrafficConfig(
        name: "more", target: target("other"), arrivals: .spikes([Spike(at: .ms(1), count: 2, over: .zero)])))
    let result = try story.run()
    #expect(result.figure("throttles", of: "api") == 0)
    #expect(result.figure("throttles", of: "other") == 1)
  }

  @Test("at the integration timeout the API answers, and the function goes on and is billed")
  func integrationTimeout() throws {
    let result = try story([wait(5_000)], timeout: .seconds(1)).run()
    #expect(result.requests(.timedOut) == 1)
    #expect(result.latencyMs == 1_005)
    #expect(result.segmentsMs == ["api overhead": 5, "f init": 100, "api integration timeout": 900])
    #expect(result.figure("timeouts", of: "api") == 1 && result.figure("serverErrors", of: "api") == 1)
    #expect(result.figure("billedMilliseconds", of: "f") == 5_100)
    #expect(result.figure("errors", of: "f") == 0)
    #expect(result.traffic[0].inProgress == 0)
  }

  @Test("the integration timeout: a nanosecond below, and a nanosecond above")
  func integrationTimeoutEdge() throws {
    for (milliseconds, outcome) in [(899.999_999, Outcome.success), (900.000_001, .timedOut)] {
      let result = try story([wait(milliseconds)], timeout: .seconds(1)).run()
      #expect(result.requests(outcome) == 1)
    }
  }

  @Test("time-outs of overlapping requests come each at its own moment")
  func overlappingTimeouts() throws {
    let result = try story([wait(5_000)], timeout: .seconds(1), at: [.zero, .ms(300), .ms(301), .seconds(9)]).run()
    #expect(result.requests(.timedOut) == 4)
    #expect(result.traffic[0].latency.minimum == 1_005_000_000 && result.traffic[0].latency.maximum == 1_005_000_000)
  }

  @Test("a function that throws, times out or is refused is a 5xx of the API")
  func errors() throws {
    let failed = try story([.fail(probability: 1)]).run()
    #expect(failed.requests(.failed) == 1)
    let late = try story([wait(5_000)], functionTimeout: .seconds(1)).run()
    #expect(late.requests(.timedOut) == 1)
    #expect(late.figure("timeouts", of: "api") == 0)
    let refused = try story([wait(1)], count: 2, account: AccountConfig(concurrentExecutions: 1)).run()
    #expect(refused.requests(.unavailable) == 1 && refused.requests(.success) == 1)
    for result in [failed, late, refused] {
      #expect(result.figure("serverErrors", of: "api") == 1)
      #expect(result.figure("clientErrors", of: "api") == 0)
    }
    // Errors behind the API are billed like successes.
    #expect(refused.usage("USE1-ApiGatewayHttpRequest", of: "api") == 2)
  }

  @Test(
    "a request counts once for each 512 KB that it sends, and at least once",
    arguments: [(0, 1), (1, 1), (524_288, 1), (524_289, 2), (1_048_576, 2), (10_485_760, 20)] as [(Int64, Int64)])
  func billing(bytes: Int64, billed: Int64) throws {
    var story = story([])
    story.traffic[0].targets = [target(payload: Size(bytes: bytes))]
    #expect(try story.run().usage("USE1-ApiGatewayHttpRequest", of: "api") == billed)
  }

  @Test("each route leads to its own function")
  func routes() throws {
    var two = api()
    two.routes.append(HTTPAPIConfig.Route(key: "GET /other", target: "g"))
    let result = try Story(
      [.function(function("f", [wait(1)])), .httpApi(two), .function(function("g", [wait(2)]))],
      target: TrafficTarget(resource: "api", route: "GET /other"), at: [.zero]
    ).run()
    #expect(result.figure("invocations", of: "f") == 0 && result.figure("invocations", of: "g") == 1)
  }

  @Test("a function may call through an API, and give up on it")
  func calledByFunction() throws {
    var step = CallStep(target: "api", route: "GET /")
    step.timeout = .ms(500)
    step.onError = .continue
    let result = try Story(
      [
        .function(function("caller", timeout: .seconds(9), [.call(step), wait(10)])),
        .httpApi(api(timeout: .seconds(1))),
        .function(function("f", timeout: .seconds(9), [wait(5_000)])),
      ], target: TrafficTarget(resource: "caller"), at: [.zero]
    ).run()
    #expect(result.requests(.success) == 1)
    #expect(
      result.segmentsMs == [
        "caller init": 100, "api overhead": 5, "f init": 100, "caller abandoned calls": 395, "caller handler": 10,
      ])
    #expect(result.figure("timeouts", of: "api") == 1)
    #expect(result.figure("billedMilliseconds", of: "f") == 5_100)
  }
}
