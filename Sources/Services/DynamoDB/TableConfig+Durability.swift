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

  /// Replicas that follow asynchronously.
  public init(regions: [String]) {
    self.regions = regions
    consistency = .eventual
  }
}

/// Items that are deleted some time after they were written.
public struct TimeToLiveConfig: Hashable, Sendable {
  /// From an item's write to its expiry.
  public var after: Distribution
  /// From the expiry to the deletion, ns.
  public var deletionDelay: Distribution

  /// Items that live for `after` ns; deleted within two days behind that.
  public init(after: Distribution) {
    self.after = after
    deletionDelay = .uniform(low: 0, high: 172_800e9)
  }
}

/// What is kept of a table besides its items, and what was brought into it.
public struct BackupConfig: Hashable, Sendable {
  /// `PointInTimeRecoverySpecification.RecoveryPeriodInDays`, 1 to 35; nil for none.
  public var pointInTimeRecoveryDays: Int?

  /// None.
  public init() { pointInTimeRecoveryDays = nil }
}
