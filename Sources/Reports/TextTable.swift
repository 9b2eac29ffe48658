/// A table of figures in plain text, right aligned, that drops its least important columns to fit.
struct TextTable {
  /// A column and its importance: rank 0 stays longest. Its title may have several lines.
  struct Column {
    var title: String
    var rank: Int
    var lines: [Substring] { title.split(separator: "\n", omittingEmptySubsequences: false) }
    init(_ title: String, rank: Int) {
      self.title = title
      self.rank = rank
    }
  }

  var title: String
  var columns: [Column]
  /// Least width of the names, so that tables beneath each other begin their figures at one place.
  var leastNameWidth = 0
  /// A name and a cell for each column.
  var rows: [(name: String, cells: [String])] = []

  /// The columns that stay at a width, as indices; never one without title and cells.
  func kept(width: Int) -> [Int] {
    let widths = widths
    var kept = columns.indices.filter { widths[$0] > 0 }
    while kept.count > 1, 2 + nameWidth(width) + kept.reduce(0, { $0 + 2 + widths[$1] }) > width {
      guard let least = kept.max(by: { columns[$0].rank < columns[$1].rank }) else { break }
      kept.removeAll { $0 == least }
    }
    return kept
  }

  private func nameWidth(_ width: Int) -> Int {
    let longest = rows.map { TerminalStyle.printable($0.name).count }.max() ?? 0
    return max(min(max(leastNameWidth, longest), max(width / 3, 12)), title.count - 2)
  }

  /// The width of each column: that of its longest cell, or line of its title.
  private var widths: [Int] {
    columns.indices.map { column in
      max(
        columns[column].lines.map(\.count).max() ?? 0, rows.map { $0.cells[column].count }.max() ?? 0)
    }
  }

  /// The table with its title over the names, at most `width` columns wide while a column is left to drop.
  func text(width: Int, style: TerminalStyle) -> String {
    let names = rows.map { TerminalStyle.printable($0.name) }
    let (nameWidth, widths, kept) = (nameWidth(width), widths, kept(width: width))
    // Titles of several lines end on the last, beside the table's own.
    let height = kept.map { columns[$0].lines.count }.max() ?? 1
    var text = ""
    for line in 0..<height {
      let isLast = line == height - 1
      let shown = isLast ? title : ""
      var head = isLast ? style.bold(title) : ""
      head += String(repeating: " ", count: 2 + nameWidth - shown.count)
      for column in kept {
        let lines = columns[column].lines
        let place = line - (height - lines.count)
        head += "  " + Self.right(place < 0 ? "" : String(lines[place]), widths[column])
      }
      while head.last == " " { head.removeLast() }
      text += head + "\n"
    }
    for (row, name) in zip(rows, names) {
      let shown = name.count > nameWidth ? name.prefix(nameWidth - 1) + "…" : name
      let line = "  " + shown + String(repeating: " ", count: nameWidth - shown.count)
      let cells = kept.map { "  " + Self.right(row.cells[$0], widths[$0]) }.joined()
      var whole = line + cells
      while whole.last == " " { whole.removeLast() }
      text += whole + "\n"
    }
    return text
  }

  private static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

/// Emphasis on a terminal; without colours the texts stay as they are.
struct TerminalStyle {
  var isColored: Bool

  func bold(_ text: String) -> String { wrapped(text, "1") }
  func green(_ text: String) -> String { wrapped(text, "32") }
  func red(_ text: String) -> String { wrapped(text, "31") }

  private func wrapped(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  /// The text without what could move the cursor or change the terminal.
  static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar {
          case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": "?"
          default: scalar  // over Unicode scalars
          }
        }))
  }
}
