import Experiments
import Statistics

extension Page {
  /// All whole-run figures, a table a resource type, a column a resource.
  var resources: HTML {
    var types: [String] = []
    for resource in result.resources where !types.contains(resource.typeName) { types.append(resource.typeName) }
    let tables: [HTML] = types.map { type in
      resourceTable(type, result.resources.filter { $0.typeName == type })
    }
    return section("resources", "Resources", "<div class=\"tables\">\n\(tables)</div>\n")
  }

  private func resourceTable(_ type: String, _ resources: [ResourceSummary]) -> HTML {
    var figures: [String] = []
    for figure in resources.flatMap(\.figures) where !figures.contains(figure.name) { figures.append(figure.name) }
    let head: HTML = "<tr>\(textColumn("Figure"))\(resources.map { column($0.name) })</tr>"
    let idle = figures.filter { figure in
      resources.allSatisfy { $0.figures.first { $0.name == figure }?.interval.isIdle ?? true }
    }
    let rows: [HTML] = figures.filter { !idle.contains($0) }.map { figure in
      let cells: [HTML] = resources.map { resource in
        guard let interval = resource.figures.first(where: { $0.name == figure })?.interval else { return "<td></td>" }
        if Self.isShare(figure) { return cell(Shown.percent(interval)) }
        if Self.isBytes(figure) { return cell(Shown.bytes(interval)) }
        return cell(figure.hasSuffix("Ms") ? Shown.milliseconds(interval) : Shown.estimate(interval))
      }
      return "<tr>\(name(Shown.words(figure)))\(cells)</tr>\n"
    }
    let figuresTable =
      rows.isEmpty
      ? .empty : table("Whole run, \(type), mean a replication", isCompact: true, head: head, body: rows)
    let note: HTML =
      idle.isEmpty
      ? .empty : "<p class=\"note\">Zero or without a value: \(Shown.listed(idle)).</p>\n"
    return "<div>\n<h3>\(Self.plural(type))</h3>\n\(figuresTable)\(note)</div>\n"
  }

  /// Whether a figure is a share of 0..1, by the last word of its name.
  static func isShare(_ figure: String) -> Bool {
    FigureUnit(ofFigure: figure) == .share
  }

  /// Whether a figure counts bytes, by its words: `natBytes`, `allocatedBytesAtEnd`.
  static func isBytes(_ figure: String) -> Bool { figure.lowercased().contains("bytes") }

  /// The heading of all resources of a type.
  static func plural(_ type: String) -> String {
    switch type {
    case "httpApi": "HTTP APIs"
    case "restApi": "REST APIs"
    case "webSocketApi": "WebSocket APIs"
    case "daxCluster": "DAX clusters"
    case "dbInstance": "DB instances"
    case "auroraCluster": "Aurora clusters"
    case "dbProxy": "RDS proxies"
    case "vpc": "VPCs"
    default: Shown.words(type) + (type.hasSuffix("s") ? "es" : "s")  // over String
    }
  }
}
