import Foundation
import Scenarios
import Services

/// Recorded traffic of a sweep's points: the plan knows the files' hashes, so that nobody runs other traffic by mistake.
public enum SweepTraffic {
  /// The files that scenarios replay, each once, by their paths from the scenario's folder where they lie in it.
  struct Files {
    private(set) var sources: [PlanFile.Header.Source] = []
    private var seen: Set<String> = []

    mutating func add(_ scenario: Scenario) {
      for source in scenario.system.traffic {
        guard case .replay(let replay) = source.arrivals, seen.insert(replay.path).inserted else { continue }
        let folder = SweepTraffic.folder(of: scenario.path)
        let isInside = replay.path.hasPrefix(folder + "/")
        sources.append(
          PlanFile.Header.Source(
            path: isInside ? String(replay.path.dropFirst(folder.count + 1)) : replay.path,
            sha256: SweepTraffic.hash(of: replay.path) ?? ""))
      }
    }
  }

  /// Throws a `SweepFault` when a file of a plan is not there, or is another one.
  public static func check(_ plan: PlanFile) throws(SweepFault) {
    let folder = folder(of: plan.header.scenario.path)
    for file in plan.header.traffic {
      let path = file.path.hasPrefix("/") ? file.path : folder + "/" + file.path
      guard let hash = hash(of: path) else {
        throw SweepFault(
          path, found: "no readable file", wanted: "the recorded traffic of the plan",
          advice: "run in the folder where the plan was made")
      }
      guard hash == file.sha256 else {
        throw SweepFault(
          path, found: "recorded traffic \(hash.prefix(12))", wanted: "that of the plan, \(file.sha256.prefix(12))",
          advice: "bring the file back, or make a new plan")
      }
    }
  }

  private static func folder(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().standardizedFileURL.path
  }

  private static func hash(of path: String) -> String? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    var hash = SHA256.Running()
    do {
      while let piece = try handle.read(upToCount: 1 << 18), !piece.isEmpty { hash.add(Array(piece)) }
    } catch { return nil }
    return hash.hexadecimal()
  }
}
