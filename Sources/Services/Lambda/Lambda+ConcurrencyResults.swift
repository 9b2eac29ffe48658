import Engine
import Units

extension Lambda {
  /// Figures of reserved and provisioned concurrency, of a function that has it.
  func concurrencyFigures(_ recorder: borrowing Recorder, duration span: Time) -> [Figure] {
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
      Figure("provisionedUtilization", busy, over: usable),
      Figure("provisionedBilledMilliseconds", Double(recorder.total(records.provisionedMilliseconds))),
      Figure("scaleOuts", Double(recorder.total(records.scaleOuts))),
      Figure("scaleIns", Double(recorder.total(records.scaleIns))),
      Figure("scalingFailures", Double(recorder.total(records.scalingFailures))),
    ]
  }

  /// Concurrency from the moment it is asked for until it is given up, rounded up to 5 minutes then; and the duration of
  /// what ran on it.
  func provisionedUsage(_ recorder: borrowing Recorder) -> [UsageLine] {
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
