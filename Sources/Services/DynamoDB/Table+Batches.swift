import Engine
import Units

// Batches: each item is admitted by itself, and what is throttled comes back unprocessed with HTTP 200. Only if all of
// them are throttled is the request. A caller that sends the rest again does so within the same call:
//
//   called -> admitted or not, item by item -> latency -> pause -> the rest again -> .. -> latency -> answered

/// An item that was throttled and may be sent again, with what it takes.
struct UnprocessedMember: BitwiseCopyable {
  var member: Member
  /// Its place among the items of the call, from 0.
  var item: UInt32
  /// The first of its demands; they follow each other.
  var firstDemand: UInt32
  /// The next item of the same batch; `.max` for none.
  var next: UInt32
}

/// A demand of an unprocessed item.
struct UnprocessedDemand: BitwiseCopyable {
  var demand: Demand
  /// The next one of the same item; `.max` for none.
  var next: UInt32
}

/// A batch whose caller waits before it sends the rest again.
struct UnprocessedBatch: BitwiseCopyable {
  var call: CallID
  var operation: UInt32
  /// The first of its items.
  var first: UInt32
  var count: UInt32
  /// Requests so far.
  var attempts: UInt32
}

/// The throttled items of one table, and its batches that wait. What was drawn for an item stays: were it drawn again, the items that are easier
/// to admit would be favoured.
struct UnprocessedBatches: ~Copyable {
  var batches = Slab(
    blank: UnprocessedBatch(call: .none, operation: 0, first: .max, count: 0, attempts: 0), capacity: 1)
  var members = Slab(
    blank: UnprocessedMember(member: Member(key: 0, position: 0), item: 0, firstDemand: .max, next: .max), capacity: 1)
  var demands = Slab(
    blank: UnprocessedDemand(
      demand: Demand(capacity: 0, direction: .read, units: 0, position: 0), next: .max), capacity: 1)

  /// Keeps an item with its demands, before the item `next`; returns its place.
  mutating func keep(
    _ member: Member, _ item: UInt32, _ demands: Demands, from first: Int, before next: UInt32
  ) -> UInt32 {
    var link = UInt32.max
    for number in (first..<demands.count).reversed() {
      let slot = self.demands.take()
      self.demands[slot] = UnprocessedDemand(demand: demands[number], next: link)
      link = slot
    }
    let slot = members.take()
    members[slot] = UnprocessedMember(member: member, item: item, firstDemand: link, next: next)
    return slot
  }

  /// Lets go of an item; returns the next one.
  mutating func drop(_ slot: UInt32) -> UInt32 {
    var link = members[slot].firstDemand
    while link != .max {
      demands.giveBack(link)
      link = demands[link].next
    }
    members.giveBack(slot)
    return members[slot].next
  }
}

extension Table {
  /// Admits the items of a batch one by one.
  mutating func calledForBatch(
    _ call: CallID, _ operation: UInt32, _ given: GivenKeys, _ run: inout Run<Event>
  ) {
    let request = requests + Int(operation)
    // A cache that has some of the items asks for the rest alone.
    let isPart = request.pointee.kind == .batchGetItem && given.keys != nil
    let items = isPart ? given.count : request.pointee.items
    var admitted: UInt32 = 0
    var tooLarge: UInt32 = 0
    var rest = UInt32.max
    demands.removeAll()
    for item in 0..<items {
      let first = demands.count
      let member = plan(operation, given, item, isPreparedOnly: false)
      if member.isTooLarge {
        tooLarge &+= 1
      } else if takeAll(from: first, &run) {
        consumeAll(from: first, &run)
        apply(member, of: operation, &run)
        admitted &+= 1
      } else {
        rest = unprocessed.keep(member, item, demands, from: first, before: rest)
      }
    }
    if tooLarge > 0 {
      // DynamoDB refuses such an item by an error of the whole request, after others may have been written.
      note(outcomes.tooLarge, &run)
      while rest != .max { rest = unprocessed.drop(rest) }
      return fail(call, operation, &run)
    }
    if admitted == 0 {
      if given.keys == nil {
        keepThrottled(call, operation, first: rest, &run)
      } else {
        while rest != .max { rest = unprocessed.drop(rest) }
      }
      return run.answer(call, .throttled)
    }
    answerBatch(call, operation, rest, items &- admitted, &run)
  }

  /// Answers an operation of which some items were admitted; `left` of them were not, from `rest` on.
  mutating func answerBatch(
    _ call: CallID, _ operation: UInt32, _ rest: UInt32, _ left: UInt32, _ run: inout Run<Event>
  ) {
    if left == 0 { return succeed(call, operation, &run) }
    guard requests[Int(operation)].resend != nil else {
      note(outcomes.unprocessed, by: Int64(left), &run)
      var rest = rest
      while rest != .max {
        tell(call, unprocessed.members[rest].item, &run)
        rest = unprocessed.drop(rest)
      }
      return succeed(call, operation, &run)
    }
    run.recorder.count(records.requests)
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    let slot = unprocessed.batches.take()
    unprocessed.batches[slot] = UnprocessedBatch(
      call: call, operation: operation, first: rest, count: left, attempts: 1)
    waitToResend(slot, after: drawLatency(operation), &run)
  }

  /// The pause begins once the request is answered.
  private mutating func waitToResend(_ slot: UInt32, after answer: Time, _ run: inout Run<Event>) {
    let batch = unprocessed.batches[slot]
    guard let rules = requests[Int(batch.operation)].resend else {
      preconditionFailure("only batches that are sent again wait")
    }
    // It doubles while it is below the longest pause, which is at most a year: the product fits.
    var most = rules.backoff.nanoseconds
    for _ in 1..<batch.attempts where most < rules.maxBackoff.nanoseconds { most = most &* 2 }
    most = min(most, rules.maxBackoff.nanoseconds)
    let pause = Double(most) * operationStreams[Int(batch.operation)].backoff.nextUnit()
    run.schedule(.table(index, .resend(slot)), after: answer + Time(nanoseconds: Int64(pause)))
  }

  /// The rest of a batch is sent again.
  @inline(never) mutating func resend(_ slot: UInt32, _ run: inout Run<Event>) {
    var batch = unprocessed.batches[slot]
    if run.calls[batch.call.slot].state == .abandoned {
      // Whoever sends again has given up, so nothing more is sent.
      giveUp(slot, &run)
      run.recorder.change(records.inFlight, by: -1, at: run.now)
      return run.answer(batch.call, .success)
    }
    let (rest, left, _) = takeKept(batch.first, batch.operation, &run)
    let isRefused = left == batch.count
    batch.first = rest
    batch.count = left
    batch.attempts &+= 1
    unprocessed.batches[slot] = batch
    // A request that is refused as a whole is answered at once.
    let answer = isRefused ? .zero : drawLatency(batch.operation)
    if !isRefused { run.recorder.count(records.requests) }
    guard let rules = requests[Int(batch.operation)].resend else {
      preconditionFailure("only batches that are sent again wait")
    }
    if left > 0 && Int(batch.attempts) < rules.attempts { return waitToResend(slot, after: answer, &run) }
    giveUp(slot, &run)
    run.schedule(.table(index, .done(batch.call)), after: answer)
  }

  /// A caller that keeps account of single items, as caches do, learns that one stays unprocessed.
  private func tell(_ call: CallID, _ item: UInt32, _ run: inout Run<Event>) {
    if run.calls[call.slot].traits.contains(.reportsRecords) { run.noteFailure(of: call, record: item) }
  }

  /// What is left of a batch stays unprocessed.
  private mutating func giveUp(_ slot: UInt32, _ run: inout Run<Event>) {
    note(outcomes.unprocessed, by: Int64(unprocessed.batches[slot].count), &run)
    var rest = unprocessed.batches[slot].first
    while rest != .max {
      tell(unprocessed.batches[slot].call, unprocessed.members[rest].item, &run)
      rest = unprocessed.drop(rest)
    }
    unprocessed.batches.giveBack(slot)
  }
}
