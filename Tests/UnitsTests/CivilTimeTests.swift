import Testing

@testable import Units

@Suite("civil time")
struct CivilTimeTests {
  @Test(
    "known moments have the known number of seconds",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59Z", -1), ("2000-02-29T00:00:00Z", 951_782_400),
      ("2026-01-05T08:30:00Z", 1_767_601_800), ("2038-01-19T03:14:08Z", 2_147_483_648),
      ("0001-01-01T00:00:00Z", -62_135_596_800), ("9999-12-31T23:59:59Z", 253_402_300_799),
    ] as [(String, Int64)])
  func knownMoments(text: String, seconds: Int64) throws {
    let moment = try #require(CivilTime(text))
    #expect(moment.secondsSince1970 == seconds)
    #expect(moment.description == text)
  }

  @Test("a date without a time of day is midnight")
  func bareDate() {
    #expect(CivilTime("2026-01-05") == CivilTime("2026-01-05T00:00:00Z"))
  }

  @Test(
    "what is not a moment is not read",
    arguments: [
      "", "2026", "2026-1-5", "2026-13-01", "2026-00-01", "2026-02-29", "1900-02-29", "2026-04-31", "2026-01-00",
      "0000-01-01", "2026-01-05T24:00:00Z", "2026-01-05T08:60:00Z", "2026-12-31T23:59:60Z", "2026-01-05T08:30:00",
      "2026-01-05 08:30:00Z", "2026-01-05T08:30:00z", "2026-01-05T08:30Z", " 2026-01-05", "2026-01-0５", "2026/01/05",
      "-026-01-05", "2026-01-05T08:30:00+", "2026-01-05T08:30:0xZ",
    ])
  func garbage(text: String) {
    #expect(CivilTime(text) == nil)
  }

  @Test("a moment without a zone is read only where that is asked for")
  func withoutZone() {
    #expect(CivilTime(withoutZone: "2026-01-05T08:30:00") == CivilTime("2026-01-05T08:30:00Z"))
    #expect(CivilTime(withoutZone: "2026-01-05T08:30:00Z") == nil)
    #expect(CivilTime(withoutZone: "2026-01-05") == nil)
  }

  @Test("four centuries of days follow each other without gap, month by month and weekday by weekday")
  func everyDay() throws {
    var days = try #require(CivilTime("1801-01-01")).daysSince1970
    var weekday = CivilTime.Weekday.thursday.rawValue
    for year in 1801...2200 {
      for month in 1...12 {
        for day in 1...CivilTime.days(inMonth: month, ofYear: year) {
          let moment = CivilTime(secondsSince1970: Int64(days) * 86_400 + 86_399)
          guard moment.date == (year, month, day), moment.weekday.rawValue == weekday,
            CivilTime.daysSince1970(year: year, month: month, day: day) == days
          else {
            Issue.record("\(year)-\(month)-\(day) came out as \(moment), \(moment.weekday)")
            return
          }
          days += 1
          weekday = weekday % 7 + 1
        }
      }
    }
    #expect(days == CivilTime("2201-01-01")?.daysSince1970)
  }

  @Test("5 January 2026 is a Monday, and 1970 began on a Thursday")
  func weekdays() {
    #expect(CivilTime("2026-01-05")?.weekday == .monday)
    #expect(CivilTime(secondsSince1970: 0).weekday == .thursday)
    #expect(CivilTime(secondsSince1970: -1).weekday == .wednesday)
  }

  @Test("adding a span rounds down to the second, also backwards")
  func adding() {
    let moment = CivilTime(secondsSince1970: 100)
    #expect((moment + .milliseconds(999)).secondsSince1970 == 100)
    #expect((moment + .milliseconds(1_000)).secondsSince1970 == 101)
    #expect((moment + .milliseconds(-1)).secondsSince1970 == 99)
    #expect((moment + .milliseconds(-1_000)).secondsSince1970 == 99)
    #expect((moment + .days(1)).secondsSince1970 == 86_500)
  }

  @Test("the span between two moments is exact, and nil beyond the range of the clock")
  func spans() throws {
    let start = try #require(CivilTime("2026-01-05"))
    #expect(try #require(CivilTime("2026-01-06")).time(since: start) == .days(1))
    #expect(start.time(since: start + .seconds(1)) == .seconds(-1))
    #expect(CivilTime("9999-01-01")?.time(since: start) == nil)
    #expect(CivilTime(secondsSince1970: .max).time(since: CivilTime(secondsSince1970: -1)) == nil)
  }

  @Test("parts of a moment before 1970 are those of its own day")
  func before1970() {
    let moment = CivilTime(secondsSince1970: -1)
    #expect(moment.hour == 23 && moment.minute == 59 && moment.second == 59)
    #expect(moment.date == (1969, 12, 31))
  }
}
