import Foundation
import Testing

@Suite("The source tree keeps its rules")
struct TidyTests {
  @Test("every rule holds in every file", arguments: Rules.all)
  func holds(rule: Rule) {
    let offences = SourceTree.files.flatMap { rule.offences(in: $0) }
    #expect(offences.isEmpty, "\(rule.name):\n\(offences.joined(separator: "\n"))")
  }

  @Test("every rule finds each of its offenders", arguments: Rules.all)
  func finds(rule: Rule) {
    #expect(!rule.offenders.isEmpty)
    for example in rule.offenders {
      let found = rule.offences(in: SourceText(path: example.path, text: example.text))
      #expect(!found.isEmpty, "missed in \(example.path):\n\(example.text.prefix(200))")
    }
  }

  @Test("every rule spares its innocents", arguments: Rules.all)
  func spares(rule: Rule) {
    #expect(!rule.innocents.isEmpty)
    for example in rule.innocents {
      let found = rule.offences(in: SourceText(path: example.path, text: example.text))
      #expect(found.isEmpty, "taken for an offence: \(found.joined(separator: "\n"))")
    }
  }

  @Test("the rules read the tree that they guard")
  func tree() {
    let paths = Set(SourceTree.files.map(\.path))
    #expect(paths.contains("Sources/Units/Time.swift"))
    #expect(paths.contains("Tests/TidyTests/TidyTests.swift"))
    #expect(SourceTree.files.count == SourceTree.paths.filter { $0.hasSuffix(".swift") }.count, "a file is not UTF-8")
  }

  @Test("every module has a line in the table of layers, and every line a module")
  func layers() {
    let modules = Set(SourceTree.files.filter(\.isSource).map(\.module))
    #expect(modules == Set(Rules.imports.keys))
    for path in Rules.importsByFile.keys { #expect(path.hasPrefix("Sources/")) }
  }

  @Test("no file or folder has a name that could hold anything")
  func names() {
    #expect(SourceTree.paths.filter(Self.isNameless) == [])
  }

  @Test(
    "names that could hold anything are recognised",
    arguments: [
      ("Sources/Utils", true), ("Sources/Engine/Helpers.swift", true), ("Sources/Core/X.swift", true),
      ("Tests/common/X.swift", true), ("Sources/Engine/Util.swift", true), ("Sources/Engine/Score.swift", false),
      ("Sources/Engine/CoreCount.swift", false), ("Sources/Units/Time.swift", false),
    ])
  func nameless(path: String, expected: Bool) {
    #expect(Self.isNameless(path) == expected)
  }

  private static func isNameless(_ path: String) -> Bool {
    let banned: Set = ["util", "utils", "utilities", "common", "core", "helper", "helpers", "misc"]
    return path.split(separator: "/").contains { part in
      banned.contains(part.prefix { $0 != "." }.lowercased())
    }
  }
}

@Suite("Reading source")
struct SourceTextTests {
  @Test(
    "comments and strings are blanked, code is not",
    arguments: [
      ("a // b", "a     "),
      ("a /* b /* c */ d */ e", "a                   e"),
      ("f(\"b\") c", "f(\" \") c"),
      ("\"a\\\"b\" c", "\"    \" c"),
      ("\"x\\(y(1))z\" c", "\" \\(y(1)) \" c"),
      ("\"x\\(y(\"q\"))z\" c", "\" \\(y(\" \")) \" c"),
      ("#\"a\\(b)\"c\"# d", "#\"       \"# d"),
      ("#\"a\\#(b)\"# d", "#\" \\#(b)\"# d"),
      ("\"open\nnext", "\"    \nnext"),
      ("\"\"\"\n a \" b\n\"\"\" c", "\"\"\"\n      \n\"\"\" c"),
      ("#if os(Linux) // x", "#if os(Linux)     "),
    ])
  func blanking(text: String, expected: String) {
    #expect(String(decoding: SourceText.blanked(Array(text.utf8)), as: UTF8.self) == expected)
  }

  @Test("a last line without a line break counts, an empty end does not")
  func lines() {
    #expect(SourceText(path: "", text: "a\nb").lines == ["a", "b"])
    #expect(SourceText(path: "", text: "a\nb\n").lines == ["a", "b"])
    #expect(SourceText(path: "", text: "a\n\nb\n").lines == ["a", "", "b"])
  }
}
