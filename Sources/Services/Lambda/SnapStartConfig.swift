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

  /// A restore of the given duration, without hooks or priming.
  public init(restore: Distribution) {
    self.restore = restore
    runtimeLoad = .constant(0)
    restoreHook = .constant(0)
    priming = false
    firstCall = nil
  }
}
