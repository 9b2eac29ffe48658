import Engine
import Services
import Testing
import Units

/// Environments that are there before the requests: who uses them, how more of them come, and what they cost.
@Suite("Provisioned concurrency")
struct ProvisionedStoryTests {
  /// A function with so many provisioned environments.
  private func provisioned(_ count: Int, _ handler: [Step] = [wait(40)], timeout: Time = .seconds(3)) -> FunctionConfig
  {
    var config = function("f", timeout: timeout, handler)
    config.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: count)
    config.provisionedConcurrency?.preparation = .constant(60e9)
    return config
  }

  /// One that goes from a number to another at a moment.
  private func changing(
    _ count: Int, to other: Int, at moment: String, _ handler: [Step] = [wait(40)]
  ) throws -> FunctionConfig {
    var config = provisioned(count, handler)
    var scaling = ProvisionedConcurrencyConfig.AutoScaling(minCapacity: count, maxCapacity: count)
    scaling.scheduledActions = [
      ScheduledAction(
        schedule: try CronSchedule("at(2026-06-01T\(moment))"), minCapacity: other, maxCapacity: other)
    ]
    config.provisionedConcurrency?.autoScaling = scaling
    return config
  }

  @Test("spillover begins when all provisioned environments are busy", arguments: [(1, 0), (2, 0), (3, 1)])
  func spillover(count: Int, spilled: Int) throws {
    let result = try Story([provisioned(2)], at: [.zero], count: count).run()
    let served = count - spilled
    #expect(result.figure("provisionedInvocations", of: "f") == Double(served))
    #expect(result.figure("spilloverInvocations", of: "f") == Double(spilled))
    #expect(result.sum("ProvisionedConcurrencySpilloverInvocations", of: "f") == Double(spilled))
    #expect(result.figure("coldStarts", of: "f") == Double(spilled))
    #expect(result.figure("invocations", of: "f") == Double(count))
    // 40 ms each, and the spilled one's init of 100 ms.
    #expect(result.usage("Lambda-Provisioned-GB-Second", of: "f") == Int64(served * 40 * 1_769))
    #expect(result.usage("Lambda-GB-Second", of: "f") == Int64(spilled * 140 * 1_769))
    #expect(result.usage("Request", of: "f") == Int64(count))
    // Two for the whole run of 1,000 s; their own init was before it.
    #expect(result.usage("Lambda-Provisioned-Concurrency", of: "f") == Int64(2 * 1_000_000 * 1_769))
    #expect(result.figure("billedMilliseconds", of: "f") == Double(served * 40 + spilled * 140))
  }

  @Test("the log says how much memory the runtime uses, in environments that were there before the run as well")
  func loggedMemory() throws {
    var story = Story([provisioned(1)], at: [.zero], count: 2)
    story.duration = .seconds(10)
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: story.duration,
      invocationLog: InvocationLogConfig(sample: 1), resources: story.resources, traffic: story.traffic)
    let log = try simulate(config, seed: 1, replication: 0).log
    let used = try #require(ColdStarts.memoryUsed(runtime: FunctionConfig.defaultRuntime))
    // One on the provisioned environment, one that spilled over.
    #expect(log.count == 2)
    for line in log { #expect(line.message.contains("Max Memory Used: \(used) MB"), "\(line.message)") }
  }

  @Test("a provisioned environment is free again at the instant of its answer")
  func isFreed() throws {
    for (moment, spilled) in [(39.999_999, 1), (40, 0), (40.000_001, 0)] {
      let result = try Story([provisioned(1)], at: [.zero, .ms(moment)]).run()
      #expect(result.figure("spilloverInvocations", of: "f") == Double(spilled))
    }
  }

  @Test("idle provisioned environments do not expire")
  func noExpiry() throws {
    let result = try Story([provisioned(1)], at: [.seconds(999)]).run()
    #expect(result.figure("coldStarts", of: "f") == 0)
    #expect(result.figure("meanEnvironments", of: "f") == 1)
    #expect(result.segmentsMs == ["f handler": 40])
  }

  @Test("provisioned = reserved: everything runs on it, the rest is refused as reserved", arguments: [(2, 0), (3, 1)])
  func allReserved(count: Int, throttles: Int) throws {
    var f = provisioned(2)
    f.reservedConcurrentExecutions = 2
    let result = try Story([f], at: [.zero], count: count).run()
    #expect(result.throttles(.reservedConcurrency, of: "f") == Double(throttles))
    #expect(result.figure("provisionedInvocations", of: "f") == 2)
    #expect(result.figure("spilloverInvocations", of: "f") == 0)
    #expect(result.figure("coldStarts", of: "f") == 0)
  }

  @Test("provisioned below reserved: the difference is on demand", arguments: [(2, 0, 0), (3, 1, 0), (4, 1, 1)])
  func partlyReserved(count: Int, spilled: Int, throttles: Int) throws {
    var f = provisioned(2)
    f.reservedConcurrentExecutions = 3
    let result = try Story([f], at: [.zero], count: count).run()
    #expect(result.figure("spilloverInvocations", of: "f") == Double(spilled))
    #expect(result.throttles(.reservedConcurrency, of: "f") == Double(throttles))
  }

  @Test("provisioned concurrency is taken out of what all functions share", arguments: [(1, 0), (2, 1)])
  func takenFromAccount(count: Int, throttles: Int) throws {
    var story = Story(
      [provisioned(2), function("g", [wait(40)])], at: [.ms(10)], count: 2,
      account: AccountConfig(concurrentExecutions: 3))
    story.traffic.append(
      TrafficConfig(
        name: "others", target: TrafficTarget(resource: "g"),
        arrivals: .spikes([Spike(at: .zero, count: count, over: .zero)])
      ))
    let result = try story.run()
    #expect(result.throttles(.concurrency, of: "g") == Double(throttles))
    #expect(result.figure("provisionedInvocations", of: "f") == 2)
  }

  @Test("beyond its request rate a request spills over, though environments are idle", arguments: [(5, 0), (6, 1)])
  func requestRate(count: Int, spilled: Int) throws {
    let account = AccountConfig(requestsPerConcurrency: 1, requestBurst: .milliseconds(500))
    let result = try Story([provisioned(10)], at: [.zero], count: count, account: account).run()
    #expect(result.figure("provisionedInvocations", of: "f") == 5)
    #expect(result.figure("spilloverInvocations", of: "f") == Double(spilled))
    // With nothing to spill over into, it is the rate that refuses.
    var f = provisioned(10)
    f.reservedConcurrentExecutions = 10
    let reserved = try Story([f], at: [.zero], count: count, account: account).run()
    #expect(reserved.throttles(.reservedRate, of: "f") == Double(spilled))
    #expect(reserved.throttles(.reservedConcurrency, of: "f") == 0)
  }

  // MARK: Increases and decreases

  @Test("an increase can be used at the instant its last environment is ready, and not a nanosecond earlier")
  func increase() throws {
    // Asked for at 60 s, prepared at 120 s, the third allocated 30 ms and initialised 100 ms later.
    for (moment, served) in [(120_129.999_999, 0), (120_130, 3), (120_130.000_001, 3)] {
      let result = try Story([changing(0, to: 3, at: "00:01:00")], at: [.ms(moment)], count: 3).run()
      #expect(result.figure("provisionedInvocations", of: "f") == Double(served), "at \(moment) ms")
      #expect(result.figure("coldStarts", of: "f") == Double(3 - served))
      // Nothing spills over from what is not there yet.
      #expect(result.figure("spilloverInvocations", of: "f") == 0)
    }
  }

  @Test("what was there before an increase serves during it")
  func duringIncrease() throws {
    let result = try Story([changing(1, to: 3, at: "00:01:00")], at: [.ms(120_115)], count: 3).run()
    #expect(result.figure("provisionedInvocations", of: "f") == 1)
    #expect(result.figure("spilloverInvocations", of: "f") == 2)
    // Both new ones were initialised for 100 ms each at the price of provisioned duration.
    #expect(result.figure("provisionedBilledMilliseconds", of: "f") == 240)
    #expect(result.usage("Lambda-Provisioned-GB-Second", of: "f") == Int64(240 * 1_769))
  }

  @Test("a slow init delays the whole increase")
  func slowInit() throws {
    for (moment, served) in [(125_019.999_999, 0), (125_020, 2)] {
      var f = try changing(0, to: 2, at: "00:01:00")
      f.initDuration = .constant(5e9)
      let result = try Story([f], at: [.ms(moment)], count: 2).run()
      #expect(result.figure("provisionedInvocations", of: "f") == Double(served))
    }
  }

  @Test("6,000 environments come in a minute")
  func allocationRate() throws {
    var f = try changing(0, to: 6_000, at: "00:01:00")
    f.provisionedConcurrency?.preparation = .constant(0)
    f.initDuration = .constant(0)
    for (moment, served) in [(Time(nanoseconds: 119_999_999_999), 0), (Time(nanoseconds: 120_000_000_001), 6_000)] {
      let result = try Story(
        [f], at: [moment], count: 6_000, account: AccountConfig(concurrentExecutions: 20_000, scalingBurst: 10_000)
      ).run()
      #expect(result.figure("provisionedInvocations", of: "f") == Double(served))
      #expect(result.figure("throttles", of: "f") == 0)
    }
  }

  @Test("a decrease ends idle environments at once and busy ones when they are through")
  func decrease() throws {
    // Three to 60 s. Then one of the two busy ones is to stay, the other one and the idle one are to go.
    let result = try Story([changing(3, to: 1, at: "00:01:00", [wait(2_000)])], at: [.seconds(59)], count: 2).run()
    #expect(result.figure("meanEnvironments", of: "f") == 1.121)
    #expect(result.figure("meanProvisionedConcurrency", of: "f") == 1.12)
    #expect(result.figure("scaleIns", of: "f") == 1)
    #expect(result.figure("invocations", of: "f") == 2 && result.figure("errors", of: "f") == 0)
  }

  @Test("a decrease gives the account its concurrency back")
  func decreaseFreesAccount() throws {
    for (seconds, throttles) in [(59.0, 1), (61, 0)] {
      var story = Story(
        [try changing(3, to: 1, at: "00:01:00"), function("g", [wait(40)])], at: [],
        account: AccountConfig(concurrentExecutions: 5))
      story.traffic[0].targets = [TrafficTarget(resource: "g")]
      story.traffic[0].arrivals = .spikes([Spike(at: .ms(seconds * 1_000), count: 3, over: .zero)])
      #expect(try story.run().throttles(.concurrency, of: "g") == Double(throttles))
    }
  }

  @Test(
    "a unit that is given up is billed up to the next full 5 minutes",
    arguments: [("00:01:00", 300), ("00:05:00", 300), ("00:06:00", 600)])
  func rounding(moment: String, seconds: Int64) throws {
    let result = try Story([changing(3, to: 1, at: moment)], at: []).run()
    #expect(result.usage("Lambda-Provisioned-Concurrency", of: "f") == (1_000 + 2 * seconds) * 1_000 * 1_769)
  }

  @Test("an increase is billed from the moment it is asked for")
  func billedFromRequest() throws {
    let result = try Story([changing(1, to: 3, at: "00:10:00")], at: []).run()
    #expect(result.usage("Lambda-Provisioned-Concurrency", of: "f") == Int64((1_000 + 2 * 400) * 1_000 * 1_769))
  }

  @Test("AWS refuses an increase beyond what is reserved, or that leaves less than 100 unreserved")
  func refused() throws {
    var reserved = try changing(2, to: 6, at: "00:01:00")
    reserved.reservedConcurrentExecutions = 5
    #expect(try Story([reserved], at: []).run().figure("scalingFailures", of: "f") == 1)
    for (limit, failures) in [(106, 0), (105, 1)] {
      let result = try Story(
        [changing(2, to: 6, at: "00:01:00")], at: [], account: AccountConfig(concurrentExecutions: limit)
      ).run()
      #expect(result.figure("scalingFailures", of: "f") == Double(failures))
      #expect(result.figure("peakProvisionedConcurrency", of: "f") == (failures == 0 ? 6 : 2))
    }
  }

  @Test("an environment that ended is replaced in the background")
  func replacement() throws {
    var f = provisioned(1, [wait(5_000)], timeout: .seconds(1))
    f.recovery = .end
    // Cut off at 1 s; its replacement is ready at 1.1 s.
    for (moment, spilled) in [(1_099.999_999, 1), (1_100, 0)] {
      let result = try Story([f], at: [.zero, .ms(moment)]).run()
      #expect(result.figure("spilloverInvocations", of: "f") == Double(spilled))
      #expect(result.figure("timeouts", of: "f") == 2)
    }
  }

  @Test("an environment whose process ended stays, and runs init within its next invocation")
  func reset() throws {
    var f = provisioned(1, [.wait(.constant(5_000e6))], timeout: .seconds(1))
    f.recovery = .reset
    let result = try Story([f], at: [.zero, .seconds(2)]).run()
    #expect(result.figure("spilloverInvocations", of: "f") == 0)
    #expect(result.figure("provisionedInvocations", of: "f") == 2)
    #expect(result.figure("suppressedInits", of: "f") == 1)
    // 1 s each; the init is part of the second one.
    #expect(result.usage("Lambda-Provisioned-GB-Second", of: "f") == Int64(2_000 * 1_769))
  }

  @Test("an environment that is too old is replaced, which takes an init, billed each time")
  func age() throws {
    var f = provisioned(1)
    f.maximumAge = .constant(400e9)
    for (moment, spilled) in [(399_000.0, 0), (400_050, 1), (400_099.999_999, 1), (400_100, 0)] {
      let result = try Story([f], at: [.ms(moment)]).run()
      #expect(result.figure("spilloverInvocations", of: "f") == Double(spilled), "at \(moment) ms")
      // At 400 and 800 s; the spilled one pays its own.
      #expect(result.figure("provisionedBilledMilliseconds", of: "f") == Double(200 + (spilled == 0 ? 40 : 0)))
      #expect(result.figure("peakProvisionedConcurrency", of: "f") == 1)
    }
  }

  @Test("an increase that is taken back before it is complete leaves what was there")
  func takenBack() throws {
    var f = try changing(2, to: 4, at: "00:01:00")
    // Back to 2 while the two new ones initialise.
    f.initDuration = .constant(30e9)
    f.provisionedConcurrency?.preparation = .constant(0)
    f.provisionedConcurrency?.autoScaling?.scheduledActions.append(
      ScheduledAction(
        schedule: try CronSchedule("at(2026-06-01T00:01:15)"), minCapacity: 2, maxCapacity: 2))
    let result = try Story([f], at: [.seconds(200)], count: 3).run()
    #expect(result.figure("peakProvisionedConcurrency", of: "f") == 2)
    #expect(result.figure("provisionedInvocations", of: "f") == 2)
    #expect(result.figure("spilloverInvocations", of: "f") == 1)
    // Two throughout, and two for 15 s that are billed as 300 s.
    #expect(result.usage("Lambda-Provisioned-Concurrency", of: "f") == Int64((2_000 + 600) * 1_000 * 1_769))
    // The two inits are billed all the same.
    #expect(result.figure("provisionedBilledMilliseconds", of: "f") == 60_080)
  }
}
