import Engine
import Units

/// One record of a stream: 24 bytes.
struct StoredRecord: BitwiseCopyable {
  /// When the stream took it, or the table changed.
  let arrival: Time
  /// When readers can see it; not before the record in front of it.
  let visible: Time
  /// Number of its partition key.
  let key: UInt32
  private let sizeAndPoison: UInt32

  init(arrival: Time, visible: Time, key: UInt32, bytes: UInt32, isPoisoned: Bool) {
    self.arrival = arrival
    self.visible = visible
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
  /// When the last record can be seen.
  private(set) var visibleUntil = Time.zero
  /// How long records are under way at the moment, and until when: of a table's stream.
  var delay = Time.zero
  var delayEnd = Time.zero
  /// The shard whose records come before; `.max` for none.
  let parent: UInt32
  /// The first of the two shards that go on with its keys; `.max` while it is open.
  private(set) var children = UInt32.max

  init(parent: UInt32 = .max) { self.parent = parent }

  /// Takes no more records: two shards go on, of which the first has this number.
  mutating func close(children: UInt32) { self.children = children }

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
    visibleUntil = record.visible
    end &+= 1
  }

  /// A record that is still kept.
  func record(_ sequence: UInt32) -> StoredRecord { ring.unsafelyUnwrapped[Int(sequence & mask)] }

  /// Forgets the oldest records.
  mutating func trim(_ count: UInt32) { first &+= count }

  /// A read of so many bytes begins now.
  mutating func read(bytes: Int64, rate: Int64, at now: Time) {
    if rate == .max { return }
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

/// Limits of one shard. 1 MB is 1,048,576 bytes.
struct StreamLimits: BitwiseCopyable {
  /// Whether writes have limits of their own.
  let limitsWrites: Bool
  /// Most of one read.
  let recordsOfRead: UInt32
  let bytesOfRead: Int64
  /// Bytes a second that a shard gives, to all readers together: after a read of more there is nothing for a while.
  let bytesRead: Int64
  /// Between two reads of a shard.
  let readInterval: Time
  /// Whether readers share the reads, so that the interval grows with their number.
  let sharesReads: Bool

  /// Records and bytes a second that a shard of Kinesis takes.
  static let recordsWritten: Int64 = 1_000
  static let bytesWritten: Int64 = 1 << 20

  /// A shard of Kinesis with shared throughput (documented: Kinesis quotas): 10 MB at once, and then nothing for 5 s;
  /// five reads a second.
  static let kinesis = StreamLimits(
    limitsWrites: true, recordsOfRead: 10_000, bytesOfRead: 10 << 20, bytesRead: 2 << 20,
    readInterval: .milliseconds(200), sharesReads: true)

  /// A shard of a table's stream: 1,000 records or 1 MB at once (documented: GetRecords), read four times a second by
  /// each of its readers (documented as Lambda's base rate). The table's own limits bound what is written.
  static let table = StreamLimits(
    limitsWrites: false, recordsOfRead: 1_000, bytesOfRead: 1 << 20, bytesRead: .max, readInterval: .milliseconds(250),
    sharesReads: false)
}
