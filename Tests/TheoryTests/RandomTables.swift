// Long because every feature of a table has its few lines here, drawn from one stream.

import Engine
import Services
import Units

/// Systems of one to three tables with all that tables can have, put together at random: modes and their changes, auto
/// scaling, indexes, keys, time to live, backups, replicas, streams and their followers, caches; with traffic on tables
/// and caches, direct and through functions, and limits so tight that every kind of refusal occurs.
///
/// Only what decoding accepts. The same number gives the same system.
struct RandomTables {
  private var stream: RandomStream
  private let isLong: Bool
  private var tables: [TableConfig] = []
  /// What operations are asked of, and the table behind it.
  private var targets: [(name: String, table: Int)] = []

  /// The system of a number; one in eight runs for long at low rates.
  static func make(_ number: Int) -> SystemConfig {
    var system = RandomTables(
      stream: RandomStream(seed: 3, replication: number, component: "random tables", purpose: "shape"),
      isLong: number % 8 == 7)
    return system.config()
  }

  private init(stream: RandomStream, isLong: Bool) {
    self.stream = stream
    self.isLong = isLong
  }

  private mutating func below(_ n: Int) -> Int { Int(stream.nextIndex(below: UInt64(n))) }
  private mutating func chance(_ probability: Double) -> Bool { stream.nextUnit() < probability }
  /// A share that is often none or all.
  private mutating func share() -> Double { [0, 0, 0.1, 0.5, 1][below(5)] }

  private mutating func config() -> SystemConfig {
    let duration = Time.seconds(Int64(isLong ? 1_000 + below(400) : 60 + below(180)))
    for index in 0...below(3) { tables.append(table(index, duration)) }
    var resources: [ResourceConfig] = []
    for index in tables.indices {
      targets.append((tables[index].name, index))
      if chance(0.4) { resources.append(.daxCluster(dax(index))) }
      if chance(0.4) { resources.append(.cacheCluster(cache(index))) }
      resources.append(.table(tables[index]))
    }
    addFunctions(&resources)
    var traffic = (0...(2 + below(3))).map { source in
      TrafficConfig(name: "s\(source)", target: target(source), arrivals: arrivals())
    }
    for source in traffic.indices where chance(0.4) { traffic[source].client = client() }
    var account = AccountConfig(concurrentExecutions: 20 + below(100))
    if chance(0.3) { account.tableQuota = TableQuota(reads: 400, writes: 250) }
    if chance(0.3) { account.provisionedQuota = TableQuota(reads: 900, writes: 900) }
    account.capacityBilling = chance(0.5) ? .timeWeighted : .hourlyMaximum
    if chance(0.3) {
      account.reservedCapacity = ReservedCapacityConfig(
        readCapacityUnits: 100 * below(3), writeCapacityUnits: 100, term: chance(0.5) ? .oneYear : .threeYears)
    }
    return SystemConfig(
      region: "us-east-1", start: CivilTime(secondsSince1970: 1_780_272_000 + Int64(below(7_200))), duration: duration,
      period: .seconds(Int64([5, 10, 60][below(3)])), account: account, resources: resources, traffic: traffic)
  }

  // MARK: Tables

  private mutating func table(_ index: Int, _ duration: Time) -> TableConfig {
    var table = TableConfig(name: "t\(index)")
    if chance(0.3) { table.tableClass = .standardInfrequentAccess }
    table.limits = limits()
    table.keys = keys()
    table.itemsPerKey = [1, 1, 20, 1_000][below(4)]
    if chance(0.6) {
      table.itemCount = 1 + below(3_000)
      table.storageSize = Size(bytes: Int64(table.itemCount) * Int64(1 + below(5_000)))
    }
    if chance(0.3) { table.replication = replication() }
    let isStrong = table.replication?.consistency == .strong
    let isOnDemand = chance(0.5)
    table.capacity = mode(isOnDemand)
    table.warmThroughput = chance(0.3) ? warmth() : nil
    for number in 0..<below(3) {
      var global = IndexConfig(name: "global\(number)", kind: .global(mode(isOnDemand)))
      if chance(0.5) { global.keys = keys() }
      if chance(0.3) { global.warmThroughput = warmth() }
      table.indexes.append(withEntries(global))
    }
    if !isStrong && chance(0.3) {
      table.indexes.append(withEntries(IndexConfig(name: "local", kind: .local)))
      if chance(0.4) {
        // As good as full.
        table.itemCount = 1_000
        table.storageSize = Size(bytes: Int64(table.keys.count) * (10 << 30) - Int64(below(2_000_000)))
        table.limits.partitionSize = .gigabytes(Int64(10 * table.keys.count))
      }
    }
    if !isStrong && chance(0.4) { table.timeToLive = timeToLive() }
    if chance(0.5) { table.streamViewType = table.replication == nil ? view() : .newAndOldImages }
    if chance(0.3) { table.kinesisStream = "changes" }
    table.changeStreams.capture.duplicates = chance(0.5) ? 0.1 : 0
    table.changeStreams.propagationDelay = .exponential(mean: 0.1e9)
    table.backups = backups(duration)
    if chance(0.5) { changes(&table, isOnDemand, duration) }
    // Bounded, so that what is under way at the end can be bounded too.
    for kind in TableOperation.Kind.allCases { table.latency[kind] = .uniform(low: 1e6, high: 9e6) }
    return table
  }

  private mutating func limits() -> TableLimits {
    var limits = TableLimits()
    limits.burst = .seconds(Int64([1, 10, 300][below(3)]))
    limits.initialBurst = share()
    if chance(0.6) { (limits.partitionReadUnits, limits.partitionWriteUnits) = (20 + below(300), 10 + below(200)) }
    limits.splitsForHeat = chance(0.7)
    limits.splitSustain = .seconds(Int64(1 + below(20)))
    limits.splitDelay = .seconds(Int64(below(20)))
    limits.onDemandGrowth = chance(0.5) ? .throttle : .split
    limits.peakAge = .minutes(Int64(1 + below(3)))
    if chance(0.5) {
      limits.newWarmThroughput = WarmThroughput(readUnitsPerSecond: 20 + below(80), writeUnitsPerSecond: 5 + below(60))
    }
    limits.growthTime = .uniform(low: 1e9, high: 20e9)
    limits.preWarmingTime = .uniform(low: 1e9, high: 20e9)
    limits.onDemandTime = .uniform(low: 1e9, high: 20e9)
    limits.provisionedTime = .uniform(low: 1e9, high: 20e9)
    return limits
  }

  private mutating func keys() -> KeyDistribution {
    let count = [1, 7, 500, 100_000][below(4)]
    switch below(5) {
    case 0: return KeyDistribution(count: count, law: .zipf(exponent: 0.99))
    case 1:
      return count == 1 ? KeyDistribution(count: 1) : KeyDistribution(count: count, law: .hot(keys: 1, share: 0.8))
    case 2: return KeyDistribution(count: count, law: .monotonic)
    case 3: return KeyDistribution(count: 3, law: .given(weights: [5, 1, 0]))
    default: return KeyDistribution(count: count)
    }
  }

  private mutating func mode(_ isOnDemand: Bool) -> CapacityMode {
    if isOnDemand {
      return .onDemand(
        OnDemandThroughput(
          maxReadRequestUnits: chance(0.3) ? 1 + below(60) : nil,
          maxWriteRequestUnits: chance(0.3) ? 1 + below(60) : nil))
    }
    var units = ProvisionedThroughput(readCapacityUnits: 1 + below(80), writeCapacityUnits: 1 + below(80))
    if chance(0.5) { units.readScaling = scaling(around: units.readCapacityUnits) }
    if chance(0.5) { units.writeScaling = scaling(around: units.writeCapacityUnits) }
    return .provisioned(units)
  }

  private mutating func scaling(around units: Int) -> TableScalingConfig {
    var scaling = TableScalingConfig(minCapacity: 1 + below(units), maxCapacity: units + below(300))
    scaling.targetUtilization = chance(0.2) ? nil : [0.2, 0.7, 0.9][below(3)]
    scaling.alarmDelay = .uniform(low: 0, high: 10e9)
    scaling.metricDelay = .seconds(Int64(below(20)))
    scaling.missingData = chance(0.5) ? .zero : .missing
    scaling.scaleOutCooldown = .seconds(Int64(below(2) * 60))
    if chance(0.3), let schedule = try? CronSchedule("rate(\(2 + below(3)) minutes)") {
      scaling.scheduledActions = [
        ScheduledAction(schedule: schedule, minCapacity: 1 + below(300), maxCapacity: chance(0.5) ? 200 : nil)
      ]
    }
    return scaling
  }

  private mutating func warmth() -> WarmThroughput {
    WarmThroughput(readUnitsPerSecond: 1 + below(400), writeUnitsPerSecond: 1 + below(250))
  }

  private mutating func withEntries(_ plain: IndexConfig) -> IndexConfig {
    var index = plain
    index.projection = IndexConfig.Projection.allCases[below(3)]
    if index.projection != .all || chance(0.3) { index.entrySize = Size(bytes: Int64(1 + below(3_000))) }
    index.share = chance(0.5) ? 1 : share()
    index.keyChanges = share()
    index.attributeChanges = index.projection == .keysOnly ? 0 : share()
    return index
  }

  private mutating func replication() -> ReplicationConfig {
    var replication = ReplicationConfig(regions: ["us-east-2", "us-west-2"])
    if chance(0.5) {
      if chance(0.5) { replication.regions = ["us-east-2"] }
    } else {
      replication.consistency = .strong
      replication.roundTrip = .uniform(low: 5e6, high: 25e6)
      replication.conflicts = chance(0.5) ? 0.05 : 0
      if chance(0.3) { (replication.regions, replication.witness) = (["us-east-2"], "us-west-2") }
    }
    return replication
  }

  private mutating func view() -> StreamViewType { StreamViewType.allCases[below(StreamViewType.allCases.count)] }

  private mutating func timeToLive() -> TimeToLiveConfig {
    var timeToLive = TimeToLiveConfig(after: .exponential(mean: 20e9))
    timeToLive.deletionDelay = .uniform(low: 0, high: 20e9)
    timeToLive.renewal = share()
    if chance(0.5) { timeToLive.remaining = .exponential(mean: 60e9) }
    return timeToLive
  }

  private mutating func backups(_ duration: Time) -> BackupConfig {
    var backups = BackupConfig()
    if chance(0.5) {
      backups.pointInTimeRecoveryDays = 35
      backups.restores = [.seconds(Int64(below(60)))]
      backups.exports = [.init(at: .seconds(30), every: .minutes(1))]
      if isLong { backups.exports.append(.init(at: .minutes(15), kind: .incrementalExport)) }
    }
    if chance(0.3) {
      backups.backups = [.init(at: .seconds(10), every: chance(0.5) ? .minutes(1) : nil, retain: .seconds(40))]
    }
    if chance(0.2) { backups.importSize = .megabytes(5) }
    return backups
  }

  /// Changes of capacity: a switch names all indexes at the same time.
  private mutating func changes(_ table: inout TableConfig, _ isOnDemand: Bool, _ duration: Time) {
    var isOnDemand = isOnDemand
    let globals = table.globalIndexes.map(\.index.name)
    var at = Time.zero
    for _ in 0...below(3) {
      at += .seconds(Int64(5 + below(40)))
      switch below(4) {
      case 0:
        isOnDemand.toggle()
        for index in [nil] + globals {
          table.capacityChanges.append(CapacityChange(at: at, index: index, capacity: unscaled(isOnDemand)))
        }
      case 1:
        // Now and then beyond the quota.
        let warm = WarmThroughput(readUnitsPerSecond: 1 + below(800), writeUnitsPerSecond: 1 + below(500))
        table.capacityChanges.append(CapacityChange(at: at, warmThroughput: warm))
      default:
        let index = chance(0.5) ? globals.first : nil
        table.capacityChanges.append(CapacityChange(at: at, index: index, capacity: unscaled(isOnDemand)))
      }
    }
  }

  private mutating func unscaled(_ isOnDemand: Bool) -> CapacityMode {
    switch mode(isOnDemand) {
    case .onDemand(let limits): return .onDemand(limits)
    case .provisioned(var units):
      (units.readScaling, units.writeScaling) = (nil, nil)
      return .provisioned(units)
    }
  }

  // MARK: Caches

  private mutating func dax(_ table: Int) -> DAXClusterConfig {
    var dax = DAXClusterConfig(
      name: "dax\(table)", table: "t\(table)", nodeType: chance(0.5) ? .t3Small : .r5Large,
      replicationFactor: 1 + below(3))
    if chance(0.5) { dax.recordTTL = chance(0.3) ? .zero : .seconds(Int64(1 + below(30))) }
    if chance(0.5) { dax.queryTTL = chance(0.3) ? .zero : .seconds(Int64(1 + below(30))) }
    if chance(0.6) { dax.memoryShare = 1e-5 * Double(1 + below(20)) }
    if chance(0.5) { (dax.normalizedRequestsPerSecond, dax.burst) = (100 + below(2_000), .milliseconds(500)) }
    targets.append((dax.name, table))
    return dax
  }

  private mutating func cache(_ table: Int) -> CacheClusterConfig {
    var cache = CacheClusterConfig(
      name: "cache\(table)", table: "t\(table)", engine: CacheEngine.allCases[below(3)], nodeType: .t4gMicro)
    cache.shards = 1 + below(3)
    if cache.engine != .memcached {
      cache.replicas = below(3)
      cache.readsFromReplicas = cache.replicas > 0 && chance(0.5)
    }
    if chance(0.5) { cache.ttl = chance(0.3) ? .zero : .seconds(Int64(1 + below(30))) }
    cache.writePolicy = CacheClusterConfig.WritePolicy.allCases[below(3)]
    cache.waitsForCache = chance(0.7)
    if chance(0.6) { cache.reservedMemory = 1 - 1e-5 * Double(1 + below(20)) }
    if chance(0.5) { cache.requestsPerSecond = 50 + below(2_000) }
    targets.append((cache.name, table))
    return cache
  }

  // MARK: Functions and what follows the tables

  /// Functions that work on all tables, and those that tables invoke, which work on later tables only.
  private mutating func addFunctions(_ resources: inout [ResourceConfig]) {
    for index in 0..<2 { resources.append(.function(function("f\(index)", from: 0))) }
    for table in tables.indices where tables[table].streamViewType != nil {
      let readers = tables[table].replication?.consistency == .eventual ? 1 : 1 + below(2)
      for reader in 0..<readers {
        let name = "follower\(table)\(reader)"
        resources.append(.function(function(name, from: table + 1)))
        resources.append(.eventSourceMapping(mapping(name, of: "t\(table)", polling: .milliseconds(250))))
      }
    }
    guard tables.contains(where: { $0.kinesisStream != nil }) else { return }
    var stream = StreamConfig(name: "changes")
    stream.shardCount = 1 + below(3)
    resources.append(.stream(stream))
    resources.append(.function(function("captured", from: tables.count)))
    resources.append(.eventSourceMapping(mapping("captured", of: "changes", polling: .seconds(1))))
  }

  private mutating func mapping(_ function: String, of source: String, polling: Time) -> EventSourceMappingConfig {
    var mapping = EventSourceMappingConfig(name: function + "Mapping", stream: source, functionName: function)
    mapping.batchSize = [1, 10, 100][below(3)]
    var reader = EventSourceMappingConfig.StreamSource(stream: source)
    reader.parallelizationFactor = 1 + below(3)
    reader.bisectsBatchOnFunctionError = chance(0.5)
    reader.maximumRetryAttempts = chance(0.7) ? below(3) : nil
    reader.pollingInterval = polling
    mapping.source = .stream(reader)
    return mapping
  }

  private mutating func function(_ name: String, from table: Int) -> FunctionConfig {
    var steps: [Step] = [.wait(.exponential(mean: 10e6))]
    if chance(0.5) { steps.append(.fail(probability: 0.05)) }
    if targets.contains(where: { $0.table >= table }) {
      let calls = (0...below(3)).map { _ in Step.call(call(from: table)) }
      steps.append(chance(0.3) ? .parallel(calls.map { [$0] }) : .choose(calls.map { .init(weight: 1, steps: [$0]) }))
    }
    var function = FunctionConfig(name: name, handler: steps)
    function.timeout = .milliseconds(Int64(200 + below(5_000)))
    function.initDuration = .constant(50e6)
    return function
  }

  private mutating func call(from table: Int) -> CallStep {
    let possible = targets.filter { $0.table >= table }
    let target = possible[below(possible.count)]
    var call = CallStep(target: target.name, operation: operation(tables[target.table]))
    if chance(0.4) { call.timeout = .milliseconds(Int64(1 + below(40))) }
    if chance(0.6) {
      call.retry = RetryConfig(RetryProfile.allCases[below(RetryProfile.allCases.count)])
    } else {
      call.retry.maxAttempts = 1 + below(4)
    }
    if chance(0.5) { call.onError = .continue }
    return call
  }

  // MARK: Requests

  private mutating func target(_ source: Int) -> TrafficTarget {
    if chance(0.3) { return TrafficTarget(resource: "f\(below(2))") }
    let target = source == 0 ? targets[0] : targets[below(targets.count)]
    return TrafficTarget(resource: target.name, operation: operation(tables[target.table]))
  }

  private mutating func operation(_ table: TableConfig) -> TableOperation {
    let isStrong = table.replication?.consistency == .strong
    let kinds = TableOperation.Kind.allCases.filter {
      !isStrong || ($0 != .transactGetItems && $0 != .transactWriteItems)
    }
    let kind = kinds[below(kinds.count)]
    let bytes = 1 + below([200, 5_000, 40_000][below(3)])
    var operation = TableOperation(kind: kind, itemSize: Size(bytes: Int64(bytes)))
    if chance(0.2) { operation.keys = keys() }
    switch kind {
    case .getItem:
      operation.consistentRead = chance(0.5)
      operation.missing = share()
    case .batchGetItem:
      operation.consistentRead = chance(0.5)
      operation.missing = share()
      operation.items = 1 + below([5, 100][below(2)])
      operation.unprocessedItems = unprocessedItems()
    case .transactGetItems:
      operation.items = 1 + below(10)
      (operation.missing, operation.conflicts) = (share(), share() / 2)
    case .query, .scan:
      operation.items = 1 + below(min(200, 1_048_576 / bytes))
      if !table.indexes.isEmpty && chance(0.6) { operation.index = table.indexes[below(table.indexes.count)].name }
      let index = table.indexes.first { $0.name == operation.index }
      operation.consistentRead = chance(0.5) && (index == nil || index?.kind == .local)
      if index?.kind == .local && index?.projection != .all && chance(0.5) {
        operation.fetchedSize = Size(bytes: Int64(1 + below(5_000)))
      }
    case .putItem, .updateItem, .deleteItem: conditions(&operation)
    case .batchWriteItem:
      operation.items = 1 + below(25)
      operation.unprocessedItems = unprocessedItems()
      changes(&operation)
    case .transactWriteItems:
      operation.items = 1 + below(10)
      operation.conflicts = share() / 2
      conditions(&operation)
    }
    return operation
  }

  private mutating func conditions(_ operation: inout TableOperation) {
    if operation.kind == .deleteItem {
      (operation.missing, operation.conditionFails) = (share(), share() / 2)
      return
    }
    changes(&operation)
    if chance(0.5) { (operation.conditionFails, operation.missing) = (share() / 2, share()) }
  }

  private mutating func changes(_ operation: inout TableOperation) {
    if chance(0.6) { operation.newItems = share() }
    if chance(0.4) { operation.previousSize = Size(bytes: Int64(1 + below(5_000))) }
  }

  private mutating func unprocessedItems() -> UnprocessedItems {
    guard chance(0.6) else { return .leave }
    return .resend(
      ResendRules(attempts: 2 + below(4), backoff: .milliseconds(Int64(1 + below(100))), maxBackoff: .seconds(1)))
  }

  private mutating func client() -> ClientConfig {
    var client = ClientConfig()
    client.retry = RetryConfig(RetryProfile.allCases[below(RetryProfile.allCases.count)])
    if chance(0.5) { client.timeout = .milliseconds(Int64(2 + below(50))) }
    if chance(0.5) { client.instances = 1 + below(3) }
    return client
  }

  private mutating func arrivals() -> ArrivalConfig {
    let slowness = isLong ? 0.15 : 1
    switch below(4) {
    case 0:
      return .spikes([
        Spike(at: .seconds(Int64(below(30))), count: 1 + below(200), over: .seconds(Int64(below(4)))),
        Spike(at: .seconds(Int64(30 + below(60))), count: 1 + below(200), over: .seconds(Int64(below(40)))),
      ])
    case 1:
      return .bursts(
        on: BurstPhase(ratePerSecond: 20 * slowness, meanDuration: .seconds(10)),
        off: BurstPhase(ratePerSecond: slowness, meanDuration: .seconds(10)))
    default: return .poisson(ratePerSecond: Double(1 + below(10)) * slowness)
    }
  }
}
