import Engine
import Units

/// What a mapping from a stream reports, under CloudWatch's names where they exist.
struct StreamMappingRecords: BitwiseCopyable {
  let polled: CounterID
  let invoked: CounterID
  let failedInvoke: CounterID
  let dropped: CounterID
  let delivered: CounterID
  let undelivered: CounterID
  let lost: CounterID
  let processed: CounterID
  let batches: CounterID
  let failedBatches: CounterID
  let throttledBatches: CounterID
  let concurrentBatches: LevelID
  let behind: LevelID
  let iteratorAge: TimingID
  let recordAge: TimingID

  /// `isOnlyReader`: no other mapping from a stream invokes the function, so `IteratorAge` is the function's, as
  /// CloudWatch has it; else each mapping has its own.
  init(_ config: EventSourceMappingConfig, isOnlyReader: Bool, run: inout Run<Event>) {
    let name = config.name
    let aws = "AWS/Lambda"
    let own = "Windtunnel/EventSourceMapping"
    iteratorAge = run.recorder.addTiming(
      resource: isOnlyReader ? config.functionName : name, namespace: aws, "IteratorAge", keepsHistogram: true)
    polled = run.recorder.addCounter(resource: name, namespace: aws, "PolledEventCount")
    invoked = run.recorder.addCounter(resource: name, namespace: aws, "InvokedEventCount")
    failedInvoke = run.recorder.addCounter(resource: name, namespace: aws, "FailedInvokeEventCount")
    dropped = run.recorder.addCounter(resource: name, namespace: aws, "DroppedEventCount")
    delivered = run.recorder.addCounter(resource: name, namespace: aws, "OnFailureDestinationDeliveredEventCount")
    undelivered = run.recorder.addCounter(resource: name, namespace: own, "OnFailureDestinationFailedEvents")
    lost = run.recorder.addCounter(resource: name, namespace: own, "LostEvents")
    processed = run.recorder.addCounter(resource: name, namespace: own, "ProcessedEvents")
    batches = run.recorder.addCounter(resource: name, namespace: own, "Batches")
    failedBatches = run.recorder.addCounter(resource: name, namespace: own, "FailedBatches")
    throttledBatches = run.recorder.addCounter(resource: name, namespace: own, "ThrottledBatches")
    concurrentBatches = run.recorder.addLevel(resource: name, namespace: own, "ConcurrentBatches")
    behind = run.recorder.addLevel(resource: name, namespace: own, "EventsBehind")
    recordAge = run.recorder.addTiming(resource: name, namespace: own, "PutToProcessed", keepsHistogram: true)
  }
}

extension StreamMapping {
  /// The mapping's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let batches = recorder.total(records.batches)
    let invoked = recorder.total(records.invoked)
    let reached = batches - recorder.total(records.throttledBatches)
    let iteratorAge = recorder.histogram(records.iteratorAge)
    let recordAge = recorder.histogram(records.recordAge)
    return ResourceResult(
      name: config.name, typeName: "eventSourceMapping",
      figures: [
        Figure("polledEvents", Double(recorder.total(records.polled))),
        Figure("invokedEvents", Double(invoked)),
        Figure("failedInvokeEvents", Double(recorder.total(records.failedInvoke))),
        Figure("processedEvents", Double(recorder.total(records.processed))),
        Figure("droppedEvents", Double(recorder.total(records.dropped))),
        Figure("lostEvents", Double(recorder.total(records.lost))),
        Figure("onFailureDeliveredEvents", Double(recorder.total(records.delivered))),
        Figure("onFailureFailedEvents", Double(recorder.total(records.undelivered))),
        Figure("batches", Double(batches)),
        Figure("failedBatches", Double(recorder.total(records.failedBatches))),
        Figure("throttledBatches", Double(recorder.total(records.throttledBatches))),
        Figure("meanBatchSize", Double(invoked), over: Double(reached)),
        Figure("meanConcurrentBatches", recorder.mean(records.concurrentBatches, over: span)),
        Figure("peakConcurrentBatches", Double(recorder.peak(records.concurrentBatches))),
        Figure("meanEventsBehind", recorder.mean(records.behind, over: span)),
        Figure("peakEventsBehind", Double(recorder.peak(records.behind))),
        Figure("finalEventsBehind", Double(recorder.value(records.behind))),
        Figure("meanIteratorAgeMs", iteratorAge.mean / 1e6),
        Figure("p99IteratorAgeMs", iteratorAge.quantile(0.99) / 1e6),
        Figure("maxIteratorAgeMs", iteratorAge.quantile(1) / 1e6),
        Figure("meanPutToProcessedMs", recordAge.mean / 1e6),
        Figure("p99PutToProcessedMs", recordAge.quantile(0.99) / 1e6),
      ])
  }

  /// What the mapping used over the recorded span: Lambda charges nothing for reading a stream this way.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] { [] }
}
