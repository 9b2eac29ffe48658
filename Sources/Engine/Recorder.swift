import Units

/// Names a counter of the recorder.
@frozen
public struct CounterID: BitwiseCopyable, Sendable {
  @usableFromInline let index: Int32
  @usableFromInline init(index: Int32) { self.index = index }
}

/// Names a level of the recorder: a number of things present, such as busy environments.
@frozen
public struct LevelID: BitwiseCopyable, Sendable {
  @usableFromInline let index: Int32
  @usableFromInline init(index: Int32) { self.index = index }
}

/// Names a gauge of the recorder: a state that is looked at when a period ends.
@frozen
public struct GaugeID: BitwiseCopyable, Sendable {
  @usableFromInline let index: Int32
  @usableFromInline init(index: Int32) { self.index = index }
}

/// Names a timing of the recorder: a distribution of durations.
@frozen
public struct TimingID: BitwiseCopyable, Sendable {
  @usableFromInline let index: Int32
  @usableFromInline init(index: Int32) { self.index = index }
}

/// Counts, integrates and bins what components report, period by period.
///
/// A report costs a few stores into the current period; when the clock passes a period's end, the period is
/// folded into the totals and one row is added to the time series. Memory grows with periods, not with requests.
/// Integrals are 64 bits wide in the loop and folded into 128 bits every minute, which levels up to 150 million do not
/// overflow.
public struct Recorder: ~Copyable {
  @usableFromInline
  struct Level: BitwiseCopyable {
    @usableFromInline var value: Int64
    /// Largest value of the period.
    @usableFromInline var peak: Int64
    /// Sum of change x ns at the change since the last fold, where the whole value counts as a change. What is missing
    /// of value x now is the integral since then; both wrap around, their difference does not.
    @usableFromInline var moment: Int64

    /// Value x ns since the last fold.
    func integral(until now: Time) -> Int64 { value &* now.nanoseconds &- moment }

    /// Begins to integrate at `now`.
    mutating func beginIntegral(at now: Time) { moment = value &* now.nanoseconds }
  }

  @usableFromInline
  struct Timing: BitwiseCopyable {
    @usableFromInline var count: Int64
    @usableFromInline var sum: UInt128
    @usableFromInline var minimum: Int64
    @usableFromInline var maximum: Int64
    @usableFromInline var buckets: UnsafeMutablePointer<UInt32>

    @usableFromInline mutating func clear() {
      if count > 0 {
        let first = HistogramScale.bucket(of: minimum)
        (buckets + first).update(repeating: 0, count: HistogramScale.bucket(of: maximum) - first + 1)
      }
      (count, sum, minimum, maximum) = (0, 0, .max, 0)
    }

    /// Adds another timing's values of the period.
    mutating func merge(_ other: Timing) {
      guard other.count > 0 else { return }
      for bucket in HistogramScale.bucket(of: other.minimum)...HistogramScale.bucket(of: other.maximum) {
        buckets[bucket] += other.buckets[bucket]
      }
      count += other.count
      sum += other.sum
      minimum = min(minimum, other.minimum)
      maximum = max(maximum, other.maximum)
    }
  }

  @usableFromInline var counters: UnsafeMutablePointer<Int64>
  @usableFromInline var levels: UnsafeMutablePointer<Level>
  @usableFromInline var timings: UnsafeMutablePointer<Timing>
  @usableFromInline var gauges: UnsafeMutablePointer<Int64>
  var gaugeCount = 0
  var names: [Name] = []
  var counterTotals: [Int64] = []
  var levelTotals: [LevelTotal] = []
  var timingTotals: [Histogram?] = []
  /// Of each timing, the one whose values join its series from a distribution of their own; -1 for none.
  var timingParts: [Int] = []
  /// Value x ns of each level in the period up to the last fold.
  var levelIntegrals: [Int128] = []
  var rows: [[Double]] = []
  let period: Time
  var periodStart: Time = .zero
  /// Whether the warm-up is over.
  public internal(set) var isRecording = false

  static let capacity = 1 << 16

  /// What the columns of a name are.
  enum Kind {
    case counter(CounterID, unitsPerCount: Int64)
    case level(LevelID, unitsPerValue: Int64)
    case timing(TimingID)
    case gauge(GaugeID)
    /// The first level over the second.
    case ratio(LevelID, LevelID)
    /// A level over what it can be at most.
    case utilization(LevelID, capacity: Int64)
  }

  struct Name {
    var key: MetricKey
    var kind: Kind
  }
  struct LevelTotal {
    var integral: Double = 0
    /// The same exactly, in value x ns.
    var exactIntegral: Int128 = 0
    var peak: Int64 = 0
  }

  /// A recorder whose series have rows of `period`.
  public init(period: Time) {
    precondition(period > .zero, "a period is longer than zero")
    self.period = period
    counters = .allocate(capacity: Self.capacity)
    levels = .allocate(capacity: Self.capacity)
    timings = .allocate(capacity: Self.capacity)
    gauges = .allocate(capacity: Self.capacity)
  }

  deinit {
    for timing in 0..<timingTotals.count { timings[timing].buckets.deallocate() }
    counters.deallocate()
    levels.deallocate()
    timings.deallocate()
    gauges.deallocate()
  }

  // MARK: Registration, before the run

  /// A counter whose sum a period, divided by `unitsPerCount`, is a series of the given name.
  public mutating func addCounter(
    resource: String, namespace: String, _ name: String, unit: String = "Count", unitsPerCount: Int64 = 1
  ) -> CounterID {
    precondition(counterTotals.count < Self.capacity, "a system has at most 65,536 counters")
    let id = CounterID(index: Int32(counterTotals.count))
    counters[counterTotals.count] = 0
    counterTotals.append(0)
    names.append(
      Name(
        key: MetricKey(resource: resource, namespace: namespace, name: name, unit: unit, statistic: .sum),
        kind: .counter(id, unitsPerCount: unitsPerCount)))
    return id
  }

  /// A level whose average and maximum a period, divided by `unitsPerValue`, are series.
  public mutating func addLevel(
    resource: String, namespace: String, _ name: String, unit: String = "Count", unitsPerValue: Int64 = 1
  ) -> LevelID {
    precondition(levelTotals.count < Self.capacity, "a system has at most 65,536 levels")
    let id = LevelID(index: Int32(levelTotals.count))
    levels[levelTotals.count] = Level(value: 0, peak: 0, moment: 0)
    levelTotals.append(LevelTotal())
    levelIntegrals.append(0)
    names.append(
      Name(
        key: MetricKey(resource: resource, namespace: namespace, name: name, unit: unit, statistic: .average),
        kind: .level(id, unitsPerValue: unitsPerValue)))
    return id
  }

  /// A number of any size, 0 at first, whose value at each period's end is a series: for what no level can integrate.
  public mutating func addGauge(
    resource: String, namespace: String, _ name: String, unit: String
  ) -> GaugeID {
    precondition(gaugeCount < Self.capacity, "a system has at most 65,536 gauges")
    let id = GaugeID(index: Int32(gaugeCount))
    gauges[gaugeCount] = 0
    gaugeCount += 1
    names.append(
      Name(
        key: MetricKey(resource: resource, namespace: namespace, name: name, unit: unit, statistic: .average),
        kind: .gauge(id)))
    return id
  }

  /// A series of the time-weighted mean of one level over that of another in each period; NaN where the other is 0.
  public mutating func addRatio(
    resource: String, namespace: String, _ name: String, of level: LevelID, to other: LevelID
  ) {
    names.append(
      Name(
        key: MetricKey(resource: resource, namespace: namespace, name: name, unit: "None", statistic: .average),
        kind: .ratio(level, other)))
  }

  /// A series of the time-weighted mean of a level in each period as a percentage of `capacity`, which is above 0.
  public mutating func addUtilization(
    resource: String, namespace: String, _ name: String, of level: LevelID, capacity: Int64
  ) {
    precondition(capacity > 0, "only of something can a share be busy")
    names.append(
      Name(
        key: MetricKey(resource: resource, namespace: namespace, name: name, unit: "Percent", statistic: .average),
        kind: .utilization(level, capacity: capacity)))
  }

  /// A timing whose average, p50, p99 and maximum a period are series in ms; `keepsHistogram` keeps the
  /// distribution of the whole run too.
  public mutating func addTiming(resource: String, namespace: String, _ name: String, keepsHistogram: Bool = false)
    -> TimingID
  {
    precondition(timingTotals.count < Self.capacity, "a system has at most 65,536 timings")
    let id = TimingID(index: Int32(timingTotals.count))
    timings[timingTotals.count] = Self.emptyTiming()
    timingTotals.append(keepsHistogram ? Histogram() : nil)
    timingParts.append(-1)
    names.append(
      Name(
        key: MetricKey(
          resource: resource, namespace: namespace, name: name, unit: "Milliseconds", statistic: .average),
        kind: .timing(id)))
    return id
  }

  /// A timing whose values count in the series of `whole`, and whose distribution over the run is kept apart from it.
  ///
  /// So the usual values and the rare ones each have a histogram, exact to its extremes, and neither is written twice.
  /// At most one for a timing.
  public mutating func addPart(of whole: TimingID) -> TimingID {
    precondition(timingTotals.count < Self.capacity, "a system has at most 65,536 timings")
    precondition(timingParts[Int(whole.index)] < 0, "a timing has at most one part")
    let id = TimingID(index: Int32(timingTotals.count))
    timings[timingTotals.count] = Self.emptyTiming()
    timingParts[Int(whole.index)] = timingTotals.count
    timingTotals.append(Histogram())
    timingParts.append(-1)
    return id
  }

  private static func emptyTiming() -> Timing {
    let buckets = UnsafeMutablePointer<UInt32>.allocate(capacity: HistogramScale.bucketCount)
    buckets.initialize(repeating: 0, count: HistogramScale.bucketCount)
    return Timing(count: 0, sum: 0, minimum: .max, maximum: 0, buckets: buckets)
  }

  // MARK: Reports, in the loop

  /// Adds to a counter.
  @inlinable public mutating func count(_ id: CounterID, by amount: Int64 = 1) {
    counters[Int(id.index)] &+= amount
  }

  /// Sets a gauge.
  @inlinable public mutating func set(_ id: GaugeID, to value: Int64) { gauges[Int(id.index)] = value }

  /// Raises or lowers a level at `now`.
  @inlinable public mutating func change(_ id: LevelID, by delta: Int64, at now: Time) {
    let level = levels + Int(id.index)
    level.pointee.moment &+= delta &* now.nanoseconds
    level.pointee.value &+= delta
    if level.pointee.value > level.pointee.peak { level.pointee.peak = level.pointee.value }
  }

  /// Adds a duration of 0 or more to a timing, and returns its bucket on the scale of `Histogram`.
  @inlinable @inline(__always) @discardableResult
  public mutating func record(_ id: TimingID, _ nanoseconds: Int64) -> Int {
    let timing = timings + Int(id.index)
    timing.pointee.count &+= 1
    timing.pointee.sum &+= UInt128(truncatingIfNeeded: UInt64(bitPattern: nanoseconds))
    if nanoseconds < timing.pointee.minimum { timing.pointee.minimum = nanoseconds }
    if nanoseconds > timing.pointee.maximum { timing.pointee.maximum = nanoseconds }
    let bucket = HistogramScale.bucket(of: nanoseconds)
    timing.pointee.buckets[bucket] &+= 1
    return bucket
  }
}
