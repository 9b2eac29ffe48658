import Engine
import Testing
import Units

@testable import Services

@Suite("schedules")
struct CronScheduleTests {
  /// Expression, moment, and the next moments; derived by hand from a calendar.
  static let cases: [(String, String, [String])] = [
    // Each kind of example that the EventBridge user guide gives.
    ("cron(0 10 * * ? *)", "2026-01-05T10:00:00Z", ["2026-01-06T10:00:00Z", "2026-01-07T10:00:00Z"]),
    ("cron(15 12 * * ? *)", "2026-01-05", ["2026-01-05T12:15:00Z", "2026-01-06T12:15:00Z"]),
    ("cron(0 18 ? * MON-FRI *)", "2026-01-09T17:59:59Z", ["2026-01-09T18:00:00Z", "2026-01-12T18:00:00Z"]),
    ("cron(0 8 1 * ? *)", "2026-01-31", ["2026-02-01T08:00:00Z", "2026-03-01T08:00:00Z"]),
    ("cron(0/15 * * * ? *)", "2026-01-05T23:44:00Z", ["2026-01-05T23:45:00Z", "2026-01-06T00:00:00Z"]),
    ("cron(0/10 * ? * MON-FRI *)", "2026-01-09T23:50:00Z", ["2026-01-12T00:00:00Z", "2026-01-12T00:10:00Z"]),
    ("cron(0/5 8-17 ? * MON-FRI *)", "2026-01-09T17:50:00Z", ["2026-01-09T17:55:00Z", "2026-01-12T08:00:00Z"]),
    (
      "cron(0/30 20-23 ? * MON-FRI *)", "2026-01-05T20:30:01Z",
      ["2026-01-05T21:00:00Z", "2026-01-05T21:30:00Z"]
    ),
    ("cron(0 9 ? * 2#1 *)", "2026-01-05T09:00:00Z", ["2026-02-02T09:00:00Z", "2026-03-02T09:00:00Z"]),
    ("cron(15 10 ? * 6L 2026-2027)", "2026-01-01", ["2026-01-30T10:15:00Z", "2026-02-27T10:15:00Z"]),
    // Days of the month.
    ("cron(0 0 L * ? *)", "2028-01-31", ["2028-02-29T00:00:00Z", "2028-03-31T00:00:00Z"]),
    ("cron(0 0 LW * ? *)", "2026-01-05", ["2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z", "2026-03-31T00:00:00Z"]),
    ("cron(0 0 3W * ? *)", "2026-01-01", ["2026-01-02T00:00:00Z", "2026-02-03T00:00:00Z"]),
    ("cron(0 0 1W * ? *)", "2026-01-15", ["2026-02-02T00:00:00Z"]),
    ("cron(0 0 1W 8 ? *)", "2026-01-15", ["2026-08-03T00:00:00Z"]),
    ("cron(0 0 31W * ? *)", "2026-05-01", ["2026-05-29T00:00:00Z", "2026-07-31T00:00:00Z"]),
    ("cron(0 0 30W 8 ? *)", "2026-01-01", ["2026-08-31T00:00:00Z"]),
    ("cron(0 0 30W 6 ? 2030)", "2026-01-01", ["2030-06-28T00:00:00Z"]),
    ("cron(0 0 31 * ? *)", "2026-01-31", ["2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"]),
    ("cron(0 0 29 2 ? *)", "2026-01-01", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]),
    ("cron(0 0 1/10 * ? *)", "2026-01-01", ["2026-01-11T00:00:00Z", "2026-01-21T00:00:00Z", "2026-01-31T00:00:00Z"]),
    // Days of the week.
    ("cron(0 0 ? * L *)", "2026-01-05", ["2026-01-10T00:00:00Z", "2026-01-17T00:00:00Z"]),
    ("cron(0 0 ? * FRIL *)", "2026-01-05", ["2026-01-30T00:00:00Z"]),
    ("cron(0 0 ? * 3#5 *)", "2026-01-05", ["2026-03-31T00:00:00Z", "2026-06-30T00:00:00Z"]),
    ("cron(0 0 ? * sun,Wed *)", "2026-01-05", ["2026-01-07T00:00:00Z", "2026-01-11T00:00:00Z"]),
    ("cron(0 0 ? * 1-7 *)", "2026-01-05", ["2026-01-06T00:00:00Z"]),
    // Lists, ranges with steps, months, years.
    ("cron(1/10 * * * ? *)", "2026-01-05", ["2026-01-05T00:01:00Z", "2026-01-05T00:11:00Z"]),
    ("cron(5,20-30/5 7 * * ? *)", "2026-01-05T07:05:00Z", ["2026-01-05T07:20:00Z", "2026-01-05T07:25:00Z"]),
    ("cron(0 0 1 JAN,JUL ? *)", "2026-01-01", ["2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z"]),
    ("cron(0 0 1 1 ? 2026/3)", "2026-01-05", ["2029-01-01T00:00:00Z", "2032-01-01T00:00:00Z"]),
    ("cron(59 23 31 12 ? 2199)", "2026-01-05", ["2199-12-31T23:59:00Z"]),
    ("cron( 0  0 1 1 ? * )", "2026-01-05", ["2027-01-01T00:00:00Z"]),
    ("at(2026-01-05T08:00:00)", "2026-01-05", ["2026-01-05T08:00:00Z"]),
  ]

  @Test("a schedule is due when the calendar says", arguments: cases)
  func due(text: String, after: String, expected: [String]) throws {
    let schedule = try CronSchedule(text)
    var moment = try #require(CivilTime(after))
    for next in expected {
      moment = try #require(schedule.next(after: moment))
      #expect(moment.description == next)
    }
  }

  @Test(
    "a schedule that is over, or never comes, has no next moment",
    arguments: [
      "cron(0 0 30 2 ? *)", "cron(0 0 1 1 ? 2025)", "cron(0 0 1 1 ? 1970-2020)", "at(2026-01-05T00:00:00)",
      "cron(0 0 ? 2 3#5 2026-2027)",
    ])
  func over(text: String) throws {
    #expect(try CronSchedule(text).next(after: monday) == nil)
  }

  @Test("every minute means every minute of a year with a leap day")
  func everyMinute() throws {
    let schedule = try CronSchedule("cron(* * * * ? *)")
    var moment = try #require(CivilTime("2027-12-31T23:59:00Z"))
    var count = 0
    while let next = schedule.next(after: moment), next.date.year == 2028 {
      #expect(next.secondsSince1970 - moment.secondsSince1970 == 60)
      moment = next
      count += 1
    }
    #expect(count == 366 * 1_440)
  }

  @Test("a rate begins at its anchor and goes on in equal steps")
  func rate() throws {
    let schedule = try CronSchedule("rate(7 minutes)")
    let anchor = monday + .seconds(30)
    #expect(schedule.next(after: monday, anchor: anchor) == anchor)
    #expect(schedule.next(after: anchor, anchor: anchor) == anchor + .minutes(7))
    #expect(schedule.next(after: anchor + .seconds(419), anchor: anchor) == anchor + .minutes(7))
    #expect(schedule.next(after: anchor + .seconds(420), anchor: anchor) == anchor + .minutes(14))
    #expect(try CronSchedule("rate(1 day)").next(after: anchor, anchor: anchor) == anchor + .days(1))
    #expect(try CronSchedule("rate(2 hours)").next(after: anchor, anchor: anchor) == anchor + .hours(2))
  }

  @Test(
    "what EventBridge refuses is refused, with its place",
    arguments: [
      ("", 1, "nothing"), ("0 10 * * ? *", 1, "\"0 10 * * ? *\""), ("crone(0 10 * * ? *)", 1, "\"crone\""),
      ("cron(0 10 * * ?)", 6, "5 fields"), ("cron()", 6, "0 fields"), ("cron(0 10 * * ? * *)", 6, "7 fields"),
      ("cron(60 10 * * ? *)", 6, "\"60\""), ("cron(0 24 * * ? *)", 8, "\"24\""), ("cron(0 0 32 * ? *)", 10, "\"32\""),
      ("cron(0 0 0 * ? *)", 10, "\"0\""), ("cron(0 0 1 13 ? *)", 12, "\"13\""), ("cron(0 0 ? * 8 *)", 14, "\"8\""),
      ("cron(0 0 ? * 0 *)", 14, "\"0\""), ("cron(0 0 1 1 ? 1969)", 16, "\"1969\""),
      ("cron(0 0 1 1 ? 2200)", 16, "\"2200\""), ("cron(0 0 * * * *)", 14, "\"*\""),
      ("cron(0 0 1 * MON *)", 14, "\"MON\""),
      ("cron(0 0 ? * ? *)", 14, "\"?\""), ("cron(? 0 1 * ? *)", 6, "\"?\""), ("cron(L 0 1 * ? *)", 6, "\"L\""),
      ("cron(0 0 ? * 3#1,6#3 *)", 14, "\"3#1\""), ("cron(0 0 ? * 3#6 *)", 16, "\"6\""),
      ("cron(0 0 ? * 3#0 *)", 16, "\"0\""),
      ("cron(0 0 ? * MON/2 *)", 14, "\"MON/2\""), ("cron(0 0 32W * ? *)", 10, "\"32W\""),
      ("cron(0 0 1,L * ? *)", 12, "\"L\""), ("cron(0 0 1-5W * ? *)", 12, "\"5W\""),
      ("cron(0 22-6 * * ? *)", 8, "\"22-6\""),
      ("cron(0/0 0 1 * ? *)", 8, "\"0\""), ("cron(0/60 0 1 * ? *)", 8, "\"60\""),
      ("cron(0/5/5 0 1 * ? *)", 6, "\"0/5/5\""),
      ("cron(1,,2 0 1 * ? *)", 8, "nothing"), ("cron(1- 0 1 * ? *)", 8, "nothing"),
      ("cron(-1 0 1 * ? *)", 6, "nothing"),
      ("cron(0 0 1 FOO ? *)", 12, "\"FOO\""), ("cron(0 0 1 * ? *", 1, "\"cron(0 0 1 * ? *\""),
      ("rate(1 minutes)", 8, "\"minutes\""), ("rate(5 minute)", 8, "\"minute\""), ("rate(0 minutes)", 6, "\"0\""),
      ("rate(-5 minutes)", 6, "\"-5\""), ("rate(1.5 hours)", 6, "\"1.5\""), ("rate(5 seconds)", 8, "\"seconds\""),
      ("rate(5)", 6, "\"5\""), ("rate(5 minutes later)", 6, "\"5 minutes later\""),
      ("at(2026-01-05T08:00:00Z)", 4, "\"2026-01-05T08:00:00Z\""),
      ("at(2026-02-30T08:00:00)", 4, "\"2026-02-30T08:00:00\""),
    ] as [(String, Int, String)])
  func refused(text: String, column: Int, found: String) {
    do {
      let schedule = try CronSchedule(text)
      Issue.record("\(schedule) was read")
    } catch {
      #expect(error.column == column)
      #expect(error.found == found)
      #expect(!error.wanted.isEmpty)
      #expect(error.description == "column \(column): found \(found), wanted \(error.wanted)")
    }
  }

  @Test("a process sends at the exact minutes, also at simulated time zero")
  func process() throws {
    let schedule = try CronSchedule("cron(0/20 8 ? * MON *)")
    let start = monday + .hours(8)
    let list = try arrivals(.cron(schedule), start: start, horizon: .days(7) + .minutes(20))
    #expect(list.map(\.time) == [.zero, .minutes(20), .minutes(40), .days(7)])
    #expect(list.allSatisfy { $0.target == 0 })
  }

  @Test("a process of a rate sends at time zero and every interval, and one in the far future never does")
  func rateProcess() throws {
    let list = try arrivals(.cron(try CronSchedule("rate(30 minutes)")), start: monday, horizon: .hours(1))
    #expect(list.map(\.time) == [.zero, .minutes(30)])
    #expect(try arrivals(.cron(try CronSchedule("at(9999-01-01T00:00:00)")), horizon: .never).isEmpty)
    #expect(try arrivals(.cron(try CronSchedule("at(2020-01-01T00:00:00)")), horizon: .never).isEmpty)
  }
}
