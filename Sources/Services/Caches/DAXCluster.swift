import Engine
import Units

// A DAX cluster: answers from its item cache and its query cache, and asks its table for the rest. Every node holds a
// copy of the same data, so one of each cache stands for all of them.
//
//   read:  called -> (CPU) -> hit -> answered
//                        \-> miss -> table -> into the cache -> answered
//   write: called -> (CPU) -> table -> into the item cache -> answered
//
// Without CPU the request is throttled at once. What the table refuses goes back to the caller and nowhere else.

/// What happens inside a DAX cluster.
@frozen
public enum DAXEvent: BitwiseCopyable, Sendable {
  /// The answer to a read that needed no table is ready.
  case hit(CallID)
  /// The answer to a read is ready that the table gave.
  case missed(CallID)
  /// The answer to a write is ready.
  case written(CallID)
}

/// A DAX cluster's state, and how it reacts.
struct DAXCluster: ~Copyable {
  let index: UInt16
  let config: DAXClusterConfig
  let sites: UnsafeMutablePointer<CallSite>
  /// What the table's callers ask, as the table and as the caches see it.
  private(set) var tableRequests: UnsafePointer<TableRequest>
  private(set) var requests: UnsafePointer<CachedRequest>
  private(set) var keyStreams: UnsafeMutablePointer<RandomStream>
  var capacity: DAXCapacity
  var credits: DAXCredits
  var items: ExpiringCache
  var results: ExpiringCache
  var pending: Slab<CachedOperation>
  var lists: KeyLists
  /// The keys of a batch while it is looked up; 100 at most.
  let batch: UnsafeMutablePointer<UInt32>
  let found: UnsafeMutablePointer<UInt32>
  let records: DAXRecords
  let table: Party
  private let hitSegment: SegmentID
  private let missSegment: SegmentID
  private let writeSegment: SegmentID
  private let hitLatency: Sampler
  private let missOverhead: Sampler
  private let writeOverhead: Sampler
  private let streams: UnsafeMutablePointer<RandomStream>
  private let horizon: Time

  init(
    _ config: DAXClusterConfig, index: UInt16, directory: Directory, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    table = directory.party(of: config.table)
    tableRequests = UnsafePointer(memory.copy([]))
    requests = UnsafePointer(memory.copy([]))
    keyStreams = memory.copy([])
    pending = Slab(blank: .blank)
    lists = KeyLists(width: 1)
    batch = memory.copy(Array(repeating: 0, count: 100))
    found = memory.copy(Array(repeating: 0, count: 100))
    capacity = DAXCapacity(config)
    credits = DAXCredits(rate: capacity.rate, nodes: config.replicationFactor, recordingStart: run.recordingStart)
    horizon = run.end + max(config.recordTTL, config.queryTTL)
    items = ExpiringCache(capacity: 0, kinds: [], horizon: horizon)
    results = ExpiringCache(capacity: 0, kinds: [], horizon: horizon)
    records = DAXRecords(config.name, run: &run)
    hitSegment = run.addSegment("\(config.name) hit")
    missSegment = run.addSegment("\(config.name) miss")
    writeSegment = run.addSegment("\(config.name) write")
    hitLatency = pool.makeSampler(config.hitLatency)
    missOverhead = pool.makeSampler(config.missOverhead)
    writeOverhead = pool.makeSampler(config.writeOverhead)
    self.streams = memory.copy(
      ["hit", "miss", "write"].map { streams.stream(component: config.name, purpose: "latency \($0)") })
  }

  /// Learns what callers ask of its table, when all of them are built.
  mutating func prepare(
    _ tableRequests: UnsafePointer<TableRequest>, _ operations: [TableOperation], memory: PlainMemory,
    streams: StreamFactory
  ) {
    self.tableRequests = tableRequests
    keyStreams = memory.copy(
      operations.indices.map { streams.stream(component: config.name, purpose: "keys \($0)") })
    let seen = CachedRequests(operations, overhead: config.entryOverhead)
    requests = UnsafePointer(memory.copy(seen.requests))
    lists = KeyLists(width: Int(seen.requests.map(\.keys).max() ?? 1))
    let room = Double(config.nodeType.memory.bytes) * config.memoryShare
    let caches = config.queryTTL > .zero && seen.useResults
    let share = caches ? (seen.useItems ? config.itemMemoryShare : 0) : 1
    items = ExpiringCache(capacity: Int64(room * share), kinds: seen.itemKinds, horizon: horizon)
    results = ExpiringCache(
      capacity: caches ? Int64(room * (1 - share)) : 0, kinds: seen.resultKinds, horizon: horizon)
  }

  /// `operation` is the number of the table's request, `site` that of the cluster's own call to the table.
  @inline(never) mutating func called(_ call: CallID, _ operation: UInt32, site: UInt32, _ run: inout Run<Event>) {
    run.recorder.count(records.requests)
    switch requests[Int(operation)].use {
    case .items: readItems(call, operation, site, &run)
    case .results: readResult(call, operation, site, &run)
    case .passed: passRead(call, operation, site, &run)
    case .puts, .deletes, .transaction: write(call, operation, site, &run)
    }
  }

  /// Work for the CPUs is taken.
  @inline(__always) mutating func noteWork(_ cost: Int64, _ run: inout Run<Event>) {
    run.recorder.count(records.work, by: cost)
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    if config.nodeType.isBurstable { credits.use(cost, at: run.now) }
  }

  /// The CPUs cannot take a request.
  @inline(never) mutating func throttle(_ call: CallID, _ run: inout Run<Event>) {
    run.recorder.count(records.throttled)
    run.answer(call, .throttled)
  }

  /// A read that needs no table is answered after a while.
  @inline(__always) mutating func answerHit(_ call: CallID, _ run: inout Run<Event>) {
    run.schedule(.daxCluster(index, .hit(call)), after: Time(nanoseconds: hitLatency.drawTime(&streams[0])))
  }

  /// Asks the table about the keys in the slot's row.
  @inline(__always) mutating func askTable(
    _ slot: UInt32, _ call: CallID, _ operation: UInt32, _ site: UInt32, count: UInt32, _ run: inout Run<Event>
  ) {
    pending[slot] = CachedOperation(call: call, operation: operation, site: site, count: count, purpose: .caller)
    let own = run.place(
      from: Party(.daxCluster, index, tag: slot), to: table, site: site,
      ledger: run.ledgers.deeper(than: run.calls[call.slot].ledger))
    if requests[Int(operation)].isBatch { run.load(own, records: count, traits: .reportsRecords) }
  }

  /// The keys of a call to the table.
  func keys(of slot: UInt32) -> GivenKeys {
    GivenKeys(keys: lists.knownRow(slot), count: pending[slot].count)
  }

  /// The table has answered.
  @inline(never) mutating func answered(_ call: CallID, _ run: inout Run<Event>) {
    let slot = run.calls[call.slot].caller.tag
    let outcome = run.calls[call.slot].outcome
    if requests[Int(pending[slot].operation)].isBatch {
      pending[slot].count = lists.keepProcessed(slot, count: pending[slot].count, of: call, &run)
    }
    run.finish(call)
    let operation = pending[slot]
    if outcome == .success { store(operation, slot, &run) }
    switch operation.purpose {
    case .refill: pending.giveBack(slot)
    case .caller: answer(operation, slot, outcome, &run)
    }
  }

  private mutating func answer(
    _ operation: CachedOperation, _ slot: UInt32, _ outcome: Outcome, _ run: inout Run<Event>
  ) {
    let call = operation.call
    switch outcome {
    case .success: break
    case .throttled, .failed: run.recorder.count(records.errors)
    case .timedOut, .abandoned, .unavailable: run.recorder.count(records.faults)
    }
    guard outcome == .success else {
      pending.giveBack(slot)
      run.recorder.change(records.inFlight, by: -1, at: run.now)
      return run.answer(call, outcome)
    }
    switch requests[Int(operation.operation)].use {
    case .items, .results, .passed:
      run.schedule(.daxCluster(index, .missed(call)), after: Time(nanoseconds: missOverhead.drawTime(&streams[1])))
      pending.giveBack(slot)
    case .puts, .deletes:
      run.schedule(.daxCluster(index, .written(call)), after: Time(nanoseconds: writeOverhead.drawTime(&streams[2])))
      pending.giveBack(slot)
    case .transaction:
      run.schedule(.daxCluster(index, .written(call)), after: Time(nanoseconds: writeOverhead.drawTime(&streams[2])))
      refill(slot, &run)
    }
  }

  /// After a transaction DAX reads its items, in a transaction of its own, for which nobody waits (documented: two read
  /// units for each item of up to 4 KB). The slot and its keys go on to it.
  private mutating func refill(_ slot: UInt32, _ run: inout Run<Event>) {
    pending[slot].call = .none
    pending[slot].purpose = .refill
    _ = run.place(
      from: Party(.daxCluster, index, tag: slot), to: table, site: pending[slot].site + 1, ledger: .none)
  }

  mutating func handle(_ event: DAXEvent, _ run: inout Run<Event>) {
    let (call, segment) =
      switch event {
      case .hit(let call): (call, hitSegment)
      case .missed(let call): (call, missSegment)
      case .written(let call): (call, writeSegment)
      }
    run.ledgers.attribute(run.calls[call.slot].ledger, to: segment, at: run.now)
    run.recorder.record(records.latency, (run.now - run.calls[call.slot].start).nanoseconds)
    run.recorder.change(records.inFlight, by: -1, at: run.now)
    run.answer(call, .success)
  }
}
