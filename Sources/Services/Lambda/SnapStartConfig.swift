import Engine
import Units

/// SnapStart: environments are restored from a snapshot that was taken when the version was published.
public struct SnapStartConfig: Hashable, Sendable {
  /// Duration of a restore from a cold snapshot cache, ns, with what the customer does not see billed.
  public var restore: Distribution
  /// Part of the restore that is billed besides the hooks: loading the runtime, ns.
  public var runtimeLoad: Distribution
  /// After-restore hooks, ns; part of the restore, and billed.
  public var restoreHook: Distribution
  /// Whether the code has run before the snapshot, so that the first call costs nothing extra; default false.
  public var priming: Bool
  /// CPU time of the first call after a restore, ns on one vCPU; nil takes the function's `firstCall`. Not with priming.
  public var firstCall: Distribution?
  /// Restore from a warm snapshot cache over restore from a cold one, 0 to 1; 1 for a cache that does not matter.
  public var warmShare: Double
  /// Restores in which the excess over a warm cache falls to 1 / e; above 0.
  public var warmUpRestores: Double
  /// Time without restores after which the cache is cold; above zero.
  public var coolsAfter: Time
  /// Time from the end of init to the new snapshot, when Lambda has deleted the old one, ns.
  public var snapshotting: Distribution

  /// A restore of the given duration, without hooks, priming or an effect of the cache.
  public init(restore: Distribution) {
    self.restore = restore
    runtimeLoad = .constant(0)
    restoreHook = .constant(0)
    priming = false
    firstCall = nil
    warmShare = 1
    warmUpRestores = SnapshotCache.defaultRestores
    coolsAfter = SnapshotCache.defaultCoolsAfter
    snapshotting = .constant(0)
  }
}
