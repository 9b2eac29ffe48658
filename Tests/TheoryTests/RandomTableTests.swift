import Engine
import Services
import Testing
import Units

/// What no system of tables may break, whatever its tables have.
///
/// Nothing here is left to chance: a law that fails once is broken.
@Suite("Conservation laws of tables")
struct RandomTableTests {
  static let systems = 0..<64

  @Test("requests, units, throttles, items, changes and bills agree with each other", arguments: systems)
  func laws(number: Int) throws {
    let config = RandomTables.make(number)
    let run = try simulate(config, seed: 7, replication: 0)
    for traffic in run.traffic {
      #expect(traffic.started == traffic.completed + traffic.inProgress, "\(traffic.name)")
      #expect(traffic.outcomes.reduce(0) { $0 + $1.count } == traffic.completed, "\(traffic.name)")
      #expect(traffic.breakdown.sums.reduce(0, +) == traffic.latency.sum, "\(traffic.name)")
    }
    for line in run.usage { #expect(line.amount >= 0, "\(line)") }
    for resource in config.resources {
      switch resource {
      case .table(let table):
        let laws = TableLaws(table: table, config: config, run: run)
        try laws.throttles()
        try laws.units()
        try laws.requestUnitsBilled()
        try laws.capacityBilled()
        try laws.admitted()
        try laws.bounds()
        try laws.partitions()
        try laws.items()
        try laws.changes()
        try laws.little()
      case .daxCluster(let cluster): try check(cluster, run)
      case .cacheCluster(let cluster): try check(cluster, run)
      case .eventSourceMapping(let mapping): try check(mapping, config, run)
      case .stream(let stream):
        let captured = try config.tables.filter { $0.kinesisStream == stream.name }.reduce(0) {
          try $0 + run.figure("capturedRecords", of: $1.name)
        }
        #expect(try run.figure("incomingRecords", of: stream.name) == captured)
      case .function, .httpApi, .queue, .dbInstance, .auroraCluster, .dbProxy, .topic, .vpc: break
      }
    }
  }

  private func check(_ cluster: DAXClusterConfig, _ run: RunResult) throws {
    let figure = { try run.figure($0, of: cluster.name) }
    let room = Double(cluster.nodeType.memory.bytes) * cluster.memoryShare / 1_048_576
    #expect(try figure("cachedMB") <= room * (1 + 1e-9), "\(cluster.name)")
    let entries = try figure("itemEntries") + figure("queryEntries")
    #expect(try entries * Double(cluster.entryOverhead.bytes) <= figure("cachedMB") * 1_048_576, "\(cluster.name)")
    // Only a result that was looked up in vain comes in.
    #expect(try figure("queryEntries") <= figure("queryMisses"), "\(cluster.name)")
    let sum = { try run.values($0, .sum, of: cluster.name).reduce(0, +) }
    #expect(try figure("queryMisses") == sum("QueryCacheMisses") + sum("ScanCacheMisses"), "\(cluster.name)")
    #expect(try figure("itemMisses") == sum("ItemCacheMisses"), "\(cluster.name)")
  }

  private func check(_ cluster: CacheClusterConfig, _ run: RunResult) throws {
    let figure = { try run.figure($0, of: cluster.name) }
    let sum = { try run.values($0, .sum, of: cluster.name).reduce(0, +) }
    #expect(try figure("hits") + figure("misses") == sum("GetTypeCmds"), "\(cluster.name)")
    let room = Double(cluster.nodeType.memory.bytes) * (1 - cluster.reservedMemory) * Double(cluster.shards)
    #expect(try figure("cachedMB") * 1_048_576 <= room * (1 + 1e-9), "\(cluster.name)")
    #expect(
      try figure("entries") * Double(cluster.entryOverhead.bytes) <= figure("cachedMB") * 1_048_576, "\(cluster.name)")
    #expect(try figure("entries") <= sum("SetTypeCmds"), "\(cluster.name)")
  }

  private func check(_ mapping: EventSourceMappingConfig, _ config: SystemConfig, _ run: RunResult) throws {
    let figure = { try run.figure($0, of: mapping.name) }
    let isTable = config.tables.contains { $0.name == mapping.sourceName }
    let records = try run.figure(isTable ? "streamRecords" : "incomingRecords", of: mapping.sourceName)
    let gone = try figure("processedEvents") + figure("droppedEvents") + figure("lostEvents")
    #expect(try records == gone + figure("finalEventsBehind"), "\(mapping.name)")
  }

  @Test("the lane, a second run and the width of a row change nothing", arguments: systems)
  func digests(number: Int) throws {
    var config = RandomTables.make(number)
    let first = try simulate(config, seed: 7, replication: 0)
    let heap = try simulate(config, seed: 7, replication: 0, lane: false)
    #expect(first.digest == heap.digest && first.events == heap.events)
    config.period = config.duration
    let wide = try simulate(config, seed: 7, replication: 0)
    #expect(first.digest == wide.digest && first.events == wide.events && first.usage == wide.usage)
  }

  @Test("a warm-up hides the beginning and changes nothing after it")
  func warmUp() throws {
    for number in Self.systems where number % 4 == 0 {
      var config = RandomTables.make(number)
      config.period = .seconds(1)
      let whole = try simulate(config, seed: 7, replication: 0)
      config.warmUp = .seconds(20)
      config.duration = config.duration - .seconds(20)
      let late = try simulate(config, seed: 7, replication: 0)
      #expect(whole.events == late.events, "system \(number)")
      for (all, tail) in zip(whole.series, late.series) {
        #expect(all.values.dropFirst(20).map(\.bitPattern) == tail.values.map(\.bitPattern), "\(number) \(all.key)")
      }
    }
  }

  @Test("the systems have something of everything")
  func variety() throws {
    var totals: [String: Double] = [:]
    for number in Self.systems {
      let run = try simulate(RandomTables.make(number), seed: 7, replication: 0)
      for resource in run.resources {
        for figure in resource.figures where figure.value > 0 { totals["\(figure.name)", default: 0] += figure.value }
      }
    }
    for name in [
      "tableReadProvisionedThroughputExceeded", "tableWriteProvisionedThroughputExceeded",
      "indexReadProvisionedThroughputExceeded", "indexWriteProvisionedThroughputExceeded",
      "tableReadKeyRangeThroughputExceeded", "tableWriteKeyRangeThroughputExceeded",
      "indexReadKeyRangeThroughputExceeded", "indexWriteKeyRangeThroughputExceeded",
      "tableReadMaxOnDemandThroughputExceeded", "tableWriteMaxOnDemandThroughputExceeded",
      "indexReadMaxOnDemandThroughputExceeded", "indexWriteMaxOnDemandThroughputExceeded",
      "tableReadAccountLimitExceeded", "unprocessedItems", "conditionFailures", "transactionConflicts",
      "transactionCancellations", "itemCollectionRefusals", "partitionSplits", "capacityUpdates",
      "capacityUpdatesInUse", "capacityUpdatesLimitExceeded", "scaleOuts", "scaleIns", "scalingFailures",
      "itemsExpired", "writesInVain", "replicatedWriteUnits", "streamExpiredRecords", "streamClosedShards",
      "capturedDuplicates", "itemHits", "queryHits", "hits", "evictions", "passedThrough", "warmReadUnitsAdded",
    ] { #expect(totals[name, default: 0] > 4, "\(name) \(totals[name, default: 0])") }
  }
}

extension SystemConfig {
  /// The tables in the scenario's order.
  var tables: [TableConfig] {
    resources.compactMap { if case .table(let table) = $0 { table } else { nil } }
  }
}

extension SystemConfig {
  /// Whether somebody sends the rest of a batch again, within the same call.
  var resends: Bool {
    let handlers = resources.flatMap { resource -> [Step] in
      if case .function(let function) = resource { function.handler } else { [] }
    }
    return (traffic.flatMap(\.targets).compactMap(\.operation) + Self.operations(handlers)).contains {
      $0.unprocessedItems != .leave
    }
  }

  private static func operations(_ steps: [Step]) -> [TableOperation] {
    var operations: [TableOperation] = []
    for step in steps {
      switch step {
      case .call(let call): if let operation = call.operation { operations.append(operation) }
      case .compute, .wait, .fail, .crash: break
      case .parallel(let branches): for branch in branches { operations += self.operations(branch) }
      case .choose(let choices): for choice in choices { operations += self.operations(choice.steps) }
      case .repeat(_, let steps), .forEachRecord(let steps): operations += self.operations(steps)
      }
    }
    return operations
  }
}
