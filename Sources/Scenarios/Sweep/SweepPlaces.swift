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
  /// Faults that were found outside of a decoding, file by file in the order in which these come; at least one.
  package static func found(_ errors: [ScenarioError]) -> ScenarioFaults {
    precondition(!errors.isEmpty, "faults are thrown when there are any")
    var files: [String?] = []
    for error in errors where !files.contains(error.place.file) { files.append(error.place.file) }
    // Those of the command line have no file, and come last.
    files = files.filter { $0 != nil } + files.filter { $0 == nil }
    return ScenarioFaults(
      ordered: files.flatMap { file in ScenarioFaults(errors.filter { $0.place.file == file }).errors })
  }
}
