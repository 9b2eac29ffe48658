import Engine
import Units

// Transactions: all items or none. One that is cancelled is answered with `TransactionCanceledException`, which no SDK
// tries again.
//
//   called -> conflict or failed condition: the preparation of every item is consumed -> latency -> failed
//          -> an item is throttled: nothing is consumed -> failed, at once
//          -> admitted: every item is consumed, twice -> latency -> success
extension Table {
  /// Admits all items of a transaction, or cancels it.
  mutating func calledForTransaction(
    _ call: CallID, _ operation: UInt32, _ given: GivenKeys, _ run: inout Run<Event>
  ) {
    let request = requests + Int(operation)
    let streams = operationStreams + Int(operation)
    let conflicts = streams.pointee.conflicts.happens(request.pointee.conflicts)
    let failsCondition = !conflicts && streams.pointee.conditions.happens(request.pointee.conditionFails)
    demands.removeAll()
    var growth: Int64 = 0
    for item in 0..<request.pointee.items {
      members[Int(item)] = plan(operation, given, item, isPreparedOnly: conflicts || failsCondition)
      growth += max(0, members[Int(item)].growth)
    }
    if !collections.fits(growth) {
      note(outcomes.tooLarge, &run)
      note(outcomes.cancellations, &run)
      return fail(call, operation, &run)
    }
    guard takeAll(&run) else {
      note(outcomes.cancellations, &run)
      return run.answer(call, .failed)
    }
    consumeAll(&run)
    if conflicts || failsCondition {
      note(conflicts ? outcomes.conflicts : outcomes.conditionFailures, &run)
      note(outcomes.cancellations, &run)
      return fail(call, operation, &run)
    }
    for item in 0..<Int(request.pointee.items) { apply(members[item], of: operation, &run) }
    succeed(call, operation, &run)
  }
}
