import Billing
import Foundation
import Testing
import Units

@Suite struct PriceBookTests {
  @Test("the bundled book of us-east-1 loads, with every price dated and sourced")
  func bundled() throws {
    let prices = try PriceBook.bundled(region: "us-east-1")
    #expect(prices.region == "us-east-1")
    #expect(prices.date == "2026-11-22")
    #expect(prices.bytes.count > 1_000)
    // 160 read from sources or recalled, and 474 databases' prices that follow from them.
    #expect(prices.entries.count == 634)
    let unverified = prices.entries.filter { $0.grade == .unverified }
    let derived = unverified.filter { $0.source.contains("): ") }
    #expect(derived.count == 474)
    let recalled = unverified.filter { !derived.contains($0) }
    #expect(recalled.allSatisfy { $0.asOf == "unknown" } && recalled.count == 35)
    #expect(prices.freeTiers.filter { $0.offer == .twelveMonths }.count == 2)
    let arm = try #require(prices.entry(for: SKU(service: "Lambda", key: "Lambda-GB-Second-ARM")))
    #expect(arm.tiers.map(\.from) == [Decimal(0), Decimal(7_500_000_000), Decimal(18_750_000_000)])
    #expect(arm.tiers.map(\.price.description) == ["0.0000133334", "0.0000120001", "0.0000106667"])
    #expect(prices.entry(for: SKU(service: "Lambda", key: "Nothing")) == nil)
  }

  @Test("a region without a bundled book is an error that names the bundled ones")
  func noBook() {
    let problem = problems { try PriceBook.bundled(region: "mars-1") }.first
    #expect(problem?.kind == .noBundledBook)
    #expect(problem?.description == "no bundled prices for mars-1; bundled: us-east-1")
  }

  @Test("a mistake is reported with its line and column", arguments: Mistake.all)
  func mistakes(mistake: Mistake) throws {
    #expect(good.contains(mistake.wrong))
    let yaml = good.replacingOccurrences(of: mistake.wrong, with: mistake.with)
    let found = problems { try PriceBook(yaml: yaml) }.map { "\($0.line ?? 0):\($0.column ?? 0) \($0.kind)" }
    #expect(found == mistake.problems)
  }

  @Test("the book without mistakes loads")
  func goodBook() throws {
    let prices = try PriceBook(yaml: good)
    #expect(prices.entries.count == 2)
    #expect(prices.bytes == Array(good.utf8))
  }

  @Test("a derived price is its multiple of the price above it, in every tier, and counts as unverified")
  func derived() throws {
    let rule = "derived: [{ rule: a pair, prices: [{ key: C, times: 2.5, description: Pairs of A }] }]"
    let text = good.replacingOccurrences(of: "price: 0.5 }\n", with: "price: 0.5 }\n    \(rule)\n")
    let entry = try #require(try PriceBook(yaml: text).entry(for: SKU(service: "S", key: "C")))
    #expect(entry.tiers.map(\.price.description) == ["5.00", "1.25"] && entry.tiers.map(\.from) == [0, 100])
    #expect(entry.grade == .unverified && entry.unit == "request" && entry.asOf == "2026-11")
    #expect(entry.source == "A (a test): a pair")
    let again = problems { try PriceBook(yaml: text.replacingOccurrences(of: "key: C,", with: "key: B,")) }
    #expect(again.map(\.kind) == [.duplicate])
    let lame = problems { try PriceBook(yaml: text.replacingOccurrences(of: "times: 2.5, ", with: "")) }
    #expect(lame.map(\.kind) == [.missingKey])
  }

  @Test("all mistakes are reported at once, one per line, with the file's name")
  func allAtOnce() {
    let yaml = good.replacingOccurrences(of: "price: 0.5", with: "prise: 0.5")
      .replacingOccurrences(of: "grade: verified", with: "grade: sure")
    let error = #expect(throws: PriceBookError.self) { try PriceBook(yaml: yaml, file: "my.yaml") }
    #expect(
      error?.description == """
        my.yaml:11:12: found sure, wanted grade: verified or unverified
        my.yaml:14:9: found no `price`, wanted one; add it
        my.yaml:14:22: found the unknown key `prise`, wanted one of from, price
        my.yaml:21:12: found sure, wanted grade: verified or unverified
        """)
  }

  @Test("anchors and aliases are refused before the text is composed")
  func aliases() {
    // Composing this one would hash a mapping key of 2^40 items.
    var bomb = "a0: &a0 [x, x]\n"
    for level in 1...40 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    bomb += "? [*a40]\n: 1\n"
    let found = problems { try PriceBook(yaml: bomb) }
    #expect(found.map(\.kind) == [.alias])
    #expect(found.first?.line == 1 && found.first?.column == 5)
    for text in ["&a x", "[&a x]", "{a: &_ x}", "- &-a x", "!t &a x", "{\"a\":&a x}", "é: \u{85}&a x"] {
      #expect(problems { try PriceBook(yaml: text) }.map(\.kind) == [.alias], "\(text)")
    }
  }

  @Test("an ampersand in a text is no anchor")
  func ampersand() throws {
    let text = "Words & letters of R&D"
    let prices = try PriceBook(yaml: good.replacingOccurrences(of: "Words for A", with: text))
    #expect(prices.entries.first?.description == text)
  }

  @Test("a file of 4 MB is read, a byte more is refused")
  func size() throws {
    let padding = PriceBook.maximumBytes - good.utf8.count - 2
    let full = good + "#" + String(repeating: "x", count: padding) + "\n"
    #expect(try PriceBook(yaml: full).bytes.count == PriceBook.maximumBytes)
    #expect(problems { try PriceBook(yaml: full + "\n") }.map(\.kind) == [.tooLarge])
  }

  @Test("bytes that are not UTF-8, no YAML at all, and two documents are refused")
  func notABook() {
    #expect(problems { try PriceBook(yaml: [0xFF, 0xFE, 0x00]) }.map(\.kind) == [.notUTF8])
    #expect(problems { try PriceBook(yaml: "") }.map(\.kind) == [.syntax])
    #expect(problems { try PriceBook(yaml: "a: [1,\nb: }") }.map(\.kind) == [.syntax])
    #expect(problems { try PriceBook(yaml: good + "\n---\n" + good) }.map(\.kind) == [.syntax])
    #expect(problems { try PriceBook(yaml: "- 1") }.map(\.kind) == [.wrongShape])
    #expect(problems { try PriceBook(yaml: String(repeating: "[", count: 100_000)) }.map(\.kind) == [.syntax])
  }

  private func problems(_ load: () throws -> PriceBook) -> [PriceBookError.Problem] {
    do {
      _ = try load()
      return []
    } catch let error as PriceBookError { return error.problems } catch { return [] }
  }
}

/// A replacement in the good book, and the problems that it causes.
struct Mistake: CustomTestStringConvertible {
  let wrong: String
  let with: String
  let problems: [String]

  var testDescription: String { with }

  static let all = [
    Mistake(wrong: "region:", with: "Region:", problems: ["1:1 unknownKey", "1:1 missingKey"]),
    Mistake(wrong: "USD", with: "EUR", problems: ["3:11 badValue"]),
    Mistake(wrong: "date: 2026-11-22", with: "date: 2026-13-22", problems: ["2:7 badValue"]),
    Mistake(wrong: "asOf: 2026-11\n", with: "asOf: soon\n", problems: ["9:11 badValue", "19:11 badValue"]),
    Mistake(wrong: "key: B\n    d", with: "key: A\n    d", problems: ["16:10 duplicate", "32:28 unknownSKU"]),
    Mistake(wrong: "unit: request\n    a", with: "unit: ''\n    a", problems: ["8:11 badValue", "18:11 badValue"]),
    Mistake(wrong: "Words for A", with: "\"\\e[31mred\"", problems: ["7:18 badValue"]),
    Mistake(wrong: "Words for A", with: "\"two\\nlines\"", problems: ["7:18 badValue"]),
    Mistake(wrong: "from: 0, price: 2", with: "from: 1, price: 2", problems: ["13:17 tierOrder"]),
    Mistake(wrong: "from: 100", with: "from: 0", problems: ["14:17 tierOrder"]),
    Mistake(wrong: "from: 100", with: "from: 1e2", problems: ["14:17 notDecimal"]),
    Mistake(wrong: "from: 100", with: "from: -1", problems: ["14:17 notDecimal"]),
    Mistake(wrong: "from: 100", with: "from: 0.00000000001", problems: ["14:17 notDecimal"]),
    Mistake(wrong: "price: 0.5", with: "price: 5e-1", problems: ["14:29 notDecimal"]),
    Mistake(wrong: "price: 0.5", with: "price: -0.5", problems: ["14:29 notDecimal"]),
    Mistake(wrong: "price: 0.5", with: "price: '0,5'", problems: ["14:29 notDecimal"]),
    Mistake(wrong: "price: 0.5", with: "price: [1]", problems: ["14:29 notDecimal"]),
    Mistake(wrong: "price: 0.5", with: "price: 0.5000000000001", problems: ["14:29 notDecimal"]),
    Mistake(wrong: "price: 0.5", with: "price: 1234567890123", problems: ["14:29 notDecimal"]),
    Mistake(wrong: "price: 0.5", with: "price: 0.5, price: 0.5", problems: ["14:22 duplicate"]),
    Mistake(wrong: "quantity: 50", with: "quantity: many", problems: ["26:15 notDecimal"]),
    Mistake(wrong: "offer: always", with: "offer: sometimes", problems: ["28:12 badValue"]),
    Mistake(wrong: "key: B }", with: "key: C }", problems: ["32:28 unknownSKU"]),
    Mistake(wrong: "key: B }", with: "key: A }\n      - { service: S, key: A }", problems: ["33:28 duplicate"]),
    Mistake(wrong: "unit: request\n    offer", with: "unit: GB\n    offer", problems: ["32:28 unknownSKU"]),
    Mistake(wrong: "covers:\n", with: "covers: none\n    more:\n", problems: ["31:13 wrongShape", "32:5 unknownKey"]),
  ]
}

private let good = """
  region: test-1
  date: 2026-11-22
  currency: USD
  prices:
    - service: S
      key: A
      description: Words for A
      unit: request
      asOf: 2026-11
      source: a test
      grade: verified
      tiers:
        - { from: 0, price: 2 }
        - { from: 100, price: 0.5 }
    - service: S
      key: B
      description: Words for B
      unit: request
      asOf: 2026-11
      source: a test
      grade: verified
      tiers:
        - { from: 0, price: 0.0000002 }
  freeTiers:
    - name: free
      quantity: 50
      unit: request
      offer: always
      asOf: unknown
      source: a test
      covers:
        - { service: S, key: B }

  """
