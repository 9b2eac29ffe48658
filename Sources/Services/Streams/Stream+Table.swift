import Engine
import Units

// A table's stream: shards follow the table's partitions, and a record is readable when it has reached its shard.
//
//   change -> position -> open shard -> (propagation) -> read by each mapping
//
//   a partition splits:   parent, closed -----> lower child
//                                        `----> upper child      both read when the parent is done with
//
// A record that is written while another one of its shard is under way shares that one's delay: one draw is one moment
// of the way, not one record. Records never overtake each other within a shard.

/// What only a table's stream has.
struct TableStream: BitwiseCopyable {
  let viewType: StreamViewType
  /// Bytes of an item's key attributes.
  let keyBytes: Int64
  let propagation: Sampler
  var propagationStream: RandomStream
  /// Where the ranges of open shards begin, ascending from 0, and the shard of each.
  var bounds: UnsafeMutablePointer<UInt64>
  var openShards: UnsafeMutablePointer<UInt32>
  var openCount: Int
  private var capacity: Int

  init(
    _ table: TableConfig, bounds initial: [UInt64], pool: SamplerPool, streams: StreamFactory
  ) {
    precondition(initial.first == 0, "the first partition begins at 0")
    viewType = table.streamViewType ?? .newAndOldImages
    keyBytes = table.changeStreams.keySize.bytes
    propagation = pool.makeSampler(table.changeStreams.propagationDelay)
    propagationStream = streams.stream(component: table.name, purpose: "stream propagation")
    capacity = initial.count
    openCount = initial.count
    bounds = .allocate(capacity: initial.count)
    openShards = .allocate(capacity: initial.count)
    for (shard, bound) in initial.enumerated() {
      (bounds + shard).initialize(to: bound)
      (openShards + shard).initialize(to: UInt32(shard))
    }
  }

  /// Place among the open shards of the one whose range holds a position.
  func place(of position: UInt64) -> Int {
    var low = 0
    var high = openCount
    while high - low > 1 {
      let middle = (low + high) / 2
      if bounds[middle] <= position { low = middle } else { high = middle }
    }
    return low
  }

  /// The range at a place ends at `position`; two shards go on, from `shard` on.
  mutating func split(_ place: Int, at position: UInt64, into shard: UInt32) {
    if openCount == capacity { grow() }
    for later in stride(from: openCount, to: place + 1, by: -1) {
      bounds[later] = bounds[later - 1]
      openShards[later] = openShards[later - 1]
    }
    bounds[place + 1] = position
    openShards[place] = shard
    openShards[place + 1] = shard + 1
    openCount += 1
  }

  /// Bytes of a change's record (inferred: AWS's names of the view types; what surrounds the images counts as zero).
  func bytes(of change: TableChange) -> Int64 {
    switch viewType {
    case .keysOnly: keyBytes
    case .newImage: keyBytes + Int64(change.newBytes)
    case .oldImage: keyBytes + Int64(change.oldBytes)
    case .newAndOldImages: keyBytes + Int64(change.newBytes) + Int64(change.oldBytes)
    }
  }

  private mutating func grow() {
    let moreBounds = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * capacity)
    let moreShards = UnsafeMutablePointer<UInt32>.allocate(capacity: 2 * capacity)
    moreBounds.update(from: bounds, count: openCount)
    moreShards.update(from: openShards, count: openCount)
    deallocate()
    bounds = moreBounds
    openShards = moreShards
    capacity *= 2
  }

  /// Gives the memory back; the owner's last word.
  func deallocate() {
    bounds.deallocate()
    openShards.deallocate()
  }
}

extension Stream {
  /// How long a table's stream keeps records (documented).
  static var tableRetention: Time { .hours(24) }

  /// The stream of a table whose partitions begin at `bounds`.
  init(
    of table: TableConfig, bounds: [UInt64], index: UInt16, pool: SamplerPool, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    var config = StreamConfig(name: table.name)
    config.shardCount = bounds.count
    config.retentionPeriod = Self.tableRetention
    self.init(
      config, index: index, limits: .table,
      table: TableStream(table, bounds: bounds, pool: pool, streams: streams), segment: nil,
      records: StreamRecords(table: table.name, run: &run), pool: pool, streams: streams)
  }

  /// The table has changed: a record is on its way.
  mutating func append(_ change: TableChange, _ run: inout Run<Event>) {
    let bytes = table.unsafelyUnwrapped.bytes(of: change)
    run.recorder.count(records.incoming)
    run.recorder.count(records.bytes, by: bytes)
    if change.kind == .expired, let expired = records.expired { run.recorder.count(expired) }
    // Nobody could tell whether a stream without readers keeps its records.
    if readerCount == 0 { return }
    let place = table.unsafelyUnwrapped.place(of: change.position)
    let shard = table.unsafelyUnwrapped.openShards[place]
    let record = StoredRecord(
      arrival: run.now, visible: arrival(at: Int(shard), run.now), key: change.key,
      bytes: UInt32(truncatingIfNeeded: bytes), isPoisoned: false)
    store(record, shard, &run)
  }

  /// When a record that is written now can be read.
  private mutating func arrival(at shard: Int, _ now: Time) -> Time {
    if shards[shard].delayEnd <= now, var table {
      shards[shard].delay = Time(nanoseconds: table.propagation.drawTime(&table.propagationStream))
      shards[shard].delayEnd = now + shards[shard].delay
      self.table = table
    }
    return max(now + shards[shard].delay, shards[shard].visibleUntil)
  }

  /// A partition of the table splits: its shard closes, and two go on, the second from `position`. A position at which
  /// a shard begins already changes nothing.
  @inline(never) mutating func split(at position: UInt64) {
    let place = table.unsafelyUnwrapped.place(of: position)
    if table.unsafelyUnwrapped.bounds[place] == position { return }
    let parent = table.unsafelyUnwrapped.openShards[place]
    let child = shardCount
    if Int(child) + 2 > shardCapacity { growShards() }
    shards[Int(parent)].close(children: child)
    (shards + Int(child)).initialize(repeating: Shard(parent: parent), count: 2)
    shardCount += 2
    table?.split(place, at: position, into: child)
    for reader in 0..<readerCount {
      let before = iterator(reader, parent).pointee
      var after = ShardIterator(step: readers[reader].step)
      after.isBlocked = !isDone(reader, parent)
      after.wants = !after.isBlocked
      after.anchor = before.anchor
      after.lookFrom = before.lookFrom
      iterator(reader, child).initialize(repeating: after, count: 2)
    }
  }

  /// Whether a reader is done with all records of a shard that is closed.
  func isDone(_ reader: Int, _ shard: UInt32) -> Bool {
    let iterator = iterator(reader, shard)
    return shards[Int(shard)].children != .max && !iterator.pointee.isBlocked
      && iterator.pointee.oldest == shards[Int(shard)].end
  }

  /// A reader is done with a closed shard: it goes on with those behind it, at once as after any batch.
  func release(_ reader: Int, _ shard: UInt32, _ run: inout Run<Event>) {
    let lookFrom = iterator(reader, shard).pointee.lookFrom
    for child in shards[Int(shard)].children...shards[Int(shard)].children + 1 {
      let iterator = iterator(reader, child)
      guard iterator.pointee.isBlocked else { continue }
      iterator.pointee.isBlocked = false
      iterator.pointee.wants = true
      iterator.pointee.lookFrom = lookFrom
      iterator.pointee.anchor = max(run.now, lookFrom)
      if isDone(reader, child) { release(reader, child, &run) } else { arm(reader, child, &run) }
    }
  }

  private mutating func growShards() {
    let capacity = 2 * shardCapacity + 2
    let more = UnsafeMutablePointer<Shard>.allocate(capacity: capacity)
    more.update(from: shards, count: Int(shardCount))
    shards.deallocate()
    shards = more
    let wider = UnsafeMutablePointer<ShardIterator>.allocate(capacity: max(1, readerCount * capacity))
    for reader in 0..<readerCount {
      (wider + reader * capacity).update(from: iterators + reader * shardCapacity, count: Int(shardCount))
    }
    iterators.deallocate()
    iterators = wider
    shardCapacity = capacity
  }

  /// Shards that take records.
  var openShardCount: Int { table?.openCount ?? Int(shardCount) }

  /// What a table reports of its stream.
  func tableFigures(_ recorder: borrowing Recorder) -> [Figure] {
    [
      Figure("streamRecords", Double(recorder.total(records.incoming))),
      Figure("streamBytes", Double(recorder.total(records.bytes))),
      Figure("streamExpiredRecords", Double(records.expired.map { recorder.total($0) } ?? 0)),
      Figure("streamShards", Double(openShardCount)),
      Figure("streamClosedShards", Double(Int(shardCount) - openShardCount)),
    ]
  }
}
