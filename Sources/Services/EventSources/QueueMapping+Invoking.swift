import Engine
import Units

// From a complete batch to what becomes of its messages.
extension QueueMapping {
  /// The function is invoked with a batch.
  ///
  /// The invocation is a synchronous one, so the function's limit of requests a second counts it.
  @inline(__always) mutating func invoke(_ batch: UInt32, _ run: inout Run<Event>) {
    batches[batch].state = .invoking
    run.recorder.count(records.invocations)
    run.recorder.count(records.invoked, by: Int64(batches[batch].count))
    run.recorder.change(records.concurrentBatches, by: 1, at: run.now)
    let call = run.place(from: Party(.queueMapping, index, tag: batch), to: function, site: site, ledger: .none)
    var traits: CallTraits = []
    if batches[batch].isPoisoned { traits.insert(.isPoisoned) }
    if reportsFailures { traits.insert(.reportsRecords) }
    run.load(call, records: batches[batch].count, traits: traits)
  }

  /// The function has answered.
  @inline(never) mutating func answered(_ call: CallID, _ source: inout Queue, _ run: inout Run<Event>) {
    let batch = run.calls[call.slot].caller.tag
    let hasTakenNoTime = run.calls[call.slot].start == run.now
    run.recorder.change(records.concurrentBatches, by: -1, at: run.now)
    let outcome = run.calls[call.slot].outcome
    if reportsFailures && outcome == .success { listReceipts(of: batch, source) }
    let (scratch, isReported) = (scratch, reportsFailures && outcome == .success)
    run.unload(call) { record in if isReported { scratch[Int(record)] = .max } }
    run.finish(call)
    switch outcome {
    case .success:
      if reportsFailures { deleteProcessed(batch, &source, &run) } else { deleteAll(batch, &source, &run) }
      if hasTakenNoTime {
        // Work without time must not be repeated for ever at one instant.
        wait(batch, .milliseconds(1), &run)
        return poll(&source, &run)
      }
    case .throttled:
      run.recorder.count(records.throttledBatches)
      run.recorder.count(records.failedInvoke, by: Int64(batches[batch].count))
      slowDown(&run)
      if retryLater(batch, &run) { return poll(&source, &run) }
      leaveMessages(batch, &source)
    case .failed, .timedOut, .abandoned, .unavailable:
      run.recorder.count(records.failedBatches)
      run.recorder.count(records.failedInvoke, by: Int64(batches[batch].count))
      // With partial batch responses failures do not slow the pollers down (documented: SQS error handling).
      if !reportsFailures { slowDown(&run) }
      leaveMessages(batch, &source)
    }
    free(batch, &run)
    poll(&source, &run)
  }

  /// A batch that has waited is tried again, or polls; one that gathers polls.
  mutating func resumed(_ batch: UInt32, _ generation: UInt32, _ source: inout Queue, _ run: inout Run<Event>) {
    guard batches[batch].generation == generation else { return }
    switch batches[batch].state {
    case .retired, .polling, .invoking: return
    case .gathering: return pollAgain(batch, &source, &run)
    case .waiting: break
    }
    if batches[batch].count > 0 { return invoke(batch, &run) }
    free(batch, &run)
    poll(&source, &run)
  }

  // MARK: Messages

  /// Everything is processed.
  private mutating func deleteAll(_ batch: UInt32, _ source: inout Queue, _ run: inout Run<Event>) {
    var deleted: Int64 = 0
    var receipt = batches[batch].first
    while receipt != .max {
      let next = source.receipts[receipt].next
      if source.delete(receipt, &run) { deleted &+= 1 }
      receipt = next
    }
    count(deleted: deleted, of: Int64(batches[batch].count), &source, &run)
    empty(batch)
  }

  /// Writes down the receipts of a batch by position; those of the records that the function names are crossed out.
  private func listReceipts(of batch: UInt32, _ source: borrowing Queue) {
    var position = 0
    var receipt = batches[batch].first
    while receipt != .max {
      scratch[position] = receipt
      position &+= 1
      receipt = source.receipts[receipt].next
    }
  }

  /// What the function has named, and what nobody can process, stays; the rest is deleted. From a FIFO queue everything
  /// behind the first of those stays, so that the order is kept (documented: partial batch responses).
  private mutating func deleteProcessed(_ batch: UInt32, _ source: inout Queue, _ run: inout Run<Event>) {
    var (deleted, tried, failed, position): (Int64, Int64, Int64, Int) = (0, 0, 0, 0)
    var hasFailed = false
    var receipt = batches[batch].first
    while receipt != .max {
      let next = source.receipts[receipt].next
      let isFailed = scratch[position] == .max || source.receipts[receipt].isPoisoned
      if isFailed { hasFailed = true }
      if isFailed || (isFifo && hasFailed) {
        failed &+= 1
        source.drop(receipt)
      } else {
        tried &+= 1
        if source.delete(receipt, &run) { deleted &+= 1 }
      }
      receipt = next
      position &+= 1
    }
    run.recorder.count(records.reported, by: failed)
    count(deleted: deleted, of: tried, &source, &run)
    empty(batch)
  }

  /// Nothing is processed: the messages reappear after their visibility timeout.
  private mutating func leaveMessages(_ batch: UInt32, _ source: inout Queue) {
    var receipt = batches[batch].first
    while receipt != .max {
      let next = source.receipts[receipt].next
      source.drop(receipt)
      receipt = next
    }
    empty(batch)
  }

  private func count(deleted: Int64, of tried: Int64, _ source: inout Queue, _ run: inout Run<Event>) {
    guard tried > 0 else { return }
    source.countDeletes(tried, &run)
    run.recorder.count(records.deleted, by: deleted)
    // Somebody else has received them meanwhile: the function sees them again.
    run.recorder.count(records.processedTwice, by: tried &- deleted)
  }

  private mutating func empty(_ batch: UInt32) {
    batches[batch].first = .max
    batches[batch].last = .max
    batches[batch].count = 0
    batches[batch].bytes = 0
    batches[batch].isPoisoned = false
    batches[batch].attempts = 0
    batches[batch].visibleAgain = .never
  }

  // MARK: Waiting

  /// A throttled batch is tried again until its messages reappear. Returns whether it will be.
  private mutating func retryLater(_ batch: UInt32, _ run: inout Run<Event>) -> Bool {
    let doublings = min(batches[batch].attempts, 10)
    let delay = Time(nanoseconds: polling.throttleDelay.nanoseconds &<< Int64(doublings))
    guard run.now + delay < batches[batch].visibleAgain else { return false }
    batches[batch].attempts &+= 1
    wait(batch, delay, &run)
    return true
  }

  private mutating func wait(_ batch: UInt32, _ delay: Time, _ run: inout Run<Event>) {
    pause(batch, as: .waiting, delay, &run)
  }

  /// A batch is in a state until its own `resumed`, which any later pause makes stale.
  mutating func pause(_ batch: UInt32, as state: Batch.State, _ delay: Time, _ run: inout Run<Event>) {
    batches[batch].state = state
    batches[batch].generation &+= 1
    run.schedule(
      .queueMapping(index, .resumed(batch: batch, generation: batches[batch].generation)), after: delay)
  }

  /// A batch without messages polls, or ends if there are too many.
  private mutating func free(_ batch: UInt32, _ run: inout Run<Event>) {
    if active > scale.concurrency {
      retire(batch)
    } else {
      joinPolling(batch, &run)
    }
  }
}
