import Billing
import Engine
import Experiments
import Statistics
import Units

/// `report.html`: one file without network, readable without script, for screen and paper.
struct Page {
  let result: ExperimentResult
  let manifest: Manifest

  /// Charts of a kind, so that the file stays small and the page readable.
  static let chartLimit = 6

  /// The whole document.
  var text: String {
    let document: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
      script-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(result.scenario.name) - Windtunnel report</title>
      <style>
      \(HTML(markup: Style.sheet))
      </style>
      </head>
      <body>
      \(header)\(navigation)<main class="page">
      \(verdict)\(traffic)\(breakdowns)\(timeline)\(resources)\(cost)\(assumptions)\(provenance)</main>
      \(footer)<script>
      \(HTML(markup: Script.source))
      </script>
      </body>
      </html>

      """
    return document.text
  }

  private var header: HTML {
    let description: HTML =
      result.scenario.description.isEmpty ? .empty : "<p class=\"lead\">\(result.scenario.description)</p>\n"
    return """
      <header><div class="page">
      <p class="mark">Windtunnel report</p>
      <h1>\(result.scenario.name)</h1>
      \(description)<dl class="facts">
      <div><dt>Simulated</dt><dd>\(result.scenario.system.duration.description)</dd></div>
      <div><dt>Replications</dt><dd>\(result.replications)</dd></div>
      <div><dt>Seed</dt><dd>\(result.seed.description)</dd></div>
      <div><dt>Prices</dt><dd>\(manifest.prices.region), \(manifest.prices.date)</dd></div>
      <div><dt>Result digest</dt><dd><code>\(result.digest)</code></dd></div>
      </dl>
      </div></header>

      """
  }

  private var navigation: HTML {
    let sections: [(id: String, title: String)] = [
      ("verdict", "Verdict"), ("latency", "Response times"), ("breakdown", "Where the time goes"),
      ("time", "Over time"), ("resources", "Resources"), ("cost", "Cost"), ("assumptions", "Assumptions"),
      ("provenance", "Provenance"),
    ]
    let items: [HTML] = sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" }
    return "<nav class=\"page\" aria-label=\"Sections\"><ul>\(items)</ul></nav>\n"
  }

  private var footer: HTML {
    let interval =
      result.replications > 1
      ? "Figures are means over \(result.replications) independent replications; ± is the half-width of the 95 % "
        + "Student-t interval."
      : "One replication: no figure has an interval. Several replications (--replications) show how far to trust them."
    return """
      <footer class="page">\(interval) 1 KB is 1,024 bytes. Made by windtunnel \(manifest.toolVersion).</footer>

      """
  }

  // MARK: Parts that the sections share

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
