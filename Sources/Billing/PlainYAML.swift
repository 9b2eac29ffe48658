/// The plainest YAML, read line by line: the form in which the bundled price book is written.
///
/// Libraries that know all of YAML took ten times as long, which was most of the start of a program that is called for
/// one short run. A line is a key with a text, a key above deeper lines, an item of a list, or a comment; a text stands
/// plain or in double quotes, and a mapping in braces ends on its line. Whatever else occurs, if only a tab, gives nil:
/// such a file is YAML at large. What is accepted means here what it means there, which tests hold it to.
struct PlainYAML {
  private let bytes: [UInt8]
  /// Where the next line begins.
  private var position = 0
  // The present line: its number from 1, the columns from 0 of its dash (-1 without) and of its content, and the content.
  private var line = 0
  private var dash = -1
  private var column = -1
  private var start = 0
  private var end = 0

  /// The document's root, a mapping; nil for YAML at large.
  static func parse(_ bytes: [UInt8]) -> PriceBookNode? {
    var parser = PlainYAML(bytes: bytes)
    guard parser.advance(), parser.column == 0, let root = parser.mapping(at: 0), parser.isAtEnd else { return nil }
    return root
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var isAtEnd: Bool { column < 0 }
  /// The column of the dash or, without one, of the content; -1 at the end.
  private var indent: Int { dash >= 0 ? dash : column }

  /// Moves to the next line with content, or to the end; false if the line is not plain.
  private mutating func advance() -> Bool {
    while position < bytes.count {
      let first = position
      line += 1
      end = first
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") {
        // An ampersand may be an anchor.
        guard 0x20...0x7e ~= bytes[end], bytes[end] != UInt8(ascii: "&") else { return false }
        end += 1
      }
      position = min(end + 1, bytes.count)
      start = first
      while start < end, bytes[start] == UInt8(ascii: " ") { start += 1 }
      if start == end || bytes[start] == UInt8(ascii: "#") { continue }
      guard bytes[end - 1] != UInt8(ascii: " ") else { return false }
      dash = -1
      if bytes[start] == UInt8(ascii: "-") {
        dash = start - first
        start += 2
        guard start < end, bytes[start - 1] == UInt8(ascii: " "), bytes[start] != UInt8(ascii: " ") else {
          return false
        }
      }
      column = start - first
      return true
    }
    (dash, column) = (-1, -1)
    return true
  }

  // MARK: Blocks

  /// A mapping whose keys stand at a column, the first of them on the present line.
  private mutating func mapping(at column: Int) -> PriceBookNode? {
    let place = place(start)
    var entries: [PriceBookNode.Entry] = []
    repeat {
      var cursor = start
      guard let key = key(&cursor), !entries.contains(where: { $0.key.content == key.content }) else { return nil }
      let value: PriceBookNode?
      if cursor == end {
        guard advance() else { return nil }
        value = block(below: column)
      } else {
        value = self.value(cursor)
        guard advance() else { return nil }
      }
      guard let value else { return nil }
      entries.append(PriceBookNode.Entry(key: key, value: value))
    } while dash < 0 && self.column == column
    // A deeper line would go on with the last value.
    guard indent < column else { return nil }
    return PriceBookNode(content: .mapping(entries), place: place)
  }

  /// What stands in the lines below a key.
  private mutating func block(below column: Int) -> PriceBookNode? {
    guard indent > column else { return nil }
    return dash >= 0 ? sequence(at: dash) : mapping(at: self.column)
  }

  /// A list whose dashes stand at a column, the first of them on the present line.
  private mutating func sequence(at column: Int) -> PriceBookNode? {
    let place = PriceBookNode.Place(line: line, column: column + 1)
    var items: [PriceBookNode] = []
    repeat {
      let item: PriceBookNode?
      if bytes[start] == UInt8(ascii: "{") {
        item = braces(start)
        guard advance() else { return nil }
      } else {
        item = mapping(at: self.column)
      }
      guard let item else { return nil }
      items.append(item)
    } while dash == column
    guard indent < column else { return nil }
    return PriceBookNode(content: .sequence(items), place: place)
  }

  // MARK: Within a line

  /// A key of letters and its colon; the cursor then stands at the value, or at the end of the line.
  private func key(_ cursor: inout Int) -> PriceBookNode? {
    let first = cursor
    while cursor < end, Self.isLetter(bytes[cursor]) { cursor += 1 }
    let key = scalar(first, first..<cursor)
    guard first < cursor, cursor < end, bytes[cursor] == UInt8(ascii: ":") else { return nil }
    cursor += 1
    if cursor == end { return key }
    guard bytes[cursor] == UInt8(ascii: " ") else { return nil }
    cursor += 1
    return key
  }

  /// The value that fills the rest of the line.
  private func value(_ first: Int) -> PriceBookNode? {
    if bytes[first] == UInt8(ascii: "{") { return braces(first) }
    var cursor = first
    guard let text = text(&cursor, isInBraces: false), cursor == end else { return nil }
    return text
  }

  /// A mapping in braces that fills the rest of the line.
  private func braces(_ first: Int) -> PriceBookNode? {
    var entries: [PriceBookNode.Entry] = []
    var cursor = first
    repeat {
      // Behind the brace or the comma.
      cursor += 1
      guard cursor < end, bytes[cursor] == UInt8(ascii: " ") else { return nil }
      cursor += 1
      guard let key = key(&cursor), cursor < end, let value = text(&cursor, isInBraces: true), cursor < end,
        !entries.contains(where: { $0.key.content == key.content })
      else { return nil }
      entries.append(PriceBookNode.Entry(key: key, value: value))
    } while bytes[cursor] == UInt8(ascii: ",")
    if bytes[cursor] == UInt8(ascii: " ") { cursor += 1 }
    guard cursor == end - 1, bytes[cursor] == UInt8(ascii: "}") else { return nil }
    return PriceBookNode(content: .mapping(entries), place: place(first))
  }

  /// A text without escapes; the cursor then stands behind it, where spaces at the end do not belong to it.
  private func text(_ cursor: inout Int, isInBraces: Bool) -> PriceBookNode? {
    let first = cursor
    if bytes[first] == UInt8(ascii: "\"") {
      repeat {
        cursor += 1
        guard cursor < end, bytes[cursor] != UInt8(ascii: "\\") else { return nil }
      } while bytes[cursor] != UInt8(ascii: "\"")
      cursor += 1
      return scalar(first, first + 1..<cursor - 1)
    }
    guard Self.isWord(bytes[first]) else { return nil }
    while cursor < end {
      switch bytes[cursor] {
      case UInt8(ascii: "#"): if bytes[cursor - 1] == UInt8(ascii: " ") { return nil }
      case UInt8(ascii: ":"):
        // Within a word it is like any other letter.
        guard cursor + 1 < end, Self.isWord(bytes[cursor + 1]) else { return nil }
      case UInt8(ascii: ","), UInt8(ascii: "}"):
        if isInBraces {
          while bytes[cursor - 1] == UInt8(ascii: " ") { cursor -= 1 }
          return scalar(first, first..<cursor)
        }
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "]"): if isInBraces { return nil }
      default: break  // over UInt8
      }
      cursor += 1
    }
    return scalar(first, first..<cursor)
  }

  private func scalar(_ first: Int, _ range: Range<Int>) -> PriceBookNode {
    PriceBookNode(content: .scalar(String(decoding: bytes[range], as: UTF8.self)), place: place(first))
  }

  private func place(_ position: Int) -> PriceBookNode.Place {
    PriceBookNode.Place(line: line, column: column + position - start + 1)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }

  private static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
