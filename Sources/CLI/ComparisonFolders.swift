import ArgumentParser
import Experiments
import Reports

/// The folder of a comparison with a folder a design in it; they are filled together or, on an error, not created.
///
/// `comparison.html` is the seal of the whole: an old one goes before the first design's files change, and the new one
/// comes last.
struct ComparisonFolders: Sendable {
  /// The outer folder's path as given.
  let path: String
  private let outer: OutputFolder
  private let designs: [OutputFolder]

  /// Creates all folders and proves that files can be made in them; an error ends with 74.
  init(_ path: String, designs names: [String]) throws {
    self.path = path
    var created: [OutputFolder] = []
    do throws(OutputError) {
      created.append(try OutputFolder(path: path))
      for name in names { created.append(try OutputFolder(path: path + "/" + name)) }
    } catch {
      for folder in created.reversed() { folder.discard() }
      throw Self.report(error)
    }
    outer = created[0]
    designs = Array(created.dropFirst())
  }

  /// Writes what each design's `run` would, then the comparison's own files; how many files that are.
  func write(_ comparison: Comparison, _ manifests: [Manifest]) throws -> Int {
    var count = 0
    do throws(OutputError) {
      try outer.breakSeal(Reports.comparisonSeal)
      for (index, folder) in designs.enumerated() {
        let files = Reports.files(for: comparison.results[index], manifest: manifests[index])
        try folder.write(files, removing: Reports.optionalFiles)
        count += files.count
      }
      let files = Reports.files(
        for: comparison, manifest: ComparisonManifest(toolVersion: Windtunnel.version, designs: manifests))
      try outer.write(files)
      return count + files.count
    } catch {
      throw Self.report(error)
    }
  }

  /// Removes temporaries and folders that are still empty, the inner ones first.
  func discard() {
    for folder in designs.reversed() { folder.discard() }
    outer.discard()
  }

  private static func report(_ error: OutputError) -> ExitCode {
    StandardStreams.note("error: " + error.description)
    return .fileSystem
  }
}
