import Engine
import Services
import Testing
import Units

/// What a table has or has not changes nothing that does not depend on it: designs see the same requests, and every
/// part draws from streams of its own.
@Suite("Designs of tables side by side")
struct TableDesignTests {
  @Test("one more table, with everything and traffic of its own, leaves all others bit for bit as they are")
  func addition() throws {
    for number in RandomTableTests.systems where number % 4 == 1 {
      var config = RandomTables.make(number)
      // What the account shares is out of reach.
      (config.account.tableQuota, config.account.provisionedQuota, config.account.reservedCapacity) = (
        AccountConfig().tableQuota, AccountConfig().provisionedQuota, nil
      )
      let alone = try simulate(config, seed: 7, replication: 0)
      var other = RandomTables.make(number + 1).tables[0]
      other.name = "other"
      other.kinesisStream = nil
      config.resources.append(.table(other))
      for kind in [TableOperation.Kind.updateItem, .batchWriteItem, .scan] {
        config.traffic.append(
          TrafficConfig(
            name: "other \(kind.rawValue)",
            target: TrafficTarget(
              resource: "other", operation: TableOperation(kind: kind, itemSize: Size(bytes: 900))),
            arrivals: .poisson(ratePerSecond: 3)))
      }
      let both = try simulate(config, seed: 7, replication: 0)
      #expect(both.events > alone.events)
      for (one, same) in zip(alone.traffic, both.traffic) {
        #expect(one.latency == same.latency && one.outcomes == same.outcomes, "\(number) \(one.name)")
      }
      for (one, same) in zip(alone.resources, both.resources) {
        for (figure, twin) in zip(one.figures, same.figures) {
          #expect(figure.value.bitPattern == twin.value.bitPattern, "\(number) \(one.name) \(figure.name)")
        }
      }
      #expect(alone.usage == both.usage.filter { $0.resource != "other" }, "\(number)")
    }
  }

  /// A table with room for all, asked for everything.
  private func world(_ change: (inout TableConfig) -> Void = { _ in }) -> SystemConfig {
    var table = TableConfig(name: "t")
    table.keys = KeyDistribution(count: 1_000, law: .zipf(exponent: 0.99))
    (table.itemCount, table.storageSize) = (10_000, .megabytes(10))
    change(&table)
    let traffic = TableOperation.Kind.allCases.map { kind in
      var operation = TableOperation(kind: kind, itemSize: Size(bytes: 1_500))
      if kind == .updateItem { operation.newItems = 0.5 }
      if kind == .putItem || kind == .transactWriteItems { operation.conditionFails = 0.2 }
      if kind == .getItem || kind == .deleteItem { operation.missing = 0.3 }
      return TrafficConfig(
        name: kind.rawValue, target: TrafficTarget(resource: "t", operation: operation),
        arrivals: .poisson(ratePerSecond: 3))
    }
    return SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000), duration: .seconds(60),
      resources: [.table(table)], traffic: traffic)
  }

  private static let units = ProvisionedThroughput(readCapacityUnits: 5_000, writeCapacityUnits: 5_000)
  /// Designs by name; all have room for every request.
  private static let designs: [(name: String, change: @Sendable (inout TableConfig) -> Void)] = [
    ("provisioned", { $0.capacity = .provisioned(units) }),
    (
      "auto scaling",
      {
        var scaled = units
        scaled.writeScaling = TableScalingConfig(minCapacity: 1_000, maxCapacity: 9_000)
        $0.capacity = .provisioned(scaled)
      }
    ),
    ("infrequent access", { $0.tableClass = .standardInfrequentAccess }),
    ("pre-warmed", { $0.warmThroughput = WarmThroughput(readUnitsPerSecond: 30_000, writeUnitsPerSecond: 30_000) }),
    (
      "a change of limits",
      {
        $0.capacityChanges = [
          CapacityChange(at: .seconds(9), capacity: .onDemand(OnDemandThroughput(maxReadRequestUnits: 9_000)))
        ]
      }
    ),
    ("a switch", { $0.capacityChanges = [CapacityChange(at: .seconds(9), capacity: .provisioned(units))] }),
    (
      "a global index",
      {
        var index = IndexConfig(name: "byAge", kind: .global(.onDemand(OnDemandThroughput())))
        (index.share, index.keyChanges, index.keys) = (0.5, 0.5, KeyDistribution(count: 50))
        $0.indexes = [index]
      }
    ),
    ("a local index", { $0.indexes = [IndexConfig(name: "byAge", kind: .local)] }),
    (
      "a time to live",
      {
        $0.timeToLive = TimeToLiveConfig(after: .exponential(mean: 20e9))
        $0.timeToLive?.deletionDelay = .uniform(low: 0, high: 20e9)
      }
    ),
    ("a stream", { $0.streamViewType = .newAndOldImages }),
    ("replicas", { $0.replication = ReplicationConfig(regions: ["eu-west-1", "eu-west-2"]) }),
    (
      "backups",
      {
        $0.backups.pointInTimeRecoveryDays = 35
        $0.backups.backups = [.init(at: .seconds(5), every: .minutes(1))]
        $0.backups.exports = [.init(at: .seconds(7))]
      }
    ),
    ("many items of a key", { $0.itemsPerKey = 100 }),
  ]

  @Test("every design sees the same requests, and answers them at the same moments while it has room")
  func sameRequests() throws {
    let plain = try simulate(world(), seed: 7, replication: 0)
    for (name, change) in Self.designs {
      let design = try simulate(world(change), seed: 7, replication: 0)
      for (one, same) in zip(plain.traffic, design.traffic) {
        #expect(one.started > 100 && one.started == same.started, "\(name), \(one.name)")
        #expect(one.outcomes == same.outcomes && one.latency == same.latency, "\(name), \(one.name)")
      }
    }
  }
}
