import Engine
import Units

/// How one environment is restored.
struct Restore {
  let duration: Time
  /// The runtime's loading and the hooks.
  let billed: Time
  /// Whether these have reached their limit, so that the environment never comes up.
  let hasTimedOut: Bool
}

/// A version's SnapStart snapshot: whether it is there, and how environments are restored from it.
struct Snapshot {
  /// Whether environments can be restored.
  enum State {
    case available
    /// Nobody has invoked the version for too long; a new snapshot must be taken.
    case deleted
    case beingTaken
  }

  private var restore: TimeSource
  private var runtimeLoad: TimeSource
  private var hook: TimeSource
  private var snapshotting: TimeSource
  private let coldCache: SnapshotCache
  private var cache: SnapshotCache
  private let isDeletedWhenUnused: Bool
  /// When the snapshot is there: taken last, or about to be.
  private var availableFrom = Time.zero
  /// Init at the publication of the version, in billed ms.
  private(set) var publishMilliseconds: Int64 = 0

  /// Loading the runtime and the hooks take less than this together (documented: snapstart-runtime-hooks).
  static let limit = Time.seconds(10)
  /// A Java snapshot is deleted after this time without an invocation (documented: snapstart-activate).
  static let unusedLimit = Time.days(14)

  init(_ config: SnapStartConfig, of function: FunctionConfig, pool: SamplerPool, streams: StreamFactory) {
    func source(_ distribution: Distribution, _ purpose: String) -> TimeSource {
      TimeSource(distribution, pool: pool, stream: streams.stream(component: function.name, purpose: purpose))
    }
    restore = source(config.restore, "restore")
    runtimeLoad = source(config.runtimeLoad, "runtime load")
    hook = source(config.restoreHook, "restore hook")
    snapshotting = source(config.snapshotting, "snapshotting")
    coldCache = SnapshotCache(
      warmShare: config.warmShare, restores: config.warmUpRestores, coolsAfter: config.coolsAfter)
    cache = coldCache
    isDeletedWhenUnused = LambdaRules.isJava(function.runtime)
  }

  /// The version is published before the run begins, with an init of that duration.
  mutating func publish(_ initialisation: Time, limit: Time) {
    publishMilliseconds = LambdaRules.billedMilliseconds(
      duration: 0, initialisation: min(initialisation, limit).nanoseconds)
  }

  /// A restore that begins now.
  mutating func drawRestore(at now: Time) -> Restore {
    let cold = Double(restore.draw().nanoseconds)
    let whole = Time(nanoseconds: Int64((cold * cache.factor(at: now)).rounded()))
    let load = min(whole, runtimeLoad.draw())
    let billed = load + hook.draw()
    let hasTimedOut = billed >= Self.limit
    let counted = hasTimedOut ? Self.limit : billed
    return Restore(duration: whole - load + counted, billed: counted, hasTimedOut: hasTimedOut)
  }

  /// Whether an environment can be restored now.
  func state(at now: Time, lastInvocation: Time) -> State {
    if now < availableFrom { return .beingTaken }
    guard isDeletedWhenUnused else { return .available }
    return now - max(lastInvocation, availableFrom) >= Self.unusedLimit ? .deleted : .available
  }

  /// Lambda runs init and takes a new snapshot, which no cache holds.
  mutating func take(at now: Time, initialisation: Time) {
    availableFrom = now + initialisation + snapshotting.draw()
    cache = coldCache
  }
}
