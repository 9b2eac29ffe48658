import Engine
import Services
import Testing
import Units

/// Global tables: what the other Regions are written, and when.
@Suite("Replicas")
struct ReplicationTests {
  private let put = TableOperation(kind: .putItem, itemSize: Size(bytes: 1_500))

  private func story(
    _ operation: TableOperation? = nil, count: Int = 3, regions: [String] = ["eu-west-1", "eu-west-2"],
    change: (inout TableConfig) -> Void = { _ in }
  ) -> Story {
    var config = table("t", milliseconds: 5)
    config.replication = ReplicationConfig(regions: regions)
    config.replication?.latency = .constant(2e9)
    change(&config)
    return Story(
      [.table(config)], target: TrafficTarget(resource: "t", operation: operation ?? put), at: [.seconds(10)],
      count: count)
  }

  private func total(_ key: String, _ result: RunResult) -> Int128 {
    result.usage.filter { $0.meter.key == key }.reduce(0) { $0 + $1.amount }
  }

  @Test("a write of 2 units takes 2 replicated units in every Region, the table's own included")
  func units() throws {
    for regions in [["eu-west-1"], ["eu-west-1", "eu-west-2"]] {
      let result = try story(regions: regions).run()
      #expect(total("ReplWriteRequestUnits", result) == Int128(6 * (1 + regions.count)))
      #expect(total("WriteRequestUnits", result) == 0)
      #expect(result.figure("replicatedWriteUnits", of: "t") == Double(6 * regions.count))
    }
  }

  @Test("reads and throttled writes are not replicated")
  func others() throws {
    let read = TableOperation(kind: .getItem, itemSize: Size(bytes: 1_500))
    let result = try story(read).run()
    #expect(total("ReplWriteRequestUnits", result) == 0)
    #expect(result.figure("peakPendingReplications", of: "t") == 0)
    let throttled = try story { $0.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 2)) }.run()
    #expect(throttled.figure("writeThrottles", of: "t") == 2)
    #expect(total("ReplWriteRequestUnits", throttled) == 6)
  }

  @Test("the class for infrequent access has a meter of its own")
  func infrequentAccess() throws {
    let result = try story { $0.tableClass = .standardInfrequentAccess }.run()
    #expect(total("IA-ReplWriteRequestUnits", result) == 18)
  }

  @Test("writes arrive after each Region's latency; until then they are pending")
  func latency() throws {
    let result = try story().run()
    #expect(result.figure("meanReplicationLatencyMs", of: "t") == 2_000)
    #expect(result.figure("peakPendingReplications", of: "t") == 6)
    let pending = try #require(
      result.series.first { $0.key.name == "PendingReplications" && $0.key.statistic == .average })
    // Six writes for 2 s of the first minute.
    #expect(abs(pending.values[0] - 12.0 / 60) < 1e-12 && pending.values[1] == 0)
    let regions = result.series.filter { $0.key.name == "ReplicationLatency" && $0.key.statistic == .average }
    #expect(regions.map(\.key.resource) == ["t/replica/eu-west-1", "t/replica/eu-west-2"])
    #expect(regions.allSatisfy { $0.values[0] == 2_000 })
    // Nobody waits for it.
    #expect(result.latencyMs == 15)
  }

  @Test("the default latency lies within half a second and 2.5 s")
  func defaults() throws {
    let result = try story(count: 2_000) { $0.replication?.latency = ReplicationConfig(regions: []).latency }.run()
    // 4,000 draws of a standard deviation of 577 ms: five standard errors are 46 ms.
    #expect(abs(result.figure("meanReplicationLatencyMs", of: "t") - 1_500) < 46)
    #expect((2_400...2_500).contains(result.figure("p99ReplicationLatencyMs", of: "t")))
  }

  @Test("expired items take units in the other Regions only, and so do their entries in global indexes there")
  func expiry() throws {
    let result = try story {
      var timeToLive = TimeToLiveConfig(after: .constant(5e9))
      timeToLive.deletionDelay = .constant(0)
      $0.timeToLive = timeToLive
    }.run()
    // 2 units of 3 puts in three Regions, and of 3 deletions in two.
    #expect(total("ReplWriteRequestUnits", result) == 18 + 12)
    #expect(result.figure("writeRequestUnits", of: "t") == 6)
    let indexed = try story {
      var timeToLive = TimeToLiveConfig(after: .constant(5e9))
      timeToLive.deletionDelay = .constant(0)
      $0.timeToLive = timeToLive
      var index = IndexConfig(name: "i", kind: .global(.onDemand(OnDemandThroughput())))
      index.entrySize = Size(bytes: 1_025)
      $0.indexes = [index]
    }.run()
    let local = indexed.figure("writeRequestUnits", of: "t") - 6
    // Puts take what they take here in two other Regions too; deletions 2 units an entry there.
    #expect(total("WriteRequestUnits", indexed) == Int128(3 * local) + 3 * 2 * 2)
  }

  @Test("with strong consistency a write waits for the nearest Region, and nothing arrives late")
  func strong() throws {
    let result = try story(regions: ["us-east-2", "us-west-2"]) {
      $0.replication?.consistency = .strong
      $0.replication?.roundTrip = .constant(20e6)
    }.run()
    #expect(result.latencyMs == 3 * 25)
    #expect(!result.series.contains { $0.key.name == "ReplicationLatency" })
    #expect(total("ReplWriteRequestUnits", result) == 18)
  }

  @Test("a witness costs nothing")
  func witness() throws {
    let result = try story(regions: ["us-east-2"]) {
      $0.replication?.consistency = .strong
      $0.replication?.witness = "us-west-2"
    }.run()
    #expect(total("ReplWriteRequestUnits", result) == 12)
    // 3 items of 1,500 B and 148 B of overhead for 990 s, twice.
    #expect(total("TimedStorage-ByteHrs", result) == 2 * 3 * 1_648 * 990_000)
  }

  @Test("of provisioned tables all Regions are billed by the hour, and nothing by the request, indexes included")
  func provisioned() throws {
    let units = CapacityMode.provisioned(ProvisionedThroughput(readCapacityUnits: 3, writeCapacityUnits: 10))
    let result = try story {
      $0.capacity = units
      $0.indexes = [IndexConfig(name: "i", kind: .global(units))]
      var timeToLive = TimeToLiveConfig(after: .constant(5e9))
      timeToLive.deletionDelay = .constant(0)
      $0.timeToLive = timeToLive
    }.run()
    #expect(result.figure("writeRequestUnits", of: "t") > 6)
    #expect(!result.usage.contains { $0.meter.key.hasSuffix("RequestUnits") })
    #expect(result.figure("replicatedWriteUnits", of: "t") == 0)
    let hour = total("ReadCapacityUnit-Hrs", result) / (2 * 3 * 3)
    #expect(hour > 0)
    // Three Regions; the table's own write units are replicated ones, those of its index are not.
    #expect(total("ReplWriteCapacityUnit-Hrs", result) == 3 * 10 * hour)
    #expect(total("WriteCapacityUnit-Hrs", result) == 3 * 10 * hour)
  }

  @Test(
    "a table that changes its mode changes what its replicas are billed by",
    arguments: [(true, 9_999, 18), (true, 12_001, 0), (false, 9_999, 0), (false, 12_001, 18)]
      as [(Bool, Double, Int128)])
  func switching(fromOnDemand: Bool, milliseconds: Double, replicated: Int128) throws {
    let modes = [
      CapacityMode.onDemand(OnDemandThroughput()),
      .provisioned(ProvisionedThroughput(readCapacityUnits: 10, writeCapacityUnits: 10)),
    ]
    var story = story {
      $0.capacity = modes[fromOnDemand ? 0 : 1]
      $0.capacityChanges = [CapacityChange(at: .seconds(10), capacity: modes[fromOnDemand ? 1 : 0])]
      $0.limits.onDemandTime = .constant(2e9)
      $0.limits.provisionedTime = .constant(2e9)
    }
    story.traffic[0].arrivals = .spikes([Spike(at: .ms(milliseconds), count: 3, over: .zero)])
    #expect(try total("ReplWriteRequestUnits", story.run()) == replicated)
  }

  @Test("with strong consistency strong reads wait for the nearest Region, and no others", arguments: [true, false])
  func strongReads(consistent: Bool) throws {
    let reads: [(TableOperation.Kind, Bool)] = [(.getItem, true), (.query, true), (.scan, true), (.batchGetItem, true)]
    for (kind, canBeStrong) in reads {
      let read = TableOperation(kind: kind, itemSize: Size(bytes: 100), consistentRead: consistent && canBeStrong)
      let result = try story(read, count: 1, regions: ["us-east-2", "us-west-2"]) {
        $0.replication?.consistency = .strong
        $0.replication?.roundTrip = .constant(20e6)
      }.run()
      #expect(result.latencyMs == (consistent ? 25 : 5), "\(kind)")
    }
  }

  @Test("SDKs try a conflict again, as they do other errors of the service")
  func conflictIsRetried() throws {
    var story = story(count: 1, regions: ["us-east-2", "us-west-2"]) {
      $0.replication?.consistency = .strong
      $0.replication?.conflicts = 1
    }
    story.resources.append(
      .function(
        function(
          "f", timeout: .seconds(10),
          [.call(callStep("t", put, timeout: nil, attempts: 3, backoff: .seconds(1), onError: .fail))])))
    story.traffic[0].targets = [TrafficTarget(resource: "f")]
    let result = try story.run()
    #expect(result.requests(.failed) == 1)
    // Two pauses, of 1 s and 2 s, behind a start of 100 ms.
    #expect(result.latencyMs >= 3_100 && result.latencyMs < 3_200)
  }

  @Test("writes that another Region's write fails: none, all, or a share of them; with strong consistency only")
  func conflicts() throws {
    func failed(_ share: Double, _ consistency: ReplicationConfig.Consistency) throws -> Int64 {
      try story(count: 10_000, regions: ["us-east-2", "us-west-2"]) {
        $0.replication?.consistency = consistency
        $0.replication?.conflicts = share
      }.run().requests(.unavailable)
    }
    #expect(try failed(0, .strong) == 0)
    #expect(try failed(1, .strong) == 10_000)
    #expect(try failed(1, .eventual) == 0)
    // A standard deviation of 43: five of them fail once in 1.7 million.
    #expect(abs(try failed(0.25, .strong) - 2_500) < 217)
  }

  @Test(
    "replicas are billed as their table is: by the request while it is on demand, and never while it is provisioned")
  func modes() throws {
    let onDemand = CapacityMode.onDemand(OnDemandThroughput())
    let provisioned = CapacityMode.provisioned(
      ProvisionedThroughput(readCapacityUnits: 10, writeCapacityUnits: 10))
    for (first, second, isBilled) in [
      (onDemand, nil, true), (provisioned, nil, false), (onDemand, provisioned, false), (provisioned, onDemand, true),
    ] as [(CapacityMode, CapacityMode?, Bool)] {
      let result = try story {
        $0.capacity = first
        var index = IndexConfig(name: "i", kind: .global(first))
        index.entrySize = Size(bytes: 1_025)
        $0.indexes = [index]
        $0.limits.onDemandTime = .constant(1e9)
        $0.limits.provisionedTime = .constant(1e9)
        // The writes are at 10 s.
        if let second { $0.capacityChanges = [CapacityChange(at: .seconds(5), capacity: second)] }
      }.run()
      // 2 units of 3 items and of 3 entries in three Regions.
      #expect(total("ReplWriteRequestUnits", result) == (isBilled ? 18 : 0))
      #expect(total("WriteRequestUnits", result) == (isBilled ? 18 : 0))
    }
  }
}
