import Engine
import Units

// One table on demand. An operation is throttled at once by the table's maximum throughput, if one is set, or
// answered after the operation's latency.
//
//   called -> (maximum throughput) -> latency -> answered

/// What happens inside a table.
@frozen
public enum TableEvent: BitwiseCopyable, Sendable {
  /// An operation is done.
  case done(CallID)
}

/// A table's state, and how it reacts.
struct Table: ~Copyable {
  let index: UInt16
  let config: TableConfig
  let sites: UnsafeMutablePointer<CallSite>
  /// Throughput in half read units and in write units.
  var reads: TokenBucket
  var writes: TokenBucket
  /// Per operation.
  let latency: UnsafeMutablePointer<Sampler>
  let streams: UnsafeMutablePointer<RandomStream>
  let segments: UnsafeMutablePointer<SegmentID>
  let records: TableRecords

  init(
    _ config: TableConfig, index: UInt16, sites: UnsafeMutablePointer<CallSite>, pool: SamplerPool,
    memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    reads =
      config.maxReadRequestUnits.map { TokenBucket(rate: 2 * Int64($0), burst: 2 * Int64($0)) } ?? .unlimited
    writes = config.maxWriteRequestUnits.map { TokenBucket(rate: Int64($0), burst: Int64($0)) } ?? .unlimited
    let kinds = TableOperation.Kind.allCases
    latency = memory.copy(
      kinds.map { pool.makeSampler(config.latency[$0] ?? TableLatency.distribution(of: $0)) })
    self.streams = memory.copy(
      kinds.map { streams.stream(component: config.name, purpose: "latency \($0.rawValue)") })
    var segments: [SegmentID] = []
    for kind in kinds { segments.append(run.addSegment("\(config.name) \(kind.rawValue)")) }
    self.segments = memory.copy(segments)
    records = TableRecords(config, run: &run)
  }

  @inline(never) mutating func called(_ call: CallID, _ request: TableRequest, _ run: inout Run<Event>) {
    let isAdmitted =
      request.writeUnits > 0
      ? writes.take(request.writeUnits, at: run.now) : reads.take(request.readHalves, at: run.now)
    guard isAdmitted else {
      run.recorder.count(request.writeUnits > 0 ? records.writeThrottles : records.readThrottles)
      return run.answer(call, .throttled)
    }
    run.recorder.count(records.requests)
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    if request.writeUnits > 0 {
      run.recorder.count(records.writeUnits, by: request.writeUnits)
    } else {
      run.recorder.count(records.readHalves, by: request.readHalves)
    }
    let kind = request.kind.index
    let time = latency[kind].drawTime(&streams[kind])
    run.schedule(.table(index, .done(call)), after: Time(nanoseconds: time))
  }

  /// An operation is done: the call is answered. Returns whether the caller still waits.
  @inline(__always) mutating func done(_ call: CallID, _ run: inout Run<Event>) -> Bool {
    guard case .operation(let request) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("a call to a table names its operation")
    }
    run.ledgers.attribute(run.calls[call.slot].ledger, to: segments[request.kind.index], at: run.now)
    run.recorder.record(records.latency, (run.now - run.calls[call.slot].start).nanoseconds)
    run.recorder.change(records.inFlight, by: -1, at: run.now)
    return run.close(call, .success)
  }
}

extension TableOperation.Kind {
  /// Position among all kinds.
  var index: Int {
    switch self {
    case .getItem: 0
    case .batchGetItem: 1
    case .transactGetItems: 2
    case .query: 3
    case .scan: 4
    case .putItem: 5
    case .updateItem: 6
    case .deleteItem: 7
    case .batchWriteItem: 8
    case .transactWriteItems: 9
    }
  }
}

/// What a table reports, under CloudWatch's names where they exist.
struct TableRecords: BitwiseCopyable {
  let requests: CounterID
  let readHalves: CounterID
  let writeUnits: CounterID
  let readThrottles: CounterID
  let writeThrottles: CounterID
  let latency: TimingID
  let inFlight: LevelID

  init(_ config: TableConfig, run: inout Run<Event>) {
    let name = config.name
    let aws = "AWS/DynamoDB"
    let own = "Windtunnel/DynamoDB"
    readHalves = run.recorder.addCounter(
      resource: name, namespace: aws, "ConsumedReadCapacityUnits", unitsPerCount: 2)
    writeUnits = run.recorder.addCounter(resource: name, namespace: aws, "ConsumedWriteCapacityUnits")
    readThrottles = run.recorder.addCounter(resource: name, namespace: aws, "ReadThrottleEvents")
    writeThrottles = run.recorder.addCounter(resource: name, namespace: aws, "WriteThrottleEvents")
    latency = run.recorder.addTiming(
      resource: name, namespace: aws, "SuccessfulRequestLatency", keepsHistogram: true)
    requests = run.recorder.addCounter(resource: name, namespace: own, "Requests")
    inFlight = run.recorder.addLevel(resource: name, namespace: own, "InFlight")
  }
}

extension Table {
  /// The table's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let latency = recorder.histogram(records.latency)
    let reads = recorder.total(records.readThrottles)
    let writes = recorder.total(records.writeThrottles)
    return ResourceResult(
      name: config.name, typeName: "table",
      figures: [
        Figure("requests", Double(recorder.total(records.requests))),
        Figure("readRequestUnits", Double(recorder.total(records.readHalves)) / 2),
        Figure("writeRequestUnits", Double(recorder.total(records.writeUnits))),
        Figure("throttles", Double(reads + writes)),
        Figure("readThrottles", Double(reads)),
        Figure("writeThrottles", Double(writes)),
        Figure("meanInFlight", recorder.mean(records.inFlight, over: span)),
        Figure("peakInFlight", Double(recorder.peak(records.inFlight))),
        Figure("meanLatencyMs", latency.mean / 1e6),
        Figure("p99LatencyMs", latency.quantile(0.99) / 1e6),
      ])
  }

  /// What the table used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    [
      UsageLine(
        meter: TableMeters.reads(config.tableClass), resource: config.name,
        amount: recorder.total(records.readHalves)),
      UsageLine(
        meter: TableMeters.writes(config.tableClass), resource: config.name,
        amount: recorder.total(records.writeUnits)),
      UsageLine(
        meter: TableMeters.storage(config.tableClass), resource: config.name,
        amount: Int128(config.storageSize.blocks(of: .megabytes(1))) * Int128(span.nanoseconds / 1_000_000)),
    ].filter { $0.amount > 0 }
  }
}
