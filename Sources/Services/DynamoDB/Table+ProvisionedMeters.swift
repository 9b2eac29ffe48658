import Engine
import Units

/// What is metered of the provisioned capacity of one table and its indexes.
struct ProvisionedMeters {
  private let hours: BilledHours
  private let rule: CapacityBilling
  /// Of the table, and behind it of each global index.
  private var reads: [CapacityMeter]
  private var writes: [CapacityMeter]

  init(capacities: Int, hours: BilledHours, rule: CapacityBilling) {
    self.hours = hours
    self.rule = rule
    reads = Array(repeating: CapacityMeter(), count: capacities)
    writes = reads
  }

  /// Whether anything was ever provisioned.
  var haveCounted: Bool { reads[0].hasCounted }

  mutating func note(_ capacity: Int, _ throughput: borrowing Throughput, at now: Time) {
    reads[capacity].note(throughput.provisionedReads, at: now)
    writes[capacity].note(throughput.provisionedWrites, at: now)
  }

  /// The meter of one direction of a capacity.
  func meter(_ capacity: Int, _ direction: CapacityDirection) -> CapacityMeter {
    switch direction {
    case .read: reads[capacity]
    case .write: writes[capacity]
    }
  }

  /// Billed units x ns of each hour, over some of the capacities.
  func amounts(_ capacities: Range<Int>, _ direction: CapacityDirection) -> [Int128] {
    var sums = [Int128](repeating: 0, count: hours.count)
    for capacity in capacities {
      let amounts = meter(capacity, direction).amounts(in: hours, by: rule)
      for hour in sums.indices { sums[hour] += amounts[hour] }
    }
    return sums
  }
}

extension Table {
  /// The capacity in force of the table (0) or of a global index is another one now, or is known for the first time.
  @inline(never) mutating func capacityChanged(
    _ capacity: Int, _ run: inout Run<Event>, _ account: inout Account
  ) {
    provisionedMeters.note(capacity, capacities[capacity], at: run.now)
  }

  /// Whether reserved capacity covers what is provisioned here: Standard class, one Region.
  var canUseReservedCapacity: Bool {
    switch config.tableClass {
    case .standard: config.replication == nil
    case .standardInfrequentAccess: false
    }
  }

  /// Billed units x ns of each hour of the recorded span, of the table and all its indexes.
  func provisionedHours(_ direction: CapacityDirection) -> [Int128] {
    provisionedMeters.amounts(0..<capacityCount, direction)
  }

  /// What was provisioned over the recorded span, here and in the Regions of replicas, which have the same.
  func provisionedUsage() -> [UsageLine] {
    guard provisionedMeters.haveCounted else { return [] }
    let isReplicated = config.replication != nil
    let regions = Int128(1 + (config.replication?.regions.count ?? 0))
    func line(_ meter: Meter, _ capacities: Range<Int>, _ direction: CapacityDirection) -> UsageLine {
      let sum = provisionedMeters.amounts(capacities, direction).reduce(0, +)
      return UsageLine(meter: meter, resource: config.name, amount: unitMilliseconds(sum) * regions)
    }
    let all = 0..<capacityCount
    let reads = line(TableMeters.provisionedReads(config.tableClass), all, .read)
    let ordinary = TableMeters.provisionedWrites(config.tableClass, isReplicated: false)
    guard isReplicated else { return [reads, line(ordinary, all, .write)] }
    let replicated = TableMeters.provisionedWrites(config.tableClass, isReplicated: true)
    return [reads, line(replicated, 0..<1, .write), line(ordinary, 1..<capacityCount, .write)]
  }
}

/// Units x ns as units x ms, rounded up.
func unitMilliseconds(_ unitNanoseconds: Int128) -> Int128 { (unitNanoseconds + 999_999) / 1_000_000 }
