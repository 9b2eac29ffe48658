/// The last sums of a metric, a minute each: those that are over, and those of them that CloudWatch's alarms can see.
///
/// A ring in plain memory. A minute without a data point is held as -1; sums are 0 or more.
struct DataPoints: BitwiseCopyable {
  private let points: UnsafeMutablePointer<Int64>
  private let capacity: Int
  /// Minutes that are over.
  private var ended = 0
  /// Of them, the first ones that the alarms can see.
  private var visible = 0

  /// `delay` is how many minutes may be over without being visible, `longest` the most points that an alarm looks at.
  init(delay: Int, longest: Int, memory: PlainMemory) {
    // Fewer than `longest` minutes without a point may stand before each point.
    capacity = longest * longest + delay + 1
    points = memory.copy(Array(repeating: -1, count: capacity))
  }

  /// A minute is over; nil is no data point.
  mutating func end(_ sum: Int64?) {
    points[ended % capacity] = sum ?? -1
    ended += 1
    precondition(ended - visible <= capacity, "a ring holds every minute that the alarms have not seen")
  }

  /// The alarms see the next minute.
  mutating func see() {
    precondition(visible < ended, "alarms see only minutes that are over")
    visible += 1
  }

  /// The least and the greatest of the last `count` points that the alarms see.
  ///
  /// Nil if there are not so many, if `count` minutes in a row before one of them have none, or if the last minute has
  /// none: then nothing new is known.
  func extremes(ofLast count: Int) -> ClosedRange<Int64>? {
    guard visible > 0, points[(visible - 1) % capacity] >= 0 else { return nil }
    var (least, greatest) = (Int64.max, Int64.min)
    var (found, gap) = (0, 0)
    var minute = visible - 1
    while found < count {
      guard minute >= 0, ended - minute <= capacity, gap < count else { return nil }
      let point = points[minute % capacity]
      minute -= 1
      if point < 0 {
        gap += 1
      } else {
        (least, greatest) = (min(least, point), max(greatest, point))
        (found, gap) = (found + 1, 0)
      }
    }
    return least...greatest
  }
}
