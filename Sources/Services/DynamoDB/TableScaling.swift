import Engine
import Units

// Application Auto Scaling of provisioned capacity: each dimension (reads or writes of the table or of a global index)
// has two alarms on what is consumed in a minute, and scheduled actions.
//
//   minute over -> (metric's delay, alarm's delay) -> alarms look -> UpdateTable, unless it is refused: next minute
//   scheduled action -> new bounds -> UpdateTable at once, and every minute until capacity is within them

/// What Application Auto Scaling does to a table by itself.
@frozen
public enum TableScalingEvent: BitwiseCopyable, Sendable {
  /// A minute of CloudWatch's is over.
  case alarmPeriod
  /// The alarms of a dimension see one more minute.
  case evaluation(dimension: UInt16)
  /// A scheduled action of a dimension is due.
  case scheduledAction(dimension: UInt16, index: UInt16)
  /// Capacity outside the bounds, whose change was refused, is changed again.
  case retry(dimension: UInt16)
}

/// Auto scaling of all dimensions of one table and its indexes.
struct TableScaling: ~Copyable {
  let dimensions: UnsafeMutablePointer<ScalingDimension>
  /// What each of them follows.
  let configs: [TableScalingConfig]
  /// Nil without dimensions.
  let records: TableScalingRecords?
  /// The calendar's moment of time zero.
  let start: CivilTime

  init(
    _ config: TableConfig, start: CivilTime, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    self.start = start
    var configs: [TableScalingConfig] = []
    var dimensions: [ScalingDimension] = []
    for (capacity, scalings) in config.scalings.enumerated() {
      for direction in [CapacityDirection.read, .write] {
        guard let scaling = direction == .read ? scalings.read : scalings.write else { continue }
        // One draw: an alarm looks every minute, on a second of its own.
        var stream = streams.stream(component: config.name, purpose: "alarm delay \(capacity) \(direction)")
        let delay = pool.makeSampler(scaling.alarmDelay).drawTime(&stream)
        dimensions.append(
          ScalingDimension(
            capacity: capacity, direction: direction, scaling,
            delay: scaling.metricDelay + Time(nanoseconds: delay), memory: memory))
        configs.append(scaling)
      }
    }
    precondition(dimensions.count <= Int(UInt16.max), "a table has at most 20 global indexes")
    self.configs = configs
    self.dimensions = memory.copy(dimensions)
    records = dimensions.isEmpty ? nil : TableScalingRecords(config.name, run: &run)
  }

  /// Whether any dimension has alarms.
  var hasTargets: Bool { configs.contains { $0.targetUtilization != nil } }
}

/// One dimension: what its alarms have seen, and the bounds that hold.
struct ScalingDimension: BitwiseCopyable {
  /// 0 the table, else one more than the global index's position.
  let capacity: Int
  let direction: CapacityDirection
  /// Target of the utilization in millionths; 0 for none.
  let target: Int64
  /// The utilization below which the other alarm is set off, in millionths.
  let lowThreshold: Int64
  /// From the end of a minute until the alarms see it.
  let delay: Time
  let countsIdleMinutes: Bool
  var bounds: ScalingBounds
  var points: DataPoints
  /// Consumed since time zero at the end of the last minute.
  private var consumedBefore: Int64 = 0
  private let outCooldown: Time
  private let inCooldown: Time
  /// The first moments of another increase and of another decrease.
  private var nextOut: Time = .zero
  private var nextIn: Time = .zero
  /// Whether a change was refused and is still wanted.
  var isRefused = false
  /// Whether a `retry` is scheduled.
  var isRetrying = false

  /// Data points above the target until the alarm scales out (an exported alarm of DynamoDB's, 2023).
  static let highPoints = 2
  /// Data points below the lower threshold until the alarm scales in (documented: DynamoDB auto scaling).
  static let lowPoints = 15
  private static let million: Int64 = 1_000_000

  init(
    capacity: Int, direction: CapacityDirection, _ config: TableScalingConfig, delay: Time, memory: PlainMemory
  ) {
    self.capacity = capacity
    self.direction = direction
    let utilization = config.targetUtilization ?? 0
    target = Int64((utilization * Double(Self.million)).rounded())
    lowThreshold = Int64((utilization * config.scaleInThreshold * Double(Self.million)).rounded())
    self.delay = delay
    countsIdleMinutes = config.missingData == .zero
    bounds = ScalingBounds(minimum: config.minCapacity, maximum: config.maxCapacity)
    let minutes = Int(delay.nanoseconds / Time.minutes(1).nanoseconds)
    points = DataPoints(delay: minutes + 1, longest: Self.lowPoints, memory: memory)
    outCooldown = config.scaleOutCooldown
    inCooldown = config.scaleInCooldown
  }

  /// A minute is over; `consumed` since time zero, as `Throughput` counts it.
  mutating func endPeriod(consumed: Int64) {
    let sum = consumed - consumedBefore
    consumedBefore = consumed
    points.end(sum > 0 || countsIdleMinutes ? sum : nil)
  }

  /// What a minute of one unit is, as `Throughput` counts it: reads in halves.
  private var minuteOfUnit: Int64 { direction == .read ? 120 : 60 }

  /// The capacity whose target so much a minute is, rounded up.
  private func capacity(for sum: Int64) -> Int {
    let unit = minuteOfUnit * target
    return Int((sum * Self.million + unit - 1) / unit)
  }

  /// The capacity that the alarm in force asks for; nil if none does, or if it asks for no other one than `provisioned`.
  ///
  /// Both compare the sums with what is provisioned now. The most that any of the alarm's minutes consumed is then to be
  /// the target: so an increase is not too small, and after a decrease none of them would set off the other alarm.
  func wanted(_ provisioned: Int, at now: Time) -> Int? {
    let unit = Int64(provisioned) * minuteOfUnit
    if let high = points.extremes(ofLast: Self.highPoints), high.lowerBound * Self.million > target * unit {
      let wanted = min(bounds.maximum, capacity(for: high.upperBound))
      return wanted > provisioned && now >= nextOut ? wanted : nil
    }
    if let low = points.extremes(ofLast: Self.lowPoints), low.upperBound * Self.million < lowThreshold * unit {
      let wanted = max(bounds.minimum, capacity(for: low.upperBound))
      return wanted < provisioned && now >= nextIn ? wanted : nil
    }
    return nil
  }

  /// A change was accepted.
  mutating func noteChange(isIncrease: Bool, at now: Time) {
    isRefused = false
    if isIncrease { nextOut = now + outCooldown } else { nextIn = now + inCooldown }
  }
}

extension TableConfig {
  /// The auto scaling of the table's two dimensions, and behind it of each global index's. Of a capacity that is on
  /// demand at time zero it is that of the first change to provisioned capacity which has any.
  var scalings: [(read: TableScalingConfig?, write: TableScalingConfig?)] {
    let own: [(name: String?, mode: CapacityMode)] =
      [(nil, capacity)] + globalIndexes.map { ($0.index.name, $0.mode) }
    return own.map { name, mode in
      let modes = [mode] + capacityChanges.filter { $0.index == name }.compactMap(\.capacity)
      for case .provisioned(let throughput) in modes
      where throughput.readScaling != nil || throughput.writeScaling != nil {
        return (throughput.readScaling, throughput.writeScaling)
      }
      return (nil, nil)
    }
  }
}

/// What auto scaling did, of the table and all its indexes.
struct TableScalingRecords: BitwiseCopyable {
  let scaleOuts: CounterID
  let scaleIns: CounterID
  let failures: CounterID

  init(_ name: String, run: inout Run<Event>) {
    let own = "Windtunnel/DynamoDB"
    scaleOuts = run.recorder.addCounter(resource: name, namespace: own, "ScaleOuts")
    scaleIns = run.recorder.addCounter(resource: name, namespace: own, "ScaleIns")
    failures = run.recorder.addCounter(resource: name, namespace: own, "ScalingFailures")
  }
}
