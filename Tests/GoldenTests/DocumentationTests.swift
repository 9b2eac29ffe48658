import Foundation
import Scenarios
import Testing

/// A reader copies what a page shows; every scenario on a page must decode.
@Suite("Scenarios in the documentation")
struct DocumentationTests {
  /// A fenced block of a page.
  struct Block {
    /// Language after the fence.
    let language: String
    /// Line of the opening fence, from 1.
    let line: Int
    let text: String

    /// Whether it is a whole scenario and not a part of one: its first key is `scenario`.
    var isScenario: Bool {
      let first = text.split(separator: "\n").first { !$0.hasPrefix("#") }
      return language == "yaml" && first?.hasPrefix("scenario:") == true
    }

    /// The fenced blocks of a page; one that is never closed ends with the page.
    static func all(in page: String) -> [Block] {
      var blocks: [Block] = []
      var open: (language: String, line: Int, lines: [Substring])?
      for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        if let block = open {
          if line == "```" {
            let text = block.lines.map { $0 + "\n" }.joined()
            blocks.append(Block(language: block.language, line: block.line, text: text))
            open = nil
          } else {
            open?.lines.append(line)
          }
        } else if line.hasPrefix("```") {
          open = (String(line.dropFirst(3)), index + 1, [])
        }
      }
      return blocks
    }
  }

  /// README.md, and the pages beside the sources.
  static func pages() -> [String] {
    let sources = Shipped.root.appendingPathComponent("Sources").path
    let names = FileManager.default.enumerator(atPath: sources)?.compactMap { $0 as? String } ?? []
    return ["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "Sources/" + $0 }
  }

  @Test("every scenario on a page decodes", arguments: pages())
  func decodes(page: String) throws {
    let file = Shipped.root.appendingPathComponent(page)
    let text = try #require(try? String(contentsOf: file, encoding: .utf8), "\(page) is missing")
    for block in Block.all(in: text) where block.isScenario {
      let path = Shipped.root.appendingPathComponent("scenarios/page.yaml").path
      do { _ = try Scenario.decode(block.text, path: path) } catch {
        Issue.record("\(page):\(block.line): \(error.errors.map(\.description).joined(separator: "\n"))")
      }
    }
  }

  @Test("the variants of the README fit its scenario, each of them")
  func variants() throws {
    let text = try String(contentsOf: Shipped.root.appendingPathComponent("README.md"), encoding: .utf8)
    let blocks = Block.all(in: text)
    let base = try #require(blocks.first { $0.isScenario })
    let variants = try #require(blocks.first { $0.text.hasPrefix("variants:") })
    let path = Shipped.root.appendingPathComponent("scenarios/page.yaml").path
    let names = try Scenario.decode(base.text + variants.text, path: path).variants
    #expect(names.count >= 2)
    for name in names { _ = try Scenario.decode(base.text + variants.text, path: path, variant: name) }
  }

  @Test("the search for scenarios finds whole ones, and only those")
  func finds() {
    let page = """
      # Page
      ```yaml
      # yaml-language-server: $schema=scenario.schema.json
      scenario: A
      ```
      ```sh
      scenario: B
      ```
      ```yaml
      traffic: {}
      ```
      ```yaml
      scenario: C
      duration: 1 h
      ```
      """
    let found = Block.all(in: page).filter(\.isScenario)
    #expect(found.map(\.line) == [2, 12])
    #expect(found.last?.text == "scenario: C\nduration: 1 h\n")
  }
}
