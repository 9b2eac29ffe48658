import Engine
import Units

/// What an HTTP API reports, under CloudWatch's names where they exist.
struct HTTPAPIRecords: BitwiseCopyable {
  let count: CounterID
  let clientErrors: CounterID
  let serverErrors: CounterID
  let latency: TimingID
  let integrationLatency: TimingID
  let throttles: CounterID
  let timeouts: CounterID
  let billedRequests: CounterID
  let inFlight: LevelID
  let overheadSegment: SegmentID
  let timeoutSegment: SegmentID

  init(_ config: HTTPAPIConfig, run: inout Run<Event>) {
    let name = config.name
    let aws = "AWS/ApiGateway", own = "Windtunnel/ApiGateway"
    count = run.recorder.addCounter(resource: name, namespace: aws, "Count")
    clientErrors = run.recorder.addCounter(resource: name, namespace: aws, "4xx")
    serverErrors = run.recorder.addCounter(resource: name, namespace: aws, "5xx")
    latency = run.recorder.addTiming(resource: name, namespace: aws, "Latency", keepsHistogram: true)
    integrationLatency = run.recorder.addTiming(resource: name, namespace: aws, "IntegrationLatency")
    throttles = run.recorder.addCounter(resource: name, namespace: own, "Throttles")
    timeouts = run.recorder.addCounter(resource: name, namespace: own, "IntegrationTimeouts")
    billedRequests = run.recorder.addCounter(resource: name, namespace: own, "BilledRequests")
    inFlight = run.recorder.addLevel(resource: name, namespace: own, "InFlight")
    overheadSegment = run.addSegment("\(name) overhead")
    timeoutSegment = run.addSegment("\(name) integration timeout")
  }
}

extension HTTPAPI {
  /// The API's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let latency = recorder.histogram(records.latency)
    return ResourceResult(
      name: config.name, typeName: "httpApi",
      figures: [
        Figure("requests", Double(recorder.total(records.count))),
        Figure("clientErrors", Double(recorder.total(records.clientErrors))),
        Figure("serverErrors", Double(recorder.total(records.serverErrors))),
        Figure("throttles", Double(recorder.total(records.throttles))),
        Figure("timeouts", Double(recorder.total(records.timeouts))),
        Figure("meanInFlight", recorder.mean(records.inFlight, over: span)),
        Figure("peakInFlight", Double(recorder.peak(records.inFlight))),
        Figure("meanLatencyMs", latency.mean / 1e6),
        Figure("p99LatencyMs", latency.quantile(0.99) / 1e6),
      ])
  }

  /// What the API used over the recorded span.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] {
    [
      UsageLine(
        meter: HTTPAPIMeters.requests, resource: config.name, amount: recorder.total(records.billedRequests))
    ]
  }
}
