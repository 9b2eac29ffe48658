import Engine
import Units

/// So many requests a second, and a second's worth at once, for pollers: they are never refused but told how long to
/// wait. A request may cost more than it announced, such as the bytes that it brought.
///
/// Costs are rounded down to whole nanoseconds: 300 / s are too fast by a ten-millionth, 70,000 / s by 50 millionths.
struct Pace: BitwiseCopyable {
  /// When the pace would allow the next request if it allowed nothing at once.
  private var ideal: Time
  /// Cost of a request; 0 for no limit.
  private let cost: Time

  private static let tolerance = Time.seconds(1)

  init(perSecond rate: Int64) {
    precondition(rate > 0, "a pace allows something")
    ideal = .zero
    cost = Time(nanoseconds: 1_000_000_000 / rate)
  }

  /// A pace without a limit.
  static var unlimited: Pace { Pace(ideal: .zero, cost: .zero) }

  private init(ideal: Time, cost: Time) {
    self.ideal = ideal
    self.cost = cost
  }

  /// Time until the next request of 1/`share` of the cost is allowed; zero if it is.
  @inline(__always) func wait(at now: Time, share: Int64 = 1) -> Time {
    if cost == .zero { return .zero }
    let ready = Time(nanoseconds: ideal.nanoseconds &+ cost.nanoseconds / share &- Self.tolerance.nanoseconds)
    return ready > now ? ready - now : .zero
  }

  /// A request that was allowed; `units` of 1/`share` of the cost.
  @inline(__always) mutating func take(_ units: Int64 = 1, share: Int64 = 1, at now: Time) {
    if cost == .zero { return }
    ideal = max(ideal, now) + Time(nanoseconds: cost.nanoseconds &* units / share)
  }
}
