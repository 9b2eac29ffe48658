/// Why a trace cannot be replayed: the place, what stands there, what should, and what to do.
public struct TraceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Path of the trace, as given.
  public var file: String
  /// Line from 1, the header being line 1; 0 if the error is about the file as a whole.
  public var line: Int
  /// Byte of the line from 1, as editors count in ASCII text; a byte order mark is not counted. 0 with line 0.
  public var column: Int
  /// What stands there; long or unprintable text is shortened.
  public var found: String
  /// What a trace of the layout has there.
  public var wanted: String
  /// What to do about it.
  public var fix: String

  /// An error at a place in a trace.
  public init(file: String, line: Int = 0, column: Int = 0, found: String, wanted: String, fix: String) {
    self.file = file
    self.line = line
    self.column = column
    self.found = found
    self.wanted = wanted
    self.fix = fix
  }

  /// One line: `trace.csv:3:5: found "x", wanted a whole number, 0 or more; write ..`.
  public var description: String {
    let place = line == 0 ? "\(file):1:1" : "\(file):\(line):\(column)"
    return "\(place): found \(found), wanted \(wanted); \(fix)"
  }
}
