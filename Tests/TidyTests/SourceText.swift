/// One Swift file as the rules read it: its lines as written, and once more with comments and the insides of strings
/// blanked out, so that a word in a sentence is not taken for code.
struct SourceText {
  /// From the top of the package: `Sources/Units/Time.swift`.
  let path: String
  /// The lines as written.
  let lines: [String]
  /// The same lines with spaces for comments and the insides of strings; interpolations stay.
  let code: [String]
  /// The bytes of `code`, line by line: every rule reads them all.
  let codeBytes: [[UInt8]]

  init(path: String, text: String) {
    self.path = path
    lines = Self.split(Array(text.utf8))
    code = Self.split(Self.blanked(Array(text.utf8)))
    codeBytes = code.map { Array($0.utf8) }
  }

  /// The folder under `Sources` or `Tests`; empty for a file that lies in none.
  var module: String {
    let parts = path.split(separator: "/")
    return parts.count >= 3 ? String(parts[1]) : ""
  }

  /// Whether the file is part of the program itself.
  var isSource: Bool { path.hasPrefix("Sources/") }

  /// The indices of the lines whose code contains `word`: not as part of a longer identifier where `word` itself
  /// begins or ends like one.
  func lines(containing word: String) -> [Int] {
    let word = Array(word.utf8)
    return codeBytes.indices.filter { !Self.places(of: word, in: codeBytes[$0]).isEmpty }
  }

  /// Where `word` stands by itself in `line`, in bytes from its start.
  static func places(of word: [UInt8], in line: [UInt8]) -> [Int] {
    guard let head = word.first, let tail = word.last, line.count >= word.count else { return [] }
    var found: [Int] = []
    for start in 0...(line.count - word.count) where line[start] == head {
      let end = start + word.count
      guard line[start..<end].elementsEqual(word) else { continue }
      if isIdentifier(head) && start > 0 && isIdentifier(line[start - 1]) { continue }
      if isIdentifier(tail) && end < line.count && isIdentifier(line[end]) { continue }
      found.append(start)
    }
    return found
  }

  /// Whether a byte may stand in an identifier; every byte beyond ASCII may.
  static func isIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...: true
    default: false  // over UInt8
    }
  }

  private static func split(_ bytes: [UInt8]) -> [String] {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }
}
