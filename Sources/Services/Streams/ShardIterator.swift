import Engine
import Units

/// Where one reader stands in one shard, and when it looks again.
///
/// A reader that wants records looks on a grid of instants: `anchor`, `anchor + step`, `anchor + 2 step` .. A look that
/// finds nothing changes nothing, so none is scheduled until a record arrives; the record then arms the first look of
/// the grid that is not before it. The reader sees each record at the moment at which it would with a timer per look.
struct ShardIterator: BitwiseCopyable {
  /// Sequence number of the next record to read.
  var position: UInt32 = 0
  /// Sequence number of the oldest record that the reader has not done with.
  var oldest: UInt32 = 0
  /// Whether the reader would take records now.
  var wants = true
  /// Whether the shard's parent has records that the reader has not done with.
  var isBlocked = false
  /// The grid of looks.
  var anchor = Time.zero
  var step: Time
  /// Earliest next look: the limit of reads a second.
  var lookFrom = Time.zero
  /// When the pending look comes; `.never` for none. One that comes at another time is stale.
  var armed = Time.never

  /// The first look of the grid that is not before `now`.
  func nextLook(_ now: Time) -> Time {
    if now <= anchor { return anchor }
    let late = (now - anchor).nanoseconds
    let steps = (late + step.nanoseconds - 1) / step.nanoseconds
    return anchor + step * steps
  }

  /// Goes on with another step from the next look on.
  mutating func change(step new: Time, at now: Time) {
    anchor = nextLook(now)
    step = new
  }
}

/// A mapping that reads the stream.
struct StreamReader: BitwiseCopyable {
  /// Index among the mappings from streams.
  let mapping: UInt16
  /// Records put and not done with by this reader.
  let behind: LevelID
  /// Time between two looks at a shard that had no records.
  let step: Time
}
