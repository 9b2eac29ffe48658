import Experiments
import Statistics
import Units

/// The summary that `run` prints: objectives first, then response times, resources and cost.
public enum Summary {
  /// The text for a terminal of `width` columns (at least 40 are used), with a newline at its end.
  ///
  /// `color` adds ANSI colours to verdicts and headings. Tables that are too wide lose their least important
  /// columns, `summary.json` has all of them. Control characters in names are shown as `?`.
  public static func text(for result: ExperimentResult, color: Bool, width: Int = 80, folder: String? = nil) -> String {
    let text = SummaryText(result: result, style: TerminalStyle(isColored: color), width: max(width, 40))
    var parts = [text.heading, text.objectives, text.traffic, text.resources, text.cost, text.breakEven]
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
    let variant = result.scenario.variant.map { ["variant \(TerminalStyle.printable($0))"] } ?? []
    let facts =
      variant + [
        result.scenario.system.duration.description,
        count == 1
          ? "1 replication" + (result.batches == nil ? "" : " ± 95 % intervals")
          : "means of \(count) replications ± 95 % intervals",
        "seed \(result.seed)",
        "digest \(result.digest)",
      ]
    return style.bold(TerminalStyle.printable(result.scenario.name)) + "\n" + facts.joined(separator: ", ") + "\n"
      + ControlText(result).sentences.map {
        wrapped(Self.pieces(TerminalStyle.printable($0)), indent: "", comma: "")
      }
      .joined()
  }

  /// The words of a sentence, an amount and its unit in one piece: `± 0.26 %`.
  private static func pieces(_ sentence: String) -> [String] {
    sentence.split(separator: " ").reduce(into: []) { pieces, word in
      if let last = pieces.last, word == "%" || word.hasPrefix("%,") || word.hasPrefix("%;") || last.hasSuffix("±") {
        pieces[pieces.count - 1] = last + " " + word
      } else {
        pieces.append(String(word))
      }
    }
  }

  var objectives: String {
    guard !result.objectives.isEmpty else { return "" }
    let longest = result.objectives.map { TerminalStyle.printable($0.text).count }.max() ?? 0
    let lines = result.objectives.map { objective in
      let text = TerminalStyle.printable(objective.text)
      let padding = String(repeating: " ", count: longest - text.count)
      return "  \(verdict(objective))  \(text)\(padding)  \(Shown.observed(objective).text)\(doubt(objective))\n"
    }
    return style.bold("Objectives") + "\n" + lines.joined()
  }

  /// Why a verdict is not certain; empty when it is.
  private func doubt(_ objective: ObjectiveOutcome) -> String {
    if objective.certain { return "" }
    if objective.observed.mean.isNaN { return "  (nothing was observed)" }
    if objective.observed.halfWidth == nil, result.batches != nil { return "  (its batches give no interval)" }
    return objective.observed.halfWidth == nil ? "  (one replication)" : "  (the interval does not decide)"
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
    let ranks = ["mean": 5, "p50": 0, "p90": 8, "p95": 2, "p99": 1, "p999": 6, "max": 7]
    for name in LatencySummary.names {
      table.columns.append(TextTable.Column(name == "p999" ? "p99.9" : name, rank: ranks[name] ?? 9))
    }
    for traffic in result.traffic {
      let figures = LatencySummary.names.map { Shown.estimate(traffic.latencyMs[$0]) }
      let counts = [Shown.estimate(traffic.requests), Shown.estimate(traffic.errorRate, factor: 100)]
      table.rows.append((traffic.name, (counts + figures).map(\.mean)))
      if result.hasIntervals {
        table.rows.append(("  ±", (counts + figures).map { $0.halfWidth ?? "" }))
      }
      if traffic.hasFailures {
        let successes = LatencySummary.names.map { Shown.estimate(traffic.successLatencyMs[$0]) }
        table.rows.append(("  successes", ["", ""] + successes.map(\.mean)))
        if result.hasIntervals {
          table.rows.append(("  ±", ["", ""] + successes.map { $0.halfWidth ?? "" }))
        }
      }
    }
    return table.text(width: width, style: style)
  }

  /// Where a table's capacity modes cost the same; empty if the scenario does not ask.
  var breakEven: String {
    result.breakEven.map { BreakEvenText(breakEven: $0).table(width: width, style: style) } ?? ""
  }

  /// A table a type, a row a resource with its half-widths beneath; the costliest where there are many.
  var resources: String {
    var types: [String] = []
    for resource in result.resources where !types.contains(resource.typeName) { types.append(resource.typeName) }
    return types.map { type in
      let all = result.resources.filter { $0.typeName == type }
      let shown = costliest(all)
      let more = all.count - shown.count
      let rest = more > 0 ? "  and \(more) more, which cost less; summary.json has them\n" : ""
      return resourceTable(type, shown).text(width: width, style: style) + rest
    }.joined(separator: "\n")
  }

  private func resourceTable(_ type: String, _ resources: [ResourceSummary]) -> TextTable {
    let figures = ResourceColumn.all(of: type, among: resources)
    var table = TextTable(
      title: Page.plural(type),
      columns: figures.map { TextTable.Column($0.title, rank: $0.rank) } + [TextTable.Column("USD a month", rank: 1)],
      leastNameWidth: result.resources.map { max($0.name.count, Page.plural($0.typeName).count - 2) }.max() ?? 0)
    for resource in resources {
      let estimates: [Shown.Estimate?] = figures.map { column in
        resource.figures.first { $0.name == column.figure }.map {
          column.figure.hasSuffix("Ms")
            ? Shown.milliseconds($0.interval)
            : Shown.estimate($0.interval, factor: Page.isShare(column.figure) ? 100 : 1)
        }
      }
      let cost = cost(of: resource)
      let money = cost.map { NumberText.grouped($0.mean.roundedToCents.description) } ?? "0.00"
      table.rows.append((resource.name, estimates.map { $0?.mean ?? "" } + [money]))
      if result.hasIntervals {
        let halfWidths = estimates.map { $0?.halfWidth ?? "" } + [cost?.halfWidth.map(Shown.cents) ?? ""]
        // Batches of one run give none of a resource.
        if halfWidths.contains(where: { !$0.isEmpty }) { table.rows.append(("  ±", halfWidths)) }
      }
    }
    return table
  }

  private static let resourceLimit = 12

  /// The resources in the scenario's order, without the cheapest where they are too many for a summary.
  private func costliest(_ resources: [ResourceSummary]) -> [ResourceSummary] {
    guard resources.count > Self.resourceLimit else { return resources }
    let amounts = resources.map { cost(of: $0)?.mean ?? .zero }
    let ranked = resources.indices.sorted { a, b in amounts[a] == amounts[b] ? a < b : amounts[a] > amounts[b] }
    return ranked.prefix(Self.resourceLimit).sorted().map { resources[$0] }
  }

  private func cost(of resource: ResourceSummary) -> MoneyEstimate? {
    result.cost.perResource.first { $0.name == resource.name }?.cost
  }

  /// The items with commas or nothing between them, over as many lines as it takes.
  private func wrapped(_ items: [String], indent: String, comma: String = ",") -> String {
    var text = ""
    var line = indent
    for (index, item) in items.enumerated() {
      let piece = item + (index < items.count - 1 ? comma : "")
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
    var services: [(name: String, sum: Money)] = []
    for line in result.cost.lines {
      if let index = services.firstIndex(where: { $0.name == line.line.service }) {
        services[index].sum += line.charged.mean
      } else {
        services.append((line.line.service, line.charged.mean))
      }
    }
    let sums = services.map { "\(TerminalStyle.printable($0.name)) \(Shown.dollars($0.sum))" }
    let notes = result.cost.bill.notes.map(TerminalStyle.printable)
    return style.bold("Cost") + "  \(page)\n" + wrapped(sums, indent: "  ") + wrapped(notes, indent: "  ")
  }
}

/// A figure that the summary shows of each resource of a type.
private struct ResourceColumn {
  var title: String
  var figure: String
  /// As in `TextTable`: the highest goes first where the terminal is narrow.
  var rank: Int

  /// The figures of a type that people ask for first; of a type unknown here the first five that it reports.
  static func all(of type: String, among resources: [ResourceSummary]) -> [ResourceColumn] {
    switch type {
    case "function":
      return [
        ResourceColumn(title: "invocations", figure: "invocations", rank: 0),
        ResourceColumn(title: "errors", figure: "errors", rank: 8),
        ResourceColumn(title: "throttles", figure: "throttles", rank: 3),
        ResourceColumn(title: "cold starts", figure: "coldStarts", rank: 2),
        ResourceColumn(title: "cold, %", figure: "coldStartProbability", rank: 5),
        ResourceColumn(title: "concurrency", figure: "meanConcurrency", rank: 6),
        ResourceColumn(title: "peak", figure: "peakConcurrency", rank: 4),
        ResourceColumn(title: "environments", figure: "meanEnvironments", rank: 7),
      ]
    case "httpApi":
      return [
        ResourceColumn(title: "requests", figure: "requests", rank: 0),
        ResourceColumn(title: "4xx", figure: "clientErrors", rank: 5),
        ResourceColumn(title: "5xx", figure: "serverErrors", rank: 4),
        ResourceColumn(title: "throttles", figure: "throttles", rank: 3),
        ResourceColumn(title: "mean ms", figure: "meanLatencyMs", rank: 6),
        ResourceColumn(title: "p99 ms", figure: "p99LatencyMs", rank: 2),
      ]
    case "table":
      return [
        ResourceColumn(title: "requests", figure: "requests", rank: 0),
        ResourceColumn(title: "read units", figure: "readRequestUnits", rank: 2),
        ResourceColumn(title: "write units", figure: "writeRequestUnits", rank: 4),
        ResourceColumn(title: "throttles", figure: "throttles", rank: 3),
        ResourceColumn(title: "p99 ms", figure: "p99LatencyMs", rank: 5),
      ]
    case "daxCluster":
      return [
        ResourceColumn(title: "requests", figure: "requests", rank: 0),
        ResourceColumn(title: "item hits, %", figure: "itemHitRate", rank: 2),
        ResourceColumn(title: "query hits, %", figure: "queryHitRate", rank: 6),
        ResourceColumn(title: "throttles", figure: "throttles", rank: 3),
        ResourceColumn(title: "busy, %", figure: "utilization", rank: 5),
        ResourceColumn(title: "p99 ms", figure: "p99LatencyMs", rank: 4),
      ]
    case "cacheCluster":
      return [
        ResourceColumn(title: "requests", figure: "requests", rank: 0),
        ResourceColumn(title: "hits, %", figure: "hitRate", rank: 2),
        ResourceColumn(title: "evictions", figure: "evictions", rank: 5),
        ResourceColumn(title: "busy, %", figure: "utilization", rank: 3),
        ResourceColumn(title: "p99 ms", figure: "p99LatencyMs", rank: 4),
      ]
    case "dbInstance", "auroraCluster":
      return [
        ResourceColumn(title: "queries", figure: "queries", rank: 0),
        ResourceColumn(title: "refused", figure: "refusedConnections", rank: 2),
        ResourceColumn(title: "lost", figure: "connectionsLost", rank: 6),
        ResourceColumn(title: "CPU, %", figure: "cpuUtilization", rank: 3),
        ResourceColumn(title: "connections", figure: "peakConnections", rank: 4),
        ResourceColumn(title: "p99 ms", figure: "p99LatencyMs", rank: 5),
      ]
    case "dbProxy":
      return [
        ResourceColumn(title: "requests", figure: "requests", rank: 0),
        ResourceColumn(title: "clients", figure: "peakClientConnections", rank: 2),
        ResourceColumn(title: "connections", figure: "peakDatabaseConnections", rank: 7),
        ResourceColumn(title: "borrow p99 ms", figure: "p99BorrowMs", rank: 3),
        ResourceColumn(title: "pinned", figure: "peakPinnedSessions", rank: 5),
        ResourceColumn(title: "borrow timeouts", figure: "borrowTimeouts", rank: 4),
        ResourceColumn(title: "p99 ms", figure: "p99LatencyMs", rank: 6),
      ]
    case "vpc":
      return [
        ResourceColumn(title: "NAT bytes", figure: "natBytes", rank: 0),
        ResourceColumn(title: "endpoint bytes", figure: "endpointBytes", rank: 2),
        ResourceColumn(title: "peak interfaces", figure: "peakInterfaces", rank: 3),
      ]
    case "queue":
      return [
        ResourceColumn(title: "sent", figure: "sent", rank: 0),
        ResourceColumn(title: "deleted", figure: "deleted", rank: 4),
        ResourceColumn(title: "redriven", figure: "redriven", rank: 3),
        ResourceColumn(title: "peak visible", figure: "peakVisible", rank: 2),
        ResourceColumn(title: "p99 ms", figure: "p99TimeMs", rank: 1),
        ResourceColumn(title: "requests", figure: "billedRequests", rank: 5),
      ]
    case "stream":
      return [
        ResourceColumn(title: "records", figure: "incomingRecords", rank: 0),
        ResourceColumn(title: "refused", figure: "refusedRecords", rank: 1),
      ]
    case "topic":
      return [
        ResourceColumn(title: "messages", figure: "messages", rank: 0),
        ResourceColumn(title: "delivered", figure: "delivered", rank: 1),
        ResourceColumn(title: "retries", figure: "retries", rank: 4),
        ResourceColumn(title: "failed", figure: "failed", rank: 2),
        ResourceColumn(title: "p99 ms", figure: "p99TimeMs", rank: 3),
        ResourceColumn(title: "requests", figure: "billedRequests", rank: 5),
      ]
    case "eventSourceMapping":
      return [
        ResourceColumn(title: "batches", figure: "batches", rank: 0),
        ResourceColumn(title: "mean size", figure: "meanBatchSize", rank: 4),
        ResourceColumn(title: "failed", figure: "failedBatches", rank: 1),
        ResourceColumn(title: "throttled", figure: "throttledBatches", rank: 2),
        ResourceColumn(title: "peak batches", figure: "peakConcurrentBatches", rank: 3),
      ]
    default:  // over String
      return resources.first.map { resource in
        resource.figures.prefix(5).enumerated().map { index, figure in
          ResourceColumn(title: Shown.lowercased(Shown.words(figure.name)), figure: figure.name, rank: index * 2)
        }
      } ?? []
    }
  }
}
