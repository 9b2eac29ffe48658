import Units

/// Everything that one replication leaves behind: a value without references to the run.
public struct RunResult: Sendable {
  /// Recorded span, without the warm-up.
  public var duration: Time
  /// Width of one row of the series; the last row may be shorter.
  public var period: Time
  /// Events handled, warm-up included.
  public var events: UInt64
  /// Order-dependent hash over all events and figures; equal runs have equal digests.
  public var digest: UInt64
  /// One entry a traffic source, in the scenario's order.
  public var traffic: [TrafficResult]
  /// One entry a resource, in the scenario's order.
  public var resources: [ResourceResult]
  /// Time series, in a fixed order: traffic sources first, then resources.
  public var series: [MetricSeries]
  /// What the resources used, in whole units.
  public var usage: [UsageLine]
  /// What a sample of the work wrote into its logs, in the order of time; empty unless the system asks for it.
  public var log: [LogLine]

  /// A result of the given parts.
  public init(
    duration: Time, period: Time, events: UInt64, digest: UInt64, traffic: [TrafficResult],
    resources: [ResourceResult], series: [MetricSeries], usage: [UsageLine], log: [LogLine] = []
  ) {
    self.duration = duration
    self.period = period
    self.events = events
    self.digest = digest
    self.traffic = traffic
    self.resources = resources
    self.series = series
    self.usage = usage
    self.log = log
  }
}

/// An event of a log, as CloudWatch Logs keeps it.
public struct LogLine: Hashable, Sendable {
  /// Milliseconds since 1970, UTC.
  public var milliseconds: Int64
  /// Log group: `/aws/lambda/list`.
  public var group: String
  /// Log stream: one an execution environment.
  public var stream: String
  /// The text, without a newline.
  public var message: String
  /// An event of the given parts.
  public init(milliseconds: Int64, group: String, stream: String, message: String) {
    self.milliseconds = milliseconds
    self.group = group
    self.stream = stream
    self.message = message
  }
}

/// What one traffic source saw. Conservation: `started = completed + inProgress` when the run starts empty.
public struct TrafficResult: Sendable {
  /// The source's name.
  public var name: String
  /// Requests that arrived in the recorded span.
  public var started: Int64
  /// Requests whose answer came in the recorded span, errors included.
  public var completed: Int64
  /// Completed requests that failed.
  public var errors: Int64
  /// Requests without an answer at the end.
  public var inProgress: Int64
  /// Time from arrival to answer of completed requests, errors included, ns.
  public var latency: Histogram
  /// The same of those that succeeded, ns.
  public var successLatency: Histogram
  /// Completed requests by outcome, only those that occurred: `success`, `throttled`, `timedOut`, ..
  public var outcomes: [OutcomeCount]
  /// Where the time of slow and fast requests went.
  public var breakdown: LatencyBreakdown
  /// What the source's client did, such as `attempts` and `retries`; empty for a source without one.
  public var figures: [Figure]

  /// A result of the given parts; without latencies of the successes, all completed requests were.
  public init(
    name: String, started: Int64, completed: Int64, errors: Int64, inProgress: Int64, latency: Histogram,
    successLatency: Histogram? = nil, outcomes: [OutcomeCount], breakdown: LatencyBreakdown, figures: [Figure] = []
  ) {
    self.name = name
    self.started = started
    self.completed = completed
    self.errors = errors
    self.inProgress = inProgress
    self.latency = latency
    self.successLatency = successLatency ?? latency
    self.outcomes = outcomes
    self.breakdown = breakdown
    self.figures = figures
  }
}

/// How many requests ended in one way.
public struct OutcomeCount: Hashable, Sendable {
  /// The outcome's name.
  public var name: String
  /// Requests.
  public var count: Int64
  /// So many requests of an outcome.
  public init(name: String, count: Int64) {
    self.name = name
    self.count = count
  }
}

/// The whole-run figures of one resource, by name, in a fixed order.
public struct ResourceResult: Sendable {
  /// The resource's name.
  public var name: String
  /// The word after `type:` in the scenario.
  public var typeName: String
  /// Figures such as `coldStarts` or `meanConcurrency`; a figure that has no value (0 / 0) is NaN.
  public var figures: [Figure]

  /// A result of the given parts.
  public init(name: String, typeName: String, figures: [Figure]) {
    self.name = name
    self.typeName = typeName
    self.figures = figures
  }
}

/// One named number.
public struct Figure: Hashable, Sendable {
  /// lowerCamelCase; a unit that is not a count stands last: `billedMilliseconds`.
  public var name: String
  /// The number.
  public var value: Double
  /// What was divided by what, where the number is the ratio of two sums over the run that both depend on luck; nil
  /// for all else. Over several runs such a figure is the ratio of all sums, not the mean of the runs' ratios.
  public var ratio: Ratio?

  /// A figure.
  public init(_ name: String, _ value: Double) {
    self.name = name
    self.value = value
  }

  /// A ratio of two sums over the run, `numerator` for each of `denominator`: cold starts over invocations. Without any
  /// of the latter, 0 or more, it has no value.
  public init(_ name: String, _ numerator: Double, over denominator: Double) {
    let ratio = Ratio(numerator: numerator, denominator: denominator)
    self.name = name
    self.value = ratio.value
    self.ratio = ratio
  }
}

/// Two sums over one run, one of which is divided by the other: failed requests over completed ones.
public struct Ratio: Hashable, Sendable {
  /// What is divided.
  public var numerator: Double
  /// What it is divided by, 0 or more.
  public var denominator: Double

  /// A ratio of the given sums.
  public init(numerator: Double, denominator: Double) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// Numerator over denominator; NaN where the denominator is 0.
  public var value: Double { denominator == 0 ? .nan : numerator / denominator }
}

/// Which number of a period a series holds; CloudWatch's words.
public enum MetricStatistic: String, Hashable, Sendable, CaseIterable {
  case sum = "Sum"
  case average = "Average"
  case maximum = "Maximum"
  case p50
  case p99
}

/// The name of a time series.
public struct MetricKey: Hashable, Sendable {
  /// Traffic source or resource.
  public var resource: String
  /// CloudWatch's namespace, `AWS/Lambda`; `Windtunnel/Traffic` for a source's own view.
  public var namespace: String
  /// CloudWatch's metric name where one exists: `Invocations`.
  public var name: String
  /// CloudWatch's unit: `Count`, `Milliseconds`.
  public var unit: String
  /// Which number of the period.
  public var statistic: MetricStatistic

  /// A key.
  public init(resource: String, namespace: String, name: String, unit: String, statistic: MetricStatistic) {
    self.resource = resource
    self.namespace = namespace
    self.name = name
    self.unit = unit
    self.statistic = statistic
  }
}

/// One number a period; NaN where a period has no data.
public struct MetricSeries: Sendable {
  /// What the numbers are.
  public var key: MetricKey
  /// One value a period from the start of the recorded span.
  public var values: [Double]
  /// A series.
  public init(key: MetricKey, values: [Double]) {
    self.key = key
    self.values = values
  }
}

/// Where the time of requests went, by their total latency: sums along the critical path.
///
/// Bands are coarse latency classes, eight an octave, so that "requests above the p99" can be summed
/// without keeping any request.
public struct LatencyBreakdown: Sendable, Hashable {
  /// Names of the places where time goes: `listItems init`, `items call`, ..
  public var segments: [String]
  /// Requests of each band; band b begins at `LatencyBreakdown.bandStart(b)` ns.
  public var counts: [Int64]
  /// ns per band and segment, row by row: `sums[band * segments.count + segment]`.
  public var sums: [Int128]

  /// A breakdown of the given sums.
  public init(segments: [String], counts: [Int64], sums: [Int128]) {
    self.segments = segments
    self.counts = counts
    self.sums = sums
  }

  /// Number of bands.
  public static let bandCount = HistogramScale.bucketCount / 16

  /// The band of a latency in ns: sixteen buckets of `Histogram` make one, so that an octave has eight.
  @inlinable public static func band(of nanoseconds: Int64) -> Int { HistogramScale.bucket(of: nanoseconds) / 16 }

  /// The smallest latency of a band in ns.
  public static func bandStart(_ band: Int) -> Int64 { HistogramScale.start(of: 16 * band) }

  /// Mean ns per segment over the requests at or above `latency` ns (whole bands), and how many those are.
  public func means(from latency: Int64) -> (count: Int64, nanoseconds: [Double]) {
    var total = [Int128](repeating: 0, count: segments.count)
    var count: Int64 = 0
    for band in Self.band(of: latency)..<max(counts.count, Self.band(of: latency)) {
      count += counts[band]
      for segment in segments.indices { total[segment] += sums[band * segments.count + segment] }
    }
    return (count, total.map { count == 0 ? 0 : Double($0) / Double(count) })
  }

  /// Adds another replication's sums. A replication holds only the segments and bands that its requests met, so
  /// segments go by name, and a new one comes after its predecessor in `other`.
  public mutating func merge(_ other: LatencyBreakdown) {
    var all = segments
    for (index, segment) in other.segments.enumerated() where !all.contains(segment) {
      let before = index == 0 ? nil : all.firstIndex(of: other.segments[index - 1])
      all.insert(segment, at: before.map { $0 + 1 } ?? 0)
    }
    let bands = max(counts.count, other.counts.count)
    var merged = LatencyBreakdown(
      segments: all, counts: [Int64](repeating: 0, count: bands),
      sums: [Int128](repeating: 0, count: bands * all.count))
    for part in [self, other] {
      let columns = part.segments.compactMap { all.firstIndex(of: $0) }
      for band in part.counts.indices {
        merged.counts[band] += part.counts[band]
        for (segment, column) in columns.enumerated() {
          merged.sums[band * all.count + column] += part.sums[band * part.segments.count + segment]
        }
      }
    }
    self = merged
  }
}
