import Foundation
import Testing

@testable import Reports

@Suite struct SummaryTests {
  @Test("objectives come first, then response times, resources and cost")
  func order() throws {
    let text = Summary.text(for: Fixture().result, color: false, width: 100, folder: "out")
    let places = try ["Objectives", "Response time", "Functions", "Cost", "Files in out"].map { part in
      try #require(text.range(of: part)).lowerBound
    }
    #expect(places == places.sorted())
    #expect(text.contains("✗ missed  cost.monthly < 500 USD  $512.40 ± 18.20  (the interval does not decide)"))
    #expect(text.contains("$512.40 ± 1.05 a month of 730 h"))
    #expect(text.hasSuffix("\n"))
  }

  @Test("where requests failed, the successes stand beneath all answers; elsewhere nothing does")
  func successes() {
    let text = Summary.text(for: Fixture(sourceNames: ["shoppers"]).result, color: false, width: 100)
    let rows = text.split(separator: "\n").drop { !$0.hasPrefix("Response time") }.dropFirst().prefix(4)
      .map { line in String(line.drop { $0 == " " }.prefix { $0 != " " }) }
    #expect(rows == ["shoppers", "±", "successes", "±"])
    let sound = Summary.text(for: Fixture(hasFailures: false).result, color: false, width: 100)
    #expect(!sound.contains("successes"))
  }

  @Test("tables keep to the width and drop the least important columns first", arguments: [40, 60, 80, 100, 200])
  func width(columns: Int) throws {
    let text = Summary.text(for: Fixture().result, color: false, width: columns)
    let lines = text.split(separator: "\n")
    let head = try #require(lines.first { $0.hasPrefix("Response time") })
    #expect(head.count <= columns)
    #expect(head.contains("p50") && (columns < 60 || head.contains("p99")))
    #expect(head.contains("p90") == (columns >= 100))
  }

  @Test("colours are ANSI sequences around the same words")
  func color() {
    let plain = Summary.text(for: Fixture().result, color: false, width: 80)
    let colored = Summary.text(for: Fixture().result, color: true, width: 80)
    #expect(!plain.contains("\u{1B}"))
    #expect(colored.contains("\u{1B}[31m✗ missed\u{1B}[0m"))
    let stripped = ["[0m", "[1m", "[31m", "[32m"].reduce(colored) {
      $0.replacingOccurrences(of: "\u{1B}" + $1, with: "")
    }
    #expect(stripped == plain)
  }

  @Test("names cannot send control sequences to the terminal")
  func control() {
    let text = Summary.text(
      for: Fixture(name: "a\u{1B}[2Jb", sourceNames: ["\u{9B}31m"]).result, color: false, width: 80)
    #expect(!text.contains("\u{1B}") && !text.unicodeScalars.contains("\u{9B}"))
    #expect(text.hasPrefix("a?[2Jb\n"))
  }

  @Test("resources stand in tables by type, shares in per cent, money to the cent, half-widths beneath")
  func resources() throws {
    let lines = Summary.text(for: Fixture().result, color: false, width: 120).split(separator: "\n").map(String.init)
    let head = try #require(lines.firstIndex { $0.hasPrefix("Functions") })
    #expect(lines[head].split(separator: " ").suffix(3) == ["USD", "a", "month"])
    let row = lines[head + 1].split(separator: " ")
    #expect(row.first == "listItems" && row.last == "135.60")
    #expect(row.contains("0.1200"), "the probability 0.0011995 in per cent, to the digits of its half-width")
    #expect(lines[head + 2].hasPrefix("    ±") && lines[head + 2].hasSuffix("0.61"))
    #expect(lines.allSatisfy { $0.count <= 120 })
  }

  @Test("of many resources of a type the summary shows the twelve costliest and counts the rest")
  func manyResources() {
    let names = (1...40).map { "function\($0)" }
    let text = Summary.text(for: Fixture(functionNames: names).result, color: false, width: 80)
    #expect(text.contains("  function12 ") && !text.contains("function13"))
    #expect(text.contains("and 28 more"))
  }

  @Test("one replication shows no half-widths")
  func single() {
    let text = Summary.text(for: Fixture(replications: 1).result, color: false, width: 80)
    #expect(!text.contains("±"))
    #expect(text.contains("1 replication,"))
  }
}
