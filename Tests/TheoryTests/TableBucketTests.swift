import Engine
import Services
import Testing
import Units

/// Every bucket of a table that is offered more than it earns admits what it earns, and once what it holds.
///
/// The bounds are conservation of tokens, not chance: they hold for every seed. Requests cost up to two units, so an
/// empty bucket keeps less than two at the end, and what came since the last request is at most as much.
@Suite("Buckets of a table in the long run")
struct TableBucketTests {
  private struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let isRead: Bool
    /// Units a second, and units at first.
    let rate: Double
    let burst: Double
    let reason: String
    let change: @Sendable (inout TableConfig) -> Void
  }

  private static func provisioned(_ reads: Int, _ writes: Int) -> CapacityMode {
    .provisioned(ProvisionedThroughput(readCapacityUnits: reads, writeCapacityUnits: writes))
  }

  private static let cases: [Case] = [
    Case(
      testDescription: "provisioned reads with a full burst", isRead: true, rate: 20, burst: 6_000,
      reason: "ProvisionedThroughput"
    ) { $0.capacity = provisioned(20, 1) },
    Case(
      testDescription: "provisioned writes with a full burst", isRead: false, rate: 20, burst: 6_000,
      reason: "ProvisionedThroughput"
    ) { $0.capacity = provisioned(1, 20) },
    Case(
      testDescription: "provisioned writes with half a burst", isRead: false, rate: 20, burst: 3_000,
      reason: "ProvisionedThroughput"
    ) {
      $0.capacity = provisioned(1, 20)
      $0.limits.initialBurst = 0.5
    },
    Case(
      testDescription: "provisioned writes without a burst", isRead: false, rate: 20, burst: 0,
      reason: "ProvisionedThroughput"
    ) {
      $0.capacity = provisioned(1, 20)
      $0.limits.initialBurst = 0
    },
    Case(
      testDescription: "a partition's reads", isRead: true, rate: 30, burst: 30, reason: "KeyRangeThroughput"
    ) {
      $0.keys = KeyDistribution(count: 1)
      $0.limits.partitionReadUnits = 30
    },
    Case(
      testDescription: "a partition's writes", isRead: false, rate: 30, burst: 30, reason: "KeyRangeThroughput"
    ) {
      $0.keys = KeyDistribution(count: 1)
      $0.limits.partitionWriteUnits = 30
    },
    Case(
      testDescription: "a maximum on demand", isRead: false, rate: 25, burst: 25, reason: "MaxOnDemandThroughput"
    ) { $0.capacity = .onDemand(OnDemandThroughput(maxWriteRequestUnits: 25)) },
    Case(
      testDescription: "warm throughput", isRead: false, rate: 35, burst: 35, reason: "KeyRangeThroughput"
    ) { $0.limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: 1, writeUnitsPerSecond: 35) },
    Case(
      testDescription: "the quota of reads", isRead: true, rate: 45, burst: 45, reason: "AccountLimit"
    ) { _ in },
    Case(
      testDescription: "the quota of writes", isRead: false, rate: 50, burst: 50, reason: "AccountLimit"
    ) { _ in },
  ]

  @Test("it admits its rate and its burst", arguments: cases.indices)
  func admitted(number: Int) throws {
    let bucket = Self.cases[number]
    var table = TableConfig(name: "t")
    bucket.change(&table)
    let seconds = 400.0
    let operation = TableOperation(
      kind: bucket.isRead ? .getItem : .putItem, itemSize: bucket.isRead ? .kilobytes(8) : .kilobytes(2),
      consistentRead: true)
    var account = AccountConfig.boundless
    account.tableQuota = TableQuota(reads: 45, writes: 50)
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .seconds(Int64(seconds)),
      period: .seconds(400), account: account, resources: [.table(table)],
      traffic: [
        TrafficConfig(
          name: "clients", target: TrafficTarget(resource: "t", operation: operation),
          arrivals: .poisson(ratePerSecond: 60))
      ])
    let run = try simulate(config, seed: 75, replication: 0)
    let used = try run.figure(bucket.isRead ? "readRequestUnits" : "writeRequestUnits", of: "t")
    #expect(used <= bucket.rate * seconds + bucket.burst)
    // 60 requests a second: the last one came less than half a second before the end, or this seed is a rare one.
    #expect(used >= bucket.rate * seconds + bucket.burst - 2 - bucket.rate / 2)
    let direction = bucket.isRead ? "Read" : "Write"
    let throttles = try run.figure("throttles", of: "t")
    #expect(throttles > 0)
    #expect(try run.figure("table\(direction)\(bucket.reason)Exceeded", of: "t") == throttles)
    #expect(Double(run.traffic[0].started) == used / 2 + throttles)
  }

  @Test("double the peak is admitted every 30 min, and only then")
  func doubling() throws {
    var table = TableConfig(name: "t")
    table.limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: 1, writeUnitsPerSecond: 10)
    let operation = TableOperation(kind: .putItem, itemSize: .kilobytes(1))
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .minutes(95),
      account: .boundless, resources: [.table(table)],
      traffic: [
        TrafficConfig(
          name: "clients", target: TrafficTarget(resource: "t", operation: operation),
          arrivals: .poisson(ratePerSecond: 100))
      ])
    let run = try simulate(config, seed: 76, replication: 0)
    let minutes = try #require(run.series.first { $0.key.name == "ConsumedWriteCapacityUnits" }).values
    // The first minute has the bucket's 10 on top: (600 + 10) / 60 doubled is 20 and a third, whole units count: 20.
    // The next doubles come 31 min later each: the first minute at the new limit ends a minute after it began.
    for (minute, rate) in [(1, 10.0), (30, 10), (31, 20), (61, 20), (62, 40), (92, 40), (93, 80)] {
      #expect(abs(minutes[minute] - 60 * rate) <= rate + 2, "minute \(minute)")
    }
  }

  @Test("the same seed gives the same run, another one another")
  func determinism() throws {
    var table = TableConfig(name: "t")
    table.capacity = Self.provisioned(5, 5)
    table.capacityChanges = [CapacityChange(at: .seconds(30), capacity: Self.provisioned(5, 9))]
    let config = SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .seconds(200),
      resources: [.table(table)],
      traffic: [
        TrafficConfig(
          name: "clients",
          target: TrafficTarget(
            resource: "t", operation: TableOperation(kind: .putItem, itemSize: .kilobytes(1))),
          arrivals: .poisson(ratePerSecond: 30))
      ])
    let first = try simulate(config, seed: 1, replication: 0)
    #expect(try simulate(config, seed: 1, replication: 0).digest == first.digest)
    #expect(try simulate(config, seed: 2, replication: 0).digest != first.digest)
  }
}
