/// A point on the simulated clock, or a span of it: whole nanoseconds.
///
/// One type serves both, because a run starts at zero. The range is about 292 years; `never` stands
/// for a point that does not come. Arithmetic traps on overflow.
@frozen
public struct Time: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Nanoseconds, 0 at the start of a run.
  public var nanoseconds: Int64

  /// A time of so many nanoseconds.
  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The start of a run, and the empty span.
  @inlinable public static var zero: Time { Time(nanoseconds: 0) }
  /// Later than every event.
  @inlinable public static var never: Time { Time(nanoseconds: .max) }

  /// So many whole microseconds.
  @inlinable public static func microseconds(_ n: Int64) -> Time { Time(nanoseconds: n * 1_000) }
  /// So many whole milliseconds.
  @inlinable public static func milliseconds(_ n: Int64) -> Time { Time(nanoseconds: n * 1_000_000) }
  /// So many whole seconds.
  @inlinable public static func seconds(_ n: Int64) -> Time { Time(nanoseconds: n * 1_000_000_000) }
  /// So many whole minutes.
  @inlinable public static func minutes(_ n: Int64) -> Time { .seconds(60 * n) }
  /// So many whole hours.
  @inlinable public static func hours(_ n: Int64) -> Time { .seconds(3_600 * n) }
  /// So many whole days of 24 hours.
  @inlinable public static func days(_ n: Int64) -> Time { .seconds(86_400 * n) }

  /// The span in seconds, for figures; never fed back into the clock.
  @inlinable public var inSeconds: Double { Double(nanoseconds) / 1e9 }
  /// The span in milliseconds, for figures; never fed back into the clock.
  @inlinable public var inMilliseconds: Double { Double(nanoseconds) / 1e6 }

  @inlinable public static func < (a: Time, b: Time) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable public static func + (a: Time, b: Time) -> Time { Time(nanoseconds: a.nanoseconds + b.nanoseconds) }
  @inlinable public static func - (a: Time, b: Time) -> Time { Time(nanoseconds: a.nanoseconds - b.nanoseconds) }
  @inlinable public static func * (a: Time, n: Int64) -> Time { Time(nanoseconds: a.nanoseconds * n) }
  @inlinable public static func += (a: inout Time, b: Time) { a.nanoseconds += b.nanoseconds }
}

extension Time: CustomStringConvertible {
  /// The span in the largest unit that divides it, as scenarios write it: `250 ms`, `90 s`, `30 d`.
  public var description: String {
    if nanoseconds == 0 { return "0 s" }
    for (unit, size) in Self.units.reversed() where nanoseconds % size == 0 {
      return "\(nanoseconds / size) \(unit)"
    }
    return "\(nanoseconds) ns"
  }

  /// Unit names that scenarios may use, each with its nanoseconds, smallest first.
  public static let units: [(name: String, nanoseconds: Int64)] = [
    ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("min", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000),
  ]
}
