/// A moment of the calendar in UTC, to the second, without leap seconds: what a scenario's `start` is.
///
/// Dates follow the Gregorian calendar, also before its introduction. Curves and schedules read the calendar; the
/// simulated clock itself is a `Time` since the scenario's start.
@frozen
public struct CivilTime: Hashable, Comparable, Sendable, BitwiseCopyable {
  /// Seconds since 1970-01-01T00:00:00Z, negative before; every day has 86,400.
  public var secondsSince1970: Int64

  /// The moment so many seconds after 1970-01-01T00:00:00Z.
  @inlinable public init(secondsSince1970: Int64) { self.secondsSince1970 = secondsSince1970 }

  /// The moment of a date and a time of day; nil if the calendar has no such moment.
  ///
  /// Years are 1 to 9,999, months and days count from 1, hours are 0 to 23, minutes and seconds 0 to 59.
  public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    guard 1...9_999 ~= year, 1...12 ~= month, 1...Self.days(inMonth: month, ofYear: year) ~= day,
      0...23 ~= hour, 0...59 ~= minute, 0...59 ~= second
    else { return nil }
    let days = Self.daysSince1970(year: year, month: month, day: day)
    self.init(secondsSince1970: Int64(((days * 24 + hour) * 60 + minute) * 60 + second))
  }

  @inlinable public static func < (a: CivilTime, b: CivilTime) -> Bool { a.secondsSince1970 < b.secondsSince1970 }

  /// The moment a span later, or earlier if the span is negative, rounded down to the whole second. Never traps: the
  /// range is far wider than that of `Time`.
  public static func + (moment: CivilTime, span: Time) -> CivilTime {
    let (seconds, rest) = span.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return CivilTime(secondsSince1970: moment.secondsSince1970 + seconds - (rest < 0 ? 1 : 0))
  }

  /// The span from an earlier moment to this one, negative if it is later; nil beyond 292 years.
  public func time(since earlier: CivilTime) -> Time? {
    let (seconds, tooLong) = secondsSince1970.subtractingReportingOverflow(earlier.secondsSince1970)
    let (nanoseconds, tooWide) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return tooLong || tooWide ? nil : Time(nanoseconds: nanoseconds)
  }
}

/// The parts of a moment.
extension CivilTime {
  /// A day of the week, numbered as in ISO 8601: Monday is 1, Sunday 7.
  public enum Weekday: Int, Hashable, Sendable, CaseIterable {
    case monday = 1
    case tuesday, wednesday, thursday, friday, saturday, sunday
  }

  /// The year, the month from 1 and the day from 1.
  public var date: (year: Int, month: Int, day: Int) { Self.date(daysSince1970: daysSince1970) }
  /// 0 to 23.
  public var hour: Int { secondOfDay / 3_600 }
  /// 0 to 59.
  public var minute: Int { secondOfDay / 60 % 60 }
  /// 0 to 59.
  public var second: Int { secondOfDay % 60 }
  /// The day of the week.
  public var weekday: Weekday {
    // 1970-01-01 was a Thursday, three days after Monday.
    let daysAfterMonday = Self.floorDivide(daysSince1970 + 3, by: 7).rest
    return Weekday(rawValue: daysAfterMonday + 1) ?? .monday
  }
  /// Whole days since 1970-01-01, negative before.
  public var daysSince1970: Int { Self.floorDivide(Int(secondsSince1970), by: 86_400).quotient }
  /// Seconds since midnight, 0 to 86,399.
  public var secondOfDay: Int { Self.floorDivide(Int(secondsSince1970), by: 86_400).rest }

  /// How many days a month has; the month is 1 to 12.
  public static func days(inMonth month: Int, ofYear year: Int) -> Int {
    if month == 2 { return isLeap(year) ? 29 : 28 }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
  }

  /// Whether February has 29 days.
  public static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// Days from 1970-01-01 to a date. The year is taken to begin in March, so that the leap day is its last and the
  /// lengths of the months before are one linear formula (H. Hinnant, "chrono-compatible low-level date algorithms").
  static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let (era, yearOfEra) = floorDivide(month <= 2 ? year - 1 : year, by: 400)
    let monthSinceMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthSinceMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The inverse of `daysSince1970(year:month:day:)`, from the same source.
  static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = floorDivide(days + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthSinceMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthSinceMarch + 2) / 5 + 1
    let month = monthSinceMarch < 10 ? monthSinceMarch + 3 : monthSinceMarch - 9
    return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floorDivide(_ n: Int, by divisor: Int) -> (quotient: Int, rest: Int) {
    let (quotient, rest) = n.quotientAndRemainder(dividingBy: divisor)
    return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
  }
}

extension CivilTime: LosslessStringConvertible {
  /// What a text should look like, for error messages.
  public static let wanted = "a UTC date such as 2026-01-05 or moment such as 2026-01-05T08:30:00Z"

  /// Reads `2026-01-05` (midnight) or `2026-01-05T08:30:00Z`; nil for any other text, and for moments that the
  /// calendar does not have. Other offsets than `Z` and fractions of a second are not read.
  public init?(_ description: String) {
    let text = Array(description.utf8)
    guard text.count == 10 || text.count == 20 && text[19] == UInt8(ascii: "Z") else { return nil }
    self.init(date: text[..<10], timeOfDay: text.count == 10 ? nil : text[10..<19])
  }

  /// Reads `2026-01-05T08:30:00`, which another word declares to be UTC, as `at(..)` does; nil for any other text.
  public init?(withoutZone text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 19 else { return nil }
    self.init(date: bytes[..<10], timeOfDay: bytes[10...])
  }

  /// ISO 8601 in UTC with all parts: `2026-01-05T08:30:00Z`.
  public var description: String {
    func padded(_ n: Int, _ width: Int = 2) -> String {
      let digits = String(n)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    let (year, month, day) = date
    return "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(padded(hour)):\(padded(minute)):\(padded(second))Z"
  }

  private init?(date: ArraySlice<UInt8>, timeOfDay: ArraySlice<UInt8>?) {
    guard let date = Self.numbers(date, like: "dddd-dd-dd") else { return nil }
    guard let timeOfDay else {
      self.init(year: date[0], month: date[1], day: date[2])
      return
    }
    guard let clock = Self.numbers(timeOfDay, like: "Tdd:dd:dd") else { return nil }
    self.init(year: date[0], month: date[1], day: date[2], hour: clock[0], minute: clock[1], second: clock[2])
  }

  /// The numbers of a text of a fixed shape, in which `d` is a digit and all else stands for itself.
  private static func numbers(_ text: ArraySlice<UInt8>, like shape: StaticString) -> [Int]? {
    var numbers: [Int] = []
    var inNumber = false
    for (offset, byte) in text.enumerated() {
      guard shape.utf8Start[offset] == UInt8(ascii: "d") else {
        guard byte == shape.utf8Start[offset] else { return nil }
        inNumber = false
        continue
      }
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
      let digit = Int(byte - UInt8(ascii: "0"))
      if inNumber {
        numbers[numbers.count - 1] = numbers[numbers.count - 1] * 10 + digit
      } else {
        numbers.append(digit)
      }
      inNumber = true
    }
    return numbers
  }
}
