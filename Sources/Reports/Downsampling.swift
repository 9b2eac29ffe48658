/// Fewer points for a chart, without losing a peak: every bucket keeps its lowest and its highest value.
enum Downsampling {
  /// A value and its place in the series; of a bucket, the bucket's middle or the place of the extreme.
  struct Point: Hashable, Sendable {
    var index: Double
    var value: Double
  }

  /// A span between two values at one place of the series.
  struct Span: Hashable, Sendable {
    var index: Double
    var low: Double
    var high: Double
  }

  /// At most `limit` points in unbroken runs; NaN breaks a run, unless its bucket has other values.
  ///
  /// A series of at most `limit` values is kept whole.
  static func points(_ values: [Double], limit: Int = 600) -> [[Point]] {
    var runs = Runs<Point>()
    if values.count <= limit {
      for (index, value) in values.enumerated() {
        runs.append(value.isNaN ? [] : [Point(index: Double(index), value: value)])
      }
      return runs.finished
    }
    forEachBucket(of: values.count, buckets: limit / 2) { range in
      var (lowest, highest): (Int?, Int?) = (nil, nil)
      for index in range where !values[index].isNaN {
        if lowest.map({ values[index] < values[$0] }) ?? true { lowest = index }
        if highest.map({ values[index] > values[$0] }) ?? true { highest = index }
      }
      guard let lowest, let highest else { return runs.append([]) }
      let places = lowest == highest ? [lowest] : [min(lowest, highest), max(lowest, highest)]
      runs.append(places.map { Point(index: Double($0), value: values[$0]) })
    }
    return runs.finished
  }

  /// The band between mean - half-width (never below 0) and mean + half-width, at most `limit` spans in unbroken runs.
  static func band(mean: [Double], halfWidth: [Double], limit: Int = 300) -> [[Span]] {
    var runs = Runs<Span>()
    let count = min(mean.count, halfWidth.count)
    forEachBucket(of: count, buckets: min(limit, max(count, 1))) { range in
      var span: Span?
      for index in range where !mean[index].isNaN && !halfWidth[index].isNaN {
        let low = max(0, mean[index] - halfWidth[index])
        let high = mean[index] + halfWidth[index]
        let middle = Double(range.lowerBound + range.upperBound - 1) / 2
        span = Span(index: middle, low: min(low, span?.low ?? low), high: max(high, span?.high ?? high))
      }
      runs.append(span.map { [$0] } ?? [])
    }
    return runs.finished
  }

  private static func forEachBucket(of count: Int, buckets: Int, _ body: (Range<Int>) -> Void) {
    for bucket in 0..<buckets {
      let range = (bucket * count / buckets)..<((bucket + 1) * count / buckets)
      if !range.isEmpty { body(range) }
    }
  }

  private struct Runs<Element> {
    private var runs: [[Element]] = []
    private var current: [Element] = []

    mutating func append(_ elements: [Element]) {
      if elements.isEmpty, !current.isEmpty {
        runs.append(current)
        current = []
      }
      current += elements
    }

    var finished: [[Element]] { current.isEmpty ? runs : runs + [current] }
  }
}
