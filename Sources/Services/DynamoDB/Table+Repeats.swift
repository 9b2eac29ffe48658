import Engine
import Units

// An attempt after one that was throttled is about the same items. Were its keys drawn again, a retry of a hot item
// would mostly be about another one and pass, and the hot item would never be as hot as it is.
//
//   called -> throttled: what was drawn is kept -> called again, with `repeatsThrottled` -> the same is taken, or kept on

/// The throttled operations of one table whose callers may try again: for each operation, by the caller's reference,
/// the first of its items.
struct ThrottledOperations: ~Copyable {
  private var firsts: [[UInt32]]

  /// None, of so many operations.
  init(operations: Int) { firsts = Array(repeating: [], count: operations) }

  /// Takes out the first item of what a caller was refused; `.max` if nothing is kept.
  mutating func take(_ operation: UInt32, _ caller: UInt32) -> UInt32 {
    guard caller < firsts[Int(operation)].count else { return .max }
    let first = firsts[Int(operation)][Int(caller)]
    firsts[Int(operation)][Int(caller)] = .max
    return first
  }

  /// Keeps it, in place of nothing.
  mutating func put(_ first: UInt32, _ operation: UInt32, _ caller: UInt32) {
    let missing = Int(caller) + 1 - firsts[Int(operation)].count
    if missing > 0 { firsts[Int(operation)] += repeatElement(.max, count: missing) }
    firsts[Int(operation)][Int(caller)] = first
  }
}

extension Table {
  /// Keeps what a throttled operation is about, from its first item on, in place of what its caller was refused before.
  mutating func keepThrottled(_ call: CallID, _ operation: UInt32, first: UInt32, _ run: inout Run<Event>) {
    let caller = run.calls[call.slot].caller.tag
    var old = throttled.take(operation, caller)
    while old != .max { old = unprocessed.drop(old) }
    throttled.put(first, operation, caller)
  }

  /// The same of a plain operation.
  @inline(never) mutating func keepThrottled(
    _ call: CallID, _ operation: UInt32, key: UInt32, position: UInt64, _ run: inout Run<Event>
  ) {
    let request = requests + Int(operation)
    var member = Member(key: key, position: position)
    member.change = request.pointee.plainChange
    member.units = request.pointee.plainUnits
    demands.removeAll()
    demands.append(
      Demand(
        capacity: request.pointee.capacity, direction: request.pointee.direction, units: member.units,
        position: position))
    let first = unprocessed.keep(member, 0, demands, from: 0, before: .max)
    keepThrottled(call, operation, first: first, &run)
  }

  /// An attempt after a throttled one. Returns whether the table knew what it is about, and has reacted.
  @inline(never) mutating func repeated(_ call: CallID, _ operation: UInt32, _ run: inout Run<Event>) -> Bool {
    run.calls[call.slot].traits.remove(.repeatsThrottled)
    let first = throttled.take(operation, run.calls[call.slot].caller.tag)
    guard first != .max else { return false }
    let failsCondition = unprocessed.members[first].member.failsCondition
    let (rest, left, count) = takeKept(first, operation, &run)
    if left == count {
      keepThrottled(call, operation, first: rest, &run)
      run.answer(call, .throttled)
    } else if failsCondition {
      note(outcomes.conditionFailures, &run)
      fail(call, operation, &run)
    } else {
      answerBatch(call, operation, rest, left, &run)
    }
    return true
  }

  /// Admits what it can of kept items, one by one; the others stay. Returns the first of those, and how many there are
  /// of how many.
  mutating func takeKept(
    _ first: UInt32, _ operation: UInt32, _ run: inout Run<Event>
  ) -> (rest: UInt32, left: UInt32, count: UInt32) {
    var rest = UInt32.max
    var (left, count): (UInt32, UInt32) = (0, 0)
    var next = first
    while next != .max {
      let place = next
      next = unprocessed.members[place].next
      count &+= 1
      demands.removeAll()
      var link = unprocessed.members[place].firstDemand
      while link != .max {
        demands.append(unprocessed.demands[link].demand)
        link = unprocessed.demands[link].next
      }
      let member = unprocessed.members[place].member
      if takeAll(&run) {
        consumeAll(&run)
        if !member.failsCondition { apply(member, of: operation, &run) }
        _ = unprocessed.drop(place)
      } else {
        unprocessed.members[place].next = rest
        rest = place
        left &+= 1
      }
    }
    return (rest, left, count)
  }
}
