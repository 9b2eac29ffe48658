import Engine
import Units

/// What a mapping from a queue reports, under the names of CloudWatch's event counts where they exist.
///
/// Lambda counts dropped events of streams only: a queue drops by retention and by its dead-letter queue.
struct QueueMappingRecords: BitwiseCopyable {
  let polled: CounterID
  let invoked: CounterID
  let failedInvoke: CounterID
  let deleted: CounterID
  let invocations: CounterID
  let failedBatches: CounterID
  let throttledBatches: CounterID
  let reported: CounterID
  let processedTwice: CounterID
  let concurrentBatches: LevelID
  /// Provisioned pollers, or the concurrency that the scaling allows.
  let pollers: LevelID

  init(_ config: EventSourceMappingConfig, isProvisioned: Bool, run: inout Run<Event>) {
    let name = config.name
    let aws = "AWS/Lambda"
    let own = "Windtunnel/EventSourceMapping"
    polled = run.recorder.addCounter(resource: name, namespace: aws, "PolledEventCount")
    invoked = run.recorder.addCounter(resource: name, namespace: aws, "InvokedEventCount")
    failedInvoke = run.recorder.addCounter(resource: name, namespace: aws, "FailedInvokeEventCount")
    deleted = run.recorder.addCounter(resource: name, namespace: aws, "DeletedEventCount")
    pollers = run.recorder.addLevel(
      resource: name, namespace: isProvisioned ? aws : own, isProvisioned ? "ProvisionedPollers" : "Pollers")
    concurrentBatches = run.recorder.addLevel(resource: name, namespace: own, "ConcurrentBatches")
    invocations = run.recorder.addCounter(resource: name, namespace: own, "Batches")
    failedBatches = run.recorder.addCounter(resource: name, namespace: own, "FailedBatches")
    throttledBatches = run.recorder.addCounter(resource: name, namespace: own, "ThrottledBatches")
    reported = run.recorder.addCounter(resource: name, namespace: own, "ReportedItemFailures")
    processedTwice = run.recorder.addCounter(resource: name, namespace: own, "StaleDeletes")
  }
}

extension QueueMapping {
  /// The mapping's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let batches = recorder.total(records.invocations)
    let invoked = recorder.total(records.invoked)
    return ResourceResult(
      name: config.name, typeName: "eventSourceMapping",
      figures: [
        Figure("polledEvents", Double(recorder.total(records.polled))),
        Figure("invokedEvents", Double(invoked)),
        Figure("failedInvokeEvents", Double(recorder.total(records.failedInvoke))),
        Figure("deletedEvents", Double(recorder.total(records.deleted))),
        Figure("reportedItemFailures", Double(recorder.total(records.reported))),
        Figure("staleDeletes", Double(recorder.total(records.processedTwice))),
        Figure("batches", Double(batches)),
        Figure("failedBatches", Double(recorder.total(records.failedBatches))),
        Figure("throttledBatches", Double(recorder.total(records.throttledBatches))),
        Figure("meanBatchSize", Double(invoked), over: Double(batches)),
        Figure("meanConcurrentBatches", recorder.mean(records.concurrentBatches, over: span)),
        Figure("peakConcurrentBatches", Double(recorder.peak(records.concurrentBatches))),
        Figure("meanPollers", recorder.mean(records.pollers, over: span)),
        Figure("peakPollers", Double(recorder.peak(records.pollers))),
      ])
  }

  /// What the mapping used over the recorded span of `span`: provisioned pollers, one event poller unit each.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    guard scale.isProvisioned else { return [] }
    let milliseconds = recorder.mean(records.pollers, over: span) * span.inMilliseconds
    return [
      UsageLine(
        meter: QueueMappingMeters.eventPollerUnits, resource: config.name, amount: Int64(milliseconds.rounded()))
    ]
  }
}

/// What Lambda meters of mappings from queues.
enum QueueMappingMeters {
  /// Poller-milliseconds, priced by the hour.
  static let eventPollerUnits = Meter(
    service: "Lambda", key: "ESM-EPU-SQS", unitsPerPriced: 3_600_000, kind: .consumed)
}
