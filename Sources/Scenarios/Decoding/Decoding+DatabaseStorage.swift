import Engine
import Services
import Units

/// Storage of relational databases.
extension Decoding {
  /// What a DB instance of RDS allocates.
  func decodeStorage(_ fields: Fields, _ config: inout DatabaseConfig) {
    let name = config.name
    if let node = fields["storageType"] {
      config.storage.kind = storageKind(node, isAurora: false) ?? .gp3
    } else {
      assume(name, "storageType", "gp3", .unknown, "a stated choice: the present generation", "2026-11")
    }
    let kind = config.storage.kind
    if config.deployment == .multiAZCluster, kind == .gp2, let node = fields["storageType"] {
      fault(node.place, found: node.summary, wanted: "gp3 or io1 in a Multi-AZ DB cluster")
    }
    let range = kind.allocation ?? 20...65_536
    if let node = fields["allocatedStorage"] {
      config.storage.allocatedGiB = wholeGiB(node, range) ?? range.lowerBound
    } else {
      config.storage.allocatedGiB = range.lowerBound
      assume(
        name, "allocatedStorage", "\(range.lowerBound) GB", .unknown, "a stated choice: the least that RDS allocates",
        "2026-11")
    }
    decodeIOPS(fields, &config)
    if let node = fields["maxAllocatedStorage"] {
      config.storage.maximumGiB = wholeGiB(node, range)
      // Documented: the threshold is at least 10 % above what is allocated.
      if let most = config.storage.maximumGiB, most * 10 < config.storage.allocatedGiB * 11 {
        fault(
          node.place, found: "\(most) GB for \(config.storage.allocatedGiB) GB allocated",
          wanted: "at least 10 % above allocatedStorage", advice: "or leave it out for no storage autoscaling")
      }
    }
    decodeUsed(fields, &config)
    if config.storage.used.bytes > Int64(config.storage.allocatedGiB) << 30, let node = fields["storageUsed"] {
      fault(
        node.place, found: "\(config.storage.used) used of \(config.storage.allocatedGiB) GB",
        wanted: "no more than allocatedStorage", advice: "allocate more")
    }
  }

  /// What an Aurora cluster stores.
  func decodeAuroraStorage(_ fields: Fields, _ config: inout DatabaseConfig) {
    if let node = fields["storageType"] {
      config.storage.kind = storageKind(node, isAurora: true) ?? .aurora
    } else {
      assume(config.name, "storageType", "aurora", .documented, "Aurora user guide: Standard is the default", "2026-04")
    }
    decodeUsed(fields, &config)
  }

  private func storageKind(_ node: YAMLNode, isAurora: Bool) -> DatabaseStorageConfig.Kind? {
    guard let kind = choice(node, DatabaseStorageConfig.Kind.self) else { return nil }
    if kind.isAurora == isAurora { return kind }
    let words = DatabaseStorageConfig.Kind.allCases.filter { $0.isAurora == isAurora }.map(\.rawValue)
    return reject(node, wanted: Kind.choice(words).wanted)
  }

  private func decodeIOPS(_ fields: Fields, _ config: inout DatabaseConfig) {
    let (kind, gibibytes) = (config.storage.kind, config.storage.allocatedGiB)
    guard let range = DatabaseStorageConfig.provisionableIOPS(kind, gibibytes: gibibytes) else {
      if let node = fields["iops"] {
        fault(
          node.place, found: "iops of \(gibibytes) GB of \(kind.rawValue)",
          wanted: "io1, or gp3 of at least \(DatabaseStorageConfig.stripedGiB) GB", advice: "leave it out")
      }
      return
    }
    if let node = fields["iops"] {
      config.storage.iops = integer(node, range)
    } else if kind == .io1 {
      fault(fields.place, found: "io1 without iops", wanted: "iops: \(Kind.integer(range).wanted)", advice: "add it")
    }
  }

  private func decodeUsed(_ fields: Fields, _ config: inout DatabaseConfig) {
    let name = config.name
    if let node = fields["storageUsed"] {
      config.storage.used = size(node, Size(bytes: 0)...DatabaseStorageConfig.auroraLimit) ?? config.storage.used
    } else {
      assume(name, "storageUsed", "0 B", .unknown, "a stated choice: an empty database", "2026-11")
    }
    for (key, path) in [
      ("readLatency", \DatabaseStorageConfig.readLatency), ("writeLatency", \DatabaseStorageConfig.writeLatency),
    ] {
      if let node = fields[key] {
        config.storage[keyPath: path] = timeDistribution(node)
      } else {
        assume(
          name, key, "that of \(config.storage.kind.rawValue)", .inferred,
          "AWS says single-digit milliseconds or less; the databases' README has the distribution", "2026-11")
      }
    }
  }

  /// A whole number of GiB within the limits.
  private func wholeGiB(_ node: YAMLNode, _ range: ClosedRange<Int>) -> Int? {
    let (least, most) = (Size.gigabytes(Int64(range.lowerBound)), Size.gigabytes(Int64(range.upperBound)))
    guard let size = size(node, least...most) else { return nil }
    guard size.bytes % (1 << 30) == 0 else { return reject(node, wanted: "whole GB, as in `100 GB`") }
    return Int(size.bytes >> 30)
  }
}
