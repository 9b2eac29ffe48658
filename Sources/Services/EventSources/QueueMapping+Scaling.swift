import Engine
import Units

// How many concurrent batches there are: more while there is a backlog, fewer when there was none for a while.
extension QueueMapping {
  /// Brings the batches up to the concurrency.
  mutating func addBatches(_ run: inout Run<Event>) {
    while active < scale.concurrency {
      let batch = batches.take()
      let generation = batches[batch].generation
      batches[batch] = .blank
      batches[batch].generation = generation
      active &+= 1
      joinPolling(batch, &run)
    }
  }

  mutating func retire(_ batch: UInt32) {
    batches[batch].state = .retired
    batches[batch].generation &+= 1
    batches.giveBack(batch)
    active &-= 1
  }

  /// After every poll: what is left is a backlog, and batches that found nothing may be too many.
  @inline(__always) mutating func watchBacklog(_ source: borrowing Queue, _ run: inout Run<Event>) {
    if hasBacklog(source) {
      scale.lastBacklog = run.now
      if !scale.isIncreaseArmed && scale.concurrency < scale.most {
        scale.isIncreaseArmed = true
        run.schedule(.queueMapping(index, .increase), after: scale.increaseInterval)
      }
    } else if idle >= scale.batchesPerPoller {
      // A timer that is set for later stays behind, and is stale when it comes.
      let due = scale.nextDecrease(at: run.now)
      guard due < scale.decreaseDue else { return }
      scale.decreaseDue = due
      run.schedule(.queueMapping(index, .decrease), at: due)
    }
  }

  /// A poller more, if there still is a backlog.
  mutating func increase(_ source: inout Queue, _ run: inout Run<Event>) {
    scale.isIncreaseArmed = false
    guard hasBacklog(source) else { return }
    let before = scale.pollers
    scale.increase()
    run.recorder.change(records.pollers, by: Int64(scale.pollers - before), at: run.now)
    addBatches(&run)
    poll(&source, &run)
  }

  /// A poller fewer, if there still is an idle one and there was no backlog for a while.
  mutating func decrease(_ source: inout Queue, _ run: inout Run<Event>) {
    guard scale.decreaseDue == run.now else { return }
    scale.decreaseDue = .never
    scale.noteBusy(active &- idle, at: run.now)
    if !hasBacklog(source), idle >= scale.batchesPerPoller, scale.mayDecrease(at: run.now) {
      let before = scale.pollers
      scale.decrease()
      run.recorder.change(records.pollers, by: Int64(scale.pollers - before), at: run.now)
      retireIdle(&source, &run)
    }
    watchBacklog(source, &run)
  }

  /// A batch has failed or was throttled.
  mutating func slowDown(_ run: inout Run<Event>) {
    let before = scale.pollers
    scale.noteFailure()
    run.recorder.change(records.pollers, by: Int64(scale.pollers - before), at: run.now)
  }

  /// Ends idle batches beyond the concurrency; busy ones end when they are free.
  private mutating func retireIdle(_ source: inout Queue, _ run: inout Run<Event>) {
    var batch = firstPolling
    while active > scale.concurrency, batch != .max {
      let next = batches[batch].next
      if batches[batch].count == 0 {
        leavePolling(batch, &source, &run)
        retire(batch)
      }
      batch = next
    }
    source.setWaiting(consumer, firstPolling != .max && !isPaced)
  }
}

/// The number of pollers, and when it may change.
///
/// Without provisioned mode a poller has one batch. A provisioned poller has ten, and its number stays within its own
/// bounds.
struct PollerScale {
  let isProvisioned: Bool
  let batchesPerPoller: Int
  /// Now, at least with traffic, at least without, and at most.
  private(set) var pollers: Int
  private let initial: Int
  private let low: Int
  private let maximum: Int
  let increaseInterval: Time
  private let decreaseInterval: Time
  private let failureDecrease: Int
  private let lowTrafficAfter: Time
  var isIncreaseArmed = false
  /// When the number is looked at for a decrease; `.never` for not at all.
  var decreaseDue = Time.never
  /// When a poll last left messages behind.
  var lastBacklog = Time.zero
  /// When more pollers than the fewest were last busy.
  private var lastTraffic = Time.zero

  /// Time without a backlog before the first poller goes.
  private static let calm = Time.minutes(1)
  /// Of one provisioned poller (documented: SQS provisioned mode), besides 1 MB / s and ten concurrent invocations.
  static let pollsPerSecond: Int64 = 10
  /// Concurrent invocations more a minute in provisioned mode (documented).
  private static let provisionedIncrease = 1_000

  init(_ source: EventSourceMappingConfig.QueueSource) {
    let polling = source.polling
    var increasePerMinute = polling.increasePerMinute
    switch source.scaling {
    case .automatic:
      (isProvisioned, batchesPerPoller) = (false, 1)
      (initial, maximum) = (polling.initialConcurrency, polling.concurrencyLimit)
      low = min(polling.lowTrafficConcurrency, initial)
      failureDecrease = polling.failureDecrease
    case .maximumConcurrency(let limit):
      (isProvisioned, batchesPerPoller) = (false, 1)
      (initial, maximum) = (min(polling.initialConcurrency, limit), min(polling.concurrencyLimit, limit))
      low = initial
      failureDecrease = polling.failureDecrease
    case .provisioned(let minimumPollers, let maximumPollers):
      (isProvisioned, batchesPerPoller) = (true, 10)
      (initial, low, maximum) = (minimumPollers, minimumPollers, maximumPollers)
      failureDecrease = 0
      increasePerMinute = Self.provisionedIncrease / 10
    }
    pollers = initial
    increaseInterval = Time(nanoseconds: Time.minutes(1).nanoseconds / Int64(increasePerMinute))
    decreaseInterval = Time(nanoseconds: Time.minutes(1).nanoseconds / Int64(polling.decreasePerMinute))
    lowTrafficAfter = polling.lowTrafficAfter
  }

  /// Concurrent batches.
  var concurrency: Int { pollers * batchesPerPoller }
  /// Most concurrent batches.
  var most: Int { maximum * batchesPerPoller }

  mutating func increase() { pollers = min(maximum, max(pollers + 1, initial)) }

  mutating func decrease() { pollers -= 1 }

  /// A batch has failed: fewer, but not fewer than at low traffic.
  mutating func noteFailure() { pollers = max(min(pollers, low), pollers - failureDecrease) }

  /// So many batches are busy.
  @inline(__always) mutating func noteBusy(_ busy: Int, at now: Time) {
    if busy > low * batchesPerPoller { lastTraffic = now }
  }

  /// Whether a poller may go.
  func mayDecrease(at now: Time) -> Bool {
    if pollers > initial { return now >= lastBacklog + Self.calm }
    return pollers > low && now >= lastTraffic + lowTrafficAfter
  }

  /// When a poller may go if nothing happens until then; `.never` if none may.
  func nextDecrease(at now: Time) -> Time {
    if pollers > initial { return max(now + decreaseInterval, lastBacklog + Self.calm) }
    return pollers > low ? max(now + decreaseInterval, lastTraffic + lowTrafficAfter) : .never
  }
}
