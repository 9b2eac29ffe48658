import Units

/// A trace with one interval a row and one target a column.
struct IntervalRows {
  private let file: TraceFile
  private let targets: TargetNames
  private let interval: Int64
  private let columns: [String]
  /// Target of each column, -1 for those that are left out.
  private let targetOfColumn: [Int32]
  private var firstNumber: Int64?
  private var lastNumber: Int64 = -1

  /// Reads the header. `interval` is above 0.
  init(_ file: TraceFile, _ targets: TargetNames, interval: Time) throws(TraceError) {
    precondition(interval > .zero, "An interval is longer than 0.")
    self.file = file
    self.targets = targets
    self.interval = interval.nanoseconds
    guard var line = try file.nextLine() else { throw Trace.empty(file.path) }
    let first = try line.nextText()
    if Trace.isNumber(first) || line.isExhausted {
      throw line.error(
        at: 0, found: Trace.isNumber(first) ? "numbers and no header" : "a header of one cell",
        wanted: "a header such as minute,requests", fix: "name the columns in the first line")
    }
    var names: [String] = []
    var known: Set<String> = []
    while !line.isExhausted {
      let place = line
      let name = try line.nextText()
      guard known.insert(name).inserted else {
        throw place.error(
          found: "the column \"\(name)\" again", wanted: "a name of its own", fix: "rename one of the two")
      }
      names.append(name)
    }
    try targets.requireAll(in: names, path: file.path, line: 1)
    columns = names
    targetOfColumn = names.map { targets.target(of: $0) ?? -1 }
  }

  /// Reads one row and puts the counts of the targets into `counts`. Returns when its interval begins, ns; nil at the end.
  mutating func next(_ counts: inout [Int64]) throws(TraceError) -> Int64? {
    guard var line = try file.nextLine() else { return nil }
    for target in counts.indices { counts[target] = 0 }
    let cells = columns.count + 1
    if line.isEmpty { throw try line.wrongCells(cells) }
    let place = line
    let number = try line.nextCount()
    if number <= lastNumber {
      throw place.error(
        found: "interval \(number) after \(lastNumber)", wanted: "interval numbers that ascend", fix: "sort the rows")
    }
    lastNumber = number
    let first = firstNumber ?? number
    firstNumber = first
    let (end, overflow) = (number - first + 1).multipliedReportingOverflow(by: interval)
    if overflow {
      throw place.error(
        found: "interval \(number)", wanted: "intervals within 292 years", fix: "number the intervals, not the seconds")
    }
    for (index, target) in targetOfColumn.enumerated() {
      try line.requireCell(index + 1, of: cells)
      let count = try line.nextCount()
      if target >= 0 { counts[Int(target)] += count }
    }
    try line.requireCell(cells, of: cells)
    return end - interval
  }

  /// Reads all rows.
  mutating func check() throws(TraceError) -> TraceSummary {
    var summary = TraceSummary(rows: 0, columns: columns, arrivals: 0, span: .zero)
    var counts = [Int64](repeating: 0, count: targets.count)
    while let begin = try next(&counts) {
      summary.rows += 1
      summary.arrivals += counts.reduce(0, +)
      summary.span = Time(nanoseconds: begin + interval)
    }
    guard summary.rows > 0 else { throw Trace.noRows(file.path) }
    return summary
  }
}
