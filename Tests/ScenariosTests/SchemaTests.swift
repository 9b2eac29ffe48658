import Foundation
import Testing

@testable import Scenarios

@Suite("The schema")
struct SchemaTests {
  @Test("scenarios/scenario.schema.json is what the program writes")
  func golden() throws {
    let file = Examples.folder.appendingPathComponent("scenario.schema.json")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try ScenarioSchema.json().write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == ScenarioSchema.json())
  }

  @Test("it is JSON, and every reference leads to a definition")
  func references() throws {
    let text = ScenarioSchema.json()
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let definitions = try #require(object?["definitions"] as? [String: Any])
    for part in text.components(separatedBy: "\"#/definitions/").dropFirst() {
      let name = String(part.prefix { $0 != "\"" })
      #expect(definitions[name] != nil, "\(name) is defined")
    }
    for shape in Shapes.all.dropFirst() {
      #expect(text.components(separatedBy: "\"#/definitions/\(shape.name)\"").count > 1, "\(shape.name) is used")
    }
  }

  @Test("names of shapes are unique, and so are the keys of each")
  func unique() {
    #expect(Set(Shapes.all.map(\.name)).count == Shapes.all.count)
    for shape in Shapes.all { #expect(Set(shape.fields.map(\.name)).count == shape.fields.count) }
  }

  @Test("the decoder reads every key of every shape")
  func everyKey() throws {
    for shape in Shapes.all {
      for field in shape.fields where !(Self.words.contains(field.name)) {
        #expect(
          Self.examples.contains { $0.contains("\(field.name):") }, "an example has \(shape.name).\(field.name)")
      }
    }
    for example in Self.examples { #expect(Examples.faults(of: example) == []) }
  }

  /// The examples that use every key between them.
  static let examples = [
    Examples.full, Examples.lambda, Examples.messages, Examples.capacity, Examples.operations, Examples.caches,
    Examples.storage, Examples.breakEven, Examples.databases, Examples.serverless, Examples.failover, Examples.proxy,
    Examples.connections, Examples.precise, Examples.batched, Examples.optimize,
  ]

  /// Keys that the examples cannot have: the replay's need a file.
  static let words: Set<String> = [
    "eventSourceMapping",
    "replay", "file", "layout", "interval", "timing", "targets", "resource", "akima", "getItem", "batchGetItem",
    "transactGetItems", "scan", "updateItem", "deleteItem", "batchWriteItem", "transactWriteItems",
  ]

  @Test(
    "a wrong value at any key of an example is a fault",
    arguments: examples.indices.flatMap { number in paths(of: examples[number]).map { (number, $0) } })
  func everyKeyIsRead(number: Int, path: String) {
    // A list where a scalar stands, and a text that is no quantity, number, word or reference: no key takes both.
    let texts = ["\"\"", "?? not a value ??"]
    let noted = texts.map { Examples.faults(of: Self.examples[number], overrides: [Override(path: path, value: $0)]) }
    #expect(noted.contains { !$0.isEmpty }, "\(path) is read")
  }

  /// Paths of all scalars of an example but its description, which may be any text.
  static func paths(of example: String) -> [String] {
    var faults: [ScenarioError] = []
    guard let tree = YAMLParser.parse(example, file: "example", faults: &faults) else { return [] }
    var paths: [String] = []
    func walk(_ node: YAMLNode, _ path: String) {
      switch node.content {
      case .scalar: if path != ".description" { paths.append(String(path.dropFirst())) }
      case .sequence(let items): for (index, item) in items.enumerated() { walk(item, "\(path)[\(index)]") }
      case .mapping(let entries): for entry in entries { walk(entry.value, "\(path).\(entry.key)") }
      }
    }
    walk(tree, "")
    return paths
  }
}
