import Engine
import Experiments
import Units

/// Bars of equal scale, divided by the same parts: one bar a design.
private struct Stacks {
  /// Names of the parts in drawing order.
  var parts: [String]
  /// One entry a bar: its name, and an amount a part.
  var bars: [(name: String, amounts: [Double])]
  /// How a total is written behind its bar.
  var total: (Double) -> String
}

extension ComparisonPage {
  // MARK: Where the time goes

  /// What requests spend their time on, all and the slowest, the designs beneath each other on one scale.
  var breakdowns: HTML {
    let sources = busiest(comparison.results[comparison.baseline].traffic) { $0.requests.mean }.map(\.name)
    let parts: [HTML] = sources.map { source in
      let figures = breakdowns(of: source)
      guard !figures.isEmpty else { return .empty }
      let heading: HTML = sources.count > 1 ? "<h3>\(source)</h3>\n" : .empty
      return "\(heading)<div class=\"pair\">\n\(figures)</div>\n"
    }
    guard parts.contains(where: { !$0.text.isEmpty }) else {
      return section("breakdown", "Where the time goes", "<p class=\"note\">No request was answered.</p>\n")
    }
    let lead: HTML = """
      <p>Each request's time along its critical path, by the place where it was spent. The slowest are those of each \
      design by itself, from the band of latencies (an eighth of an octave) that holds its p99.</p>
      \(drawnNote)
      """
    return section("breakdown", "Where the time goes", "\(lead)\(parts)")
  }

  /// All requests beside the slowest of a source; a place has the same colour in both.
  private func breakdowns(of source: String) -> [HTML] {
    let designs = drawn.compactMap { design in
      comparison.results[design].traffic.first { $0.name == source && $0.histogram.count > 0 }.map {
        (name: name(of: design), traffic: $0)
      }
    }
    var segments: [String] = []
    for segment in designs.flatMap(\.traffic.breakdown.segments) where !segments.contains(segment) {
      segments.append(segment)
    }
    let some = designs.contains { $0.traffic.hasFailures } ? ", failures included" : ""
    let classes = [("All requests" + some, 0.0), ("Slowest 1 % (from p99)" + some, 0.99)].map { title, probability in
      (title: title, means: designs.map { Self.means($0.traffic, segments, from: probability) })
    }
    return classes.compactMap { title, means in
      let stacks = Self.ranked(
        segments, designs.map(\.name), means, by: classes[1].means, total: { Shown.number($0) + " ms" })
      return stacks.parts.isEmpty ? nil : breakdown(stacks, of: source, title)
    }
  }

  /// Mean ms of each segment over the requests from a percentile on.
  private static func means(_ traffic: TrafficSummary, _ segments: [String], from probability: Double) -> [Double] {
    let latency = probability == 0 ? 0 : Int64(traffic.histogram.quantile(probability))
    let mean = traffic.breakdown.means(from: latency).nanoseconds
    return segments.map { segment in
      traffic.breakdown.segments.firstIndex(of: segment).map { mean[$0] / 1e6 } ?? 0
    }
  }

  private func breakdown(_ stacks: Stacks, of source: String, _ title: String) -> HTML {
    let rows: [HTML] = stacks.parts.enumerated().map { part, place in
      let cells: [HTML] = stacks.bars.map { bar in
        "<td class=\"number\">\(NumberText.fixed(bar.amounts[part], decimals: 2, grouped: true))</td>"
      }
      return "<tr><td class=\"text number\">\(Self.key(part))</td>\(name(place))\(cells)</tr>\n"
    }
    let head: HTML = "<tr>\(textColumn("Key"))\(textColumn("Place"))\(stacks.bars.map { column($0.name) })</tr>"
    return """
      <div><h3>\(title)</h3>
      \(Self.chart(stacks, title: "Where the time of \(source) goes: \(title)"))\
      \(table("\(title): mean ms a request of \(source), by place", head: head, body: rows))</div>

      """
  }

  // MARK: Cost

  /// The month's bill of each design by service.
  var cost: HTML {
    var services: [String] = []
    for line in comparison.results.flatMap(\.cost.lines) where !services.contains(line.line.service) {
      services.append(line.line.service)
    }
    let sums = comparison.results.map { result in
      services.map { service in
        result.cost.lines.filter { $0.line.service == service }.reduce(Money.zero) { $0 + $1.charged.mean }
      }
    }
    let amounts = drawn.map { design in sums[design].map { max(0, Double($0.description) ?? 0) } }
    let stacks = Self.ranked(
      services, drawn.map { name(of: $0) }, amounts,
      total: { "$" + NumberText.fixed($0, decimals: 2, grouped: true) })
    let order = stacks.parts.filter(services.contains) + services.filter { !stacks.parts.contains($0) }
    let head: HTML = "<tr>\(textColumn("Key"))\(textColumn("Service"))\(ordered.map { column(name(of: $0)) })</tr>"
    let rows: [HTML] = order.map { service in
      let cells: [HTML] = ordered.map { design in
        let sum = services.firstIndex(of: service).map { sums[design][$0] } ?? .zero
        return "<td class=\"number\">\(Shown.dollars(sum))</td>"
      }
      let key: HTML = stacks.parts.firstIndex(of: service).map { Self.key($0) } ?? .empty
      return "<tr><td class=\"text number\">\(key)</td>\(name(service))\(cells)</tr>\n"
    }
    let totals: [HTML] = ordered.map { cell(comparison.results[$0].cost.total) }
    let foot: HTML = "<tr><td></td><th scope=\"row\" class=\"text\">Total a month</th>\(totals)</tr>"
    let month = comparison.results[comparison.baseline].cost.bill.month.description
    return section(
      "cost", "Cost",
      """
      <p>A month of \(month) at list prices; each design's folder has its bill line by line.</p>
      \(drawnNote)\(Self.chart(stacks, title: "Monthly cost by service"))\
      \(table("Monthly cost by service, USD", isCompact: true, head: head, body: rows, foot: foot))
      """)
  }

  // MARK: Drawing

  /// The parts by their sum over all bars of `reference`, largest first, at most eight: the last one then gathers the
  /// rest. Parts that are zero in all bars there are left out.
  private static func ranked(
    _ parts: [String], _ names: [String], _ amounts: [[Double]], by reference: [[Double]]? = nil,
    total: @escaping (Double) -> String
  ) -> Stacks {
    let sums = parts.indices.map { part in (reference ?? amounts).reduce(0) { $0 + $1[part] } }
    let ranked = parts.indices.filter { sums[$0] > 0 }
      .sorted { a, b in sums[a] == sums[b] ? a < b : sums[a] > sums[b] }
    let isCut = ranked.count > 8
    let kept = ranked.prefix(isCut ? 7 : 8)
    return Stacks(
      parts: kept.map { parts[$0] } + (isCut ? ["everything else"] : []),
      bars: zip(names, amounts).map { name, amounts in
        (name, kept.map { amounts[$0] } + (isCut ? [ranked.dropFirst(7).reduce(0) { $0 + amounts[$1] }] : []))
      }, total: total)
  }

  /// The bars on one scale from zero, a letter in each part that has room for it.
  private static func chart(_ stacks: Stacks, title: String) -> HTML {
    let totals = stacks.bars.map { $0.amounts.reduce(0, +) }
    let scale = totals.max() ?? 0
    let rows: [HTML] = stacks.bars.enumerated().map { index, bar in
      let top = index * 50
      var left = 0.0
      let pieces: [HTML] = bar.amounts.enumerated().map { part, amount in
        let width = scale > 0 ? 100 * amount / scale : 0
        defer { left += width }
        guard width > 0 else { return .empty }
        let label: HTML =
          width < 4
          ? .empty
          : """
          <text class="key" x="\(NumberText.fixed(left + width / 2, decimals: 2))%" y="\(top + 37)" \
          text-anchor="middle">\(letter(part))</text>
          """
        return """
          <rect class="part s\(part)" x="\(NumberText.fixed(left, decimals: 2))%" y="\(top + 20)" \
          width="\(NumberText.fixed(width, decimals: 2))%" height="24"></rect>\(label)
          """
      }
      return """
        <text class="row" x="0" y="\(top + 14)">\(bar.name): \(stacks.total(totals[index]))</text>\(pieces)

        """
    }
    return """
      <svg class="bars" width="100%" height="\(stacks.bars.count * 50)" role="img"><title>\(title)</title>\
      <desc>A bar a design on one scale, divided by the parts named in the table below; the letters are the table's \
      first column.</desc>
      \(rows)</svg>

      """
  }

  private static func letter(_ part: Int) -> String { String(UnicodeScalar(UInt8(65 + part))) }

  /// A part's colour and letter.
  private static func key(_ part: Int) -> HTML {
    """
    <svg width="12" height="12" aria-hidden="true"><rect class="part s\(part)" width="12" height="12"></rect></svg> \
    \(letter(part))
    """
  }
}
