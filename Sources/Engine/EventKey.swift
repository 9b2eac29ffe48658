import Units

/// A point in the order of events: time first, then the order of scheduling.
@frozen
public struct EventKey: Comparable, BitwiseCopyable, Sendable {
  /// Nanoseconds in the upper half, order number in the lower: one comparison decides.
  @usableFromInline let bits: UInt128

  /// The key of the `order`-th scheduling, due at `time`, which is 0 or later.
  @inlinable public init(time: Time, order: UInt64) {
    bits = UInt128(_low: order, _high: UInt64(bitPattern: time.nanoseconds))
  }

  @inlinable init(bits: UInt128) { self.bits = bits }

  /// When the event is due.
  @inlinable public var time: Time { Time(nanoseconds: Int64(truncatingIfNeeded: bits._high)) }
  /// Its number among all schedulings.
  @inlinable public var order: UInt64 { bits._low }

  @inlinable public static func < (a: EventKey, b: EventKey) -> Bool { a.bits < b.bits }

  /// After every key of a run; what an empty queue shows first.
  @inlinable public static var last: EventKey { EventKey(time: .never, order: .max) }
}
