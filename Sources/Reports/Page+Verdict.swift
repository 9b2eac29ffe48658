import Engine
import Experiments
import Statistics

extension Page {
  /// What the reader came for: objectives, cost, response time, errors and throttles.
  var verdict: HTML {
    let cards: [HTML] = [costCard, latencyCard, errorCard, throttleCard]
    return section("verdict", "Verdict", "\(objectives)<div class=\"cards\">\n\(cards)</div>\n\(control)\(unfinished)")
  }

  /// Why there are so many replications, what was cut, and where intervals of one run come from; empty for none of it.
  private var control: HTML {
    let sentences: [HTML] = ControlText(result).sentences.map { "<p class=\"note\">\(Shown.capitalized($0)).</p>\n" }
    return sentences.isEmpty ? .empty : "<div style=\"margin-top:16px\">\n\(sentences)</div>\n"
  }

  private var objectives: HTML {
    guard !result.objectives.isEmpty else {
      return "<p class=\"note\">The scenario sets no objectives, so nothing is judged.</p>\n"
    }
    let met = result.objectives.filter(\.met).count
    let head: HTML = """
      <tr>\(textColumn("Objective"))\(textColumn("Verdict"))\(column("Observed"))</tr>
      """
    let rows: [HTML] = result.objectives.map { objective in
      """
      <tr>\(name(objective.text))<td class="text">\(Self.state(of: objective))</td>\
      <td class="number">\(Shown.observed(objective).text)</td></tr>

      """
    }
    return table("\(met) of \(result.objectives.count) objectives met", head: head, body: rows)
  }

  private static func state(of objective: ObjectiveOutcome) -> HTML {
    guard !objective.observed.mean.isNaN else {
      return "<span class=\"state open\">✗ Nothing was observed</span>"
    }
    guard objective.observed.halfWidth != nil else {
      return objective.met
        ? "<span class=\"state open\">✓ Met in one replication</span>"
        : "<span class=\"state open\">✗ Missed in one replication</span>"
    }
    return switch (objective.met, objective.certain) {
    case (true, true): "<span class=\"state met\">✓ Met</span>"
    case (true, false): "<span class=\"state open\">✓ Met by the mean only</span>"
    case (false, false): "<span class=\"state open\">✗ Missed by the mean only</span>"
    case (false, true): "<span class=\"state missed\">✗ Missed</span>"
    }
  }

  private var costCard: HTML {
    let total = result.cost.total
    let halfWidth: HTML = total.halfWidth.map { " <small>± \(Shown.cents($0))</small>" } ?? .empty
    let perThousand: HTML = costPerThousand.map { "<p>\($0) per 1,000 requests</p>" } ?? .empty
    return """
      <div class="card"><h3>Monthly cost</h3><div class="big">\(Shown.dollars(total.mean))\(halfWidth)</div>\
      \(perThousand)</div>

      """
  }

  private var latencyCard: HTML {
    let figures: [HTML] = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)].map { name, probability in
      let estimate = overallLatency(name, probability)
      let halfWidth: HTML = estimate.halfWidth.map { "<small>± \($0)</small>" } ?? .empty
      return "<div><small>\(name)</small><div class=\"big\">\(estimate.mean)</div>\(halfWidth)</div>"
    }
    let which =
      (result.traffic.count == 1 ? "ms" : "ms, all \(result.traffic.count) sources pooled")
      + (result.traffic.contains(where: \.hasFailures) ? ", failures included" : "")
    return """
      <div class="card"><h3>Response time, \(which)</h3><div class="trio">\(figures)</div></div>

      """
  }

  /// With one source its estimate; with several a percentile of all their requests together, without an interval.
  private func overallLatency(_ name: String, _ probability: Double) -> Shown.Estimate {
    if result.traffic.count == 1, let only = result.traffic.first {
      let interval = only.latencyMs[name]
      return Shown.Estimate(
        mean: Shown.number(interval.mean), halfWidth: Shown.estimate(interval).halfWidth)
    }
    var pooled = Histogram()
    for traffic in result.traffic { pooled.merge(traffic.histogram) }
    return Shown.Estimate(mean: Shown.number(pooled.quantile(probability) / 1e6), halfWidth: nil)
  }

  private var errorCard: HTML {
    let requests = result.traffic.reduce(0) { $0 + $1.requests.mean }
    let errors = result.traffic.reduce(0) { $0 + $1.errors.mean }
    let rate: Shown.Estimate
    if result.traffic.count == 1, let only = result.traffic.first {
      rate = Shown.percent(only.errorRate)
    } else {
      rate = Shown.percent(Interval(mean: errors / requests, halfWidth: nil, count: result.replications))
    }
    let halfWidth: HTML = rate.halfWidth.map { " <small>± \($0)</small>" } ?? .empty
    return """
      <div class="card"><h3>Error rate</h3><div class="big">\(rate.mean)\(halfWidth)</div>\
      <p>\(Shown.number(errors)) of \(Shown.number(requests)) requests</p></div>

      """
  }

  private var throttleCard: HTML {
    let throttles = result.resources.flatMap { resource in
      resource.figures.filter { $0.name == "throttles" && $0.interval.mean.isFinite }
        .map { (resource: resource.name, mean: $0.interval.mean) }
    }
    let total = throttles.reduce(0) { $0 + $1.mean }
    let throttled = throttles.filter { $0.mean > 0 }.map(\.resource)
    let places = throttled.isEmpty ? "at no resource" : "at " + throttled.prefix(3).joined(separator: ", ")
    let more = throttled.count > 3 ? " and \(throttled.count - 3) more" : ""
    return """
      <div class="card"><h3>Throttles</h3><div class="big">\(Shown.number(total))</div><p>\(places)\(more)</p></div>

      """
  }
}
