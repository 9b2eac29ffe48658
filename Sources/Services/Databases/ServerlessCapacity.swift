import Engine
import Units

// Aurora Serverless v2: the capacity of each node of one cluster. `Database+Serverless.swift` moves it.
//
//   running -- every second that matters --> more, less or the same capacity
//      |  ^
//      |  '-- resumeTime -- resuming <--.
//      v                                | connection attempt
//   paused (no connection for so long) -'

/// The capacities of a cluster's nodes. Of a provisioned database it has none, and is never asked.
struct ServerlessCapacity: ~Copyable {
  /// Without connections since then, in a group of nodes that pause together: all of them if the readers follow the
  /// writer, else each by itself. It has the index of its first node.
  struct Group: BitwiseCopyable {
    var connections: Int32 = 0
    var unusedSince: Time = .zero
    /// Whether a `pauseTimer` is scheduled.
    var isTimed = false
  }

  /// Nil for a provisioned database.
  let config: ServerlessCapacityConfig?
  /// Whether there is a configuration. Every statement asks, so it must not touch that, which is no plain memory.
  let isUsed: Bool
  private let readersFollow: Bool
  let rules: ServerlessRules
  let count: UInt16
  let nodes: UnsafeMutablePointer<ServerlessNode>
  let groups: UnsafeMutablePointer<Group>
  let pauses: Bool
  let records: ServerlessRecords?
  let resumeTime: Sampler
  let deepResumeTime: Sampler
  let stream: UnsafeMutablePointer<RandomStream>
  /// The node that writes.
  var writer: UInt16 = 0
  /// When the next look is due; `.never` while no node needs one.
  var nextLook: Time = .never
  /// The least capacity of all nodes together since recording began.
  var leastTotal = LeastLevel()

  init(
    _ database: DatabaseConfig, hasProxy: Bool, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory,
    run: inout Run<Event>
  ) {
    guard case .serverless(let config) = database.capacity else {
      config = nil
      (isUsed, readersFollow) = (false, false)
      rules = ServerlessRules(ServerlessCapacityConfig(minimum: 1, maximum: 2), connectionMemory: Size(bytes: 0))
      count = 0
      nodes = memory.copy([])
      groups = memory.copy([])
      pauses = false
      records = nil
      resumeTime = pool.makeSampler(.constant(0))
      deepResumeTime = resumeTime
      stream = memory.copy([])
      return
    }
    self.config = config
    (isUsed, readersFollow) = (true, config.readersFollowWriter)
    rules = ServerlessRules(config, connectionMemory: database.sessions.memory)
    count = UInt16(database.nodeCount)
    let initial = config.initial ?? config.leastRunning
    let node = ServerlessNode(capacity: Int32(initial), milliVCPUs: config.milliVCPUs(max(1, initial)))
    nodes = memory.copy(Array(repeating: node, count: database.nodeCount))
    groups = memory.copy(Array(repeating: Group(), count: database.nodeCount))
    // A proxy keeps a connection of its own to each instance (documented), so none of them ever pauses.
    pauses = config.minimum == 0 && !hasProxy
    records = ServerlessRecords(database, config, run: &run)
    resumeTime = pool.makeSampler(config.resumeTime)
    deepResumeTime = pool.makeSampler(config.deepResumeTime)
    stream = memory.copy([streams.stream(component: database.name, purpose: "resume")])
  }

  /// The group of a node.
  func group(of node: UInt16) -> UInt16 { readersFollow ? 0 : node }

  /// Whether the node's capacity follows the writer's.
  func follows(_ node: UInt16) -> Bool { readersFollow && node != writer }

  /// The nodes of a group.
  func members(of group: UInt16) -> Range<UInt16> {
    readersFollow ? 0..<count : group..<group + 1
  }

  /// The writer's capacity for a node that follows it, else 0.
  func companion(of node: UInt16) -> Int32 { follows(node) ? nodes[Int(writer)].capacity : 0 }
}

/// The least value of a level since recording began, which the recorder does not keep.
struct LeastLevel: BitwiseCopyable {
  private(set) var value: Int64 = 0
  private var least: Int64 = .max

  /// The level changes; what it was before counts if it was so while recording.
  mutating func change(by delta: Int64, at now: Time, recordingStart: Time) {
    if now > recordingStart { least = min(least, value) }
    value += delta
  }

  /// The least value of the recorded span, at the run's end.
  var minimum: Int64 { min(least, value) }
}
