import Engine
import Units

/// Requests to change a table's capacity: what is on its way, what may still be asked for, and what was refused.
struct TableUpdates: ~Copyable {
  /// Switches to on demand in 24 h (documented: DynamoDB quotas, 2026-04).
  static let switchesMax = 4

  /// Provisioned units that are on their way, by capacity; they are in force at the end.
  struct Target: BitwiseCopyable {
    var reads: Int
    var writes: Int
  }

  /// Capacities whose update is not over; while one is not, the table takes no other.
  var underWay = 0
  /// By capacity: units, limits, the mode to switch to, and warm throughput on their way.
  var targets: [Target?]
  var limits: [OnDemandThroughput?]
  var modes: [CapacityMode]
  var warmth: [WarmThroughput?]
  var decreases: [DecreaseBudget]
  /// Moments of the latest switches to on demand, the last one last.
  var switches: [CivilTime] = []
  var wasOnDemand: Bool

  private var stream: RandomStream
  private let updateTime: Sampler
  private let growthTime: Sampler
  private let preWarmingTime: Sampler
  private let onDemandTime: Sampler
  private let onDemandAgainTime: Sampler
  private let provisionedTime: Sampler

  /// Requests that were accepted, and refused; nil for a table of which nothing is asked.
  private let accepted: CounterID?
  private let inUse: CounterID?
  private let limitExceeded: CounterID?
  private let warmedReads: CounterID?
  private let warmedWrites: CounterID?

  init(_ config: TableConfig, streams: StreamFactory, pool: SamplerPool, run: inout Run<Event>) {
    let count = 1 + config.globalIndexes.count
    targets = Array(repeating: nil, count: count)
    limits = Array(repeating: nil, count: count)
    warmth = Array(repeating: nil, count: count)
    modes = [config.capacity] + config.globalIndexes.map(\.mode)
    decreases = Array(repeating: DecreaseBudget(), count: count)
    switch config.capacity {
    case .onDemand: wasOnDemand = true
    case .provisioned: wasOnDemand = false
    }
    stream = streams.stream(component: config.name, purpose: "capacity updates")
    updateTime = pool.makeSampler(config.limits.updateTime)
    growthTime = pool.makeSampler(config.limits.growthTime)
    preWarmingTime = pool.makeSampler(config.limits.preWarmingTime)
    onDemandTime = pool.makeSampler(config.limits.onDemandTime)
    onDemandAgainTime = pool.makeSampler(config.limits.onDemandAgainTime)
    provisionedTime = pool.makeSampler(config.limits.provisionedTime)
    func counter(_ name: String, _ isOn: Bool) -> CounterID? {
      isOn
        ? run.recorder.addCounter(resource: config.name, namespace: "Windtunnel/DynamoDB", name) : nil
    }
    let isOn = !config.capacityChanges.isEmpty || config.isScaled
    accepted = counter("CapacityUpdates", isOn)
    inUse = counter("CapacityUpdatesInUse", isOn)
    limitExceeded = counter("CapacityUpdatesLimitExceeded", isOn)
    let isWarmed = config.capacityChanges.contains { $0.warmThroughput != nil }
    warmedReads = counter("WarmReadUnitsAdded", isWarmed)
    warmedWrites = counter("WarmWriteUnitsAdded", isWarmed)
  }

  /// How long something takes.
  enum Duration {
    case update, growth, preWarming, onDemand, provisioned
  }

  /// Draws how long something takes.
  mutating func draw(_ duration: Duration) -> Time {
    switch duration {
    case .update: Time(nanoseconds: updateTime.drawTime(&stream))
    case .growth: Time(nanoseconds: growthTime.drawTime(&stream))
    case .preWarming: Time(nanoseconds: preWarmingTime.drawTime(&stream))
    case .onDemand: Time(nanoseconds: (wasOnDemand ? onDemandAgainTime : onDemandTime).drawTime(&stream))
    case .provisioned: Time(nanoseconds: provisionedTime.drawTime(&stream))
    }
  }

  /// Notes what became of a request.
  mutating func note(_ answer: CapacityChangeAnswer, _ run: inout Run<Event>) {
    let counter =
      switch answer {
      case .accepted: accepted
      case .resourceInUse: inUse
      case .limitExceeded: limitExceeded
      }
    if let counter { run.recorder.count(counter) }
  }

  /// Notes warm throughput that was bought.
  mutating func noteWarmed(reads: Int, writes: Int, _ run: inout Run<Event>) {
    if let warmedReads { run.recorder.count(warmedReads, by: Int64(reads)) }
    if let warmedWrites { run.recorder.count(warmedWrites, by: Int64(writes)) }
  }

  /// Whether one more switch to on demand is allowed.
  func canSwitchToOnDemand(at moment: CivilTime) -> Bool {
    switches.count { $0.secondsSince1970 > moment.secondsSince1970 - 86_400 } < Self.switchesMax
  }

  mutating func noteSwitchToOnDemand(at moment: CivilTime) {
    if switches.count == Self.switchesMax { switches.removeFirst() }
    switches.append(moment)
  }

  /// Warm throughput that was bought over the recorded span, in each of so many Regions: replicas get the table's.
  func usage(_ name: String, regions: Int, _ recorder: borrowing Recorder) -> [UsageLine] {
    [(CapacityDirection.read, warmedReads), (.write, warmedWrites)].compactMap { direction, counter in
      counter.map {
        UsageLine(
          meter: TableMeters.warmThroughput(direction), resource: name,
          amount: Int128(recorder.total($0)) * Int128(regions))
      }
    }
  }

  func figures(_ recorder: borrowing Recorder) -> [Figure] {
    var figures: [Figure] = []
    for (name, counter) in [
      ("capacityUpdates", accepted), ("capacityUpdatesInUse", inUse), ("capacityUpdatesLimitExceeded", limitExceeded),
      ("warmReadUnitsAdded", warmedReads), ("warmWriteUnitsAdded", warmedWrites),
    ] {
      if let counter { figures.append(Figure(name, Double(recorder.total(counter)))) }
    }
    return figures
  }
}

extension TableConfig {
  /// Whether auto scaling asks for changes of capacity.
  var isScaled: Bool {
    ([capacity] + globalIndexes.map(\.mode)).contains { mode in
      switch mode {
      case .onDemand: false
      case .provisioned(let units): units.readScaling != nil || units.writeScaling != nil
      }
    }
  }
}
