import Engine
import Experiments
import Statistics

extension Page {
  /// Response times: one row a source, then how they are distributed and how requests ended.
  var traffic: HTML {
    section("latency", "Response times", "\(statistics)\(distribution)\(outcomes)\(clients)")
  }

  private var statistics: HTML {
    let head: HTML = """
      <tr><th scope="col" rowspan="2" class="text">Source</th><th scope="colgroup" colspan="3" class="group">Requests\
      </th><th scope="colgroup" colspan="\(LatencySummary.names.count)" class="group">Response time, ms</th></tr>
      <tr>\(column("all"))\(column("failed"))\(column("failed, %"))\
      \(LatencySummary.names.map { column($0 == "p999" ? "p99.9" : $0) })</tr>
      """
    let rows: [HTML] = result.traffic.map { traffic in
      let successes: HTML =
        traffic.hasFailures
        ? """
        <tr><th scope="row" class="name">\(traffic.name), successes</th><td></td><td></td><td></td>\
        \(LatencySummary.names.map { cell(Shown.estimate(traffic.successLatencyMs[$0])) })</tr>

        """ : .empty
      return """
        <tr>\(name(traffic.name))\(cell(Shown.estimate(traffic.requests)))\(cell(Shown.estimate(traffic.errors)))\
        \(cell(Shown.estimate(traffic.errorRate, factor: 100)))\
        \(LatencySummary.names.map { cell(Shown.estimate(traffic.latencyMs[$0])) })</tr>
        \(successes)
        """
    }
    return table(
      "Requests and response times by traffic source, from arrival to answer, failures included; beneath it the "
        + "successes alone, where requests failed",
      head: head, body: rows)
  }

  private var distribution: HTML {
    let sources = busiest(result.traffic.filter { $0.histogram.count > 0 }) { Double($0.histogram.count) }
    guard !sources.isEmpty else { return "<p class=\"note\">No request was answered.</p>\n" }
    let chart = distributionChart(
      sources.map { ($0.name, $0.histogram) }, title: "Requests slower than a given time",
      description: "For each source, the share of requests (downwards 100 %, 10 %, 1 %, ..) that take longer than the "
        + "time on the horizontal axis\(sources.contains(where: \.hasFailures) ? ", failures included" : ""). The table "
        + "above has the percentiles.")
    return "\(limitNote(result.traffic.count, "sources"))\(chart)"
  }

  /// What clients that try again did.
  private var clients: HTML {
    let sources = result.traffic.filter { !$0.client.isEmpty }
    guard let first = sources.first else { return .empty }
    let head: HTML = "<tr>\(textColumn("Source"))\(first.client.map { column(Shown.words($0.name)) })</tr>\n"
    let rows: [HTML] = sources.map { source in
      "<tr>\(name(source.name))\(source.client.map { cell(Shown.estimate($0.interval)) })</tr>\n"
    }
    return "<h3>Attempts of the clients</h3>\n"
      + table("Attempts and retries by traffic source", isCompact: true, head: head, body: rows)
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
