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
  let throttlesByCaller: CounterID
  /// Only of a function with reserved concurrency; else another counter, which nothing adds to by this name.
  let throttlesByReserved: CounterID
  let throttlesByReservedRate: CounterID
  let coldStarts: CounterID
  let retries: CounterID
  let billedMilliseconds: CounterID
  /// Only of a function with provisioned concurrency, as all that follow up to `scalingFailures`.
  let provisionedInvocations: CounterID
  let spillover: CounterID
  let provisionedConcurrency: LevelID
  let usableProvisioned: LevelID
  let requestedProvisioned: LevelID
  let provisionedMilliseconds: CounterID
  let provisionedRoundedUp: CounterID
  let scaleOuts: CounterID
  let scaleIns: CounterID
  let scalingFailures: CounterID
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
    throttlesByCaller = run.recorder.addCounter(
      resource: name, namespace: own, "Throttles.\(ThrottleReason.callerRateLimitExceeded.name)")
    if config.reservedConcurrentExecutions != nil {
      throttlesByReserved = run.recorder.addCounter(
        resource: name, namespace: own, "Throttles.\(ThrottleReason.reservedConcurrentInvocationLimitExceeded.name)")
      throttlesByReservedRate = run.recorder.addCounter(
        resource: name, namespace: own, "Throttles.\(ThrottleReason.reservedInvocationRateLimitExceeded.name)")
    } else {
      (throttlesByReserved, throttlesByReservedRate) = (throttles, throttles)
    }
    coldStarts = run.recorder.addCounter(resource: name, namespace: own, "ColdStarts")
    initDuration = run.recorder.addTiming(
      resource: name, namespace: own, "InitDuration", keepsHistogram: true)
    environments = run.recorder.addLevel(resource: name, namespace: own, "Environments")
    retries = run.recorder.addCounter(resource: name, namespace: own, "Retries")
    billedMilliseconds = run.recorder.addCounter(
      resource: name, namespace: own, "BilledDuration", unit: "Milliseconds")
    if config.provisionedConcurrency != nil {
      provisionedInvocations = run.recorder.addCounter(
        resource: name, namespace: aws, "ProvisionedConcurrencyInvocations")
      spillover = run.recorder.addCounter(
        resource: name, namespace: aws, "ProvisionedConcurrencySpilloverInvocations")
      provisionedConcurrency = run.recorder.addLevel(
        resource: name, namespace: aws, "ProvisionedConcurrentExecutions")
      usableProvisioned = run.recorder.addLevel(resource: name, namespace: own, "AllocatedProvisionedConcurrency")
      requestedProvisioned = run.recorder.addLevel(resource: name, namespace: own, "RequestedProvisionedConcurrency")
      run.recorder.addRatio(
        resource: name, namespace: aws, "ProvisionedConcurrencyUtilization", of: provisionedConcurrency,
        to: usableProvisioned)
      provisionedMilliseconds = run.recorder.addCounter(
        resource: name, namespace: own, "ProvisionedBilledDuration", unit: "Milliseconds")
      provisionedRoundedUp = run.recorder.addCounter(
        resource: name, namespace: own, "ProvisionedConcurrencyRoundedUp", unit: "Milliseconds")
      scaleOuts = run.recorder.addCounter(resource: name, namespace: own, "ScaleOuts")
      scaleIns = run.recorder.addCounter(resource: name, namespace: own, "ScaleIns")
      scalingFailures = run.recorder.addCounter(resource: name, namespace: own, "ScalingFailures")
    } else {
      (provisionedInvocations, spillover) = (invocations, invocations)
      (provisionedConcurrency, usableProvisioned, requestedProvisioned) = (concurrency, concurrency, concurrency)
      (provisionedMilliseconds, provisionedRoundedUp) = (billedMilliseconds, billedMilliseconds)
      (scaleOuts, scaleIns, scalingFailures) = (invocations, invocations, invocations)
    }
    initSegment = run.addSegment("\(name) init")
    handlerSegment = run.addSegment("\(name) handler")
    backoffSegment = run.addSegment("\(name) backoff")
    impatienceSegment = run.addSegment("\(name) abandoned calls")
  }

  func throttles(_ reason: ThrottleReason) -> CounterID {
    switch reason {
    case .concurrentInvocationLimitExceeded: throttlesByConcurrency
    case .functionInvocationRateLimitExceeded: throttlesByRate
    case .reservedConcurrentInvocationLimitExceeded: throttlesByReserved
    case .reservedInvocationRateLimitExceeded: throttlesByReservedRate
    case .callerRateLimitExceeded: throttlesByCaller
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
        Figure(
          "throttlesRate",
          Double(recorder.total(records.throttlesByRate) + recorder.total(records.throttlesByCaller))),
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
      ] + concurrencyFigures(recorder, duration: span))
  }

  /// Figures of reserved and provisioned concurrency, of a function that has it.
  private func concurrencyFigures(_ recorder: borrowing Recorder, duration span: Time) -> [Figure] {
    var figures: [Figure] = []
    if config.reservedConcurrentExecutions != nil {
      figures.append(
        Figure(
          "throttlesReserved",
          Double(
            recorder.total(records.throttlesByReserved) + recorder.total(records.throttlesByReservedRate))))
    }
    guard config.provisionedConcurrency != nil else { return figures }
    let busy = recorder.mean(records.provisionedConcurrency, over: span)
    let usable = recorder.mean(records.usableProvisioned, over: span)
    return figures + [
      Figure("provisionedInvocations", Double(recorder.total(records.provisionedInvocations))),
      Figure("spilloverInvocations", Double(recorder.total(records.spillover))),
      Figure("meanProvisionedConcurrency", usable),
      Figure("peakProvisionedConcurrency", Double(recorder.peak(records.usableProvisioned))),
      Figure("provisionedUtilization", busy / usable),
      Figure("provisionedBilledMilliseconds", Double(recorder.total(records.provisionedMilliseconds))),
      Figure("scaleOuts", Double(recorder.total(records.scaleOuts))),
      Figure("scaleIns", Double(recorder.total(records.scaleIns))),
      Figure("scalingFailures", Double(recorder.total(records.scalingFailures))),
    ]
  }

  /// What the function used over the recorded span.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    let provisioned =
      config.provisionedConcurrency == nil ? 0 : recorder.total(records.provisionedMilliseconds)
    let lines = [
      UsageLine(
        meter: LambdaMeters.requests(config.architecture), resource: config.name,
        amount: recorder.total(records.invocations)),
      UsageLine(
        meter: LambdaMeters.duration(config.architecture), resource: config.name,
        amount: Int128(recorder.total(records.billedMilliseconds) - provisioned) * Int128(config.memorySize)),
    ]
    return config.provisionedConcurrency == nil ? lines : lines + provisionedUsage(recorder)
  }

  /// Concurrency from the moment it is asked for until it is given up, rounded up to 5 minutes then; and the duration of
  /// what ran on it.
  private func provisionedUsage(_ recorder: borrowing Recorder) -> [UsageLine] {
    let configured = (recorder.integral(records.requestedProvisioned) + 999_999) / 1_000_000
    let roundedUp = Int128(recorder.total(records.provisionedRoundedUp))
    return [
      UsageLine(
        meter: LambdaMeters.provisionedConcurrency(config.architecture), resource: config.name,
        amount: (configured + roundedUp) * Int128(config.memorySize)),
      UsageLine(
        meter: LambdaMeters.provisionedDuration(config.architecture), resource: config.name,
        amount: Int128(recorder.total(records.provisionedMilliseconds)) * Int128(config.memorySize)),
    ]
  }
}
