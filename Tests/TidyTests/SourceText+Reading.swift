extension SourceText {
  /// The modules that the file imports, each with the index of its line.
  var importedModules: [(module: String, line: Int)] {
    code.indices.compactMap { index in
      let words = code[index].split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
      guard words[..<place].allSatisfy({ $0.hasPrefix("@") || Self.accessLevels.contains($0) }) else { return nil }
      // `import struct Foundation.Date` names a kind first and the module before the dot.
      let name = Self.importKinds.contains(words[place + 1]) ? words.dropFirst(place + 2).first : words[place + 1]
      return name.map { (String($0.prefix { $0 != "." }), index) }
    }
  }

  private static let accessLevels: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
  private static let importKinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
  ]

  /// The lines of public declarations without a doc comment on the line above, attributes between allowed.
  var undocumentedDeclarations: [Int] {
    lines(containing: "public").filter { index in
      let words = code[index].split(whereSeparator: { " (".contains($0) })
      guard !words.contains("import") && !words.contains("extension") else { return false }
      if let function = words.firstIndex(of: "func"), function + 1 < words.count,
        let first = words[function + 1].utf8.first, !Self.isIdentifier(first) && first != UInt8(ascii: "`")
      {
        return false
      }
      var above = index - 1
      while above >= 0 && trimmed(above).hasPrefix("@") { above -= 1 }
      return above < 0 || !(trimmed(above).hasPrefix("///") || trimmed(above).hasSuffix("*/"))
    }
  }

  private func trimmed(_ index: Int) -> Substring {
    let line = lines[index].drop { $0 == " " }
    return line.prefix((line.lastIndex { $0 != " " }.map { line.distance(from: line.startIndex, to: $0) } ?? -1) + 1)
  }

  /// The lines with the `default:` of a switch. A label of that name stands in parentheses or square brackets.
  var defaultClauses: [Int] {
    var open: [UInt8] = []
    var found: [Int] = []
    for (index, bytes) in codeBytes.enumerated() {
      let places = Set(Self.places(of: Array("default:".utf8), in: bytes))
      for (place, byte) in bytes.enumerated() {
        if places.contains(place) && open.last == UInt8(ascii: "{") { found.append(index) }
        if "{([".utf8.contains(byte) { open.append(byte) }
        if "})]".utf8.contains(byte) && !open.isEmpty { open.removeLast() }
      }
    }
    return found
  }
}
