/// A table as RFC 4180 text in UTF-8: comma, LF, a header line, quotes where a cell needs them.
///
/// Cells are data: a text that a spreadsheet would take for a formula stays as it is, for a table that is read
/// back must hold what was written.
struct CSV {
  private(set) var text: String
  private let columns: Int

  /// A table with a header and no rows.
  init(header: [String]) {
    text = ""
    columns = header.count
    append(header)
  }

  /// Adds a row, a cell a column; nil and the empty text both are an empty cell: missing.
  mutating func append(_ cells: [String?]) {
    precondition(cells.count == columns, "a row has a cell for each column")
    for (index, cell) in cells.enumerated() {
      if index > 0 { text += "," }
      if let cell { text += Self.quoted(cell) }
    }
    text += "\n"
  }

  /// A cell as it stands in the file: quoted when it holds a comma, a quote, a line break or an outer space.
  static func quoted(_ cell: String) -> String {
    let isSpecial = cell.unicodeScalars.contains { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }
    guard isSpecial || cell.hasPrefix(" ") || cell.hasSuffix(" ") else { return cell }
    var result = "\""
    for scalar in cell.unicodeScalars {
      if scalar == "\"" { result += "\"" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
