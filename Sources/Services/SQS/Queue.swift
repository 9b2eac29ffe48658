import Engine
import Units

// One queue. Senders' requests are answered after the send's latency, and then their messages are stored. Mappings
// receive and delete messages as they go, by verbs of the queue; they are told when there is something to receive.
//
//   called -> (FIFO throughput) -> send latency -> stored and answered

/// What happens inside a queue.
@frozen
public enum QueueEvent: BitwiseCopyable, Sendable {
  /// A send is done.
  case sent(CallID)
  /// Messages reach a waiting poller: the first of them.
  case arrived(message: UInt32)
  /// The delay of messages may be over.
  case delayTimer
  /// The visibility timeout of messages may be over.
  case visibilityTimer
  /// The retention of messages may be over.
  case retentionTimer
  /// A minute has passed: the age of the oldest message is read.
  case sample
}

/// A mapping that reads the queue.
struct QueueConsumer: BitwiseCopyable {
  let mapping: UInt16
  /// Whether one of its pollers waits for messages.
  var isWaiting: Bool
}

/// A queue's state, and how it reacts.
struct Queue: ~Copyable {
  let index: UInt16
  let config: QueueConfig
  let sites: UnsafeMutablePointer<CallSite>
  var messages: Slab<Message>
  var receipts: Slab<Receipt>
  var groups: MessageGroups
  /// Visible messages of a standard queue; those of a FIFO queue stand in their groups.
  var visible: MessageList
  var ages: AgeList
  var delays: DeadlineList
  var visibility: DeadlineList
  /// API calls a second of a FIFO queue's sends.
  var sends: TokenBucket
  /// API calls a second of a FIFO queue's receives.
  var receives: Pace
  let isFifo: Bool
  let visibilityTimeout: Time
  let delay: Time
  let inFlightLimit: Int
  let maxReceiveCount: UInt32
  /// The site of the dead-letter queue, and that queue.
  let deadLetterSite: UInt32
  let deadLetterQueue: Party
  let consumers: UnsafeMutablePointer<QueueConsumer>
  let consumerCount: Int
  var waitingConsumers = 0
  /// The consumer whose turn it is.
  var turn = 0
  /// Arriving messages included.
  var visibleCount = 0
  var inFlight = 0
  var delayedCount = 0
  var lastReceipt: UInt32 = 0
  var isRetentionArmed = false
  var isSampleArmed = false
  /// Largest age of the oldest message in the recorded span, as it left and every minute.
  var peakAge = Time.zero
  let sendLatency: Sampler
  let deliveryLatency: Sampler
  var sendStream: RandomStream
  var deliveryStream: RandomStream
  var groupStream: RandomStream
  var poisonStream: RandomStream
  let records: QueueRecords

  /// `sites` is the system's table, which is complete only when every component is built.
  init(
    _ config: QueueConfig, index: UInt16, directory: inout Directory, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    messages = Slab(blank: .blank)
    receipts = Slab(blank: Receipt(message: .max, number: 0, isPoisoned: false, next: .max))
    groups = MessageGroups()
    visible = MessageList()
    ages = AgeList()
    delays = DeadlineList()
    visibility = DeadlineList()
    let calls = QueueMeters.callsPerSecond(isHighThroughput: config.isHighThroughput)
    sends = config.isFifo ? TokenBucket(rate: calls, burst: calls) : .unlimited
    receives = config.isFifo ? Pace(perSecond: calls) : .unlimited
    isFifo = config.isFifo
    visibilityTimeout = config.visibilityTimeout
    delay = config.delay
    inFlightLimit = config.inFlightLimit
    if let redrive = config.redrive {
      maxReceiveCount = UInt32(redrive.maxReceiveCount)
      deadLetterSite = directory.site(SiteRequest(resource: redrive.deadLetterTarget))
      deadLetterQueue = directory.party(of: redrive.deadLetterTarget)
    } else {
      maxReceiveCount = .max
      deadLetterSite = .max
      deadLetterQueue = Party(.queue, index)
    }
    let mappings = directory.consumers(of: config.name)
    consumers = memory.copy(mappings.map { QueueConsumer(mapping: $0, isWaiting: false) })
    consumerCount = mappings.count
    sendLatency = pool.makeSampler(config.sendLatency)
    deliveryLatency = pool.makeSampler(config.deliveryLatency)
    sendStream = streams.stream(component: config.name, purpose: "send latency")
    deliveryStream = streams.stream(component: config.name, purpose: "delivery latency")
    groupStream = streams.stream(component: config.name, purpose: "message groups")
    poisonStream = streams.stream(component: config.name, purpose: "poison")
    records = QueueRecords(config, run: &run)
  }

  // MARK: Messages and events

  /// A sender's request arrives.
  mutating func called(_ call: CallID, _ request: MessageRequest, _ run: inout Run<Event>) {
    guard sends.take(at: run.now) else {
      run.recorder.count(records.throttles)
      return run.answer(call, .throttled)
    }
    run.schedule(.queue(index, .sent(call)), after: Time(nanoseconds: sendLatency.drawTime(&sendStream)))
  }

  /// A send is done: its messages are stored, and the call is answered. Returns whether the sender still waits.
  @inline(never) mutating func sent(_ call: CallID, _ run: inout Run<Event>) -> Bool {
    guard case .message(let request) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("a call to a queue brings messages")
    }
    let entries = Int64(request.entries)
    run.recorder.count(records.sent, by: entries)
    run.recorder.count(records.sentBytes, by: entries &* request.bytes)
    run.recorder.count(records.requests, by: QueueMeters.requests(bytes: entries &* request.bytes))
    var first: UInt32 = .max
    var last: UInt32 = .max
    for _ in 0..<request.entries {
      let isPoisoned = request.poison > 0 && poisonStream.nextUnit() < request.poison
      let key = isFifo ? UInt32(groupStream.nextIndex(below: UInt64(request.keys))) : 0
      let message = store(bytes: Int32(truncatingIfNeeded: request.bytes), isPoisoned: isPoisoned, key: key, &run)
      if last == .max { first = message } else { messages[last].companion = message }
      last = message
    }
    release(first, count: Int(request.entries), &run)
    run.ledgers.attribute(run.calls[call.slot].ledger, to: records.sendSegment, at: run.now)
    return run.close(call, .success)
  }

  /// A message arrives from a queue of which this is the dead-letter queue.
  mutating func redriven(_ message: RedrivenMessage, _ call: CallID, _ run: inout Run<Event>) {
    run.recorder.count(records.arrivedByRedrive)
    let slot = store(bytes: message.bytes, isPoisoned: message.isPoisoned, key: message.groupKey, &run)
    release(slot, count: 1, &run)
    run.answer(call, .success)
  }

  /// The dead-letter queue has taken a message.
  @inline(never) mutating func answered(_ call: CallID, _ run: inout Run<Event>) {
    let message = run.calls[call.slot].caller.tag
    precondition(messages[message].state == .redriving, "only a message that moves is taken by a dead-letter queue")
    run.recorder.count(records.redriven)
    free(message)
    run.finish(call)
  }

  /// What goes to the dead-letter queue.
  func redrivenMessage(_ message: UInt32) -> RedrivenMessage {
    RedrivenMessage(
      bytes: messages[message].bytes, isPoisoned: messages[message].isPoisoned,
      // The group's key was put aside when the message left its group.
      groupKey: messages[message].group)
  }

  /// Something of the queue's own is due. Returns the mapping that must be told of messages; `.max` for none.
  @inline(__always) mutating func handle(_ event: QueueEvent, _ run: inout Run<Event>) -> UInt16 {
    switch event {
    case .sent: preconditionFailure("the system answers senders")
    case .arrived(let message): arrived(message, &run)
    case .delayTimer: delayTimer(&run)
    case .visibilityTimer: visibilityTimer(&run)
    case .retentionTimer: retentionTimer(&run)
    case .sample: sample(&run)
    }
    return nextWaitingConsumer()
  }

  // MARK: Storing

  /// A message enters the queue, and is in no list but that of ages.
  private mutating func store(
    bytes: Int32, isPoisoned: Bool, key: UInt32, _ run: inout Run<Event>
  ) -> UInt32 {
    let slot = messages.take()
    messages[slot] = .blank
    messages[slot].bytes = bytes
    messages[slot].isPoisoned = isPoisoned
    messages[slot].sent = run.now
    if isFifo {
      let group = groups.group(of: key)
      groups.slab[group].pending &+= 1
      messages[slot].group = group
    }
    ages.append(slot, in: messages)
    if !isRetentionArmed {
      isRetentionArmed = true
      run.scheduleLimit(.queue(index, .retentionTimer), at: run.now + config.messageRetentionPeriod)
    }
    if !isSampleArmed {
      isSampleArmed = true
      run.schedule(.queue(index, .sample), after: .minutes(1))
    }
    return slot
  }

  /// Messages that were stored together wait for the queue's delay, or arrive.
  private mutating func release(_ first: UInt32, count: Int, _ run: inout Run<Event>) {
    guard delay > .zero else {
      visibleCount &+= count
      run.recorder.change(records.visible, by: Int64(count), at: run.now)
      return arrive(first, &run)
    }
    delayedCount &+= count
    run.recorder.change(records.delayed, by: Int64(count), at: run.now)
    let due = run.now + delay
    var message = first
    while message != .max {
      let next = messages[message].companion
      messages[message].companion = .max
      messages[message].state = .delayed
      if delays.enter(message, due: due, in: messages) { run.schedule(.queue(index, .delayTimer), at: due) }
      message = next
    }
  }

  /// Messages can be received: by a waiting poller after the delivery's latency, by a busy one when it is free. Those of
  /// a message group arrive in their order.
  mutating func arrive(_ first: UInt32, _ run: inout Run<Event>) {
    var due = run.now
    if waitingConsumers > 0 { due += Time(nanoseconds: deliveryLatency.drawTime(&deliveryStream)) }
    if isFifo {
      var message = first
      while message != .max {
        due = max(due, groups.slab[messages[message].group].lastArrival)
        message = messages[message].companion
      }
      message = first
      while message != .max {
        groups.slab[messages[message].group].lastArrival = due
        message = messages[message].companion
      }
    }
    var message = first
    while message != .max {
      messages[message].state = .arriving
      message = messages[message].companion
    }
    if due == run.now && waitingConsumers == 0 {
      arrived(first, &run)
    } else {
      run.schedule(.queue(index, .arrived(message: first)), at: due)
    }
  }

  /// Messages are there to be received.
  private mutating func arrived(_ first: UInt32, _ run: inout Run<Event>) {
    var message = first
    while message != .max {
      let next = messages[message].companion
      messages[message].companion = .max
      if messages[message].state == .expired {
        free(message)
      } else {
        messages[message].state = .visible
        if isFifo {
          let group = messages[message].group
          groups.slab[group].pending &-= 1
          groups.slab[group].messages.append(message, in: messages)
          if groups.slab[group].cursor == .max { groups.slab[group].cursor = message }
          groups.update(group)
        } else {
          visible.append(message, in: messages)
        }
      }
      message = next
    }
  }

  /// A message's slot is free.
  mutating func free(_ message: UInt32) {
    messages[message].state = .free
    messages.giveBack(message)
  }
}
