import CZlib
import Foundation
import Testing

@testable import Services

/// A file that lives as long as the test that wrote it.
final class TraceFixture {
  let path: String

  /// Writes bytes as they are.
  init(bytes: [UInt8]) throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("trace-\(UUID().uuidString).csv").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  /// Writes text, through zlib if it is to be gzip.
  convenience init(_ text: String, gzip: Bool = false) throws {
    try self.init(bytes: gzip ? try Self.gzipped(text) : Array(text.utf8))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The gzip form of a text.
  static func gzipped(_ text: String) throws -> [UInt8] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("trace-\(UUID().uuidString).gz").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try #require(gzopen(path, "wb"))
    let bytes = Array(text.utf8)
    #expect(gzwrite(file, bytes, UInt32(bytes.count)) == CInt(bytes.count))
    #expect(gzclose(file) == Z_OK)
    return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}

/// A published trace beside the project; nil where it is not kept.
func sharedTrace(_ name: String) -> String? {
  let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4)
  let path = (root.dropLast() + ["shared", "data", "traces", name]).joined(separator: "/").dropFirst()
  return FileManager.default.fileExists(atPath: String(path)) ? String(path) : nil
}
