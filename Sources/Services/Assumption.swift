/// A default that a run used: what it is, where it comes from, and how sure that is.
public struct Assumption: Hashable, Sendable {
  /// How well a default is founded.
  public enum Grade: String, Hashable, Sendable, CaseIterable {
    /// AWS documents it.
    case documented
    /// Somebody measured it and published the measurement.
    case measured
    /// It follows from documented or measured facts by an argument that the source names.
    case inferred
    /// Nobody publishes it; the value is a stated choice.
    case unknown
  }

  /// Resource or traffic source, empty for the whole scenario.
  public var subject: String
  /// Path of the parameter under its subject, as in the scenario: `idleExpiry`.
  public var parameter: String
  /// The value used, as a scenario would write it: `uniform 5 min to 7 min`.
  public var value: String
  /// How sure the value is.
  public var grade: Grade
  /// Who says so: page, study or reasoning, with its date.
  public var source: String
  /// Date of the source, ISO 8601 (year, month or day).
  public var asOf: String

  /// An assumption.
  public init(subject: String, parameter: String, value: String, grade: Grade, source: String, asOf: String) {
    self.subject = subject
    self.parameter = parameter
    self.value = value
    self.grade = grade
    self.source = source
    self.asOf = asOf
  }
}
