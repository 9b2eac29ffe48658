import Engine
import Units

// What becomes of a batch: it is sent, and sent again until it is processed, given up or too old.
//
// | the answer                   | without bisecting                | bisecting                                       |
// |------------------------------|----------------------------------|-------------------------------------------------|
// | success                      | processed                        | processed                                       |
// | throttled                    | again, not counted               | again, not counted                              |
// | failed                       | again, counted                   | the first half again, then the second           |
// | record k > 0 failed first    | 0 ..< k processed; the rest      | 0 ..< k processed; the rest again, not counted  |
// |                              | again, counted                   |                                                 |
// | record 0 failed first        | again, counted                   | as failed                                       |
//
// One record that fails cannot be split: it is sent again, counted. Splitting does not count against the attempts
// (documented: Lambda developer guide, Kinesis). That a batch whose first record failed is split in half, as if it had
// failed as a whole, is inferred: the split at that record would leave the batch as it is.
extension StreamMapping {
  /// Invokes the function with the batch in work.
  func send(_ lane: UInt32, _ source: borrowing Stream, _ run: inout Run<Event>) {
    let shard = Int(shard(of: lane))
    let count = lanes[Int(lane)].batch
    let last = source.shards[shard].record(lanes[Int(lane)].queue[count - 1])
    run.recorder.record(records.iteratorAge, (run.now - last.arrival).nanoseconds)
    run.recorder.count(records.batches)
    run.recorder.change(records.concurrentBatches, by: 1, at: run.now)
    lanes[Int(lane)].state = .invoking
    let call = run.place(
      from: Party(.streamMapping, index, tag: lane), to: function, site: site, ledger: .none)
    var traits: CallTraits = reportsFailures ? .reportsRecords : []
    if !reportsFailures && firstPoisoned(lane, source) != nil { traits.insert(.isPoisoned) }
    run.load(call, records: count, traits: traits)
  }

  /// Position of the first record of the batch that nobody can process.
  private func firstPoisoned(_ lane: UInt32, _ source: borrowing Stream) -> UInt32? {
    let shard = Int(shard(of: lane))
    for position in 0..<lanes[Int(lane)].batch {
      if source.shards[shard].record(lanes[Int(lane)].queue[position]).isPoisoned { return position }
    }
    return nil
  }

  /// The function, or a destination, has answered.
  @inline(never) mutating func answered(_ call: CallID, _ source: inout Stream, _ run: inout Run<Event>) {
    let lane = run.calls[call.slot].caller.tag
    let outcome = run.calls[call.slot].outcome
    if lane == Self.destinationTag {
      let count = Int64(run.records(of: call))
      run.recorder.count(outcome == .success ? records.delivered : records.undelivered, by: count)
      run.unload(call)
      return run.finish(call)
    }
    var failed = UInt32.max
    run.unload(call) { failed = min(failed, $0) }
    run.finish(call)
    run.recorder.change(records.concurrentBatches, by: -1, at: run.now)
    let count = lanes[Int(lane)].batch
    switch outcome {
    case .success:
      run.recorder.count(records.invoked, by: Int64(count))
      if reportsFailures, let poisoned = firstPoisoned(lane, source) { failed = min(failed, poisoned) }
      process(lane, min(count, failed), source, &run)
      if failed == .max { return next(lane, &source, &run) }
      run.recorder.count(records.failedInvoke, by: Int64(count - failed))
      fail(lane, atFirst: failed == 0, &source, &run)
    case .failed, .timedOut:
      run.recorder.count(records.invoked, by: Int64(count))
      run.recorder.count(records.failedInvoke, by: Int64(count))
      fail(lane, atFirst: true, &source, &run)
    case .throttled, .unavailable:
      run.recorder.count(records.throttledBatches)
      run.recorder.count(records.failedInvoke, by: Int64(count))
      retryLater(lane, &run)
    case .abandoned: preconditionFailure("a mapping waits for every answer")
    }
  }

  /// The first records of the batch are done.
  private func process(_ lane: UInt32, _ count: UInt32, _ source: borrowing Stream, _ run: inout Run<Event>) {
    for _ in 0..<count {
      let record = removeFirst(lane, source)
      run.recorder.record(records.recordAge, (run.now - record.arrival).nanoseconds)
    }
    lanes[Int(lane)].batch -= count
    run.recorder.count(records.processed, by: Int64(count))
    run.recorder.change(records.behind, by: -Int64(count), at: run.now)
  }

  private func removeFirst(_ lane: UInt32, _ source: borrowing Stream) -> StoredRecord {
    let record = source.shards[Int(shard(of: lane))].record(lanes[Int(lane)].queue.removeFirst())
    lanes[Int(lane)].bytes -= Int64(record.bytes)
    return record
  }

  /// The batch has failed, at its first record or behind records that are processed now.
  private mutating func fail(
    _ lane: UInt32, atFirst: Bool, _ source: inout Stream, _ run: inout Run<Event>
  ) {
    run.recorder.count(records.failedBatches)
    let count = lanes[Int(lane)].batch
    if bisects && !atFirst {
      lanes[Int(lane)].attempts = 0
    } else if bisects && count > 1 {
      let part = parts.take()
      parts[part] = BatchPart(count: count - count / 2, next: lanes[Int(lane)].parts)
      lanes[Int(lane)].parts = part
      lanes[Int(lane)].batch = count / 2
      lanes[Int(lane)].attempts = 0
    } else if lanes[Int(lane)].attempts < maximumRetries {
      // Without a limit nobody reads the number; it stops at its largest.
      lanes[Int(lane)].attempts = min(lanes[Int(lane)].attempts, .max - 2) + 1
    } else {
      for _ in 0..<count { _ = removeFirst(lane, source) }
      lanes[Int(lane)].batch = 0
      giveUp(count, &run)
      return next(lane, &source, &run)
    }
    retryLater(lane, &run)
  }

  private mutating func retryLater(_ lane: UInt32, _ run: inout Run<Event>) {
    lanes[Int(lane)].state = .waiting
    let delay = max(Time(nanoseconds: retryDelay.drawTime(&retryStream)), Self.retryDelayMin)
    run.schedule(.streamMapping(index, .retry(lane: lane)), after: delay)
  }

  /// The batch in work goes on with those of its records that are not too old.
  mutating func resume(_ lane: UInt32, _ source: inout Stream, _ run: inout Run<Event>) {
    let outdated = dropOutdated(lane, atMost: lanes[Int(lane)].batch, source, &run)
    lanes[Int(lane)].batch -= outdated
    if lanes[Int(lane)].batch > 0 { send(lane, source, &run) } else { next(lane, &source, &run) }
  }

  /// The batch in work is done with: the part behind it follows, or the lane is free.
  private mutating func next(_ lane: UInt32, _ source: inout Stream, _ run: inout Run<Event>) {
    let part = lanes[Int(lane)].parts
    if part == .max { return free(lane, &source, &run) }
    lanes[Int(lane)].parts = parts[part].next
    lanes[Int(lane)].batch = parts[part].count
    lanes[Int(lane)].attempts = 0
    parts.giveBack(part)
    resume(lane, &source, &run)
  }

  /// Drops the oldest of the lane's first records: lost if the stream keeps them no longer, else given up if they
  /// are older than the mapping sends. A record of exactly the greatest age is still sent.
  func dropOutdated(
    _ lane: UInt32, atMost limit: UInt32, _ source: borrowing Stream, _ run: inout Run<Event>
  ) -> UInt32 {
    var lost: UInt32 = 0
    var outdated: UInt32 = 0
    let age = min(source.retention, maximumAge)
    while lost + outdated < limit {
      let record = source.shards[Int(shard(of: lane))].record(lanes[Int(lane)].queue[0])
      if run.now - record.arrival <= age { break }
      if run.now - record.arrival > source.retention { lost += 1 } else { outdated += 1 }
      _ = removeFirst(lane, source)
    }
    if lost > 0 {
      run.recorder.count(records.lost, by: Int64(lost))
      run.recorder.change(records.behind, by: -Int64(lost), at: run.now)
    }
    var left = outdated
    while left > 0 {
      giveUp(min(left, batchSize), &run)
      left -= min(left, batchSize)
    }
    return lost + outdated
  }

  /// Records of one batch are dropped; the destination hears of it with one message.
  private func giveUp(_ count: UInt32, _ run: inout Run<Event>) {
    run.recorder.count(records.dropped, by: Int64(count))
    run.recorder.change(records.behind, by: -Int64(count), at: run.now)
    guard let destination else { return }
    let call = run.place(
      from: Party(.streamMapping, index, tag: Self.destinationTag), to: destination, site: destinationSite,
      ledger: .none)
    run.load(call, records: count, traits: [])
  }
}
