import Engine
import Units

/// Which of a table's two capacities an operation takes.
enum CapacityDirection: UInt8, BitwiseCopyable {
  /// Counted in half units.
  case read
  /// Counted in units.
  case write
}

/// Why an operation is throttled; with the direction, and whether a table or an index refused, DynamoDB's 16 reasons.
enum ThrottleCause: UInt8, BitwiseCopyable, CaseIterable {
  case provisionedThroughputExceeded
  case keyRangeThroughputExceeded
  case maxOnDemandThroughputExceeded
  case accountLimitExceeded
}

/// What happens to the capacity of a table or of one of its indexes by itself.
@frozen
public enum ThroughputEvent: BitwiseCopyable, Sendable {
  /// A change of capacity that the scenario lists is asked for.
  case change(index: UInt16)
}

/// The capacity of one table or global secondary index: its mode, its limits and its partitions.
struct Throughput: ~Copyable {
  private var maximumReads: TokenBucket
  private var maximumWrites: TokenBucket
  private let records: ThroughputRecords
  /// Provisioned units in force; 0 on demand.
  private(set) var provisionedReads = 0
  private(set) var provisionedWrites = 0
  /// Consumed since time zero, the warm-up included: half read units, and write units.
  private(set) var consumedReadHalves: Int64 = 0
  private(set) var consumedWriteUnits: Int64 = 0

  /// `name` is the table's, or `table/index/name`.
  init(_ config: TableConfig, mode: CapacityMode, warm: WarmThroughput?, name: String, run: inout Run<Event>) {
    switch mode {
    case .onDemand(let limits):
      maximumReads =
        limits.maxReadRequestUnits.map { TokenBucket(rate: 2 * Int64($0), burst: 2 * Int64($0)) } ?? .unlimited
      maximumWrites = limits.maxWriteRequestUnits.map { TokenBucket(rate: Int64($0), burst: Int64($0)) } ?? .unlimited
    case .provisioned(let provisioned):
      let reads = 2 * Int64(provisioned.readCapacityUnits)
      maximumReads = TokenBucket(rate: reads, burst: reads)
      maximumWrites = TokenBucket(
        rate: Int64(provisioned.writeCapacityUnits), burst: Int64(provisioned.writeCapacityUnits))
      provisionedReads = provisioned.readCapacityUnits
      provisionedWrites = provisioned.writeCapacityUnits
    }
    records = ThroughputRecords(resource: name, run: &run)
  }

  /// Takes units of what is at `position`, or says what forbids it and takes none.
  @inline(__always) mutating func take(
    _ direction: CapacityDirection, _ units: Int64, at position: UInt64, _ run: inout Run<Event>
  ) -> ThrottleCause? {
    switch direction {
    case .read: maximumReads.take(units, at: run.now) ? nil : .maxOnDemandThroughputExceeded
    case .write: maximumWrites.take(units, at: run.now) ? nil : .maxOnDemandThroughputExceeded
    }
  }

  /// Takes back what `take` has just taken, because something else refused the operation.
  mutating func giveBack(_ direction: CapacityDirection, _ units: Int64, at position: UInt64, _ run: inout Run<Event>) {
    switch direction {
    case .read: maximumReads.giveBack(units)
    case .write: maximumWrites.giveBack(units)
    }
  }

  /// Notes units that an operation has consumed for good.
  @inline(__always) mutating func consume(
    _ direction: CapacityDirection, _ units: Int64, _ run: inout Run<Event>
  ) {
    switch direction {
    case .read:
      consumedReadHalves &+= units
      run.recorder.count(records.readHalves, by: units)
    case .write:
      consumedWriteUnits &+= units
      run.recorder.count(records.writeUnits, by: units)
    }
  }

  /// Other provisioned units are in force.
  mutating func setProvisioned(read: Int?, write: Int?, at now: Time) {
    if let read {
      provisionedReads = read
      maximumReads.change(rate: 2 * Int64(read), burst: 2 * Int64(read), at: now)
    }
    if let write {
      provisionedWrites = write
      maximumWrites.change(rate: Int64(write), burst: Int64(write), at: now)
    }
  }

  /// Notes that a request or a member of a batch was throttled here.
  @inline(never) mutating func noteThrottle(
    _ direction: CapacityDirection, _ cause: ThrottleCause, _ run: inout Run<Event>
  ) {
    run.recorder.count(direction == .read ? records.readThrottles : records.writeThrottles)
  }

  /// Units consumed over the recorded span: read units in halves.
  func consumed(_ direction: CapacityDirection, _ recorder: borrowing Recorder) -> Int64 {
    recorder.total(direction == .read ? records.readHalves : records.writeUnits)
  }

  /// Throttled requests or members over the recorded span.
  func throttles(_ direction: CapacityDirection, _ recorder: borrowing Recorder) -> Int64 {
    recorder.total(direction == .read ? records.readThrottles : records.writeThrottles)
  }
}

/// What a table or an index reports of its capacity, under CloudWatch's names.
struct ThroughputRecords: BitwiseCopyable {
  let readHalves: CounterID
  let writeUnits: CounterID
  let readThrottles: CounterID
  let writeThrottles: CounterID

  init(resource: String, run: inout Run<Event>) {
    let aws = "AWS/DynamoDB"
    readHalves = run.recorder.addCounter(
      resource: resource, namespace: aws, "ConsumedReadCapacityUnits", unitsPerCount: 2)
    writeUnits = run.recorder.addCounter(resource: resource, namespace: aws, "ConsumedWriteCapacityUnits")
    readThrottles = run.recorder.addCounter(resource: resource, namespace: aws, "ReadThrottleEvents")
    writeThrottles = run.recorder.addCounter(resource: resource, namespace: aws, "WriteThrottleEvents")
  }
}
