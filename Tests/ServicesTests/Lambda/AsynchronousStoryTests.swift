import Engine
import Services
import Testing
import Units

/// Asynchronous events in whole systems.
@Suite("Asynchronous invocation")
struct AsynchronousStoryTests {
  private let events = TrafficTarget(resource: "f", invocationType: .event)

  /// A function without init, and with so many retries of its events.
  private func instant(
    _ handler: [Step], name: String = "f", retries: Int = 2, timeout: Time = .seconds(3)
  ) -> FunctionConfig {
    var config = function(name, timeout: timeout, handler)
    config.initDuration = .constant(0)
    config.eventInvoke.maximumRetryAttempts = retries
    return config
  }

  /// Sum of the ages at which invocations began, in ms.
  private func ages(_ result: RunResult) -> Double {
    result.figure("meanAsyncEventAgeMs", of: "f") * result.figure("invocations", of: "f")
  }

  @Test("the caller waits for the acceptance alone")
  func acceptance() throws {
    let result = try Story([.function(instant([wait(500)]))], target: events, at: [.zero, .seconds(1)], count: 3).run()
    #expect(result.requests(.success) == 6)
    #expect(result.latencyMs == 0)
    #expect(result.figure("invocations", of: "f") == 6)
    #expect(result.figure("asyncEventsSucceeded", of: "f") == 6)
    #expect(result.figure("meanEventLatencyMs", of: "f") == 500)
    #expect(result.usage("Request", of: "f") == 6)
  }

  @Test("a handler goes on at once, whatever becomes of the event")
  func handler() throws {
    var call = CallStep(target: "f")
    call.invocationType = .event
    let result = try Story(
      [
        .function(instant([.call(call), wait(10)], name: "a")),
        .function(instant([wait(700), .fail(probability: 1)], retries: 1)),
      ],
      target: TrafficTarget(resource: "a"), at: [.zero]
    ).run()
    #expect(result.latencyMs == 10)
    #expect(result.requests(.success) == 1)
    #expect(result.segmentsMs == ["a handler": 10])
    #expect(result.figure("asyncEventsReceived", of: "a").isNaN, "nobody sends events to a")
    #expect(result.figure("errors", of: "f") == 2)
    #expect(result.figure("asyncEventsDropped", of: "f") == 1)
  }

  @Test("errors are retried 1 min and 2 min after the failure, with a cold start that delays it")
  func errors() throws {
    var f = instant([wait(40), .fail(probability: 1)])
    f.initDuration = .constant(100e6)
    let result = try Story([.function(f)], target: events, at: [.zero]).run()
    // Ends at 140 ms, 60.18 s and 180.22 s.
    #expect(ages(result) == 0 + 60_140 + 180_180)
    #expect(result.figure("errors", of: "f") == 3)
    #expect(result.figure("coldStarts", of: "f") == 1)
    #expect(result.figure("asyncRetriesError", of: "f") == 2)
  }

  @Test("the function's timeout is an error")
  func timeouts() throws {
    let result = try Story([.function(instant([wait(5_000)], timeout: .seconds(1)))], target: events, at: [.zero])
      .run()
    #expect(result.figure("timeouts", of: "f") == 3)
    #expect(ages(result) == 0 + 61_000 + 182_000)
    #expect(result.figure("asyncEventsDroppedRetries", of: "f") == 1)
  }

  @Test("an event whose second attempt succeeds has succeeded")
  func secondAttempt() throws {
    var t = table("t", milliseconds: 10)
    t.capacity = .onDemand(OnDemandThroughput(maxReadRequestUnits: 1))
    let result = try Story([.function(instant([read("t")])), .table(t)], target: events, at: [.zero], count: 2).run()
    // The table refuses the second read. It is repeated a minute later.
    #expect(result.figure("errors", of: "f") == 1)
    #expect(result.figure("asyncEventsSucceeded", of: "f") == 2)
    #expect(result.figure("meanEventLatencyMs", of: "f") == (10 + 60_010) / 2)
  }

  @Test("a throttled event comes back at 1, 2, 4 .. 256, 300 s, until there is room")
  func throttles() throws {
    // One concurrent execution, which g holds for 900 s. f's event arrives at 1 s.
    let system = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .seconds(1_200),
      period: .seconds(1), account: AccountConfig(concurrentExecutions: 1),
      resources: [
        .function(instant([wait(40)], retries: 0)),
        .function(instant([wait(900_000)], name: "g", timeout: .seconds(901))),
      ],
      traffic: [
        TrafficConfig(
          name: "events", target: events, arrivals: .spikes([Spike(at: .seconds(1), count: 1, over: .zero)])),
        TrafficConfig(
          name: "g", target: TrafficTarget(resource: "g"),
          arrivals: .spikes([Spike(at: .zero, count: 1, over: .zero)])),
      ])
    let result = try simulate(system, seed: 1, replication: 0)
    let throttles = try #require(
      result.series.first { $0.key.resource == "f" && $0.key.name == "Throttles" }?.values)
    let moments = throttles.indices.filter { throttles[$0] > 0 }
    #expect(moments == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 812])
    #expect(ages(result) == 1_111_000)
    #expect(result.figure("asyncRetriesThrottle", of: "f") == 11)
    #expect(result.figure("invocations", of: "f") == 1)
  }

  @Test("events that are refused together come back together, in waves")
  func waves() throws {
    // Six events at once, room for two, 500 ms each: two at 1 ms, 1.001 s and 3.001 s.
    var f = instant([wait(500)])
    f.eventInvoke.queueLatency = .constant(1e6)
    let result = try Story(
      [.function(f)], target: events, at: [.zero], count: 6, account: AccountConfig(concurrentExecutions: 2)
    ).run()
    // 2 x 1 ms + 2 x 1,001 ms + 2 x 3,001 ms.
    #expect(ages(result) == 8_006)
    #expect(result.figure("throttles", of: "f") == 4 + 2)
    #expect(result.figure("asyncRetriesThrottle", of: "f") == 6)
    #expect(result.figure("peakAsyncEventsQueued", of: "f") == 6)
  }

  @Test("without jitter a storm drains a wave at a time, while the function idles; with full jitter it drains")
  func jitter() throws {
    // 300 events, room for ten: waves at 0, 1, 3, 7 .. 511 and 811 s, eleven in 1,000 s.
    for (jitter, succeeded) in [(RetryConfig.Jitter.none, 110.0), (.full, 300)] {
      var f = instant([wait(500)])
      f.eventInvoke.backoffJitter = jitter
      let result = try Story(
        [.function(f)], target: events, at: [.zero], count: 300, account: AccountConfig(concurrentExecutions: 10)
      ).run()
      #expect(result.figure("asyncEventsSucceeded", of: "f") == succeeded)
      #expect(result.figure("eventsInProgress", of: "f") == 300 - succeeded)
    }
  }

  @Test("a dropped event goes to a function, which handles it as an event of its own, and to the dead-letter queue")
  func destinations() throws {
    var f = instant([wait(40), .fail(probability: 1)], retries: 0)
    f.eventInvoke.onFailure = "h"
    f.eventInvoke.deadLetterQueue = "dead"
    var h = instant([wait(10)], name: "h")
    h.eventInvoke.onSuccess = "done"
    let result = try Story(
      [.function(f), .function(h), .queue(QueueConfig(name: "dead")), .queue(QueueConfig(name: "done"))],
      target: events, at: [.zero], count: 5
    ).run()
    #expect(result.figure("asyncEventsDropped", of: "f") == 5)
    #expect(result.figure("destinationDeliveries", of: "f") == 5)
    #expect(result.figure("deadLettersSent", of: "f") == 5)
    #expect(result.figure("asyncEventsReceived", of: "h") == 5)
    #expect(result.figure("asyncEventsSucceeded", of: "h") == 5)
    #expect(result.figure("destinationDeliveries", of: "h") == 5)
  }

  @Test("Little's law: events in the queue = rate x time in it")
  func little() throws {
    var f = instant([wait(40)])
    f.eventInvoke.queueLatency = EventInvokeConfig.scenarioQueueLatency
    var story = Story([.function(f)], target: events, at: [])
    story.traffic[0].arrivals = .spikes([Spike(at: .zero, count: 2_000, over: .seconds(100))])
    let result = try story.run()
    #expect(result.figure("asyncEventsSucceeded", of: "f") == 2_000)
    // Everybody waits once and is invoked at the end of the wait.
    #expect(abs(result.figure("meanAsyncEventsQueued", of: "f") * 1_000 - ages(result) / 1e3) < 1e-6)
    // 2,000 draws of median 30 ms and p99 150 ms have mean 38.1 ms, standard error 0.7 ms; 4 ms are beyond five.
    #expect(abs(result.figure("meanAsyncEventAgeMs", of: "f") - 38.1) < 4)
  }

  @Test("a function that gets no events has no figures of them, and its settings change nothing")
  func absent() throws {
    let plain = instant([wait(40)])
    var configured = plain
    configured.eventInvoke.queueLatency = EventInvokeConfig.scenarioQueueLatency
    configured.eventInvoke.maximumRetryAttempts = 0
    configured.eventInvoke.backoffJitter = .full
    let results = try [plain, configured].map { try Story([$0], at: [.zero, .seconds(5)]).run() }
    #expect(results[0].digest == results[1].digest)
    #expect(results[0].figure("asyncEventsReceived", of: "f").isNaN)
    #expect(!results[0].series.contains { $0.key.name.contains("Async") })
  }
}
