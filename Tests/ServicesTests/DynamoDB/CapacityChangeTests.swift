import Engine
import Services
import Testing
import Units

/// What `UpdateTable` does to a table, and when. Stories begin at midnight UTC.
@Suite("Changes of capacity")
struct CapacityChangeTests {
  private func provisioned(_ reads: Int, _ writes: Int) -> CapacityMode {
    .provisioned(ProvisionedThroughput(readCapacityUnits: reads, writeCapacityUnits: writes))
  }
  private let onDemand = CapacityMode.onDemand(OnDemandThroughput())

  /// A table of a mode whose bursts last a second, with changes, and so many puts at some moments.
  private func story(
    _ mode: CapacityMode, _ changes: [CapacityChange], puts: [(Time, Int)] = [], duration: Time = .seconds(1_000),
    change: (inout TableConfig) -> Void = { _ in }
  ) -> Story {
    var story = ThroughputStoryTests.story(spikes: puts) { config in
      config.capacity = mode
      config.capacityChanges = changes
      config.limits.burst = .seconds(1)
      config.limits.updateTime = .constant(2e9)
      config.limits.growthTime = .constant(120e9)
      config.limits.preWarmingTime = .constant(300e9)
      config.limits.onDemandTime = .constant(150e9)
      config.limits.onDemandAgainTime = .constant(5e9)
      config.limits.provisionedTime = .constant(80e9)
      change(&config)
    }
    story.duration = duration
    return story
  }

  private func provisionedWrites(_ result: RunResult) -> [Double] {
    result.series.first { $0.key.name == "ProvisionedWriteCapacityUnits" && $0.key.statistic == .average }?.values ?? []
  }

  @Test(
    "within warm throughput the old capacity holds for 2 s, and tokens are not given away",
    arguments: [(11.999_999_999, 5, 4), (12.799_999_999, 5, 1), (12.8, 5, 0), (12.8, 6, 1)] as [(Double, Int, Double)])
  func update(seconds: Double, count: Int, throttles: Double) throws {
    // From 12 s on there are 5 units a second on top of the one token of before.
    let result = try story(
      provisioned(1, 1), [CapacityChange(at: .seconds(10), capacity: provisioned(1, 5))],
      puts: [(.ms(seconds * 1e3), count)]
    ) { $0.warmThroughput = WarmThroughput(readUnitsPerSecond: 5, writeUnitsPerSecond: 5) }.run()
    #expect(result.figure("throttles", of: "t") == throttles)
    #expect(result.figure("capacityUpdates", of: "t") == 1)
  }

  @Test("beyond warm throughput partitions are split first, which takes minutes; what was reached once is quick")
  func growth() throws {
    let result = try story(
      provisioned(1, 1_000),
      [
        CapacityChange(at: .seconds(60), capacity: provisioned(1, 3_000)),
        CapacityChange(at: .seconds(240), capacity: provisioned(1, 1_000)),
        CapacityChange(at: .seconds(300), capacity: provisioned(1, 3_000)),
      ]
    ).run()
    // Minutes: 1,000 until 180 s, 3,000 until 242 s, 1,000 until 302 s.
    let writes = provisionedWrites(result)
    #expect(Array(writes[0...3]) == [1_000, 1_000, 1_000, 3_000])
    #expect(abs(writes[4] - (2.0 * 3_000 + 58 * 1_000) / 60) < 1e-6)
    #expect(abs(writes[5] - (2.0 * 1_000 + 58 * 3_000) / 60) < 1e-6)
    // 1.0003 needs two at first; 3.0003 halves both, and nothing is ever merged.
    #expect(result.figure("partitions", of: "t") == 4)
    #expect(result.figure("partitionSplits", of: "t") == 2)
  }

  @Test("another request while one is on its way is refused", arguments: [(11.0, 1), (12.000_000_001, 0)])
  func inUse(seconds: Double, refused: Double) throws {
    let result = try story(
      provisioned(1, 9),
      [
        CapacityChange(at: .seconds(10), capacity: provisioned(1, 8)),
        CapacityChange(at: .ms(seconds * 1e3), capacity: provisioned(1, 7)),
      ]
    ).run()
    #expect(result.figure("capacityUpdatesInUse", of: "t") == refused)
    #expect(result.figure("capacityUpdates", of: "t") == 2 - refused)
    #expect(provisionedWrites(result).last == 7 + refused)
  }

  @Test("four decreases, one more an hour after the last, four at midnight; increases do not count")
  func decreases() throws {
    let changes: [(seconds: Double, units: Int, isAccepted: Bool)] = [
      (60, 90, true), (120, 80, true), (180, 70, true), (240, 60, true), (300, 50, false), (360, 95, true),
      (420, 94, false), (3_839, 93, false), (3_840, 92, true), (3_900, 91, false), (86_399, 90, true),
      (86_405, 89, true), (86_410, 88, true), (86_415, 87, true), (86_420, 86, true), (86_425, 85, false),
    ]
    let result = try story(
      provisioned(1, 100),
      changes.map { CapacityChange(at: .ms($0.seconds * 1e3), capacity: provisioned(1, $0.units)) },
      duration: .hours(25)
    ).run()
    #expect(result.figure("capacityUpdates", of: "t") == Double(changes.count { $0.isAccepted }))
    #expect(result.figure("capacityUpdatesLimitExceeded", of: "t") == Double(changes.count { !$0.isAccepted }))
    #expect(provisionedWrites(result).last == 86)
    let writes = provisionedWrites(result)
    // Minute 5 would have seen 50, and minute 7 94.
    #expect(writes[5] == 60 && writes[7] == 95 && writes[66] == 92)
  }

  @Test("a table takes its quota and no unit more", arguments: [(500, 0), (501, 1)])
  func tableQuota(units: Int, refused: Double) throws {
    var story = story(provisioned(1, 1), [CapacityChange(at: .seconds(1), capacity: provisioned(1, units))])
    story.account.tableQuota = TableQuota(reads: 500, writes: 500)
    let result = try story.run()
    #expect(result.figure("capacityUpdatesLimitExceeded", of: "t") == refused)
    #expect(provisionedWrites(result).last == (refused == 1 ? 1 : Double(units)))
  }

  @Test("tables share the account's quota; what is given up is free when it is", arguments: [(70, 0), (71, 1)])
  func accountQuota(units: Int, refused: Double) throws {
    var story = story(provisioned(1, 40), [CapacityChange(at: .seconds(100), capacity: provisioned(1, units))])
    var other = TableConfig(name: "other")
    other.capacity = provisioned(1, 60)
    other.capacityChanges = [CapacityChange(at: .seconds(10), capacity: provisioned(1, 30))]
    story.resources.append(.table(other))
    story.account.provisionedQuota = TableQuota(reads: 2, writes: 100)
    let result = try story.run()
    #expect(result.figure("capacityUpdatesLimitExceeded", of: "t") == refused)
  }

  @Test(
    "a switch to on demand takes 150 s, in which the provisioned units hold",
    arguments: [(159.999_999_999, 1), (160, 0)] as [(Double, Double)])
  func toOnDemand(seconds: Double, throttles: Double) throws {
    let result = try story(
      provisioned(1, 10), [CapacityChange(at: .seconds(10), capacity: onDemand)], puts: [(.ms(seconds * 1e3), 11)]
    ).run()
    #expect(result.figure("tableWriteProvisionedThroughputExceeded", of: "t") == throttles)
    // Only what is consumed on demand is billed by the request.
    #expect(result.usage("WriteRequestUnits", of: "t") == (throttles == 0 ? 11 : nil))
    #expect(result.figure("writeRequestUnits", of: "t") == 11 - throttles)
    #expect(result.figure("partitions", of: "t") == 4)
    #expect(provisionedWrites(result).last == 0)
  }

  @Test(
    "a switch to provisioned capacity takes 80 s", arguments: [(89.999_999_999, 0), (90, 1)] as [(Double, Double)])
  func toProvisioned(seconds: Double, throttles: Double) throws {
    let result = try story(
      onDemand, [CapacityChange(at: .seconds(10), capacity: provisioned(1, 10))], puts: [(.ms(seconds * 1e3), 11)]
    ).run()
    #expect(result.figure("tableWriteProvisionedThroughputExceeded", of: "t") == throttles)
    #expect(result.usage("WriteRequestUnits", of: "t") == (throttles == 0 ? 11 : nil))
    #expect(provisionedWrites(result).last == 10)
  }

  @Test(
    "a table on demand before is so again after 5 s", arguments: [(604.999_999_999, 1), (605, 0)] as [(Double, Double)])
  func again(seconds: Double, throttles: Double) throws {
    let result = try story(
      onDemand,
      [
        CapacityChange(at: .seconds(10), capacity: provisioned(1, 10)),
        CapacityChange(at: .seconds(600), capacity: onDemand),
      ], puts: [(.ms(seconds * 1e3), 11)]
    ).run()
    #expect(result.figure("throttles", of: "t") == throttles)
  }

  @Test("four switches to on demand in 24 h; the fifth 24 h after the first", arguments: [(86_399.0, 1), (86_400, 0)])
  func switches(last: Double, refused: Double) throws {
    var changes: [CapacityChange] = []
    for hour in 0..<4 {
      changes.append(CapacityChange(at: .hours(Int64(hour)) + .seconds(3_600), capacity: onDemand))
      changes.append(CapacityChange(at: .hours(Int64(hour)) + .seconds(5_400), capacity: provisioned(1, 10)))
    }
    changes.append(CapacityChange(at: .seconds(3_600) + .ms(last * 1e3), capacity: onDemand))
    let result = try story(provisioned(1, 10), changes, duration: .hours(26)).run()
    #expect(result.figure("capacityUpdatesLimitExceeded", of: "t") == refused)
    #expect(provisionedWrites(result).last == 10 * refused)
  }

  @Test("units and warm throughput of one request are refused together", arguments: [(40_000, 5), (40_001, 1)])
  func together(warmWrites: Int, writes: Double) throws {
    let result = try story(
      provisioned(1, 1),
      [
        CapacityChange(
          at: .seconds(10), capacity: provisioned(1, 5),
          warmThroughput: WarmThroughput(readUnitsPerSecond: 1, writeUnitsPerSecond: warmWrites))
      ]
    )
    .run()
    #expect(result.figure("finalWriteCapacityUnits", of: "t") == writes)
    #expect(result.figure("capacityUpdatesLimitExceeded", of: "t") == (writes == 1 ? 1 : 0))
    #expect(result.figure("warmWriteUnitsAdded", of: "t") == (writes == 1 ? 0 : 39_999))
  }

  @Test("of two warm throughputs for one moment none is taken")
  func twice() throws {
    let warm = CapacityChange(
      at: .seconds(10), warmThroughput: WarmThroughput(readUnitsPerSecond: 1, writeUnitsPerSecond: 400))
    let result = try story(provisioned(1, 1), [warm, warm]).run()
    #expect(result.figure("capacityUpdatesInUse", of: "t") == 1)
    #expect(result.figure("warmWriteUnitsAdded", of: "t") == 0)
  }

  @Test(
    "warm throughput rises 300 s after it was asked for, while the table serves",
    arguments: [
      (309.999_999_999, 101, 1), (310, 400, 0), (310, 401, 1),
    ] as [(Double, Int, Double)])
  func preWarming(seconds: Double, count: Int, throttles: Double) throws {
    let warm = WarmThroughput(readUnitsPerSecond: 100, writeUnitsPerSecond: 400)
    let result = try story(
      onDemand, [CapacityChange(at: .seconds(10), warmThroughput: warm)], puts: [(.ms(seconds * 1e3), count)]
    ) { $0.limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: 100, writeUnitsPerSecond: 100) }.run()
    #expect(result.figure("throttles", of: "t") == throttles)
    #expect(result.figure("warmWriteUnitsAdded", of: "t") == 300)
    #expect(result.figure("warmReadUnitsAdded", of: "t") == 0)
  }

  @Test("another maximum on demand holds after 2 s", arguments: [(11.999_999_999, 1), (12, 0)] as [(Double, Double)])
  func maximum(seconds: Double, throttles: Double) throws {
    let result = try story(
      .onDemand(OnDemandThroughput(maxWriteRequestUnits: 10)),
      [
        CapacityChange(
          at: .seconds(10), capacity: .onDemand(OnDemandThroughput(maxWriteRequestUnits: 11)))
      ], puts: [(.ms(seconds * 1e3), 11)]
    ).run()
    #expect(result.figure("tableWriteMaxOnDemandThroughputExceeded", of: "t") == throttles)
  }

  @Test("a table and its global index change in one request, each with decreases of its own")
  func index() throws {
    let changes = (1...5).flatMap { minute in
      [
        CapacityChange(at: .minutes(Int64(minute)), capacity: provisioned(1, 20 - minute)),
        CapacityChange(at: .minutes(Int64(minute)), index: "byDate", capacity: provisioned(1, 30 + minute)),
      ]
    }
    let result = try story(provisioned(1, 20), changes) {
      var index = IndexConfig(name: "byDate", kind: .global(provisioned(1, 30)))
      index.warmThroughput = WarmThroughput(readUnitsPerSecond: 1, writeUnitsPerSecond: 40)
      $0.indexes = [index]
    }.run()
    // The fifth request is refused as a whole: the table has no decrease left.
    #expect(result.figure("capacityUpdates", of: "t") == 4)
    #expect(result.figure("capacityUpdatesLimitExceeded", of: "t") == 1)
    let index = result.series.first {
      $0.key.resource == "t/index/byDate" && $0.key.name == "ProvisionedWriteCapacityUnits"
    }
    #expect(index?.values.last == 34)
    #expect(provisionedWrites(result).last == 16)
  }

  @Test("a request is refused as a whole, whichever part exceeds a quota", arguments: [(40, true), (41, false)])
  func whole(warmWrites: Int, isAccepted: Bool) throws {
    var story = story(
      provisioned(1, 10),
      [
        CapacityChange(at: .seconds(10), capacity: provisioned(1, 20)),
        CapacityChange(
          at: .seconds(10), index: "byDate",
          warmThroughput: WarmThroughput(readUnitsPerSecond: 1, writeUnitsPerSecond: warmWrites)),
      ]
    ) { $0.indexes = [IndexConfig(name: "byDate", kind: .global(provisioned(1, 30)))] }
    story.account.tableQuota = TableQuota(reads: 40, writes: 40)
    let result = try story.run()
    #expect(result.figure("capacityUpdates", of: "t") == (isAccepted ? 1 : 0))
    #expect(result.figure("capacityUpdatesLimitExceeded", of: "t") == (isAccepted ? 0 : 1))
    #expect(result.figure("warmWriteUnitsAdded", of: "t") == (isAccepted ? 10 : 0))
    #expect(provisionedWrites(result).last == (isAccepted ? 20 : 10))
    #expect(result.usage("WarmThroughput-WCU", of: "t") == (isAccepted ? 10 : nil))
  }

  @Test("warm throughput that is raised is charged once, above what is there, in every Region")
  func warmCharge() throws {
    func change(_ seconds: Int64, _ reads: Int, _ writes: Int) -> CapacityChange {
      CapacityChange(
        at: .seconds(seconds),
        warmThroughput: WarmThroughput(readUnitsPerSecond: reads, writeUnitsPerSecond: writes))
    }
    for regions in [[], ["eu-west-1", "eu-west-2"]] {
      // The second is refused while the first is on its way; the third adds no reads.
      let changes = [change(10, 150, 400), change(20, 900, 900), change(400, 120, 500), change(800, 150, 500)]
      let result = try story(onDemand, changes) {
        $0.limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: 100, writeUnitsPerSecond: 100)
        $0.replication = regions.isEmpty ? nil : ReplicationConfig(regions: regions)
      }.run()
      #expect(result.usage("WarmThroughput-RCU", of: "t") == Int64(50 * (1 + regions.count)))
      #expect(result.usage("WarmThroughput-WCU", of: "t") == Int64((300 + 100) * (1 + regions.count)))
      #expect(result.usage.first { $0.meter.key == "WarmThroughput-WCU" }?.meter.kind == .single)
    }
    #expect(try story(onDemand, []).run().usage("WarmThroughput-WCU", of: "t") == nil)
  }

  @Test(
    "a peak on demand comes of age while capacity is provisioned",
    arguments: [(1_000, 100, 0), (1_000, 101, 1), (2_000, 200, 0), (2_000, 201, 1)] as [(Int64, Int, Double)])
  func peakAges(back: Int64, count: Int, throttles: Double) throws {
    // 100 a second in the first minute; provisioned from 180 s on, and on demand again 5 s after `back`.
    let minute = (0..<60).map { (Time.seconds(Int64($0)), 100) }
    let changes = [
      CapacityChange(at: .seconds(100), capacity: provisioned(1, 10)),
      CapacityChange(at: .seconds(back), capacity: onDemand),
    ]
    let result = try story(
      onDemand, changes, puts: minute + [(.seconds(back + 10), count)], duration: .seconds(2_100)
    ) { $0.limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: 100, writeUnitsPerSecond: 100) }.run()
    #expect(result.figure("throttles", of: "t") == throttles)
  }
}
