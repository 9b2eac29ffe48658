import Engine
import Units

extension Lambda {
  /// The function's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let cold = recorder.total(records.coldStarts)
    let invocations = recorder.total(records.invocations)
    let durations = recorder.histogram(records.duration)
    let inits = recorder.histogram(records.initDuration)
    let colds = recorder.histogram(records.coldDuration)
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
        Figure("coldStartProbability", Double(cold), over: Double(invocations)),
        Figure("meanConcurrency", recorder.mean(records.concurrency, over: span)),
        Figure("peakConcurrency", Double(recorder.peak(records.concurrency))),
        Figure("meanEnvironments", recorder.mean(records.environments, over: span)),
        Figure("peakEnvironments", Double(recorder.peak(records.environments))),
        Figure("billedMilliseconds", Double(recorder.total(records.billedMilliseconds))),
        Figure("meanDurationMs", durations.mean / 1e6),
        Figure("p99DurationMs", durations.quantile(0.99) / 1e6),
        Figure("inits", Double(inits.count)),
        Figure("meanInitMs", inits.mean / 1e6),
        Figure("p99InitMs", inits.quantile(0.99) / 1e6),
        Figure("initTimeouts", Double(recorder.total(records.initTimeouts))),
        Figure("suppressedInits", Double(recorder.total(records.suppressedInits))),
        Figure("meanColdMs", colds.mean / 1e6),
        Figure("p50ColdMs", colds.quantile(0.5) / 1e6),
        Figure("p90ColdMs", colds.quantile(0.9) / 1e6),
        Figure("p99ColdMs", colds.quantile(0.99) / 1e6),
      ] + featureFigures(recorder) + concurrencyFigures(recorder, duration: span))
  }

  /// Figures of what only some functions have.
  private func featureFigures(_ recorder: borrowing Recorder) -> [Figure] {
    var figures: [Figure] = []
    func add(_ name: String, _ id: CounterID?) {
      if let id { figures.append(Figure(name, Double(recorder.total(id)))) }
    }
    add("crashes", records.crashes)
    add("outOfMemory", records.outOfMemory)
    add("initFailures", records.initFailures)
    add("proactiveInits", records.proactiveInits)
    add("streamedBytes", records.streamedBytes)
    add("restores", records.restores)
    add("restoreTimeouts", records.restoreTimeouts)
    add("restoreFailures", records.restoreFailures)
    add("snapStartNotReady", records.notReady)
    add("pendingFailures", records.pendingFailures)
    add("interfaceLimitFailures", records.interfaceLimitFailures)
    if let id = records.restoreDuration {
      let restores = recorder.histogram(id)
      figures += [
        Figure("meanRestoreMs", restores.mean / 1e6),
        Figure("p50RestoreMs", restores.quantile(0.5) / 1e6),
        Figure("p99RestoreMs", restores.quantile(0.99) / 1e6),
      ]
    }
    if let snapshot { figures.append(Figure("publishMilliseconds", Double(snapshot.publishMilliseconds))) }
    return figures
  }

  /// What the function used over the recorded span.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    let name = config.name
    let memory = Int128(config.memorySize)
    let billed = Int128(recorder.total(records.billedMilliseconds))
    // What ran on provisioned concurrency has a meter of its own.
    let provisioned =
      config.provisionedConcurrency == nil ? 0 : Int128(recorder.total(records.provisionedMilliseconds))
    var lines = [
      UsageLine(
        meter: LambdaMeters.requests(config.architecture), resource: name, amount: recorder.total(records.invocations)),
      UsageLine(
        meter: LambdaMeters.duration(config.architecture), resource: name, amount: (billed - provisioned) * memory),
    ]
    if config.ephemeralStorage > LambdaRules.freeStorage {
      let storage = Int128(config.ephemeralStorage - LambdaRules.freeStorage)
      lines.append(UsageLine(meter: LambdaMeters.storage, resource: name, amount: billed * storage))
    }
    if let id = records.streamedBytes {
      lines.append(UsageLine(meter: LambdaMeters.streamedBytes, resource: name, amount: recorder.total(id)))
    }
    if let snapshot {
      lines.append(
        UsageLine(
          meter: LambdaMeters.duration(config.architecture, .single), resource: name,
          amount: Int128(snapshot.publishMilliseconds) * memory))
      if !LambdaRules.isJava(config.runtime), let restores = records.restores {
        let present = Int128(span.nanoseconds / 1_000_000)
        lines += [
          UsageLine(meter: LambdaMeters.snapshotCache, resource: name, amount: present * memory),
          UsageLine(
            meter: LambdaMeters.restores, resource: name, amount: Int128(recorder.total(restores)) * memory),
        ]
      }
    }
    return config.provisionedConcurrency == nil ? lines : lines + provisionedUsage(recorder)
  }
}
