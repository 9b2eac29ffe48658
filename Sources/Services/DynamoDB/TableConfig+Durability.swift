import Engine
import Units

/// A global table: replicas in other Regions.
public struct ReplicationConfig: Hashable, Sendable {
  /// `MultiRegionConsistency`.
  public enum Consistency: String, Hashable, Sendable, CaseIterable {
    case eventual
    case strong
  }

  /// Region codes of the replicas, without the scenario's own.
  public var regions: [String]
  /// Default eventual.
  public var consistency: Consistency
  /// `GlobalTableWitness`: a Region that only takes part in deciding, with strong consistency and one replica; nil for
  /// none. AWS charges nothing for it.
  public var witness: String?
  /// From a write to its arrival at a replica, ns, with eventual consistency; default evenly 0.5 to 2.5 s.
  public var latency: Distribution
  /// What a write, and a strongly consistent read, waits for the nearest other Region, ns, with strong consistency.
  public var roundTrip: Distribution
  /// Share of the writes that fail with `ReplicatedWriteConflictException`, 0 to 1, with strong consistency; default 0.
  public var conflicts: Double

  /// Replicas that follow asynchronously.
  public init(regions: [String]) {
    self.regions = regions
    consistency = .eventual
    witness = nil
    latency = .uniform(low: 0.5e9, high: 2.5e9)
    roundTrip = .logNormal(median: 15e6, p99: 30e6) ?? .constant(15e6)
    conflicts = 0
  }
}

/// Items that are deleted some time after they were written.
public struct TimeToLiveConfig: Hashable, Sendable {
  /// From an item's write to its expiry, ns.
  public var after: Distribution
  /// From the expiry to the deletion, ns; default evenly within 48 h.
  public var deletionDelay: Distribution
  /// From time zero to the expiry of an item that is there at time zero, ns; nil is evenly within the mean of `after`,
  /// which is right for a constant `after` and a steady past.
  public var remaining: Distribution?
  /// Share of the writes of existing items that set a new expiry, 0 to 1; default 1.
  public var renewal: Double

  /// Items that live for `after` ns; deleted within two days behind that.
  public init(after: Distribution) {
    self.after = after
    deletionDelay = .uniform(low: 0, high: 172_800e9)
    remaining = nil
    renewal = 1
  }
}

/// What is kept of a table besides its items, and what was brought into it.
public struct BackupConfig: Hashable, Sendable {
  /// On-demand backups.
  public struct Backup: Hashable, Sendable {
    /// The first one, from the start of the warm-up.
    public var at: Time
    /// From one to the next, above zero; nil for one only.
    public var every: Time?
    /// How long each is kept; nil for ever.
    public var retain: Time?

    /// Backups from a moment on.
    public init(at: Time, every: Time? = nil, retain: Time? = nil) {
      self.at = at
      self.every = every
      self.retain = retain
    }
  }

  /// Exports to S3; they need point-in-time recovery.
  public struct Export: Hashable, Sendable {
    /// `ExportType`.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
      /// The whole table.
      case fullExport
      /// What was written since the last one, at most a day.
      case incrementalExport
    }

    /// The first one, from the start of the warm-up.
    public var at: Time
    /// From one to the next, above zero; nil for one only.
    public var every: Time?
    /// Default the whole table.
    public var kind: Kind

    /// Exports from a moment on.
    public init(at: Time, every: Time? = nil, kind: Kind = .fullExport) {
      self.at = at
      self.every = every
      self.kind = kind
    }
  }

  /// `PointInTimeRecoverySpecification.RecoveryPeriodInDays`, 1 to 35; nil for none. It does not change the price.
  public var pointInTimeRecoveryDays: Int?
  /// On-demand backups in the scenario's order.
  public var backups: [Backup]
  /// Moments of restores to new tables, which are not modelled further, from the start of the warm-up.
  public var restores: [Time]
  /// Exports in the scenario's order.
  public var exports: [Export]
  /// `ImportSourceSpecification`: bytes of the uncompressed source that the table was made from; nil for none.
  public var importSize: Size?

  /// None.
  public init() {
    pointInTimeRecoveryDays = nil
    backups = []
    restores = []
    exports = []
    importSize = nil
  }
}
