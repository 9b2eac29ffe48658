import Engine
import Units

// The items that a table holds, as two numbers: how many, and how many bytes. Callers' writes change them when they are
// admitted; with a time to live, items leave by themselves:
//
//   created -> held -> (expiry + delay) -> expired
//                \-> deleted by a caller

/// What happens to a table's stored items by itself, and to what is kept of them elsewhere.
@frozen
public enum TableStorageEvent: BitwiseCopyable, Sendable {
  /// Expired items are deleted.
  case expire
  /// A backup of the scenario's list is due.
  case backup(UInt16)
  /// A restore of the scenario's list is due.
  case restore
  /// What an incremental export of the scenario's list covers begins.
  case exportPeriod(UInt16)
  /// An export of the scenario's list is due.
  case export(UInt16)
  /// Written items have arrived at a replica.
  case replicated(items: UInt32)
}

/// Items that their time to live has deleted.
struct ExpiredItems: BitwiseCopyable {
  let count: Int64
  /// Mean bytes of one, rounded up.
  let bytesEach: Int64
}

/// The items that a table holds, and what is kept of them elsewhere.
struct TableStorage: ~Copyable {
  private let table: UInt16
  private let config: TableConfig
  private let footprint: TableFootprint
  private let records: StorageRecords
  private var items: Int64
  /// Bytes of those items; and of what is stored at time zero in a number of items that the scenario does not say.
  private var bytes: Int64
  private let uncounted: Int64
  /// Stored bytes beyond which the partitions of the table or of an index may be too few.
  var room = Int64.max
  private var backups: TableBackups
  /// When recording starts, ns.
  private let start: Int64
  /// Sums of change x time of the change since recording started: what is missing of (amount at the end) x span in the
  /// integral over it.
  private var itemMoment: Int128 = 0
  private var byteMoment: Int128 = 0
  private var totals = StorageTotals()
  private let hasExpiries: Bool
  private var expiries: ItemExpiries
  /// The slot whose event is pending; `.max` for none.
  private var armed = Int.max
  private let after: Sampler
  private let deletionDelay: Sampler
  private let renewal: Double
  private var expiryStream: RandomStream
  private var pickStream: RandomStream

  init(_ config: TableConfig, index: UInt16, streams: StreamFactory, pool: SamplerPool, run: inout Run<Event>) {
    self.config = config
    table = index
    footprint = TableFootprint(config)
    items = Int64(config.itemCount)
    bytes = items > 0 ? config.storageSize.bytes : 0
    uncounted = items > 0 ? 0 : config.storageSize.bytes
    start = run.recordingStart.nanoseconds
    backups = TableBackups(config.backups, recordingStart: run.recordingStart, end: run.end)
    records = StorageRecords(config.name, expires: config.timeToLive != nil, run: &run)
    let timeToLive = config.timeToLive
    hasExpiries = timeToLive != nil
    // Without a time to live the smallest ring, which nothing is put into.
    expiries = ItemExpiries(until: hasExpiries ? run.end : Time(nanoseconds: 1))
    after = pool.makeSampler(timeToLive?.after ?? .constant(0))
    deletionDelay = pool.makeSampler(timeToLive?.deletionDelay ?? .constant(0))
    renewal = timeToLive?.renewal ?? 0
    expiryStream = streams.stream(component: config.name, purpose: "expiries")
    pickStream = streams.stream(component: config.name, purpose: "expiry picks")
    run.recorder.set(records.items, to: items)
    run.recorder.set(records.bytes, to: bytes + uncounted)
    if let timeToLive { addInitial(timeToLive, pool: pool, streams: streams) }
  }

  /// Before the first event.
  mutating func begin(_ run: inout Run<Event>) {
    if hasExpiries { arm(&run) }
    backups.begin(table, &run)
  }

  /// Bytes of the items, uncounted ones included.
  var size: Int64 { bytes &+ uncounted }

  /// Whether partitions may be too few for what is stored.
  @inline(__always) var isCramped: Bool { bytes &+ uncounted > room }

  // MARK: Writes

  /// Items were written that did not exist before; `bytes` of all of them.
  @inline(__always) mutating func created(items: Int64, bytes: Int64, _ run: inout Run<Event>) {
    guard items > 0 else { return }
    change(items: items, bytes: bytes, &run)
    if run.recorder.isRecording {
      totals.created &+= items
      totals.writtenBytes &+= bytes
    }
    backups.wrote(bytes: bytes)
    if hasExpiries { expect(items, &run) }
  }

  /// Items that exist were written; `bytes` by which they all grew, below 0 if they shrank.
  ///
  /// With fewer items than that in the table the rest changes nothing and is counted as in vain. An item keeps 1 B.
  @inline(__always) mutating func changed(items: Int64, bytes: Int64, _ run: inout Run<Event>) {
    guard items > 0 else { return }
    backups.wrote(items: items)
    if bytes != 0 || hasExpiries || items > self.items { changeSlowly(items: items, bytes: bytes, &run) }
  }

  /// Items were deleted; `bytes` of all of them.
  ///
  /// No more than there are, and none of those that the scenario does not count; the rest is counted as in vain.
  @inline(never) mutating func deleted(items: Int64, bytes: Int64, _ run: inout Run<Event>) {
    let there = min(items, self.items)
    if run.recorder.isRecording { totals.inVain += items - there }
    guard there > 0 else { return }
    let wanted = there == items ? bytes : Int64(Int128(bytes) * Int128(there) / Int128(items))
    // Every item that stays has a byte; the last one takes all with it.
    let left = self.items - there
    let gone = left == 0 ? self.bytes : max(0, min(wanted, self.bytes - left))
    change(items: -there, bytes: -gone, &run)
    if run.recorder.isRecording {
      totals.deleted += there
      totals.deletedBytes += gone
    }
    backups.wrote(bytes: gone)
    guard hasExpiries else { return }
    for _ in 0..<there { removeAny() }
  }

  @inline(never) private mutating func changeSlowly(items: Int64, bytes: Int64, _ run: inout Run<Event>) {
    let there = min(items, self.items)
    if uncounted == 0 && run.recorder.isRecording { totals.inVain += items - there }
    guard there > 0 else { return }
    let wanted = there == items ? bytes : Int64(Int128(bytes) * Int128(there) / Int128(items))
    let grown = max(wanted, self.items - self.bytes)
    change(items: 0, bytes: grown, &run)
    if run.recorder.isRecording { totals.writtenBytes += grown }
    guard hasExpiries else { return }
    for _ in 0..<there where renewal == 1 || pickStream.nextUnit() < renewal {
      removeAny()
      expect(1, &run)
    }
  }

  @inline(__always) private mutating func change(items: Int64, bytes: Int64, _ run: inout Run<Event>) {
    self.items &+= items
    self.bytes &+= bytes
    let time = run.now.nanoseconds &- start
    if time > 0 {
      itemMoment &+= Int128(items) &* Int128(time)
      byteMoment &+= Int128(bytes) &* Int128(time)
    }
    run.recorder.set(records.items, to: self.items)
    run.recorder.set(records.bytes, to: self.bytes &+ uncounted)
  }

  // MARK: Time to live

  /// Items at time zero: each of a hundred thousand draws stands for as many.
  private mutating func addInitial(_ timeToLive: TimeToLiveConfig, pool: SamplerPool, streams: StreamFactory) {
    let mean = timeToLive.after.mean
    let remaining = pool.makeSampler(
      timeToLive.remaining ?? .uniform(low: 0, high: mean.isFinite ? mean : 0x1p60))
    var stream = streams.stream(component: config.name, purpose: "remaining times to live")
    let draws = min(items, 100_000)
    for draw in 0..<draws {
      let share = items / draws + (draw < items % draws ? 1 : 0)
      let due = min(remaining.drawTime(&stream), 1 << 60) + min(deletionDelay.drawTime(&stream), 1 << 60)
      _ = expiries.insert(share, at: due, now: .zero)
    }
  }

  /// Draws when new items will be deleted.
  @inline(never) private mutating func expect(_ items: Int64, _ run: inout Run<Event>) {
    for _ in 0..<items {
      let life = min(after.drawTime(&expiryStream), 1 << 60) + min(deletionDelay.drawTime(&expiryStream), 1 << 60)
      let slot = expiries.insert(1, at: run.now.nanoseconds + life, now: run.now)
      if slot < armed && slot < expiries.last { arm(slot, &run) }
    }
  }

  /// Takes away the expiry of an item that is picked evenly among all.
  private mutating func removeAny() {
    expiries.remove(Int64(pickStream.nextIndex(below: UInt64(expiries.count))))
  }

  private mutating func arm(_ run: inout Run<Event>) {
    armed = .max
    if let slot = expiries.first() { arm(slot, &run) }
  }

  private mutating func arm(_ slot: Int, _ run: inout Run<Event>) {
    armed = slot
    run.schedule(.table(table, .storage(.expire)), at: Time(nanoseconds: Int64(slot) * expiries.width))
  }

  /// Deletes the items whose time has come; free of write units. Their bytes are the mean of all.
  @inline(never) mutating func expire(_ run: inout Run<Event>) -> ExpiredItems {
    let nothing = ExpiredItems(count: 0, bytesEach: 0)
    // An earlier slot may have been chosen since, and dealt with this one's successor.
    guard Int64(armed) == run.now.nanoseconds / expiries.width else { return nothing }
    let count = expiries.take(armed)
    arm(&run)
    guard count > 0 else { return nothing }
    let all = items
    let gone = count == all ? bytes : Int64(Int128(bytes) * Int128(count) / Int128(all))
    change(items: -count, bytes: -gone, &run)
    if run.recorder.isRecording {
      totals.expired += count
      totals.expiredBytes += gone
    }
    if let expired = records.expired { run.recorder.count(expired, by: count) }
    backups.wrote(bytes: gone)
    return ExpiredItems(count: count, bytesEach: (gone + count - 1) / count)
  }

  // MARK: Backups, restores and exports

  /// A backup, restore or export is due.
  @inline(never) mutating func handle(_ event: TableStorageEvent, _ run: inout Run<Event>) {
    let (items, bytes) = (Int128(items), Int128(bytes + uncounted))
    switch event {
    case .backup(let number):
      backups.backUp(number, size: Int64(footprint.table(items: items, bytes: bytes)), table, &run)
    case .restore: backups.restore(size: Int64(footprint.whole(items: items, bytes: bytes)), &run)
    case .exportPeriod(let number): backups.beginPeriod(number)
    case .export(let number):
      backups.export(
        number, size: Int64(footprint.table(items: items, bytes: bytes)),
        meanItem: self.items == 0 ? 0 : self.bytes / self.items, table, &run)
    case .expire, .replicated: preconditionFailure("expiries and replicas have their own ways")
    }
  }

  /// Bytes in a global index, as far as the number or size of its entries is known; without their overhead.
  func bytes(in index: IndexConfig) -> Int64 {
    guard let entry = index.entrySize, items > 0 else {
      return index.projection == .all ? Int64(index.share * Double(size)) : 0
    }
    return Int64(index.share * Double(items)) * entry.bytes
  }

  // MARK: Results

  /// What storage used over the recorded span of `span`.
  func usage(duration span: Time) -> [UsageLine] {
    let time = Int128(span.nanoseconds)
    let items = Int128(items) * time - itemMoment
    let bytes = Int128(bytes + uncounted) * time - byteMoment
    let copies = Int128(1 + (config.replication?.regions.count ?? 0))
    var lines = [
      UsageLine(
        meter: TableMeters.storage(config.tableClass), resource: config.name,
        amount: TableMeters.byteMilliseconds(footprint.whole(items: items, bytes: bytes) * copies))
    ]
    if config.backups.pointInTimeRecoveryDays != nil {
      lines.append(
        UsageLine(
          meter: TableMeters.pointInTimeRecovery, resource: config.name,
          amount: TableMeters.byteMilliseconds(footprint.table(items: items, bytes: bytes))))
    }
    return lines + backups.usage(config.name)
  }

  /// Figures over the recorded span, and what is there at its end.
  func figures() -> [Figure] {
    [
      Figure("itemsAtEnd", Double(items)),
      Figure("storedBytesAtEnd", Double(bytes + uncounted)),
      Figure("itemsCreated", Double(totals.created)),
      Figure("itemsDeleted", Double(totals.deleted)),
      Figure("itemsExpired", Double(totals.expired)),
      Figure("bytesWritten", Double(totals.writtenBytes)),
      Figure("bytesDeleted", Double(totals.deletedBytes)),
      Figure("bytesExpired", Double(totals.expiredBytes)),
      Figure("writesInVain", Double(totals.inVain)),
    ]
  }
}

/// What changed over the recorded span.
private struct StorageTotals: BitwiseCopyable {
  var created: Int64 = 0
  var deleted: Int64 = 0
  var expired: Int64 = 0
  /// Of new items, and by which others grew; below 0 if they shrank more.
  var writtenBytes: Int64 = 0
  var deletedBytes: Int64 = 0
  var expiredBytes: Int64 = 0
  /// Items to change or delete that were not there.
  var inVain: Int64 = 0
}

/// What a table reports of its items. `TimeToLiveDeletedItemCount` is CloudWatch's; numbers and bytes are what
/// DescribeTable tells every six hours, here at each period's end.
private struct StorageRecords: BitwiseCopyable {
  let items: GaugeID
  let bytes: GaugeID
  /// Nil without a time to live.
  let expired: CounterID?

  init(_ name: String, expires: Bool, run: inout Run<Event>) {
    let own = "Windtunnel/DynamoDB"
    items = run.recorder.addGauge(resource: name, namespace: own, "ItemCount", unit: "Count")
    bytes = run.recorder.addGauge(resource: name, namespace: own, "TableSizeBytes", unit: "Bytes")
    expired =
      expires
      ? run.recorder.addCounter(resource: name, namespace: "AWS/DynamoDB", "TimeToLiveDeletedItemCount") : nil
  }
}
