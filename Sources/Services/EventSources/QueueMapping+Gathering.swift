import Engine
import Units

// Batches with a window: they gather messages with several receives, until they are complete or the window is over.
extension QueueMapping {
  /// A receive has brought some messages, but not ten: the next one begins `pollDuration` later.
  ///
  /// Asking again in no time would take every message with a receive of its own, and bill it. After ten messages
  /// there may be more, and a poll follows at once.
  mutating func gather(_ batch: UInt32, _ run: inout Run<Event>) {
    gathering &+= 1
    pause(batch, as: .gathering, polling.pollDuration, &run)
  }

  /// The next poll of a batch that has gathered something.
  mutating func pollAgain(_ batch: UInt32, _ source: inout Queue, _ run: inout Run<Event>) {
    gathering &-= 1
    joinPolling(batch, &run)
    poll(&source, &run)
  }

  /// Whether messages wait for want of pollers. What comes between two polls of a batch is not a backlog: that batch
  /// takes it, unless the pollers' pace is what keeps it waiting.
  @inline(__always) func hasBacklog(_ source: borrowing Queue) -> Bool {
    source.canReceive && (gathering == 0 || isPaced)
  }

  /// Windows that are over: their batches go, with the poll that was waiting for more.
  mutating func windowTimer(_ source: inout Queue, _ run: inout Run<Event>) {
    search: while true {
      switch windows.expire(at: run.now, in: batches) {
      case .idle: break search
      case .rearm(let due):
        run.scheduleLimit(.queueMapping(index, .windowTimer), at: due)
        break search
      case .expired(let batch):
        if batches[batch].state == .gathering {
          // No poll is under way. Its `resumed` stays behind, and is stale when it comes.
          gathering &-= 1
        } else {
          let isCutShort = (run.now - batches[batch].since).nanoseconds % polling.longPoll.nanoseconds != 0
          leavePolling(batch, &source, &run)
          if isCutShort { addEmptyPolls(1, &source, &run) }
        }
        invoke(batch, &run)
      }
    }
    source.setWaiting(consumer, firstPolling != .max && !isPaced)
    watchBacklog(source, &run)
  }
}
