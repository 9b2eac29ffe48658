import Engine

// What a volume takes and how long an I/O lasts, where the scenario does not say.

extension DatabaseEngine {
  /// Bytes of one page, which is one I/O: InnoDB 16 KB, PostgreSQL 8 KB (documented by both).
  var pageBytes: Int {
    switch family {
    case .mysql: 16_384
    case .postgreSQL: 8_192
    }
  }
}

extension DatabaseConfig {
  /// Latency of one read from storage, ns.
  ///
  /// gp2, gp3: single-digit ms documented, 1 ms inferred; io1 0.8 ms inferred; Aurora about 1 ms inferred. The p99 is
  /// inferred as four times the median.
  public var storageReadLatency: Distribution {
    switch storage.kind {
    case .gp2, .gp3: Self.latency(median: 1e6)
    case .io1: Self.latency(median: 0.8e6)
    case .aurora, .auroraIOOptimized: Self.latency(median: 1e6)
    }
  }

  /// Latency of a commit's write to storage, ns; all writes of a statement go together.
  ///
  /// As a read; where a standby writes too before the answer, twice that (inferred; that it takes longer is documented).
  /// Aurora waits for four of six copies: 2 ms inferred, 1.5 ms with I/O-Optimized.
  public var storageWriteLatency: Distribution {
    let factor = deployment == .multiAZInstance || deployment == .multiAZCluster ? 2.0 : 1
    return switch storage.kind {
    case .gp2, .gp3: Self.latency(median: factor * 1e6)
    case .io1: Self.latency(median: factor * 0.8e6)
    case .aurora: Self.latency(median: 2e6)
    case .auroraIOOptimized: Self.latency(median: 1.5e6)
    }
  }

  private static func latency(median: Double) -> Distribution {
    .logNormal(median: median, p99: 4 * median) ?? .constant(median)
  }

  /// What the volume and the node's link to it let through.
  var storageLimits: StorageLimits {
    var megabits: Int?
    if case .provisioned(let type) = capacity, !engine.isAurora { megabits = type.storageMegabits }
    let storage = storage
    switch storage.kind {
    case .gp3:
      // 3,000 IOPS up to 400 GiB, from there on 12,000 and what is provisioned above (documented for MySQL, MariaDB and
      // PostgreSQL).
      let baseline = storage.allocatedGiB < 400 ? 3_000 : 12_000
      return StorageLimits(iops: max(baseline, storage.iops ?? 0), megabits: megabits, pageBytes: engine.pageBytes)
    case .gp2:
      // 3 IOPS for a GiB, from 100 to 16,000; below 3,000, credits of 5.4 million I/Os for bursts of 3,000 (documented
      // for EBS; the striping of large RDS volumes is left out).
      let baseline = min(16_000, max(100, 3 * storage.allocatedGiB))
      guard baseline < 3_000 else {
        return StorageLimits(iops: baseline, megabits: megabits, pageBytes: engine.pageBytes)
      }
      return StorageLimits(
        iops: 3_000, lastingIOPS: baseline, burstIOs: 5_400_000, megabits: megabits, pageBytes: engine.pageBytes)
    case .io1:
      // As provisioned; 1,000 is the least that RDS sells.
      return StorageLimits(iops: max(1, storage.iops ?? 1_000), megabits: megabits, pageBytes: engine.pageBytes)
    case .aurora, .auroraIOOptimized:
      // Aurora's volume has no provisioned limit.
      return StorageLimits(iops: nil, megabits: nil, pageBytes: engine.pageBytes)
    }
  }
}

extension DatabaseInstanceClass {
  /// Most Mbps between node and volume; nil where it is not known, which counts as no limit.
  ///
  /// Source: hardware specifications of DB instance classes, RDS user guide, 2023. Small sizes reach it for 30 minutes a
  /// day at least; here they always do.
  var storageMegabits: Int? {
    let parts = name.split(separator: ".")
    guard parts.count == 3 else { return nil }
    let (family, size) = (String(parts[1]), String(parts[2]))
    return Self.bandwidths.first { $0.families.contains(family) }?.megabits[size]
  }

  private static let bandwidths: [(families: [String], megabits: [String: Int])] = [
    (["t3"], ["micro": 1_536, "small": 1_536, "medium": 1_536, "large": 2_048, "xlarge": 2_048, "2xlarge": 2_048]),
    (["t4g"], ["micro": 2_085, "small": 2_085, "medium": 2_085, "large": 2_780, "xlarge": 2_780, "2xlarge": 2_780]),
    (
      ["m5", "m5d", "r5", "r5d"],
      [
        "large": 4_750, "xlarge": 4_750, "2xlarge": 4_750, "4xlarge": 4_750, "8xlarge": 6_800, "12xlarge": 9_500,
        "16xlarge": 13_600, "24xlarge": 19_000,
      ]
    ),
    (
      ["m6g"],
      [
        "large": 4_750, "xlarge": 4_750, "2xlarge": 4_750, "4xlarge": 6_800, "8xlarge": 9_500, "12xlarge": 13_500,
        "16xlarge": 19_000,
      ]
    ),
    (
      ["m6gd", "r6g", "r6gd"],
      [
        "large": 4_750, "xlarge": 4_750, "2xlarge": 4_750, "4xlarge": 4_750, "8xlarge": 9_000, "12xlarge": 13_500,
        "16xlarge": 19_000,
      ]
    ),
    (
      ["m6i"],
      [
        "large": 12_500, "xlarge": 12_500, "2xlarge": 12_500, "4xlarge": 12_500, "8xlarge": 12_500,
        "12xlarge": 18_750, "16xlarge": 25_000, "24xlarge": 37_500, "32xlarge": 50_000,
      ]
    ),
    (
      ["r6i"],
      [
        "large": 10_000, "xlarge": 10_000, "2xlarge": 10_000, "4xlarge": 10_000, "8xlarge": 10_000,
        "12xlarge": 15_000, "16xlarge": 20_000, "24xlarge": 30_000, "32xlarge": 40_000,
      ]
    ),
    (
      ["m7g", "r7g"],
      [
        "large": 10_000, "xlarge": 10_000, "2xlarge": 10_000, "4xlarge": 10_000, "8xlarge": 10_000,
        "12xlarge": 15_000, "16xlarge": 20_000,
      ]
    ),
  ]
}
