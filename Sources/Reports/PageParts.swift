import Experiments
import Statistics

/// What the pages are built of: the document around them, sections, tables and their cells.
protocol PageParts {}

extension PageParts {
  /// Charts of a kind, so that the file stays small and the page readable.
  static var chartLimit: Int { 6 }

  /// A whole document: our own style and script inside it, nothing from elsewhere.
  func document(title: String, style: String = Style.sheet, body: HTML) -> String {
    let document: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      script-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <style>
      \(HTML(markup: style))
      </style>
      </head>
      <body>
      \(body)<script>
      \(HTML(markup: Script.source))
      </script>
      </body>
      </html>

      """
    return document.text
  }

  /// Links to the sections.
  func navigation(_ sections: [(id: String, title: String)]) -> HTML {
    let items: [HTML] = sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" }
    return "<nav class=\"page\" aria-label=\"Sections\"><ul>\(items)</ul></nav>\n"
  }

  /// A section with its heading.
  func section(_ id: String, _ title: String, _ content: HTML) -> HTML {
    """
    <section id="\(id)" aria-labelledby="\(id)-title">
    <h2 id="\(id)-title">\(title)</h2>
    \(content)</section>

    """
  }

  /// A table that scrolls within the page when it is too wide; reachable by keyboard.
  ///
  /// A compact one is as wide as its content needs, so that names stand near their figures.
  func table(_ caption: String, isCompact: Bool = false, head: HTML, body: [HTML], foot: HTML = .empty) -> HTML {
    let kind: HTML = isCompact ? " class=\"compact\"" : .empty
    let end: HTML = foot.text.isEmpty ? .empty : "<tfoot>\(foot)</tfoot>\n"
    return """
      <div class="scroll" role="region" aria-label="\(caption)" tabindex="0"><table\(kind)>
      <caption>\(caption)</caption>
      <thead>\(head)</thead>
      <tbody>
      \(body)</tbody>
      \(end)</table></div>

      """
  }

  /// A cell with a figure, its half-width beneath.
  func cell(_ estimate: Shown.Estimate) -> HTML {
    let halfWidth: HTML = estimate.halfWidth.map { "<small>± \($0)</small>" } ?? .empty
    return "<td class=\"number\">\(estimate.mean)\(halfWidth)</td>"
  }

  /// A cell with dollars, the half-width beneath.
  func cell(_ money: MoneyEstimate) -> HTML {
    let halfWidth: HTML = money.halfWidth.map { "<small>± \(Shown.cents($0))</small>" } ?? .empty
    return "<td class=\"number\">\(Shown.dollars(money.mean))\(halfWidth)</td>"
  }

  /// Head of a column of figures.
  func column(_ title: String) -> HTML { "<th scope=\"col\">\(title)</th>" }
  /// Head of a column of texts.
  func textColumn(_ title: String) -> HTML { "<th scope=\"col\" class=\"text\">\(title)</th>" }
  /// Head of a row.
  func name(_ text: String) -> HTML { "<th scope=\"row\" class=\"name\">\(text)</th>" }

  /// The largest items by a number, at most `chartLimit`, ties in the given order.
  func busiest<Item>(_ items: [Item], by number: (Item) -> Double) -> [Item] {
    let ranked = items.enumerated().map { (index: $0.offset, item: $0.element, number: number($0.element)) }
    let sorted = ranked.sorted { a, b in a.number == b.number ? a.index < b.index : a.number > b.number }
    return sorted.prefix(Self.chartLimit).map(\.item)
  }

  /// Says that not all are drawn; empty when all are.
  func limitNote(_ total: Int, _ noun: String) -> HTML {
    guard total > Self.chartLimit else { return .empty }
    return """
      <p class="note">The \(Self.chartLimit) busiest of \(total) \(noun) are drawn; the CSV files hold all.</p>

      """
  }
}
