/// A JSON document whose members keep their order, so that equal results are equal bytes.
indirect enum JSON: Sendable {
  case object([(String, JSON)])
  case array([JSON])
  case string(String)
  /// Up to 12 significant digits; NaN and the infinities become null.
  case number(Double)
  case integer(Int64)
  case unsigned(UInt64)
  case bool(Bool)
  case null

  /// The document with two spaces a level and a newline at the end; a list of plain values stands on one line.
  var text: String {
    var text = ""
    write(into: &text, indent: "")
    text += "\n"
    return text
  }

  private var isPlain: Bool {
    switch self {
    case .object, .array: false
    case .string, .number, .integer, .unsigned, .bool, .null: true
    }
  }

  private func write(into text: inout String, indent: String) {
    switch self {
    case .object(let members):
      Self.writeList(members, open: "{", close: "}", isPlain: members.allSatisfy(\.1.isPlain), into: &text, indent) {
        member, text, inner in
        text += Self.quoted(member.0) + ": "
        member.1.write(into: &text, indent: inner)
      }
    case .array(let items):
      Self.writeList(items, open: "[", close: "]", isPlain: items.allSatisfy(\.isPlain), into: &text, indent) {
        item, text, inner in item.write(into: &text, indent: inner)
      }
    case .string(let value): text += Self.quoted(value)
    case .number(let value): text += NumberText.shortest(value) ?? "null"
    case .integer(let value): text += value.description
    case .unsigned(let value): text += value.description
    case .bool(let value): text += value ? "true" : "false"
    case .null: text += "null"
    }
  }

  private static func writeList<Item>(
    _ items: [Item], open: String, close: String, isPlain: Bool, into text: inout String, _ indent: String,
    item write: (Item, inout String, String) -> Void
  ) {
    let isShort = items.isEmpty || (isPlain && items.count <= 3)
    let inner = indent + "  "
    text += open
    for (index, item) in items.enumerated() {
      if index > 0 { text += isShort ? ", " : "," }
      if !isShort { text += "\n" + inner }
      write(item, &text, inner)
    }
    text += (isShort ? "" : "\n" + indent) + close
  }

  /// The text in quotes; quotes, backslashes and control characters escaped, all other Unicode as it is.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)  // over Unicode scalars
      }
    }
    return result + "\""
  }
}
