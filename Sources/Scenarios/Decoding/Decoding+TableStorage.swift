import Engine
import Services
import Units

/// What a table stores, and what is kept of it elsewhere.
extension Decoding {
  /// Items, time to live, replicas, backups, exports and imports.
  func decodeStorage(_ fields: Fields, _ config: inout TableConfig) {
    decodeBackups(fields, &config)
    decodeItems(fields, &config)
    checkPartitions(fields, config)
    if let node = fields["timeToLiveSpecification"] { decodeTimeToLive(node, &config) }
    decodeReplication(fields, &config)
    tableNodes[config.name] = fields
  }

  private func decodeItems(_ fields: Fields, _ config: inout TableConfig) {
    let name = config.name
    if let node = fields["itemCount"] { config.itemCount = integer(node, 0...Shapes.itemCountMax) ?? 0 }
    if let node = fields["averageItemSize"] {
      let each = size(node, Size(bytes: 1)...Size.kilobytes(400))
      if fields["itemCount"] == nil {
        fault(node.place, found: "averageItemSize without itemCount", wanted: "both of them", advice: "add itemCount")
      }
      if fields["storageSize"] != nil {
        fault(node.place, found: "averageItemSize and storageSize", wanted: "one of them", advice: "leave one out")
      }
      // The most items of the largest size are below the largest size of all.
      if let each { config.storageSize = Size(bytes: each.bytes * Int64(config.itemCount)) }
    } else if let node = fields["storageSize"] {
      config.storageSize = size(node) ?? config.storageSize
      if let count = fields["itemCount"], config.storageSize.bytes < Int64(config.itemCount) {
        fault(
          count.place, found: "\(config.itemCount) items in \(config.storageSize)", wanted: "1 B or more of each item")
      } else if let count = fields["itemCount"],
        Double(config.storageSize.bytes) > Double(config.itemCount) * Double(Size.kilobytes(400).bytes)
      {
        fault(
          count.place, found: "\(config.itemCount) items in \(config.storageSize)",
          wanted: "400 KB or less of each item", advice: "correct one of them")
      }
    } else if let size = config.backups.importSize {
      config.storageSize = size
      assume(name, "storageSize", size.description, .inferred, "taken to be that of the imported source", "2026-11")
    } else if let node = fields["itemCount"], config.itemCount > 0 {
      fault(
        node.place, found: "itemCount without a size", wanted: "averageItemSize or storageSize with it",
        advice: "add averageItemSize")
    } else {
      assume(name, "storageSize", "0 B", .unknown, "a stated choice: the table is empty at time zero", "2026-11")
    }
    if fields["itemCount"] == nil && config.storageSize.bytes > 0 {
      assume(
        name, "itemCount", "not known", .unknown,
        "a stated choice: what is stored at time zero is billed as given, without overhead, and never deleted",
        "2026-11")
    }
    assume(
      name, "storage.GB", "2^30 bytes", .inferred,
      "DynamoDB quotas count in binary units; an AWS toolkit prices decimal GB, which would add 7.4 %", "2026-11")
  }

  /// Most partitions that hold a table at time zero: each takes 0.7 KB of memory, and 10 GB of them are 1,000 TB.
  private static let partitionsMax: Int64 = 100_000

  private func checkPartitions(_ fields: Fields, _ config: TableConfig) {
    let size = config.limits.partitionSize
    guard Double(config.storageSize.bytes) > Double(size.bytes) * Double(Self.partitionsMax) else { return }
    let node = ["averageItemSize", "storageSize", "importSourceSpecification"].compactMap { fields[$0] }.first
    fault(
      node?.place ?? fields.place, found: "\(config.storageSize) in partitions of \(size)",
      wanted: "at most \(Self.partitionsMax) partitions", advice: "model a part of the table")
  }

  private func decodeTimeToLive(_ node: YAMLNode, _ config: inout TableConfig) {
    guard let fields = self.fields(node, Shapes.timeToLiveSpecification) else { return }
    let name = config.name
    let enabled = fields["enabled"].map { boolean($0) } ?? true
    if let node = fields["attributeName"] { _ = text(node, wanted: "the name of an attribute") }
    guard let after = fields["after"].flatMap({ timeDistribution($0) }) else { return }
    var timeToLive = TimeToLiveConfig(after: after)
    if let node = fields["deletionDelay"] {
      timeToLive.deletionDelay = timeDistribution(node) ?? timeToLive.deletionDelay
    } else {
      assume(
        name, "timeToLiveSpecification.deletionDelay", "uniform, 0 to 48 h", .inferred,
        "documented as typically within 48 h until 2023, now as within a few days", "2026-04")
    }
    if let node = fields["remaining"] {
      timeToLive.remaining = timeDistribution(node)
    } else if config.itemCount > 0 {
      assume(
        name, "timeToLiveSpecification.remaining", "uniform, 0 to the mean of `after`", .inferred,
        "what a steady past leaves if all items live equally long", "2026-11")
    }
    if let node = fields["renewal"] {
      timeToLive.renewal = share(node) ?? timeToLive.renewal
    } else {
      assume(
        name, "timeToLiveSpecification.renewal", "100 %", .inferred,
        "writes of existing items are taken to set the attribute anew", "2026-11")
    }
    if config.storageSize.bytes > 0 && config.itemCount == 0 {
      fault(
        node.place, found: "a time to live without itemCount", wanted: "the number of items in storageSize",
        advice: "add itemCount")
    }
    if enabled == true { config.timeToLive = timeToLive }
  }

  private func decodeBackups(_ fields: Fields, _ config: inout TableConfig) {
    let name = config.name
    if let node = fields["pointInTimeRecoverySpecification"],
      let fields = self.fields(node, Shapes.pointInTimeRecoverySpecification)
    {
      let enabled = fields["pointInTimeRecoveryEnabled"].flatMap { boolean($0) } ?? false
      let days = fields["recoveryPeriodInDays"].map { integer($0, 1...35) } ?? 35
      if fields["recoveryPeriodInDays"] == nil && enabled {
        assume(
          name, "recoveryPeriodInDays", "35", .documented, "CloudFormation PointInTimeRecoverySpecification", "2026-04")
      }
      if enabled { config.backups.pointInTimeRecoveryDays = days }
    }
    if let node = fields["backups"] { config.backups.backups = all(node, Shapes.tableBackup) { backup($0) } }
    if let node = fields["exports"] {
      config.backups.exports = all(node, Shapes.tableExport) { export($0) }
      if config.backups.pointInTimeRecoveryDays == nil {
        fault(
          node.place, found: "exports without point-in-time recovery",
          wanted: "pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }",
          advice: "add it; AWS answers PointInTimeRecoveryUnavailableException")
      }
    }
    if let node = fields["restores"] {
      config.backups.restores = all(node, Shapes.tableRestore) { $0["at"].flatMap { time($0) } }
      if config.backups.pointInTimeRecoveryDays == nil,
        let first = config.backups.restores.min(), !config.backups.backups.contains(where: { $0.at <= first })
      {
        fault(
          node.place, found: "a restore at \(first) of nothing",
          wanted: "a backup before it, or point-in-time recovery", advice: "add one of them")
      }
    }
    if let node = fields["importSourceSpecification"],
      let fields = self.fields(node, Shapes.importSourceSpecification)
    {
      config.backups.importSize = fields["size"].flatMap { size($0, Size(bytes: 1)...largestSize) }
    }
  }

  /// The entries of a list, each of a shape; those with faults are left out.
  private func all<Entry>(_ node: YAMLNode, _ shape: Shape, _ decode: (Fields) -> Entry?) -> [Entry] {
    guard let items = list(node) else { return [] }
    guard items.count <= 1_000 else {
      return reject(node, wanted: "at most 1000 of them", advice: "use `every`") ?? []
    }
    return items.compactMap { self.fields($0, shape).flatMap(decode) }
  }

  private func backup(_ fields: Fields) -> BackupConfig.Backup? {
    let every = fields["every"].map { time($0, .minutes(1)...longestSpan) }
    let retain = fields["retain"].map { time($0, Time(nanoseconds: 1)...longestSpan) }
    return fields["at"].flatMap { time($0) }.map {
      BackupConfig.Backup(at: $0, every: every ?? nil, retain: retain ?? nil)
    }
  }

  private func export(_ fields: Fields) -> BackupConfig.Export? {
    let kind = fields["exportType"].map { choice($0, BackupConfig.Export.Kind.self) } ?? .fullExport
    let isIncremental = kind == .incrementalExport
    let least = isIncremental ? Time.minutes(15) : .minutes(1)
    let every = fields["every"].map { time($0, least...(isIncremental ? .hours(24) : longestSpan)) }
    let at = fields["at"].flatMap { time($0, (isIncremental ? least : .zero)...longestSpan) }
    guard let kind, let at else { return nil }
    return BackupConfig.Export(at: at, every: every ?? nil, kind: kind)
  }
}
