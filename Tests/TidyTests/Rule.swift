import Testing

/// Something that no file may do, with an example of each side so that the rule itself is tested.
struct Rule: Sendable, CustomTestStringConvertible {
  /// What is asked, as a sentence; it is the name in the test log.
  let name: String
  /// Which files it holds for.
  let applies: @Sendable (SourceText) -> Bool
  /// The indices of the lines that break it.
  let find: @Sendable (SourceText) -> [Int]
  /// Texts that break the rule, each with the path that it pretends to have.
  let offenders: [Example]
  /// Texts that come close and keep it.
  let innocents: [Example]

  struct Example: Sendable {
    let path: String
    let text: String

    init(_ path: String, _ text: String) {
      self.path = path
      self.text = text
    }
  }

  var testDescription: String { name }

  /// The offences in a file: path, line and text of each.
  func offences(in file: SourceText) -> [String] {
    guard applies(file) else { return [] }
    return find(file).map { "\(file.path):\($0 + 1): \(file.lines.indices.contains($0) ? file.lines[$0] : "")" }
  }

  /// A rule against words in certain modules.
  static func ban(_ name: String, words: [String], in modules: Set<String>, innocents: [Example]) -> Rule {
    Rule(
      name: name,
      applies: { $0.isSource && modules.contains($0.module) },
      find: { file in Set(words.flatMap { file.lines(containing: $0) }).sorted() },
      offenders: words.flatMap { word in
        modules.sorted().map { Example("Sources/\($0)/Offender.swift", "let x = 1\n  y = \(word) z\n") }
      },
      innocents: innocents)
  }
}
