import Units

/// The length of the month that a bill stands for; always whole hours, in UTC.
public enum Month: Hashable, Sendable {
  /// 730 hours, a twelfth of a year of 365 days: the convention of AWS's Pricing Calculator.
  case hours730
  /// The true month, as invoices have it: year 1 to 9999, month 1 to 12; 672 to 744 hours.
  case calendar(year: Int, month: Int)
  /// So many days of 24 hours, 1 to 366.
  case days(Int)

  /// The month's hours; nil when a year, month or number of days is out of range.
  public var hours: Int64? {
    switch self {
    case .hours730: return 730
    case .days(let days): return (1...366).contains(days) ? Int64(days) * 24 : nil
    case .calendar(let year, let month):
      guard (1...9999).contains(year), (1...12).contains(month) else { return nil }
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      let days: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      return days[month - 1] * 24
    }
  }
}

extension Month: CustomStringConvertible {
  /// The month as notes on a bill name it: `730 h`, `30 d`, `2026-02 (672 h)`.
  public var description: String {
    switch self {
    case .hours730: return "730 h"
    case .days(let days): return "\(days) d"
    case .calendar(let year, let month):
      let name = "\(year)-\(month < 10 ? "0" : "")\(month)"
      return hours.map { "\(name) (\($0) h)" } ?? name
    }
  }
}

/// What a bill assumes about the account and the month.
public struct BillingOptions: Hashable, Sendable {
  /// Whether AWS's always-free quantities are taken off; false unless asked.
  ///
  /// They are granted once per paying account, and most accounts have used them up elsewhere: a forecast that
  /// is a few dollars high is safer for a budget than one that is silently low.
  public var freeTier: Bool
  /// Whether the offers for an account's first twelve months are taken off too; only together with `freeTier`.
  ///
  /// Only accounts created before 2025-07-15 have them.
  public var twelveMonthOffers: Bool
  /// The month that usage is scaled to; 730 hours unless asked.
  public var month: Month

  /// Options; by default no free quantities and a month of 730 hours.
  public init(freeTier: Bool = false, twelveMonthOffers: Bool = false, month: Month = .hours730) {
    self.freeTier = freeTier
    self.twelveMonthOffers = twelveMonthOffers
    self.month = month
  }
}
