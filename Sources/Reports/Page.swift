import Billing
import Engine
import Experiments
import Statistics
import Units

/// `report.html`: one file without network, readable without script, for screen and paper.
struct Page: PageParts {
  let result: ExperimentResult
  let manifest: Manifest

  /// The whole document.
  var text: String {
    document(
      title: "\(result.scenario.name) - Windtunnel report",
      body: """
        \(header)\(navigation)<main class="page">
        \(verdict)\(traffic)\(breakdowns)\(timeline)\(resources)\(cost)\(breakEven)\(assumptions)\(provenance)</main>
        \(footer)
        """)
  }

  private var header: HTML {
    let description: HTML =
      result.scenario.description.isEmpty ? .empty : "<p class=\"lead\">\(result.scenario.description)</p>\n"
    let variant: HTML = result.scenario.variant.map { "<div><dt>Variant</dt><dd>\($0)</dd></div>\n" } ?? .empty
    return """
      <header><div class="page">
      <p class="mark">Windtunnel report</p>
      <h1>\(result.scenario.name)</h1>
      \(description)<dl class="facts">
      \(variant)<div><dt>Simulated</dt><dd>\(result.scenario.system.duration.description)</dd></div>
      <div><dt>Replications</dt><dd>\(result.replications)</dd></div>
      <div><dt>Seed</dt><dd>\(result.seed.description)</dd></div>
      <div><dt>Prices</dt><dd>\(manifest.prices.region), \(manifest.prices.date)</dd></div>
      <div><dt>Result digest</dt><dd><code>\(result.digest)</code></dd></div>
      </dl>
      </div></header>

      """
  }

  private var navigation: HTML {
    let sections: [(id: String, title: String)] =
      [
        ("verdict", "Verdict"), ("latency", "Response times"), ("breakdown", "Where the time goes"),
        ("time", "Over time"), ("resources", "Resources"), ("cost", "Cost"),
      ]
      + (result.breakEven == nil ? [] : [("break-even", "Break-even")])
      + [("assumptions", "Assumptions"), ("provenance", "Provenance")]
    return navigation(sections)
  }

  /// Where a table's capacity modes cost the same; empty if the scenario does not ask.
  private var breakEven: HTML {
    result.breakEven.map { section("break-even", "Break-even", breakEven($0)) } ?? .empty
  }

  private var footer: HTML {
    let interval =
      result.batches.map {
        "± is the half-width of the 95 % Student-t interval from \($0.count) batches of the one replication; figures "
          + "without it have none from batches."
      }
      ?? (result.replications > 1
        ? "Figures are means over \(result.replications) independent replications; ± is the half-width of the 95 % "
          + "Student-t interval."
        : "One replication: no figure has an interval. Several replications (--replications) show how far to trust them.")
    return """
      <footer class="page">\(interval) 1 KB is 1,024 bytes. Made by windtunnel \(manifest.toolVersion).</footer>

      """
  }
}
