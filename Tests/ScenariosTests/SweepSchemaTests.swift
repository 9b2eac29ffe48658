import Foundation
import Testing

@testable import Scenarios

@Suite("The schema of sweeps")
struct SweepSchemaTests {
  @Test("scenarios/sweep.schema.json is what the program writes")
  func golden() throws {
    let file = Examples.folder.appendingPathComponent("sweep.schema.json")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try SweepSchema.json().write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == SweepSchema.json())
  }

  @Test("every definition is used, every reference leads to one, and nothing is defined twice")
  func references() throws {
    let text = SweepSchema.json()
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let definitions = try #require(object?["definitions"] as? [String: Any])
    let used = Set(text.components(separatedBy: "\"#/definitions/").dropFirst().map { $0.prefix { $0 != "\"" } })
    #expect(used.sorted() == definitions.keys.sorted().map { $0[...] })
    #expect(Set(Shapes.ofSweep.map(\.name)).count == Shapes.ofSweep.count)
    for shape in Shapes.ofSweep { #expect(Set(shape.fields.map(\.name)).count == shape.fields.count) }
  }

  /// Plans that use every key between them.
  static let examples = Examples.sweeps

  @Test("an example has every key of every shape, the decoder takes it, and so does the schema")
  func everyKey() throws {
    let checker = try SchemaChecker(SweepSchema.json())
    for shape in Shapes.ofSweep {
      for field in shape.fields {
        let isUsed = Self.examples.contains { $0.contains("\(field.name):") }
        #expect(isUsed, "an example has \(shape.name).\(field.name)")
      }
    }
    for example in Self.examples {
      #expect(Self.faults(of: example) == [])
      #expect(checker.faults(in: example) == [])
    }
  }

  @Test("every shipped plan fits the schema and names it", arguments: shipped)
  func shippedFits(path: String) throws {
    let text = try String(contentsOf: Examples.root.appendingPathComponent(path), encoding: .utf8)
    #expect(try SchemaChecker(SweepSchema.json()).faults(in: text) == [])
    let folder = path.split(separator: "/").dropLast()
    let hint = folder.first == "scenarios" ? "../sweep.schema.json" : "../../scenarios/sweep.schema.json"
    #expect(text.hasPrefix("# yaml-language-server: $schema=\(hint)\n"))
  }

  /// Plans in the repository.
  static let shipped: [String] = ["scenarios/sweeps", "Tests/Sweeps"].flatMap { folder in
    let path = Examples.root.appendingPathComponent(folder).path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
  }

  @Test("there are shipped plans") func some() { #expect(Self.shipped.count >= 3) }

  @Test(
    "what the schema marks, the decoder refuses too",
    arguments: [
      ("sweep: Ranges", "swepe: Ranges"), ("scenario: s.yaml", "scenario: [s.yaml]"),
      ("replications: 20", "replications: 0"),
      ("replications: 20", "replications: many"), ("scale: log", "scale: cubic"), ("from: 128 MB", "from: [128 MB]"),
      ("randomNumbers: independent", "randomNumbers: none"), ("basePoints: 64", "basePoints: 1"),
      ("secondOrder: true", "secondOrder: maybe"), ("design: { sobolIndices:", "design: { saltelli:"),
      ("figures: [cost.monthly, shoppers.p99]", "figures: cost.monthly"), ("duration: 10 min", "duration: [10 min]"),
    ])
  func wrong(old: String, new: String) throws {
    let example = try #require(Self.examples.first { $0.contains(old) })
    let text = example.replacingOccurrences(of: old, with: new)
    #expect(try !SchemaChecker(SweepSchema.json()).faults(in: text).isEmpty)
    #expect(!Self.faults(of: text).isEmpty)
  }

  private static func faults(of text: String) -> [String] {
    do throws(ScenarioFaults) {
      _ = try SweepPlan.decode(text, path: "p.yaml")
      return []
    } catch { return error.errors.map(\.description) }
  }
}

@Suite("Scenarios and their schema")
struct ScenarioSchemaTests {
  @Test("every shipped scenario fits the schema", arguments: Examples.shipped)
  func shipped(name: String) throws {
    let text = try String(contentsOf: Examples.folder.appendingPathComponent(name), encoding: .utf8)
    #expect(try SchemaChecker(ScenarioSchema.json()).faults(in: text) == [])
  }
}
