import Engine
import Units

/// What a database must know of a driver or proxy that connects to it, by the client's row.
struct DatabaseClientTraits: BitwiseCopyable {
  /// How long the client's resolver keeps an address. A proxy watches the nodes itself, and asks no resolver: 0.
  var dnsTimeToLive: Time
  var isProxy: Bool
}

/// Where a database's nodes stand: who writes, who is down, and what a failover in progress leads to.
struct DatabaseFailover {
  enum Phase: BitwiseCopyable {
    /// The writer takes connections. Next: detecting.
    case standing
    /// The writer has failed, and nobody has noticed yet. Next: recovering, for `rest`, of `node`.
    case detecting(since: Time, rest: Time, node: UInt16)
    /// A node is on its way to be the writer: a reader that is promoted, or the failed one itself. Next: standing.
    case recovering(since: Time, node: UInt16)
  }

  var phase = Phase.standing
  /// The node that takes writes when one does.
  var writer: UInt16 = 0
  /// Failures so far.
  var number: UInt64 = 0
  /// When the writer's name led to another machine last; `.never` while it never did.
  var movedAt = Time.never
  /// Whether a random failure is pending.
  var isRandomPending = false
  /// By the client's row; replaced when the clients are known.
  var clients: UnsafeMutablePointer<DatabaseClientTraits>

  /// By the client's row: since when it has had nothing but lost and refused requests; `.never` if it has none.
  var outages: UnsafeMutablePointer<Time>
  var clientCount = 0
  var openOutages = 0
  var longestOutage = Time.zero
  /// When the writer failed whose successor has completed no query yet; `.never` for none.
  var awaitingSince = Time.never
  /// Whether completed queries are looked at: somebody waits for one.
  var isWatching = false

  /// nil takes the phases.
  let downtime: Sampler?
  let detection: Sampler
  let promotion: Sampler
  let recovery: Sampler
  let rejoining: Sampler
  let gap: Sampler?
  let end: Time
  var phaseStream: RandomStream
  var gapStream: RandomStream
  /// Draws of resolvers are a keyed hash, so that no connection has to keep one.
  let key: (UInt64, UInt64)
  /// nil without failures.
  let records: FailoverRecords?

  init(
    _ config: DatabaseConfig, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    let failover = config.failover
    let deployment = config.deployment
    clients = memory.copy([])
    outages = memory.copy([])
    downtime = failover.downtime.map { pool.makeSampler($0) }
    detection = pool.makeSampler(failover.detection ?? deployment.defaultDetection)
    promotion = pool.makeSampler(failover.promotion ?? deployment.defaultPromotion)
    recovery = pool.makeSampler(failover.recovery ?? deployment.defaultRecovery)
    rejoining = pool.makeSampler(failover.rejoining)
    gap = failover.meanTimeBetween.map { pool.makeSampler(.exponential(mean: Double($0.nanoseconds))) }
    end = run.end
    phaseStream = streams.stream(component: config.name, purpose: "failover phases")
    gapStream = streams.stream(component: config.name, purpose: "failures")
    var keys = streams.stream(component: config.name, purpose: "resolvers")
    key = (keys.next(), keys.next())
    records = failover.isUsed ? FailoverRecords(config.name, run: &run) : nil
  }

  /// Learns who the clients are, in the order of their rows.
  mutating func learn(_ traits: [DatabaseClientTraits], memory: PlainMemory) {
    clients = memory.copy(traits)
    outages = memory.copy(Array(repeating: Time.never, count: traits.count))
    clientCount = traits.count
  }

  // MARK: Resolvers

  /// Whether a client finds the writer: its resolver, one of each environment, has let go of the address that led to the
  /// last one.
  ///
  /// A resolver that has last asked at a random moment keeps its answer for a time that is uniform up to its time to
  /// live. The draw belongs to the failover, the client and its resolver.
  func isResolved(client: UInt16, resolver: UInt32, at now: Time) -> Bool {
    guard movedAt != .never else { return true }
    let age = now - movedAt
    let timeToLive = clients[Int(client)].dnsTimeToLive
    if age >= timeToLive { return true }
    let kept = hash(client, resolver).multipliedFullWidth(by: UInt64(timeToLive.nanoseconds)).high
    return age.nanoseconds >= Int64(kept)
  }

  private func hash(_ client: UInt16, _ resolver: UInt32) -> UInt64 {
    let first = Self.mixed(key.0 ^ (UInt64(client) << 32 | UInt64(resolver)))
    return Self.mixed(first ^ key.1 &+ number &* 0x9e37_79b9_7f4a_7c15)
  }

  /// splitmix64's finaliser (Steele, Lea & Flood, OOPSLA 2014).
  private static func mixed(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    return z ^ z >> 31
  }

  // MARK: Outages

  /// A client's request is lost or refused because the writer failed: an outage of that client begins, or goes on.
  mutating func noteLoss(of client: UInt16, at now: Time) {
    guard outages[Int(client)] == .never else { return }
    outages[Int(client)] = now
    openOutages &+= 1
    isWatching = true
  }

  /// A client's query has succeeded.
  mutating func noteSuccess(of client: UInt16, node: UInt16, _ run: inout Run<Event>) {
    if outages[Int(client)] != .never {
      let outage = run.now - outages[Int(client)]
      outages[Int(client)] = .never
      openOutages &-= 1
      if run.recorder.isRecording { longestOutage = max(longestOutage, outage) }
    }
    if awaitingSince != .never, case .standing = phase, node == writer, let records {
      run.recorder.record(records.firstQuery, (run.now - awaitingSince).nanoseconds)
      awaitingSince = .never
    }
    isWatching = openOutages > 0 || awaitingSince != .never
  }

  /// The longest outage of a client, counting those that last at the end of the run.
  var longestOutageAtEnd: Time {
    var longest = longestOutage
    for client in 0..<clientCount where outages[client] != .never { longest = max(longest, end - outages[client]) }
    return longest
  }
}

/// What a database reports of its failovers.
struct FailoverRecords: BitwiseCopyable {
  let failovers: CounterID
  let ignored: CounterID
  let lostSessions: CounterID
  let refused: CounterID
  let staleAddresses: CounterID
  let isDown: LevelID
  let downtime: TimingID
  let firstQuery: TimingID

  init(_ name: String, run: inout Run<Event>) {
    let own = "Windtunnel/RDS"
    func counter(_ metric: String) -> CounterID {
      run.recorder.addCounter(resource: name, namespace: own, metric)
    }
    failovers = counter("Failovers")
    ignored = counter("FailuresIgnored")
    lostSessions = counter("SessionsLost")
    refused = counter("ConnectionsRefusedWithoutNode")
    staleAddresses = counter("ConnectionsToOldAddress")
    isDown = run.recorder.addLevel(resource: name, namespace: own, "WriterDown")
    downtime = run.recorder.addTiming(resource: name, namespace: own, "Downtime", keepsHistogram: true)
    firstQuery = run.recorder.addTiming(
      resource: name, namespace: own, "FirstQueryAfterFailover", keepsHistogram: true)
  }
}
