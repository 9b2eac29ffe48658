import Engine
import Units

// A message's way through its queue.
//
//   sent -> [delayed] -> [arriving] -> visible -> in flight -> deleted
//                                        ^  |        |
//                                        |  |        | visibility timeout
//                                        |  +--------|--> redriving, received too often
//                                        +-----------+
//
// After the retention period a message is deleted wherever it is.

/// One message. Its slot holds the links of all lists that it can stand in.
struct Message: DeadlineCarrier {
  /// Where a message is.
  enum State: UInt8, BitwiseCopyable {
    case free
    /// Stored, and on its way to a waiting poller.
    case arriving
    /// Not to be received before the queue's delay is over.
    case delayed
    case visible
    /// Received, and hidden from others until its visibility timeout.
    case inFlight
    /// On its way to the dead-letter queue.
    case redriving
    /// Its retention ended while it was arriving; the slot is free once it has arrived.
    case expired
  }

  var state: State
  var isPoisoned: Bool
  var bytes: Int32
  /// How often it was received.
  var receives: UInt32
  /// The receipt of its last receive; 0 before the first one.
  var receipt: UInt32
  /// Slot of its message group, in a FIFO queue.
  var group: UInt32
  /// When the queue had stored it.
  var sent: Time
  /// Neighbours among the visible messages, or in the message group.
  var next: UInt32
  var previous: UInt32
  /// Neighbours in the order of sending.
  var newer: UInt32
  var older: UInt32
  /// The next message that arrives at the same instant.
  var companion: UInt32
  /// End of the delay, or of the visibility timeout.
  var deadline: DeadlineLink

  static var blank: Message {
    Message(
      state: .free, isPoisoned: false, bytes: 0, receives: 0, receipt: 0, group: .max, sent: .zero, next: .max,
      previous: .max, newer: .max, older: .max, companion: .max, deadline: .unlinked)
  }
}

/// One receive of one message. It stays good until the message is received again.
struct Receipt: BitwiseCopyable {
  let message: UInt32
  let number: UInt32
  let isPoisoned: Bool
  /// The next receipt of the same batch.
  var next: UInt32
}

/// What a poller got: a chain of receipts.
struct ReceivedMessages: BitwiseCopyable {
  var first: UInt32 = .max
  var last: UInt32 = .max
  var count: UInt32 = 0
  var bytes: Int64 = 0
  var isPoisoned = false
  /// Whether the next message would have gone beyond the bytes.
  var isFull = false
}

/// What moves from a queue to its dead-letter queue.
struct RedrivenMessage: BitwiseCopyable {
  let bytes: Int32
  let isPoisoned: Bool
  let groupKey: UInt32
}

/// Messages in a doubly linked list, the first to be received first.
struct MessageList: BitwiseCopyable {
  private(set) var head: UInt32 = .max
  private(set) var tail: UInt32 = .max

  @inline(__always) mutating func append(_ message: UInt32, in messages: borrowing Slab<Message>) {
    messages[message].next = .max
    messages[message].previous = tail
    if tail == .max { head = message } else { messages[tail].next = message }
    tail = message
  }

  @inline(__always) mutating func remove(_ message: UInt32, in messages: borrowing Slab<Message>) {
    let (next, previous) = (messages[message].next, messages[message].previous)
    if previous == .max { head = next } else { messages[previous].next = next }
    if next == .max { tail = previous } else { messages[next].previous = previous }
  }
}

/// All messages of a queue in the order of sending, the oldest first.
struct AgeList: BitwiseCopyable {
  private(set) var oldest: UInt32 = .max
  private var newest: UInt32 = .max

  @inline(__always) mutating func append(_ message: UInt32, in messages: borrowing Slab<Message>) {
    messages[message].newer = .max
    messages[message].older = newest
    if newest == .max { oldest = message } else { messages[newest].newer = message }
    newest = message
  }

  @inline(__always) mutating func remove(_ message: UInt32, in messages: borrowing Slab<Message>) {
    let (newer, older) = (messages[message].newer, messages[message].older)
    if older == .max { oldest = newer } else { messages[older].newer = newer }
    if newer == .max { newest = older } else { messages[newer].older = older }
  }
}
