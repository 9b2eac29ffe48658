import Experiments
import Statistics

/// The summary that `run` prints: objectives first, then response times, resources and cost.
public enum Summary {
  /// The text for a terminal of `width` columns (at least 40 are used), with a newline at its end.
  ///
  /// `color` adds ANSI colours to verdicts and headings. Tables that are too wide lose their least important
  /// columns, `summary.json` has all of them. Control characters in names are shown as `?`.
  public static func text(for result: ExperimentResult, color: Bool, width: Int = 80, folder: String? = nil) -> String {
    let text = SummaryText(result: result, style: TerminalStyle(isColored: color), width: max(width, 40))
    var parts = [text.heading, text.objectives, text.traffic, text.resources, text.cost]
    if let folder { parts.append("Files in \(TerminalStyle.printable(folder)), report.html first\n") }
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }
}

/// The parts of the summary, each a few whole lines.
private struct SummaryText {
  let result: ExperimentResult
  let style: TerminalStyle
  let width: Int

  var heading: String {
    let count = result.replications
    let facts = [
      result.scenario.system.duration.description, "\(count) replication\(count == 1 ? "" : "s")",
      "seed \(result.seed)",
      "digest \(result.digest)",
    ]
    return style.bold(TerminalStyle.printable(result.scenario.name)) + "\n" + facts.joined(separator: ", ") + "\n"
  }

  var objectives: String {
    guard !result.objectives.isEmpty else { return "" }
    let longest = result.objectives.map { TerminalStyle.printable($0.text).count }.max() ?? 0
    let lines = result.objectives.map { objective in
      let text = TerminalStyle.printable(objective.text)
      let padding = String(repeating: " ", count: longest - text.count)
      let hasInterval = objective.observed.halfWidth != nil
      let doubt = objective.certain ? "" : hasInterval ? "  (the interval does not decide)" : "  (one replication)"
      return "  \(verdict(objective))  \(text)\(padding)  \(Page.observed(objective).text)\(doubt)\n"
    }
    return style.bold("Objectives") + "\n" + lines.joined()
  }

  private func verdict(_ objective: ObjectiveOutcome) -> String {
    objective.met ? style.green("✓ met   ") : style.red("✗ missed")
  }

  var traffic: String {
    guard !result.traffic.isEmpty else { return "" }
    var table = TextTable(
      title: "Response time, ms",
      columns: [
        TextTable.Column("requests", rank: 3), TextTable.Column("failed, %", rank: 4),
      ])
    let ranks = ["mean": 6, "p50": 0, "p90": 8, "p95": 2, "p99": 1, "p999": 7, "max": 5]
    for name in LatencySummary.names {
      table.columns.append(TextTable.Column(name == "p999" ? "p99.9" : name, rank: ranks[name] ?? 9))
    }
    for traffic in result.traffic {
      let figures = LatencySummary.names.map { Shown.estimate(traffic.latencyMs[$0]) }
      let counts = [Shown.estimate(traffic.requests), Shown.estimate(traffic.errorRate, factor: 100)]
      table.rows.append((traffic.name, (counts + figures).map(\.mean)))
      if result.replications > 1 {
        table.rows.append(("  ±", (counts + figures).map { $0.halfWidth ?? "" }))
      }
    }
    return table.text(width: width, style: style)
  }

  var resources: String {
    let blocks = result.resources.map { resource in
      let figures = resource.figures.filter { $0.interval.mean.isFinite && $0.interval.mean != 0 }.map { figure in
        let isShare = Page.isShare(figure.name)
        let estimate = isShare ? Shown.percent(figure.interval) : Shown.estimate(figure.interval)
        return "\(Shown.words(figure.name).lowercased()) \(estimate.text)"
      }
      let head = "  " + TerminalStyle.printable(resource.name) + " (\(resource.typeName))\n"
      return head + wrapped(figures, indent: "    ")
    }
    return blocks.isEmpty ? "" : style.bold("Resources") + ", mean a replication\n" + blocks.joined()
  }

  /// The items with commas between them, over as many lines as it takes.
  private func wrapped(_ items: [String], indent: String) -> String {
    var text = ""
    var line = indent
    for (index, item) in items.enumerated() {
      let piece = item + (index < items.count - 1 ? "," : "")
      if line.count > indent.count, line.count + 1 + piece.count > width {
        text += line + "\n"
        line = indent
      }
      line += (line.count > indent.count ? " " : "") + piece
    }
    return items.isEmpty ? "" : text + line + "\n"
  }

  var cost: String {
    let total = result.cost.total
    let spread = total.halfWidth.map { " ± \(Shown.cents($0))" } ?? ""
    let page = Shown.dollars(total.mean) + spread + " a month of \(result.cost.bill.month.description)"
    var text = style.bold("Cost") + "  \(page)\n"
    let items = result.cost.perResource.map { item in
      "\(TerminalStyle.printable(item.name)) \(Shown.dollars(item.cost.mean))"
    }
    text += wrapped(items, indent: "  ")
    return text
  }
}
