// Calls that carry more than a request: the batches of event source mappings, and asynchronous events.
//
// Few calls do, so what they carry stands apart, and a plain call pays nothing for it.
extension Run {
  /// Tells the callee of a call that has just been placed what comes with it: records of a batch, and traits.
  ///
  /// The caller unloads the call before it finishes it, and never abandons it, so that free slots carry nothing.
  public mutating func load(_ call: CallID, records: UInt32 = 0, traits: CallTraits) {
    precondition(calls[call.slot].load == .max, "a call is loaded once")
    let slot = loads.take()
    loads[slot] = CallLoad(records: records, firstFailure: .max)
    calls[call.slot].load = slot
    calls[call.slot].traits = traits
  }

  /// Records that a call carries; 0 for a plain request.
  @inlinable @inline(__always) public func records(of call: CallID) -> UInt32 {
    let load = calls[call.slot].load
    return load == .max ? 0 : loads[load].records
  }

  /// The callee notes that a record of a loaded call failed; each record at most once.
  public mutating func noteFailure(of call: CallID, record: UInt32) {
    let load = calls[call.slot].load
    precondition(load != .max && record < loads[load].records, "only a record of the call can fail")
    let slot = failures.take()
    failures[slot] = RecordFailure(record: record, next: loads[load].firstFailure)
    loads[load].firstFailure = slot
  }

  /// Whether the callee has noted a record of a call as failed; looks through all that it has noted.
  public func hasFailure(of call: CallID, record: UInt32) -> Bool {
    let load = calls[call.slot].load
    if load == .max { return false }
    var slot = loads[load].firstFailure
    while slot != .max {
      if failures[slot].record == record { return true }
      slot = failures[slot].next
    }
    return false
  }

  /// The caller takes the failed records of an answered call, the one noted last first, and unloads the call.
  public mutating func unload(_ call: CallID, _ body: (_ record: UInt32) -> Void = { _ in }) {
    let load = calls[call.slot].load
    precondition(load != .max, "only a loaded call can be unloaded")
    var slot = loads[load].firstFailure
    while slot != .max {
      body(failures[slot].record)
      let next = failures[slot].next
      failures.giveBack(slot)
      slot = next
    }
    loads.giveBack(load)
    calls[call.slot].load = .max
    calls[call.slot].traits = []
  }
}
