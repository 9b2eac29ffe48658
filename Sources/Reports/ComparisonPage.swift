import Experiments

/// `comparison.html`: the designs beside each other in one file without network, readable without script.
struct ComparisonPage: PageParts {
  let comparison: Comparison
  let manifest: ComparisonManifest

  /// Designs that a chart can tell apart by colour, dash and mark; further ones are in the tables only.
  static let drawnMax = 8

  /// The whole document.
  var text: String {
    document(
      title: "\(title) - Windtunnel comparison", style: Style.comparisonSheet,
      body: """
        \(header)\(sections)<main class="page">
        \(verdict)\(differences)\(latency)\(breakdowns)\(cost)\(breakEvens)\(resources)\(assumptions)\(provenance)</main>
        \(footer)
        """)
  }

  /// The scenario's name where all designs share it, as variants do; else the designs.
  var title: String {
    let names = comparison.results.map(\.scenario.name)
    return Set(names).count == 1 ? names[0] : comparison.names.joined(separator: ", ")
  }

  /// Names in the order of the designs, the baseline first.
  var ordered: [Int] { [comparison.baseline] + comparison.others }

  /// The designs that charts draw, in the order of the designs; the baseline is always among them.
  var drawn: [Int] { ordered.prefix(Self.drawnMax).sorted() }

  /// Says which designs a chart lacks; empty when none.
  var drawnNote: HTML {
    guard comparison.names.count > Self.drawnMax else { return .empty }
    return """
      <p class="note">\(drawn.count) of \(comparison.names.count) designs are drawn; the tables hold all.</p>

      """
  }

  func name(of design: Int) -> String { comparison.names[design] }

  private var header: HTML {
    let first = comparison.results[comparison.baseline]
    let description: HTML =
      first.scenario.description.isEmpty || comparison.results.contains { $0.scenario.name != first.scenario.name }
      ? .empty : "<p class=\"lead\">\(first.scenario.description)</p>\n"
    let prices = manifest.designs[comparison.baseline].prices
    return """
      <header><div class="page">
      <p class="mark">Windtunnel comparison</p>
      <h1>\(title)</h1>
      \(description)<dl class="facts">
      <div><dt>Designs</dt><dd>\(comparison.names.joined(separator: ", "))</dd></div>
      <div><dt>Baseline</dt><dd>\(name(of: comparison.baseline))</dd></div>
      <div><dt>Simulated</dt><dd>\(first.scenario.system.duration.description) each</dd></div>
      <div><dt>Replications</dt><dd>\(comparison.replications) each</dd></div>
      <div><dt>Seed</dt><dd>\(comparison.seed.description), common</dd></div>
      <div><dt>Prices</dt><dd>\(prices.region), \(prices.date)</dd></div>
      </dl>
      </div></header>

      """
  }

  private var sections: HTML {
    let hasBreakEven = comparison.results.contains { $0.breakEven != nil }
    return navigation(
      [
        ("verdict", "Verdict"), ("differences", "Differences"), ("latency", "Response times"),
        ("breakdown", "Where the time goes"), ("cost", "Cost"),
      ] + (hasBreakEven ? [("break-even", "Break-even")] : []) + [
        ("resources", "Resources"), ("assumptions", "Assumptions"), ("provenance", "Provenance"),
      ])
  }

  /// Where a table's capacity modes cost the same, design by design; empty if no scenario asks.
  private var breakEvens: HTML {
    let found = comparison.names.indices.filter { comparison.results[$0].breakEven != nil }
    guard !found.isEmpty else { return .empty }
    let parts: [HTML] = found.map { design in
      let heading: HTML = "<h3>Under the traffic and handlers of \(name(of: design))</h3>\n"
      return comparison.results[design].breakEven.map { heading + breakEven($0) } ?? .empty
    }
    return section("break-even", "Break-even", "\(parts)")
  }

  private var footer: HTML {
    let text = ComparedText(comparison: comparison).caution
    return """
      <footer class="page">\(text) 1 KB is 1,024 bytes. Made by windtunnel \(manifest.toolVersion).</footer>

      """
  }

  /// A design's name behind its mark, as in the charts.
  func marked(_ design: Int) -> HTML {
    guard let style = drawn.firstIndex(of: design) else { return "\(name(of: design))" }
    return """
      <svg class="swatch" width="12" height="12" viewBox="-6 -6 12 12" aria-hidden="true">\(Self.mark(style))</svg>\
      \(name(of: design))
      """
  }

  /// The mark of a design: a shape of its own beside the colour, centred on the origin.
  static func mark(_ style: Int) -> HTML {
    let shapes = [
      "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z", "M-4.5 -4.5H4.5V4.5H-4.5Z", "M0 -5.5L5.5 4.5H-5.5Z",
      "M0 -6L6 0L0 6L-6 0Z", "M0 5.5L5.5 -4.5H-5.5Z", "M-2 -5.5H2V-2H5.5V2H2V5.5H-2V2H-5.5V-2H-2Z",
      "M-5.5 -2.5L0 -5.5L5.5 -2.5V2.5L0 5.5L-5.5 2.5Z", "M-6 -3H6V3H-6Z",
    ]
    return "<path class=\"mark s\(style)\" d=\"\(shapes[style])\"></path>"
  }
}
