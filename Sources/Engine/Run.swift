import Units

/// What the engine asks of a system's events: plain memory, with the two messages that every component knows.
public protocol SimulationEvent: BitwiseCopyable {
  /// A call reaches its callee.
  static func called(_ call: CallID) -> Self
  /// An answer reaches the caller.
  static func answered(_ call: CallID) -> Self
  /// A traffic source's next arrival is due.
  static func arrival(_ source: UInt16) -> Self
}

/// One world in motion: the clock, the pending events, the calls in flight and the records.
///
/// Components change their own state and act through the verbs here: `schedule` an event of their own, `place` a
/// call, `answer` one, `abandon` one, and report to the recorder. Events come in the order of (time, order of
/// scheduling), whether they wait in the heap, in the lane of the current instant, or as the next arrival of a
/// source; so the three places differ in cost only. Time limits come before all else that is due at their instant.
public struct Run<Event: SimulationEvent>: ~Copyable {
  @usableFromInline var clock: Time
  @usableFromInline var hash: UInt64
  /// Counters, levels and timings.
  public var recorder: Recorder
  /// Calls in flight.
  public var calls: Slab<Call>
  /// What comes with the calls of services, and the records of them that failed.
  @usableFromInline var loads: Slab<CallLoad>
  @usableFromInline var failures: Slab<RecordFailure>
  /// Where requests' time is written down.
  public var ledgers: Ledgers
  @usableFromInline var queue: EventQueue<Event>
  @usableFromInline var lane: InstantLane<Event>
  @usableFromInline var arrivals: KeyHeap<UInt16>
  /// The lane's first event, when it was posted to an empty lane: mostly it is the only one.
  @usableFromInline var handoff: Event
  @usableFromInline var handoffOrder: UInt64
  @usableFromInline var instant: InstantState
  @usableFromInline var order: UInt64
  /// The first key outside the lane, if known, and where it waits.
  @usableFromInline var front: EventKey
  @usableFromInline var isFrontKnown: Bool
  @usableFromInline var isFrontArrival: Bool
  @usableFromInline let usesLane: Bool
  /// When the recorder is due next: to begin, to fold, or to end a period.
  @usableFromInline var boundary: Time
  var periodEnd: Time
  /// When the run is over; events at this moment are not handled.
  public let end: Time
  /// A period's end at which `advance` gives false once, so that the figures so far can be read; asked again it goes on.
  /// It changes nothing else.
  public var pause = Time(nanoseconds: .max)
  /// When recording starts: the end of the warm-up.
  public let recordingStart: Time
  let period: Time
  var segmentNames: [String] = []

  /// A world at time zero that records from `warmUp` for `duration`.
  ///
  /// `lane` false sends events of the current instant through the heap: slower, same results; for tests.
  public init(warmUp: Time, duration: Time, period: Time, lane usesLane: Bool = true) {
    precondition(duration > .zero && warmUp >= .zero, "a run lasts longer than zero")
    clock = .zero
    hash = 0x9E37_79B9_7F4A_7C15
    recorder = Recorder(period: period)
    calls = Slab(blank: .blank, capacity: 1_024)
    loads = Slab(blank: CallLoad(records: 0, firstFailure: .max))
    failures = Slab(blank: RecordFailure(record: 0, next: .max))
    ledgers = Ledgers()
    queue = EventQueue()
    lane = InstantLane()
    arrivals = KeyHeap(capacity: 16)
    handoff = .answered(.none)
    handoffOrder = 0
    instant = .nothing
    order = Self.ordinary
    front = .last
    isFrontKnown = false
    isFrontArrival = false
    self.usesLane = usesLane
    recordingStart = warmUp
    end = warmUp + duration
    self.period = period
    boundary = warmUp
    periodEnd = warmUp
  }

  // MARK: The clock

  /// The simulated time.
  @inlinable public var now: Time { clock }
  /// Events handled so far: those that were scheduled and are not pending.
  public var events: UInt64 {
    order - Self.ordinary - UInt64(queue.count + arrivals.count + lane.count + (instant.hasHandoff ? 1 : 0))
  }
  /// Hash over the keys of all events handled so far, in their order.
  public var digest: UInt64 { hash }

  /// Moves to the next event and returns it; nil when the run is over.
  public mutating func next() -> Event? {
    var event = Event.answered(.none)
    return advance(to: &event) ? event : nil
  }

  /// Moves to the next event; false when the run is over, and `event` stays. The loop's own form of `next`: an optional
  /// event would be asked twice what it is.
  @inlinable @inline(__always) public mutating func advance(to event: inout Event) -> Bool {
    if !isFrontKnown { findFront() }
    if instant == .handoff {
      if EventKey(time: clock, order: handoffOrder) < front {
        instant = .nothing
        count(clock, handoffOrder)
        event = handoff
        return true
      }
    } else if instant != .nothing && advanceInLane(to: &event) {
      return true
    }
    if front.time >= boundary && !passBoundaries(before: front.time) { return false }
    clock = front.time
    count(clock, front.order)
    isFrontKnown = false
    event = isFrontArrival ? .arrival(arrivals.removeFirst()) : queue.removeFirst()
    return true
  }

  /// The same while events wait in the lane; false if the front comes first.
  @usableFromInline @inline(never) mutating func advanceInLane(to event: inout Event) -> Bool {
    if instant.hasHandoff {
      guard front.time > clock || front.order > handoffOrder else { return false }
      instant = .lane
      count(clock, handoffOrder)
      event = handoff
      return true
    }
    guard front.time > clock || front.order > lane.firstOrder else { return false }
    count(clock, lane.firstOrder)
    event = lane.removeFirst()
    if lane.isEmpty { instant = .nothing }
    return true
  }

  /// Whether nothing else is due at this instant. A message may then be handed over at once: an event posted now would
  /// be the next one anyway.
  @inlinable @inline(__always) public mutating func isQuiet() -> Bool {
    if !isFrontKnown { findFront() }
    return front.time > clock && instant == .nothing
  }

  /// Finds the first event outside the lane. Nothing that is inserted later can come before it without being noted.
  @inlinable @inline(__always) mutating func findFront() {
    let waiting = queue.firstKey()
    let arriving = arrivals.firstKey()
    isFrontArrival = arriving < waiting
    front = isFrontArrival ? arriving : waiting
    isFrontKnown = true
  }

  @inlinable @inline(__always) mutating func count(_ time: Time, _ order: UInt64) {
    hash = (hash ^ UInt64(bitPattern: time.nanoseconds)) &* 0x9E37_79B9_7F4A_7C15 &+ order
  }

  /// Ends the periods up to `time`, and folds within long ones; false when the run ends before it.
  @usableFromInline @inline(never) mutating func passBoundaries(before time: Time) -> Bool {
    while time >= boundary && now < end {
      clock = boundary
      if boundary == recordingStart {
        recorder.begin(at: boundary)
      } else if boundary == periodEnd {
        recorder.endPeriod(at: boundary)
      } else {
        recorder.fold(at: boundary)
      }
      if boundary == end { return false }
      let isPause = boundary == pause
      if boundary == periodEnd { periodEnd = min(boundary + period, end) }
      boundary = min(boundary + .minutes(1), periodEnd)
      if isPause { return false }
    }
    return now < end
  }

  // MARK: Verbs

  /// Schedules an event of the component's own, `delay` of 0 or more from now.
  @inlinable @inline(__always) public mutating func schedule(_ event: Event, after delay: Time) {
    schedule(event, at: Time(nanoseconds: now.nanoseconds &+ delay.nanoseconds))
  }

  /// Schedules an event of the component's own at a time that is not in the past.
  @inlinable @inline(__always) public mutating func schedule(_ event: Event, at time: Time) {
    precondition(time >= now, "an event cannot be scheduled in the past")
    order &+= 1
    insert(event, at: EventKey(time: time, order: order))
  }

  /// Schedules a time limit at a time that is not in the past: it comes before all ordinary events of its instant.
  ///
  /// So what takes exactly as long as its limit always exceeds it. The order of scheduling would not say so: a timer
  /// that serves many calls is armed before some of their answers are scheduled, and after others.
  @inlinable public mutating func scheduleLimit(_ event: Event, at time: Time) {
    precondition(time >= now, "an event cannot be scheduled in the past")
    order &+= 1
    insert(event, at: EventKey(time: time, order: order &- Self.ordinary))
  }

  /// Order numbers of ordinary events begin here, those of time limits at 0.
  @inlinable static var ordinary: UInt64 { 1 << 63 }

  @inlinable @inline(__always) mutating func insert(_ event: Event, at key: EventKey) {
    queue.insert(event, at: key)
    if key < front { isFrontKnown = false }
  }

  /// Schedules an event at this instant, behind those that are due already.
  @inlinable @inline(__always) public mutating func post(_ event: Event) {
    order &+= 1
    if instant == .nothing && usesLane {
      instant = .handoff
      handoff = event
      handoffOrder = order
    } else {
      postBehind(event)
    }
  }

  @inlinable @inline(never) mutating func postBehind(_ event: Event) {
    if usesLane {
      instant = instant.hasHandoff ? .handoffAndLane : .lane
      lane.append(event, order: order)
    } else {
      insert(event, at: EventKey(time: now, order: order))
    }
  }

  /// Announces a source's next arrival; `.never` announces none.
  @inlinable public mutating func expectArrival(of source: UInt16, at time: Time) {
    guard time < .never else { return }
    order &+= 1
    let key = EventKey(time: time, order: order)
    arrivals.insert(source, at: key)
    if key < front { isFrontKnown = false }
  }

  /// Places a call; the callee hears of it at this instant.
  @inlinable public mutating func place(
    from caller: Party, to callee: Party, site: UInt32, ledger: LedgerID
  ) -> CallID {
    let id = open(from: caller, to: callee, site: site, ledger: ledger)
    post(.called(id))
    return id
  }

  /// Opens a call of which the system tells the callee.
  @inlinable @inline(__always) public mutating func open(
    from caller: Party, to callee: Party, site: UInt32, ledger: LedgerID
  ) -> CallID {
    let slot = calls.take()
    calls[slot].state = .open
    calls[slot].site = site
    calls[slot].caller = caller
    calls[slot].callee = callee
    calls[slot].ledger = ledger
    calls[slot].start = clock
    calls[slot].deadline.due = .never
    return CallID(slot: slot, generation: calls[slot].generation)
  }

  /// Answers a call; the caller hears of it at this instant, unless it has given up. Answering twice traps.
  @inlinable @inline(__always) public mutating func answer(_ id: CallID, _ outcome: Outcome) {
    if close(id, outcome) { post(.answered(id)) }
  }

  /// Ends a call of which the system tells the caller.
  ///
  /// - Returns: whether the caller still waits for the answer.
  @inlinable @inline(__always) public mutating func close(_ id: CallID, _ outcome: Outcome) -> Bool {
    precondition(calls[id.slot].generation == id.generation, "a call is answered once")
    guard calls[id.slot].state == .open else { return closeAbandoned(id.slot) }
    calls[id.slot].state = .answered
    calls[id.slot].outcome = outcome
    return true
  }

  @usableFromInline @inline(never) mutating func closeAbandoned(_ slot: UInt32) -> Bool {
    precondition(calls[slot].state == .abandoned, "a call is answered once")
    release(slot)
    return false
  }

  /// The caller takes the answer and lets go of the call.
  @inlinable @inline(__always) public mutating func finish(_ id: CallID) {
    precondition(calls[id.slot].state == .answered, "only an answered call can be finished")
    release(id.slot)
  }

  /// Whether the name still stands for a call whose answer has come; false once the caller has given up on it.
  @inlinable public func isAnswered(_ id: CallID) -> Bool {
    calls[id.slot].generation == id.generation && calls[id.slot].state == .answered
  }

  /// The caller gives up on a call; the callee works on, and its answer goes nowhere.
  @inlinable public mutating func abandon(_ id: CallID) {
    precondition(calls[id.slot].generation == id.generation, "only a call in flight can be abandoned")
    if calls[id.slot].state == .answered {
      release(id.slot)
    } else {
      calls[id.slot].state = .abandoned
      calls[id.slot].ledger = .none
    }
  }

  @inlinable @inline(__always) mutating func release(_ slot: UInt32) {
    calls[slot].generation &+= 1
    calls[slot].state = .free
    calls.giveBack(slot)
  }

  // MARK: Segments

  /// Registers a place where time goes; the same name gives the same segment.
  public mutating func addSegment(_ name: String) -> SegmentID {
    if let index = segmentNames.firstIndex(of: name) { return SegmentID(index: UInt16(index)) }
    precondition(segmentNames.count < Int(UInt16.max), "a system has at most 65,535 segments")
    segmentNames.append(name)
    return SegmentID(index: UInt16(segmentNames.count - 1))
  }

  /// Names of all segments, by index.
  public var segments: [String] { segmentNames }
}
