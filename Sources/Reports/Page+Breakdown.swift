import Engine
import Experiments

/// What the requests of one source spent their time on, for all and for the slow ones.
private struct TimeShares {
  /// One class of requests.
  struct Row {
    var title: String
    var requests: Int64
    /// ms per part, in the order of `parts`.
    var milliseconds: [Double]
    var total: Double { milliseconds.reduce(0, +) }
  }

  /// Names, the largest in the slowest class first; at most eight, the last one then gathers the rest.
  var parts: [String]
  var rows: [Row]

  init?(_ traffic: TrafficSummary) {
    guard traffic.histogram.count > 0, !traffic.breakdown.segments.isEmpty else { return nil }
    let classes = [("All requests", 0.0), ("Slower half (from p50)", 0.5), ("Slowest 1 % (from p99)", 0.99)]
    let means = classes.map { title, probability in
      let latency = probability == 0 ? 0 : Int64(traffic.histogram.quantile(probability))
      return (title: title, means: traffic.breakdown.means(from: latency))
    }
    let slow = means[means.count - 1].means.nanoseconds
    let ranked = slow.indices.sorted { a, b in slow[a] == slow[b] ? a < b : slow[a] > slow[b] }
      .filter { segment in means.contains { $0.means.nanoseconds[segment] > 0 } }
    let isCut = ranked.count > 8
    let kept = ranked.prefix(isCut ? 7 : 8)
    parts = kept.map { traffic.breakdown.segments[$0] } + (isCut ? ["everything else"] : [])
    rows = means.map { title, mean in
      var milliseconds = kept.map { mean.nanoseconds[$0] / 1e6 }
      if isCut { milliseconds.append(ranked.dropFirst(7).reduce(0) { $0 + mean.nanoseconds[$1] } / 1e6) }
      return Row(title: title, requests: mean.count, milliseconds: milliseconds)
    }
    guard !parts.isEmpty else { return nil }
  }
}

extension Page {
  /// What the p99 is made of: for each source the critical path of all requests beside that of the slowest.
  var breakdowns: HTML {
    let sources = busiest(result.traffic) { $0.requests.mean }
    let parts: [HTML] = sources.compactMap { traffic in
      TimeShares(traffic).map { shares in
        """
        <div>
        <h3>\(traffic.name)</h3>
        \(bars(shares, of: traffic.name))\(breakdownTable(shares, of: traffic.name))</div>

        """
      }
    }
    guard !parts.isEmpty else {
      return section("breakdown", "Where the time goes", "<p class=\"note\">No request was answered.</p>\n")
    }
    let lead: HTML = """
      <p>Each request's time along its critical path, by the place where it was spent: what the slowest are made of, \
      beside the rest. A class begins with the band of latencies (an eighth of an octave) that holds its percentile, so \
      it may hold a few more requests.</p>
      \(limitNote(result.traffic.count, "sources"))
      """
    return section("breakdown", "Where the time goes", "\(lead)<div class=\"pair\">\n\(parts)</div>\n")
  }

  private static func key(_ part: Int) -> String { String(UnicodeScalar(UInt8(65 + part))) }

  private func bars(_ shares: TimeShares, of source: String) -> HTML {
    let rows: [HTML] = shares.rows.enumerated().map { index, row in
      let top = index * 56
      let count = NumberText.fixed(Double(row.requests), decimals: 0, grouped: true)
      var left = 0.0
      let pieces: [HTML] = row.milliseconds.enumerated().map { part, milliseconds in
        let width = row.total > 0 ? 100 * milliseconds / row.total : 0
        defer { left += width }
        guard width > 0 else { return .empty }
        let label: HTML =
          width < 5
          ? .empty
          : """
          <text class="key" x="\(NumberText.fixed(left + width / 2, decimals: 2))%" y="\(top + 38)" \
          text-anchor="middle">\(Self.key(part))</text>
          """
        return """
          <rect class="part s\(part)" x="\(NumberText.fixed(left, decimals: 2))%" y="\(top + 21)" \
          width="\(NumberText.fixed(width, decimals: 2))%" height="26"></rect>\(label)
          """
      }
      return """
        <text class="row" x="0" y="\(top + 14)">\(row.title): \(Shown.number(row.total)) ms</text>\
        <text x="100%" y="\(top + 14)" text-anchor="end">\(count) requests</text>\(pieces)

        """
    }
    return """
      <svg class="bars" width="100%" height="\(shares.rows.count * 56 - 6)" role="img">\
      <title>Where the time of \(source) goes</title><desc>Three bars, each divided by the places named in the table \
      below; the letters are the table's first column.</desc>
      \(rows)</svg>

      """
  }

  private func breakdownTable(_ shares: TimeShares, of source: String) -> HTML {
    let head: HTML = """
      <tr>\(textColumn("Key"))\(textColumn("Place"))\(column("All"))\(column("From p50"))\(column("From p99"))\
      \(column("of p99"))</tr>
      """
    let rows: [HTML] = shares.parts.enumerated().map { part, title in
      let slow = shares.rows[shares.rows.count - 1]
      let share = slow.total > 0 ? NumberText.fixed(100 * slow.milliseconds[part] / slow.total, decimals: 1) : "–"
      let cells: [HTML] = shares.rows.map { row in
        "<td class=\"number\">\(NumberText.fixed(row.milliseconds[part], decimals: 2, grouped: true))</td>"
      }
      return """
        <tr><td class="text number"><svg width="12" height="12" aria-hidden="true">\
        <rect class="part s\(part)" width="12" height="12"></rect></svg> \(Self.key(part))</td>\(name(title))\
        \(cells)\
        <td class="number">\(share) %</td></tr>

        """
    }
    return table("Mean ms a request of \(source), by place", head: head, body: rows)
  }
}
