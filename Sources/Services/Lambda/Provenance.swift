/// Where a measured or derived figure comes from, for the assumptions of a run.
public struct Provenance: Hashable, Sendable {
  /// How well the figure is founded.
  public let grade: Assumption.Grade
  /// Who measured what, and how the figure follows from it.
  public let source: String
  /// Last day of the measurements, ISO 8601.
  public let asOf: String

  /// The origin of a figure.
  public init(_ grade: Assumption.Grade, source: String, asOf: String) {
    self.grade = grade
    self.source = source
    self.asOf = asOf
  }
}
