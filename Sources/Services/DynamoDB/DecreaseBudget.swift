import Units

/// How often provisioned capacity of one table or index may still be lowered today.
///
/// Documented (DynamoDB quotas, 2026-04): four decreases are there at 00:00 UTC, one more for each hour since the last
/// decrease, never more than four at once, 27 a day. Measured (2026-10): the fifth is accepted 3,600 s after the fourth.
struct DecreaseBudget: BitwiseCopyable {
  /// Decreases at hand at most, and at the start of a day.
  static let most = 4
  /// Decreases of one UTC day at most.
  static let daily = 27

  private var day: Int64 = .min
  private var available = most
  private var used = 0
  private var last: Int64 = 0

  /// Decreases at hand at a moment that is not before the last one asked for.
  mutating func available(at moment: CivilTime) -> Int {
    let (today, _) = moment.secondsSince1970.quotientAndRemainderDown(by: 86_400)
    if today != day {
      day = today
      available = Self.most
      used = 0
      last = moment.secondsSince1970
    }
    let hours = (moment.secondsSince1970 - last) / 3_600
    if available < Self.most, hours > 0 {
      available = min(Self.most, available + Int(hours))
      last += hours * 3_600
    }
    return min(available, Self.daily - used)
  }

  /// Uses one, if there is one.
  mutating func use(at moment: CivilTime) {
    guard available(at: moment) > 0 else { return }
    available -= 1
    used += 1
    last = moment.secondsSince1970
  }
}

extension Int64 {
  /// Quotient and remainder with a remainder of 0 or more.
  fileprivate func quotientAndRemainderDown(by divisor: Int64) -> (Int64, Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
