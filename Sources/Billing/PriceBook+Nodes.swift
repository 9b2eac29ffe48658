import Yams

/// The steps from bytes to checked YAML nodes, which know nothing of prices.
extension PriceBookReader {
  /// The document's root; nil after reporting why there is none.
  mutating func root(of bytes: [UInt8]) -> PriceBookNode? {
    guard bytes.count <= PriceBook.maximumBytes else {
      report(.tooLarge, nil, "found \(bytes.count) bytes, wanted at most \(PriceBook.maximumBytes)")
      return nil
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      report(.notUTF8, nil, "found bytes that are not UTF-8, wanted text in UTF-8; save the file as UTF-8")
      return nil
    }
    if let (line, column) = Self.firstAnchor(in: bytes) {
      let advice = "found a YAML anchor, wanted plain YAML; write the value out (in a text, put a space after `&`)"
      problems.append(.init(kind: .alias, line: line, column: column, description: advice))
      return nil
    }
    do {
      // Every scalar is read as text; the default resolver would match each mapping key against seven regular
      // expressions to find duplicates, which takes longer than all else.
      guard let root = try Parser(yaml: text, resolver: .basic, encoding: .utf8).singleRoot() else {
        report(.syntax, nil, "found an empty file, wanted a price book")
        return nil
      }
      return PriceBookNode(root)
    } catch {
      report(error)
      return nil
    }
  }

  /// Where an anchor may be: an `&` before a letter, digit, `_` or `-`, and not within a word such as `R&D`.
  ///
  /// No alias works without an anchor. Looking for one in the bytes comes before composing, because even composing
  /// hashes mapping keys, and a key of nested aliases takes exponential time. It errs on the side of refusing: an
  /// `&` at the start of a word is refused in quotes and comments too.
  static func firstAnchor(in bytes: [UInt8]) -> (line: Int, column: Int)? {
    func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        return true
      default: return false  // over UInt8
      }
    }
    var line = 1
    var column = 0
    for (position, byte) in bytes.enumerated() {
      if byte & 0xC0 != 0x80 { column += 1 }
      if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 0) }
      guard byte == UInt8(ascii: "&"), position + 1 < bytes.count else { continue }
      let next = bytes[position + 1]
      guard isWord(next) || next == UInt8(ascii: "_") || next == UInt8(ascii: "-") else { continue }
      if position == 0 || !isWord(bytes[position - 1]) { return (line, column) }
    }
    return nil
  }

  /// The values of a mapping by key; nil after reporting that it is none. Unknown and missing keys are reported.
  mutating func fields(of node: PriceBookNode, required: [String], optional: [String] = []) -> PriceBookFields? {
    guard case .mapping(let entries) = node.content else {
      report(.wrongShape, node, "found \(Self.shown(node)), wanted a mapping with \(required.joined(separator: ", "))")
      return nil
    }
    var fields = PriceBookFields()
    for entry in entries {
      let name = entry.key.text ?? ""
      if required.contains(name) || optional.contains(name) {
        fields[name] = entry.value
      } else {
        let known = (required + optional).joined(separator: ", ")
        report(.unknownKey, entry.key, "found the unknown key `\(name)`, wanted one of \(known)")
      }
    }
    for name in required where fields[name] == nil {
      report(.missingKey, node, "found no `\(name)`, wanted one; add it")
    }
    return fields
  }

  /// The items of a list with at least one; empty after reporting that it is none, or when the key is missing.
  mutating func items(of node: PriceBookNode?, named name: String) -> [PriceBookNode] {
    guard let node else { return [] }
    guard case .sequence(let items) = node.content, !items.isEmpty else {
      report(.wrongShape, node, "found \(Self.shown(node)), wanted a list of \(name) with at least one item")
      return []
    }
    return items
  }

  /// A text of one line that is not empty and holds no control characters, so that bills can print it as it is.
  mutating func text(_ key: String, in fields: PriceBookFields) -> String? {
    guard let node = fields[key] else { return nil }
    if let text = node.text, !text.isEmpty, Self.isOneLine(text) { return text }
    report(.badValue, node, "found \(Self.shown(node)), wanted \(key): a text of one line, without control characters")
    return nil
  }

  private static func isOneLine(_ text: String) -> Bool {
    if text.utf8.allSatisfy({ 0x20...0x7e ~= $0 }) { return true }
    return !text.contains(where: \.isNewline)
      && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  /// One of the words of an enumeration.
  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, in fields: PriceBookFields, of type: Word.Type
  ) -> Word? where Word.RawValue == String {
    guard let node = fields[key] else { return nil }
    if let word = node.text.flatMap({ Word(rawValue: $0) }) { return word }
    let words = Word.allCases.map(\.rawValue).joined(separator: " or ")
    report(.badValue, node, "found \(Self.shown(node)), wanted \(key): \(words)")
    return nil
  }

  /// A day, `YYYY-MM-DD`.
  mutating func day(_ key: String, in fields: PriceBookFields) -> String? {
    guard let node = fields[key] else { return nil }
    if let text = node.text, Self.dateParts(of: text) == 3 { return text }
    report(.badValue, node, "found \(Self.shown(node)), wanted \(key): a day such as 2026-11-22")
    return nil
  }

  /// A year, a month, a day, or `unknown`.
  mutating func period(_ key: String, in fields: PriceBookFields) -> String? {
    guard let node = fields[key] else { return nil }
    if let text = node.text, text == "unknown" || Self.dateParts(of: text) != nil { return text }
    report(
      .badValue, node,
      "found \(Self.shown(node)), wanted \(key): a date such as 2026, 2026-11 or 2026-11-22, or unknown")
    return nil
  }

  /// How many parts a date has: 1 for `2026`, 2 for `2026-11`, 3 for `2026-11-22`; nil when it is no date.
  private static func dateParts(of text: String) -> Int? {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count <= 3 else { return nil }
    for (part, (width, range)) in zip(parts, [(4, 1...9999), (2, 1...12), (2, 1...31)]) {
      let isDigits = part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard isDigits, part.count == width, let value = Int(Substring(part)), range.contains(value) else { return nil }
    }
    return parts.count
  }

  /// A value as a fault shows it: short, on one line, without control characters.
  static func shown(_ node: PriceBookNode) -> String {
    let text: String
    switch node.content {
    case .sequence: return "a list"
    case .mapping: return "a mapping"
    case .scalar(let scalar): text = scalar
    }
    if text.isEmpty { return "an empty text" }
    let clipped = text.count > 40 ? text.prefix(40) + ".." : text[...]
    return String(
      String.UnicodeScalarView(clipped.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }

  mutating func report(_ kind: Kind, _ node: PriceBookNode?, _ description: String) {
    problems.append(
      .init(kind: kind, line: node?.place?.line, column: node?.place?.column, description: description))
  }

  /// Reports what the YAML parser refused.
  private mutating func report(_ error: any Error) {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      problems.append(
        .init(
          kind: .syntax, line: mark.line, column: mark.column,
          description: "found a syntax error (\(problem)), wanted valid YAML"))
    case YamlError.duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.joined(separator: ", ")
      problems.append(
        .init(
          kind: .duplicate, line: context.mark.line, column: context.mark.column,
          description: "found the same key twice (\(names)), wanted each key once"))
    case YamlError.reader(let problem, _, _, _):
      problems.append(
        .init(
          kind: .syntax, line: nil, column: nil, description: "found a syntax error (\(problem)), wanted valid YAML"))
    default:  // over Error
      problems.append(
        .init(kind: .syntax, line: nil, column: nil, description: "found a syntax error (\(error)), wanted valid YAML"))
    }
  }
}
