/// Why a schedule expression is refused: where, what stands there, and what should.
public struct CronScheduleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Characters from the beginning of the expression, the first one being 1.
  public var column: Int
  /// What stands there.
  public var found: String
  /// What EventBridge accepts there.
  public var wanted: String

  /// A refusal at a place.
  public init(column: Int, found: String, wanted: String) {
    self.column = column
    self.found = found
    self.wanted = wanted
  }

  /// One line without a stop: `column 6: found "61", wanted minutes from 0 to 59`.
  public var description: String { "column \(column): found \(found), wanted \(wanted)" }
}
