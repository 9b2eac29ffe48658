import Engine
import Services
import Testing
import Units

/// The account's concurrency and the scaling rate of a function.
@Suite("Lambda limits")
struct LimitStoryTests {
  private let large = AccountConfig(concurrentExecutions: 5_000)

  @Test("the account's concurrency: one below, at and one above", arguments: [(2, 0), (3, 0), (4, 1)])
  func concurrency(count: Int, throttles: Int) throws {
    let result = try Story(
      [function("f", [wait(40)])], at: [.zero], count: count, account: AccountConfig(concurrentExecutions: 3)
    ).run()
    #expect(result.figure("throttles", of: "f") == Double(throttles))
    #expect(result.figure("throttlesConcurrency", of: "f") == Double(throttles))
    #expect(result.figure("throttlesRate", of: "f") == 0)
    #expect(result.requests(.throttled) == Int64(throttles))
    #expect(result.figure("peakConcurrency", of: "f") == Double(count - throttles))
    // A refused invocation is neither invoked nor billed.
    #expect(result.usage("Request", of: "f") == Int64(count - throttles))
  }

  @Test("concurrency is free again after the answer; a request announced for its very instant comes before it")
  func concurrencyIsFreed() throws {
    for (moment, throttles) in [(139.999_999, 1), (140, 1), (140.000_001, 0)] {
      let result = try Story(
        [function("f", [wait(40)])], at: [.zero, .ms(moment)], account: AccountConfig(concurrentExecutions: 1)
      ).run()
      #expect(result.figure("throttles", of: "f") == Double(throttles))
    }
  }

  @Test("two functions share the account's concurrency, init phases included")
  func sharedConcurrency() throws {
    var story = Story(
      [function("f", [wait(40)]), function("g", [wait(40)])], at: [.zero], count: 2,
      account: AccountConfig(concurrentExecutions: 3))
    story.traffic.append(
      TrafficConfig(
        name: "second", target: TrafficTarget(resource: "g"),
        arrivals: .spikes([Spike(at: .ms(50), count: 2, over: .zero), Spike(at: .ms(141), count: 2, over: .zero)])))
    let result = try story.run()
    #expect(result.figure("throttles", of: "f") == 0)
    // One of the two at 50 ms; at 141 ms f has ended and g's first runs on.
    #expect(result.figure("throttles", of: "g") == 1)
    #expect(result.figure("peakConcurrency", of: "g") == 3)
  }

  @Test(
    "1,000 environments at once, the 1,001st is refused for the rate", arguments: [(999, 0), (1_000, 0), (1_001, 1)])
  func scalingBurst(count: Int, throttles: Int) throws {
    let result = try Story([function("f", [wait(40)])], at: [.zero], count: count, account: large).run()
    #expect(result.figure("throttlesRate", of: "f") == Double(throttles))
    #expect(result.figure("throttlesConcurrency", of: "f") == 0)
    #expect(result.figure("coldStarts", of: "f") == Double(count - throttles))
  }

  @Test("then 100 a second: one more environment every 10 ms, and not a nanosecond earlier")
  func scalingRate() throws {
    for (nanoseconds, throttles) in [(9_999_999, 1), (10_000_000, 0), (19_999_999, 0)] {
      var story = Story([function("f", [wait(500)])], at: [.zero], count: 1_000, account: large)
      let late = Time(nanoseconds: Int64(nanoseconds))
      story.traffic[0].arrivals = .spikes([
        Spike(at: .zero, count: 1_000, over: .zero), Spike(at: late, count: 1, over: .zero),
      ])
      #expect(try story.run().figure("throttlesRate", of: "f") == Double(throttles))
    }
  }

  @Test("warm environments do not count against the rate, and every function has a rate of its own")
  func scalingIsPerFunction() throws {
    var story = Story(
      [function("f", [wait(40)]), function("g", [wait(40)])], at: [.zero, .ms(200)], count: 1_000, account: large)
    story.traffic.append(
      TrafficConfig(
        name: "second", target: TrafficTarget(resource: "g"),
        arrivals: .spikes([Spike(at: .zero, count: 1_000, over: .zero)])))
    let result = try story.run()
    #expect(result.figure("throttles", of: "f") == 0 && result.figure("throttles", of: "g") == 0)
    #expect(result.figure("coldStarts", of: "f") == 1_000)
    #expect(result.figure("invocations", of: "f") == 2_000)
  }
}
