import Engine
import Units

// A DB instance or an Aurora cluster: its nodes, the sessions that clients hold open, and the statements in progress.
//
//   session:  connect -> opening --------> idle <-----------> active --> leaving (its client has gone, it works)
//               |  |        |               |                   |           |
//               |  v        v               v                   v           v
//               | waits    free  <--- disconnect, unused for too long, node failed, statement over
//               v
//             refused: no slot, no memory, no node
//   job:      CPU (a share of the node's vCPUs) -> storage -> functions -> round trip -> next statement, or answered
//
// A session's slot counts from the moment when its opening begins until the server itself lets go of it. What the
// nodes do about connects and failures is in Database+Nodes, the life of a session in Database+Sessions, that of a
// statement in Database+Execution.

/// What happens inside a database.
@frozen
public enum DatabaseEvent: BitwiseCopyable, Sendable {
  /// A statement on a node's CPU may be done.
  case station(node: UInt32)
  /// A job's storage, round trip or pause is over.
  case resumed(job: UInt32)
  /// The session that has been idle for longest may have been so for too long.
  case idleTimer
  /// Aurora Serverless looks at the load of all nodes.
  case scaling
  /// A paused node may resume, or an idle one pause.
  case pauseTimer(node: UInt32)
  /// The writer fails; index of the fault, `.max` for a random one.
  case failure(index: UInt32)
  /// The service has noticed that the writer failed, and acts.
  case detected
  /// A writer takes connections again.
  case recovered
  /// The writer that failed is back as a reader.
  case rejoined(node: UInt32)
  /// An event of RDS reaches a subscriber.
  case notified(subscription: UInt32)
  /// The credits of a burstable node are looked at.
  case credits(node: UInt32)
  /// Storage autoscaling looks at the free space.
  case storageCheck
}

/// A database's state, and how it reacts.
struct Database: ~Copyable {
  let index: UInt16
  let config: DatabaseConfig
  let sites: UnsafeMutablePointer<CallSite>
  private(set) var queries: UnsafePointer<CompiledQuery>
  /// By query: for its CPU time and what it reads and writes, and for the client's pauses.
  private(set) var queryStreams: UnsafeMutablePointer<RandomStream>
  private(set) var pauseStreams: UnsafeMutablePointer<RandomStream>
  let eventSubscribers: EventSubscribers
  var failover: DatabaseFailover
  /// The CPU of each node: the writer of time zero, then the readers.
  var nodes: Components<Station>
  /// By node: what else is known of it.
  let members: UnsafeMutablePointer<DatabaseMember>
  /// Where the reader endpoint's turn stands.
  var readerTurn = UInt16(0)
  var sessions: Slab<DatabaseSession>
  /// Sessions without a statement, by when they have been so for too long.
  var idleSessions = DeadlineList()
  var jobs: Slab<DatabaseJob>
  /// Connects that wait for a node to resume.
  var heldConnects: Slab<HeldConnect>
  var links: SessionLinks
  var volume: DatabaseVolume
  let records: DatabaseRecords
  /// By node.
  let nodeRecords: UnsafePointer<DatabaseNodeRecords>
  var storage: DatabaseStorage
  var credits: DatabaseCredits
  let openingCPU: Sampler
  let openingLatency: Sampler
  let roundTrip: Sampler
  /// Opening CPU, opening, round trips.
  let streams: UnsafeMutablePointer<RandomStream>
  var serverless: ServerlessCapacity

  init(
    _ config: DatabaseConfig, index: UInt16, directory: inout Directory, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    queries = UnsafePointer(memory.copy([]))
    queryStreams = memory.copy([])
    pauseStreams = memory.copy([])
    nodes = Components(capacity: config.nodeCount)
    for _ in 0..<config.nodeCount {
      nodes.append(Station(milliVCPUs: config.milliVCPUs, threads: config.threads))
    }
    members = memory.copy(Array(repeating: DatabaseMember(), count: config.nodeCount))
    eventSubscribers = EventSubscribers(
      config, directory: &directory, pool: pool, memory: memory, streams: streams, run: &run)
    failover = DatabaseFailover(config, pool: pool, memory: memory, streams: streams, run: &run)
    sessions = Slab(blank: .blank)
    jobs = Slab(blank: .blank)
    heldConnects = Slab(blank: .blank)
    links = SessionLinks(clients: 0)
    volume = DatabaseVolume(config, memory: memory, run: &run)
    records = DatabaseRecords(config, run: &run)
    nodeRecords = UnsafePointer(
      memory.copy((0..<config.nodeCount).map { DatabaseNodeRecords(config, node: $0, run: &run) }))
    storage = DatabaseStorage(config, pool: pool, memory: memory, streams: streams, run: &run)
    credits = DatabaseCredits(config, memory: memory, run: &run)
    openingCPU = pool.makeSampler(config.sessions.openingCPU)
    openingLatency = pool.makeSampler(config.sessions.openingLatency)
    roundTrip = pool.makeSampler(config.sessions.roundTrip)
    self.streams = memory.copy(
      ["opening CPU", "opening", "round trip"].map { streams.stream(component: config.name, purpose: $0) })
    serverless = ServerlessCapacity(
      config, hasProxy: directory.hasProxy(config.name), pool: pool, memory: memory, streams: streams, run: &run)
    for node in 0..<UInt16(config.nodeCount) { recordMemory(of: node, &run) }
  }

  /// Learns who its clients are and what they ask, when all of them are built.
  mutating func prepare(
    _ queries: [DatabaseQuery], invocations: [UInt32], clients: Int, pool: SamplerPool, memory: PlainMemory,
    streams: StreamFactory
  ) {
    links = SessionLinks(clients: clients)
    self.queries = UnsafePointer(
      memory.copy(
        queries.enumerated().map { CompiledQuery($0.element, invocation: invocations[$0.offset], pool: pool) }))
    func streamsOfQueries(_ purpose: String) -> UnsafeMutablePointer<RandomStream> {
      memory.copy(
        queries.indices.map { streams.stream(component: config.name, purpose: "query \($0)\(purpose)") })
    }
    queryStreams = streamsOfQueries("")
    pauseStreams = streamsOfQueries(" pause")
  }

  /// Before the first event.
  mutating func begin(_ run: inout Run<Event>) {
    beginStorage(&run)
    beginCredits(&run)
    beginServerless(&run)
    beginFailures(&run)
  }

  /// A driver or a proxy asks for something; `resolver` tells the client's resolvers apart, left out each connection has
  /// its own.
  mutating func called(
    _ call: CallID, _ request: SessionRequest, resolver: UInt32 = .max, _ run: inout Run<Event>
  ) {
    let connection = run.calls[call.slot].caller.tag
    switch request {
    case .connect(let client, let endpoint):
      connect(call, client, connection, endpoint, resolver: resolver == .max ? connection : resolver, &run)
    case .execute(let client, let query, _):
      let session = links.session(client: client, connection: connection)
      if session == .max { missed(client, &run) }
      execute(call, query, session, &run)
    case .disconnect(let client):
      disconnect(links.session(client: client, connection: connection), &run)
      run.answer(call, .success)
    }
    assert(isConserved(run.events), "sessions and jobs belong together, and slots are counted")
  }

  /// An event of the database's own.
  mutating func handle(_ event: DatabaseEvent, _ run: inout Run<Event>) {
    switch event {
    case .station(let node):
      while let job = nodes[UInt16(node)].pointee.completed(at: run.now) { computed(job, &run) }
      stationChanged(UInt16(node), &run)
    case .resumed(let job): resumed(job, &run)
    case .storageCheck: checkStorage(&run)
    case .idleTimer: closeIdleSessions(&run)
    case .failure(let moment): failed(moment, &run)
    case .detected: detected(&run)
    case .recovered: recovered(&run)
    case .rejoined(let node): rejoined(UInt16(node), &run)
    case .notified(let subscription): notified(subscription, &run)
    case .credits(let node): lookAtCredits(node: UInt16(node), &run)
    case .scaling: look(&run)
    case .pauseTimer(let node): pauseTimer(UInt16(node), &run)
    }
    assert(isConserved(run.events), "sessions and jobs belong together, and slots are counted")
  }

  /// A function that a statement has invoked has answered, or a queue has taken the event for it.
  mutating func answered(_ call: CallID, _ run: inout Run<Event>) {
    if isAnswerOfSubscriber(call, &run) { return }
    let (job, outcome) = (run.calls[call.slot].caller.tag, run.calls[call.slot].outcome)
    run.finish(call)
    invoked(job, outcome, &run)
    assert(isConserved(run.events), "sessions and jobs belong together, and slots are counted")
  }
}

extension DatabaseConfig {
  /// vCPUs of one node in thousandths, at time zero.
  var milliVCPUs: Int64 {
    switch capacity {
    case .provisioned(let type): Int64(type.vCPUs) * 1_000
    case .serverless(let scaling): scaling.milliVCPUs(max(1, scaling.initial ?? scaling.leastRunning))
    }
  }
}
