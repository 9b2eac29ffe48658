/// A JSON value whose objects keep their order, for output that is the same on every machine.
indirect enum JSON: Sendable {
  case string(String)
  case integer(Int)
  case boolean(Bool)
  case array([JSON])
  case object([(String, JSON)])

  /// The value as text, two spaces an indent, keys in their order.
  func text(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .string(let text): return Self.quote(text)
    case .integer(let value): return String(value)
    case .boolean(let value): return value ? "true" : "false"
    case .array(let items):
      if items.isEmpty { return "[]" }
      return "[\n" + items.map { inner + $0.text(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let pairs):
      if pairs.isEmpty { return "{}" }
      let lines = pairs.map { "\(inner)\(Self.quote($0)): \($1.text(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      default:  // over Unicode scalars
        precondition(scalar.value >= 32, "the schema's texts have no control characters")
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
