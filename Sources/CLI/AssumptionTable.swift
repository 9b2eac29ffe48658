import Foundation
import Scenarios

/// The assumptions of a scenario as text, JSON or CSV.
struct AssumptionTable {
  private static let header = ["subject", "parameter", "value", "grade", "source", "as_of"]
  private let scenario: String
  private let rows: [[String]]

  init(_ scenario: Scenario) {
    self.scenario = scenario.name
    rows = scenario.assumptions.map {
      [$0.subject, $0.parameter, $0.value, $0.grade.rawValue, $0.source, $0.asOf]
    }
  }

  /// Columns for a terminal: where the default applies, what it is, how sure; sources are in the other formats.
  var text: String {
    if rows.isEmpty { return "no assumptions\n" }
    let shown =
      [["parameter", "value", "grade", "as of"]]
      + rows.map { row in
        [row[0].isEmpty ? row[1] : row[0] + "." + row[1], row[2], row[3], row[5]]
      }
    let widths = shown[0].indices.map { column in shown.map { $0[column].count }.max() ?? 0 }
    return shown.map { row in
      var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }

  /// RFC 4180 with a line feed, the columns of `assumptions.csv`.
  var csv: String {
    ([Self.header] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ cell: String) -> String {
    guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
    return "\"" + cell.replacingOccurrences(of: "\"", with: "\"\"") + "\""
  }

  /// One document with a format version; keys sorted.
  func json() throws -> String {
    struct Document: Encodable {
      struct Row: Encodable {
        let subject: String
        let parameter: String
        let value: String
        let grade: String
        let source: String
        let asOf: String
      }
      let formatVersion = 1
      let scenario: String
      let ok = true
      let assumptions: [Row]
    }
    let document = Document(
      scenario: scenario,
      assumptions: rows.map {
        Document.Row(subject: $0[0], parameter: $0[1], value: $0[2], grade: $0[3], source: $0[4], asOf: $0[5])
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(document), as: UTF8.self)
  }
}
