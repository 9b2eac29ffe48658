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
    if let latency = storage.readLatency { return latency }
    return switch storage.kind {
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
    if let latency = storage.writeLatency { return latency }
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
    if case .provisioned(let type) = capacity, !engine.isAurora { megabits = type.ebsBandwidth?.mbps }
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
