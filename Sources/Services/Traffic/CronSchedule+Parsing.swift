import Units

extension CronSchedule {
  /// Reads `cron(minutes hours day-of-month month day-of-week year)`, `rate(5 minutes)` or `at(2026-01-05T08:00:00)`.
  ///
  /// Refuses what EventBridge refuses: a value outside its field, a wildcard its field does not have, both day fields
  /// or neither, `rate(1 minutes)`. Refuses also what its documentation leaves open: a range that runs backwards, a step
  /// beyond its field, `L`, `W` or `#` in a list.
  public init(_ text: String) throws(CronScheduleError) {
    let whole = Fragment(text: text[...], column: 1)
    guard let open = text.firstIndex(of: "("), text.last == ")" else {
      throw whole.error(wanted: "cron(..), rate(..) or at(..)")
    }
    let body = whole.from(text.index(after: open), to: text.index(before: text.endIndex))
    self.text = text
    switch text[..<open] {
    case "cron": rule = .cron(try CronFields(body))
    case "rate": rule = .rate(seconds: try Self.seconds(ofRate: body))
    case "at":
      guard let moment = CivilTime(withoutZone: String(body.text)) else {
        throw body.error(wanted: "a moment such as 2026-01-05T08:00:00")
      }
      rule = .at(moment)
    case _: throw whole.from(text.startIndex, to: open).error(wanted: "cron, rate or at")
    }
  }

  private static func seconds(ofRate body: Fragment) throws(CronScheduleError) -> Int64 {
    let words = body.split { $0 == " " }
    guard words.count == 2 else { throw body.error(wanted: "a whole number and a unit, such as 5 minutes") }
    guard let count = words[0].number, 1...100_000_000 ~= count else {
      throw words[0].error(wanted: "a whole number from 1 to 100000000")
    }
    let units = [("minute", 60), ("hour", 3_600), ("day", 86_400)]
    for (unit, seconds) in units where words[1].text == unit || words[1].text == unit + "s" {
      let right = count == 1 ? unit : unit + "s"
      guard words[1].text == right else { throw words[1].error(wanted: "\(right) after \(count)") }
      return Int64(count * seconds)
    }
    throw words[1].error(wanted: "minute, minutes, hour, hours, day or days")
  }
}

extension CronFields {
  /// Reads the six fields between the parentheses.
  fileprivate init(_ body: Fragment) throws(CronScheduleError) {
    let fields = body.split { $0 == " " || $0 == "\t" }
    guard fields.count == 6 else {
      throw body.error(
        found: "\(fields.count) field\(fields.count == 1 ? "" : "s")",
        wanted: "six: minutes hours day-of-month month day-of-week year")
    }
    minutes = try CronField.minutes.set(fields[0])
    hours = try CronField.hours.set(fields[1])
    months = try CronField.month.set(fields[3])
    years = try CronField.year.ranges(fields[5])
    switch (fields[2].text == "?", fields[4].text == "?") {
    case (false, true): days = try Self.daysOfMonth(fields[2])
    case (true, false): days = try Self.daysOfWeek(fields[4])
    case (true, true): throw fields[4].error(wanted: "days in one of the two day fields, ? in the other one only")
    case (false, false): throw fields[4].error(wanted: "? in one of the two day fields, * and values in the other one")
    }
  }

  private static func daysOfMonth(_ field: Fragment) throws(CronScheduleError) -> DayRule {
    if field.text == "L" { return .lastDay }
    if field.text == "LW" { return .lastWorkday }
    if field.text.last == "W", let day = field.dropping(suffix: 1).number {
      guard 1...31 ~= day else { throw field.error(wanted: "a day from 1 to 31 before W") }
      return .workdayNearest(day: day)
    }
    return .daysOfMonth(try CronField.dayOfMonth.set(field))
  }

  private static func daysOfWeek(_ field: Fragment) throws(CronScheduleError) -> DayRule {
    if field.text == "L" { return .weekdays(1 << 7) }
    if field.text.last == "L", !field.text.contains(where: { ",-/#".contains($0) }) {
      return .lastWeekday(try CronField.dayOfWeek.value(field.dropping(suffix: 1)))
    }
    let parts = field.split { $0 == "#" }
    if parts.count == 2, !field.text.contains(",") {
      guard let n = parts[1].number, 1...5 ~= n else { throw parts[1].error(wanted: "a number from 1 to 5 after #") }
      return .nthWeekday(try CronField.dayOfWeek.value(parts[0]), n: n)
    }
    return .weekdays(try CronField.dayOfWeek.set(field))
  }
}

/// What one field of a `cron(..)` accepts.
private struct CronField {
  var name: String
  var range: ClosedRange<Int>
  /// Names for the numbers of the range, in their order; case does not matter.
  var names: [String] = []
  /// Whether `/` is among its wildcards.
  var hasSteps = true

  static let minutes = CronField(name: "minutes", range: 0...59)
  static let hours = CronField(name: "hours", range: 0...23)
  static let dayOfMonth = CronField(name: "day-of-month", range: 1...31)
  static let month = CronField(
    name: "month", range: 1...12,
    names: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"])
  static let dayOfWeek = CronField(
    name: "day-of-week", range: 1...7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], hasSteps: false)
  static let year = CronField(name: "year", range: CronFields.yearRange)

  private var wanted: String {
    var text = "\(name) from \(range.lowerBound) to \(range.upperBound)"
    if let first = names.first, let last = names.last { text += " or \(first) to \(last)" }
    return text
  }

  /// The numbers that a list allows, each a bit; for ranges below 64.
  func set(_ field: Fragment) throws(CronScheduleError) -> UInt64 {
    var bits: UInt64 = 0
    for range in try ranges(field) {
      for value in range { bits |= 1 << value }
    }
    return bits
  }

  /// The ranges that a list allows: `*`, `5`, `1-5`, `0/15`, `*/15`, `8-18/2`, or several with commas.
  func ranges(_ field: Fragment) throws(CronScheduleError) -> [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for element in field.split(keepingEmpty: true, at: { $0 == "," }) {
      let parts = element.split(keepingEmpty: true) { $0 == "/" }
      guard parts.count > 1 else {
        ranges.append(try self.range(element, isStart: false))
        continue
      }
      guard hasSteps, parts.count == 2 else {
        throw element.error(wanted: hasSteps ? "one step" : "no step in \(name)")
      }
      let base = try self.range(parts[0], isStart: true)
      let stepMax = min(range.upperBound, range.count)
      guard let step = parts[1].number, 1...stepMax ~= step else {
        throw parts[1].error(wanted: "a step from 1 to \(stepMax)")
      }
      ranges += stride(from: base.lowerBound, through: base.upperBound, by: step).map { $0...$0 }
    }
    return ranges
  }

  /// One value or range without a step. Before a step, a single value begins a range to the field's end.
  private func range(_ part: Fragment, isStart: Bool) throws(CronScheduleError) -> ClosedRange<Int> {
    if part.text == "*" { return range }
    let ends = part.split(keepingEmpty: true) { $0 == "-" }
    guard ends.count <= 2 else { throw part.error(wanted: wanted) }
    let first = try value(ends[0])
    guard ends.count == 2 else { return isStart ? first...range.upperBound : first...first }
    let last = try value(ends[1])
    guard first <= last else {
      throw part.error(wanted: "a range that ascends; one across the end is two, with a comma")
    }
    return first...last
  }

  /// One number or name.
  func value(_ part: Fragment) throws(CronScheduleError) -> Int {
    if let number = part.number, range ~= number { return number }
    if let index = names.firstIndex(of: part.text.uppercased()) { return range.lowerBound + index }
    throw part.error(wanted: wanted)
  }
}

/// A piece of the expression that knows its place.
private struct Fragment {
  var text: Substring
  /// Of its first character.
  var column: Int

  /// The value of one to nine plain digits.
  var number: Int? {
    guard 1...9 ~= text.utf8.count, text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
      return nil
    }
    return Int(text)
  }

  func from(_ start: Substring.Index, to end: Substring.Index) -> Fragment {
    Fragment(text: text[start..<end], column: column + text.distance(from: text.startIndex, to: start))
  }

  func dropping(suffix count: Int) -> Fragment { Fragment(text: text.dropLast(count), column: column) }

  func split(keepingEmpty: Bool = false, at isSeparator: (Character) -> Bool) -> [Fragment] {
    text.split(omittingEmptySubsequences: !keepingEmpty, whereSeparator: isSeparator).map {
      from($0.startIndex, to: $0.endIndex)
    }
  }

  func error(found: String? = nil, wanted: String) -> CronScheduleError {
    CronScheduleError(column: column, found: found ?? (text.isEmpty ? "nothing" : "\"\(text)\""), wanted: wanted)
  }
}
