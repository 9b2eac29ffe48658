import Billing
import Experiments
import Foundation
import Reports
import Scenarios

extension Manifest {
  /// Version of the program, which `--version` prints and every manifest holds.
  static let version = "0.1.0"

  /// What a run of a scenario is made from, with the hashes of its files.
  init(_ scenario: Scenario, path: String, settings: [String], prices: PriceBook) {
    self.init(
      toolVersion: Self.version, scenario: InputFile(path: path, sha256: Self.hash(path)), settings: settings,
      prices: Prices(
        region: prices.region, date: prices.date, sha256: SHA256.hexadecimal(of: prices.bytes)),
      inputs: [])
  }

  private static func hash(_ path: String) -> String {
    SHA256.hexadecimal(of: FileManager.default.contents(atPath: path).map(Array.init) ?? [])
  }
}
