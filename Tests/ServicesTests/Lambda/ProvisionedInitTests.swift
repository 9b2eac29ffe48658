import Engine
import Services
import Testing
import Units

/// The life of provisioned environments: inits that no request waits for, first calls, crashes.
@Suite("Inits of provisioned concurrency")
struct ProvisionedInitTests {
  /// One provisioned environment, asked for at 60 s, allocated at 60.01 s, with an init of so many seconds.
  private func added(_ seconds: Double, _ handler: [Step] = [wait(40)], timeout: Time = .seconds(3)) throws
    -> FunctionConfig
  {
    var config = function("f", timeout: timeout, handler)
    config.initDuration = .constant(seconds * 1e9)
    var provisioned = ProvisionedConcurrencyConfig(concurrentExecutions: 0)
    provisioned.preparation = .constant(0)
    var scaling = ProvisionedConcurrencyConfig.AutoScaling(minCapacity: 0, maxCapacity: 0)
    scaling.scheduledActions = [
      ScheduledAction(
        schedule: try CronSchedule("at(2026-06-01T00:01:00)"), minCapacity: 1, maxCapacity: 1)
    ]
    provisioned.autoScaling = scaling
    config.provisionedConcurrency = provisioned
    return config
  }

  @Test(
    "without a request an init may take 130 s, or the function's timeout if that is longer",
    arguments: [
      (9.999, 3, false, 9_999.0), (10, 3, false, 10_000), (129.999, 3, false, 129_999), (130, 3, true, 130_000),
      (500, 3, true, 130_000), (499, 500, false, 499_000), (500, 500, true, 500_000),
    ])
  func limit(seconds: Double, timeout: Int64, hasTimedOut: Bool, billed: Double) throws {
    let result = try Story([added(seconds, timeout: .seconds(timeout))], at: []).run()
    #expect(result.figure("initTimeouts", of: "f") == (hasTimedOut ? 1 : 0))
    #expect(result.figure("provisionedBilledMilliseconds", of: "f") == billed)
    #expect(result.figure("billedMilliseconds", of: "f") == billed)
    #expect(result.figure("coldStarts", of: "f") == 0)
  }

  @Test("an environment whose init failed runs it again in its first invocation, and is usable")
  func failure() throws {
    var f = try added(0.2)
    f.initFailure = 1
    let result = try Story([f], at: [.seconds(100), .seconds(200)]).run()
    // Init of 200 ms, then within each invocation again, which fails for it.
    #expect(result.figure("provisionedInvocations", of: "f") == 2)
    #expect(result.figure("spilloverInvocations", of: "f") == 0)
    #expect(result.figure("initFailures", of: "f") == 3)
    #expect(result.figure("suppressedInits", of: "f") == 2)
    #expect(result.requests(.failed) == 2)
    #expect(result.figure("provisionedBilledMilliseconds", of: "f") == 600)
  }

  @Test("a crash resets a provisioned environment: it stays provisioned, and its next invocation runs init")
  func crash() throws {
    var f = function("f", [wait(40), .crash(probability: 1)])
    f.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 1)
    f.firstCall = .constant(7e6)
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.figure("provisionedInvocations", of: "f") == 2)
    #expect(result.figure("crashes", of: "f") == 2 && result.figure("suppressedInits", of: "f") == 1)
    #expect(result.figure("meanEnvironments", of: "f") == 1)
    #expect(result.figure("coldStarts", of: "f") == 0)
    #expect(result.segmentsMs == ["f suppressed init": 100, "f first call": 14, "f handler": 80])
    #expect(result.figure("provisionedBilledMilliseconds", of: "f") == 47 + 147)
    // Free at 47 ms in its reset condition; a request before that spills over.
    for (moment, spilled) in [(46.999_999, 1.0), (47, 0)] {
      let second = try Story([f], at: [.zero, .ms(moment)]).run()
      #expect(second.figure("spilloverInvocations", of: "f") == spilled)
    }
  }

  @Test("the first call of a provisioned environment takes longer, its second one does not")
  func firstCall() throws {
    var f = function("f", [wait(40)])
    f.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 1)
    f.firstCall = .constant(30e6)
    let result = try Story([f], at: [.zero, .seconds(1)]).run()
    #expect(result.segmentsMs == ["f first call": 30, "f handler": 80])
    #expect(result.latencyMs == 110)
  }

  @Test("one that is too old is replaced, and the replacement has a first call before it")
  func age() throws {
    var f = function("f", [wait(40)])
    f.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: 1)
    f.firstCall = .constant(30e6)
    f.maximumAge = .constant(10e9)
    // The replacement begins at 10 s and is there at 10.1 s.
    for (moment, spilled) in [(9_000.0, 0.0), (10_099.999_999, 1), (10_100, 0)] {
      var story = Story([f], at: [.seconds(1), .ms(moment)])
      story.duration = .seconds(15)
      let result = try story.run()
      #expect(result.figure("spilloverInvocations", of: "f") == spilled, "at \(moment) ms")
      #expect(result.figure("peakProvisionedConcurrency", of: "f") == 1)
      #expect(result.segmentsMs["f first call"] == (moment == 9_000 ? 30 : 60))
      #expect(
        result.figure("provisionedBilledMilliseconds", of: "f") == 100 + 70
          + (moment == 9_000 ? 40 : spilled == 0 ? 70 : 0))
    }
  }

  @Test("after a crash the SDK clients of the environment are new ones, as its process is")
  func freshClients() throws {
    // g refuses everything. The quota of 500 tokens pays for 100 retries at 5 each.
    var g = function("g", [])
    g.reservedConcurrentExecutions = 0
    var step = CallStep(target: "g")
    step.retry = RetryConfig(.standard2026)
    step.retry.jitter = .none
    step.onError = .continue
    let loop = Step.repeat(times: .constant(60), [.call(step)])
    for (end, retries) in [([Step](), 100.0), ([.crash(probability: 1)], 200), ([wait(900_000)], 200)] {
      let f = function("f", timeout: .seconds(400), [loop] + end)
      let result = try Story([f, g], at: [.zero, .seconds(410)]).run()
      #expect(result.figure("coldStarts", of: "f") == 1)
      #expect(result.figure("retries", of: "f") == retries)
    }
  }
}
