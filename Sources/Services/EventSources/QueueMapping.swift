import Engine
import Units

// A mapping from a queue: concurrent batches, each of them polling or invoking the function.
//
//            the batch is complete, or its window is over
//   polling ----------------------------------------------> invoking ----+
//    ^   ^      answered: messages deleted, or left           |   ^      | throttled
//    |   |      to their visibility timeout                   |   |      v
//    |   +----------------------------------------------------+   +--- waiting
//    |          the visibility timeout would pass first                  |
//    +-------------------------------------------------------------------+
//
// Between two polls a batch with a window is gathering: `QueueMapping+Gathering`. How many concurrent batches there are
// follows the backlog: `QueueMapping+Scaling`.

/// What happens inside a mapping from a queue.
@frozen
public enum QueueMappingEvent: BitwiseCopyable, Sendable {
  /// The source has records again.
  case available
  /// The batching window of a batch may be over.
  case windowTimer
  /// A batch has waited long enough.
  case resumed(batch: UInt32, generation: UInt32)
  /// The source's pace, or the pollers' own, allows the next poll.
  case paced
  /// The backlog may need more concurrent batches.
  case increase
  /// There may be more concurrent batches than needed.
  case decrease
  /// Polls that found nothing are counted.
  case settle
}

/// One concurrent batch: what it gathers, and what it is doing.
struct Batch: DeadlineCarrier {
  enum State: UInt8, BitwiseCopyable {
    /// There is no such batch: the concurrency has gone down.
    case retired
    /// In the list of those that poll; with messages if it gathers.
    case polling
    /// Between two polls, with messages; until its own `resumed` or the end of its window.
    case gathering
    /// The function works on it.
    case invoking
    /// Until its own `resumed`.
    case waiting
  }

  var state: State
  var isPoisoned: Bool
  /// Invocations that were throttled.
  var attempts: UInt16
  /// Counts what `resumed` may still mean this batch.
  var generation: UInt32
  /// Its receipts.
  var first: UInt32
  var last: UInt32
  var count: UInt32
  var bytes: Int64
  /// When its first message reappears.
  var visibleAgain: Time
  /// Since when it polls, and how many polls of that time were counted as empty.
  var since: Time
  var counted: Int64
  /// Neighbours among those that poll.
  var next: UInt32
  var previous: UInt32
  /// End of its batching window.
  var deadline: DeadlineLink

  static var blank: Batch {
    Batch(
      state: .retired, isPoisoned: false, attempts: 0, generation: 0, first: .max, last: .max, count: 0, bytes: 0,
      visibleAgain: .never, since: .zero, counted: 0, next: .max, previous: .max, deadline: .unlinked)
  }
}

/// An event source mapping that reads a queue: its state, and how it reacts.
struct QueueMapping: ~Copyable {
  let index: UInt16
  let config: EventSourceMappingConfig
  /// Which queue it reads; the system hands it over with every event.
  let source: UInt16
  let polling: EventSourceMappingConfig.QueueSource.Polling
  let function: Party
  let site: UInt32
  let batchSize: UInt32
  let window: Time
  let reportsFailures: Bool
  let isFifo: Bool
  var batches: Slab<Batch>
  /// Those that poll, the one that has waited longest first.
  var firstPolling: UInt32 = .max
  var lastPolling: UInt32 = .max
  var windows: DeadlineList
  /// Receipts of the batch that is being settled, by position.
  let scratch: UnsafeMutablePointer<UInt32>
  /// Place among the queue's consumers.
  var consumer = 0
  var scale: PollerScale
  /// Batches that are not retired, and those of them that poll without messages.
  var active = 0
  var idle = 0
  /// Batches between two polls, which will take what has come meanwhile.
  var gathering = 0
  var isPaced = false
  /// Polls that found nothing and are not counted yet: several batches share a provisioned poller.
  var emptyPolls: Int64 = 0
  /// Provisioned pollers' polls, and MB.
  var pollPace: Pace
  var bytePace: Pace
  let records: QueueMappingRecords

  /// Bytes of one invocation's payload (documented: Lambda quotas).
  static var bytesMax: Int64 { 6 << 20 }

  init(
    _ config: EventSourceMappingConfig, index: UInt16, directory: inout Directory,
    sites: UnsafeMutablePointer<CallSite>, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    guard case .queue(let queue) = config.source else { preconditionFailure("a queue mapping reads a queue") }
    self.index = index
    self.config = config
    source = directory.party(of: config.sourceName).index
    polling = queue.polling
    function = directory.party(of: config.functionName)
    site = directory.site(SiteRequest(resource: config.functionName))
    batchSize = UInt32(config.batchSize)
    window = config.maximumBatchingWindow
    reportsFailures = config.reportsBatchItemFailures
    isFifo = directory.isFifo(config.sourceName)
    batches = Slab(blank: .blank)
    windows = DeadlineList()
    scratch = memory.copy([UInt32](repeating: .max, count: config.batchSize))
    scale = PollerScale(queue)
    // The paces are those of one poller; `scale` says how many share them.
    pollPace = scale.isProvisioned ? Pace(perSecond: PollerScale.pollsPerSecond) : .unlimited
    bytePace = scale.isProvisioned ? Pace(perSecond: 1) : .unlimited
    records = QueueMappingRecords(config, isProvisioned: scale.isProvisioned, run: &run)
  }

  /// Begins to poll, at time zero.
  mutating func begin(_ source: inout Queue, _ run: inout Run<Event>) {
    consumer = source.consumer(of: index)
    run.recorder.change(records.pollers, by: Int64(scale.pollers), at: run.now)
    addBatches(&run)
    poll(&source, &run)
    scheduleSettlement(after: Time(nanoseconds: -1), &run)
  }

  @inline(never) mutating func handle(_ event: QueueMappingEvent, _ source: inout Queue, _ run: inout Run<Event>) {
    switch event {
    case .available: poll(&source, &run)
    case .windowTimer: windowTimer(&source, &run)
    case .resumed(let batch, let generation): resumed(batch, generation, &source, &run)
    case .paced:
      isPaced = false
      poll(&source, &run)
    case .increase: increase(&source, &run)
    case .decrease: decrease(&source, &run)
    case .settle: settle(&source, &run)
    }
  }

  // MARK: Polling

  /// Those that poll receive what there is, in their turn.
  mutating func poll(_ source: inout Queue, _ run: inout Run<Event>) {
    while firstPolling != .max, source.canReceive {
      if isPaced || mustPause(source, &run) { break }
      let batch = firstPolling
      leavePolling(batch, &source, &run)
      let received = source.receive(
        atMost: batchSize &- batches[batch].count, bytes: Self.bytesMax &- batches[batch].bytes, &run)
      source.receives.take(at: run.now)
      if scale.isProvisioned {
        let calls = max(1, (Int64(received.count) &+ 9) / 10)
        pollPace.take(calls, share: Int64(scale.pollers), at: run.now)
        bytePace.take(received.bytes, share: Int64(scale.pollers) << 20, at: run.now)
      }
      run.recorder.count(records.polled, by: Int64(received.count))
      add(received, to: batch, source, &run)
      let isFull = received.isFull || batches[batch].bytes == Self.bytesMax
      let isComplete = batches[batch].count == batchSize || isFull || window == .zero
      if batches[batch].count > 0 && isComplete {
        windows.leave(batch, in: batches)
        invoke(batch, &run)
      } else if received.count % UInt32(QueueMeters.batchMax) != 0 {
        gather(batch, &run)
      } else {
        joinPolling(batch, &run)
      }
    }
    source.setWaiting(consumer, firstPolling != .max && !isPaced)
    watchBacklog(source, &run)
    let other = source.nextWaitingConsumer()
    if other != .max { run.post(.queueMapping(other, .available)) }
  }

  /// Whether the pace of a FIFO queue or of provisioned pollers wants a pause; then `paced` will end it.
  private mutating func mustPause(_ source: borrowing Queue, _ run: inout Run<Event>) -> Bool {
    let pollers = Int64(scale.pollers)
    let wait = max(
      source.receives.wait(at: run.now), pollPace.wait(at: run.now, share: pollers),
      bytePace.wait(at: run.now, share: pollers << 20))
    guard wait > .zero else { return false }
    isPaced = true
    run.schedule(.queueMapping(index, .paced), after: wait)
    return true
  }

  @inline(__always) private mutating func add(
    _ received: ReceivedMessages, to batch: UInt32, _ source: borrowing Queue, _ run: inout Run<Event>
  ) {
    guard received.count > 0 else { return }
    if batches[batch].count == 0 {
      batches[batch].first = received.first
      batches[batch].visibleAgain = run.now + source.visibilityTimeout
      if window > .zero {
        let due = run.now + window
        if windows.enter(batch, due: due, in: batches) {
          run.scheduleLimit(.queueMapping(index, .windowTimer), at: due)
        }
      }
    } else {
      source.receipts[batches[batch].last].next = received.first
    }
    batches[batch].last = received.last
    batches[batch].count &+= received.count
    batches[batch].bytes &+= received.bytes
    if received.isPoisoned { batches[batch].isPoisoned = true }
  }

  /// A batch polls from now on, behind the others.
  @inline(__always) mutating func joinPolling(_ batch: UInt32, _ run: inout Run<Event>) {
    batches[batch].state = .polling
    batches[batch].since = run.now
    batches[batch].counted = 0
    batches[batch].next = .max
    batches[batch].previous = lastPolling
    if lastPolling == .max { firstPolling = batch } else { batches[lastPolling].next = batch }
    lastPolling = batch
    if batches[batch].count == 0 {
      scale.noteBusy(active &- idle, at: run.now)
      idle &+= 1
    }
  }

  /// A batch's poll is over. Those before it that found nothing are counted.
  @inline(__always) mutating func leavePolling(_ batch: UInt32, _ source: inout Queue, _ run: inout Run<Event>) {
    countEmptyPolls(batch, &source, &run)
    let (next, previous) = (batches[batch].next, batches[batch].previous)
    if previous == .max { firstPolling = next } else { batches[previous].next = next }
    if next == .max { lastPolling = previous } else { batches[next].previous = previous }
    if batches[batch].count == 0 { idle &-= 1 }
  }

  /// Counts the polls of a batch that have ended without a message. A poll that ends now has found nothing.
  @inline(__always) private mutating func countEmptyPolls(
    _ batch: UInt32, _ source: inout Queue, _ run: inout Run<Event>
  ) {
    let polls = (run.now - batches[batch].since).nanoseconds / polling.longPoll.nanoseconds
    let new = polls &- batches[batch].counted
    guard new > 0 else { return }
    batches[batch].counted = polls
    addEmptyPolls(new, &source, &run)
  }

  mutating func addEmptyPolls(_ polls: Int64, _ source: inout Queue, _ run: inout Run<Event>) {
    emptyPolls &+= polls
    let whole = emptyPolls / Int64(scale.batchesPerPoller)
    emptyPolls &-= whole &* Int64(scale.batchesPerPoller)
    source.countEmptyReceives(whole, &run)
  }

  // MARK: Empty polls

  /// Counts all polls that found nothing up to now, so that every minute and the recorded span get their own.
  ///
  /// An idle mapping costs one event a minute, not one a poll: a batch that polls since `since` has made exactly
  /// floor((now - since) / longPoll) polls in vain. Settlements lie 1 ns before the minutes, as polls that end on
  /// a minute belong to the next one.
  private mutating func settle(_ source: inout Queue, _ run: inout Run<Event>) {
    var batch = firstPolling
    while batch != .max {
      countEmptyPolls(batch, &source, &run)
      batch = batches[batch].next
    }
    scheduleSettlement(after: run.now, &run)
  }

  /// The next whole minute, but not beyond the start of the recording or the end of the run.
  private mutating func scheduleSettlement(after last: Time, _ run: inout Run<Event>) {
    let instant = Time(nanoseconds: 1)
    let bound = last < run.recordingStart - instant ? run.recordingStart - instant : run.end - instant
    guard last < bound else { return }
    run.schedule(.queueMapping(index, .settle), at: min(last + .minutes(1), bound))
  }
}
