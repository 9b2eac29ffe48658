import Engine
import Units

// What pollers do with a queue: receive messages, delete them, or let them reappear. They are part of Lambda, whose
// requests are billed as anybody's but add no time of their own.
extension Queue {
  /// Whether a receive would find a message.
  @inline(__always) var canReceive: Bool {
    inFlight < inFlightLimit && (isFifo ? groups.firstReady != .max : visible.head != .max)
  }

  /// Receives up to so many messages with up to so many bytes, at most ten with one request. Messages that were received
  /// too often go to the dead-letter queue instead.
  mutating func receive(
    atMost room: UInt32, bytes bytesMax: Int64, _ run: inout Run<Event>
  ) -> ReceivedMessages {
    var received = ReceivedMessages()
    var redriven = 0
    var requestCount = 0
    var requestBytes: Int64 = 0
    let due = run.now + visibilityTimeout
    while received.count < room, canReceive {
      let message = isFifo ? groups.slab[groups.firstReady].cursor : visible.head
      if messages[message].receives >= maxReceiveCount {
        redrive(message, &run)
        redriven &+= 1
        continue
      }
      let bytes = Int64(messages[message].bytes)
      if received.bytes &+ bytes > bytesMax {
        received.isFull = true
        break
      }
      take(message)
      if visibility.enter(message, due: due, in: messages) {
        run.scheduleLimit(.queue(index, .visibilityTimer), at: due)
      }
      append(message, to: &received)
      if requestCount == QueueMeters.batchMax {
        run.recorder.count(records.requests, by: QueueMeters.requests(bytes: requestBytes))
        (requestCount, requestBytes) = (0, 0)
      }
      requestCount &+= 1
      requestBytes &+= bytes
    }
    // A group is not shared: what is left of it waits until its messages in flight are done.
    if isFifo, groups.firstReady != .max, groups.slab[groups.firstReady].inFlight > 0 {
      groups.setReady(groups.firstReady, false)
    }
    if received.count > 0 {
      run.recorder.count(records.requests, by: QueueMeters.requests(bytes: requestBytes))
      run.recorder.count(records.received, by: Int64(received.count))
      run.recorder.change(records.notVisible, by: Int64(received.count), at: run.now)
    }
    let left = Int(received.count) &+ redriven
    visibleCount &-= left
    run.recorder.change(records.visible, by: -Int64(left), at: run.now)
    return received
  }

  /// A visible message is in flight.
  @inline(__always) private mutating func take(_ message: UInt32) {
    if isFifo {
      let group = messages[message].group
      groups.slab[group].inFlight &+= 1
      groups.slab[group].cursor = messages[message].next
      if messages[message].next == .max { groups.setReady(group, false) }
    } else {
      visible.remove(message, in: messages)
    }
    messages[message].state = .inFlight
    messages[message].receives &+= 1
    inFlight &+= 1
    lastReceipt &+= 1
    messages[message].receipt = lastReceipt
  }

  @inline(__always) private mutating func append(_ message: UInt32, to received: inout ReceivedMessages) {
    let isPoisoned = messages[message].isPoisoned
    let receipt = receipts.take()
    receipts[receipt] = Receipt(message: message, number: lastReceipt, isPoisoned: isPoisoned, next: .max)
    if received.last == .max { received.first = receipt } else { receipts[received.last].next = receipt }
    received.last = receipt
    received.count &+= 1
    received.bytes &+= Int64(messages[message].bytes)
    if isPoisoned { received.isPoisoned = true }
  }

  /// A visible message goes to the dead-letter queue.
  private mutating func redrive(_ message: UInt32, _ run: inout Run<Event>) {
    if isFifo {
      let group = messages[message].group
      let key = groups.slab[group].key
      leaveGroup(message)
      messages[message].group = key
    } else {
      visible.remove(message, in: messages)
    }
    noteAge(of: message, &run)
    ages.remove(message, in: messages)
    messages[message].state = .redriving
    _ = run.place(
      from: Party(.queue, index, tag: message), to: deadLetterQueue, site: deadLetterSite, ledger: .none)
  }

  /// Deletes the message of a receipt, which is used up. A receipt is good until the message is received again; one that
  /// is not deletes nothing. Returns whether it was good.
  mutating func delete(_ receipt: UInt32, _ run: inout Run<Event>) -> Bool {
    let (message, number) = (receipts[receipt].message, receipts[receipt].number)
    receipts.giveBack(receipt)
    guard messages[message].receipt == number else { return false }
    switch messages[message].state {
    case .visible, .inFlight: break
    case .free, .arriving, .delayed, .redriving, .expired: return false
    }
    run.recorder.count(records.deleted)
    run.recorder.record(records.time, (run.now - messages[message].sent).nanoseconds)
    remove(message, &run)
    return true
  }

  /// A receipt is used up; its message reappears when its visibility timeout is over.
  mutating func drop(_ receipt: UInt32) { receipts.giveBack(receipt) }

  /// Counts the requests that deleted so many messages.
  func countDeletes(_ messages: Int64, _ run: inout Run<Event>) {
    run.recorder.count(records.requests, by: QueueMeters.deleteRequests(messages))
  }

  /// Counts polls that found nothing.
  func countEmptyReceives(_ polls: Int64, _ run: inout Run<Event>) {
    run.recorder.count(records.emptyReceives, by: polls)
    run.recorder.count(records.requests, by: polls)
  }

  /// Takes a message that is delayed, visible or in flight out of the queue, and frees it; one that is arriving is freed
  /// when it has arrived.
  mutating func remove(_ message: UInt32, _ run: inout Run<Event>) {
    noteAge(of: message, &run)
    ages.remove(message, in: messages)
    switch messages[message].state {
    case .free, .redriving, .expired: preconditionFailure("a message leaves its queue once")
    case .arriving:
      visibleCount &-= 1
      run.recorder.change(records.visible, by: -1, at: run.now)
      messages[message].state = .expired
      leavePending(message)
      return
    case .delayed:
      delays.leave(message, in: messages)
      delayedCount &-= 1
      run.recorder.change(records.delayed, by: -1, at: run.now)
      leavePending(message)
    case .visible:
      if isFifo { leaveGroup(message) } else { visible.remove(message, in: messages) }
      visibleCount &-= 1
      run.recorder.change(records.visible, by: -1, at: run.now)
    case .inFlight:
      visibility.leave(message, in: messages)
      if isFifo {
        groups.slab[messages[message].group].inFlight &-= 1
        leaveGroup(message)
      }
      inFlight &-= 1
      run.recorder.change(records.notVisible, by: -1, at: run.now)
    }
    free(message)
  }

  private mutating func leavePending(_ message: UInt32) {
    guard isFifo else { return }
    groups.slab[messages[message].group].pending &-= 1
    groups.releaseIfEmpty(messages[message].group)
  }

  private mutating func leaveGroup(_ message: UInt32) {
    let group = messages[message].group
    if groups.slab[group].cursor == message { groups.slab[group].cursor = messages[message].next }
    groups.slab[group].messages.remove(message, in: messages)
    // While a receive takes from the group, its messages in flight do not keep it from being ready.
    if groups.slab[group].inFlight == 0 {
      groups.update(group)
    } else if groups.slab[group].cursor == .max {
      groups.setReady(group, false)
    }
    groups.releaseIfEmpty(group)
  }

  // MARK: Consumers

  /// The place of a mapping among the consumers.
  func consumer(of mapping: UInt16) -> Int {
    for place in 0..<consumerCount where consumers[place].mapping == mapping { return place }
    preconditionFailure("a mapping reads its own queue")
  }

  /// Whether pollers of a consumer wait for messages.
  mutating func setWaiting(_ consumer: Int, _ isWaiting: Bool) {
    guard consumers[consumer].isWaiting != isWaiting else { return }
    consumers[consumer].isWaiting = isWaiting
    waitingConsumers &+= isWaiting ? 1 : -1
  }

  /// The mapping to be told that there are messages, each in its turn; `.max` if there are none or nobody waits.
  @inline(__always) mutating func nextWaitingConsumer() -> UInt16 {
    guard waitingConsumers > 0, canReceive else { return .max }
    while !consumers[turn].isWaiting { turn = turn &+ 1 == consumerCount ? 0 : turn &+ 1 }
    let mapping = consumers[turn].mapping
    turn = turn &+ 1 == consumerCount ? 0 : turn &+ 1
    return mapping
  }
}
