import Engine
import Units

// A DAX cluster: answers what it has, and asks its table for the rest.

/// What happens inside a DAX cluster.
@frozen
public enum DAXEvent: BitwiseCopyable, Sendable {
  /// An answer is ready.
  case done(CallID)
}

/// A DAX cluster's state, and how it reacts.
struct DAXCluster: ~Copyable {
  let index: UInt16
  let config: DAXClusterConfig
  let sites: UnsafeMutablePointer<CallSite>
  private(set) var requests: UnsafePointer<TableRequest>
  private(set) var keyStreams: UnsafeMutablePointer<RandomStream>
  private var pending: Slab<CachedOperation>
  private let table: Party

  init(
    _ config: DAXClusterConfig, index: UInt16, directory: Directory, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    table = directory.party(of: config.table)
    requests = UnsafePointer(memory.copy([]))
    keyStreams = memory.copy([])
    pending = Slab(blank: .blank)
  }

  /// Learns what callers ask of its table, when all of them are built.
  mutating func prepare(
    _ requests: UnsafePointer<TableRequest>, count: Int, memory: PlainMemory, streams: StreamFactory
  ) {
    self.requests = requests
    keyStreams = memory.copy((0..<count).map { streams.stream(component: config.name, purpose: "keys \($0)") })
  }

  /// `operation` is the number of the table's request, `site` that of the cluster's own call to the table.
  @inline(never) mutating func called(_ call: CallID, _ operation: UInt32, site: UInt32, _ run: inout Run<Event>) {
    let slot = pending.take()
    pending[slot] = CachedOperation(
      call: call, key: requests[Int(operation)].keys.draw(&keyStreams[Int(operation)]))
    _ = run.place(
      from: Party(.daxCluster, index, tag: slot), to: table, site: site, ledger: run.calls[call.slot].ledger)
  }

  /// The table has answered.
  mutating func answered(_ call: CallID, _ run: inout Run<Event>) {
    let slot = run.calls[call.slot].caller.tag
    let outcome = run.calls[call.slot].outcome
    run.finish(call)
    run.answer(pending[slot].call, outcome)
    pending.giveBack(slot)
  }

  mutating func handle(_ event: DAXEvent, _ run: inout Run<Event>) {
    switch event {
    case .done: preconditionFailure("nothing of this kind is scheduled")
    }
  }

  /// The keys of a call to the table.
  func keys(of slot: UInt32) -> GivenKeys { .none }
}

/// An operation that a cache has passed on.
struct CachedOperation: BitwiseCopyable {
  let call: CallID
  let key: UInt32

  static var blank: CachedOperation { CachedOperation(call: .none, key: 0) }
}

extension DAXCluster {
  /// The cluster's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    ResourceResult(name: config.name, typeName: "daxCluster", figures: [])
  }

  /// What the cluster used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] { [] }
}
