import Engine
import Units

// A table and its indexes. An operation draws its keys, takes its units from every capacity that it touches, and is
// answered after its latency; or it is throttled at once.
//
//   called -> keys -> (capacity of the table, and of its indexes) -> latency -> answered
//
// What an operation changes has changed when it is admitted: streams and storage see it then. The plain case, one item
// with nothing to draw but its key and nothing else to write, is here; `Table+Admission.swift` has all others.

/// What happens inside a table.
@frozen
public enum TableEvent: BitwiseCopyable, Sendable {
  /// An operation is done.
  case done(CallID)
  /// An operation has failed: a condition does not hold, or a transaction is cancelled.
  case failed(CallID)
  /// The rest of a batch is sent again.
  case resend(UInt32)
  /// Capacity changes by itself.
  case throughput(ThroughputEvent)
  /// Application Auto Scaling looks, or acts.
  case scaling(TableScalingEvent)
  /// Stored items change by themselves.
  case storage(TableStorageEvent)
}

/// A table's state, and how it reacts.
struct Table: ~Copyable {
  let index: UInt16
  let config: TableConfig
  let sites: UnsafeMutablePointer<CallSite>
  /// Of the table, and behind it of each global index.
  let capacities: UnsafeMutablePointer<Throughput>
  let capacityCount: Int
  /// What callers ask for, as `CallSite` numbers it; known when every component is built.
  private(set) var requests: UnsafeMutablePointer<TableRequest>
  private(set) var operationStreams: UnsafeMutablePointer<OperationStreams>
  /// Per secondary index.
  let indexStreams: UnsafeMutablePointer<IndexStreams>
  /// Per operation.
  let latency: UnsafeMutablePointer<Sampler>
  let streams: UnsafeMutablePointer<RandomStream>
  let segments: UnsafeMutablePointer<SegmentID>
  let records: TableRecords
  private(set) var outcomes: OperationRecords
  var collections: ItemCollections
  /// Of the operation at hand.
  var demands: Demands
  private(set) var members: UnsafeMutablePointer<Member>
  var unprocessed = UnprocessedBatches()
  /// Time zero in the calendar.
  let start: CivilTime
  var updates: TableUpdates
  var scaling: TableScaling
  var provisionedMeters: ProvisionedMeters
  var storage: TableStorage
  var replication: TableReplication
  /// Which items expire, for what follows the table.
  let expiredKeys: KeySampler
  var expiredKeyStream: RandomStream
  /// Changes of this turn; empty unless something follows the table.
  var changes = ChangeLog()
  /// Whether anything follows the table.
  let logsChanges: Bool

  init(
    _ config: TableConfig, index: UInt16, system: SystemConfig, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    start = system.start
    self.config = config
    self.sites = sites
    let kinds = TableOperation.Kind.allCases
    latency = memory.copy(
      kinds.map { pool.makeSampler(config.latency[$0] ?? TableLatency.distribution(of: $0)) })
    self.streams = memory.copy(
      kinds.map { streams.stream(component: config.name, purpose: "latency \($0.rawValue)") })
    var segments: [SegmentID] = []
    for kind in kinds { segments.append(run.addSegment("\(config.name) \(kind.rawValue)")) }
    self.segments = memory.copy(segments)
    requests = memory.copy([])
    operationStreams = memory.copy([])
    indexStreams = memory.copy(config.indexes.map { IndexStreams($0, table: config.name, streams: streams) })
    demands = Demands(capacity: 0, memory: memory)
    members = memory.copy([])
    outcomes = .none
    collections = ItemCollections(config)
    let global = config.globalIndexes
    capacityCount = 1 + global.count
    capacities = .allocate(capacity: capacityCount)
    capacities.initialize(
      to: Throughput(
        config, table: index, capacity: 0, mode: config.capacity, warm: config.warmThroughput, name: config.name,
        storedBytes: config.storageSize.bytes, run: &run))
    for (position, global) in global.enumerated() {
      (capacities + position + 1).initialize(
        to: Throughput(
          config, table: index, capacity: position + 1, mode: global.mode, warm: global.index.warmThroughput,
          name: "\(config.name)/index/\(global.index.name)", storedBytes: config.storedBytes(in: global.index),
          run: &run))
    }
    updates = TableUpdates(config, streams: streams, pool: pool, run: &run)
    scaling = TableScaling(
      config, start: system.start, pool: pool, memory: memory, streams: streams, run: &run)
    provisionedMeters = ProvisionedMeters(
      capacities: capacityCount, hours: BilledHours(system), rule: system.account.capacityBilling)
    storage = TableStorage(config, index: index, streams: streams, pool: pool, run: &run)
    replication = TableReplication(config, index: index, streams: streams, pool: pool, run: &run)
    expiredKeys = KeySampler(config.keys, memory: memory)
    expiredKeyStream = streams.stream(component: config.name, purpose: "expired keys")
    logsChanges = config.streamViewType != nil || config.kinesisStream != nil
    records = TableRecords(config, run: &run)
  }

  deinit {
    capacities.deinitialize(count: capacityCount)
    capacities.deallocate()
  }

  /// Learns what callers will ask for, when all of them are built.
  mutating func prepare(
    _ operations: [TableOperation], memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    requests = memory.copy(operations.map { TableRequest($0, config, memory: memory) })
    operationStreams = memory.copy(
      operations.indices.map { OperationStreams($0, table: config.name, streams: streams) })
    // An item is written itself and twice in each global index; a batch from a cache has at most as many as the API.
    let items = max(100, operations.map(\.items).max() ?? 1)
    let demandsPerItem = 1 + 2 * (capacityCount - 1)
    demands = Demands(capacity: items * demandsPerItem, memory: memory)
    members = memory.copy(Array(repeating: Member(key: 0, position: 0), count: items))
    outcomes = OperationRecords(operations, config, run: &run)
  }

  /// Before the first event.
  mutating func begin(_ run: inout Run<Event>, _ account: inout Account) {
    beginCapacity(&run, &account)
    beginScaling(&run)
    storage.begin(&run)
  }

  /// `operation` is the number of a request; `given` are its keys, if a cache has drawn them.
  @inline(never) mutating func called(
    _ call: CallID, _ operation: UInt32, _ given: GivenKeys, _ run: inout Run<Event>
  ) {
    let request = requests + Int(operation)
    guard request.pointee.isPlain else { return calledInFull(call, operation, given, &run) }
    let direction = request.pointee.direction
    let operationStream = operationStreams + Int(operation)
    let key = given.keys?.pointee ?? request.pointee.keys.draw(&operationStream.pointee.keys)
    let units = request.pointee.plainUnits
    let capacity = capacities + Int(request.pointee.capacity)
    if let cause = capacity.pointee.take(
      direction, units, at: request.pointee.keys.position(of: key, &operationStream.pointee.places), &run)
    {
      capacity.pointee.noteThrottle(direction, cause, &run)
      return run.answer(call, .throttled)
    }
    capacity.pointee.consume(direction, units, &run)
    if let change = request.pointee.plainChange { store(change, request, &run) }
    run.recorder.count(records.requests)
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    let kind = request.pointee.kind.index
    let time = latency[kind].drawTime(&streams[kind])
    run.schedule(.table(index, .done(call)), after: Time(nanoseconds: time))
  }

  /// An operation is done: the call is answered. Returns whether the caller still waits.
  @inline(__always) mutating func done(_ call: CallID, _ run: inout Run<Event>) -> Bool {
    guard case .operation(let operation) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("a call to a table names its operation")
    }
    let kind = requests[Int(operation)].kind.index
    run.ledgers.attribute(run.calls[call.slot].ledger, to: segments[kind], at: run.now)
    run.recorder.record(records.latency, (run.now - run.calls[call.slot].start).nanoseconds)
    run.recorder.change(records.inFlight, by: -1, at: run.now)
    return run.close(call, .success)
  }

  /// Anything but the end of an operation.
  @inline(never) mutating func handle(_ event: TableEvent, _ run: inout Run<Event>, _ account: inout Account) {
    switch event {
    case .done: preconditionFailure("the end of an operation has its own way")
    case .failed(let call): failed(call, &run)
    case .resend(let batch): resend(batch, &run)
    case .throughput(let event): handle(event, &run, &account)
    case .scaling(let event): handle(event, &run, &account)
    case .storage(let event): handle(event, &run)
    }
  }
}

extension TableConfig {
  /// The global secondary indexes with their modes, in the scenario's order.
  public var globalIndexes: [(index: IndexConfig, mode: CapacityMode)] {
    indexes.compactMap { index in
      switch index.kind {
      case .global(let mode): (index, mode)
      case .local: nil
      }
    }
  }
}

extension TableConfig {
  /// Bytes of a global index at time zero: of its entries as far as their number or size is known, at most the table's.
  func storedBytes(in index: IndexConfig) -> Int64 {
    guard let entry = index.entrySize, itemCount > 0 else {
      return index.projection == .all ? Int64(index.share * Double(storageSize.bytes)) : 0
    }
    return Int64(index.share * Double(itemCount)) * entry.bytes
  }
}

/// What a table reports besides its capacities, under CloudWatch's names where they exist.
struct TableRecords: BitwiseCopyable {
  let requests: CounterID
  let latency: TimingID
  let inFlight: LevelID

  init(_ config: TableConfig, run: inout Run<Event>) {
    let name = config.name
    let own = "Windtunnel/DynamoDB"
    latency = run.recorder.addTiming(
      resource: name, namespace: "AWS/DynamoDB", "SuccessfulRequestLatency", keepsHistogram: true)
    requests = run.recorder.addCounter(resource: name, namespace: own, "Requests")
    inFlight = run.recorder.addLevel(resource: name, namespace: own, "InFlight")
  }
}

extension Table {
  /// The table's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let latency = recorder.histogram(records.latency)
    var halves: Int64 = 0
    var writes: Int64 = 0
    var readThrottles: Int64 = 0
    var writeThrottles: Int64 = 0
    for capacity in 0..<capacityCount {
      halves += capacities[capacity].consumed(.read, recorder)
      writes += capacities[capacity].consumed(.write, recorder)
      readThrottles += capacities[capacity].throttles(.read, recorder)
      writeThrottles += capacities[capacity].throttles(.write, recorder)
    }
    return ResourceResult(
      name: config.name, typeName: "table",
      figures: [
        Figure("requests", Double(recorder.total(records.requests))),
        Figure("readRequestUnits", Double(halves) / 2),
        Figure("writeRequestUnits", Double(writes)),
        Figure("throttles", Double(readThrottles + writeThrottles)),
        Figure("readThrottles", Double(readThrottles)),
        Figure("writeThrottles", Double(writeThrottles)),
        Figure("meanInFlight", recorder.mean(records.inFlight, over: span)),
        Figure("peakInFlight", Double(recorder.peak(records.inFlight))),
        Figure("meanLatencyMs", latency.mean / 1e6),
        Figure("p99LatencyMs", latency.quantile(0.99) / 1e6),
      ] + outcomes.figures(recorder) + indexFigures(recorder) + capacityFigures(recorder) + scalingFigures(recorder)
        + storage.figures() + replication.figures(recorder))
  }

  /// What the table used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    var lines: [UsageLine] = []
    var indexWrites: Int64 = 0
    for capacity in 0..<capacityCount {
      if capacity > 0 { indexWrites += capacities[capacity].billedUnits(.write, recorder) }
      lines.append(
        UsageLine(
          meter: TableMeters.reads(config.tableClass), resource: config.name,
          amount: capacities[capacity].billedUnits(.read, recorder)))
      lines.append(
        UsageLine(
          meter: TableMeters.writes(config.tableClass, replicated: capacity == 0 && replication.isOn),
          resource: config.name, amount: capacities[capacity].billedUnits(.write, recorder)))
    }
    lines += provisionedUsage() + replication.usage(recorder, indexWrites: indexWrites)
    return (lines + storage.usage(duration: span)).filter { $0.amount > 0 }
  }
}
