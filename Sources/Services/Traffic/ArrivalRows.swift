import Units

/// A trace with one arrival a row: `time_s[,target]`, ascending.
struct ArrivalRows {
  private let file: TraceFile
  private let targets: TargetNames
  private let cells: Int
  private var last: Int64 = 0
  /// Name of the last row's target; empty without a column of targets.
  private var name = ""

  /// Reads the header.
  init(_ file: TraceFile, _ targets: TargetNames) throws(TraceError) {
    self.file = file
    self.targets = targets
    guard var line = try file.nextLine() else { throw Trace.empty(file.path) }
    var names: [String] = []
    while !line.isExhausted { names.append(try line.nextText()) }
    guard names == ["time_s"] || names == ["time_s", "target"] else {
      throw line.error(
        at: 0,
        found: Trace.isNumber(names[0]) ? "numbers and no header" : "\"\(names.prefix(3).joined(separator: ","))\"",
        wanted: "the header time_s or time_s,target", fix: "write the header in the first line")
    }
    if names.count == 1, !targets.names.isEmpty {
      throw line.error(
        at: 0, found: "no column target", wanted: "time_s,target, for the columns to replay are named",
        fix: "add the column, or name no columns")
    }
    cells = names.count
  }

  /// The next row, or nil at the end.
  mutating func next() throws(TraceError) -> (time: Int64, target: Int32)? {
    guard var line = try file.nextLine() else { return nil }
    if line.isEmpty { throw try line.wrongCells(cells) }
    let begin = line
    let time = try line.nextSeconds()
    if time < last {
      throw begin.error(
        found: "\(Time(nanoseconds: time)) after \(Time(nanoseconds: last))", wanted: "times that ascend",
        fix: "sort the rows by time")
    }
    last = time
    guard cells == 2 else {
      try line.requireCell(1, of: 1)
      return (time, 0)
    }
    try line.requireCell(1, of: 2)
    let place = line
    name = try line.nextText()
    try line.requireCell(2, of: 2)
    guard let target = targets.target(of: name) else {
      throw place.error(
        found: "\"\(name)\"", wanted: "one of \(targets.names.joined(separator: ", "))",
        fix: "name it among the columns to replay, or drop the row")
    }
    return (time, target)
  }

  /// Reads all rows.
  mutating func check() throws(TraceError) -> TraceSummary {
    var summary = TraceSummary(rows: 0, columns: [], arrivals: 0, span: .zero)
    var known: Set<String> = []
    while let row = try next() {
      summary.rows += 1
      summary.span = Time(nanoseconds: row.time)
      if cells == 2, known.insert(name).inserted { summary.columns.append(name) }
    }
    guard summary.rows > 0 else { throw Trace.noRows(file.path) }
    summary.arrivals = Int64(summary.rows)
    return summary
  }
}
