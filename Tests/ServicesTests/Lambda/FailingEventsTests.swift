import Engine
import Services
import Testing
import Units

/// Asynchronous events against everything that may refuse or fail an invocation.
@Suite("Asynchronous events and a function's limits")
struct FailingEventsTests {
  private let events = TrafficTarget(resource: "f", invocationType: .event)

  /// A function without init, whose events have so many retries.
  private func instant(_ handler: [Step], retries: Int = 2, timeout: Time = .seconds(3)) -> FunctionConfig {
    var config = function("f", timeout: timeout, handler)
    config.initDuration = .constant(0)
    config.eventInvoke.maximumRetryAttempts = retries
    return config
  }

  @Test("crashes, timeouts and lack of memory are errors of the function, retried after 1 and 2 min")
  func failures() throws {
    var full = instant([wait(40)])
    full.memoryUsage = .constant(1_770 * 1_048_576)
    for (f, name, duration) in [
      (instant([wait(40), .crash(probability: 1)]), "crashes", 40.0), (full, "outOfMemory", 40),
      (instant([wait(5_000)], timeout: .seconds(1)), "timeouts", 1_000),
    ] {
      let result = try Story([.function(f)], target: events, at: [.zero]).run()
      #expect(result.figure(name, of: "f") == 3)
      #expect(result.figure("errors", of: "f") == 3 && result.figure("invocations", of: "f") == 3)
      #expect(result.figure("asyncRetriesError", of: "f") == 2)
      #expect(result.figure("asyncRetriesThrottle", of: "f") == 0)
      #expect(result.figure("asyncEventsDroppedRetries", of: "f") == 1)
      #expect(result.figure("suppressedInits", of: "f") == 2, "each retry finds a process that has ended")
      // Ages at the three begins: 0, then 1 min and 2 min after the end before.
      #expect(result.figure("meanAsyncEventAgeMs", of: "f") * 3 == (60_000 + duration) + (180_000 + 2 * duration))
      // The client has its answer long since.
      #expect(result.requests(.success) == 1 && result.latencyMs == 0)
    }
  }

  @Test("an init that fails is an error of the event's invocation too")
  func initFailure() throws {
    var f = instant([wait(40)], retries: 1)
    f.initDuration = .constant(200e6)
    f.initFailure = 1
    let result = try Story([.function(f)], target: events, at: [.zero]).run()
    #expect(result.figure("errors", of: "f") == 2)
    #expect(result.figure("asyncEventsDroppedRetries", of: "f") == 1)
    // 200 ms of init, then 200 ms within the invocation; a minute later 200 ms again, in the same environment.
    #expect(result.figure("coldStarts", of: "f") == 1)
    #expect(result.figure("billedMilliseconds", of: "f") == 600)
  }

  @Test("reserved 0: every event is dropped for that reason, and none reaches the function")
  func reservedZero() throws {
    var f = instant([wait(40)])
    f.reservedConcurrentExecutions = 0
    let result = try Story([.function(f)], target: events, at: [.zero], count: 3).run()
    #expect(result.requests(.success) == 3, "the queue takes them all the same")
    #expect(result.figure("asyncEventsReceived", of: "f") == 3)
    #expect(result.figure("asyncEventsDroppedConcurrency", of: "f") == 3)
    #expect(result.figure("asyncEventsDropped", of: "f") == 3)
    #expect(result.figure("invocations", of: "f") == 0)
    #expect(result.figure("eventsInProgress", of: "f") == 0)
  }

  @Test("reserved 1: three events run one after the other, as their back-off has it")
  func reservedOne() throws {
    // At 0 one of three runs, until 0.5 s; at 1 s one of two; at 3 s the last one.
    var f = instant([wait(500)])
    f.reservedConcurrentExecutions = 1
    let result = try Story([.function(f)], target: events, at: [.zero], count: 3).run()
    #expect(result.figure("throttlesReserved", of: "f") == 3)
    #expect(result.figure("asyncRetriesThrottle", of: "f") == 3)
    #expect(result.figure("asyncEventsSucceeded", of: "f") == 3)
    #expect(result.figure("peakConcurrency", of: "f") == 1)
    #expect(result.figure("meanAsyncEventAgeMs", of: "f") * 3 == 4_000)
  }

  @Test("events run on provisioned concurrency first, and spill over")
  func spillover() throws {
    var f = function("f", [wait(500)])
    f.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 2)
    let result = try Story([.function(f)], target: events, at: [.zero], count: 3).run()
    #expect(result.figure("provisionedInvocations", of: "f") == 2)
    #expect(result.figure("spilloverInvocations", of: "f") == 1)
    #expect(result.figure("coldStarts", of: "f") == 1)
    #expect(result.figure("asyncEventsSucceeded", of: "f") == 3)
    #expect(result.usage("Lambda-Provisioned-GB-Second", of: "f") == Int64(2 * 500 * 1_769))
    #expect(result.usage("Lambda-GB-Second", of: "f") == Int64(600 * 1_769))
  }

  @Test("the request rate limits synchronous requests alone, of the account, the reservation and what is provisioned")
  func requestRate() throws {
    // One request a second for each unit of concurrency, at most half a second's at once: 5 of 10.
    let account = AccountConfig(requestsPerConcurrency: 1, requestBurst: .milliseconds(500))
    var limited = account
    limited.concurrentExecutions = 10
    var reserved = instant([wait(40)])
    reserved.reservedConcurrentExecutions = 10
    var provisioned = reserved
    provisioned.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 10)
    for (f, account) in [(instant([wait(40)]), limited), (reserved, account), (provisioned, account)] {
      let synchronous = try Story(
        [.function(f)], target: TrafficTarget(resource: "f"), at: [.zero], count: 10, account: account
      ).run()
      #expect(synchronous.requests(.success) == 5 && synchronous.requests(.throttled) == 5)
      let asynchronous = try Story([.function(f)], target: events, at: [.zero], count: 10, account: account).run()
      #expect(asynchronous.figure("invocations", of: "f") == 10)
      #expect(asynchronous.figure("throttles", of: "f") == 0)
    }
  }
}
