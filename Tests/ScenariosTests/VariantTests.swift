import Foundation
import Services
import Testing
import Units

@testable import Scenarios

@Suite("Variants")
struct VariantTests {
  /// The small scenario with variants behind it; the first line below `variants:` is line 23.
  private static func with(_ lines: String...) -> String {
    Examples.small + "variants:\n" + lines.map { "  \($0)\n" }.joined()
  }

  /// The line of the first variant.
  private static let first = Examples.small.split(separator: "\n", omittingEmptySubsequences: false).count + 1

  private func function(_ text: String, _ variant: String?, _ overrides: [Override] = []) throws -> FunctionConfig {
    let scenario = try Scenario.decode(text, path: "x.yaml", variant: variant, overrides: overrides)
    for case .function(let function) in scenario.system.resources { return function }
    throw Missing()
  }

  private struct Missing: Error {}

  @Test("a value, a mapping and a list take their places")
  func values() throws {
    let text = Self.with(
      "value: { resources.list.memorySize: 1 GB }",
      "mapping: { traffic.users.arrivals: { spikes: [ { at: 1 min, count: 5 } ] } }",
      "list: { resources.list.handler: [ { wait: 3 ms } ] }", "inside: { \"resources.list.handler[0].compute\": 7 ms }")
    #expect(try function(text, nil).memorySize == 512)
    #expect(try function(text, "value").memorySize == 1_024)
    #expect(try function(text, "list").handler == [.wait(.constant(3e6))])
    #expect(try function(text, "inside").handler[0] == .compute(.constant(7e6)))
    let spikes = try Scenario.decode(text, path: "x.yaml", variant: "mapping").system.traffic[0].arrivals
    guard case .spikes(let all) = spikes else { throw Missing() }
    #expect(all.count == 1 && all[0].count == 5)
  }

  @Test("null removes a key, a quoted null is a text, and --set can remove too")
  func removal() throws {
    let text = Self.with("bare: { resources.list.memorySize: null }", "tilde: { resources.list.memorySize: ~ }")
    #expect(try function(text, "bare").memorySize == 128)
    #expect(try function(text, "tilde").memorySize == 128)
    #expect(try function(text, nil, [Override(path: "resources.list.memorySize", value: "null")]).memorySize == 128)
    let quoted = Self.with("q: { description: \"null\" }")
    #expect(try Scenario.decode(quoted, path: "x.yaml", variant: "q").description == "null")
  }

  @Test("a resource can be added whole")
  func added() throws {
    let text = Self.with("more: { resources.extra: { type: table, billingMode: payPerRequest } }")
    #expect(try Scenario.decode(text, path: "x.yaml", variant: "more").system.resources.map(\.name).last == "extra")
    #expect(try Scenario.decode(text, path: "x.yaml").system.resources.count == 3)
  }

  @Test("--set comes after the variant")
  func order() throws {
    let text = Self.with("a: { resources.list.memorySize: 1 GB }")
    #expect(try function(text, "a", [Override(path: "resources.list.memorySize", value: "2 GB")]).memorySize == 2_048)
  }

  @Test("variants change nothing about the file's own scenario, and one is the scenario written out by hand")
  func canonical() throws {
    let text = Self.with("a: { resources.list.memorySize: 1 GB, warmUp: 2 min }", "same: {}")
    func bytes(_ text: String, _ variant: String? = nil) throws -> [UInt8] {
      try Scenario.decode(text, path: "x.yaml", variant: variant).canonicalBytes
    }
    let bare = try bytes(Examples.small)
    #expect(try bytes(text) == bare)
    #expect(try bytes(text, "same") == bare)
    let byHand =
      Examples.small(
        "memorySize: 512 MB", becomes: "memorySize: 1 GB") + "warmUp: 2 min\n"
    #expect(try bytes(text, "a") == bytes(byHand))
    #expect(try bytes(text, "a") != bare)
    let variant = try Scenario.decode(text, path: "x.yaml", variant: "a")
    #expect(try variant.system == Scenario.decode(byHand, path: "x.yaml").system)
    #expect(variant.variant == "a" && variant.variants == ["a", "same"])
  }

  @Test(
    "faults of a variant stand at their place in the file, also when another one is read",
    arguments: [
      ("a: { resources.list.memorySize: 64 MB }", 35, "found 64 MB in the variant `a`, wanted 128 MB to 10 GB"),
      ("a: { resources.lst.memorySize: 1 GB }", 8, "did you mean `list`?"),
      ("a: { resources.list.memory: 1 GB }", 8, "found the unknown key `memory` in the variant `a`"),
      ("a: { resources.list.type: null }", 8, "found no `type` in the variant `a`"),
      ("a: { duration: null }", 8, "found no `duration` in the variant `a`"),
      ("a: { resources.list.zzz: null }", 8, "there is nothing to remove"),
      ("a: { \"resources.list.handler[0]\": null }", 8, "found null at a place in a list in the variant `a`"),
      ("a: { resources.list.handler: [ { compute: 5 } ] }", 45, "found 5 without a unit in the variant `a`"),
      ("a: { variants.b: {} }", 8, "found a path into `variants` in the variant `a`"),
      ("a: { \"\": 1 }", 8, "found no path in the variant `a`"),
      ("a: { duration: }", 18, "write null to remove the key"),
      ("a: 5", 6, "found 5, wanted a mapping of paths"), ("1a: {}", 3, "found the name `1a`"),
      ("a: { objectives: [ latency.nobody.p99 < 1 s ] }", 22, "in the variant `a`"),
    ])
  func faults(line: String, column: Int, fragment: String) throws {
    for variant in [nil, "other"] {
      do {
        _ = try Scenario.decode(Self.with(line, "other: {}"), path: "x.yaml", variant: variant)
        Issue.record("no fault: \(line)")
      } catch {
        let texts = error.errors.map(\.description)
        #expect(texts.count == 1, "\(texts)")
        #expect(texts[0].hasPrefix("x.yaml:\(Self.first):\(column): "), "\(texts)")
        #expect(texts[0].contains(fragment), "\(texts)")
      }
    }
  }

  @Test("a fault of the file itself counts once, whatever the number of variants, and names none")
  func common() {
    let text = Self.with("a: {}", "b: { warmUp: 1 min }").replacingOccurrences(of: "512 MB", with: "64 MB")
    let faults = Examples.faults(of: text)
    #expect(faults.count == 1 && !faults[0].contains("variant"), "\(faults)")
  }

  @Test("all variants may mend what the file leaves open; the file alone is then at fault")
  func mended() throws {
    let text = Self.with("a: { duration: 1 h }", "b: { duration: 2 h }")
      .replacingOccurrences(of: "duration: 1 h\ntraffic", with: "traffic")
    #expect(try Scenario.decode(text, path: "x.yaml", variant: "b").system.duration == .hours(2))
    #expect(Examples.faults(of: text).count == 1)
  }

  @Test("none, 1, 20 and 21 variants", arguments: [(0, false), (1, true), (20, true), (21, false)])
  func count(count: Int, isSound: Bool) {
    let text =
      count == 0
      ? Examples.small + "variants: {}\n"
      : Examples.small + "variants:\n" + (0..<count).map { "  v\($0): {}\n" }.joined()
    let faults = Examples.faults(of: text)
    #expect(faults.isEmpty == isSound)
    if !isSound { #expect(faults[0].contains("found \(count) variants, wanted 1 to 20")) }
  }

  @Test("a variant that is not there is a fault, with a guess")
  func unknown() {
    for (text, fragment) in [
      (
        Self.with("plain: {}"), "x.yaml:\(Self.first - 1):1: found no variant `plan`, wanted one of plain; did you mean"
      ),
      (Examples.small, "x.yaml:1:1: found no variants, so no `plan`"),
    ] {
      do {
        _ = try Scenario.decode(text, path: "x.yaml", variant: "plan")
        Issue.record("no fault")
      } catch {
        #expect(error.errors.map(\.description)[0].contains(fragment), "\(error)")
      }
    }
  }

  @Test("a path into variants on the command line is refused")
  func override() {
    let faults = Examples.faults(
      of: Self.with("a: {}"), overrides: [Override(path: "variants.a.warmUp", value: "1 min")])
    #expect(faults.count == 1 && faults[0].hasPrefix("--set variants.a.warmUp: found a path into `variants`"))
  }
}
