import Engine
import Units

/// Which invocations leave a line in the log.
public struct InvocationLogConfig: Hashable, Sendable {
  /// Share of the invocations, above 0, at most 1; drawn for each.
  public var sample: Double
  /// Most lines of one function, 1 to 1,000,000; later ones are left out.
  public var limit: Int

  /// A share of the invocations, and at most 100,000 a function.
  public init(sample: Double, limit: Int = 100_000) {
    self.sample = sample
    self.limit = limit
  }
}

/// What is known of one invocation, or of an init or a restore that failed, when it is over.
struct InvocationEntry: BitwiseCopyable {
  /// Which line Lambda writes.
  enum Kind: UInt8, BitwiseCopyable {
    case report
    case initReport
    case restoreReport
  }

  /// How the phase ended.
  enum Status: UInt8, BitwiseCopyable {
    case success
    case error
    case crash
    case outOfMemory
    case timeout
  }

  var kind: Kind
  var status: Status
  /// When it ended.
  var end: Time
  /// The environment's slot and generation.
  var slot: UInt32
  var generation: UInt32
  /// ns; of the phase itself where that failed.
  var duration: Int64
  /// Billed ms.
  var billed: Int64
  /// ns; 0 if the environment was warm.
  var initialisation: Int64 = 0
  /// ns, and billed ns; 0 if the environment was not restored.
  var restore: Int64 = 0
  var billedRestore: Int64 = 0
  /// MB.
  var memoryUsed: Int32
}

/// The log of one function: a sample of its invocations in plain memory, put into words after the run.
///
/// It draws from a stream of its own, so that a run with a log has the figures of one without.
struct InvocationLog: ~Copyable {
  private let sample: Double
  private let limit: Int
  /// The recorded span.
  private let from: Time
  private let until: Time
  private var stream: RandomStream
  private var entries: UnsafeMutablePointer<InvocationEntry>?
  private var capacity = 0
  private(set) var count = 0
  /// Whether anything is logged at all.
  let isOn: Bool

  /// No log if `config` is nil; else of what ends in the recorded span from `from` until before `until`.
  init(_ config: InvocationLogConfig?, from: Time, until: Time, stream: RandomStream) {
    sample = config?.sample ?? 0
    limit = config?.limit ?? 0
    self.from = from
    self.until = until
    isOn = config != nil
    self.stream = stream
    entries = nil
  }

  deinit { entries?.deallocate() }

  /// Adds an entry that ends in the recorded span, if the sample wants it and there is room.
  @inline(never) mutating func note(_ entry: InvocationEntry) {
    guard entry.end >= from, entry.end < until, count < limit, sample >= 1 || stream.nextUnit() < sample else { return }
    if count == capacity { grow() }
    entries?[count] = entry
    count += 1
  }

  private mutating func grow() {
    let capacity = max(1_024, 2 * capacity)
    let larger = UnsafeMutablePointer<InvocationEntry>.allocate(capacity: capacity)
    if let entries {
      larger.update(from: entries, count: count)
      entries.deallocate()
    }
    self.capacity = capacity
    entries = larger
  }

  /// An entry, in the order in which they were noted.
  subscript(index: Int) -> InvocationEntry {
    guard let entries, index < count else { preconditionFailure("only noted entries can be read") }
    return entries[index]
  }
}
