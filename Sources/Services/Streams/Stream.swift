import Engine
import Units

// A stream: shards that take records, and readers that stand somewhere in each.
//
//   put, entry by entry:  key -> shard -> (write limits) -> stored -> read by each mapping, and trimmed
//                                              |
//                                           refused
//
// A put is answered after the put's latency, or at once if every entry was refused. A stored record can be read at
// once. It arms the next look of each reader that waits for records.
//
// A table's stream is one too. Its records come from the table, its shards follow the table's partitions, and a record
// can be read when it has reached the stream: `Stream+Table`.

/// What happens inside a stream.
@frozen
public enum StreamEvent: BitwiseCopyable, Sendable {
  /// A put is done.
  case put(CallID)
  /// A table's change arrives: number of its capture, and place among what is under way there.
  case captured(capture: UInt16, slot: UInt32)
}

/// A stream's state, and how it reacts.
struct Stream: ~Copyable {
  let index: UInt16
  let config: StreamConfig
  let limits: StreamLimits
  let retention: Time
  /// Closed ones included.
  var shardCount: UInt32
  /// They move when the stream gets more of them.
  var shards: UnsafeMutablePointer<Shard>
  var shardCapacity: Int
  /// What only a table's stream has; nil for a stream of Kinesis.
  var table: TableStream?
  private(set) var readers: UnsafeMutablePointer<StreamReader>
  private(set) var readerCount = 0
  /// Reader by reader, `shardCapacity` each.
  var iterators: UnsafeMutablePointer<ShardIterator>
  private let latency: Sampler
  private var keyStream: RandomStream
  private var poisonStream: RandomStream
  private var latencyStream: RandomStream
  private let segment: SegmentID?
  let records: StreamRecords

  /// `sites` is the system's table, which is complete only when every component is built.
  init(
    _ config: StreamConfig, index: UInt16, sites: UnsafeMutablePointer<CallSite>, pool: SamplerPool,
    memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.init(
      config, index: index, limits: .kinesis, table: nil, segment: run.addSegment("\(config.name) put"),
      records: StreamRecords(config, run: &run), pool: pool, streams: streams)
  }

  init(
    _ config: StreamConfig, index: UInt16, limits: StreamLimits, table: TableStream?, segment: SegmentID?,
    records: StreamRecords, pool: SamplerPool, streams: StreamFactory
  ) {
    self.index = index
    self.config = config
    self.limits = limits
    self.table = table
    self.segment = segment
    self.records = records
    retention = config.retentionPeriod
    shardCount = UInt32(config.shardCount)
    shardCapacity = config.shardCount
    shards = .allocate(capacity: config.shardCount)
    shards.initialize(repeating: Shard(), count: config.shardCount)
    readers = .allocate(capacity: 1)
    iterators = .allocate(capacity: 1)
    latency = pool.makeSampler(config.putLatency)
    keyStream = streams.stream(component: config.name, purpose: "partition keys")
    poisonStream = streams.stream(component: config.name, purpose: "poison")
    latencyStream = streams.stream(component: config.name, purpose: "latency")
  }

  deinit {
    for shard in 0..<Int(shardCount) { shards[shard].deallocate() }
    shards.deallocate()
    readers.deallocate()
    iterators.deallocate()
    table?.deallocate()
  }

  // MARK: Puts

  mutating func called(_ call: CallID, _ request: MessageRequest, _ run: inout Run<Event>) {
    var stored: Int64 = 0
    for _ in 0..<request.entries {
      let key = UInt32(truncatingIfNeeded: keyStream.nextIndex(below: UInt64(request.keys)))
      let isPoisoned = request.poison > 0 && poisonStream.nextUnit() < request.poison
      if put(key: key, bytes: request.bytes, isPoisoned: isPoisoned, &run) { stored += 1 }
    }
    if stored == 0 { return run.answer(call, .throttled) }
    let time = latency.drawTime(&latencyStream)
    if time == 0 { return run.answer(call, .success) }
    run.schedule(.stream(index, .put(call)), after: Time(nanoseconds: time))
  }

  @inline(never) mutating func handle(_ event: StreamEvent, _ run: inout Run<Event>) {
    switch event {
    case .put(let call):
      if let segment { run.ledgers.attribute(run.calls[call.slot].ledger, to: segment, at: run.now) }
      run.answer(call, .success)
    case .captured: preconditionFailure("a captured change has its own way")
    }
  }

  /// Stores one entry; false if the shard of its key is at a limit.
  mutating func put(key: UInt32, bytes: Int64, isPoisoned: Bool, _ run: inout Run<Event>) -> Bool {
    let shard = Self.share(of: UInt32(truncatingIfNeeded: Self.hash(key) &>> 32), among: shardCount)
    guard shards[Int(shard)].admit(bytes: bytes, at: run.now) else {
      if let refused = records.refused { run.recorder.count(refused) }
      return false
    }
    run.recorder.count(records.incoming)
    run.recorder.count(records.bytes, by: bytes)
    if let payload = records.payload { run.recorder.count(payload, by: StreamMeters.payloadUnits(bytes: bytes)) }
    // Nobody could tell whether a stream without readers keeps its records.
    if readerCount == 0 { return true }
    let bytes = UInt32(truncatingIfNeeded: bytes)
    store(
      StoredRecord(arrival: run.now, visible: run.now, key: key, bytes: bytes, isPoisoned: isPoisoned), shard, &run)
    return true
  }

  /// A record joins its shard, and readers that wait for one are to look.
  @inline(__always) func store(_ record: StoredRecord, _ shard: UInt32, _ run: inout Run<Event>) {
    shards[Int(shard)].append(record)
    for reader in 0..<readerCount {
      run.recorder.change(readers[reader].behind, by: 1, at: run.now)
      if iterator(reader, shard).pointee.armed == .never { arm(reader, shard, &run) }
    }
  }

  /// 64 well-mixed bits of a key (splitmix64's finaliser): the upper half chooses the shard, the lower half the lane.
  static func hash(_ key: UInt32) -> UInt64 {
    var z = (UInt64(key) &+ 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ z &>> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z &>> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z &>> 31
  }

  /// Which of `count` equal parts of the space of hashes a hash lies in.
  static func share(of hash: UInt32, among count: UInt32) -> UInt32 {
    UInt32(truncatingIfNeeded: (UInt64(hash) &* UInt64(count)) &>> 32)
  }

  // MARK: Readers

  /// A mapping begins to read, at time zero, when the stream is empty.
  mutating func addReader(_ reader: StreamReader) -> Int {
    let old = readerCount * shardCapacity
    let wider = UnsafeMutablePointer<ShardIterator>.allocate(capacity: old + shardCapacity)
    wider.update(from: iterators, count: old)
    (wider + old).initialize(repeating: ShardIterator(step: reader.step), count: shardCapacity)
    iterators.deallocate()
    iterators = wider
    let more = UnsafeMutablePointer<StreamReader>.allocate(capacity: readerCount + 1)
    more.update(from: readers, count: readerCount)
    (more + readerCount).initialize(to: reader)
    readers.deallocate()
    readers = more
    readerCount += 1
    return readerCount - 1
  }

  /// Between two reads of a shard by one reader.
  var readInterval: Time { limits.sharesReads ? limits.readInterval * Int64(readerCount) : limits.readInterval }

  /// Where a reader stands, for as long as no reader and no shard is added.
  func iterator(_ reader: Int, _ shard: UInt32) -> UnsafeMutablePointer<ShardIterator> {
    iterators + (reader * shardCapacity + Int(shard))
  }

  /// Schedules a reader's next look, if it wants records and there are some that it has not read.
  func arm(_ reader: Int, _ shard: UInt32, _ run: inout Run<Event>) {
    let iterator = self.iterator(reader, shard)
    guard iterator.pointee.wants, iterator.pointee.position != shards[Int(shard)].end else { return }
    let visible = max(run.now, shards[Int(shard)].record(iterator.pointee.position).visible)
    let look = max(iterator.pointee.nextLook(visible), iterator.pointee.lookFrom, shards[Int(shard)].readableFrom)
    guard look < iterator.pointee.armed else { return }
    iterator.pointee.armed = look
    run.schedule(.streamMapping(readers[reader].mapping, .look(shard: shard)), at: look)
  }

  /// Forgets records that every reader has done with.
  func trim(_ shard: UInt32) {
    let first = shards[Int(shard)].first
    var count = UInt32.max
    for reader in 0..<readerCount { count = min(count, iterator(reader, shard).pointee.oldest &- first) }
    shards[Int(shard)].trim(count)
  }
}
