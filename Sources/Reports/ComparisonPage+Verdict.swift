import Experiments
import Statistics

extension ComparisonPage {
  /// What the reader came for: a sentence a design, who meets the objectives, and the main figures side by side.
  var verdict: HTML {
    let words = ComparedText(comparison: comparison)
    let remarks: [HTML] = comparison.remarks.map { "<p class=\"remark\">\($0)</p>\n" }
    let items: [HTML] = words.sentences.map { "<li>\($0.text)</li>\n" }
    let precision: [HTML] = words.varianceReduction.map { "<p class=\"note\">\($0)</p>\n" }
    let objectives: HTML =
      words.objectives.isEmpty ? .empty : "<p class=\"best\">\(words.objectives.joined(separator: " "))</p>\n"
    return section(
      "verdict", "Verdict",
      "\(remarks)<ul class=\"verdicts\">\n\(items)</ul>\n\(objectives)\(precision)\(overview)")
  }

  /// One row a design: what people ask for first.
  private var overview: HTML {
    let sources = busiest(comparison.results[comparison.baseline].traffic) { $0.requests.mean }.prefix(1)
    let source = sources.first?.name ?? ""
    let isOnly = comparison.results[comparison.baseline].traffic.count == 1
    let prefix = isOnly ? "" : source + " "
    let keys: [(title: String, key: FigureKey)] = [
      (prefix + "p50, ms", FigureKey(scope: .traffic(source), name: "p50", unit: .milliseconds)),
      (prefix + "p99, ms", FigureKey(scope: .traffic(source), name: "p99", unit: .milliseconds)),
      (prefix + "failed, %", FigureKey(scope: .traffic(source), name: "errorRate", unit: .share)),
      ("Cost a month, USD", FigureKey(scope: .bill, name: "monthlyCost", unit: .dollars)),
    ]
    let hasObjectives = comparison.results.contains { !$0.objectives.isEmpty }
    let last: HTML = hasObjectives ? textColumn("Objectives") : .empty
    let head: HTML = "<tr>\(textColumn("Design"))\(keys.map { column($0.title) })\(last)</tr>"
    let rows: [HTML] = ordered.map { design in
      let cells: [HTML] = keys.map { _, key in
        guard let own = comparison.figure(key.scope, key.name)?.cells[design]?.own else { return "<td></td>" }
        return cell(Shown.own(own, key))
      }
      let isBaseline: HTML = design == comparison.baseline ? " <small>baseline</small>" : .empty
      return """
        <tr><th scope="row" class="name">\(marked(design))\(isBaseline)</th>\(cells)\
        \(hasObjectives ? objectives(of: design) : .empty)</tr>

        """
    }
    return table("The designs side by side", head: head, body: rows)
  }

  private func objectives(of design: Int) -> HTML {
    let objectives = comparison.results[design].objectives
    guard !objectives.isEmpty else { return "<td class=\"text\">none set</td>" }
    let missed = objectives.filter { !$0.met }
    guard !missed.isEmpty else {
      let isCertain = objectives.allSatisfy(\.certain)
      return isCertain
        ? "<td class=\"text\"><span class=\"state met\">✓ all \(objectives.count) met</span></td>"
        : "<td class=\"text\"><span class=\"state open\">✓ all \(objectives.count) met by the mean</span></td>"
    }
    let texts = missed.map(\.text).joined(separator: "; ")
    return """
      <td class="text"><span class="state missed">✗ \(missed.count) of \(objectives.count) missed</span>\
      <small>\(texts)</small></td>
      """
  }
}
