import Engine
import Experiments
import Units

extension Page {
  /// Namespace of a traffic source's own series.
  private static let trafficNamespace = "Windtunnel/Traffic"

  /// How response times, requests and levels moved over the run.
  var timeline: HTML {
    let sources = busiest(result.traffic) { $0.requests.mean }
    let sourceCharts: [HTML] = sources.flatMap { source -> [HTML] in
      let own = result.series.filter { $0.key.resource == source.name && $0.key.namespace == Self.trafficNamespace }
      return [latencyChart(source.name, own), countChart(source.name, own)]
    }
    let resources = busiest(result.resources) { resource in
      series(of: resource).filter { $0.key.statistic == .sum }.map { Self.total($0.mean) }.max() ?? 0
    }
    let resourceCharts: [HTML] = resources.flatMap { resource -> [HTML] in
      let own = series(of: resource)
      if let charts = databaseCharts(resource) { return charts }
      return [levelChart(resource, own), countChart(resource.name, own)]
    }
    let traffic: HTML = """
      <h3>Traffic</h3>
      \(limitNote(result.traffic.count, "sources"))<div class="grid2">
      \(sourceCharts)</div>

      """
    let levels: HTML = """
      <h3>Resources</h3>
      \(limitNote(result.resources.count, "resources"))<div class="grid2">
      \(resourceCharts)</div>

      """
    let lead: HTML = """
      <p class="note">One value every \(result.period.description), means over the replications. Long series are \
      thinned so that each peak and each low stays.</p>

      """
    let hasResources = resourceCharts.contains { !$0.text.isEmpty }
    return section("time", "Over time", "\(lead)\(traffic)\(hasResources ? levels : .empty)")
  }

  func series(of resource: ResourceSummary) -> [SeriesSummary] {
    result.series.filter { $0.key.resource == resource.name && $0.key.namespace != Self.trafficNamespace }
  }

  /// Median and p99 of one timing; `title` says what is timed.
  func latencyChart(_ name: String, _ series: [SeriesSummary], title: String = "response time") -> HTML {
    let percentiles = series.filter { $0.key.statistic == .p50 || $0.key.statistic == .p99 }
    guard !percentiles.isEmpty else { return .empty }
    return chart(
      "\(name): \(title)", percentiles, yTitle: "ms",
      name: { $0.key.statistic.rawValue }, hasBand: { $0.key.statistic == .p99 })
  }

  /// What happened in each period, with what is rare in a chart of its own.
  func countChart(_ name: String, _ series: [SeriesSummary]) -> HTML {
    let counts = series.filter { $0.key.statistic == .sum && $0.key.unit == "Count" }
    let drawn = counts.filter { Self.maximum($0.mean) > 0 }
    guard !drawn.isEmpty else { return .empty }
    // What is rare beside the rest would lie on the axis, so it gets a scale of its own.
    let top = drawn.map { Self.maximum($0.mean) }.max() ?? 0
    let many = drawn.filter { Self.maximum($0.mean) >= top / 20 }
    let few = drawn.filter { Self.maximum($0.mean) < top / 20 }
    // Kinds of an event (with a point) and what a function's drivers count (with a space) would make it endless.
    let absent = counts.filter {
      Self.maximum($0.mean) == 0 && !$0.key.name.contains(".") && !$0.key.name.contains(" ")
    }.map { Shown.lowercased(Shown.words($0.key.name)) }
    let note = absent.isEmpty ? "" : "none: \(absent.joined(separator: ", "))"
    let title = "count per \(result.period.description)"
    let main = chart(
      "\(name): events", Array(many.prefix(Self.chartLimit)), yTitle: title, name: Self.eventName,
      note: few.isEmpty ? note : "")
    guard !few.isEmpty else { return main }
    let rare = chart(
      "\(name): rare events", Array(few.prefix(Self.chartLimit)), yTitle: title, name: Self.eventName, note: note)
    return "\(main)\(rare)"
  }

  /// `Throttles.ConcurrentInvocationLimitExceeded` in words: `Throttles: concurrent invocation limit exceeded`.
  private static func eventName(_ series: SeriesSummary) -> String {
    let parts = series.key.name.split(separator: ".").map { Shown.words(String($0)) }
    return ([parts[0]] + parts.dropFirst().map(Shown.lowercased)).joined(separator: ": ")
  }

  private func levelChart(_ resource: ResourceSummary, _ series: [SeriesSummary]) -> HTML {
    let levels = series.filter {
      ($0.key.statistic == .average || $0.key.statistic == .maximum) && $0.key.unit == "Count"
    }
    guard !levels.isEmpty else { return .empty }
    let peak = levels.map { Self.maximum($0.mean) }.max() ?? 0
    let quota = Double(result.scenario.system.account.concurrentExecutions)
    let quotaText = NumberText.fixed(quota, decimals: 0, grouped: true)
    let isFunction = resource.typeName == "function"
    let isNear = isFunction && peak > quota / 4
    let far = isFunction && !isNear ? "account limit \(quotaText), beyond the scale" : ""
    // A table has millions of items and a few partitions: what is low beside the rest gets a scale of its own.
    func top(_ name: String) -> Double {
      levels.filter { $0.key.name == name }.map { Self.maximum($0.mean) }.max() ?? 0
    }
    let high = levels.filter { top($0.key.name) >= peak / 20 }
    let low = levels.filter { top($0.key.name) < peak / 20 && top($0.key.name) > 0 }
    func part(_ title: String, _ series: [SeriesSummary], limit: Chart.Limit?, note: String) -> HTML {
      chart(
        "\(resource.name): \(title)", Array(series.prefix(Self.chartLimit)), yTitle: "count",
        name: { "\(Shown.words($0.key.name)), \($0.key.statistic == .maximum ? "maximum" : "average")" },
        limit: limit, note: note)
    }
    let main = part(
      "levels", high, limit: isNear ? Chart.Limit(label: "account limit \(quotaText)", value: quota) : nil, note: far)
    return low.isEmpty ? main : "\(main)\(part("lower levels", low, limit: nil, note: ""))"
  }

  /// Lines over the simulated time; each must have one value a period.
  func chart(
    _ title: String, _ series: [SeriesSummary], yTitle: String, name: (SeriesSummary) -> String,
    hasBand: (SeriesSummary) -> Bool = { _ in false }, limit: Chart.Limit? = nil, note: String = ""
  ) -> HTML {
    let x = Axis.time(result.period * Int64(series.map(\.mean.count).max() ?? 1))
    let period = result.period.inSeconds
    let bands: [Chart.Band] = series.enumerated().compactMap { index, series in
      guard hasBand(series) else { return nil }
      let runs = Downsampling.band(mean: series.mean, halfWidth: series.halfWidth).map { run in
        run.map { (x: ($0.index + 0.5) * period, low: $0.low, high: $0.high) }
      }
      return runs.isEmpty ? nil : Chart.Band(runs: runs, style: index)
    }
    // Few replications have intervals so wide that they would flatten the lines: those are cut at twice the peak.
    let peak = series.map { Self.maximum($0.mean) }.max() ?? 0
    let spread = bands.flatMap { $0.runs.joined().map(\.high) }.max() ?? 0
    let top = max(peak, min(spread, 2 * peak), limit?.value ?? 0)
    let lines = series.enumerated().map { index, series in
      let runs = Downsampling.points(series.mean).map { run in
        run.map { (x: ($0.index + 0.5) * period, y: $0.value) }
      }
      return Chart.Line(name: name(series), runs: runs, style: index)
    }
    let extremes = series.map { "\(name($0)) at most \(Shown.number(Self.maximum($0.mean)))" }
    return Chart(
      title: title, description: "Over the simulated time: \(extremes.joined(separator: "; ")).", x: x,
      y: Axis.linear(yTitle, upTo: top), lines: lines, bands: bands, limit: limit, note: note
    ).figure
  }

  static func maximum(_ values: [Double]) -> Double { values.reduce(0) { $1.isNaN ? $0 : max($0, $1) } }
  private static func total(_ values: [Double]) -> Double { values.reduce(0) { $1.isNaN ? $0 : $0 + $1 } }
}
