import Engine

/// The series of the pilots of one design in which a start-up shows, added up over the pilots.
struct PilotSeries {
  /// One series, period by period.
  struct Row {
    /// The traffic source or resource.
    let name: String
    /// What it measures.
    let kind: WarmUpOutcome.Series.Kind
    /// Requests, messages or events.
    var arrivals: [Double]
    /// What each period counts for in a mean over several: for a response time the requests, for a level the pilots.
    var weights: [Double]
    /// Values times weights.
    var sums: [Double]
  }

  private(set) var rows: [Row] = []

  /// Takes in a pilot; all are of the same system and period.
  mutating func add(_ run: RunResult) {
    var place = 0
    for source in run.traffic {
      let arrivals = run.values("Requests", .sum, of: source.name, isTraffic: true)
      let times = run.values("Latency", .average, of: source.name, isTraffic: true)
      add(.responseTime, source.name, &place, arrivals: arrivals, times) { times[$0].isNaN ? 0 : max(arrivals[$0], 1) }
      let level = run.values("InFlight", .average, of: source.name, isTraffic: true)
      add(.inFlight, source.name, &place, arrivals: arrivals, level) { _ in 1 }
    }
    for resource in run.resources {
      for (kind, levels, counter) in Self.unwaited {
        let arrivals = run.values(counter, .sum, of: resource.name)
        let parts = levels.map { run.values($0, .average, of: resource.name) }
        guard !arrivals.isEmpty, parts.allSatisfy({ $0.count == arrivals.count }) else { continue }
        let level = arrivals.indices.map { place in parts.reduce(0) { $0 + $1[place] } }
        add(kind, resource.name, &place, arrivals: arrivals, level) { _ in 1 }
      }
    }
  }

  /// Work that no request of the traffic waits for: the levels that add up to it, and what counts its arrivals. A queue
  /// that nobody receives from, as one for dead letters, so has none and no say.
  private static let unwaited: [(kind: WarmUpOutcome.Series.Kind, levels: [String], arrivals: String)] = [
    (
      .backlog,
      [
        "ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
      ], "NumberOfMessagesReceived"
    ),
    (.backlog, ["EventsBehind"], "PolledEventCount"),
    (.asynchronous, ["AsyncEventsQueued", "ConcurrentExecutions"], "AsyncEventsReceived"),
  ]

  /// Adds a pilot's values to the series at a place; those of weight 0 have no say.
  private mutating func add(
    _ kind: WarmUpOutcome.Series.Kind, _ name: String, _ place: inout Int, arrivals: [Double], _ values: [Double],
    weight: (_ period: Int) -> Double
  ) {
    let none = [Double](repeating: 0, count: values.count)
    if place == rows.count { rows.append(Row(name: name, kind: kind, arrivals: none, weights: none, sums: none)) }
    precondition(rows[place].name == name && rows[place].kind == kind, "pilots have the same series")
    for period in values.indices {
      rows[place].arrivals[period] += arrivals[period]
      let weight = weight(period)
      guard weight > 0 else { continue }
      rows[place].weights[period] += weight
      rows[place].sums[period] += weight * values[period]
    }
    place += 1
  }
}

extension PilotSeries.Row {
  /// Arrivals over all pilots that one mean is taken over, at least, on average: a series that is nearly always 0 has too
  /// little in it.
  private static let arrivalsAPoint = 5

  /// Means over so many periods together that each has enough arrivals on average, and how many that are.
  ///
  /// A stretch without a value has that of the one before it, the first ones that of the first with one.
  var means: (values: [Double], group: Int) {
    let total = arrivals.reduce(0, +)
    guard total >= Double(Self.arrivalsAPoint) else { return ([], 1) }
    let group = max(1, Int((Double(Self.arrivalsAPoint * arrivals.count) / total).rounded(.up)))
    var means: [Double] = []
    var missing = 0
    for start in stride(from: 0, through: sums.count - group, by: group) {
      let weight = weights[start..<start + group].reduce(0, +)
      if weight > 0 {
        let mean = sums[start..<start + group].reduce(0, +) / weight
        means += [Double](repeating: mean, count: missing + 1)
        missing = 0
      } else if let last = means.last {
        means.append(last)
      } else {
        missing += 1
      }
    }
    return (means, group)
  }
}

extension RunResult {
  /// A series by its name; empty where there is none. A source may have the name of a resource.
  fileprivate func values(
    _ name: String, _ statistic: MetricStatistic, of component: String, isTraffic: Bool = false
  ) -> [Double] {
    series.first { series in
      series.key.resource == component && series.key.name == name && series.key.statistic == statistic
        && (series.key.namespace == "Windtunnel/Traffic") == isTraffic
    }?.values ?? []
  }
}
