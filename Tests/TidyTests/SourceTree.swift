import Foundation

/// The package as it lies on disk, found from this file's own place.
enum SourceTree {
  /// The folder that holds Package.swift.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every file and folder under Sources and Tests, as paths from the root, in order.
  static let paths: [String] = ["Sources", "Tests"].flatMap { top in
    let found = FileManager.default.enumerator(atPath: root.appendingPathComponent(top).path)?.allObjects ?? []
    return found.compactMap { $0 as? String }.map { "\(top)/\($0)" }
  }.sorted()

  /// Every Swift file among them.
  static let files: [SourceText] = paths.filter { $0.hasSuffix(".swift") }.compactMap { path in
    guard let text = try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8) else { return nil }
    return SourceText(path: path, text: text)
  }
}
