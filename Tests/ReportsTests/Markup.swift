import Foundation

/// What the tests of pages ask of markup.
enum Markup {
  /// Names of the elements left open or closed wrongly; style and script are skipped, for they hold no markup.
  static func unbalanced(_ html: String) -> [String] {
    let void: Set = ["meta", "!DOCTYPE", "br", "img"]
    var open: [String] = []
    var rest = Substring(html)
    while let start = rest.firstIndex(of: "<") {
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: ">") else { return open + ["<"] }
      let tag = rest[..<end]
      rest = rest[rest.index(after: end)...]
      let name = tag.drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber || $0 == "!" }
      if tag.hasPrefix("/") {
        if open.popLast() != String(name) { return open + ["/" + name] }
      } else if !void.contains(String(name)) {
        open.append(String(name))
      }
      if tag == "style" || tag == "script", let close = rest.range(of: "</" + name) { rest = rest[close.lowerBound...] }
    }
    return open
  }
}
