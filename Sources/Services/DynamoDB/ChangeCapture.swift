import Engine
import Units

// Kinesis Data Streams for DynamoDB: each change of a table becomes a record of a stream.
//
//   change -> (delay) -> put -> stored
//                         ^  |
//            retry delay  |  | the shard is at a limit
//                         +--+
//
// Every record waits on its own, so records may overtake each other, and one may be put twice: as AWS documents it.

/// A change on its way to the stream.
struct CapturedChange: BitwiseCopyable {
  /// When the table changed.
  var since: Time
  var key: UInt32
  var bytes: UInt32
}

/// The way from one table to its stream of Kinesis.
struct ChangeCapture: ~Copyable {
  let index: UInt16
  let tableName: String
  /// Index of the stream.
  let stream: UInt16
  private let expansion: Double
  private let duplicates: Double
  private let delay: Sampler
  private let retryDelay: Sampler
  private var delayStream: RandomStream
  private var duplicateStream: RandomStream
  private var underWay: Slab<CapturedChange>
  private let records: ChangeCaptureRecords

  /// Shortest wait before another put of a refused record: without one a record might be refused for ever at once.
  static var retryDelayMin: Time { .milliseconds(1) }

  init(
    _ table: TableConfig, index: UInt16, directory: borrowing Directory, pool: SamplerPool, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    guard let stream = table.kinesisStream else { preconditionFailure("a captured table names its stream") }
    let config = table.changeStreams.capture
    self.index = index
    tableName = table.name
    self.stream = directory.stream(of: stream)
    expansion = config.expansion
    duplicates = config.duplicates
    delay = pool.makeSampler(config.delay)
    retryDelay = pool.makeSampler(config.retryDelay)
    delayStream = streams.stream(component: table.name, purpose: "change capture")
    duplicateStream = streams.stream(component: table.name, purpose: "change duplicates")
    underWay = Slab(blank: CapturedChange(since: .zero, key: 0, bytes: 0))
    records = ChangeCaptureRecords(table.name, run: &run)
  }

  /// The table has changed.
  mutating func capture(_ change: TableChange, _ run: inout Run<Event>) {
    run.recorder.count(records.changes)
    run.recorder.count(records.units, by: TableMeters.captureUnits(of: change))
    let bytes = recordBytes(of: change)
    run.recorder.count(records.bytes, by: Int64(bytes))
    send(change.key, bytes, &run)
    if duplicates > 0 && duplicateStream.nextUnit() < duplicates {
      run.recorder.count(records.duplicates)
      send(change.key, bytes, &run)
    }
  }

  /// Bytes of the record: so many times the newest image, and once the one before, if there are two.
  private func recordBytes(of change: TableChange) -> UInt32 {
    let image = Double(change.kind == .removed || change.kind == .expired ? change.oldBytes : change.newBytes)
    let before = change.kind == .modified ? Double(change.oldBytes) : 0
    return UInt32(max(1, min(image * expansion + before, 1e9)))
  }

  private mutating func send(_ key: UInt32, _ bytes: UInt32, _ run: inout Run<Event>) {
    let slot = underWay.take()
    underWay[slot] = CapturedChange(since: run.now, key: key, bytes: bytes)
    run.schedule(
      .stream(stream, .captured(capture: index, slot: slot)),
      after: Time(nanoseconds: delay.drawTime(&delayStream)))
  }

  /// A change has reached the stream, which takes it now or later.
  mutating func put(_ slot: UInt32, _ stream: inout Stream, _ run: inout Run<Event>) {
    let change = underWay[slot]
    run.recorder.record(records.age, (run.now - change.since).nanoseconds)
    if stream.put(key: change.key, bytes: Int64(change.bytes), isPoisoned: false, &run) {
      run.recorder.count(records.replicated)
      run.recorder.record(records.latency, (run.now - change.since).nanoseconds)
      return underWay.giveBack(slot)
    }
    run.recorder.count(records.throttled)
    let wait = max(Time(nanoseconds: retryDelay.drawTime(&delayStream)), Self.retryDelayMin)
    run.schedule(.stream(self.stream, .captured(capture: index, slot: slot)), after: wait)
  }

  /// What the table reports of it over the recorded span.
  func figures(_ recorder: borrowing Recorder, duration span: Time) -> [Figure] {
    let latency = recorder.histogram(records.latency)
    let seconds = Double(span.nanoseconds) / 1e9
    let bytes = Double(recorder.total(records.bytes)) / seconds / Double(StreamLimits.bytesWritten)
    let writes = Double(recorder.total(records.changes)) / seconds / Double(StreamLimits.recordsWritten)
    return [
      Figure("capturedChanges", Double(recorder.total(records.changes))),
      Figure("capturedDuplicates", Double(recorder.total(records.duplicates))),
      Figure("capturedRecords", Double(recorder.total(records.replicated))),
      Figure("capturedThrottles", Double(recorder.total(records.throttled))),
      Figure("capturedUnderWay", Double(underWay.count)),
      Figure("captureUnits", Double(recorder.total(records.units))),
      Figure("captureShardsNeeded", max(1, max(bytes, writes).rounded(.up))),
      Figure("p50CaptureMs", latency.quantile(0.5) / 1e6),
      Figure("p99CaptureMs", latency.quantile(0.99) / 1e6),
    ]
  }

  /// What it used over the recorded span.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] {
    [UsageLine(meter: TableMeters.capture, resource: tableName, amount: recorder.total(records.units))]
      .filter { $0.amount > 0 }
  }
}

/// What the way to Kinesis reports, under DynamoDB's names where they exist.
struct ChangeCaptureRecords: BitwiseCopyable {
  let throttled: CounterID
  let age: TimingID
  let changes: CounterID
  let duplicates: CounterID
  let replicated: CounterID
  let bytes: CounterID
  let units: CounterID
  let latency: TimingID

  init(_ table: String, run: inout Run<Event>) {
    let aws = "AWS/DynamoDB"
    let own = "Windtunnel/DynamoDB"
    throttled = run.recorder.addCounter(resource: table, namespace: aws, "ThrottledPutRecordCount")
    age = run.recorder.addTiming(resource: table, namespace: aws, "AgeOfOldestUnreplicatedRecord")
    changes = run.recorder.addCounter(resource: table, namespace: own, "CapturedChanges")
    duplicates = run.recorder.addCounter(resource: table, namespace: own, "CapturedDuplicates")
    replicated = run.recorder.addCounter(resource: table, namespace: own, "CapturedRecords")
    bytes = run.recorder.addCounter(resource: table, namespace: own, "CapturedBytes", unit: "Bytes")
    units = run.recorder.addCounter(resource: table, namespace: own, "ChangeDataCaptureUnits")
    latency = run.recorder.addTiming(resource: table, namespace: own, "ChangeToKinesis", keepsHistogram: true)
  }
}

extension TableMeters {
  /// Units of one change: 1 KB of the larger image each, as a write's (inferred from AWS's rule for writes).
  static func captureUnits(of change: TableChange) -> Int64 {
    max(1, (Int64(max(change.newBytes, change.oldBytes)) &+ 1_023) &>> 10)
  }

  /// Change data capture units for Kinesis.
  static let capture = Meter(
    service: "DynamoDB", key: "ChangeDataCaptureUnits-Kinesis", unitsPerPriced: 1, kind: .consumed)
}
