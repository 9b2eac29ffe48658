import Units

extension Recorder {
  /// Forgets everything up to `now`, but for the levels' present values, and records from here.
  mutating func begin(at now: Time) {
    isRecording = true
    startPeriod(at: now)
    rows = Array(repeating: [], count: columnCount)
  }

  /// Makes room for another minute of integrals.
  mutating func fold(at now: Time) {
    for index in levelTotals.indices {
      levelIntegrals[index] += Int128(levels[index].integral(until: now))
      levels[index].beginIntegral(at: now)
    }
  }

  private mutating func startPeriod(at now: Time) {
    for index in counterTotals.indices { counters[index] = 0 }
    for index in levelTotals.indices {
      levelIntegrals[index] = 0
      levels[index].beginIntegral(at: now)
      levels[index].peak = levels[index].value
    }
    for index in timingTotals.indices { timings[index].clear() }
    periodStart = now
  }

  /// Folds the period that ends at `now` into the totals and adds its row.
  mutating func endPeriod(at now: Time) {
    let span = (now - periodStart).nanoseconds
    if isRecording && span > 0 {
      fold(at: now)
      var column = 0
      for name in names {
        switch name.kind {
        case .counter(let id, let unitsPerCount):
          let value = counters[Int(id.index)]
          counterTotals[Int(id.index)] += value
          rows[column].append(Double(value) / Double(unitsPerCount))
          column += 1
        case .level(let id, let unitsPerValue):
          let level = levels[Int(id.index)]
          let integral = Double(levelIntegrals[Int(id.index)])
          levelTotals[Int(id.index)].integral += integral
          levelTotals[Int(id.index)].exactIntegral += levelIntegrals[Int(id.index)]
          levelTotals[Int(id.index)].peak = max(levelTotals[Int(id.index)].peak, level.peak)
          rows[column].append(integral / Double(span) / Double(unitsPerValue))
          rows[column + 1].append(Double(level.peak) / Double(unitsPerValue))
          column += 2
        case .timing(let id):
          appendTiming(Int(id.index), column: column)
          column += 4
        case .gauge(let id):
          rows[column].append(Double(gauges[Int(id.index)]))
          column += 1
        case .ratio(let level, let other):
          let whole = levelIntegrals[Int(other.index)]
          rows[column].append(whole == 0 ? .nan : Double(levelIntegrals[Int(level.index)]) / Double(whole))
          column += 1
        case .utilization(let level, let capacity):
          let integral = Double(levelIntegrals[Int(level.index)])
          rows[column].append(100 * integral / Double(span) / Double(capacity))
          column += 1
        }
      }
    }
    startPeriod(at: now)
  }

  private mutating func appendTiming(_ index: Int, column: Int) {
    keepTotal(of: index)
    let part = timingParts[index]
    if part >= 0 {
      keepTotal(of: part)
      timings[index].merge(timings[part])
    }
    let timing = timings[index]
    guard timing.count > 0 else {
      for offset in 0..<4 { rows[column + offset].append(.nan) }
      return
    }
    let first = HistogramScale.bucket(of: timing.minimum)
    let last = HistogramScale.bucket(of: timing.maximum)
    let buckets = UnsafeBufferPointer(start: timing.buckets, count: HistogramScale.bucketCount)
    let quantile = { (probability: Double) in
      HistogramScale.quantile(
        probability, counts: buckets, from: first, through: last, count: timing.count, minimum: timing.minimum,
        maximum: timing.maximum) / 1e6
    }
    rows[column].append(Double(timing.sum) / Double(timing.count) / 1e6)
    rows[column + 1].append(quantile(0.5))
    rows[column + 2].append(quantile(0.99))
    rows[column + 3].append(Double(timing.maximum) / 1e6)
  }

  /// Adds the period's values to the distribution of the whole run.
  private mutating func keepTotal(of index: Int) {
    let timing = timings[index]
    guard timing.count > 0 else { return }
    timingTotals[index]?.add(
      counts: timing.buckets, from: HistogramScale.bucket(of: timing.minimum),
      through: HistogramScale.bucket(of: timing.maximum), count: timing.count, sum: Int128(timing.sum),
      minimum: timing.minimum, maximum: timing.maximum)
  }

  private var columnCount: Int {
    names.reduce(0) { sum, name in
      switch name.kind {
      case .counter: sum + 1
      case .level: sum + 2
      case .timing: sum + 4
      case .gauge: sum + 1
      case .ratio: sum + 1
      case .utilization: sum + 1
      }
    }
  }
}

// MARK: - Results, after the run

extension Recorder {
  /// Sum of a counter over the recorded span.
  public func total(_ id: CounterID) -> Int64 { counterTotals[Int(id.index)] }

  /// Time-weighted mean of a level over the recorded span of `duration`.
  public func mean(_ id: LevelID, over duration: Time) -> Double {
    levelTotals[Int(id.index)].integral / Double(duration.nanoseconds)
  }

  /// Value of a level now: after the run, the one at its end.
  public func value(_ id: LevelID) -> Int64 { levels[Int(id.index)].value }

  /// A level over the recorded span, in value x ns, exactly.
  public func integral(_ id: LevelID) -> Int128 { levelTotals[Int(id.index)].exactIntegral }

  /// Largest value of a level in the recorded span.
  public func peak(_ id: LevelID) -> Int64 { levelTotals[Int(id.index)].peak }

  /// The distribution of a timing that keeps its histogram, without that of its part; empty for one that does not.
  public func histogram(_ id: TimingID) -> Histogram { timingTotals[Int(id.index)] ?? Histogram() }

  /// All time series, in the order of registration.
  public func series() -> [MetricSeries] {
    var series: [MetricSeries] = []
    var column = 0
    for name in names {
      for statistic in name.kind.statistics {
        var key = name.key
        key.statistic = statistic
        series.append(MetricSeries(key: key, values: rows[column]))
        column += 1
      }
    }
    return series
  }
}

extension Recorder.Kind {
  fileprivate var statistics: [MetricStatistic] {
    switch self {
    case .counter: [.sum]
    case .level: [.average, .maximum]
    case .timing: [.average, .p50, .p99, .maximum]
    case .gauge: [.average]
    case .ratio: [.average]
    case .utilization: [.average]
    }
  }
}
