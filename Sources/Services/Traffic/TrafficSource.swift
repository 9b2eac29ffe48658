import Engine
import Units

// One traffic source. It opens a ledger and a call for each request, and books the request when the answer comes.
// Closed-loop users think, send one request, and think again after its answer.

/// What happens inside a traffic source.
@frozen
public enum TrafficEvent: BitwiseCopyable, Sendable {
  /// A user has thought long enough.
  case ready(user: UInt32)
  /// A client's request is tried again, or may have waited long enough for its client's rate limiter.
  case resumed(request: UInt32)
  /// The oldest attempt may have reached the client's time limit.
  case patienceTimer
}

/// A traffic source's state, and how it reacts.
struct TrafficSource: ~Copyable {
  let index: UInt16
  /// The target of the arrival that is expected next.
  var expectedTarget: Int32
  let config: TrafficConfig
  let sites: UnsafeMutablePointer<CallSite>
  /// The site of each target.
  let targets: UnsafeMutablePointer<UInt32>
  var arrivals: ArrivalProcess
  let think: Sampler
  var thinkStream: RandomStream
  let users: Int
  let records: TrafficRecords
  var breakdown: BreakdownSums
  /// What gives up and tries again on behalf of the requests; nil if each is one call.
  let client: UnsafeMutablePointer<TrafficClient>?

  init(
    _ config: TrafficConfig, index: UInt16, system: SystemConfig, directory: inout Directory,
    sites: UnsafeMutablePointer<CallSite>, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory,
    run: inout Run<Event>
  ) throws(TraceError) {
    self.index = index
    self.config = config
    self.sites = sites
    var targets: [UInt32] = []
    for target in config.targets {
      targets.append(directory.site(target.request(of: config.name)))
    }
    self.targets = memory.copy(targets)
    arrivals = try ArrivalProcess(
      config.arrivals, start: system.start, horizon: system.warmUp + system.duration,
      stream: streams.stream(component: config.name, purpose: "arrivals"))
    expectedTarget = 0
    if case .users(let count, let thinkTime) = config.arrivals {
      users = count
      think = pool.makeSampler(thinkTime)
    } else {
      users = 0
      think = pool.makeSampler(.constant(0))
    }
    thinkStream = streams.stream(component: config.name, purpose: "think time")
    records = TrafficRecords(config, run: &run)
    breakdown = BreakdownSums()
    client = TrafficClient.make(
      config, sites: targets.map { directory.sites[Int($0)] }, memory: memory, streams: streams, run: &run)
  }

  deinit {
    client?.deinitialize(count: 1)
    client?.deallocate()
  }

  /// Announces the first arrival and sets the users thinking.
  mutating func begin(_ run: inout Run<Event>) {
    breakdown.prepare(segments: run.segments.count)
    expectNext(&run)
    for user in 0..<users { startThinking(UInt32(user), after: 1, &run) }
  }

  @inline(__always) mutating func expectNext(_ run: inout Run<Event>) {
    let next = arrivals.next()
    expectedTarget = next.target
    run.expectArrival(of: index, at: next.time)
  }

  /// `latency` of the user's last request. A user who neither thinks nor waits would ask for ever at one instant, and
  /// the clock would never move: it asks again after 1 ms.
  mutating func startThinking(_ user: UInt32, after latency: Int64, _ run: inout Run<Event>) {
    let drawn = Time(nanoseconds: think.drawTime(&thinkStream))
    let time = drawn == .zero && latency == 0 ? Time.milliseconds(1) : drawn
    run.schedule(.traffic(index, .ready(user: user)), after: time)
  }

  /// A request arrives, and is returned as a call; the next one is announced. Not for a source with a client.
  @inline(__always) mutating func arrived(_ run: inout Run<Event>) -> CallID {
    let call = send(targets[Int(expectedTarget)], user: 0, &run)
    expectNext(&run)
    return call
  }

  /// A user's request, as a call; nil if the client takes care of what happened.
  @inline(never) mutating func handle(_ event: TrafficEvent, _ run: inout Run<Event>) -> CallID? {
    switch event {
    case .ready(let user):
      if client == nil { return send(targets[0], user: user, &run) }
      request(target: 0, user: user, &run)
    case .resumed(let request): resumed(request, &run)
    case .patienceTimer: patienceTimer(&run)
    }
    return nil
  }

  @inline(__always) private func send(_ site: UInt32, user: UInt32, _ run: inout Run<Event>) -> CallID {
    run.recorder.count(records.requests)
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    return run.open(
      from: Party(.traffic, index, tag: user), to: sites[Int(site)].callee, site: site,
      ledger: run.ledgers.open(at: run.now))
  }

  /// The answer to a request, or to an attempt of a client.
  @inline(never) mutating func answered(_ call: CallID, _ run: inout Run<Event>) {
    if client != nil { return attemptAnswered(call, &run) }
    let latency = (run.now - run.calls[call.slot].start).nanoseconds
    let user = run.calls[call.slot].caller.tag
    book(run.calls[call.slot].outcome, latency: latency, run.calls[call.slot].ledger, &run)
    run.finish(call)
    if users > 0 { startThinking(user, after: latency, &run) }
  }

  /// Writes down how a request ended.
  @inline(__always) mutating func book(
    _ outcome: Outcome, latency: Int64, _ ledger: LedgerID, _ run: inout Run<Event>
  ) {
    run.recorder.change(records.inFlight, by: -1, at: run.now)
    let bucket =
      outcome == .success
      ? run.recorder.record(records.latency, latency) : bookFailure(outcome, latency: latency, &run)
    if run.recorder.isRecording {
      let row = breakdown.row(band: bucket / 16)
      run.ledgers.close(ledger) { row[Int($0.segment.index)] &+= $0.nanoseconds }
    } else {
      run.ledgers.close(ledger)
    }
  }
}

extension TrafficSource {
  /// Writes down a failure, whose latency is kept apart from those of the successes; returns its bucket.
  @inline(never) mutating func bookFailure(_ outcome: Outcome, latency: Int64, _ run: inout Run<Event>) -> Int {
    run.recorder.count(records.errors)
    run.recorder.count(records.outcomes(outcome))
    return run.recorder.record(records.failureLatency, latency)
  }
}

/// Sums of a source's ledgers, by latency band. A band's row is made when its first request comes.
///
/// A row's 64 bits hold 32,768 requests of up to 2^48 ns (78 hours), so that is how often it is emptied into 128 bits.
struct BreakdownSums: ~Copyable {
  private var rows: UnsafeMutablePointer<UnsafeMutablePointer<Int64>?>
  private var emptied: UnsafeMutablePointer<UnsafeMutablePointer<Int128>?>
  private var counts: UnsafeMutablePointer<Int64>
  private var segments = 0

  init() {
    rows = .allocate(capacity: LatencyBreakdown.bandCount)
    rows.initialize(repeating: nil, count: LatencyBreakdown.bandCount)
    emptied = .allocate(capacity: LatencyBreakdown.bandCount)
    emptied.initialize(repeating: nil, count: LatencyBreakdown.bandCount)
    counts = .allocate(capacity: LatencyBreakdown.bandCount)
    counts.initialize(repeating: 0, count: LatencyBreakdown.bandCount)
  }

  deinit {
    for band in 0..<LatencyBreakdown.bandCount {
      rows[band]?.deallocate()
      emptied[band]?.deallocate()
    }
    rows.deallocate()
    emptied.deallocate()
    counts.deallocate()
  }

  mutating func prepare(segments: Int) { self.segments = max(1, segments) }

  /// The sums of a band, after counting one request in it.
  @inline(__always) func row(band: Int) -> UnsafeMutablePointer<Int64> {
    counts[band] &+= 1
    if counts[band] & 0x7fff == 0 { empty(band) }
    if let row = rows[band] { return row }
    let row = UnsafeMutablePointer<Int64>.allocate(capacity: segments)
    row.initialize(repeating: 0, count: segments)
    rows[band] = row
    return row
  }

  @inline(never) private func empty(_ band: Int) {
    guard let row = rows[band] else { return }
    if emptied[band] == nil {
      let sums = UnsafeMutablePointer<Int128>.allocate(capacity: segments)
      sums.initialize(repeating: 0, count: segments)
      emptied[band] = sums
    }
    for segment in 0..<segments {
      emptied[band]?[segment] += Int128(row[segment])
      row[segment] = 0
    }
  }

  private func sum(_ band: Int, _ segment: Int) -> Int128 {
    guard let row = rows[band] else { return 0 }
    return Int128(row[segment]) + (emptied[band]?[segment] ?? 0)
  }

  /// The sums of those segments that any request spent time in.
  func result(names: [String]) -> LatencyBreakdown {
    let met = (0..<LatencyBreakdown.bandCount).filter { counts[$0] > 0 }
    let used = names.indices.filter { segment in met.contains { sum($0, segment) != 0 } }
    let bands = met.last.map { $0 + 1 } ?? 0
    var sums: [Int128] = []
    for band in 0..<bands { for segment in used { sums.append(sum(band, segment)) } }
    return LatencyBreakdown(
      segments: used.map { names[$0] }, counts: (0..<bands).map { counts[$0] }, sums: sums)
  }
}

/// What a traffic source reports.
struct TrafficRecords: BitwiseCopyable {
  let requests: CounterID
  let errors: CounterID
  /// Of successes; its series are those of all answers.
  let latency: TimingID
  let failureLatency: TimingID
  let inFlight: LevelID
  let throttled: CounterID
  let failed: CounterID
  let timedOut: CounterID
  let abandoned: CounterID
  let unavailable: CounterID

  init(_ config: TrafficConfig, run: inout Run<Event>) {
    let own = "Windtunnel/Traffic"
    requests = run.recorder.addCounter(resource: config.name, namespace: own, "Requests")
    errors = run.recorder.addCounter(resource: config.name, namespace: own, "Errors")
    latency = run.recorder.addTiming(resource: config.name, namespace: own, "Latency", keepsHistogram: true)
    failureLatency = run.recorder.addPart(of: latency)
    inFlight = run.recorder.addLevel(resource: config.name, namespace: own, "InFlight")
    throttled = run.recorder.addCounter(resource: config.name, namespace: own, "Errors.throttled")
    failed = run.recorder.addCounter(resource: config.name, namespace: own, "Errors.failed")
    timedOut = run.recorder.addCounter(resource: config.name, namespace: own, "Errors.timedOut")
    abandoned = run.recorder.addCounter(resource: config.name, namespace: own, "Errors.abandoned")
    unavailable = run.recorder.addCounter(resource: config.name, namespace: own, "Errors.unavailable")
  }

  /// The counter of a failure; successes are what remains.
  func outcomes(_ outcome: Outcome) -> CounterID {
    switch outcome {
    case .success: preconditionFailure("successes are not counted as errors")
    case .throttled: throttled
    case .failed: failed
    case .timedOut: timedOut
    case .abandoned: abandoned
    case .unavailable: unavailable
    }
  }
}

extension TrafficSource {
  /// What the source saw in the recorded span.
  func result(_ recorder: borrowing Recorder, segments: [String], inProgress: Int64) -> TrafficResult {
    let successes = recorder.histogram(records.latency)
    var latency = successes
    let errors = recorder.total(records.errors)
    if errors > 0 { latency.merge(recorder.histogram(records.failureLatency)) }
    var outcomes = [OutcomeCount(name: Outcome.success.name, count: successes.count)]
    for outcome in Outcome.allCases where outcome != .success {
      outcomes.append(OutcomeCount(name: outcome.name, count: recorder.total(records.outcomes(outcome))))
    }
    return TrafficResult(
      name: config.name, started: recorder.total(records.requests), completed: latency.count, errors: errors,
      inProgress: inProgress, latency: latency, successLatency: successes, outcomes: outcomes.filter { $0.count > 0 },
      breakdown: breakdown.result(names: segments), figures: client?.pointee.records.figures(recorder) ?? [])
  }
}
