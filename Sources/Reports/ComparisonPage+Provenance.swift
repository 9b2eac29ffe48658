import Experiments
import Services

extension ComparisonPage {
  /// Resources that the page lists; the CSV file has all.
  private static let resourceLimit = 40

  /// Every figure of the resources that a design shares with the baseline, folded away.
  var resources: HTML {
    var scopes: [FigureScope] = []
    let shared = comparison.figures.filter { figure in
      guard case .resource = figure.key.scope, figure.cells[comparison.baseline] != nil else { return false }
      return comparison.others.contains { figure.cells[$0] != nil }
    }
    for figure in shared where scopes.last != figure.key.scope { scopes.append(figure.key.scope) }
    let folds: [HTML] = scopes.prefix(Self.resourceLimit).map { scope in
      let figures = shared.filter { $0.key.scope == scope }
      let shown = figures.flatMap(\.cells).filter { cell in
        switch cell?.verdict {
        case .better, .worse, .higher, .lower: true
        case .noDifference, .open, nil: false
        }
      }.count
      return """
        <details><summary>\(Self.heading(scope)): \(figures.count) figures, \(shown) \
        \(shown == 1 ? "difference" : "differences") shown</summary>
        \(differenceTable("Whole run, \(Self.heading(scope))", figures))</details>

        """
    }
    guard !folds.isEmpty else {
      return section("resources", "Resources", "<p class=\"note\">The designs share no resource.</p>\n")
    }
    let rest: HTML =
      scopes.count > Self.resourceLimit
      ? "<p class=\"note\">\(Self.resourceLimit) of \(scopes.count) resources; comparison.csv has all.</p>\n" : .empty
    return section(
      "resources", "Resources",
      "<p>Resources of the same name and type, figure by figure; what only one design has is in its folder.</p>\n\(rest)\(folds)"
    )
  }

  /// Every default that mattered, with the designs that rest on it.
  var assumptions: HTML {
    var all: [(assumption: Assumption, designs: [Int])] = []
    var places: [Assumption: Int] = [:]
    for (design, result) in comparison.results.enumerated() {
      for assumption in result.scenario.assumptions {
        if let place = places[assumption] {
          all[place].designs.append(design)
        } else {
          places[assumption] = all.count
          all.append((assumption, [design]))
        }
      }
    }
    let count = comparison.names.count
    let own = all.filter { $0.designs.count < count }
    let common = all.filter { $0.designs.count == count }
    let head: HTML = """
      <tr>\(textColumn("Designs"))\(textColumn("Subject"))\(textColumn("Parameter"))\(textColumn("Value"))\
      \(textColumn("Grade"))\(textColumn("Source"))\(textColumn("As of"))</tr>
      """
    func rows(_ items: [(assumption: Assumption, designs: [Int])]) -> [HTML] {
      items.map { assumption, designs in
        let names = designs.count == count ? "all" : designs.map { name(of: $0) }.joined(separator: ", ")
        return """
          <tr><td class="text">\(names)</td>\(name(assumption.subject.isEmpty ? "scenario" : assumption.subject))\
          <td class="text">\(assumption.parameter)</td><td class="text">\(assumption.value)</td>\
          <td class="text grade">\(Page.mark(assumption.grade)) \(assumption.grade.rawValue)</td>\
          <td class="text wide">\(assumption.source)</td><td class="text number">\(assumption.asOf)</td></tr>

          """
      }
    }
    let differing: HTML =
      own.isEmpty
      ? "<p>All designs rest on the same defaults.</p>\n"
      : table("Defaults that not all designs use", head: head, body: rows(own))
    let shared: HTML =
      common.isEmpty
      ? .empty
      : """
      <details><summary>\(common.count) defaults that all designs use</summary>
      \(table("Defaults in use by all designs, with their sources", head: head, body: rows(common)))</details>

      """
    return section("assumptions", "Assumptions", "\(differing)\(shared)")
  }

  /// What the comparison was made from; the same as `manifest.json`.
  var provenance: HTML {
    let rows: [HTML] = zip(comparison.names.indices, manifest.designs).map { design, made in
      let variant = made.variant.map { ", variant \($0)" } ?? ""
      let settings: [HTML] = made.settings.map { "<small>set \($0)</small>" }
      return """
        <tr>\(name(name(of: design)))<td class="text">\(made.scenario.path)\(variant)\(settings)\
        <small><code>\(made.scenario.sha256)</code></small></td>\
        <td class="text">\(made.prices.region), \(made.prices.date)<small><code>\(made.prices.sha256)</code></small></td>\
        <td class="text"><code>\(comparison.results[design].digest)</code></td></tr>

        """
    }
    let head: HTML = """
      <tr>\(textColumn("Design"))\(textColumn("Scenario"))\(textColumn("Prices"))\(textColumn("Result digest"))</tr>
      """
    let lead: HTML = """
      <p>Windtunnel \(manifest.toolVersion), seed \(comparison.seed.description), \(comparison.replications) \
      replications of each design. Equal inputs, seed and version give this very file, on any machine and with any \
      number of threads.</p>

      """
    let control: [HTML] = ControlText(comparison).sentences.map { "<p>\(Shown.capitalized($0)).</p>\n" }
    return section(
      "provenance", "Provenance",
      "\(lead)\(control)" + table("What the designs were made from", head: head, body: rows))
  }
}
