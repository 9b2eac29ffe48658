import Engine
import Experiments
import Statistics

extension Page {
  /// Response times: one row a source, then how they are distributed and how requests ended.
  var traffic: HTML {
    section("latency", "Response times", "\(statistics)\(distribution)\(outcomes)")
  }

  private var statistics: HTML {
    let head: HTML = """
      <tr><th scope="col" rowspan="2" class="text">Source</th><th scope="colgroup" colspan="3" class="group">Requests\
      </th><th scope="colgroup" colspan="\(LatencySummary.names.count)" class="group">Response time, ms</th></tr>
      <tr>\(column("all"))\(column("failed"))\(column("failed, %"))\
      \(LatencySummary.names.map { column($0 == "p999" ? "p99.9" : $0) })</tr>
      """
    let rows: [HTML] = result.traffic.map { traffic in
      """
      <tr>\(name(traffic.name))\(cell(Shown.estimate(traffic.requests)))\(cell(Shown.estimate(traffic.errors)))\
      \(cell(Shown.estimate(traffic.errorRate, factor: 100)))\
      \(LatencySummary.names.map { cell(Shown.estimate(traffic.latencyMs[$0])) })</tr>

      """
    }
    return table(
      "Requests and response times by traffic source, from arrival to answer, errors included",
      head: head, body: rows)
  }

  private var distribution: HTML {
    let sources = busiest(result.traffic.filter { $0.histogram.count > 0 }) { Double($0.histogram.count) }
    guard !sources.isEmpty else { return "<p class=\"note\">No request was answered.</p>\n" }
    let largest = sources.map(\.histogram.count).max() ?? 1
    let x = Axis.logarithmic(
      "Response time, ms (logarithmic)", from: max(sources.map { $0.histogram.quantile(0.001) }.min() ?? 1, 1e3) / 1e6,
      to: Double(sources.map(\.histogram.maximum).max() ?? 1) / 1e6)
    let lowest = max(1 / Double(largest), 1e-5)
    let y = Self.shareAxis(downTo: lowest)
    let lines = sources.enumerated().map { index, source in
      let points = Self.complements(downTo: max(1 / Double(source.histogram.count), y.lower)).map { share in
        (x: source.histogram.quantile(1 - share) / 1e6, y: share)
      }
      return Chart.Line(name: source.name, runs: [points], style: index)
    }
    let chart = Chart(
      title: "Requests slower than a given time",
      description: "For each source, the share of requests (downwards 100 %, 10 %, 1 %, ..) that take longer than the "
        + "time on the horizontal axis. The table above has the percentiles.",
      x: x, y: y, lines: lines)
    return "\(limitNote(result.traffic.count, "sources"))\(chart.figure)"
  }

  /// Shares from 1 down to `lowest`, 24 a decade.
  private static func complements(downTo lowest: Double) -> [Double] {
    var shares: [Double] = []
    var decade = 1.0
    while decade > lowest {
      for step in 0..<24 { shares.append(decade * (1 - Double(step) * 0.9 / 24)) }
      decade /= 10
    }
    return shares.filter { $0 >= lowest }
  }

  private static func shareAxis(downTo lowest: Double) -> Axis {
    var axis = Axis(title: "Share of requests that are slower", lower: 1, upper: 1, isLogarithmic: true, ticks: [])
    for power in 0...5 {
      let share = 1 / Axis.tenTo(power)
      axis.lower = share
      axis.ticks.append(Axis.Tick(value: share, label: "\(Axis.plain(share * 100)) %"))
      if share <= lowest, power > 0 { break }
    }
    return axis
  }

  private var outcomes: HTML {
    let head: HTML = """
      <tr>\(textColumn("Source"))\(textColumn("Outcome"))\(column("Requests"))\(column("Share"))</tr>
      """
    let rows: [HTML] = result.traffic.flatMap { traffic -> [HTML] in
      let total = traffic.outcomes.reduce(0) { $0 + $1.count }
      return traffic.outcomes.map { outcome in
        """
        <tr>\(name(traffic.name))<td class="text">\(Shown.words(outcome.name))</td>\
        <td class="number">\(Shown.number(Double(outcome.count)))</td>\
        <td class="number">\(Shown.number(100 * Double(outcome.count) / Double(total))) %</td></tr>

        """
      }
    }
    guard !rows.isEmpty else { return .empty }
    return "<h3>How requests ended</h3>\n"
      + table("Answered requests by outcome, all replications together", isCompact: true, head: head, body: rows)
  }
}
