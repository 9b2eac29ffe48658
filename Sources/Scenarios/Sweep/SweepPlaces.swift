/// Where the parts of a sweep's plan stand in its file: for faults that show only when the scenario is decoded.
package struct SweepPlaces: Hashable, Sendable {
  /// Of each parameter, by its name: where its path stands.
  package var paths: [String: ScenarioError.Place] = [:]
  /// Of each parameter: where each of its values stands; of a range, both ends.
  package var values: [String: [ScenarioError.Place]] = [:]
  /// Of each parameter: where its values stand in a list of points, by the value.
  package var listed: [String: [String: ScenarioError.Place]] = [:]
  /// Where each setting stands, by its path.
  package var settings: [String: ScenarioError.Place] = [:]
  /// Where each figure stands, by its name.
  package var figures: [String: ScenarioError.Place] = [:]
}

extension ScenarioFaults {
  /// Faults that were found outside of a decoding; at least one.
  package static func found(_ errors: [ScenarioError]) -> ScenarioFaults {
    precondition(!errors.isEmpty, "faults are thrown when there are any")
    return ScenarioFaults(errors)
  }
}
