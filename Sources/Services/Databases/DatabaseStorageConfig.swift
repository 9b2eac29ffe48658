import Engine
import Units

/// The storage of a database.
public struct DatabaseStorageConfig: Hashable, Sendable {
  /// `StorageType`.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case gp2
    case gp3
    case io1
    /// Aurora Standard: each I/O is billed.
    case aurora
    /// Aurora I/O-Optimized: no I/O is billed.
    case auroraIOOptimized = "aurora-iopt1"

    /// Whether it is Aurora's, which allocates as it grows.
    public var isAurora: Bool {
      switch self {
      case .aurora, .auroraIOOptimized: true
      case .gp2, .gp3, .io1: false
      }
    }

    /// `AllocatedStorage` in GiB that RDS for MySQL, MariaDB and PostgreSQL take (documented: RDS DB instance storage);
    /// nil of Aurora.
    public var allocation: ClosedRange<Int>? {
      switch self {
      case .gp2, .gp3: 20...65_536
      case .io1: 100...65_536
      case .aurora, .auroraIOOptimized: nil
      }
    }
  }

  /// Default gp3; Aurora's default is aurora.
  public var kind: Kind
  /// `AllocatedStorage` in GiB of RDS; meaningless with Aurora, which allocates as it grows. Default 20.
  public var allocatedGiB: Int
  /// `Iops`; nil takes the storage's baseline. io1 has none: it needs a number.
  public var iops: Int?
  /// `MaxAllocatedStorage` in GiB, up to which RDS adds storage by itself; nil for never. Meaningless with Aurora.
  public var maximumGiB: Int?
  /// Bytes that are used at time zero; default 0.
  public var used: Size
  /// Time of one read of a page that the buffer cache has not got, ns; nil takes the default of the kind.
  public var readLatency: Distribution?
  /// Time of one write, ns; nil takes the default of the kind.
  public var writeLatency: Distribution?

  /// 20 GiB of gp3.
  public init() {
    kind = .gp3
    allocatedGiB = 20
    iops = nil
    maximumGiB = nil
    used = Size(bytes: 0)
    readLatency = nil
    writeLatency = nil
  }

  /// GiB of gp3 from which RDS stripes over four volumes: the baseline is higher, and IOPS can be provisioned
  /// (documented for MySQL, MariaDB and PostgreSQL).
  public static let stripedGiB = 400

  /// IOPS that come with the storage and are not billed: 3,000 or 12,000 of gp3; 0 of io1, which bills each.
  public var includedIOPS: Int {
    switch kind {
    case .gp3: allocatedGiB < Self.stripedGiB ? 3_000 : 12_000
    case .gp2, .io1, .aurora, .auroraIOOptimized: 0
    }
  }

  /// IOPS that are billed each month besides the storage.
  public var billedIOPS: Int {
    switch kind {
    case .gp3, .io1: max(0, (iops ?? includedIOPS) - includedIOPS)
    case .gp2, .aurora, .auroraIOOptimized: 0
    }
  }

  /// `Iops` that a kind of so many GiB takes (documented: gp3 12,000 to 64,000 from 400 GiB on, at most 500 a GiB; io1
  /// 1,000 to 256,000, at most 50 a GiB); nil where none can be said.
  public static func provisionableIOPS(_ kind: Kind, gibibytes: Int) -> ClosedRange<Int>? {
    switch kind {
    case .gp3: gibibytes < stripedGiB ? nil : 12_000...min(64_000, 500 * gibibytes)
    case .io1: 1_000...max(1_000, min(256_000, 50 * gibibytes))
    case .gp2, .aurora, .auroraIOOptimized: nil
    }
  }

  /// Largest volume of an Aurora cluster (documented: 256 TiB in current engine versions, 128 TiB in older ones).
  public static let auroraLimit = Size.gigabytes(256 << 10)
}
