import Foundation

@testable import Scenarios

/// What an editor does with a schema: marks what does not fit. Of draft-07 it knows the keywords that the program
/// writes; another one is a fault of its own, so that nothing is passed over.
struct SchemaChecker {
  private let root: [String: Any]
  private let definitions: [String: Any]

  /// A checker of a schema's text.
  init(_ text: String) throws {
    struct NoSchema: Error {}
    guard let root = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
      throw NoSchema()
    }
    self.root = root
    definitions = root["definitions"] as? [String: Any] ?? [:]
  }

  /// What does not fit in a YAML text, each with its path.
  func faults(in text: String) -> [String] {
    var faults: [ScenarioError] = []
    guard let tree = YAMLParser.parse(text, file: "text", faults: &faults) else { return faults.map(\.description) }
    return check(tree, root, "")
  }

  private func check(_ node: YAMLNode, _ schema: [String: Any], _ path: String) -> [String] {
    schema.keys.sorted().flatMap { check(node, schema, keyword: $0, path) }
  }

  private func check(_ node: YAMLNode, _ schema: [String: Any], keyword: String, _ path: String) -> [String] {
    let value = schema[keyword]
    let schemas = (value as? [[String: Any]]) ?? []
    switch keyword {
    case "$schema", "title", "description", "definitions", "properties": return []
    case "$ref":
      let name = (value as? String ?? "").replacingOccurrences(of: "#/definitions/", with: "")
      guard let found = definitions[name] as? [String: Any] else { return ["\(path): no definition of \(name)"] }
      return check(node, found, path)
    case "type":
      let types = (value as? [String]) ?? [value as? String ?? ""]
      return types.contains { isOf($0, node) } ? [] : ["\(path): not of type \(types)"]
    case "allOf": return schemas.flatMap { check(node, $0, path) }
    case "anyOf": return schemas.contains { check(node, $0, path).isEmpty } ? [] : ["\(path): fits nothing of anyOf"]
    case "oneOf":
      let count = schemas.filter { check(node, $0, path).isEmpty }.count
      return count == 1 ? [] : ["\(path): fits \(count) of oneOf"]
    case "required":
      guard case .mapping(let entries) = node.content else { return [] }
      return ((value as? [String]) ?? []).filter { name in !entries.contains { $0.key == name } }
        .map { "\(path): no \($0)" }
    case "additionalProperties":
      guard case .mapping(let entries) = node.content else { return [] }
      let known = schema["properties"] as? [String: [String: Any]] ?? [:]
      return entries.flatMap { entry -> [String] in
        let inner = "\(path).\(entry.key)"
        if let known = known[entry.key] { return check(entry.value, known, inner) }
        if let other = value as? [String: Any] { return check(entry.value, other, inner) }
        return ["\(inner): unknown"]
      }
    case "items":
      guard case .sequence(let items) = node.content, let schema = value as? [String: Any] else { return [] }
      return items.enumerated().flatMap { check($1, schema, "\(path)[\($0)]") }
    case "enum":
      guard case .scalar(let text, _) = node.content else { return ["\(path): no word"] }
      let words = ((value as? [Any]) ?? []).map { "\($0)" }
      return words.contains(text) ? [] : ["\(path): none of \(words)"]
    case "pattern":
      guard isOf("string", node), let text = node.scalarText else { return [] }
      let isMatched = text.range(of: value as? String ?? "", options: .regularExpression) != nil
      return isMatched ? [] : ["\(path): does not match"]
    case "minimum", "maximum":
      guard isOf("number", node), let number = node.scalarText.flatMap(Double.init),
        let limit = (value as? NSNumber)?.doubleValue
      else { return [] }
      return (keyword == "minimum" ? number >= limit : number <= limit) ? [] : ["\(path): beyond the \(keyword)"]
    default: return ["\(path): the checker does not know \(keyword)"]
    }
  }

  /// The type of a node as YAML's core schema reads it, which editors do.
  private func isOf(_ type: String, _ node: YAMLNode) -> Bool {
    switch node.content {
    case .mapping: return type == "object"
    case .sequence: return type == "array"
    case .scalar(let text, let isPlain):
      let isNull = isPlain && ["", "~", "null"].contains(text)
      let isBoolean = isPlain && ["true", "false"].contains(text)
      let isNumber =
        isPlain
        && text.range(
          of: "^[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?$",
          options: .regularExpression) != nil
      switch type {
      case "null": return isNull
      case "boolean": return isBoolean
      case "number": return isNumber
      case "integer": return isNumber && Double(text).map { $0 == $0.rounded() } == true
      case "string": return !isNull && !isBoolean && !isNumber
      default: return false
      }
    }
  }
}
