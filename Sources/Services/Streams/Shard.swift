import Engine
import Units

/// One record of a stream: 16 bytes.
struct StoredRecord: BitwiseCopyable {
  /// When the stream took it.
  let arrival: Time
  /// Number of its partition key.
  let key: UInt32
  private let sizeAndPoison: UInt32

  init(arrival: Time, key: UInt32, bytes: UInt32, isPoisoned: Bool) {
    self.arrival = arrival
    self.key = key
    sizeAndPoison = bytes | (isPoisoned ? 1 << 31 : 0)
  }

  /// At most 10 MB.
  var bytes: UInt32 { sizeAndPoison & ~(1 << 31) }
  /// Whether no consumer can process it.
  var isPoisoned: Bool { sizeAndPoison >> 31 == 1 }
}

/// A shard: its records in the order of arrival, and its limits.
///
/// Sequence numbers count the shard's records and wrap, so that one of them masked is the place in the ring. A shard
/// keeps what a reader still needs, which is far less than 2^31 records.
struct Shard: BitwiseCopyable {
  private var ring: UnsafeMutablePointer<StoredRecord>?
  private var mask: UInt32 = 0
  /// Sequence number of the oldest record kept.
  private(set) var first: UInt32 = 0
  /// Sequence number of the next record.
  private(set) var end: UInt32 = 0
  private var recordLimit = TokenBucket(rate: StreamLimits.recordsWritten, burst: StreamLimits.recordsWritten)
  private var byteLimit = TokenBucket(rate: StreamLimits.bytesWritten, burst: StreamLimits.bytesWritten)
  /// Earliest moment of the next read: what was read before has used up the shard's throughput until then.
  private(set) var readableFrom = Time.zero

  /// Takes a record's share of the write limits, of both or of none.
  mutating func admit(bytes: Int64, at now: Time) -> Bool {
    let before = recordLimit
    guard recordLimit.take(at: now) else { return false }
    guard byteLimit.take(bytes, at: now) else {
      recordLimit = before
      return false
    }
    return true
  }

  mutating func append(_ record: StoredRecord) {
    if ring == nil || end &- first > mask { grow() }
    ring.unsafelyUnwrapped[Int(end & mask)] = record
    end &+= 1
  }

  /// A record that is still kept.
  func record(_ sequence: UInt32) -> StoredRecord { ring.unsafelyUnwrapped[Int(sequence & mask)] }

  /// Forgets the oldest records.
  mutating func trim(_ count: UInt32) { first &+= count }

  /// A read of so many bytes begins now.
  mutating func read(bytes: Int64, at now: Time) {
    let rate = StreamLimits.bytesRead
    readableFrom = now + Time(nanoseconds: (bytes * 1_000_000_000 + rate - 1) / rate)
  }

  @inline(never) private mutating func grow() {
    precondition(mask < UInt32.max / 4, "a shard keeps fewer than 2^31 records")
    let capacity = ring == nil ? 64 : 2 * (Int(mask) + 1)
    let wider = UnsafeMutablePointer<StoredRecord>.allocate(capacity: capacity)
    let widerMask = UInt32(capacity - 1)
    var sequence = first
    while sequence != end {
      wider[Int(sequence & widerMask)] = record(sequence)
      sequence &+= 1
    }
    ring?.deallocate()
    ring = wider
    mask = widerMask
  }

  /// Gives the memory back; the owner's last word.
  func deallocate() { ring?.deallocate() }
}

/// Limits of one shard with shared throughput (documented: Kinesis quotas). 1 MB is 1,048,576 bytes.
enum StreamLimits {
  /// Records and bytes a second that a shard takes.
  static let recordsWritten: Int64 = 1_000
  static let bytesWritten: Int64 = 1 << 20
  /// Bytes a second that a shard gives, to all readers together; 10 MB at once, and then nothing for 5 s.
  static let bytesRead: Int64 = 2 << 20
  /// Most of one read.
  static let recordsOfRead: UInt32 = 10_000
  static let bytesOfRead: Int64 = 10 << 20
  /// Between two reads of a shard, of which there are five a second, shared by its readers.
  static let readInterval = Time.milliseconds(200)
}
