import Foundation
import Testing

@testable import Billing

@Suite("Bundled price books")
struct BundledBookTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../Sources/Billing/Prices").standardizedFileURL

  /// After a change of the YAML: `UPDATE_GOLDEN=1 swift test --filter BundledBookTests`, and build again.
  @Test("the JSON that is read is the YAML that was written")
  func tree() throws {
    let yaml = try Data(contentsOf: Self.folder.appendingPathComponent("us-east-1-2026-11.yaml"))
    var reader = PriceBookReader()
    let tree = reader.root(of: Array(yaml))
    let root = try #require(tree)
    var text = try JSONSerialization.data(
      withJSONObject: root.json, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    text.append(UInt8(ascii: "\n"))
    let file = Self.folder.appendingPathComponent("us-east-1-2026-11.json")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try text.write(to: file) }
    #expect(try Data(contentsOf: file) == text)
  }

  @Test("it gives the same prices as the YAML, in the same order")
  func book() throws {
    let bundled = try PriceBook.bundled(region: "us-east-1")
    let yaml = try PriceBook(yaml: bundled.bytes)
    #expect(bundled == yaml)
    #expect(bundled.entries.count > 600)
  }

  @Test("numbers, booleans and nulls are no price book's values")
  func foreign() {
    #expect(PriceBookNode(json: 1) == nil)
    #expect(PriceBookNode(json: ["a": NSNull()]) == nil)
    #expect(PriceBookNode(json: ["a", true] as [Any]) == nil)
  }
}
