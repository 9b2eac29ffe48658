extension SourceText {
  /// Where the reader stands. A string may hold code (`\( )`), which may hold a string: hence a stack of them.
  private enum Place {
    /// Code, so many parentheses deep inside an interpolation; at the top of the file the depth means nothing.
    case code(depth: Int)
    /// A string literal with its number of `#` and of quotes, 1 or 3.
    case string(hashes: Int, quotes: Int)
  }

  /// The text with a space for every byte of a comment and of a string's inside; line breaks stay.
  ///
  /// Knows nested comments, multi-line and raw strings and interpolations, not regular-expression literals: one
  /// with a quote in it blanks the rest of its line.
  static func blanked(_ text: [UInt8]) -> [UInt8] {
    var out = text
    var stack = [Place.code(depth: 0)]
    var i = 0

    func has(_ word: String, at index: Int) -> Bool {
      guard index < text.count && text[index] == word.utf8.first else { return false }
      return text[index...].starts(with: word.utf8)
    }
    func blank(_ count: Int) {
      for _ in 0..<count where i < text.count {
        if text[i] != UInt8(ascii: "\n") { out[i] = UInt8(ascii: " ") }
        i += 1
      }
    }
    func blankBlockComment() {
      var depth = 0
      repeat {
        depth += has("/*", at: i) ? 1 : has("*/", at: i) ? -1 : 0
        blank(has("/*", at: i) || has("*/", at: i) ? 2 : 1)
      } while depth > 0 && i < text.count
    }

    while i < text.count {
      switch stack[stack.count - 1] {
      case .code(let depth):
        let hashes = text[i...].prefix { $0 == UInt8(ascii: "#") }.count
        if has("//", at: i) {
          while i < text.count && text[i] != UInt8(ascii: "\n") { blank(1) }
        } else if has("/*", at: i) {
          blankBlockComment()
        } else if has("\"", at: i + hashes) {
          let quotes = has("\"\"\"", at: i + hashes) ? 3 : 1
          stack.append(.string(hashes: hashes, quotes: quotes))
          i += hashes + quotes
        } else if has("(", at: i) {
          stack[stack.count - 1] = .code(depth: depth + 1)
          i += 1
        } else if has(")", at: i) {
          stack[stack.count - 1] = .code(depth: depth - 1)
          if stack.count > 1 && depth == 1 { stack.removeLast() }
          i += 1
        } else {
          i += max(1, hashes)
        }
      case .string(let hashes, let quotes):
        let raw = String(repeating: "#", count: hashes)
        if has(String(repeating: "\"", count: quotes) + raw, at: i) {
          stack.removeLast()
          i += quotes + hashes
        } else if quotes == 1 && text[i] == UInt8(ascii: "\n") {
          stack.removeLast()
          i += 1
        } else if has("\\" + raw + "(", at: i) {
          stack.append(.code(depth: 1))
          i += 2 + hashes
        } else {
          blank(has("\\" + raw, at: i) ? 2 + hashes : 1)
        }
      }
    }
    return out
  }
}
