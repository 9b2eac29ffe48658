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
  let suppressedInits: CounterID
  let initTimeouts: CounterID
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
  let coldDuration: TimingID
  let placementSegment: SegmentID
  let initSegment: SegmentID
  /// Of a function that opens connections at init; else that of init.
  let connectSegment: SegmentID
  let restoreSegment: SegmentID
  let suppressedInitSegment: SegmentID
  let firstCallSegment: SegmentID
  let responseSegment: SegmentID
  let handlerSegment: SegmentID
  let backoffSegment: SegmentID
  let impatienceSegment: SegmentID
  /// What only some functions can have; `count` ignores the others' absence.
  let crashes: CounterID?
  let outOfMemory: CounterID?
  let initFailures: CounterID?
  let proactiveInits: CounterID?
  let restores: CounterID?
  let restoreTimeouts: CounterID?
  let restoreFailures: CounterID?
  let notReady: CounterID?
  let pendingFailures: CounterID?
  let interfaceLimitFailures: CounterID?
  let streamedBytes: CounterID?
  let restoreDuration: TimingID?

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
    coldDuration = run.recorder.addTiming(
      resource: name, namespace: own, "ColdDuration", keepsHistogram: true)
    suppressedInits = run.recorder.addCounter(resource: name, namespace: own, "SuppressedInits")
    initTimeouts = run.recorder.addCounter(resource: name, namespace: own, "InitTimeouts")
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
    func counter(_ name: String, if isInUse: Bool, unit: String = "Count") -> CounterID? {
      isInUse ? run.recorder.addCounter(resource: config.name, namespace: own, name, unit: unit) : nil
    }
    crashes = counter("Crashes", if: Step.containsCrash(config.handler))
    outOfMemory = counter("OutOfMemory", if: config.memoryUsage != nil)
    let isRestored = config.snapStart != nil
    let connects = config.connections.contains { $0.opening == .initialisation }
    initFailures = counter("InitFailures", if: config.initFailure > 0 || (connects && !isRestored))
    proactiveInits = counter("ProactiveInits", if: config.proactiveInit > 0)
    streamedBytes = counter("StreamedBytes", if: LambdaRules.streamedBytes(of: config) > 0, unit: "Bytes")
    restores = counter("Restores", if: isRestored)
    restoreTimeouts = counter("RestoreTimeouts", if: isRestored)
    restoreFailures = counter("RestoreFailures", if: isRestored && connects)
    notReady = counter("SnapStartNotReady", if: isRestored && LambdaRules.isJava(config.runtime))
    pendingFailures = counter("PendingFailures", if: config.vpc != nil)
    interfaceLimitFailures = counter("InterfaceLimitFailures", if: config.vpc != nil)
    restoreDuration =
      isRestored
      ? run.recorder.addTiming(resource: name, namespace: own, "RestoreDuration", keepsHistogram: true) : nil
    placementSegment = run.addSegment("\(name) placement")
    initSegment = run.addSegment("\(name) init")
    connectSegment = connects ? run.addSegment("\(name) connect at init") : initSegment
    restoreSegment = run.addSegment("\(name) restore")
    suppressedInitSegment = run.addSegment("\(name) suppressed init")
    firstCallSegment = run.addSegment("\(name) first call")
    responseSegment = run.addSegment("\(name) response")
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

extension Recorder {
  /// Adds to the counter of a feature, if the function has it.
  mutating func count(_ id: CounterID?, by amount: Int64 = 1) {
    if let id { count(id, by: amount) }
  }

  /// Adds to the timing of a feature, if the function has it.
  mutating func record(_ id: TimingID?, _ nanoseconds: Int64) {
    if let id { record(id, nanoseconds) }
  }
}
