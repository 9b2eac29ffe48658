import Experiments
import Statistics

extension ComparisonPage {
  /// Response times side by side: percentiles with their intervals, then the whole distribution, source by source.
  var latency: HTML {
    let sources = busiest(comparison.results[comparison.baseline].traffic) { $0.requests.mean }.map(\.name)
    let parts: [HTML] = sources.map { source in
      let heading: HTML = sources.count > 1 ? "<h3>\(source)</h3>\n" : .empty
      return "\(heading)<div class=\"grid2\">\n\(percentiles(of: source))\(distribution(of: source))</div>\n"
    }
    guard parts.contains(where: { !$0.text.isEmpty }) else {
      return section("latency", "Response times", "<p class=\"note\">No request was answered.</p>\n")
    }
    let total = comparison.results[comparison.baseline].traffic.count
    return section("latency", "Response times", "\(drawnNote)\(limitNote(total, "sources"))\(successNote)\(parts)")
  }

  /// Says whose response times these are; empty where every request succeeded.
  private var successNote: HTML {
    guard comparison.results.contains(where: { $0.traffic.contains(where: \.hasFailures) }) else { return .empty }
    return "<p class=\"note\">Of requests that succeeded; the tables have all answers too.</p>\n"
  }

  private func distribution(of source: String) -> HTML {
    let lines = drawn.map { design in
      (design: design, histogram: comparison.results[design].traffic.first { $0.name == source }?.successHistogram)
    }
    // A design without an answer keeps its place, and so each design its colour.
    guard lines.allSatisfy({ ($0.histogram?.count ?? 0) > 0 }) else { return .empty }
    return distributionChart(
      lines.compactMap { line in line.histogram.map { (name(of: line.design), $0) } },
      title: "Requests of \(source) slower than a given time",
      description: "For each design, the share of requests (downwards 100 %, 10 %, 1 %, ..) that take longer than the "
        + "time on the horizontal axis, all replications together.")
  }

  // MARK: Percentiles

  private static let shown = ["p50", "p90", "p95", "p99", "p999", "max"]
  private static let laneHeight = 18
  private static let gap = 14

  /// A lane a percentile and design: a mark at the mean, a whisker for the interval, the figure beside it.
  private func percentiles(of source: String) -> HTML {
    let designs = drawn
    let rows: [(name: String, intervals: [Interval?])] = Self.shown.map { statistic in
      let figure = comparison.figure(.traffic(source), statistic)
      return (statistic, designs.map { figure?.cells[$0]?.own })
    }
    let values = rows.flatMap(\.intervals).compactMap { $0?.mean }.filter { $0.isFinite && $0 > 0 }
    guard let lowest = values.min(), let highest = values.max() else { return .empty }
    let axis = Axis.logarithmic("Response time, ms (logarithmic)", from: lowest, to: highest)
    let blockHeight = designs.count * Self.laneHeight + Self.gap
    let height = rows.count * blockHeight
    let grid: [HTML] = axis.ticks.map { tick in
      let at = Chart.percent(axis.position(tick.value))
      return """
        <line class="grid" x1="\(at)" x2="\(at)" y1="0" y2="\(height)"></line><text x="\(at)" y="\(height)" dy="18" \
        text-anchor="middle">\(tick.label)</text>
        """
    }
    let blocks: [HTML] = rows.enumerated().map { row, item in
      let top = row * blockHeight
      let title = item.name == "p999" ? "p99.9" : item.name
      let lanes: [HTML] = item.intervals.enumerated().map { style, interval in
        guard let interval, interval.mean.isFinite, interval.mean > 0 else { return .empty }
        return Self.lane(interval, style: style, y: top + Self.gap / 2 + Self.laneHeight * style + 9, axis)
      }
      let middle = top + blockHeight / 2
      return """
        <text class="level" x="-12" y="\(middle)" dy="4" text-anchor="end">\(title)</text>\(lanes)

        """
    }
    let legend: [HTML] = designs.map { "<li>\(marked($0))</li>" }
    let whisker: HTML = comparison.replications > 1 ? "<li>whiskers: 95 % interval</li>" : .empty
    return """
      <figure class="chart">
      <figcaption>Response time percentiles of \(source), ms</figcaption>
      <ul class="legend">\(legend)\(whisker)</ul>
      <div class="dots"><svg width="100%" height="\(height)" role="img"><title>Response time percentiles of \(source)\
      </title><desc>A mark a design at each percentile; the differences above have the figures.</desc>
      \(grid)\(blocks)<text class="axis" x="100%" y="\(height)" dy="36" text-anchor="end">\(axis.title)</text></svg></div>
      </figure>

      """
  }

  private static func lane(_ interval: Interval, style: Int, y: Int, _ axis: Axis) -> HTML {
    let at = Chart.percent(axis.position(interval.mean))
    var whisker: HTML = .empty
    var end = at
    if let lower = interval.lower, let upper = interval.upper, lower.isFinite, upper.isFinite {
      end = Chart.percent(axis.position(upper))
      whisker = """
        <line class="whisker s\(style)" x1="\(Chart.percent(axis.position(max(lower, axis.lower))))" \
        x2="\(end)" y1="\(y)" y2="\(y)"></line>
        """
    }
    return """
      <line class="lane" x1="0" x2="\(at)" y1="\(y)" y2="\(y)"></line>\(whisker)\
      <svg x="\(at)" y="\(y)" overflow="visible">\(mark(style))</svg>\
      <text class="value" x="\(end)" y="\(y)" dx="10" dy="4">\(Shown.number(interval.mean))</text>
      """
  }
}
