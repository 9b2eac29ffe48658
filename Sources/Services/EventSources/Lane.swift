import Engine
import Units

/// One of a shard's concurrent batches: the records that wait for it, in order, and the batch in work.
///
/// A lane's state is in one place, so that no record can be in two batches: the batch in work is the first `batch`
/// records of the queue, and they leave it only when they are processed or given up.
struct Lane: BitwiseCopyable {
  enum State: UInt8, BitwiseCopyable {
    /// Without a batch, and without records.
    case idle
    /// With fewer records than a batch, until the batching window is over.
    case gathering
    /// The function has the batch.
    case invoking
    /// The batch has failed or was throttled, and waits for its next attempt.
    case waiting
  }

  var state = State.idle
  /// Retries of the batch in work that counted.
  var attempts: UInt32 = 0
  /// Records of the batch in work; 0 while there is none.
  var batch: UInt32 = 0
  /// The parts split off behind the batch in work: index into the mapping's parts, `.max` for none.
  var parts: UInt32 = .max
  /// End of the batching window, while gathering.
  var windowEnd = Time.never
  /// Sequence numbers of the lane's records, the oldest first.
  var queue = SequenceQueue()
  /// Bytes of all of them.
  var bytes: Int64 = 0

  /// Whether it has no batch, and so would take records.
  var isFree: Bool {
    switch state {
    case .idle, .gathering: true
    case .invoking, .waiting: false
    }
  }
}

/// A part of a batch that was split, behind the one in work.
struct BatchPart: BitwiseCopyable {
  var count: UInt32
  /// The part behind it; `.max` for none.
  var next: UInt32
}

/// First in, first out, in memory that grows and is used again.
struct SequenceQueue: BitwiseCopyable {
  private var ring: UnsafeMutablePointer<UInt32>?
  private var mask: UInt32 = 0
  private var first: UInt32 = 0
  private(set) var count: UInt32 = 0

  /// The element at a position from the front.
  subscript(position: UInt32) -> UInt32 { ring.unsafelyUnwrapped[Int((first &+ position) & mask)] }

  mutating func append(_ sequence: UInt32) {
    if ring == nil || count > mask { grow() }
    ring.unsafelyUnwrapped[Int((first &+ count) & mask)] = sequence
    count &+= 1
  }

  mutating func removeFirst() -> UInt32 {
    let sequence = self[0]
    first &+= 1
    count &-= 1
    return sequence
  }

  @inline(never) private mutating func grow() {
    precondition(mask < UInt32.max / 4, "a lane holds fewer than 2^31 records")
    let capacity = ring == nil ? 16 : 2 * (Int(mask) + 1)
    let wider = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
    for position in 0..<count { wider[Int(position)] = self[position] }
    ring?.deallocate()
    ring = wider
    mask = UInt32(capacity - 1)
    first = 0
  }

  /// Gives the memory back; the owner's last word.
  func deallocate() { ring?.deallocate() }
}
