import Engine
import Services
import Testing
import Units

/// Target tracking of provisioned concurrency, minute by minute, and its schedule.
@Suite("Auto scaling of provisioned concurrency")
struct ScalingStoryTests {
  /// `count` environments with a target of 50 %, and requests at time zero that keep `busy` of them at work.
  private func story(count: Int, busy: Int, seconds: Double, target: Double = 0.5) -> Story {
    var f = function("f", timeout: .seconds(2_000), [wait(seconds * 1_000)])
    f.provisionedConcurrency = ProvisionedConcurrencyConfig(concurrentExecutions: count)
    f.provisionedConcurrency?.preparation = .constant(60e9)
    var scaling = ProvisionedConcurrencyConfig.AutoScaling(minCapacity: 1, maxCapacity: 100)
    scaling.targetUtilization = target
    f.provisionedConcurrency?.autoScaling = scaling
    return Story([f], at: busy == 0 ? [] : [.zero], count: max(1, busy))
  }

  @Test("three minutes above the target scale out, two do not", arguments: [(120.0, 0, 10), (180, 1, 12)])
  func scaleOut(seconds: Double, scaleOuts: Int, peak: Int) throws {
    // 6 of 10 against 50 %: 10 x 0.6 / 0.5.
    let result = try story(count: 10, busy: 6, seconds: seconds).run()
    #expect(result.figure("scaleOuts", of: "f") == Double(scaleOuts))
    #expect(result.figure("peakProvisionedConcurrency", of: "f") == Double(peak))
  }

  @Test("a third minute at or below the target is no data point of the alarm")
  func thirdMinute() throws {
    // 6 of 10 for 50 s of the third minute: exactly 50 %. A nanosecond more is above it.
    let at = try story(count: 10, busy: 6, seconds: 170).run()
    #expect(at.figure("scaleOuts", of: "f") == 0)
    let above = try story(count: 10, busy: 6, seconds: 170.000_001).run()
    #expect(above.figure("scaleOuts", of: "f") == 1)
  }

  @Test("utilization at the target does not scale out", arguments: [(5, 0), (6, 1)])
  func atTarget(busy: Int, scaleOuts: Int) throws {
    #expect(try story(count: 10, busy: busy, seconds: 180).run().figure("scaleOuts", of: "f") == Double(scaleOuts))
  }

  @Test("scaling out stops at maxCapacity")
  func maximum() throws {
    var story = story(count: 10, busy: 10, seconds: 180)
    guard case .function(var f) = story.resources[0] else { return }
    f.provisionedConcurrency?.autoScaling?.maxCapacity = 13
    story.resources[0] = .function(f)
    #expect(try story.run().figure("peakProvisionedConcurrency", of: "f") == 13)
    // Without the bound it would be 10 x 1 / 0.5.
    #expect(try self.story(count: 10, busy: 10, seconds: 180).run().figure("peakProvisionedConcurrency", of: "f") == 20)
  }

  @Test(
    "fifteen minutes below nine tenths of the target scale in, fourteen do not",
    arguments: [(839.0, 0), (840, 0), (841, 1), (901, 2)])
  func scaleIn(seconds: Double, scaleIns: Int) throws {
    // 1 of 10 busy. A minute with a second of work has a data point too: so 841 s have fifteen.
    let result = try story(count: 10, busy: 1, seconds: seconds).run()
    #expect(result.figure("scaleIns", of: "f") == Double(scaleIns))
    #expect(result.figure("scaleOuts", of: "f") == 0)
  }

  @Test("each step in takes a tenth, one at least")
  func steps() throws {
    // At 900 s from 40 to 36, at 960 s to 33.
    var result = try story(count: 40, busy: 1, seconds: 990).run()
    #expect(result.figure("scaleIns", of: "f") == 2)
    #expect(abs(result.figure("meanProvisionedConcurrency", of: "f") - (40 * 0.9 + 36 * 0.06 + 33 * 0.04)) < 1e-12)
    // From 3 to 2, which 1 busy at 50 % needs, and no further.
    result = try story(count: 3, busy: 1, seconds: 990).run()
    #expect(result.figure("scaleIns", of: "f") == 1)
    #expect(abs(result.figure("meanProvisionedConcurrency", of: "f") - (3 * 0.9 + 2 * 0.1)) < 1e-12)
  }

  @Test("nine tenths of the target are not below it", arguments: [(9, 0), (8, 2)])
  func lowThreshold(busy: Int, scaleIns: Int) throws {
    #expect(try story(count: 20, busy: busy, seconds: 990).run().figure("scaleIns", of: "f") == Double(scaleIns))
  }

  @Test("a function that nobody invokes has no data points and keeps its environments")
  func noData() throws {
    var story = story(count: 10, busy: 0, seconds: 1)
    story.duration = .seconds(7_200)
    let result = try story.run()
    #expect(result.figure("scaleIns", of: "f") == 0)
    #expect(result.figure("meanProvisionedConcurrency", of: "f") == 10)
  }

  @Test(
    "minutes without data interrupt an alarm only when there are as many as it looks at", arguments: [(2, 1), (3, 0)])
  func gaps(gap: Int, scaleOuts: Int) throws {
    // Two minutes at 60 %, a pause, and one more minute.
    var story = story(count: 10, busy: 6, seconds: 60)
    story.traffic[0].arrivals = .spikes(
      [0, 60, 60 * Int64(2 + gap)].map { Spike(at: .seconds($0), count: 6, over: .zero) })
    #expect(try story.run().figure("scaleOuts", of: "f") == Double(scaleOuts))
  }

  @Test(
    "a scheduled action moves the bounds, and what is outside follows",
    arguments: [(20, 30, 20.0), (5, 30, 10), (2, 6, 6)])
  func schedule(minimum: Int, maximum: Int, expected: Double) throws {
    var story = story(count: 10, busy: 0, seconds: 1)
    guard case .function(var f) = story.resources[0] else { return }
    f.provisionedConcurrency?.preparation = .constant(0)
    f.provisionedConcurrency?.autoScaling?.scheduledActions = [
      ScheduledAction(
        schedule: try CronSchedule("cron(5 0 * * ? *)"), minCapacity: minimum, maxCapacity: maximum)
    ]
    story.resources[0] = .function(f)
    story.warmUp = .minutes(6)
    #expect(try story.run().figure("meanProvisionedConcurrency", of: "f") == expected)
  }

  @Test("an action whose one bound contradicts the other fails")
  func contradiction() throws {
    var story = story(count: 10, busy: 0, seconds: 1)
    guard case .function(var f) = story.resources[0] else { return }
    f.provisionedConcurrency?.autoScaling?.scheduledActions = [
      ScheduledAction(schedule: try CronSchedule("rate(5 minutes)"), minCapacity: 101)
    ]
    story.resources[0] = .function(f)
    // At 0, 5, 10 and 15 min of 1,000 s.
    #expect(try story.run().figure("scalingFailures", of: "f") == 4)
  }

  @Test("the series of utilization is busy over allocated, and has no value without any")
  func utilization() throws {
    let result = try story(count: 10, busy: 4, seconds: 90).run()
    let series = result.series.first { $0.key.name == "ProvisionedConcurrencyUtilization" }
    #expect(series?.values.prefix(3) == [0.4, 0.2, 0])
    #expect(result.figure("provisionedUtilization", of: "f") == 0.036)
  }
}
