import Services
import Units

/// Recorded traffic: the file is read once here, so that a replay cannot fail in the middle of a run.
extension Decoding {
  /// A replay whose file was checked; `columns` are the names that the scenario's targets stand for.
  func replay(_ node: YAMLNode, _ name: String, _ columns: [String]) -> ReplayConfig? {
    guard let fields = self.fields(node, Shapes.replay) else { return nil }
    _ = fields["targets"]
    let file = fields["file"].flatMap { text($0, wanted: "the path of a CSV file, relative to the scenario") }
    let given = fields["layout"].map { choice($0, ReplayConfig.Layout.self) }
    let interval = fields["interval"].map { time($0, .milliseconds(1)...longestSpan) } ?? .minutes(1)
    let timing = fields["timing"].map { choice($0, ReplayConfig.Timing.self) } ?? .uniform
    guard let file, let fileNode = fields["file"], let interval, let timing else { return nil }
    if let given, given == nil { return nil }

    let path = ScenarioFile.absolute(file, in: directory)
    do {
      let layout: ReplayConfig.Layout
      if let given = given ?? nil {
        layout = given
      } else if let guessed = Trace.layout(ofHeader: try Trace.header(path: path)) {
        layout = guessed
      } else {
        return reject(fileNode, wanted: "a trace whose header tells its layout", advice: "add `layout`")
      }
      let replay = ReplayConfig(path: path, layout: layout, interval: interval, timing: timing, columns: columns)
      try digests.check(replay)
      attachments += digests.digest(of: path) ?? []
      if fields["timing"] == nil && layout != .arrivals {
        assume(
          name, "replay.timing", "uniform", .unknown, "a stated choice: counts do not tell when inside the interval",
          "2026-11")
      }
      if fields["interval"] == nil && layout != .arrivals {
        assume(
          name, "replay.interval", "1 min", .unknown, "a stated choice: the usual width of published traces", "2026-11")
      }
      return replay
    } catch {
      guard error.line > 0 else {
        fault(
          fileNode.place, found: "\(error.found) of `\(YAMLNode.clip(file))`", wanted: error.wanted, advice: error.fix)
        return nil
      }
      let place = ScenarioError.Place.position(file: shown(file), line: error.line, column: error.column)
      fault(place, found: error.found, wanted: error.wanted, advice: error.fix)
      return nil
    }
  }
  /// A path of the scenario as seen from where the program runs, as the scenario's own path was given.
  private func shown(_ path: String) -> String {
    guard !path.hasPrefix("/"), let slash = self.file.lastIndex(of: "/") else { return path }
    return self.file[...slash] + path
  }
}
