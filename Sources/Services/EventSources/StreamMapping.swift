import Engine
import Units

// A mapping from a stream: for each shard a poller, and as many lanes as the parallelization factor says.
//
//                 records, and the batch is full,
//                 or there is no window, or it is over
//   idle, gathering ------------------------------------> invoking <---------+
//          ^                                               |    |            |
//          |        answered: processed, or given up       |    | throttled, | retry delay
//          +-----------------------------------------------+    | or failed  |
//                                                               v            |
//                                                             waiting -------+
//
// A partition key always goes to the same lane of its shard, and a lane has one batch in work, so the order of a key's
// records is kept. While a batch waits, its lane takes no other records, and they grow old: `StreamMapping+Failures`.
// When the poller looks at its shard: `ShardIterator` and `StreamMapping+Reading`.

/// What happens inside a mapping from a stream.
@frozen
public enum StreamMappingEvent: BitwiseCopyable, Sendable {
  /// The mapping may look at a shard, which has records that it has not read.
  case look(shard: UInt32)
  /// The batching window of a lane may be over.
  case windowTimer(lane: UInt32)
  /// A lane's batch has waited for its next attempt.
  case retry(lane: UInt32)
}

/// What the mapping knows of one shard.
struct Poller: BitwiseCopyable {
  /// Lanes without a batch, and those of them that gather one.
  var free: UInt32
  var gathering: UInt32 = 0
}

/// An event source mapping that reads a stream: its state, and how it reacts.
struct StreamMapping: ~Copyable {
  let index: UInt16
  let config: EventSourceMappingConfig
  /// Which stream it reads; the system hands it over with every event.
  let source: UInt16
  let function: Party
  let site: UInt32
  /// Where the mapping reports batches that it gives up.
  let destination: Party?
  let destinationSite: UInt32
  let batchSize: UInt32
  let window: Time
  let laneCount: UInt32
  let pollingInterval: Time
  let bisects: Bool
  let reportsFailures: Bool
  /// `.max` for no limit.
  let maximumRetries: UInt32
  /// `.never` for no limit.
  let maximumAge: Time
  let retryDelay: Sampler
  var retryStream: RandomStream
  /// Its place among the stream's readers.
  var reader = 0
  private(set) var shardCount: UInt32 = 0
  /// Shards for which there is room.
  private var shardCapacity = 0
  /// One a shard; they move when the stream gets more shards.
  var pollers: UnsafeMutablePointer<Poller>
  /// Shard by shard, `laneCount` each.
  var lanes: UnsafeMutablePointer<Lane>
  var parts: Slab<BatchPart>
  let records: StreamMappingRecords

  /// Bytes of one invocation's payload (documented: Lambda quotas). Records are sent in Base64, and AWS counts that;
  /// here they count as they were put, so batches of large records are up to a third too large.
  static var bytesMax: Int64 { 6 << 20 }
  /// Bytes of the report of a batch that was given up (inferred from AWS's example).
  static var reportSize: Size { .kilobytes(1) }
  /// Shortest wait before an attempt: without one, a batch that is refused at once would be sent again for ever.
  static var retryDelayMin: Time { .milliseconds(1) }
  /// The tag of calls to the destination; other calls carry their lane.
  static var destinationTag: UInt32 { .max }

  init(
    _ config: EventSourceMappingConfig, index: UInt16, directory: inout Directory,
    sites: UnsafeMutablePointer<CallSite>, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    guard case .stream(let stream) = config.source else { preconditionFailure("a stream mapping reads a stream") }
    self.index = index
    self.config = config
    source = directory.stream(of: stream.stream)
    function = directory.party(of: config.functionName)
    site = directory.site(SiteRequest(resource: config.functionName))
    destination = stream.onFailure.map { directory.party(of: $0) }
    destinationSite =
      stream.onFailure.map {
        directory.site(
          SiteRequest(resource: $0, payload: Self.reportSize, message: MessageConfig(entries: 1, keys: 1)))
      } ?? 0
    batchSize = UInt32(config.batchSize)
    window = config.maximumBatchingWindow
    laneCount = UInt32(stream.parallelizationFactor)
    pollingInterval = stream.pollingInterval
    bisects = stream.bisectsBatchOnFunctionError
    reportsFailures = config.reportsBatchItemFailures
    maximumRetries = stream.maximumRetryAttempts.map { UInt32($0) } ?? .max
    maximumAge = stream.maximumRecordAge ?? .never
    retryDelay = pool.makeSampler(stream.retryDelay)
    retryStream = streams.stream(component: config.name, purpose: "retry delay")
    pollers = .allocate(capacity: 1)
    lanes = .allocate(capacity: 1)
    parts = Slab(blank: BatchPart(count: 0, next: .max))
    records = StreamMappingRecords(
      config, isOnlyReader: directory.streamMappingCount(of: config.functionName) == 1, run: &run)
  }

  deinit {
    for lane in 0..<Int(shardCount * laneCount) { lanes[lane].queue.deallocate() }
    lanes.deallocate()
    pollers.deallocate()
  }

  /// Begins to poll, at time zero.
  mutating func begin(_ source: inout Stream, _ run: inout Run<Event>) {
    reader = source.addReader(StreamReader(mapping: index, behind: records.behind, step: pollingInterval))
    follow(source)
  }

  /// Gives each new shard of the stream a poller and lanes.
  mutating func follow(_ source: borrowing Stream) {
    let (old, new) = (Int(shardCount), Int(source.shardCount))
    let width = Int(laneCount)
    if new > shardCapacity {
      let capacity = old == 0 ? new : max(new, 2 * old)
      let morePollers = UnsafeMutablePointer<Poller>.allocate(capacity: capacity)
      morePollers.update(from: pollers, count: old)
      pollers.deallocate()
      pollers = morePollers
      let moreLanes = UnsafeMutablePointer<Lane>.allocate(capacity: capacity * width)
      moreLanes.update(from: lanes, count: old * width)
      lanes.deallocate()
      lanes = moreLanes
      shardCapacity = capacity
    }
    (pollers + old).initialize(repeating: Poller(free: laneCount), count: new - old)
    (lanes + old * width).initialize(repeating: Lane(), count: (new - old) * width)
    shardCount = source.shardCount
  }

  @inline(never) mutating func handle(_ event: StreamMappingEvent, _ source: inout Stream, _ run: inout Run<Event>) {
    switch event {
    case .look(let shard): look(shard, &source, &run)
    case .windowTimer(let lane): windowTimer(lane, &source, &run)
    case .retry(let lane): resume(lane, &source, &run)
    }
  }
}
