import Engine
import Services
import Testing
import Units

/// What a table's capacity admits, at the edges of each limit.
@Suite("Throughput of a table")
struct ThroughputStoryTests {
  private static let put = TableOperation(kind: .putItem, itemSize: Size(bytes: 1))
  private static let get = TableOperation(kind: .getItem, itemSize: Size(bytes: 1), consistentRead: true)

  /// So many requests at each of some moments, for one key unless `keys` says otherwise.
  static func story(
    _ operation: TableOperation = put, spikes: [(Time, Int)], keys: Int = 1, change: (inout TableConfig) -> Void
  ) -> Story {
    var config = table("t", milliseconds: 5)
    config.keys = KeyDistribution(count: keys)
    change(&config)
    var story = Story([.table(config)], target: TrafficTarget(resource: "t", operation: operation), at: [])
    story.traffic[0].arrivals = .spikes(spikes.map { Spike(at: $0.0, count: $0.1, over: .zero) })
    return story
  }

  private static func provisioned(_ reads: Int, _ writes: Int) -> CapacityMode {
    .provisioned(ProvisionedThroughput(readCapacityUnits: reads, writeCapacityUnits: writes))
  }

  @Test("2 provisioned write units keep 600 for a burst", arguments: [(599, 0), (600, 0), (601, 1)])
  func burst(count: Int, throttles: Double) throws {
    let result = try Self.story(spikes: [(.zero, count)]) { $0.capacity = Self.provisioned(1, 2) }.run()
    #expect(result.figure("tableWriteProvisionedThroughputExceeded", of: "t") == throttles)
    #expect(result.figure("tableWriteKeyRangeThroughputExceeded", of: "t") == 0)
    #expect(result.figure("writeThrottles", of: "t") == throttles)
    // Provisioned capacity is not billed by the request.
    #expect(result.usage("WriteRequestUnits", of: "t") == nil)
  }

  @Test("1 provisioned read unit keeps 300 strong reads, or 600 eventual ones", arguments: [true, false])
  func readBurst(strong: Bool) throws {
    let operation = TableOperation(kind: .getItem, itemSize: .kilobytes(4), consistentRead: strong)
    for (count, throttles) in [(strong ? 300 : 600, 0.0), (strong ? 301 : 601, 1)] {
      let result = try Self.story(operation, spikes: [(.zero, count)]) { $0.capacity = Self.provisioned(1, 1) }.run()
      #expect(result.figure("tableReadProvisionedThroughputExceeded", of: "t") == throttles)
    }
  }

  @Test("a table that begins without a burst earns its units evenly", arguments: [(499.999_999, 1), (500, 0)])
  func emptyBurst(milliseconds: Double, throttles: Double) throws {
    let result = try Self.story(spikes: [(.ms(milliseconds), 1)]) {
      $0.capacity = Self.provisioned(1, 2)
      $0.limits.initialBurst = 0
    }.run()
    #expect(result.figure("throttles", of: "t") == throttles)
  }

  @Test("one key gets a partition's 1,000 writes while the table has room", arguments: [(1_000, 0), (1_001, 1)])
  func hotKey(count: Int, throttles: Double) throws {
    for mode in [Self.provisioned(1, 2_000), .onDemand(OnDemandThroughput())] {
      let result = try Self.story(spikes: [(.zero, count)]) { $0.capacity = mode }.run()
      #expect(result.figure("tableWriteKeyRangeThroughputExceeded", of: "t") == throttles)
      #expect(result.figure("writeThrottles", of: "t") == throttles)
      // Many keys share all partitions.
      let many = try Self.story(spikes: [(.zero, count)], keys: 1_000_000) { $0.capacity = mode }.run()
      #expect(many.figure("writeThrottles", of: "t") == 0)
    }
  }

  @Test("one key gets a partition's 3,000 strong reads, or 6,000 eventual ones", arguments: [true, false])
  func hotRead(strong: Bool) throws {
    let operation = TableOperation(kind: .getItem, itemSize: .kilobytes(4), consistentRead: strong)
    for (count, throttles) in [(strong ? 3_000 : 6_000, 0.0), (strong ? 3_001 : 6_001, 1)] {
      let result = try Self.story(operation, spikes: [(.zero, count)]) { _ in }.run()
      #expect(result.figure("tableReadKeyRangeThroughputExceeded", of: "t") == throttles)
    }
  }

  @Test("a partition's second flows back evenly: of 1,000 a second, one every ms")
  func partitionRefill() throws {
    for (moment, throttles) in [(0.999_999, 1.0), (1, 0)] {
      let result = try Self.story(spikes: [(.zero, 1_000), (.ms(moment), 1)]) { _ in }.run()
      #expect(result.figure("throttles", of: "t") == throttles)
    }
  }

  @Test("the lowest limit on demand admits, and names the reason")
  func onDemandLimits() throws {
    for (warm, quota, maximum, limit, reason) in [
      (40, 50, nil, 40, "KeyRangeThroughput"), (50, 40, nil, 40, "AccountLimit"), (40, 40, nil, 40, "AccountLimit"),
      (50, 60, 40, 40, "MaxOnDemandThroughput"), (40, 40, 40, 40, "MaxOnDemandThroughput"),
      (30, 60, 40, 30, "KeyRangeThroughput"),
    ] as [(Int, Int, Int?, Int, String)] {
      for (operation, direction) in [(Self.put, "Write"), (Self.get, "Read")] {
        for (count, throttles) in [(limit, 0.0), (limit + 1, 1)] {
          var story = Self.story(operation, spikes: [(.zero, count)]) {
            $0.limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: warm, writeUnitsPerSecond: warm)
            $0.capacity = .onDemand(
              OnDemandThroughput(maxReadRequestUnits: maximum ?? 99, maxWriteRequestUnits: maximum ?? 99))
          }
          story.account.tableQuota = TableQuota(reads: quota, writes: quota)
          let result = try story.run()
          #expect(result.figure("table\(direction)\(reason)Exceeded", of: "t") == throttles)
          #expect(result.figure("throttles", of: "t") == throttles)
        }
      }
    }
  }

  @Test("a new table takes 4,000 writes at once, in four partitions")
  func newTable() throws {
    let result = try Self.story(spikes: [(.zero, 20_000)], keys: 1_000_000) { _ in }.run()
    #expect(result.figure("partitions", of: "t") == 4)
    // Twenty thousand fill each partition five times over, so none has room left.
    #expect(result.figure("requests", of: "t") == 4_000)
    #expect(result.figure("tableWriteKeyRangeThroughputExceeded", of: "t") == 16_000)
  }

  @Test(
    "double the highest minute is served 30 min after it",
    arguments: [
      (1_859.999_999_999, 100, 0), (1_859.999_999_999, 101, 1), (1_860, 200, 0), (1_860, 201, 1),
    ] as [(Double, Int, Double)])
  func doublePeak(seconds: Double, count: Int, throttles: Double) throws {
    let minute = (0..<60).map { (Time.seconds(Int64($0)), 100) }
    var story = Self.story(spikes: minute + [(.ms(seconds * 1e3), count)]) {
      $0.limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: 100, writeUnitsPerSecond: 100)
    }
    story.duration = .seconds(2_000)
    #expect(try story.run().figure("throttles", of: "t") == throttles)
  }

  @Test("half of the limit in a minute raises nothing, whatever single seconds took")
  func shortPeak() throws {
    var story = Self.story(spikes: [(.zero, 100), (.seconds(30), 100), (.seconds(1_900), 101)]) {
      $0.limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: 100, writeUnitsPerSecond: 100)
    }
    story.duration = .seconds(2_000)
    #expect(try story.run().figure("throttles", of: "t") == 1)
  }

  /// A partition of 100 writes a second that is asked for 150.
  private func heat(keys: Int, change: (inout TableConfig) -> Void = { _ in }) throws -> RunResult {
    var story = Self.story(spikes: [], keys: keys) {
      $0.limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: 1, writeUnitsPerSecond: 100)
      $0.limits.partitionWriteUnits = 100
      $0.limits.onDemandGrowth = .split
      change(&$0)
    }
    story.traffic[0].arrivals = .poisson(ratePerSecond: 150)
    story.duration = .minutes(12)
    return try story.run()
  }

  private func throttles(_ result: RunResult, minutes: Range<Int>) -> Double {
    result.series.first { $0.key.name == "WriteThrottleEvents" }?.values[minutes].reduce(0, +) ?? .nan
  }

  @Test("a hot partition is split a minute and five after the heat began, and then takes all")
  func splitForHeat() throws {
    let result = try heat(keys: 1_000_000)
    #expect(result.figure("partitionSplits", of: "t") == 1)
    #expect(result.figure("partitions", of: "t") == 2)
    // Windows end at 10 s, .., 60 s; the split is at 360 s sharp.
    #expect(result.series.first { $0.key.name == "PartitionSplits" }?.values[6] == 1)
    #expect(throttles(result, minutes: 0..<6) > 15_000)
    #expect(throttles(result, minutes: 7..<12) == 0)
  }

  @Test("a single hot item is not split, nor is anything where splits are off")
  func noSplit() throws {
    for (keys, splits) in [(1, true), (1_000_000, false)] {
      let result = try heat(keys: keys) { $0.limits.splitsForHeat = splits }
      #expect(result.figure("partitionSplits", of: "t") == 0)
      #expect(throttles(result, minutes: 7..<12) > 12_000)
    }
  }

  @Test("of growing collections two are parted, and one alone is not split", arguments: [1, 2])
  func monotonicCollections(collections: Int) throws {
    let result = try heat(keys: 1) {
      $0.keys = KeyDistribution(count: collections, law: .monotonic)
      $0.itemsPerKey = 1_000
    }
    #expect(result.figure("partitionSplits", of: "t") == Double(collections - 1))
    // Two collections of 75 a second each keep a partition of 100 busy without filling it.
    #expect((throttles(result, minutes: 7..<12) == 0) == (collections == 2))
  }

  @Test("partitions begin as many as capacity, warm throughput and storage need")
  func initialPartitions() throws {
    for (mode, warm, gigabytes, count) in [
      (Self.provisioned(1, 1), nil, 0, 1), (Self.provisioned(3_000, 1_000), nil, 0, 2),
      (Self.provisioned(1_500, 500), nil, 0, 1), (Self.provisioned(1_501, 500), nil, 0, 2),
      (Self.provisioned(1, 1), (12_000, 4_000), 0, 4), (.onDemand(OnDemandThroughput()), nil, 0, 4),
      (.onDemand(OnDemandThroughput()), (12_001, 4_000), 0, 5), (Self.provisioned(1, 1), nil, 10, 1),
      (Self.provisioned(1, 1), nil, 11, 2), (.onDemand(OnDemandThroughput()), nil, 100, 10),
    ] as [(CapacityMode, (Int, Int)?, Int64, Double)] {
      let result = try Self.story(spikes: []) {
        $0.capacity = mode
        $0.warmThroughput = warm.map { WarmThroughput(readUnitsPerSecond: $0.0, writeUnitsPerSecond: $0.1) }
        $0.storageSize = .gigabytes(gigabytes)
      }.run()
      #expect(result.figure("partitions", of: "t") == count)
    }
  }
}
