import Engine
import Units

/// What a stream reports, under the names of Kinesis's metrics.
struct StreamRecords: BitwiseCopyable {
  let incoming: CounterID
  let bytes: CounterID
  let refused: CounterID

  init(_ config: StreamConfig, run: inout Run<Event>) {
    let name = config.name
    let aws = "AWS/Kinesis"
    incoming = run.recorder.addCounter(resource: name, namespace: aws, "IncomingRecords")
    bytes = run.recorder.addCounter(resource: name, namespace: aws, "IncomingBytes", unit: "Bytes")
    refused = run.recorder.addCounter(resource: name, namespace: aws, "WriteProvisionedThroughputExceeded")
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
        Figure("refusedRecords", Double(recorder.total(records.refused))),
        Figure("writeUtilizationByRecords", incoming / (capacity * Double(StreamLimits.recordsWritten))),
        Figure("writeUtilizationByBytes", bytes / (capacity * Double(StreamLimits.bytesWritten))),
      ])
  }

  /// What the stream used over the recorded span: nothing that has a price here.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] { [] }
}
