import Services
import Testing

@testable import Scenarios

/// The keys of tables, as a scenario writes them.
@Suite("Keys in scenarios")
struct TableKeyTests {
  private func text(_ keys: String) -> String {
    Examples.small("    type: table\n", becomes: "    type: table\n    \(keys)\n")
  }

  private func table(_ keys: String) throws -> TableConfig {
    let scenario = try Scenario.decode(text(keys), path: "x.yaml")
    for case .table(let table) in scenario.system.resources { return table }
    throw Missing()
  }

  private struct Missing: Error {}

  @Test(
    "each law is read",
    arguments: [
      ("keys: 1", KeyDistribution(count: 1)),
      ("keys: 4000000000", KeyDistribution(count: 4_000_000_000)),
      ("keys: { uniform: { count: 7 } }", KeyDistribution(count: 7)),
      ("keys: { zipf: { count: 10, exponent: 1.2 } }", KeyDistribution(count: 10, law: .zipf(exponent: 1.2))),
      ("keys: { zipf: { count: 10 } }", KeyDistribution(count: 10, law: .zipf(exponent: 0.99))),
      ("keys: { zipf: { count: 1, exponent: 10 } }", KeyDistribution(count: 1, law: .zipf(exponent: 10))),
      ("keys: { hot: { count: 2, keys: 1, share: 0 % } }", KeyDistribution(count: 2, law: .hot(keys: 1, share: 0))),
      ("keys: { hot: { count: 9, keys: 8, share: 100 % } }", KeyDistribution(count: 9, law: .hot(keys: 8, share: 1))),
      ("keys: { monotonic: { count: 3 } }", KeyDistribution(count: 3, law: .monotonic)),
      ("keys: { given: [0, 2.5, 1e12] }", KeyDistribution(count: 3, law: .given(weights: [0, 2.5, 1e12]))),
    ])
  func laws(keys: String, wanted: KeyDistribution) throws {
    #expect(try table(keys).keys == wanted)
  }

  @Test("left out, there are a million keys alike with one item each, and both are assumptions")
  func defaults() throws {
    let plain = try Scenario.decode(Examples.small, path: "x.yaml")
    for case .table(let table) in plain.system.resources {
      #expect(table.keys == KeyDistribution(count: 1_000_000) && table.itemsPerKey == 1)
    }
    let noted = plain.assumptions.filter { $0.subject == "items" && $0.parameter == "keys" }
    #expect(noted.count == 1 && noted.first?.grade == .unknown)
    #expect(noted.first?.value == "1000000, all alike")
    #expect(plain.assumptions.contains { $0.subject == "items" && $0.parameter == "itemsPerKey" && $0.value == "1" })
    // The same written down is none, and neither are the keys of a table that nobody asks for its own.
    let stated = try Scenario.decode(text("keys: 1000000"), path: "x.yaml")
    #expect(!stated.assumptions.contains { $0.parameter == "keys" })
    #expect(stated.assumptions.contains { $0.parameter == "itemsPerKey" })
    let counted = try Scenario.decode(text("itemsPerKey: 1"), path: "x.yaml")
    #expect(!counted.assumptions.contains { $0.parameter == "itemsPerKey" })
    let idle = try Scenario.decode(
      text("").replacing("call: items", with: "call: used") + "  used: { type: table, keys: 5 }\n", path: "x.yaml")
    #expect(!idle.assumptions.contains { $0.parameter == "keys" })
  }

  @Test("an exponent left out is an assumption")
  func exponent() throws {
    let scenario = try Scenario.decode(text("keys: { zipf: { count: 10 } }"), path: "x.yaml")
    #expect(scenario.assumptions.contains { $0.parameter == "keys.zipf.exponent" && $0.value == "0.99" })
    let stated = try Scenario.decode(text("keys: { zipf: { count: 10, exponent: 0.99 } }"), path: "x.yaml")
    #expect(!stated.assumptions.contains { $0.parameter == "keys.zipf.exponent" })
  }

  @Test("items of a key are 1 to a billion", arguments: [("1", 1), ("1000000000", 1_000_000_000)])
  func itemsPerKey(text: String, wanted: Int) throws {
    #expect(try table("itemsPerKey: \(text)").itemsPerKey == wanted)
  }

  @Test(
    "a fault says what is wanted",
    arguments: [
      ("keys: 0", "23:11: found 0, wanted a whole number, 1 to 4000000000"),
      ("keys: 4000000001", "1 to 4000000000"),
      ("keys: 1.5", "a whole number"),
      ("keys: [1, 2]", "a number of keys or a law"),
      ("keys: {}", "exactly one of uniform, zipf, hot, monotonic, given"),
      ("keys: { uniform: { count: 1 }, monotonic: { count: 1 } }", "`uniform` and `monotonic`"),
      ("keys: { zipff: { count: 1 } }", "did you mean `zipf`?"),
      ("keys: { uniform: 5 }", "a mapping with the keys count"),
      ("keys: { uniform: {} }", "no `count`"),
      ("keys: { zipf: { count: 0 } }", "1 to 4000000000"),
      ("keys: { zipf: { count: 5, exponent: 0 } }", "a number above 0, at most 10"),
      ("keys: { zipf: { count: 5, exponent: 10.001 } }", "a number above 0, at most 10"),
      ("keys: { hot: { count: 5, keys: 5, share: 10 % } }", "5 hot keys of 5, wanted fewer than count"),
      ("keys: { hot: { count: 5, keys: 0, share: 10 % } }", "1 to 4000000000"),
      ("keys: { hot: { count: 5, keys: 1, share: 101 % } }", "a share"),
      ("keys: { hot: { count: 5, share: 10 % } }", "no `keys`"),
      ("keys: { monotonic: { count: x } }", "a whole number"),
      ("keys: { given: [] }", "0 weights, wanted 1 to 100000 weights"),
      ("keys: { given: [0, 0] }", "no weight above 0, wanted at least one"),
      ("keys: { given: [1, -1] }", "a finite number, 0 or more"),
      ("keys: { given: [1, 1e13] }", "a weight, 0 to 1e12"),
      ("keys: { given: 5 }", "1 to 100000 weights"),
      ("itemsPerKey: 0", "1 to 1000000000"),
      ("itemsPerKey: 1000000001", "1 to 1000000000"),
    ])
  func faults(keys: String, wanted: String) {
    let found = Examples.faults(of: text(keys))
    #expect(found.contains { $0.contains(wanted) }, "\(found)")
  }

  @Test("all weights that are wrong are listed, and 100,001 are too many")
  func manyWeights() {
    #expect(Examples.faults(of: text("keys: { given: [a, 1, b] }")).count == 2)
    let list = Array(repeating: "1", count: 100_001).joined(separator: ",")
    #expect(Examples.faults(of: text("keys: { given: [\(list)] }")).contains { $0.contains("100001 weights") })
    #expect(Examples.faults(of: text("keys: { given: [\(list.dropLast(2))] }")) == [])
  }
}
