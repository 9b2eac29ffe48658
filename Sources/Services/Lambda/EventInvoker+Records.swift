import Engine
import Units

/// What the queue of a function's asynchronous events reports, under CloudWatch's names where they exist and the
/// function's own.
struct EventInvokerRecords: BitwiseCopyable {
  let received: CounterID
  let dropped: CounterID
  let droppedByRetries: CounterID
  let droppedByAge: CounterID
  let droppedByConcurrency: CounterID
  let succeeded: CounterID
  let retriesAfterErrors: CounterID
  let retriesAfterThrottles: CounterID
  let deadLetters: CounterID
  let deadLetterErrors: CounterID
  let deliveries: CounterID
  let deliveryFailures: CounterID
  /// Events that wait, not those that the function works on.
  let queued: LevelID
  /// From the arrival to each attempt that the function took on.
  let age: TimingID
  /// From the arrival to the successful end.
  let latency: TimingID

  init(_ config: FunctionConfig, run: inout Run<Event>) {
    let name = config.name
    let aws = "AWS/Lambda"
    let own = "Windtunnel/Lambda"
    received = run.recorder.addCounter(resource: name, namespace: aws, "AsyncEventsReceived")
    dropped = run.recorder.addCounter(resource: name, namespace: aws, "AsyncEventsDropped")
    age = run.recorder.addTiming(resource: name, namespace: aws, "AsyncEventAge", keepsHistogram: true)
    deadLetterErrors = run.recorder.addCounter(resource: name, namespace: aws, "DeadLetterErrors")
    deliveryFailures = run.recorder.addCounter(resource: name, namespace: aws, "DestinationDeliveryFailures")
    succeeded = run.recorder.addCounter(resource: name, namespace: own, "AsyncEventsSucceeded")
    droppedByRetries = run.recorder.addCounter(
      resource: name, namespace: own, "AsyncEventsDropped.RetriesExhausted")
    droppedByAge = run.recorder.addCounter(resource: name, namespace: own, "AsyncEventsDropped.EventAgeExceeded")
    droppedByConcurrency = run.recorder.addCounter(
      resource: name, namespace: own, "AsyncEventsDropped.ReservedConcurrencyZero")
    retriesAfterErrors = run.recorder.addCounter(resource: name, namespace: own, "AsyncRetries.Error")
    retriesAfterThrottles = run.recorder.addCounter(resource: name, namespace: own, "AsyncRetries.Throttle")
    deadLetters = run.recorder.addCounter(resource: name, namespace: own, "DeadLettersSent")
    deliveries = run.recorder.addCounter(resource: name, namespace: own, "DestinationDeliveries")
    queued = run.recorder.addLevel(resource: name, namespace: own, "AsyncEventsQueued")
    latency = run.recorder.addTiming(resource: name, namespace: own, "EventLatency", keepsHistogram: true)
  }

  func dropped(_ reason: AsynchronousEvent.DropReason) -> CounterID {
    switch reason {
    case .retriesExhausted: droppedByRetries
    case .eventAgeExceeded: droppedByAge
    case .reservedConcurrencyZero: droppedByConcurrency
    }
  }
}

extension EventInvoker {
  /// Figures of the function's asynchronous events, behind those of the function.
  ///
  /// Conservation, if the run starts empty: received = succeeded + dropped + in progress.
  func figures(_ recorder: borrowing Recorder, duration span: Time) -> [Figure] {
    let errors = recorder.total(records.retriesAfterErrors)
    let throttles = recorder.total(records.retriesAfterThrottles)
    let ages = recorder.histogram(records.age)
    let latencies = recorder.histogram(records.latency)
    return [
      Figure("asyncEventsReceived", Double(recorder.total(records.received))),
      Figure("asyncEventsSucceeded", Double(recorder.total(records.succeeded))),
      Figure("asyncEventsDropped", Double(recorder.total(records.dropped))),
      Figure("asyncEventsDroppedRetries", Double(recorder.total(records.droppedByRetries))),
      Figure("asyncEventsDroppedAge", Double(recorder.total(records.droppedByAge))),
      Figure("asyncEventsDroppedConcurrency", Double(recorder.total(records.droppedByConcurrency))),
      Figure("eventsInProgress", Double(events.count)),
      Figure("asyncRetries", Double(errors + throttles)),
      Figure("asyncRetriesError", Double(errors)),
      Figure("asyncRetriesThrottle", Double(throttles)),
      Figure("deadLettersSent", Double(recorder.total(records.deadLetters))),
      Figure("deadLetterErrors", Double(recorder.total(records.deadLetterErrors))),
      Figure("destinationDeliveries", Double(recorder.total(records.deliveries))),
      Figure("destinationDeliveryFailures", Double(recorder.total(records.deliveryFailures))),
      Figure("meanAsyncEventsQueued", recorder.mean(records.queued, over: span)),
      Figure("peakAsyncEventsQueued", Double(recorder.peak(records.queued))),
      Figure("meanAsyncEventAgeMs", ages.mean / 1e6),
      Figure("p99AsyncEventAgeMs", ages.quantile(0.99) / 1e6),
      Figure("meanEventLatencyMs", latencies.mean / 1e6),
      Figure("p99EventLatencyMs", latencies.quantile(0.99) / 1e6),
    ]
  }
}
