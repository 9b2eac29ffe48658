import Engine
import Units

// What the log gets, if there is one. Only the recorded span is logged.
extension Lambda {
  /// An invocation is over; `duration` in ns.
  @inline(never) mutating func report(
    _ slot: UInt32, _ status: InvocationEntry.Status, duration: Int64, billed: Int64, at now: Time
  ) {
    var entry = InvocationEntry(
      kind: .report, status: status, end: now, slot: slot, generation: environments[slot].generation,
      duration: duration, billed: billed, memoryUsed: environments[slot].memoryUsed)
    if environments[slot].isNew {
      if snapshot == nil {
        entry.initialisation = environments[slot].unbilledInit
      } else {
        entry.restore = max(environments[slot].startUp, 0)
        entry.billedRestore = environments[slot].unbilledInit
      }
    }
    log.note(entry)
  }

  /// An init or a restore that begins now will fail, or one that has begun `ahead` of the request has failed.
  @inline(never) mutating func report(
    _ kind: InvocationEntry.Kind, _ slot: UInt32, _ status: InvocationEntry.Status, lasting span: Time, ahead: Bool,
    at now: Time
  ) {
    log.note(
      InvocationEntry(
        kind: kind, status: status, end: ahead ? now : now + span, slot: slot,
        generation: environments[slot].generation, duration: span.nanoseconds, billed: 0, memoryUsed: 0))
  }
}
