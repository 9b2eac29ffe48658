import Engine
import Units

// The capacity of one table or global secondary index. An operation takes its units twice: of the partition that holds
// its key, and of the table or index as a whole.
//
//   take -> tokens of the partition -> tokens of the whole -> admitted
//                |                          |
//        keyRangeThroughputExceeded   the cause of the limit that is the lowest at present
//
// Provisioned, the whole is a bucket of 300 s: what is unused is kept for bursts, and one partition may take all of it up
// to its own limit, which is what AWS calls adaptive capacity. On demand it is the lowest of the owner's maximum, the
// table quota and the warm throughput. Those three buckets hold a second each, and what the lowest admits, the others
// admit too, so one bucket stands for them.

/// Which of a table's two capacities an operation takes.
enum CapacityDirection: UInt8, BitwiseCopyable, CaseIterable {
  /// Counted in half units.
  case read
  /// Counted in units.
  case write
}

/// What happens to the capacity of a table or of one of its indexes by itself.
@frozen
public enum ThroughputEvent: BitwiseCopyable, Sendable {
  /// The first of the changes that the scenario lists for one moment is asked for.
  case change(index: UInt16)
  /// Other provisioned units, or other limits on demand, are in force.
  case updated(capacity: UInt8)
  /// The table and its indexes are of the other mode.
  case switched
  /// Warm throughput has reached what was asked for.
  case warmed(capacity: UInt8)
  /// Warm throughput rose with the peak, and the partitions follow.
  case grown(capacity: UInt8)
  /// A partition that was hot is split.
  case split(capacity: UInt8, partition: UInt32)
}

/// The whole of one direction.
struct ThroughputSide: BitwiseCopyable {
  var tokens = TokenBucket.unlimited
  /// What a refusal means.
  var cause = ThrottleCause.accountLimitExceeded
}

/// The capacity of one table or global secondary index: its mode, its limits and its partitions.
struct Throughput: ~Copyable {
  /// `BillingMode` in force.
  private(set) var mode: CapacityMode
  /// Provisioned units in force; 0 on demand.
  private(set) var provisionedReads = 0
  private(set) var provisionedWrites = 0
  /// Warm throughput: provisioned, the highest capacity so far; on demand, what is served at once. Never falls.
  private(set) var warmReads: Int
  private(set) var warmWrites: Int
  /// Consumed since time zero, the warm-up included: half read units, and write units.
  private(set) var consumedReadHalves: Int64 = 0
  private(set) var consumedWriteUnits: Int64 = 0
  private(set) var partitions: Partitions
  let records: ThroughputRecords
  private let limits: TableLimits
  private let keepsCollections: Bool
  /// Two: read and write.
  private let sides: UnsafeMutablePointer<ThroughputSide>
  /// When demand and peaks are looked at next.
  private var due = Time.never
  private let heat: HeatRule?
  private var windowEnd: Time
  private var minuteEnd = Time.minutes(1)
  /// Since when peaks are not looked at, because capacity is provisioned.
  private var provisionedSince = Time.zero
  private var readPeak: OnDemandPeak
  private var writePeak: OnDemandPeak
  private var readsBeforeMinute: Int64 = 0
  private var writesBeforeMinute: Int64 = 0
  private var quota = TableQuota(reads: 40_000, writes: 40_000)
  private let table: UInt16
  private let capacity: UInt8

  /// `table` and `capacity` are where it stands; `name` is the table's, or `table/index/name`.
  init(
    _ config: TableConfig, table: UInt16, capacity: Int, mode: CapacityMode, warm: WarmThroughput?, name: String,
    storedBytes: Int64, run: inout Run<Event>
  ) {
    self.mode = mode
    self.table = table
    self.capacity = UInt8(capacity)
    limits = config.limits
    let initial = Self.warm(mode, warm, limits)
    (warmReads, warmWrites) = (initial.readUnitsPerSecond, initial.writeUnitsPerSecond)
    let need = Self.need(mode, initial, limits)
    let stored = Double(storedBytes) / Double(limits.partitionSize.bytes)
    partitions = Partitions(
      count: max(1, Int((need - 1e-9).rounded(.up)), Int(stored.rounded(.up))),
      reads: 2 * Int64(limits.partitionReadUnits), writes: Int64(limits.partitionWriteUnits))
    records = ThroughputRecords(config, resource: name, isIndex: capacity > 0, run: &run)
    keepsCollections = config.indexes.contains { $0.kind == .local } && capacity == 0
    sides = .allocate(capacity: 2)
    sides.initialize(repeating: ThroughputSide(), count: 2)
    heat = HeatRule(limits)
    windowEnd = heat?.window ?? .never
    let minutes = max(1, Int((limits.peakAge.nanoseconds + 59_999_999_999) / 60_000_000_000))
    readPeak = OnDemandPeak(age: minutes)
    writePeak = OnDemandPeak(age: minutes)
  }

  deinit { sides.deallocate() }

  /// Before the first event.
  mutating func begin(_ quota: TableQuota, _ run: inout Run<Event>) {
    self.quota = quota
    run.recorder.change(records.partitions, by: Int64(partitions.count), at: run.now)
    enter(mode, &run)
  }

  // MARK: Operations

  /// Takes units of what is at `position`, or says what forbids it and takes none.
  @inline(__always) mutating func take(
    _ direction: CapacityDirection, _ units: Int64, at position: UInt64, _ run: inout Run<Event>
  ) -> ThrottleCause? {
    let now = run.now
    if now >= due { lookBack(&run) }
    let number = partitions.number(of: position)
    let partition = partitions.sides + (2 &* number &+ Int(direction.rawValue))
    let whole = sides + Int(direction.rawValue)
    partition.pointee.demand &+= units
    if partition.pointee.isWatched { partitions.observe(position, in: number) }
    guard partition.pointee.tokens.takeOfLimited(units, at: now) else { return .keyRangeThroughputExceeded }
    guard whole.pointee.tokens.takeOfLimited(units, at: now) else {
      partition.pointee.tokens.giveBack(units)
      partition.pointee.demand &-= units
      return whole.pointee.cause
    }
    return nil
  }

  /// Takes back what `take` has just taken, because something else refused the operation.
  mutating func giveBack(_ direction: CapacityDirection, _ units: Int64, at position: UInt64, _ run: inout Run<Event>) {
    let partition = partitions.sides + (2 &* partitions.number(of: position) &+ Int(direction.rawValue))
    partition.pointee.tokens.giveBack(units)
    partition.pointee.demand &-= units
    sides[Int(direction.rawValue)].tokens.giveBack(units)
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
    if records.switchesMode { noteBilled(direction, units, &run) }
  }

  @inline(never) private mutating func noteBilled(
    _ direction: CapacityDirection, _ units: Int64, _ run: inout Run<Event>
  ) {
    guard isOnDemand, let billed = records.billed(direction) else { return }
    run.recorder.count(billed, by: units)
  }

  /// Notes that a request or a member of a batch was throttled here.
  @inline(never) mutating func noteThrottle(
    _ direction: CapacityDirection, _ cause: ThrottleCause, _ run: inout Run<Event>
  ) {
    run.recorder.count(direction == .read ? records.readThrottles : records.writeThrottles)
    guard let counter = records.counter(direction, cause) else {
      preconditionFailure("a table is throttled for reasons of its modes")
    }
    run.recorder.count(counter)
  }

  // MARK: Limits

  /// Whether requests are billed one by one.
  var isOnDemand: Bool {
    switch mode {
    case .onDemand: true
    case .provisioned: false
    }
  }

  /// Goes on in a mode whose buckets are full, but for the burst of provisioned capacity.
  mutating func enter(_ mode: CapacityMode, _ run: inout Run<Event>) {
    if run.now >= due { lookBack(&run) }
    let reached = Self.warm(
      mode, WarmThroughput(readUnitsPerSecond: warmReads, writeUnitsPerSecond: warmWrites), limits)
    self.mode = mode
    (warmReads, warmWrites) = (reached.readUnitsPerSecond, reached.writeUnitsPerSecond)
    switch mode {
    case .onDemand:
      setProvisionedUnits(reads: 0, writes: 0, &run)
      // Peaks of the time on demand before have come of age.
      let minutes = (run.now - provisionedSince).nanoseconds / Time.minutes(1).nanoseconds
      readPeak.endMinute(0, quiet: minutes)
      writePeak.endMinute(0, quiet: minutes)
      (warmReads, warmWrites) = (max(warmReads, doubleReads), max(warmWrites, doubleWrites))
      startMinute(at: run.now)
      for direction in CapacityDirection.allCases {
        let (rate, cause) = lowestLimit(direction)
        sides[Int(direction.rawValue)] = ThroughputSide(tokens: TokenBucket(rate: rate, burst: rate), cause: cause)
      }
    case .provisioned(let units):
      setProvisionedUnits(reads: units.readCapacityUnits, writes: units.writeCapacityUnits, &run)
      minuteEnd = .never
      provisionedSince = run.now
      for direction in CapacityDirection.allCases {
        let rate = provisionedRate(direction)
        let burst = burst(of: rate)
        var tokens = TokenBucket(rate: rate, burst: burst)
        let share = Int64((Double(burst) * (1 - limits.initialBurst)).rounded())
        precondition(tokens.take(share, at: run.now), "a full bucket holds its burst")
        sides[Int(direction.rawValue)] = ThroughputSide(tokens: tokens, cause: .provisionedThroughputExceeded)
      }
    }
    due = min(windowEnd, minuteEnd)
  }

  /// Other provisioned units are in force. What was kept for bursts stays, as far as the new burst holds it.
  mutating func setProvisioned(read: Int?, write: Int?, _ run: inout Run<Event>) {
    guard case .provisioned(var units) = mode else { preconditionFailure("only provisioned capacity has units") }
    units.readCapacityUnits = read ?? units.readCapacityUnits
    units.writeCapacityUnits = write ?? units.writeCapacityUnits
    mode = .provisioned(units)
    setProvisionedUnits(reads: units.readCapacityUnits, writes: units.writeCapacityUnits, &run)
    warmReads = max(warmReads, provisionedReads)
    warmWrites = max(warmWrites, provisionedWrites)
    for direction in CapacityDirection.allCases {
      let rate = provisionedRate(direction)
      sides[Int(direction.rawValue)].tokens.retune(rate: rate, burst: burst(of: rate), at: run.now)
    }
  }

  /// Other limits of the owner's are in force.
  mutating func setOnDemand(_ limits: OnDemandThroughput, _ run: inout Run<Event>) {
    mode = .onDemand(limits)
    tune(at: run.now)
  }

  /// Warm throughput has reached at least so much.
  mutating func warmUp(reads: Int, writes: Int, _ run: inout Run<Event>) {
    warmReads = max(warmReads, reads)
    warmWrites = max(warmWrites, writes)
    if isOnDemand { tune(at: run.now) }
  }

  private mutating func tune(at now: Time) {
    for direction in CapacityDirection.allCases {
      let (rate, cause) = lowestLimit(direction)
      sides[Int(direction.rawValue)].tokens.change(rate: rate, burst: rate, at: now)
      sides[Int(direction.rawValue)].cause = cause
    }
  }

  /// The limit on demand that is the lowest: half read units or write units a second. What exceeds the warm throughput
  /// finds no partition to serve it, so its cause is that of a partition (inferred).
  private func lowestLimit(_ direction: CapacityDirection) -> (Int64, ThrottleCause) {
    guard case .onDemand(let own) = mode else { preconditionFailure("provisioned capacity has no maximum") }
    let isRead = direction == .read
    var lowest = isRead ? quota.reads : quota.writes
    var cause = ThrottleCause.accountLimitExceeded
    let warm = isRead ? warmReads : warmWrites
    switch limits.onDemandGrowth {
    case .throttle: if warm < lowest { (lowest, cause) = (warm, .keyRangeThroughputExceeded) }
    case .split: break
    }
    if let maximum = isRead ? own.maxReadRequestUnits : own.maxWriteRequestUnits, maximum <= lowest {
      (lowest, cause) = (maximum, .maxOnDemandThroughputExceeded)
    }
    return (Int64(lowest) * (isRead ? 2 : 1), cause)
  }

  private func provisionedRate(_ direction: CapacityDirection) -> Int64 {
    direction == .read ? 2 * Int64(provisionedReads) : Int64(provisionedWrites)
  }

  private func burst(of rate: Int64) -> Int64 {
    let seconds = Int128(max(limits.burst.nanoseconds, 1_000_000_000))
    return min(4_000_000_000, Int64(Int128(rate) * seconds / 1_000_000_000))
  }

  private mutating func setProvisionedUnits(reads: Int, writes: Int, _ run: inout Run<Event>) {
    if let level = records.provisionedReads {
      run.recorder.change(level, by: Int64(reads - provisionedReads), at: run.now)
    }
    if let level = records.provisionedWrites {
      run.recorder.change(level, by: Int64(writes - provisionedWrites), at: run.now)
    }
    (provisionedReads, provisionedWrites) = (reads, writes)
  }

  /// Warm throughput of a mode that begins: nothing that was reached is lost.
  private static func warm(_ mode: CapacityMode, _ reached: WarmThroughput?, _ limits: TableLimits) -> WarmThroughput {
    var (reads, writes) = (reached?.readUnitsPerSecond ?? 0, reached?.writeUnitsPerSecond ?? 0)
    switch mode {
    case .onDemand:
      reads = max(reads, limits.newWarmThroughput.readUnitsPerSecond)
      writes = max(writes, limits.newWarmThroughput.writeUnitsPerSecond)
    case .provisioned(let units):
      reads = max(reads, units.readCapacityUnits)
      writes = max(writes, units.writeCapacityUnits)
    }
    return WarmThroughput(readUnitsPerSecond: reads, writeUnitsPerSecond: writes)
  }

  // MARK: Looking back

  /// Ends windows and minutes that are over.
  @inline(never) private mutating func lookBack(_ run: inout Run<Event>) {
    if let heat, run.now >= windowEnd {
      let gap = (run.now - windowEnd).nanoseconds / heat.window.nanoseconds
      let (table, capacity, delay) = (table, capacity, limits.splitDelay)
      partitions.endWindow(heat, gap: gap > 0) { number in
        run.schedule(
          .table(table, .throughput(.split(capacity: capacity, partition: UInt32(number)))), after: delay)
      }
      windowEnd += heat.window * (gap + 1)
    }
    if run.now >= minuteEnd {
      let quiet = (run.now - minuteEnd).nanoseconds / Time.minutes(1).nanoseconds
      readPeak.endMinute(consumedReadHalves - readsBeforeMinute, quiet: quiet)
      writePeak.endMinute(consumedWriteUnits - writesBeforeMinute, quiet: quiet)
      startMinute(at: minuteEnd + .minutes(quiet))
      if doubleReads > warmReads || doubleWrites > warmWrites {
        warmUp(reads: doubleReads, writes: doubleWrites, &run)
        run.schedule(.table(table, .throughput(.grown(capacity: capacity))), after: .zero)
      }
    }
    due = min(windowEnd, minuteEnd)
  }

  /// Double the average of the highest minute: halves are units when doubled.
  private var doubleReads: Int { Int(readPeak.units / 60) }
  private var doubleWrites: Int { Int(writePeak.units / 30) }

  private mutating func startMinute(at moment: Time) {
    minuteEnd = moment + .minutes(1)
    readsBeforeMinute = consumedReadHalves
    writesBeforeMinute = consumedWriteUnits
  }

  // MARK: Partitions

  /// Partitions that a mode and the warm throughput need, not rounded.
  ///
  /// Provisioned, reads and writes add up: R / 3,000 + W / 1,000 (AWS re:Invent 2016, no longer in the documentation).
  /// Warm throughput looks at the larger of both: the 12,000 reads and 4,000 writes of a new table are 4 partitions.
  private static func need(_ mode: CapacityMode, _ warm: WarmThroughput, _ limits: TableLimits) -> Double {
    let (reads, writes) = (Double(limits.partitionReadUnits), Double(limits.partitionWriteUnits))
    let need = max(Double(warm.readUnitsPerSecond) / reads, Double(warm.writeUnitsPerSecond) / writes)
    switch mode {
    case .onDemand: return need
    case .provisioned(let units):
      return max(need, Double(units.readCapacityUnits) / reads + Double(units.writeCapacityUnits) / writes)
    }
  }

  /// Splits partitions until they serve what the capacity needs.
  mutating func fitPartitions(_ run: inout Run<Event>) {
    let warm = WarmThroughput(readUnitsPerSecond: warmReads, writeUnitsPerSecond: warmWrites)
    fit(Self.need(mode, warm, limits), &run)
  }

  /// Splits partitions until each stores at most its share of so many bytes.
  mutating func fitPartitions(bytes: Int64, _ run: inout Run<Event>) {
    fit(Double(bytes) / Double(limits.partitionSize.bytes), &run)
  }

  private mutating func fit(_ need: Double, _ run: inout Run<Event>) {
    let before = partitions.count
    partitions.fit(need)
    noteSplits(partitions.count - before, &run)
  }

  /// Splits a partition that was hot, unless that is of no use.
  mutating func splitForHeat(_ partition: UInt32, _ run: inout Run<Event>) {
    if partitions.splitForHeat(Int(partition), keepsCollections: keepsCollections) { noteSplits(1, &run) }
  }

  private mutating func noteSplits(_ number: Int, _ run: inout Run<Event>) {
    run.recorder.count(records.splits, by: Int64(number))
    run.recorder.change(records.partitions, by: Int64(number), at: run.now)
  }
}
