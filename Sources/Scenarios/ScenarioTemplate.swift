/// A scenario's file that is read and parsed once, and decoded as often as its values change.
///
/// For many points of one design: reading and parsing a file takes longer than simulating a small point.
public struct ScenarioTemplate: Sendable {
  private let document: ScenarioDocument
  private let variant: String?
  private let overrides: [Override]

  /// Reads the file at `path`, of which `variant` is taken, with `overrides` put in before those of each point.
  ///
  /// Throws `ScenarioFaults` with everything that is wrong with the file as it stands.
  public init(path: String, variant: String? = nil, overrides: [Override] = []) throws(ScenarioFaults) {
    document = try Scenario.document(path)
    self.variant = variant
    self.overrides = overrides
  }

  /// As above, of a text; `path` names it in faults, and its folder is where relative paths start.
  public init(
    text: String, path: String, variant: String? = nil, overrides: [Override] = []
  ) throws(ScenarioFaults) {
    document = try ScenarioDocument(text, path: path)
    self.variant = variant
    self.overrides = overrides
  }

  /// The scenario with further values, which come after the template's own.
  ///
  /// A value at the path `variant` picks one of the file's variants. Throws everything that is wrong with the result.
  public func scenario(_ values: [Override] = []) throws(ScenarioFaults) -> Scenario {
    let variant = values.last { $0.path == Self.variantPath }?.value ?? self.variant
    return try document.scenario(variant, overrides: overrides + values.filter { $0.path != Self.variantPath })
  }

  /// Stands for the choice of a variant where a path is expected.
  public static let variantPath = "variant"
}
