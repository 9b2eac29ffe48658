import Engine
import Services
import Testing
import Units

/// What holds for one table of a run that recorded from time zero on.
struct TableLaws {
  let table: TableConfig
  let config: SystemConfig
  let run: RunResult

  private var name: String { table.name }
  private var seconds: Double { Double(config.duration.nanoseconds) / 1e9 }
  /// Of the table and its global indexes: what metrics call them, and their modes at time zero.
  private var capacities: [(name: String, mode: CapacityMode)] {
    [(name, table.capacity)] + table.globalIndexes.map { ("\(name)/index/\($0.index.name)", $0.mode) }
  }
  /// All modes that are ever asked for.
  private var modes: [CapacityMode] { capacities.map(\.mode) + table.capacityChanges.compactMap(\.capacity) }
  private var isEverOnDemand: Bool { modes.contains(where: \.isOnDemand) }
  private var isEverProvisioned: Bool { modes.contains { !$0.isOnDemand } }

  private func figure(_ figure: String) throws -> Double { try run.figure(figure, of: name) }

  private func sum(_ metric: String, of resource: String) throws -> Double {
    try run.values(metric, .sum, of: resource).reduce(0, +)
  }

  /// Amounts in priced units of the lines whose key ends so.
  private func used(_ suffix: String) -> Double {
    run.usage.filter { $0.resource == name && $0.meter.key.hasSuffix(suffix) }
      .reduce(0) { $0 + Double($1.amount) / Double($1.meter.unitsPerPriced) }
  }

  func throttles() throws {
    #expect(try figure("throttles") == figure("readThrottles") + figure("writeThrottles"), "\(name)")
    for direction in ["Read", "Write"] {
      let events = try capacities.reduce(0) { try $0 + sum(direction + "ThrottleEvents", of: $1.name) }
      #expect(try events == figure(direction.lowercased() + "Throttles"), "\(name)")
    }
    let reasons = run.resources.first { $0.name == name }?.figures.filter {
      ($0.name.hasPrefix("table") || $0.name.hasPrefix("index")) && $0.name.hasSuffix("Exceeded")
    }
    #expect(try #require(reasons).reduce(0) { $0 + $1.value } == figure("throttles"), "\(name)")
  }

  func units() throws {
    for (metric, total) in [
      ("ConsumedReadCapacityUnits", "readRequestUnits"), ("ConsumedWriteCapacityUnits", "writeRequestUnits"),
    ] {
      #expect(try capacities.reduce(0) { try $0 + sum(metric, of: $1.name) } == figure(total), "\(name)")
    }
  }

  /// Requests are billed one by one while the table is on demand, and never else.
  func requestUnitsBilled() throws {
    let (reads, writes) = (used("ReadRequestUnits"), used("WriteRequestUnits"))
    guard isEverOnDemand else {
      #expect(reads == 0 && writes == 0, "\(name)")
      return
    }
    let regions = Double(table.replication?.regions.count ?? 0)
    let base = try sum("ConsumedWriteCapacityUnits", of: name)
    let indexes = try figure("writeRequestUnits") - base
    let expired = try figure("itemsExpired")
    if isEverProvisioned {
      #expect(try reads <= figure("readRequestUnits"), "\(name)")
      if expired == 0 { #expect(try writes <= figure("writeRequestUnits") * (1 + regions), "\(name)") }
      let billed = try capacities.reduce(0) { try $0 + sum("ReadRequestUnits", of: $1.name) }
      #expect(reads == billed, "\(name)")
      // Replicas are billed as the table: not at all while it is provisioned.
      let own = try sum("WriteRequestUnits", of: name)
      if expired == 0, regions > 0 { #expect(try figure("replicatedWriteUnits") <= own * regions, "\(name)") }
    } else {
      #expect(try reads == figure("readRequestUnits"), "\(name)")
      if regions == 0 { #expect(try writes == figure("writeRequestUnits"), "\(name)") }
      if regions > 0, expired == 0 {
        #expect(try writes == base + indexes * (1 + regions) + figure("replicatedWriteUnits"), "\(name)")
        #expect(try figure("replicatedWriteUnits") <= base * regions, "\(name)")
      }
    }
  }

  /// Provisioned capacity is billed by what is in force over time, or more where the highest of an hour counts.
  func capacityBilled() throws {
    let regions = Double(1 + (table.replication?.regions.count ?? 0))
    let isReserved =
      config.account.reservedCapacity != nil && table.tableClass == .standard && table.replication == nil
    for (metric, suffix) in [
      ("ProvisionedReadCapacityUnits", "ReadCapacityUnit-Hrs"),
      ("ProvisionedWriteCapacityUnits", "WriteCapacityUnit-Hrs"),
    ] {
      guard isEverProvisioned else {
        #expect(used(suffix) == 0, "\(name)")
        continue
      }
      var inForce = 0.0
      for capacity in capacities {
        for (row, units) in try run.values(metric, .average, of: capacity.name).enumerated() {
          let period = Double(config.period.nanoseconds) / 1e9
          inForce += units * min(period, seconds - Double(row) * period)
        }
      }
      let billed = used(suffix) / 1_000 / regions
      if isReserved {
        if config.account.capacityBilling == .timeWeighted { #expect(billed <= inForce * (1 + 1e-9) + 1e-2, "\(name)") }
      } else if config.account.capacityBilling == .timeWeighted {
        #expect(abs(billed - inForce) <= 1e-6 * inForce + 1e-2, "\(name): \(billed), \(inForce)")
      } else {
        #expect(billed >= inForce * (1 - 1e-9), "\(name): \(billed), \(inForce)")
        #expect((billed > 0) == (inForce > 0), "\(name)")
      }
    }
  }

  /// Nothing admits more than its buckets held at first and earned since, and what one operation may owe.
  func admitted() throws {
    for capacity in capacities {
      let (reads, writes) = try (
        sum("ConsumedReadCapacityUnits", of: capacity.name), sum("ConsumedWriteCapacityUnits", of: capacity.name)
      )
      let partitions = try run.values("Partitions", .maximum, of: capacity.name).max() ?? 0
      // An operation takes at most a page of a scan with what it fetches; of a transaction, one item's units each.
      let (readDebt, writeDebt) = (1_000.0, 200.0)
      let limits = table.limits
      #expect(
        reads <= partitions * (Double(limits.partitionReadUnits) * (seconds + 1) + readDebt), "\(capacity.name)")
      #expect(
        writes <= partitions * (Double(limits.partitionWriteUnits) * (seconds + 1) + writeDebt), "\(capacity.name)")
      guard table.capacityChanges.isEmpty else { continue }
      switch capacity.mode {
      case .provisioned(let units):
        let burst = Double(limits.burst.nanoseconds) / 1e9 + seconds
        if units.readScaling == nil {
          #expect(reads <= Double(units.readCapacityUnits) * burst + readDebt, "\(capacity.name)")
        }
        if units.writeScaling == nil {
          #expect(writes <= Double(units.writeCapacityUnits) * burst + writeDebt, "\(capacity.name)")
        }
      case .onDemand(let maximum):
        if let most = maximum.maxReadRequestUnits {
          #expect(reads <= Double(most) * (seconds + 1) + readDebt, "\(capacity.name)")
        }
        if let most = maximum.maxWriteRequestUnits {
          #expect(writes <= Double(most) * (seconds + 1) + writeDebt, "\(capacity.name)")
        }
        #expect(reads <= Double(config.account.tableQuota.reads) * (seconds + 1) + readDebt, "\(capacity.name)")
        #expect(writes <= Double(config.account.tableQuota.writes) * (seconds + 1) + writeDebt, "\(capacity.name)")
      }
    }
  }

  /// Auto scaling never leaves its bounds.
  func bounds() throws {
    guard table.capacityChanges.isEmpty else { return }
    for capacity in capacities {
      guard case .provisioned(let units) = capacity.mode else { continue }
      for (metric, start, scaling) in [
        ("ProvisionedReadCapacityUnits", units.readCapacityUnits, units.readScaling),
        ("ProvisionedWriteCapacityUnits", units.writeCapacityUnits, units.writeScaling),
      ] {
        let most = try run.values(metric, .maximum, of: capacity.name)
        let mean = try run.values(metric, .average, of: capacity.name)
        guard let scaling else {
          #expect(
            most.allSatisfy { $0 == Double(start) } && mean.allSatisfy { $0 == Double(start) }, "\(capacity.name)")
          continue
        }
        let highest = ([scaling.maxCapacity] + scaling.scheduledActions.compactMap(\.maxCapacity)).max() ?? 0
        let lowest = ([scaling.minCapacity] + scaling.scheduledActions.compactMap(\.minCapacity)).min() ?? 0
        #expect(most.allSatisfy { $0 <= Double(highest) }, "\(capacity.name)")
        #expect(mean.allSatisfy { $0 >= Double(lowest) - 1e-9 }, "\(capacity.name)")
      }
    }
  }

  /// Partitions are split, never merged.
  func partitions() throws {
    let first = try figure("partitions") - figure("partitionSplits")
    #expect(first >= Double(capacities.count), "\(name)")
    for capacity in capacities {
      let mean = try run.values("Partitions", .average, of: capacity.name)
      for (before, after) in zip(mean, mean.dropFirst()) { #expect(before <= after + 1e-9, "\(capacity.name)") }
    }
    if table.streamViewType != nil {
      let shards = try (figure("streamShards"), figure("streamClosedShards"))
      let base = try run.values("Partitions", .maximum, of: name).last ?? 0
      #expect(shards.0 == base, "\(name): a shard for each partition")
    }
  }

  /// What is stored is what was there and was written, without what was deleted and has expired.
  func items() throws {
    #expect(
      try figure("itemsAtEnd")
        == Double(table.itemCount) + figure("itemsCreated") - figure("itemsDeleted") - figure("itemsExpired"),
      "\(name)")
    #expect(
      try figure("storedBytesAtEnd")
        == Double(table.storageSize.bytes) + figure("bytesWritten") - figure("bytesDeleted") - figure("bytesExpired"),
      "\(name)")
    #expect(try figure("itemsAtEnd") >= 0 && figure("storedBytesAtEnd") >= figure("itemsAtEnd"), "\(name)")
    #expect(try run.values("ItemCount", .average, of: name).last == figure("itemsAtEnd"), "\(name)")
    if table.timeToLive == nil {
      #expect(try figure("itemsExpired") == 0, "\(name)")
    } else {
      #expect(try sum("TimeToLiveDeletedItemCount", of: name) == figure("itemsExpired"), "\(name)")
    }
  }

  /// What follows the table hears of every change.
  func changes() throws {
    let seen = try figure("itemsCreated") + figure("itemsDeleted") + figure("itemsExpired")
    if table.streamViewType != nil {
      #expect(try figure("streamRecords") >= seen, "\(name)")
      #expect(try figure("streamExpiredRecords") == figure("itemsExpired"), "\(name)")
    }
    guard table.kinesisStream != nil else { return }
    #expect(
      try figure("capturedChanges") + figure("capturedDuplicates")
        == figure("capturedRecords") + figure("capturedUnderWay"), "\(name)")
    #expect(try figure("capturedChanges") >= seen, "\(name)")
    if table.streamViewType != nil { #expect(try figure("capturedChanges") == figure("streamRecords"), "\(name)") }
  }

  /// Little's law: mean operations under way = rate x mean latency, but for those under way at the end and those that
  /// no latency is recorded of because they fail.
  func little() throws {
    let wait = 9.0 + (table.replication?.consistency == .strong ? 25 : 0)
    let atEnd = try run.values("InFlight", .maximum, of: name).last ?? 0
    let level = try figure("meanInFlight") * seconds * 1_000
    let done = try figure("requests")
    guard done > 0 else { return }
    // A successful request takes 1 to 9 ms, and what it waits for other Regions.
    #expect(level >= (done - atEnd) * 1 - 1e-6, "\(name): \(level), \(done)")
    let failed = ["conditionFailures", "transactionCancellations", "itemCollectionRefusals"].reduce(0.0) { sum, name in
      sum + (run.resources.first { $0.name == table.name }?.figures.first { $0.name == name }?.value ?? 0)
    }
    guard !config.resends else { return }
    #expect(level <= (done + failed) * wait + 1e-6, "\(name): \(level), \(done)")
  }
}

extension CapacityMode {
  fileprivate var isOnDemand: Bool {
    switch self {
    case .onDemand: true
    case .provisioned: false
    }
  }
}
