import Engine
import Units

// An ElastiCache cluster with a client that looks there first, and asks the table for the rest.
//
//   read:  called -> line -> get -> hit -> answered
//                              \-> miss -> table -> line -> set -> answered
//   write: called -> table -> line -> delete or set -> answered
//
// Commands wait in line for the nodes, which execute one after another in a fixed time. All shards' nodes are one line,
// as hashing spreads the keys evenly. Nothing is refused; a caller that cannot wait has a timeout.

/// What happens inside a cache cluster.
@frozen
public enum CacheEvent: BitwiseCopyable, Sendable {
  /// The cache has given all that a caller asked for.
  case hit(CallID)
  /// The cache has not got everything: the slot's keys are for the table.
  case missed(UInt32)
  /// The cache has taken what the table gave, or was given.
  case stored(CallID)
}

/// A cache cluster's state, and how it reacts.
struct CacheCluster: ~Copyable {
  let index: UInt16
  let config: CacheClusterConfig
  let sites: UnsafeMutablePointer<CallSite>
  /// What the table's callers ask, as the table and as the cache see it.
  private(set) var tableRequests: UnsafePointer<TableRequest>
  private(set) var requests: UnsafePointer<CachedRequest>
  private(set) var keyStreams: UnsafeMutablePointer<RandomStream>
  /// Items and results together.
  var entries: ExpiringCache
  var pending: Slab<CachedOperation>
  var lists: KeyLists
  /// The keys that a lookup has not found; 100 at most.
  private let missing: UnsafeMutablePointer<UInt32>
  private var line: CommandLine
  let records: CacheRecords
  private let table: Party
  private let getSegment: SegmentID
  private let setSegment: SegmentID
  private let getLatency: Sampler
  private let setLatency: Sampler
  private let streams: UnsafeMutablePointer<RandomStream>
  private let horizon: Time

  init(
    _ config: CacheClusterConfig, index: UInt16, directory: Directory, sites: UnsafeMutablePointer<CallSite>,
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
    missing = memory.copy(Array(repeating: 0, count: 100))
    horizon = run.end + config.ttl
    entries = ExpiringCache(capacity: 0, kinds: [], horizon: horizon)
    line = CommandLine(config)
    records = CacheRecords(config.name, run: &run)
    getSegment = run.addSegment("\(config.name) get")
    setSegment = run.addSegment("\(config.name) set")
    getLatency = pool.makeSampler(config.getLatency)
    setLatency = pool.makeSampler(config.setLatency)
    self.streams = memory.copy(
      ["get", "set"].map { streams.stream(component: config.name, purpose: "latency \($0)") })
  }

  /// Learns what callers ask of its table, when all of them are built.
  mutating func prepare(
    _ tableRequests: UnsafePointer<TableRequest>, _ operations: [TableOperation], memory: PlainMemory,
    streams: StreamFactory
  ) {
    self.tableRequests = tableRequests
    keyStreams = memory.copy(
      operations.indices.map { streams.stream(component: config.name, purpose: "keys \($0)") })
    let seen = CachedRequests(operations, overhead: config.entryOverhead, resultsBehindItems: true)
    requests = UnsafePointer(memory.copy(seen.requests))
    lists = KeyLists(width: Int(seen.requests.map(\.keys).max() ?? 1))
    let room = Double(config.nodeType.memory.bytes) * (1 - config.reservedMemory) * Double(config.shards)
    entries = ExpiringCache(
      capacity: Int64(room), kinds: seen.itemKinds + seen.resultKinds, horizon: horizon)
  }

  /// `operation` is the number of the table's request, `site` that of the cluster's own call to the table.
  @inline(never) mutating func called(_ call: CallID, _ operation: UInt32, site: UInt32, _ run: inout Run<Event>) {
    run.recorder.count(records.requests)
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    switch requests[Int(operation)].use {
    case .items, .results: read(call, operation, site, &run)
    case .passed:
      run.recorder.count(records.passed)
      passOn(call, operation, site, &run)
    case .puts, .deletes, .transaction: passOn(call, operation, site, &run)
    }
  }

  /// Looks keys up, all with one command each in one round trip.
  private mutating func read(_ call: CallID, _ operation: UInt32, _ site: UInt32, _ run: inout Run<Event>) {
    let request = requests[Int(operation)]
    let before = entries.count
    var misses: UInt32 = 0
    for _ in 0..<request.keys {
      let key = tableRequests[Int(operation)].keys.draw(&keyStreams[Int(operation)])
      let entry = entries.find(key, space: request.space, at: run.now)
      if entry == ExpiringCache.none {
        missing[Int(misses)] = key
        misses &+= 1
      } else {
        entries.touch(entry)
      }
    }
    run.recorder.change(records.entries, by: Int64(entries.count &- before), at: run.now)
    let hits = Int64(request.keys &- misses)
    run.recorder.count(records.hits, by: hits)
    run.recorder.count(records.misses, by: Int64(misses))
    if request.use == .results {
      run.recorder.count(records.resultHits, by: hits)
      run.recorder.count(records.resultMisses, by: Int64(misses))
    }
    run.recorder.count(records.gets, by: Int64(request.keys))
    let wait = line.enter(reads: Int64(request.keys), at: run.now)
    note(wait, &run)
    let time = Time(nanoseconds: wait.total &+ getLatency.drawTime(&streams[0]))
    if misses == 0 { return run.schedule(.cacheCluster(index, .hit(call)), after: time) }
    let slot = pending.take()
    let row = lists.row(slot)
    for index in 0..<Int(misses) { row[index] = missing[index] }
    pending[slot] = CachedOperation(call: call, operation: operation, site: site, count: misses, purpose: .caller)
    run.schedule(.cacheCluster(index, .missed(slot)), after: time)
  }

  /// Asks the table without a look into the cache.
  private mutating func passOn(_ call: CallID, _ operation: UInt32, _ site: UInt32, _ run: inout Run<Event>) {
    let slot = pending.take()
    let (row, count) = (lists.row(slot), requests[Int(operation)].keys)
    for index in 0..<Int(count) {
      row[index] = tableRequests[Int(operation)].keys.draw(&keyStreams[Int(operation)])
    }
    pending[slot] = CachedOperation(call: call, operation: operation, site: site, count: count, purpose: .caller)
    askTable(slot, &run)
  }

  private func askTable(_ slot: UInt32, _ run: inout Run<Event>) {
    let call = run.place(
      from: Party(.cacheCluster, index, tag: slot), to: table, site: pending[slot].site,
      ledger: run.ledgers.deeper(than: run.calls[pending[slot].call.slot].ledger))
    guard requests[Int(pending[slot].operation)].isBatch else { return }
    run.load(call, records: pending[slot].count, traits: .reportsRecords)
  }

  /// The keys of a call to the table.
  func keys(of slot: UInt32) -> GivenKeys {
    GivenKeys(keys: lists.knownRow(slot), count: pending[slot].count)
  }

  /// The table has answered. What it gave is in the cache from now on, what was written is not there from now on.
  @inline(never) mutating func answered(_ call: CallID, _ run: inout Run<Event>) {
    let slot = run.calls[call.slot].caller.tag
    let outcome = run.calls[call.slot].outcome
    if requests[Int(pending[slot].operation)].isBatch {
      pending[slot].count = lists.keepProcessed(slot, count: pending[slot].count, of: call, &run)
    }
    run.finish(call)
    let operation = pending[slot]
    guard outcome == .success else {
      pending.giveBack(slot)
      run.recorder.count(records.errors)
      run.recorder.change(records.inFlight, by: -1, at: run.now)
      return run.answer(operation.call, outcome)
    }
    let commands = store(operation, slot, &run)
    pending.giveBack(slot)
    if commands == 0 { return done(operation.call, &run) }
    run.recorder.count(records.sets, by: commands)
    let wait = line.enter(writes: commands, at: run.now)
    note(wait, &run)
    let time = Time(nanoseconds: wait.total &+ setLatency.drawTime(&streams[1]))
    if config.waitsForCache {
      run.schedule(.cacheCluster(index, .stored(operation.call)), after: time)
    } else {
      done(operation.call, &run)
    }
  }

  /// Changes the cache after the table; returns how many commands that takes.
  private mutating func store(_ operation: CachedOperation, _ slot: UInt32, _ run: inout Run<Event>) -> Int64 {
    let request = requests[Int(operation.operation)]
    let row = lists.knownRow(slot)
    let isDelete: Bool
    switch request.use {
    case .passed: return 0
    case .items, .results: isDelete = false
    case .puts, .deletes, .transaction:
      switch config.writePolicy {
      case .none: return 0
      case .invalidate: isDelete = true
      case .writeThrough: isDelete = request.use == .deletes
      }
    }
    let (before, evictions) = (entries.count, entries.evictions)
    let expiry = config.ttl == .zero ? Time.never : run.now + config.ttl
    for index in 0..<Int(operation.count) {
      if isDelete {
        entries.remove(row[index], space: request.space, at: run.now)
      } else {
        entries.put(row[index], kind: Int(request.kind), at: run.now, until: expiry)
      }
    }
    run.recorder.change(records.entries, by: Int64(entries.count &- before), at: run.now)
    run.recorder.count(records.evictions, by: entries.evictions &- evictions)
    return Int64(operation.count)
  }

  private func note(_ wait: CommandLine.Wait, _ run: inout Run<Event>) {
    run.recorder.record(records.wait, wait.inLine)
    run.recorder.count(records.busy, by: wait.work)
  }

  private func done(_ call: CallID, _ run: inout Run<Event>) {
    run.recorder.record(records.latency, (run.now - run.calls[call.slot].start).nanoseconds)
    run.recorder.change(records.inFlight, by: -1, at: run.now)
    run.answer(call, .success)
  }

  mutating func handle(_ event: CacheEvent, _ run: inout Run<Event>) {
    switch event {
    case .hit(let call):
      run.ledgers.attribute(run.calls[call.slot].ledger, to: getSegment, at: run.now)
      done(call, &run)
    case .missed(let slot):
      run.ledgers.attribute(run.calls[pending[slot].call.slot].ledger, to: getSegment, at: run.now)
      askTable(slot, &run)
    case .stored(let call):
      run.ledgers.attribute(run.calls[call.slot].ledger, to: setSegment, at: run.now)
      done(call, &run)
    }
  }
}

/// The line of commands before a cluster's nodes: one server that takes all nodes' time for a command together.
///
/// Exact for one node. Of several, whose lines are apart, it errs towards short waits while they are mostly idle.
struct CommandLine: BitwiseCopyable {
  /// ns of work, and of waiting before it.
  struct Wait: BitwiseCopyable {
    let inLine: Int64
    let work: Int64
    var total: Int64 { inLine &+ work }
  }

  /// ps of all serving nodes together.
  private let picosecondsPerRead: Int64
  private let picosecondsPerWrite: Int64
  /// When all that has come so far will be done, ns, and the ps beyond.
  private var busyUntil: Int64 = 0
  private var rest: Int64 = 0

  init(_ config: CacheClusterConfig) {
    let serving = Int64(config.readsFromReplicas ? config.nodes : config.shards)
    let rate = Int64(config.requestsPerSecond)
    picosecondsPerRead = max(1, 1_000_000_000_000 / (rate * serving))
    // Every serving replica repeats a write.
    picosecondsPerWrite = 1_000_000_000_000 / (rate * Int64(config.shards))
  }

  /// Commands join the line.
  mutating func enter(reads: Int64 = 0, writes: Int64 = 0, at now: Time) -> Wait {
    if busyUntil < now.nanoseconds { (busyUntil, rest) = (now.nanoseconds, 0) }
    let inLine = busyUntil &- now.nanoseconds
    let picoseconds = rest &+ reads &* picosecondsPerRead &+ writes &* picosecondsPerWrite
    let work = picoseconds / 1_000
    rest = picoseconds &- work &* 1_000
    busyUntil &+= work
    return Wait(inLine: inLine, work: work)
  }
}
