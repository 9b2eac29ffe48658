import Foundation

/// The collection of known answers and measurements beside the repository, where it is present.
enum ValidationData {
  /// The top of the package.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Whether there is a collection.
  static var isPresent: Bool { FileManager.default.fileExists(atPath: file("README.md").path) }

  /// A file of the collection.
  static func file(_ name: String) -> URL {
    root.appendingPathComponent("../shared/data/validation/\(name)").standardized
  }
}
