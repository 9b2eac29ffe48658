import Experiments
import Scenarios

/// `optimum.html`: the answer, the chart of cost against response time, and all candidates, in one file without network.
struct OptimizationPage: PageParts {
  let optimization: Optimization
  let manifest: OptimizationManifest

  private var words: OptimizationText { OptimizationText(optimization: optimization) }

  /// Candidates in the table; the CSV file has all.
  private static let rowsMax = 200

  /// The whole document.
  var text: String {
    document(
      title: "\(optimization.scenario.name) - Windtunnel optimum",
      style: Style.comparisonSheet + "\n.ring{fill:none;stroke:var(--ink);stroke-width:2}pre{overflow-x:auto}\n"
        + "line.limit{stroke:var(--bad);stroke-dasharray:10 4;stroke-width:1.5}\n",
      body: """
        \(header)\(navigation([
          ("answer", "Answer"), ("pareto", "Cost against response time"), ("candidates", "Candidates"),
          ("assumptions", "Assumptions"), ("provenance", "Provenance"),
        ]))<main class="page">
        \(answer)\(section("pareto", "Cost against response time", "\(ParetoChart(optimization: optimization).figure)\(front)"))\
        \(candidates)\(assumptions)\(provenance)</main>
        <footer class="page">1 KB is 1,024 bytes. Made by windtunnel \(manifest.made.toolVersion).</footer>

        """)
  }

  private var header: HTML {
    let scenario = optimization.scenario
    let description: HTML =
      scenario.description.isEmpty ? .empty : "<p class=\"lead\">\(scenario.description)</p>\n"
    return """
      <header><div class="page">
      <p class="mark">Windtunnel optimum</p>
      <h1>\(scenario.name)</h1>
      \(description)<dl class="facts">
      <div><dt>Variables</dt><dd>\(optimization.plan.variables.map(\.name).joined(separator: ", "))</dd></div>
      <div><dt>Confidence</dt><dd>\(words.confidence)</dd></div>
      <div><dt>Simulated</dt><dd>\(scenario.system.duration.description) each</dd></div>
      <div><dt>Replications</dt><dd>\(Shown.number(Double(optimization.replications)))</dd></div>
      <div><dt>Seed</dt><dd>\(optimization.seed.description), common</dd></div>
      <div><dt>Prices</dt><dd>\(manifest.made.prices.region), \(manifest.made.prices.date)</dd></div>
      </dl>
      </div></header>

      """
  }

  private var answer: HTML {
    let remarks: [HTML] = words.remarks.map { "<p class=\"remark\">\($0)</p>\n" }
    let rest: [HTML] = (words.figures + words.alternative + words.certainty + [words.effort]).map { "<p>\($0)</p>\n" }
    let settings: HTML =
      optimization.outcome == .infeasible
      ? .empty : "<pre>\(words.settings.joined(separator: " \\\n"))</pre>\n"
    return section(
      "answer", "Answer",
      "<ul class=\"verdicts\">\n<li>\(words.answer)</li>\n</ul>\n\(settings)\(rest)\(remarks)")
  }

  private var front: HTML {
    let head: HTML = """
      <tr>\(textColumn("Candidate"))\(column("Cost a month, USD"))\(column("\(optimization.latencyName), ms"))\
      \(textColumn("Objectives"))\(textColumn("Front"))</tr>
      """
    let rows: [HTML] = OptimizationTables.front(optimization).prefix(Self.rowsMax).map { place in
      let candidate = optimization.candidates[place]
      let state = candidate.isFeasible ? "all met" : candidate.isInfeasible ? "missed" : "open"
      let certainty =
        switch candidate.pareto {
        case .front: "on it"
        case .uncertainFront: "likely on it"
        case .uncertainDominated: "likely off it"
        case .dominated: "off it"
        case .unknown: "no figure"
        }
      return """
        <tr>\(name(words.name(of: place)))\(cell(OptimizationText.dollars(candidate.cost)))\
        \(cell(Shown.milliseconds(candidate.latencyMs)))<td class="text">\(state)</td><td class="text">\(certainty)</td></tr>

        """
    }
    let note: HTML =
      "<p class=\"note\">Likely: so it is by the means, but the 95 % intervals leave it open.</p>\n"
    return
      "\(table("The front: no other candidate is better in both", isCompact: true, head: head, body: rows))\(note)"
  }

  private var candidates: HTML {
    let objectives: [HTML] = optimization.constraints.map { column($0.text) }
    let head: HTML = """
      <tr>\(textColumn("Candidate"))\(column("Cost a month, USD"))\(column("More than the leader, USD"))\
      \(column("\(optimization.latencyName), ms"))\(objectives)\(column("Replications"))\(textColumn("What became of it"))</tr>
      """
    let rows: [HTML] = OptimizationSummary.order(optimization).prefix(Self.rowsMax).map { place in
      let candidate = optimization.candidates[place]
      let figures: [HTML] = optimization.constraints.indices.map { index in
        let observed = OptimizationText.observed(candidate.observed[index], optimization.constraints[index].unit)
        let mark = OptimizationText.mark(candidate.feasibility[index])
        let state = ["✓": "met", "✗": "missed"][mark] ?? "open"
        let halfWidth: HTML = observed.halfWidth.map { "<small>± \($0)</small>" } ?? .empty
        return """
          <td class="number"><span class="state \(state)">\(mark)</span> \(observed.mean)\(halfWidth)</td>
          """
      }
      let difference: HTML =
        place == optimization.leader
        ? "<td class=\"number\">–</td>" : cell(OptimizationText.dollars(candidate.difference))
      return """
        <tr>\(name(words.name(of: place)))\(cell(OptimizationText.dollars(candidate.cost)))\(difference)\
        \(cell(Shown.milliseconds(candidate.latencyMs)))\(figures)<td class="number">\(candidate.replications)</td>\
        <td class="text wide">\(words.fate(of: place))</td></tr>

        """
    }
    let note: HTML = """
      <p class="note">Intervals are 95 %, each by itself. Differences are paired, replication by replication. Whoever \
      has few replications was out of the race early.</p>

      """
    return section("candidates", "Candidates", "\(note)\(table("All candidates", head: head, body: rows))")
  }

  private var assumptions: HTML {
    let head: HTML = """
      <tr>\(textColumn("Parameter"))\(textColumn("Value"))\(textColumn("Grade"))\(textColumn("Source"))\
      \(textColumn("As of"))</tr>
      """
    let rows: [HTML] = optimization.scenario.assumptions.map { assumption in
      let parameter =
        assumption.subject.isEmpty ? assumption.parameter : "\(assumption.subject).\(assumption.parameter)"
      return """
        <tr>\(name(parameter))<td class="text">\(assumption.value)</td><td class="text grade">\(assumption.grade.rawValue)\
        </td><td class="text wide">\(assumption.source)</td><td class="text">\(assumption.asOf)</td></tr>

        """
    }
    return section(
      "assumptions", "Assumptions",
      "\(table("Defaults of the scenario as it stands, before variables are changed", head: head, body: rows))")
  }

  private var provenance: HTML {
    section("provenance", "Provenance", "<pre>\(manifest.json(optimization).text)</pre>\n")
  }
}
