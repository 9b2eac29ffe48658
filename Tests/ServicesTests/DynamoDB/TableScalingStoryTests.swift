import Engine
import Services
import Testing
import Units

/// Application Auto Scaling of a table's writes, minute by minute. The writes of a minute are seen 90 s after its end.
@Suite("Auto scaling of a table")
struct TableScalingStoryTests {
  /// Units x s of so many units until each moment in s.
  private func billed(_ steps: [(units: Int, until: Int)]) -> Double {
    var (sum, before) = (0, 0)
    for step in steps {
      sum += step.units * (step.until - before)
      before = step.until
    }
    return Double(sum)
  }

  private func minutes(_ count: Int, _ writes: Int) -> [Int] { Array(repeating: writes, count: count) }

  @Test("an hour, worked out by hand")
  func story() throws {
    // 10 units: above 420 writes a minute is high; below 0.4998 x 600 = 299.88 is low.
    let writes =
      minutes(3, 420)  // 1 to 3: exactly the target
      + [421, 420]  // 4, 5: one above for one minute
      + [540, 300]  // 6, 7: a spike of one minute; 300 is not low
      + [421, 480]  // 8, 9: two above. 480 / 60 / 0.7 = 11.4: 12 units at 9 x 60 + 90 = 630 s
      + minutes(2, 504)  // 10, 11: exactly the target of 12
      + minutes(2, 600)  // 12, 13: 600 / 60 / 0.7 = 14.3: 15, but at most 14, at 13 x 60 + 90 = 870 s
      + minutes(2, 600)  // 14, 15: above the target of 14, which is 588, and no unit left
      + minutes(15, 400)  // 16 to 30: below 0.4998 x 840 = 419.8; 400 / 60 / 0.7 = 9.5: 10 at 30 x 60 + 90 = 1890 s
      + minutes(15, 0)  // 31 to 45: idle. 0 units, but at least 3, at 45 x 60 + 90 = 2790 s
    let scaled = ScaledTable(writes: writes)
    let result = try scaled.run()
    #expect(result.figure("scaleOuts", of: "t") == 2)
    #expect(result.figure("scaleIns", of: "t") == 2)
    #expect(result.figure("scalingFailures", of: "t") == 0)
    #expect(result.figure("finalWriteCapacityUnits", of: "t") == 3)
    #expect(result.figure("finalReadCapacityUnits", of: "t") == 1)
    let expected = billed([(10, 630), (12, 870), (14, 1_890), (10, 2_790), (3, 3_600)])
    #expect(result.usage("WriteCapacityUnit-Hrs", of: "t") == Int64(expected) * 1_000)
    #expect(result.usage("ReadCapacityUnit-Hrs", of: "t") == 3_600_000)
    #expect(result.usage("WriteRequestUnits", of: "t") == nil)
  }

  @Test(
    "two minutes above the target scale out; at the target, or for one minute, nothing does",
    arguments: [([420, 420], 0), ([421, 420], 0), ([421, 421], 1), ([540, 420, 540], 0), ([600], 0), ([], 0)])
  func scaleOut(writes: [Int], scaleOuts: Int) throws {
    var scaled = ScaledTable(minimum: 10, writes: writes)
    scaled.duration = .minutes(10)
    let result = try scaled.run()
    #expect(result.figure("scaleOuts", of: "t") == Double(scaleOuts))
    // 421 / 60 / 0.7 is 10.02.
    #expect(result.figure("finalWriteCapacityUnits", of: "t") == Double(10 + scaleOuts))
  }

  @Test(
    "fifteen minutes below the lower threshold scale in, fourteen do not, nor fifteen above it",
    arguments: [(14, 299, 0), (15, 299, 1), (15, 300, 0)])
  func scaleIn(count: Int, writes: Int, scaleIns: Int) throws {
    let result = try ScaledTable(writes: minutes(count, writes) + minutes(60 - count, 330)).run()
    #expect(result.figure("scaleIns", of: "t") == Double(scaleIns))
    // 299 / 60 / 0.7 is 7.1: 8 units, of which the 330 that follow are neither high (336) nor low (239.9).
    #expect(result.figure("finalWriteCapacityUnits", of: "t") == Double(10 - 2 * scaleIns))
  }

  @Test("capacity scales in to what the busiest of the fifteen minutes needs")
  func busiestMinute() throws {
    // 252 / 60 / 0.7 = 6 units, which the other minutes do not need; 15 x 60 + 90 = 990 s.
    let scaled = ScaledTable(writes: minutes(7, 60) + [252] + minutes(52, 200))
    #expect(try scaled.writeUnitSeconds() == billed([(10, 990), (6, 3_600)]))
  }

  @Test("an idle table goes to its minimum after fifteen minutes, and not at all if such minutes are missing")
  func idle() throws {
    var scaled = ScaledTable(writes: [])
    #expect(try scaled.writeUnitSeconds() == billed([(10, 990), (3, 3_600)]))
    try scaled.scale { $0.missingData = .missing }
    #expect(try scaled.writeUnitSeconds() == billed([(10, 3_600)]))
  }

  @Test("missing minutes stand between the points of an alarm, unless they are as many as it looks at")
  func gaps() throws {
    // Two minutes above with one missing between them: seen at 3 x 60 + 90; 540 / 60 / 0.7 = 12.9.
    for (gap, final) in [(1, 13.0), (2, 10)] {
      var scaled = ScaledTable(minimum: 10, writes: [540] + minutes(gap, 0) + [540])
      try scaled.scale { $0.missingData = .missing }
      #expect(try scaled.run().figure("finalWriteCapacityUnits", of: "t") == final)
      try scaled.scale { $0.missingData = .zero }
      #expect(try scaled.run().figure("scaleOuts", of: "t") == 0)
    }
    // Fifteen low points with one missing between them scale in when the sixteenth minute is seen.
    var scaled = ScaledTable(writes: minutes(7, 252) + [0] + minutes(8, 252))
    try scaled.scale { $0.missingData = .missing }
    #expect(try scaled.writeUnitSeconds() == billed([(10, 1_050), (6, 3_600)]))
  }

  @Test("changes of capacity wait for their cooldown")
  func cooldowns() throws {
    // 540, 540: 13 at 210 s. Minutes 3 and 4 with 600 are above 546: 15 at 330 s, or 5 min after 210 s at the look at 510 s.
    let writes = minutes(2, 540) + minutes(10, 600)
    var scaled = ScaledTable(minimum: 10, maximum: 100, writes: writes)
    scaled.duration = .seconds(720)
    #expect(try scaled.writeUnitSeconds() == billed([(10, 210), (13, 330), (15, 720)]))
    try scaled.scale { $0.scaleOutCooldown = .minutes(5) }
    #expect(try scaled.writeUnitSeconds() == billed([(10, 210), (13, 510), (15, 720)]))
    // 252 for 15 minutes: 6 at 990 s. From minute 16 on 120: 15 such minutes at 30 x 60 + 90 = 1890 s: 3 units, unless 20
    // minutes have to pass.
    scaled = ScaledTable(writes: minutes(15, 252) + minutes(45, 120))
    #expect(try scaled.writeUnitSeconds() == billed([(10, 990), (6, 1_890), (3, 3_600)]))
    try scaled.scale { $0.scaleInCooldown = .minutes(20) }
    #expect(try scaled.writeUnitSeconds() == billed([(10, 990), (6, 2_190), (3, 3_600)]))
  }

  @Test("a minute of the calendar ends at its full second, and what is written then belongs to the next one")
  func calendar() throws {
    // The run begins at 00:00:20: minutes end at 40 s, 100 s, 160 s. 9 writes a second make 540 of a full one.
    var scaled = ScaledTable(minimum: 10, writes: minutes(3, 540))
    scaled.start = CivilTime(secondsSince1970: 1_780_272_020)
    scaled.duration = .minutes(10)
    // The first has 360. The second and the third are above 420: 160 + 90 s.
    #expect(try scaled.writeUnitSeconds() == billed([(10, 250), (13, 600)]))
    // 421 writes in 2 minutes that end at 60 s and 120 s; one at 120 s is of the third.
    scaled = ScaledTable(minimum: 10, writes: [421, 420, 60])
    #expect(try scaled.run().figure("scaleOuts", of: "t") == 0)
  }

  @Test(
    "the delays of the metric and the alarm add up", arguments: [(0.0, 0.0, 120), (0, 200, 320), (3_600, 0, 3_720)])
  func delays(metric: Double, alarm: Double, at moment: Int) throws {
    // The minimum, above what there is, only keeps the idle table from scaling in afterwards.
    var scaled = ScaledTable(minimum: 13, writes: minutes(2, 540))
    scaled.duration = .hours(2)
    try scaled.scale {
      $0.metricDelay = .seconds(Int64(metric))
      $0.alarmDelay = .constant(alarm * 1e9)
    }
    #expect(try scaled.writeUnitSeconds() == billed([(10, moment), (13, 7_200)]))
  }

  @Test("reads are counted in halves: 840 eventually consistent ones a minute are the target of 10 units")
  func reads() throws {
    for (reads, final) in [(840, 10.0), (841, 11)] {
      var config = table("t", milliseconds: 5)
      var throughput = ProvisionedThroughput(readCapacityUnits: 10, writeCapacityUnits: 1)
      throughput.readScaling = TableScalingConfig(minCapacity: 10, maxCapacity: 20)
      config.capacity = .provisioned(throughput)
      let moments = (0..<120).map { Time.seconds(Int64($0)) }
      var story = Story(
        [.table(config)],
        target: TrafficTarget(resource: "t", operation: TableOperation(kind: .getItem, itemSize: .kilobytes(1))),
        at: moments, count: 14)
      if reads == 841 {
        story.traffic[0].arrivals = .spikes(
          moments.map { Spike(at: $0, count: $0.nanoseconds % 60_000_000_000 == 0 ? 15 : 14, over: .zero) })
      }
      let result = try story.run()
      #expect(result.figure("finalReadCapacityUnits", of: "t") == final)
      #expect(result.figure("scaleOuts", of: "t") == final - 10)
    }
  }

  @Test(
    "a scheduled action moves the bounds, and what is outside them follows at once, whatever the cooldown",
    arguments: [(12, 30, 12), (3, 30, 10), (3, 6, 6)])
  func schedule(minimum: Int, maximum: Int, units: Int) throws {
    var scaled = ScaledTable(target: nil, writes: [])
    try scaled.scale {
      $0.scaleInCooldown = .hours(1)
      $0.scheduledActions = [
        ScheduledAction(schedule: try CronSchedule("cron(20 0 * * ? *)"), minCapacity: minimum, maxCapacity: maximum)
      ]
    }
    #expect(try scaled.writeUnitSeconds() == billed([(10, 1_200), (units, 3_600)]))
  }

  @Test("an action whose one bound contradicts the other fails and changes nothing")
  func contradiction() throws {
    var scaled = ScaledTable(target: nil, writes: [])
    try scaled.scale {
      $0.scheduledActions = [ScheduledAction(schedule: try CronSchedule("rate(30 minutes)"), minCapacity: 15)]
    }
    let result = try scaled.run()
    #expect(result.figure("scalingFailures", of: "t") == 2)
    #expect(result.figure("finalWriteCapacityUnits", of: "t") == 10)
  }

  @Test("a global index scales on its own, and is billed with its table")
  func index() throws {
    var throughput = ProvisionedThroughput(readCapacityUnits: 20, writeCapacityUnits: 40)
    throughput.writeScaling = TableScalingConfig(minCapacity: 5, maxCapacity: 40)
    throughput.writeScaling?.alarmDelay = .constant(30e9)
    var scaled = ScaledTable(minimum: 10, writes: [])
    scaled.config.indexes = [IndexConfig(name: "byDate", kind: .global(.provisioned(throughput)))]
    let result = try scaled.run()
    #expect(result.figure("finalWriteCapacityUnits", of: "t") == 10)
    #expect(result.figure("byDate.finalWriteCapacityUnits", of: "t") == 5)
    #expect(result.figure("byDate.finalReadCapacityUnits", of: "t") == 20)
    let expected = billed([(10, 3_600)]) + billed([(40, 990), (5, 3_600)])
    #expect(result.usage("WriteCapacityUnit-Hrs", of: "t") == Int64(expected) * 1_000)
    #expect(result.usage("ReadCapacityUnit-Hrs", of: "t") == Int64(21 * 3_600_000))
  }

  @Test("a table without auto scaling, and one on demand, has none of its figures")
  func without() throws {
    var scaled = ScaledTable(writes: [60])
    scaled.config.capacity = .provisioned(ProvisionedThroughput(readCapacityUnits: 1, writeCapacityUnits: 2))
    var result = try scaled.run()
    #expect(result.figure("scaleOuts", of: "t").isNaN)
    #expect(result.figure("finalWriteCapacityUnits", of: "t") == 2)
    scaled.config.capacity = .onDemand(OnDemandThroughput())
    result = try scaled.run()
    #expect(result.figure("finalWriteCapacityUnits", of: "t").isNaN)
    #expect(result.usage("WriteRequestUnits", of: "t") == 60)
    #expect(result.usage("WriteCapacityUnit-Hrs", of: "t") == nil)
  }
}
