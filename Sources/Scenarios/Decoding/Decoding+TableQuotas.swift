import Engine
import Services
import Units

/// Quotas of tables, and what a run takes for granted about their capacity.
extension Decoding {
  /// DynamoDB's quotas of the account.
  func decodeTableQuotas(_ node: YAMLNode?, _ config: inout AccountConfig) {
    guard let fields = node.flatMap({ self.fields($0, Shapes.tableQuota) }) else { return }
    func units(_ key: String, _ value: inout Int, upTo most: Int) {
      if let node = fields[key] { value = integer(node, 1...most) ?? value }
    }
    units("tableReadUnits", &config.tableQuota.reads, upTo: 1_000_000)
    units("tableWriteUnits", &config.tableQuota.writes, upTo: 1_000_000)
    units("provisionedReadUnits", &config.provisionedQuota.reads, upTo: 10_000_000)
    units("provisionedWriteUnits", &config.provisionedQuota.writes, upTo: 10_000_000)
  }

  /// What tables have at time zero must be within the quotas; later requests beyond them are refused in the run.
  func checkTableQuotas(_ account: AccountConfig) {
    var (reads, writes) = (0, 0)
    for claim in throughputClaims {
      if claim.reads > account.tableQuota.reads || claim.writes > account.tableQuota.writes {
        fault(
          claim.place, found: "\(claim.reads) read and \(claim.writes) write units",
          wanted: "at most \(account.tableQuota.reads) and \(account.tableQuota.writes) of a table or index",
          advice: "lower them or raise account.tableThroughput")
      }
      guard claim.isProvisioned else { continue }
      let wasWithin = reads <= account.provisionedQuota.reads && writes <= account.provisionedQuota.writes
      reads += claim.reads
      writes += claim.writes
      if wasWithin, reads > account.provisionedQuota.reads || writes > account.provisionedQuota.writes {
        fault(
          claim.place, found: "\(reads) read and \(writes) write units of all tables up to here",
          wanted: "at most \(account.provisionedQuota.reads) and \(account.provisionedQuota.writes)",
          advice: "lower them or raise account.tableThroughput")
      }
    }
    if !throughputClaims.isEmpty, account.provisionedQuota == AccountConfig().provisionedQuota {
      assume("", "account.tableThroughput.provisioned", "80000 read and write units", .documented, quotas, "2026-10")
    }
  }

  private var quotas: String { "DynamoDB quotas" }

  /// Defaults of a table's throughput that its run uses.
  func assumeCapacity(_ fields: Fields, _ config: TableConfig) {
    let model = fields["capacityModel"].flatMap { node -> Set<String>? in
      guard case .mapping(let entries) = node.content else { return nil }
      return Set(entries.map(\.key))
    }
    func note(_ key: String, _ value: String, _ grade: Assumption.Grade, _ source: String, _ asOf: String = "2026-10") {
      if model?.contains(key) != true { assume(config.name, "capacityModel.\(key)", value, grade, source, asOf) }
    }
    let partitions = "DynamoDB developer guide, partitions"
    note("partitionReadUnits", "3000 / s", .documented, partitions)
    note("partitionWriteUnits", "1000 / s", .documented, partitions)
    if config.storageSize.bytes > 0 { note("partitionSize", "10 GB", .documented, partitions) }
    note("splitUtilization", "90 %", .unknown, "AWS splits partitions that stay near their limit; no figure", "2026-11")
    note("splitSustain", "60 s", .unknown, "AWS splits for sustained heat; no figure", "2026-11")
    note("splitDelay", "5 min", .inferred, "Elhemali et al., USENIX ATC 2022: in the order of minutes", "2022-07")
    switch config.capacity {
    case .provisioned:
      note("burst", "300 s", .documented, "DynamoDB developer guide, burst capacity: may change", "2026-04")
      note("initialBurst", "100 %", .unknown, "a stated choice: the table stood unused before", "2026-11")
    case .onDemand:
      let guide = "DynamoDB developer guide, on-demand capacity mode"
      if config.warmThroughput == nil {
        note("newWarmThroughput", "12000 reads and 4000 writes / s", .documented, guide, "2026-04")
      }
      note("onDemandGrowth", "throttle", .unknown, "AWS: may throttle beyond double the peak within 30 min", "2026-04")
      note("peakAge", "30 min", .documented, guide, "2026-04")
      assume(
        "", "account.tableThroughput.table", "40000 read and write units / s", .documented, quotas, "2026-10")
    }
  }

  /// Defaults about requests for other capacity, listed or of auto scaling.
  func assumeCapacityUpdates(_ config: TableConfig) {
    let limits = TableLimits()
    func note(_ key: String, _ isDefault: Bool, _ value: String, _ grade: Assumption.Grade, _ source: String) {
      if isDefault { assume(config.name, "capacityModel.\(key)", value, grade, source, "2026-10") }
    }
    let probes = "live probes of UpdateTable, ack-api-quirks"
    note("updateTime", config.limits.updateTime == limits.updateTime, "uniform 1 s to 2 s", .measured, probes)
    note(
      "growthTime", config.limits.growthTime == limits.growthTime, "uniform 1 min to 5 min", .unknown,
      "DynamoDB developer guide: several minutes")
    note("decreases", true, "4 a UTC day and 1 an hour, at most 27", .documented, quotas)
    if config.capacityChanges.contains(where: { $0.warmThroughput != nil }) {
      note(
        "preWarmingTime", config.limits.preWarmingTime == limits.preWarmingTime, "uniform 270 s to 500 s", .measured,
        probes)
    }
    guard config.throttleModes == 2 else { return }
    note(
      "onDemandTime", config.limits.onDemandTime == limits.onDemandTime, "uniform 129 s to 172 s", .measured, probes)
    note(
      "onDemandAgainTime", config.limits.onDemandAgainTime == limits.onDemandAgainTime, "uniform 4 s to 5 s", .measured,
      probes)
    note(
      "provisionedTime", config.limits.provisionedTime == limits.provisionedTime, "uniform 60 s to 98 s", .measured,
      probes)
    note("switches", true, "4 to on demand in 24 h", .documented, quotas)
  }
}

extension TableConfig {
  /// 1, or 2 for a table that is ever in both modes.
  fileprivate var throttleModes: Int {
    let modes = [capacity] + capacityChanges.compactMap(\.capacity)
    return Set(
      modes.map { mode in
        switch mode {
        case .onDemand: true
        case .provisioned: false
        }
      }
    ).count
  }
}
