/// Markup in which every interpolated text is escaped; only other markup goes in as it is.
///
/// `"<td>\(name)</td>" as HTML` cannot inject anything, whatever `name` holds.
struct HTML: ExpressibleByStringInterpolation, Sendable {
  /// The markup.
  let text: String

  /// Markup that is known to be well formed: our own style sheet and script.
  init(markup: String) { text = markup }
  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// No markup.
  static let empty = HTML(markup: "")

  static func + (a: HTML, b: HTML) -> HTML { HTML(markup: a.text + b.text) }

  /// The text with the five characters escaped that mean something in markup; control characters become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)  // over Unicode scalars
      }
    }
    return result
  }

  /// Collects literal markup and escaped texts.
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""
    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity * 2) }
    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
    mutating func appendInterpolation(_ value: Int) { text += value.description }
    mutating func appendInterpolation(_ html: HTML) { text += html.text }
    mutating func appendInterpolation(_ parts: [HTML]) { for part in parts { text += part.text } }
  }
}
