import Engine
import Units

/// What a table or an index reports of its capacity, under CloudWatch's names where they exist.
///
/// What the modes of the table, those that it switches to included, cannot bring about is not reported.
struct ThroughputRecords {
  let readHalves: CounterID
  let writeUnits: CounterID
  let readThrottles: CounterID
  let writeThrottles: CounterID
  let partitions: LevelID
  let splits: CounterID
  /// `ProvisionedReadCapacityUnits` and `ProvisionedWriteCapacityUnits`; nil for a table that is always on demand.
  private(set) var provisionedReads: LevelID?
  private(set) var provisionedWrites: LevelID?
  /// Whether requests are billed at some times and not at others.
  let switchesMode: Bool
  private var billedReads: CounterID?
  private var billedWrites: CounterID?
  private var causes: [CounterID?]
  let isIndex: Bool

  init(_ config: TableConfig, resource: String, isIndex: Bool, run: inout Run<Event>) {
    let aws = "AWS/DynamoDB"
    let own = "Windtunnel/DynamoDB"
    self.isIndex = isIndex
    readHalves = run.recorder.addCounter(
      resource: resource, namespace: aws, "ConsumedReadCapacityUnits", unitsPerCount: 2)
    writeUnits = run.recorder.addCounter(resource: resource, namespace: aws, "ConsumedWriteCapacityUnits")
    readThrottles = run.recorder.addCounter(resource: resource, namespace: aws, "ReadThrottleEvents")
    writeThrottles = run.recorder.addCounter(resource: resource, namespace: aws, "WriteThrottleEvents")
    let possible = Set(config.throttleCauses)
    causes = []
    for direction in CapacityDirection.allCases {
      for cause in ThrottleCause.allCases {
        causes.append(
          possible.contains(cause)
            ? run.recorder.addCounter(
              resource: resource, namespace: aws, direction.name + cause.name + "ThrottleEvents") : nil)
      }
    }
    if possible.contains(.provisionedThroughputExceeded) {
      provisionedReads = run.recorder.addLevel(resource: resource, namespace: aws, "ProvisionedReadCapacityUnits")
      provisionedWrites = run.recorder.addLevel(resource: resource, namespace: aws, "ProvisionedWriteCapacityUnits")
    }
    switchesMode = possible.contains(.provisionedThroughputExceeded) && possible.contains(.accountLimitExceeded)
    if switchesMode {
      billedReads = run.recorder.addCounter(
        resource: resource, namespace: own, "ReadRequestUnits", unitsPerCount: 2)
      billedWrites = run.recorder.addCounter(resource: resource, namespace: own, "WriteRequestUnits")
    }
    partitions = run.recorder.addLevel(resource: resource, namespace: own, "Partitions")
    splits = run.recorder.addCounter(resource: resource, namespace: own, "PartitionSplits")
  }

  /// Counts what was throttled for a cause; nil if the table's modes do not know it.
  func counter(_ direction: CapacityDirection, _ cause: ThrottleCause) -> CounterID? {
    causes[Int(direction.rawValue) * ThrottleCause.allCases.count + Int(cause.rawValue)]
  }

  /// Counts units on demand of a table that switches its mode; nil for any other.
  func billed(_ direction: CapacityDirection) -> CounterID? { direction == .read ? billedReads : billedWrites }
}

extension Throughput {
  /// Units consumed over the recorded span: read units in halves.
  func consumed(_ direction: CapacityDirection, _ recorder: borrowing Recorder) -> Int64 {
    recorder.total(direction == .read ? records.readHalves : records.writeUnits)
  }

  /// Units consumed over the recorded span while on demand, which are billed one by one: read units in halves.
  func billedUnits(_ direction: CapacityDirection, _ recorder: borrowing Recorder) -> Int64 {
    if let billed = records.billed(direction) { return recorder.total(billed) }
    return isOnDemand ? consumed(direction, recorder) : 0
  }

  /// Throttled requests or members over the recorded span.
  func throttles(_ direction: CapacityDirection, _ recorder: borrowing Recorder) -> Int64 {
    recorder.total(direction == .read ? records.readThrottles : records.writeThrottles)
  }
}

extension TableConfig {
  /// Why the table and its indexes can be throttled at all, in the modes that they are ever in.
  var throttleCauses: [ThrottleCause] {
    let modes = [capacity] + globalIndexes.map(\.mode) + capacityChanges.compactMap(\.capacity)
    return ThrottleCause.allCases.filter { cause in
      modes.contains { mode in
        switch (mode, cause) {
        case (_, .keyRangeThroughputExceeded), (.provisioned, .provisionedThroughputExceeded),
          (.onDemand, .accountLimitExceeded):
          true
        case (.onDemand(let limits), .maxOnDemandThroughputExceeded):
          limits.maxReadRequestUnits != nil || limits.maxWriteRequestUnits != nil
        case (.provisioned, .maxOnDemandThroughputExceeded), (.provisioned, .accountLimitExceeded),
          (.onDemand, .provisionedThroughputExceeded):
          false
        }
      }
    }
  }
}

extension Table {
  /// Figures of all capacities together: every throttling reason that the table can give, and its partitions.
  func capacityFigures(_ recorder: borrowing Recorder) -> [Figure] {
    var figures: [Figure] = []
    for reason in ThrottlingReason.all {
      var isPossible = false
      var count: Int64 = 0
      for capacity in 0..<capacityCount where (capacity > 0) == reason.isIndex {
        guard let counter = capacities[capacity].records.counter(reason.direction, reason.cause) else { continue }
        isPossible = true
        count += recorder.total(counter)
      }
      if isPossible { figures.append(Figure(reason.figureName, Double(count))) }
    }
    var (partitions, splits): (Int64, Int64) = (0, 0)
    for capacity in 0..<capacityCount {
      partitions += recorder.value(capacities[capacity].records.partitions)
      splits += recorder.total(capacities[capacity].records.splits)
    }
    figures.append(Figure("partitions", Double(partitions)))
    figures.append(Figure("partitionSplits", Double(splits)))
    return figures + updates.figures(recorder)
  }
}
