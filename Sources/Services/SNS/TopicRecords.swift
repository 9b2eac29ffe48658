import Engine
import Units

/// What a topic reports, under CloudWatch's names where they exist.
struct TopicRecords: BitwiseCopyable {
  let messages: CounterID
  let bytes: CounterID
  let delivered: CounterID
  let failed: CounterID
  let filteredOut: CounterID
  let retries: CounterID
  let throttles: CounterID
  let requests: CounterID
  let time: TimingID
  let publishSegment: SegmentID

  init(_ config: TopicConfig, run: inout Run<Event>) {
    let name = config.name
    let (aws, own) = ("AWS/SNS", "Windtunnel/SNS")
    messages = run.recorder.addCounter(resource: name, namespace: aws, "NumberOfMessagesPublished")
    bytes = run.recorder.addCounter(resource: name, namespace: aws, "PublishSize", unit: "Bytes")
    delivered = run.recorder.addCounter(resource: name, namespace: aws, "NumberOfNotificationsDelivered")
    failed = run.recorder.addCounter(resource: name, namespace: aws, "NumberOfNotificationsFailed")
    filteredOut = run.recorder.addCounter(resource: name, namespace: aws, "NumberOfNotificationsFilteredOut")
    retries = run.recorder.addCounter(resource: name, namespace: own, "DeliveryRetries")
    throttles = run.recorder.addCounter(resource: name, namespace: own, "PublishThrottles")
    requests = run.recorder.addCounter(resource: name, namespace: own, "BilledRequests")
    time = run.recorder.addTiming(resource: name, namespace: own, "TimeToDelivery", keepsHistogram: true)
    publishSegment = run.addSegment("\(name) publish")
  }
}

extension Topic {
  /// The topic's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let time = recorder.histogram(records.time)
    return ResourceResult(
      name: config.name, typeName: "topic",
      figures: [
        Figure("messages", recorder.sum(records.messages)),
        Figure("publishedBytes", recorder.sum(records.bytes)),
        Figure("throttles", recorder.sum(records.throttles)),
        Figure("delivered", recorder.sum(records.delivered)),
        Figure("filteredOut", recorder.sum(records.filteredOut)),
        Figure("failed", recorder.sum(records.failed)),
        Figure("retries", recorder.sum(records.retries)),
        Figure("pendingAtEnd", Double(pending)),
        Figure("billedRequests", recorder.sum(records.requests)),
        Figure("meanTimeMs", time.mean / 1e6),
        Figure("p50TimeMs", time.quantile(0.5) / 1e6),
        Figure("p99TimeMs", time.quantile(0.99) / 1e6),
      ])
  }

  /// What the topic used over the recorded span.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] {
    TopicMeters.usage(of: config.name, requests: recorder.total(records.requests))
  }
}
