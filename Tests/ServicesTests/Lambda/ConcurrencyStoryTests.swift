import Engine
import Services
import Testing
import Units

/// Reserved concurrency, the request rates, and the reason of every refusal.
@Suite("Lambda concurrency")
struct ConcurrencyStoryTests {
  /// A function that starts at once, so that requests are all that counts.
  private func instant(_ name: String, _ handler: [Step]) -> FunctionConfig {
    var config = function(name, handler)
    config.initDuration = .constant(0)
    return config
  }

  private func spikes(_ spikes: [(milliseconds: Double, count: Int)]) -> ArrivalConfig {
    .spikes(spikes.map { Spike(at: .ms($0.milliseconds), count: $0.count, over: .zero) })
  }

  // MARK: Reserved concurrency

  @Test("reserved 0 refuses everything, bills nothing and fails nothing", arguments: [1, 5])
  func reservedNone(count: Int) throws {
    var f = function("f", [wait(40)])
    f.reservedConcurrentExecutions = 0
    let result = try Story([f], at: [.zero, .seconds(1)], count: count).run()
    #expect(result.throttles(.reservedConcurrency, of: "f") == Double(2 * count))
    #expect(result.figure("throttles", of: "f") == Double(2 * count))
    #expect(result.figure("throttlesReserved", of: "f") == Double(2 * count))
    #expect(result.figure("invocations", of: "f") == 0 && result.figure("errors", of: "f") == 0)
    #expect(result.usage("Request", of: "f") == 0 && result.usage("Lambda-GB-Second", of: "f") == 0)
    #expect(result.requests(.throttled) == Int64(2 * count))
  }

  @Test(
    "reserved 1 and 2: one below, at and one above", arguments: [(1, 1, 0), (1, 2, 1), (2, 1, 0), (2, 2, 0), (2, 3, 1)])
  func reserved(reserved: Int, count: Int, throttles: Int) throws {
    var f = function("f", [wait(40)])
    f.reservedConcurrentExecutions = reserved
    let result = try Story([f], at: [.zero], count: count).run()
    #expect(result.throttles(.reservedConcurrency, of: "f") == Double(throttles))
    #expect(result.figure("throttlesReserved", of: "f") == Double(throttles))
    #expect(result.figure("throttlesConcurrency", of: "f") == 0)
    #expect(result.figure("peakConcurrency", of: "f") == Double(count - throttles))
  }

  @Test("reserved concurrency is free again at the instant of the answer")
  func reservedIsFreed() throws {
    var f = function("f", [wait(40)])
    f.reservedConcurrentExecutions = 1
    for (moment, throttles) in [(139.999_999, 1), (140, 0)] {
      let result = try Story([f], at: [.zero, .ms(moment)]).run()
      #expect(result.figure("throttles", of: "f") == Double(throttles))
    }
  }

  @Test("what is reserved is the function's own, and no other's", arguments: [(2, 0), (3, 1)])
  func reservedIsTakenOut(count: Int, throttles: Int) throws {
    var f = function("f", [wait(40)])
    f.reservedConcurrentExecutions = 1
    var story = Story([f, function("g", [wait(40)])], at: [.ms(10)], account: AccountConfig(concurrentExecutions: 3))
    story.traffic.append(
      TrafficConfig(name: "others", target: TrafficTarget(resource: "g"), arrivals: spikes([(0, count)])))
    let result = try story.run()
    #expect(result.figure("invocations", of: "f") == 1)
    #expect(result.throttles(.concurrency, of: "g") == Double(throttles))
    #expect(result.figure("invocations", of: "g") == Double(count - throttles))
  }

  // MARK: Rates

  @Test("the account's request rate: one below, at and one above its burst", arguments: [(149, 0), (150, 0), (151, 1)])
  func accountRate(count: Int, throttles: Int) throws {
    let account = AccountConfig(concurrentExecutions: 300, requestsPerConcurrency: 1, requestBurst: .milliseconds(500))
    let result = try Story([function("f", [wait(40)])], at: [.zero], count: count, account: account).run()
    #expect(result.throttles(.callerRate, of: "f") == Double(throttles))
    #expect(result.figure("throttlesRate", of: "f") == Double(throttles))
    #expect(result.figure("throttles", of: "f") == Double(throttles))
    #expect(result.usage("Request", of: "f") == Int64(count - throttles))
  }

  @Test("the bucket of requests is empty, and has a token again at the very instant it is earned")
  func accountRateRefills() throws {
    // 200 a second: one every 5 ms.
    let account = AccountConfig(concurrentExecutions: 200, requestsPerConcurrency: 1, requestBurst: .milliseconds(500))
    for (moment, count, throttles) in [(4.999_999, 1, 1), (5, 1, 0), (5, 2, 1), (10, 2, 0)] {
      var story = Story([instant("f", [wait(1)])], at: [], account: account)
      story.traffic[0].arrivals = spikes([(0, 100), (moment, count)])
      #expect(try story.run().throttles(.callerRate, of: "f") == Double(throttles))
    }
  }

  @Test("by default ten requests a second for each unit of concurrency, and a second's worth at once")
  func defaultRate() throws {
    // 20 units: 200 requests at once, of which no more than 20 run together.
    for (last, throttles) in [(20, 0), (21, 1)] {
      var story = Story([instant("f", [wait(0.1)])], at: [], account: AccountConfig(concurrentExecutions: 20))
      // Nine times 20 within 1.8 ms, in which less than one token comes back.
      story.traffic[0].arrivals = spikes(
        (0..<9).map { (0.2 * Double($0), 20) } + [(1.8, last), (2, 0)].filter { $0.1 > 0 })
      let result = try story.run()
      #expect(result.figure("throttles", of: "f") == Double(throttles))
    }
  }

  @Test("functions share the account's request rate")
  func rateIsShared() throws {
    let account = AccountConfig(concurrentExecutions: 100, requestsPerConcurrency: 1, requestBurst: .milliseconds(500))
    var story = Story([function("f", [wait(40)]), function("g", [wait(40)])], at: [.zero], count: 30, account: account)
    story.traffic.append(
      TrafficConfig(name: "others", target: TrafficTarget(resource: "g"), arrivals: spikes([(1, 21)])))
    let result = try story.run()
    #expect(result.throttles(.callerRate, of: "f") == 0)
    #expect(result.throttles(.callerRate, of: "g") == 1)
  }

  @Test("the request rate of reserved concurrency has its own reason", arguments: [(49, 0), (50, 0), (51, 1)])
  func reservedRate(count: Int, throttles: Int) throws {
    var f = function("f", [wait(40)])
    f.reservedConcurrentExecutions = 100
    let account = AccountConfig(requestsPerConcurrency: 1, requestBurst: .milliseconds(500))
    let result = try Story([f], at: [.zero], count: count, account: account).run()
    #expect(result.throttles(.reservedRate, of: "f") == Double(throttles))
    #expect(result.throttles(.callerRate, of: "f") == 0)
    #expect(result.figure("throttlesReserved", of: "f") == Double(throttles))
  }

  @Test("a request that concurrency refuses uses up no rate")
  func refusedTakesNoToken() throws {
    // Two tokens, one environment: the second is refused for concurrency, the third finds its token.
    let account = AccountConfig(concurrentExecutions: 1, requestsPerConcurrency: 2, requestBurst: .seconds(1))
    let result = try Story([function("f", [wait(40)])], at: [.zero, .ms(1), .ms(141)], account: account).run()
    #expect(result.throttles(.concurrency, of: "f") == 1)
    #expect(result.throttles(.callerRate, of: "f") == 0)
    #expect(result.figure("invocations", of: "f") == 2)
  }

  @Test("a function's requests grow by 10,000 a second at once, then by 1,000 every second")
  func growth() throws {
    let account = AccountConfig(concurrentExecutions: 100_000)
    let thousands = (0..<10).map { (Double($0), 1_000) }
    // The growth is used up at 9 ms but for the 9 tokens earned since; at 10 ms there are 10.
    for (more, throttles) in [([], 0), ([(10.0, 10)], 0), ([(10, 11)], 1)] as [([(Double, Int)], Int)] {
      var story = Story([instant("f", [])], at: [], account: account)
      story.traffic[0].arrivals = spikes(thousands + more)
      let result = try story.run()
      #expect(result.figure("throttles", of: "f") == Double(throttles))
      #expect(result.throttles(.functionRate, of: "f") == Double(throttles))
    }
    // In the next second 10,000 are established and need no growth; 1,010 more have been earned.
    for (more, throttles) in [(1_010, 0), (1_011, 1)] {
      var story = Story([instant("f", [])], at: [], account: account)
      story.traffic[0].arrivals = spikes(thousands + thousands.map { ($0.0 + 1_000, $0.1) } + [(1_010, more)])
      #expect(try story.run().throttles(.functionRate, of: "f") == Double(throttles))
    }
  }

  @Test("a rate stays established for five minutes at least, and for ten at most")
  func growthIsForgotten() throws {
    // Growth of 30 at once and 30 a second, so that 90 within a second need two seconds before, unless a second like it
    // was there. The rate is built up in three steps; the environments stay.
    let account = AccountConfig(
      concurrentExecutions: 100_000, scalingBurst: 30, scalingRate: 30, requestsPerConcurrency: 1)
    var f = instant("f", [])
    f.idleExpiry = .constant(2_000e9)
    for (seconds, throttles) in [(299.0, 0), (599, 0), (601, 60)] {
      var story = Story([f], at: [], account: account)
      story.traffic[0].arrivals = spikes([(0, 30), (1_000, 60), (2_000, 90), (seconds * 1_000, 90)])
      #expect(try story.run().throttles(.functionRate, of: "f") == Double(throttles), "after \(seconds) s")
    }
  }
}

extension RunResult {
  /// AWS's reasons, as series name them.
  enum Reason: String {
    case concurrency = "ConcurrentInvocationLimitExceeded"
    case functionRate = "FunctionInvocationRateLimitExceeded"
    case reservedConcurrency = "ReservedFunctionConcurrentInvocationLimitExceeded"
    case reservedRate = "ReservedFunctionInvocationRateLimitExceeded"
    case callerRate = "CallerRateLimitExceeded"
  }

  /// Invocations refused for a reason over the whole run; 0 if the function has no such series.
  func throttles(_ reason: Reason, of resource: String) -> Double {
    sum("Throttles.\(reason.rawValue)", of: resource) ?? 0
  }

  /// Sum of a counter's series; nil if there is none.
  func sum(_ name: String, of resource: String) -> Double? {
    series.first { $0.key.resource == resource && $0.key.name == name && $0.key.statistic == .sum }
      .map { $0.values.reduce(0, +) }
  }
}
