import Engine
import Units

/// What a stream reports, under the names of Kinesis's metrics; a table's stream under names of its own.
struct StreamRecords: BitwiseCopyable {
  let incoming: CounterID
  let bytes: CounterID
  /// Nil for a table's stream, which refuses nothing and has no price.
  let refused: CounterID?
  let payload: CounterID?
  /// Records of items that were deleted after their time to live; nil but for a table's stream.
  let expired: CounterID?

  init(_ config: StreamConfig, run: inout Run<Event>) {
    let name = config.name
    let aws = "AWS/Kinesis"
    incoming = run.recorder.addCounter(resource: name, namespace: aws, "IncomingRecords")
    bytes = run.recorder.addCounter(resource: name, namespace: aws, "IncomingBytes", unit: "Bytes")
    refused = run.recorder.addCounter(resource: name, namespace: aws, "WriteProvisionedThroughputExceeded")
    payload = run.recorder.addCounter(resource: name, namespace: "Windtunnel/Kinesis", "PutPayloadUnits")
    expired = nil
  }

  /// Of a table's stream: AWS has no metrics of what enters it.
  init(table: String, run: inout Run<Event>) {
    let own = "Windtunnel/DynamoDB"
    incoming = run.recorder.addCounter(resource: table, namespace: own, "StreamRecords")
    bytes = run.recorder.addCounter(resource: table, namespace: own, "StreamBytes", unit: "Bytes")
    expired = run.recorder.addCounter(resource: table, namespace: own, "StreamExpiredRecords")
    refused = nil
    payload = nil
  }
}

extension Stream {
  /// The stream's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let incoming = Double(recorder.total(records.incoming))
    let bytes = Double(recorder.total(records.bytes))
    let seconds = Double(span.nanoseconds) / 1e9
    let capacity = seconds * Double(config.shardCount)
    return ResourceResult(
      name: config.name, typeName: "stream",
      figures: [
        Figure("incomingRecords", incoming),
        Figure("incomingBytes", bytes),
        Figure("refusedRecords", Double(records.refused.map { recorder.total($0) } ?? 0)),
        Figure("writeUtilizationByRecords", incoming / (capacity * Double(StreamLimits.recordsWritten))),
        Figure("writeUtilizationByBytes", bytes / (capacity * Double(StreamLimits.bytesWritten))),
      ])
  }

  /// What the stream used over the recorded span of `span`; a table's stream has no price but that of other readers.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    guard let payload = records.payload else { return [] }
    func line(_ meter: Meter, _ amount: Int128) -> UsageLine {
      UsageLine(meter: meter, resource: config.name, amount: amount)
    }
    let shards = Int128(config.shardCount) * Int128(span.nanoseconds / 1_000_000)
    var lines = [line(StreamMeters.shards, shards), line(StreamMeters.payload, Int128(recorder.total(payload)))]
    if retention > StreamMeters.includedRetention { lines.append(line(StreamMeters.extended, shards)) }
    // In a month like this run so many bytes are that old, as an average: what came in, times how long it stays so.
    let old = Int128(max(0, (retention - StreamMeters.extendedRetention).nanoseconds / 1_000_000))
    lines.append(line(StreamMeters.longTerm, (Int128(recorder.total(records.bytes)) * old) >> 20))
    return lines.filter { $0.amount > 0 }
  }
}
