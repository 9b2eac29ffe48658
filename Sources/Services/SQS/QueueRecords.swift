import Engine
import Units

/// What a queue reports, under CloudWatch's names where they exist.
struct QueueRecords: BitwiseCopyable {
  let sent: CounterID
  let sentBytes: CounterID
  let received: CounterID
  let deleted: CounterID
  let emptyReceives: CounterID
  let redriven: CounterID
  let arrivedByRedrive: CounterID
  let expired: CounterID
  let throttles: CounterID
  let requests: CounterID
  let visible: LevelID
  let notVisible: LevelID
  let delayed: LevelID
  let age: TimingID
  let time: TimingID
  let sendSegment: SegmentID

  init(_ config: QueueConfig, run: inout Run<Event>) {
    let name = config.name
    let aws = "AWS/SQS"
    let own = "Windtunnel/SQS"
    sent = run.recorder.addCounter(resource: name, namespace: aws, "NumberOfMessagesSent")
    sentBytes = run.recorder.addCounter(resource: name, namespace: aws, "SentMessageSize", unit: "Bytes")
    received = run.recorder.addCounter(resource: name, namespace: aws, "NumberOfMessagesReceived")
    deleted = run.recorder.addCounter(resource: name, namespace: aws, "NumberOfMessagesDeleted")
    emptyReceives = run.recorder.addCounter(resource: name, namespace: aws, "NumberOfEmptyReceives")
    visible = run.recorder.addLevel(resource: name, namespace: aws, "ApproximateNumberOfMessagesVisible")
    notVisible = run.recorder.addLevel(resource: name, namespace: aws, "ApproximateNumberOfMessagesNotVisible")
    delayed = run.recorder.addLevel(resource: name, namespace: aws, "ApproximateNumberOfMessagesDelayed")
    age = run.recorder.addTiming(resource: name, namespace: aws, "ApproximateAgeOfOldestMessage")
    time = run.recorder.addTiming(resource: name, namespace: own, "TimeToDeletion", keepsHistogram: true)
    redriven = run.recorder.addCounter(resource: name, namespace: own, "MessagesRedriven")
    arrivedByRedrive = run.recorder.addCounter(resource: name, namespace: own, "MessagesArrivedByRedrive")
    expired = run.recorder.addCounter(resource: name, namespace: own, "MessagesExpired")
    throttles = run.recorder.addCounter(resource: name, namespace: own, "SendThrottles")
    requests = run.recorder.addCounter(resource: name, namespace: own, "BilledRequests")
    sendSegment = run.addSegment("\(name) send")
  }
}

extension Queue {
  /// The queue's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let time = recorder.histogram(records.time)
    return ResourceResult(
      name: config.name, typeName: "queue",
      figures: [
        Figure("sent", Double(recorder.total(records.sent))),
        Figure("received", Double(recorder.total(records.received))),
        Figure("deleted", Double(recorder.total(records.deleted))),
        Figure("emptyReceives", Double(recorder.total(records.emptyReceives))),
        Figure("redriven", Double(recorder.total(records.redriven))),
        Figure("arrivedByRedrive", Double(recorder.total(records.arrivedByRedrive))),
        Figure("expired", Double(recorder.total(records.expired))),
        Figure("throttles", Double(recorder.total(records.throttles))),
        Figure("billedRequests", Double(recorder.total(records.requests))),
        Figure("meanVisible", recorder.mean(records.visible, over: span)),
        Figure("peakVisible", Double(recorder.peak(records.visible))),
        Figure("meanInFlight", recorder.mean(records.notVisible, over: span)),
        Figure("peakInFlight", Double(recorder.peak(records.notVisible))),
        Figure("meanDelayed", recorder.mean(records.delayed, over: span)),
        Figure("peakDelayed", Double(recorder.peak(records.delayed))),
        Figure("visibleAtEnd", Double(visibleCount)),
        Figure("inFlightAtEnd", Double(inFlight)),
        Figure("delayedAtEnd", Double(delayedCount)),
        Figure("peakAgeMs", peakAge.inMilliseconds),
        Figure("meanTimeMs", time.mean / 1e6),
        Figure("p50TimeMs", time.quantile(0.5) / 1e6),
        Figure("p99TimeMs", time.quantile(0.99) / 1e6),
      ])
  }

  /// What the queue used over the recorded span.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] {
    [
      UsageLine(
        meter: QueueMeters.requests(isFifo: config.isFifo), resource: config.name,
        amount: recorder.total(records.requests))
    ].filter { $0.amount > 0 }
  }
}
