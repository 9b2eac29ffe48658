import Experiments
import Services

extension Page {
  /// Every default that mattered, and how well it is founded.
  var assumptions: HTML {
    let all = result.scenario.assumptions
    guard !all.isEmpty else {
      return section(
        "assumptions", "Assumptions", "<p class=\"note\">The scenario states every parameter itself.</p>\n")
    }
    let counts = Assumption.Grade.allCases.map { grade in "\(all.filter { $0.grade == grade }.count) \(grade.rawValue)"
    }
    let head: HTML = """
      <tr>\(textColumn("Subject"))\(textColumn("Parameter"))\(textColumn("Value"))\(textColumn("Grade"))\
      \(textColumn("Source"))\(textColumn("As of"))</tr>
      """
    let rows: [HTML] = all.map { assumption in
      """
      <tr>\(name(assumption.subject.isEmpty ? "scenario" : assumption.subject))<td class="text">\(assumption.parameter)\
      </td><td class="text">\(assumption.value)</td><td class="text grade">\(Self.mark(assumption.grade)) \
      \(assumption.grade.rawValue)</td><td class="text wide">\(assumption.source)</td>\
      <td class="text number">\(assumption.asOf)</td></tr>

      """
    }
    let lead: HTML = """
      <p>Defaults that the scenario did not set: \(counts.joined(separator: ", ")). An unknown value is a \
      stated choice that nobody publishes: vary those first.</p>

      """
    return section(
      "assumptions", "Assumptions", lead + table("Defaults in use, with their sources", head: head, body: rows))
  }

  /// Filled the more, the better founded.
  static func mark(_ grade: Assumption.Grade) -> HTML {
    switch grade {
    case .documented: "<span class=\"met\" aria-hidden=\"true\">●</span>"
    case .measured: "<span class=\"met\" aria-hidden=\"true\">◕</span>"
    case .inferred: "<span class=\"open\" aria-hidden=\"true\">◑</span>"
    case .unknown: "<span class=\"missed\" aria-hidden=\"true\">○</span>"
    }
  }

  /// What the run was made from; the same as `manifest.json`.
  var provenance: HTML {
    var rows: [HTML] = [
      fact("Tool", "windtunnel \(manifest.toolVersion)"),
      hash("Scenario", manifest.scenario.path, manifest.scenario.sha256),
      hash("Prices", "\(manifest.prices.region), \(manifest.prices.date)", manifest.prices.sha256),
      fact("Seed", result.seed.description),
      fact("Replications", result.replications.description),
      fact("Events", NumberText.grouped(result.events.description)),
      hash("Result", "digest", result.digest),
    ]
    if let variant = manifest.variant { rows.append(fact("Variant of the scenario", variant)) }
    rows += ControlText(result).sentences.map { fact("Replication control", $0) }
    rows += manifest.settings.map { fact("Set on the command line", $0) }
    rows += manifest.inputs.map { hash("Input", $0.path, $0.sha256) }
    let lead: HTML = """
      <p>Equal inputs, seed and version give an equal digest and this very file, on any machine and with any number of \
      threads.</p>

      """
    let head: HTML = "<tr>\(textColumn("What"))\(textColumn("Which"))</tr>"
    return section("provenance", "Provenance", lead + table("What this run was made from", head: head, body: rows))
  }

  private func fact(_ what: String, _ which: String) -> HTML {
    "<tr>\(name(what))<td class=\"text\">\(which)</td></tr>\n"
  }

  private func hash(_ what: String, _ which: String, _ hash: String) -> HTML {
    "<tr>\(name(what))<td class=\"text\">\(which)<small><code>\(hash)</code></small></td></tr>\n"
  }
}
