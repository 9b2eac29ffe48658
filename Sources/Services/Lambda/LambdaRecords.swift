import Engine
import Units

/// What a function reports, under CloudWatch's names where they exist.
struct LambdaRecords: BitwiseCopyable {
  let invocations: CounterID
  let errors: CounterID
  let timeouts: CounterID
  let throttles: CounterID
  let throttlesByConcurrency: CounterID
  let throttlesByRate: CounterID
  let coldStarts: CounterID
  let retries: CounterID
  let billedMilliseconds: CounterID
  let concurrency: LevelID
  let environments: LevelID
  let duration: TimingID
  let initDuration: TimingID
  let initSegment: SegmentID
  let handlerSegment: SegmentID
  let backoffSegment: SegmentID
  let impatienceSegment: SegmentID

  init(_ config: FunctionConfig, run: inout Run<Event>) {
    let name = config.name
    let aws = "AWS/Lambda"
    let own = "Windtunnel/Lambda"
    invocations = run.recorder.addCounter(resource: name, namespace: aws, "Invocations")
    errors = run.recorder.addCounter(resource: name, namespace: aws, "Errors")
    throttles = run.recorder.addCounter(resource: name, namespace: aws, "Throttles")
    duration = run.recorder.addTiming(resource: name, namespace: aws, "Duration", keepsHistogram: true)
    concurrency = run.recorder.addLevel(resource: name, namespace: aws, "ConcurrentExecutions")
    timeouts = run.recorder.addCounter(resource: name, namespace: own, "Timeouts")
    throttlesByConcurrency = run.recorder.addCounter(
      resource: name, namespace: own, "Throttles.\(ThrottleReason.concurrentInvocationLimitExceeded.name)")
    throttlesByRate = run.recorder.addCounter(
      resource: name, namespace: own, "Throttles.\(ThrottleReason.functionInvocationRateLimitExceeded.name)")
    coldStarts = run.recorder.addCounter(resource: name, namespace: own, "ColdStarts")
    initDuration = run.recorder.addTiming(
      resource: name, namespace: own, "InitDuration", keepsHistogram: true)
    environments = run.recorder.addLevel(resource: name, namespace: own, "Environments")
    retries = run.recorder.addCounter(resource: name, namespace: own, "Retries")
    billedMilliseconds = run.recorder.addCounter(
      resource: name, namespace: own, "BilledDuration", unit: "Milliseconds")
    initSegment = run.addSegment("\(name) init")
    handlerSegment = run.addSegment("\(name) handler")
    backoffSegment = run.addSegment("\(name) backoff")
    impatienceSegment = run.addSegment("\(name) abandoned calls")
  }

  func throttles(_ reason: ThrottleReason) -> CounterID {
    switch reason {
    case .concurrentInvocationLimitExceeded: throttlesByConcurrency
    case .functionInvocationRateLimitExceeded: throttlesByRate
    }
  }
}

extension Lambda {
  /// The function's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let cold = recorder.total(records.coldStarts)
    let invocations = recorder.total(records.invocations)
    let durations = recorder.histogram(records.duration)
    let inits = recorder.histogram(records.initDuration)
    return ResourceResult(
      name: config.name, typeName: "function",
      figures: [
        Figure("invocations", Double(invocations)),
        Figure("errors", Double(recorder.total(records.errors))),
        Figure("timeouts", Double(recorder.total(records.timeouts))),
        Figure("throttles", Double(recorder.total(records.throttles))),
        Figure("throttlesConcurrency", Double(recorder.total(records.throttlesByConcurrency))),
        Figure("throttlesRate", Double(recorder.total(records.throttlesByRate))),
        Figure("retries", Double(recorder.total(records.retries))),
        Figure("coldStarts", Double(cold)),
        Figure("coldStartProbability", Double(cold) / Double(invocations)),
        Figure("meanConcurrency", recorder.mean(records.concurrency, over: span)),
        Figure("peakConcurrency", Double(recorder.peak(records.concurrency))),
        Figure("meanEnvironments", recorder.mean(records.environments, over: span)),
        Figure("peakEnvironments", Double(recorder.peak(records.environments))),
        Figure("billedMilliseconds", Double(recorder.total(records.billedMilliseconds))),
        Figure("meanDurationMs", durations.mean / 1e6),
        Figure("p99DurationMs", durations.quantile(0.99) / 1e6),
        Figure("meanInitMs", inits.mean / 1e6),
        Figure("p99InitMs", inits.quantile(0.99) / 1e6),
      ])
  }

  /// What the function used over the recorded span.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    [
      UsageLine(
        meter: LambdaMeters.requests(config.architecture), resource: config.name,
        amount: recorder.total(records.invocations)),
      UsageLine(
        meter: LambdaMeters.duration(config.architecture), resource: config.name,
        amount: Int128(recorder.total(records.billedMilliseconds)) * Int128(config.memorySize)),
    ]
  }
}
