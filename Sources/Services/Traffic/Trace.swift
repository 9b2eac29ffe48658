import Units

/// Files of recorded traffic: what they look like, and whether one can be replayed.
public enum Trace {
  /// Guesses the layout from the header line: `time_s` first means arrivals; a column `1` that is followed by `2`, `3`
  /// and so on to the end means functions; any other header of two cells or more means intervals.
  ///
  /// Nil for a header of one cell, and for a first row that holds numbers instead of names.
  public static func layout(ofHeader header: String) -> ReplayConfig.Layout? {
    let cells = header.split(separator: ",", omittingEmptySubsequences: false).map(unquoted)
    if cells[0] == "time_s" { return .arrivals }
    if isNumber(cells[0]) || cells.count < 2 { return nil }
    return FunctionHeader.leading(cells) == nil ? .intervals : .functions
  }

  /// The text of the first line of a trace, plain or gzip, to guess its layout from. Throws if the file cannot be read or
  /// is empty.
  public static func header(path: String) throws(TraceError) -> String {
    let file = try TraceFile(path: path)
    guard var line = try file.nextLine() else { throw empty(path) }
    var cells: [String] = []
    while !line.isExhausted { cells.append(try line.nextText()) }
    return cells.joined(separator: ",")
  }

  /// Reads a whole trace and makes sure that a replay of it cannot fail; memory does not grow with the file, except for
  /// the names in it.
  ///
  /// `interval` is the span of one count, above 0, and is ignored for arrivals; `columns` are the names that the replay
  /// uses, empty for all. Throws the first fault with its place.
  public static func check(
    path: String, layout: ReplayConfig.Layout, interval: Time, columns: [String]
  ) throws(TraceError) -> TraceSummary {
    let file = try TraceFile(path: path)
    let targets = try TargetNames(columns, path: path)
    switch layout {
    case .arrivals:
      var rows = try ArrivalRows(file, targets)
      return try rows.check()
    case .intervals:
      var rows = try IntervalRows(file, targets, interval: interval)
      return try rows.check()
    case .functions:
      var rows = try FunctionRows(file, targets, interval: interval)
      return try rows.check()
    }
  }

  private static func unquoted(_ cell: Substring) -> String {
    String(cell.count > 1 && cell.first == "\"" && cell.last == "\"" ? cell.dropFirst().dropLast() : cell)
  }

  static func isNumber(_ text: String) -> Bool { Double(text) != nil }

  static func empty(_ path: String) -> TraceError {
    TraceError(
      file: path, line: 1, column: 1, found: "an empty file", wanted: "a header and rows", fix: "check how it was made")
  }

  static func noRows(_ path: String) -> TraceError {
    TraceError(
      file: path, line: 2, column: 1, found: "the end of the file", wanted: "rows after the header",
      fix: "check how it was made")
  }
}

/// What a trace holds.
public struct TraceSummary: Hashable, Sendable {
  /// Rows below the header.
  public var rows: Int
  /// Names of the targets in the order of the file, also of those that a replay leaves out: the header's for intervals,
  /// the rows' for functions, and for arrivals those of the rows, each once; empty if the rows name no target.
  public var columns: [String]
  /// Arrivals that a replay makes, of the chosen columns only.
  public var arrivals: Int64
  /// From simulated time zero to the end of the last interval, or to the last arrival.
  public var span: Time

  /// A summary of the given figures.
  public init(rows: Int, columns: [String], arrivals: Int64, span: Time) {
    self.rows = rows
    self.columns = columns
    self.arrivals = arrivals
    self.span = span
  }
}

/// Which target a name in a trace stands for.
struct TargetNames {
  /// In the order of the targets; empty if all go to target 0.
  let names: [String]
  private let indices: [String: Int32]

  /// Throws if a name is given twice: its counts cannot go to two targets.
  init(_ names: [String], path: String) throws(TraceError) {
    self.names = names
    var indices: [String: Int32] = [:]
    for (index, name) in names.enumerated() {
      guard indices.updateValue(Int32(index), forKey: name) == nil else {
        throw TraceError(
          file: path, found: "\"\(name)\" twice among the columns to replay", wanted: "each column once",
          fix: "give each target its own column")
      }
    }
    self.indices = indices
  }

  /// How many targets there are, 1 or more.
  var count: Int { max(1, names.count) }

  /// The target of a name; nil if the name is not replayed.
  func target(of name: String) -> Int32? { names.isEmpty ? 0 : indices[name] }

  /// Throws if a target's name is missing among those that a trace has.
  func requireAll(in found: [String], path: String, line: Int) throws(TraceError) {
    let known = Set(found)
    guard let missing = names.first(where: { !known.contains($0) }) else { return }
    let shown = found.prefix(8).joined(separator: ", ") + (found.count > 8 ? ", .." : "")
    throw TraceError(
      file: path, line: line, column: line == 0 ? 0 : 1, found: "no \"\(missing)\"", wanted: "one of \(shown)",
      fix: "name a column or row that the trace has")
  }
}
