import Billing
import Experiments
import Foundation
import Reports
import Scenarios

extension Manifest {
  /// What a run of a scenario is made from, with the hashes of its files.
  init(_ scenario: Scenario, settings: [String], prices: PriceBook) {
    self.init(
      toolVersion: Windtunnel.version, scenario: Self.input(scenario.path, shownAs: scenario.path),
      variant: scenario.variant, settings: settings,
      prices: Prices(region: prices.region, date: prices.date, sha256: SHA256.hexadecimal(of: prices.bytes)),
      inputs: scenario.traces.map { Self.input($0.path, shownAs: $0.name) })
  }

  private static func input(_ path: String, shownAs name: String) -> InputFile {
    let bytes = FileManager.default.contents(atPath: path).map(Array.init) ?? []
    return InputFile(path: name, sha256: SHA256.hexadecimal(of: bytes))
  }
}

extension Scenario {
  /// Recorded traffic: the absolute path, and the path from the scenario's folder where the file lies in it.
  fileprivate var traces: [(path: String, name: String)] {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().standardizedFileURL.path
    return system.traffic.compactMap { source in
      guard case .replay(let replay) = source.arrivals else { return nil }
      let isInside = replay.path.hasPrefix(folder + "/")
      return (path: replay.path, name: isInside ? String(replay.path.dropFirst(folder.count + 1)) : replay.path)
    }
  }
}
