import Units

/// A trace with one function a row and one interval a column, read in windows of columns.
///
/// Time runs across the rows, so a replay needs all rows of a column before the next column. The file is therefore read
/// once per window, and a window holds at most `windowCellsMax` counts (2 MB), whatever the size of the file: 1,000
/// targets over 1,440 minutes take 6 passes, and all functions sent to one target take one.
struct FunctionRows {
  /// Cells that a window holds.
  static let windowCellsMax = 1 << 18

  private let file: TraceFile
  private let targets: TargetNames
  private let interval: Int64
  private let header: FunctionHeader
  /// Counts of the window, interval by interval, target by target.
  private var window: [Int64]
  private let windowColumns: Int
  /// Intervals before the window, and the interval to be handed out next.
  private var windowStart = 0
  private var upcoming = 0

  /// Reads the header. `interval` is above 0; a smaller window makes more passes, with the same result.
  init(
    _ file: TraceFile, _ targets: TargetNames, interval: Time, windowCells: Int = FunctionRows.windowCellsMax
  ) throws(TraceError) {
    precondition(interval > .zero, "An interval is longer than 0.")
    self.file = file
    self.targets = targets
    self.interval = interval.nanoseconds
    header = try FunctionHeader(file)
    windowColumns = max(1, min(header.intervals, windowCells / targets.count))
    window = []
    if Int64(header.intervals).multipliedReportingOverflow(by: self.interval).overflow {
      throw TraceError(
        file: file.path, line: 1, column: 1, found: "\(header.intervals) intervals of \(interval)",
        wanted: "a trace within 292 years", fix: "check the length of the interval")
    }
  }

  /// Copies the counts of the next interval into `counts`. Returns when it begins, ns; nil at the end.
  mutating func next(_ counts: inout [Int64]) throws(TraceError) -> Int64? {
    guard upcoming < header.intervals else { return nil }
    if window.isEmpty || upcoming == windowStart + windowColumns { try readWindow(from: upcoming) }
    let base = (upcoming - windowStart) * targets.count
    for target in 0..<targets.count { counts[target] = window[base + target] }
    upcoming += 1
    return Int64(upcoming - 1) * interval
  }

  /// One pass over the file, which sums up the counts of `windowColumns` columns.
  private mutating func readWindow(from first: Int) throws(TraceError) {
    windowStart = first
    window = [Int64](repeating: 0, count: windowColumns * targets.count)
    let columns = min(windowColumns, header.intervals - first)
    try file.rewind()
    _ = try file.nextLine()
    while var line = try file.nextLine() {
      guard let target = targets.target(of: try header.name(&line)) else { continue }
      try line.skip(first)
      for column in 0..<columns {
        try line.requireCell(header.leading + first + column, of: header.cells)
        window[column * targets.count + Int(target)] += try line.nextCount()
      }
    }
  }

  /// Reads all rows once.
  mutating func check() throws(TraceError) -> TraceSummary {
    var summary = TraceSummary(
      rows: 0, columns: [], arrivals: 0, span: Time(nanoseconds: Int64(header.intervals) * interval))
    while var line = try file.nextLine() {
      if line.isEmpty { throw try line.wrongCells(header.cells) }
      let name = try header.name(&line)
      let isReplayed = targets.target(of: name) != nil
      for index in header.leading..<header.cells {
        try line.requireCell(index, of: header.cells)
        let count = try line.nextCount()
        if isReplayed { summary.arrivals += count }
      }
      try line.requireCell(header.cells, of: header.cells)
      summary.rows += 1
      summary.columns.append(name)
    }
    guard summary.rows > 0 else { throw Trace.noRows(file.path) }
    try targets.requireAll(in: summary.columns, path: file.path, line: 0)
    return summary
  }
}

/// The header of a trace with one function a row: names, one of which names the function, and then 1, 2, 3, ..
struct FunctionHeader {
  /// Cells before the first interval.
  let leading: Int
  /// Which of them names the function.
  private let nameIndex: Int
  let intervals: Int

  var cells: Int { leading + intervals }

  /// Reads the first line. Of several leading columns the one called `function` or `HashFunction` names the row.
  init(_ file: TraceFile) throws(TraceError) {
    guard var line = try file.nextLine() else { throw Trace.empty(file.path) }
    var names: [String] = []
    while !line.isExhausted { names.append(try line.nextText()) }
    guard let leading = Self.leading(names) else {
      throw line.error(
        at: 0, found: Trace.isNumber(names[0]) ? "numbers and no header" : "no columns 1, 2, 3 .. to the end",
        wanted: "a header such as function,1,2,3", fix: "number the intervals in the first line")
    }
    let nameIndex = names[..<leading].firstIndex { $0 == "function" || $0 == "HashFunction" }
    guard let nameIndex = nameIndex ?? (leading == 1 ? 0 : nil) else {
      throw line.error(
        at: 0, found: "\(leading) columns before column 1, none called function", wanted: "one called function",
        fix: "rename the column that names the rows")
    }
    (self.leading, self.nameIndex, intervals) = (leading, nameIndex, names.count - leading)
  }

  /// How many names stand before the columns 1, 2, 3 and so on to the end; nil if the header is not of that form.
  static func leading(_ names: [String]) -> Int? {
    guard let leading = names.firstIndex(of: "1"), leading > 0 else { return nil }
    for (offset, name) in names[leading...].enumerated() where name != String(offset + 1) { return nil }
    return leading
  }

  /// Reads the cells before the first count and returns the name among them.
  func name(_ line: inout TraceLine) throws(TraceError) -> String {
    try line.skip(nameIndex)
    try line.requireCell(nameIndex, of: cells)
    let name = try line.nextText()
    try line.skip(leading - nameIndex - 1)
    return name
  }
}
