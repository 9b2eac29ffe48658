import Units

/// How a call ended.
@frozen
public enum Outcome: UInt8, BitwiseCopyable, Sendable, CaseIterable {
  /// The callee did what was asked.
  case success
  /// The callee refused for lack of capacity: HTTP 429, or 400 with a throttling reason.
  case throttled
  /// The callee's own code failed.
  case failed
  /// The callee gave up after its own time limit.
  case timedOut
  /// The caller gave up waiting; the callee works on.
  case abandoned
  /// Something behind the callee refused or gave up: HTTP 5xx of an API.
  case unavailable

  /// The name in reports.
  public var name: String {
    switch self {
    case .success: "success"
    case .throttled: "throttled"
    case .failed: "failed"
    case .timedOut: "timedOut"
    case .abandoned: "abandoned"
    case .unavailable: "unavailable"
    }
  }
}

/// Names one call: a slot of the slab, and which use of it.
@frozen
public struct CallID: Hashable, BitwiseCopyable, Sendable {
  /// The slot.
  public let slot: UInt32
  /// Counts the uses of the slot; a stale name is told by it.
  public let generation: UInt32

  /// The name of a use of a slot.
  @inlinable public init(slot: UInt32, generation: UInt32) {
    self.slot = slot
    self.generation = generation
  }

  /// No call.
  @inlinable public static var none: CallID { CallID(slot: .max, generation: 0) }
}

/// One end of a call: a component by kind and index, and a word that the component understands.
@frozen
public struct Party: BitwiseCopyable, Sendable {
  /// The component's kind, as the system numbers them.
  public let kind: UInt8
  /// Index among the components of the kind.
  public let index: UInt16
  /// The component's own reference: an activity, an own call, a user.
  public var tag: UInt32

  /// A component with its own reference.
  @inlinable public init(kind: UInt8, index: UInt16, tag: UInt32 = 0) {
    self.kind = kind
    self.index = index
    self.tag = tag
  }
}

/// What a callee must know of a call besides its site.
@frozen
public struct CallTraits: OptionSet, BitwiseCopyable, Sendable {
  /// One bit a trait.
  public let rawValue: UInt8
  /// Traits of a raw value.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A queue inside the service places it, not a client: limits that protect the service from clients do not apply.
  @inlinable public static var isAsynchronous: CallTraits { CallTraits(rawValue: 1) }
  /// One of its records fails whatever the callee does.
  @inlinable public static var isPoisoned: CallTraits { CallTraits(rawValue: 2) }
  /// The callee names the records that failed and succeeds, in place of failing as a whole.
  @inlinable public static var reportsRecords: CallTraits { CallTraits(rawValue: 4) }
  /// The caller tries again what the callee has throttled: it is about the same items. The callee takes the trait off.
  @inlinable public static var repeatsThrottled: CallTraits { CallTraits(rawValue: 8) }
}

/// A request from one component to another, from `called` to `answered`.
@frozen
public struct Call: BitwiseCopyable, Sendable {
  /// Where the call stands. Its state carries who may still touch the slot.
  @frozen
  public enum State: UInt8, BitwiseCopyable, Sendable {
    /// The slot is free.
    case free
    /// Both sides hold it.
    case open
    /// The caller gave up; the callee still works on it.
    case abandoned
    /// The callee is done; the answer is on its way to the caller.
    case answered
  }

  /// Which use of the slot this is.
  public var generation: UInt32
  /// Where it stands.
  public var state: State
  /// How it ended, once answered.
  public var outcome: Outcome
  /// What else the callee must know.
  public var traits: CallTraits
  /// What is asked: an index into the system's call sites.
  public var site: UInt32
  /// Who asks.
  public var caller: Party
  /// Who is asked.
  public var callee: Party
  /// Where the time of the request is written down.
  public var ledger: LedgerID
  /// Index into the run's loads; `.max` for a plain request. It fills a gap, so that a call has 64 bytes.
  @usableFromInline var load: UInt32
  /// When the call began.
  public var start: Time
  /// The caller's patience.
  public var deadline: DeadlineLink

  /// A free slot.
  @inlinable public static var blank: Call {
    Call(
      generation: 0, state: .free, outcome: .success, traits: [], site: 0, caller: Party(kind: 0, index: 0),
      callee: Party(kind: 0, index: 0), ledger: .none, load: .max, start: .zero, deadline: .unlinked)
  }

  @inlinable init(
    generation: UInt32, state: State, outcome: Outcome, traits: CallTraits, site: UInt32, caller: Party,
    callee: Party, ledger: LedgerID, load: UInt32, start: Time, deadline: DeadlineLink
  ) {
    self.generation = generation
    self.state = state
    self.outcome = outcome
    self.site = site
    self.caller = caller
    self.callee = callee
    self.ledger = ledger
    self.start = start
    self.deadline = deadline
    self.traits = traits
    self.load = load
  }
}

extension Call: DeadlineCarrier {}

/// What comes with a call besides its site.
@frozen
public struct CallLoad: BitwiseCopyable, Sendable {
  /// Records of a batch.
  @usableFromInline var records: UInt32
  /// The first of the records that failed, in the run's `failures`; `.max` for none.
  @usableFromInline var firstFailure: UInt32

  @inlinable init(records: UInt32, firstFailure: UInt32) {
    self.records = records
    self.firstFailure = firstFailure
  }
}

/// One record of a call that its callee could not process.
@frozen
public struct RecordFailure: BitwiseCopyable, Sendable {
  /// Position in the call's batch, from 0.
  public var record: UInt32
  /// The next failure of the same call; `.max` for none.
  @usableFromInline var next: UInt32

  @inlinable init(record: UInt32, next: UInt32) {
    self.record = record
    self.next = next
  }
}
