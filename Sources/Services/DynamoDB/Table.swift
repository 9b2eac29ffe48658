import Engine
import Units

// A table and its indexes. An operation draws its keys, takes its units from every capacity that it touches, and is
// answered after its latency; or it is throttled at once.
//
//   called -> keys -> (capacity of the table, and of its indexes) -> latency -> answered
//
// What an operation changes has changed when it is admitted: streams and storage see it then.

/// What happens inside a table.
@frozen
public enum TableEvent: BitwiseCopyable, Sendable {
  /// An operation is done.
  case done(CallID)
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
  private(set) var keyStreams: UnsafeMutablePointer<RandomStream>
  /// Per operation.
  let latency: UnsafeMutablePointer<Sampler>
  let streams: UnsafeMutablePointer<RandomStream>
  let segments: UnsafeMutablePointer<SegmentID>
  let records: TableRecords
  var scaling: TableScaling
  var storage: TableStorage
  var replication: TableReplication
  /// Changes of this turn; empty unless something follows the table.
  var changes = ChangeLog()
  /// Whether anything follows the table.
  let logsChanges: Bool

  init(
    _ config: TableConfig, index: UInt16, sites: UnsafeMutablePointer<CallSite>, pool: SamplerPool,
    memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
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
    keyStreams = memory.copy([])
    let global = config.globalIndexes
    capacityCount = 1 + global.count
    capacities = .allocate(capacity: capacityCount)
    capacities.initialize(
      to: Throughput(config, mode: config.capacity, warm: config.warmThroughput, name: config.name, run: &run))
    for (position, index) in global.enumerated() {
      (capacities + position + 1).initialize(
        to: Throughput(
          config, mode: index.mode, warm: index.index.warmThroughput,
          name: "\(config.name)/index/\(index.index.name)", run: &run))
    }
    scaling = TableScaling(config, streams: streams, run: &run)
    storage = TableStorage(config, streams: streams, pool: pool, run: &run)
    replication = TableReplication(config, streams: streams, pool: pool, run: &run)
    logsChanges = config.streamViewType != nil || config.kinesisStream != nil
    records = TableRecords(config, run: &run)
  }

  deinit {
    capacities.deinitialize(count: capacityCount)
    capacities.deallocate()
  }

  /// Learns what callers will ask for, when all of them are built.
  mutating func prepare(_ operations: [TableOperation], memory: PlainMemory, streams: StreamFactory) {
    requests = memory.copy(operations.map { TableRequest($0, config, memory: memory) })
    keyStreams = memory.copy(
      operations.indices.map { streams.stream(component: config.name, purpose: "keys \($0)") })
  }

  /// Before the first event.
  mutating func begin(_ run: inout Run<Event>, _ account: inout Account) {
    for capacity in 0..<capacityCount { capacityChanged(capacity, &run, &account) }
  }

  /// `operation` is the number of a request; `given` are its keys, if a cache has drawn them.
  @inline(never) mutating func called(
    _ call: CallID, _ operation: UInt32, _ given: GivenKeys, _ run: inout Run<Event>
  ) {
    let request = requests + Int(operation)
    let direction = request.pointee.direction
    let key = given.keys?.pointee ?? request.pointee.keys.draw(&keyStreams[Int(operation)])
    let units = request.pointee.unitsPerItem &* Int64(request.pointee.items)
    if let cause = capacities[Int(request.pointee.capacity)].take(
      direction, units, at: KeyPosition.start(of: key), &run)
    {
      capacities[Int(request.pointee.capacity)].noteThrottle(direction, cause, &run)
      return run.answer(call, .throttled)
    }
    capacities[Int(request.pointee.capacity)].consume(direction, units, &run)
    if logsChanges && direction == .write { logWrite(request, key: key) }
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
    case .throughput, .scaling, .storage: preconditionFailure("nothing of this kind is scheduled")
    }
  }
}

extension TableConfig {
  /// The global secondary indexes with their modes, in the scenario's order.
  var globalIndexes: [(index: IndexConfig, mode: CapacityMode)] {
    indexes.compactMap { index in
      switch index.kind {
      case .global(let mode): (index, mode)
      case .local: nil
      }
    }
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
      ])
  }

  /// What the table used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    var lines: [UsageLine] = []
    for capacity in 0..<capacityCount {
      lines.append(
        UsageLine(
          meter: TableMeters.reads(config.tableClass), resource: config.name,
          amount: capacities[capacity].consumed(.read, recorder)))
      lines.append(
        UsageLine(
          meter: TableMeters.writes(config.tableClass), resource: config.name,
          amount: capacities[capacity].consumed(.write, recorder)))
    }
    return (lines + storage.usage(recorder, duration: span)).filter { $0.amount > 0 }
  }
}
