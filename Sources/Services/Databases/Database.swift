import Engine
import Units

// A DB instance or an Aurora cluster: its nodes, the sessions that clients hold open, and the statements in progress.
//
//   session:  connect -> opening ----------> idle <------------------> active
//                           | no slot,         | disconnect, unused      | node fails
//                           | no node          v for too long            v
//                           '--------------> free <----------------------'
//   job:      CPU (a share of the node's vCPUs) -> storage and round trip -> next statement, or answered

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
  /// A writer takes connections again.
  case recovered
  /// An event of RDS reaches a subscriber.
  case notified(subscription: UInt32)
  /// The credits of a burstable node are looked at.
  case credits(node: UInt32)
}

/// A client's session with a node.
struct DatabaseSession: DeadlineCarrier {
  enum State: BitwiseCopyable {
    /// The slot is free. Next: opening.
    case free
    /// A job pays for opening it. Next: idle, free.
    case opening(job: UInt32)
    /// Next: active, free.
    case idle(since: Time)
    /// A job executes a request. Next: idle, free.
    case active(job: UInt32)
  }

  var state: State
  var node: UInt16
  /// Row of the client, and its connection.
  var client: UInt16
  var connection: UInt32
  var deadline: DeadlineLink

  static var blank: DatabaseSession {
    DatabaseSession(state: .free, node: 0, client: 0, connection: 0, deadline: .unlinked)
  }
}

/// Work for one call: opening a session, or the statements of a request.
struct DatabaseJob: BitwiseCopyable {
  enum Phase: BitwiseCopyable {
    case free
    /// Shares the CPU, or waits for a thread.
    case computing
    /// Waits for storage and the way back, or for the client's next statement.
    case waiting
    /// Waits for a function that a statement has invoked.
    case invoking(CallID)
  }

  var phase: Phase
  var call: CallID
  var session: UInt32
  /// The database's number of the query; `.max` when it opens a session.
  var query: UInt32
  /// Statements left after the present one.
  var statements: Int32
  /// Whether the session ended before the job did; its call is answered then.
  var isOrphan: Bool

  static var blank: DatabaseJob {
    DatabaseJob(phase: .free, call: .none, session: .max, query: .max, statements: 0, isOrphan: false)
  }
}

/// A query, compiled.
struct CompiledQuery: BitwiseCopyable {
  let cpu: Sampler
  let reads: Sampler
  let writes: Sampler
  let pause: Sampler
  let statements: Int32
  let growth: Int64
  /// Site of the invocation of a function; `.max` for none.
  let invocation: UInt32
  let invocations: UInt32
  /// Whether statements wait for the function.
  let waitsForFunction: Bool
}

/// A database's state, and how it reacts.
struct Database: ~Copyable {
  let index: UInt16
  let config: DatabaseConfig
  let sites: UnsafeMutablePointer<CallSite>
  private(set) var queries: UnsafePointer<CompiledQuery>
  private(set) var queryStreams: UnsafeMutablePointer<RandomStream>
  /// One site an event subscription.
  let subscribers: UnsafeMutablePointer<UInt32>
  var nodes: Components<Station>
  var sessions: Slab<DatabaseSession>
  var jobs: Slab<DatabaseJob>
  var links: SessionLinks
  let records: DatabaseRecords
  let openingCPU: Sampler
  let openingLatency: Sampler
  let roundTrip: Sampler
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
    nodes = Components(capacity: config.nodeCount)
    for _ in 0..<config.nodeCount {
      nodes.append(Station(milliVCPUs: config.milliVCPUs, threads: config.threads))
    }
    var subscribers: [UInt32] = []
    for subscription in config.eventSubscriptions {
      subscribers.append(directory.site(SiteRequest(resource: subscription.target, invocationType: .event)))
    }
    self.subscribers = memory.copy(subscribers)
    sessions = Slab(blank: .blank)
    jobs = Slab(blank: .blank)
    links = SessionLinks(clients: 0)
    records = DatabaseRecords(config, run: &run)
    openingCPU = pool.makeSampler(config.sessions.openingCPU)
    openingLatency = pool.makeSampler(config.sessions.openingLatency)
    roundTrip = pool.makeSampler(config.sessions.roundTrip)
    self.streams = memory.copy(
      ["opening CPU", "opening", "round trip"].map { streams.stream(component: config.name, purpose: $0) })
    serverless = ServerlessCapacity(
      config, hasProxy: directory.hasProxy(config.name), pool: pool, memory: memory, streams: streams, run: &run)
  }

  /// Learns who its clients are and what they ask, when all of them are built.
  mutating func prepare(
    _ queries: [DatabaseQuery], invocations: [UInt32], clients: Int, pool: SamplerPool, memory: PlainMemory,
    streams: StreamFactory
  ) {
    links = SessionLinks(clients: clients)
    self.queries = UnsafePointer(
      memory.copy(
        queries.enumerated().map { number, query in
          CompiledQuery(
            cpu: pool.makeSampler(query.cpu), reads: pool.makeSampler(query.reads),
            writes: pool.makeSampler(query.writes), pause: pool.makeSampler(query.pause),
            statements: Int32(query.statements), growth: query.growth.bytes, invocation: invocations[number],
            invocations: UInt32(query.invocation?.times ?? 0),
            waitsForFunction: query.invocation?.type == .requestResponse)
        }))
    queryStreams = memory.copy(queries.indices.map { streams.stream(component: config.name, purpose: "query \($0)") })
  }

  /// Before the first event.
  mutating func begin(_ run: inout Run<Event>) { beginServerless(&run) }

  // MARK: Requests of clients

  mutating func called(_ call: CallID, _ request: SessionRequest, _ run: inout Run<Event>) {
    let connection = run.calls[call.slot].caller.tag
    switch request {
    case .connect(let client, let endpoint): connect(call, client, connection, endpoint, &run)
    case .execute(let client, let query, _):
      execute(call, query, links.session(client: client, connection: connection), &run)
    case .disconnect(let client):
      let session = links.session(client: client, connection: connection)
      if session != .max { end(session, &run) }
      run.answer(call, .success)
    }
  }

  mutating func connect(
    _ call: CallID, _ client: UInt16, _ connection: UInt32, _ endpoint: DatabaseEndpoint, _ run: inout Run<Event>
  ) {
    let node = UInt16(0)
    guard takesConnections(node) else {
      return wait(
        WaitingConnect(call: call, node: node, client: client, connection: connection, endpoint: endpoint), &run)
    }
    run.recorder.count(records.attempts)
    guard sessions.count < config.connectionLimit - config.sessions.reserved else {
      run.recorder.count(records.refused)
      return run.answer(call, .throttled)
    }
    let session = sessions.take()
    let job = jobs.take()
    sessions[session] = DatabaseSession(
      state: .opening(job: job), node: node, client: client, connection: connection, deadline: .unlinked)
    links.set(session, client: client, connection: connection)
    run.recorder.change(records.connections, by: 1, at: run.now)
    sessionOpened(node, &run)
    jobs[job] = DatabaseJob(
      phase: .computing, call: call, session: session, query: .max, statements: 0, isOrphan: false)
    compute(job, openingCPU.drawTime(&streams[0]), &run)
  }

  private mutating func execute(_ call: CallID, _ query: UInt32, _ session: UInt32, _ run: inout Run<Event>) {
    guard session != .max, case .idle = sessions[session].state else { return run.answer(call, .unavailable) }
    run.recorder.count(records.queries)
    let job = jobs.take()
    sessions[session].state = .active(job: job)
    jobs[job] = DatabaseJob(
      phase: .computing, call: call, session: session, query: query,
      statements: queries[Int(query)].statements &- 1, isOrphan: false)
    compute(job, queries[Int(query)].cpu.drawTime(&queryStreams[Int(query)]), &run)
  }

  // MARK: Jobs

  private mutating func compute(_ job: UInt32, _ work: Int64, _ run: inout Run<Event>) {
    let node = sessions[jobs[job].session].node
    jobs[job].phase = .computing
    nodes[node].pointee.enter(job, work: work, at: run.now)
    arm(node, &run)
  }

  mutating func arm(_ node: UInt16, _ run: inout Run<Event>) {
    noteStation(node, &run)
    if let due = nodes[node].pointee.timer(at: run.now) {
      run.schedule(.database(index, .station(node: UInt32(node))), at: due)
    }
  }

  mutating func handle(_ event: DatabaseEvent, _ run: inout Run<Event>) {
    switch event {
    case .station(let node):
      while let job = nodes[UInt16(node)].pointee.completed(at: run.now) { computed(job, &run) }
      arm(UInt16(node), &run)
    case .resumed(let job): resumed(job, &run)
    case .scaling: look(&run)
    case .pauseTimer(let node): pauseTimer(UInt16(node), &run)
    case .idleTimer, .failure, .recovered, .notified, .credits: break
    }
  }

  /// A statement has had its CPU time, or a session its opening.
  private mutating func computed(_ job: UInt32, _ run: inout Run<Event>) {
    run.ledgers.attribute(run.calls[jobs[job].call.slot].ledger, to: records.cpuSegment, at: run.now)
    jobs[job].phase = .waiting
    let latency =
      jobs[job].query == .max ? openingLatency.drawTime(&streams[1]) : roundTrip.drawTime(&streams[2])
    run.schedule(.database(index, .resumed(job: job)), after: Time(nanoseconds: latency))
  }

  private mutating func resumed(_ job: UInt32, _ run: inout Run<Event>) {
    run.ledgers.attribute(run.calls[jobs[job].call.slot].ledger, to: records.waitSegment, at: run.now)
    if jobs[job].statements > 0 {
      jobs[job].statements &-= 1
      let query = Int(jobs[job].query)
      return compute(job, queries[query].cpu.drawTime(&queryStreams[query]), &run)
    }
    let (call, session) = (jobs[job].call, jobs[job].session)
    jobs[job].phase = .free
    jobs.giveBack(job)
    sessions[session].state = .idle(since: run.now)
    run.answer(call, .success)
  }

  /// A session is over.
  private mutating func end(_ session: UInt32, _ run: inout Run<Event>) {
    links.set(.max, client: sessions[session].client, connection: sessions[session].connection)
    sessions[session].state = .free
    sessions.giveBack(session)
    run.recorder.change(records.connections, by: -1, at: run.now)
    sessionEnded(sessions[session].node, &run)
  }

  /// A function that a statement has invoked has answered.
  mutating func answered(_ call: CallID, _ run: inout Run<Event>) { run.finish(call) }
}

extension DatabaseConfig {
  /// vCPUs of one node in thousandths.
  var milliVCPUs: Int64 {
    switch capacity {
    case .provisioned(let type): Int64(type.vCPUs) * 1_000
    case .serverless(let scaling): scaling.milliVCPUs(max(1, scaling.initial ?? scaling.leastRunning))
    }
  }
}
