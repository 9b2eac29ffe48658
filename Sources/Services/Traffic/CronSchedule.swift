import Units

/// When a schedule of Amazon EventBridge invokes its target: `cron(..)`, `rate(..)` or `at(..)`, in UTC.
///
/// EventBridge promises a precision of one minute; the model invokes at the exact minute, without the seconds of delay
/// that a real schedule adds. Syntax: EventBridge user guide, "Cron expressions reference", and EventBridge Scheduler
/// user guide, "Schedule types", both read in 2026.
public struct CronSchedule: Hashable, Sendable {
  /// The expression as written.
  public let text: String
  let rule: Rule

  /// What the expression means.
  enum Rule: Hashable, Sendable {
    case cron(CronFields)
    /// Seconds between two invocations.
    case rate(seconds: Int64)
    case at(CivilTime)
  }

  /// The first invocation later than `moment`; nil if there is none.
  ///
  /// A `rate` invokes at `anchor` for the first time and then at every multiple of its interval, as a schedule of
  /// EventBridge Scheduler does that is created at `anchor`; the other kinds do not read it. A `cron` looks no further
  /// than the year 2199, the last that AWS accepts.
  public func next(after moment: CivilTime, anchor: CivilTime = CivilTime(secondsSince1970: 0)) -> CivilTime? {
    switch rule {
    case .cron(let fields):
      return fields.next(after: moment)
    case .rate(let seconds):
      let elapsed = moment.secondsSince1970 - anchor.secondsSince1970
      if elapsed < 0 { return anchor }
      return CivilTime(secondsSince1970: moment.secondsSince1970 + (seconds - elapsed % seconds))
    case .at(let once):
      return once > moment ? once : nil
    }
  }
}

extension CronSchedule: CustomStringConvertible {
  /// The expression as written.
  public var description: String { text }
}

/// The six fields of a `cron(..)`, as sets of the numbers they allow.
struct CronFields: Hashable, Sendable {
  /// Bit m is minute m of the hour.
  var minutes: UInt64
  /// Bit h is hour h of the day.
  var hours: UInt64
  /// Bit m is month m, from 1.
  var months: UInt64
  var days: DayRule
  /// Years from 1970 to 2199, ascending ranges as written.
  var years: [ClosedRange<Int>]

  /// Which days of a month: either of the two day fields decides, the other one is `?`.
  enum DayRule: Hashable, Sendable {
    /// Bit d is day d of the month, from 1.
    case daysOfMonth(UInt64)
    /// `L`, the last day of the month.
    case lastDay
    /// `LW`, the last Monday to Friday of the month.
    case lastWorkday
    /// `15W`, the Monday to Friday nearest to the day, within its month. A month without that day has none.
    case workdayNearest(day: Int)
    /// Bit w is weekday w, Sunday being 1.
    case weekdays(UInt64)
    /// `6L`, the last such weekday of the month.
    case lastWeekday(Int)
    /// `3#2`, the second such weekday of the month.
    case nthWeekday(Int, n: Int)
  }

  /// The years that AWS accepts.
  static let yearRange = 1970...2199

  /// The first minute later than `moment` that all fields allow; nil if there is none before 2200.
  func next(after moment: CivilTime) -> CivilTime? {
    let earliest = CivilTime(secondsSince1970: moment.secondsSince1970 + 60 - Int64(moment.second))
    let from = earliest.date
    guard from.year <= Self.yearRange.upperBound else { return nil }
    for year in max(from.year, Self.yearRange.lowerBound)...Self.yearRange.upperBound
    where years.contains(where: { $0.contains(year) }) {
      for month in 1...12 where months >> month & 1 == 1 {
        let first = CivilTime.firstOfMonth(month, ofYear: year)
        var open = days.mask(first: first, length: CivilTime.days(inMonth: month, ofYear: year))
        while open != 0 {
          let midnight = first + .days(Int64(open.trailingZeroBitCount - 1))
          open &= open - 1
          let elapsed = earliest.secondsSince1970 - midnight.secondsSince1970
          if elapsed >= 86_400 { continue }
          if let minute = minuteOfDay(from: elapsed <= 0 ? 0 : Int(elapsed / 60)) {
            return midnight + .minutes(Int64(minute))
          }
        }
      }
    }
    return nil
  }

  /// The first allowed minute of a day that is not before `earliest`.
  private func minuteOfDay(from earliest: Int) -> Int? {
    let (hour, minute) = earliest.quotientAndRemainder(dividingBy: 60)
    if hours >> hour & 1 == 1, minutes >> minute != 0 {
      return hour * 60 + minute + (minutes >> minute).trailingZeroBitCount
    }
    let later = hours & ~((1 << (hour + 1)) - 1)
    return later == 0 ? nil : later.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount
  }
}

extension CronFields.DayRule {
  /// The allowed days of the month that begins at `first`; bit d is day d.
  func mask(first: CivilTime, length: Int) -> UInt64 {
    let all: UInt64 = (1 << (length + 1)) - 2
    switch self {
    case .daysOfMonth(let days): return days & all
    case .lastDay: return 1 << length
    case .lastWorkday: return 1 << Self.workday(nearest: length, first: first, length: length)
    case .workdayNearest(let day):
      return day > length ? 0 : 1 << Self.workday(nearest: day, first: first, length: length)
    case .weekdays(let weekdays):
      return (1...length).reduce(0) { $0 | (weekdays >> Self.weekday(of: $1, first: first) & 1) << $1 }
    case .lastWeekday(let weekday):
      let day = (length - 6...length).first { Self.weekday(of: $0, first: first) == weekday }
      return day.map { 1 << $0 } ?? 0
    case .nthWeekday(let weekday, let n):
      let day = (7 * n - 6...7 * n).first { Self.weekday(of: $0, first: first) == weekday }
      return day.map { 1 << $0 & all } ?? 0
    }
  }

  /// The weekday of a day of the month, Sunday being 1 and Saturday 7.
  private static func weekday(of day: Int, first: CivilTime) -> Int { (first.weekday.rawValue + day - 1) % 7 + 1 }

  /// Saturday moves to Friday and Sunday to Monday, unless that leaves the month: then two days the other way.
  private static func workday(nearest day: Int, first: CivilTime, length: Int) -> Int {
    let weekday = weekday(of: day, first: first)
    if weekday == 7 { return day == 1 ? 3 : day - 1 }
    if weekday == 1 { return day == length ? day - 2 : day + 1 }
    return day
  }
}

extension CivilTime {
  /// Midnight of the first of a month; the year is one that a cron expression allows.
  fileprivate static func firstOfMonth(_ month: Int, ofYear year: Int) -> CivilTime {
    guard let first = CivilTime(year: year, month: month, day: 1) else {
      preconditionFailure("Every month of the years 1970 to 2199 has a first day.")
    }
    return first
  }
}
