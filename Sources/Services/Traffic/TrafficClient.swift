import Engine
import Units

/// One request of a source with a client, from its arrival to its final outcome.
struct ClientRequest: BitwiseCopyable {
  /// What it waits for.
  enum State: BitwiseCopyable {
    case done
    /// The answer to an attempt.
    case calling(CallID)
    /// Its own `resumed`, then the next attempt.
    case backingOff
    /// Its own `resumed`, then another look whether the rate limiter lets the attempt of this ticket go.
    case held(ticket: Int64)
  }

  var state: State
  let arrival: Time
  let ledger: LedgerID
  let target: Int32
  let user: UInt32
  let instance: UInt32
  var retry: RetryProgress

  static var blank: ClientRequest {
    ClientRequest(
      state: .done, arrival: .zero, ledger: .none, target: 0, user: 0, instance: 0, retry: RetryProgress())
  }
}

/// The state of a source's client program: the requests under way, and the SDK clients of its instances.
struct TrafficClient: ~Copyable {
  var requests: Slab<ClientRequest>
  /// `.never` for no time limit.
  let timeout: Time
  var patience: DeadlineList
  /// Instances that requests are spread over; 0 if each user is one.
  let instances: UInt64
  var instanceStream: RandomStream
  var backoffStream: RandomStream
  /// For each target, what the client does about failures, and which SDK client of the instance it takes.
  let rules: UnsafeMutablePointer<RetryRules>
  let kinds: UnsafeMutablePointer<UInt32>
  var sdkClients: RetryClients
  let records: ClientRecords

  /// The client of a source, at a place of its own; nil if the source has none. `sites` are those of its targets.
  static func make(
    _ config: TrafficConfig, sites: [CallSite], memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) -> UnsafeMutablePointer<TrafficClient>? {
    guard let client = config.client else { return nil }
    var keys: [RetryClientKey] = []
    var kinds: [UInt32] = []
    for target in config.targets {
      kinds.append(keys.index(of: RetryClientKey(target.resource, client.retry.profile)))
    }
    let place = UnsafeMutablePointer<TrafficClient>.allocate(capacity: 1)
    place.initialize(
      to: TrafficClient(
        requests: Slab(blank: .blank), timeout: client.timeout ?? .never, patience: DeadlineList(),
        instances: instances(of: config, client),
        instanceStream: streams.stream(component: config.name, purpose: "client instance"),
        backoffStream: streams.stream(component: config.name, purpose: "client backoff"),
        rules: memory.copy(sites.map { RetryRules(client.retry, callee: $0.callee.component) }),
        kinds: memory.copy(kinds), sdkClients: RetryClients(width: keys.count),
        records: ClientRecords(config, run: &run)))
    return place
  }

  private static func instances(of config: TrafficConfig, _ client: ClientConfig) -> UInt64 {
    if let instances = client.instances { return UInt64(instances) }
    switch config.arrivals {
    case .users: return 0
    case .poisson, .curve, .bursts, .spikes, .cron, .replay: return 1
    }
  }

  /// Requests without a final outcome.
  var inProgress: Int64 { Int64(requests.count) }

  /// The instance that sends a user's next request.
  mutating func drawInstance(user: UInt32) -> UInt32 {
    switch instances {
    case 0: user
    case 1: 0
    case _: UInt32(instanceStream.nextIndex(below: instances))
    }
  }

  /// The SDK client that a request goes through; nil if it needs none.
  mutating func sdkClient(of slot: UInt32, at now: Time) -> UnsafeMutablePointer<RetryClient>? {
    let target = Int(requests[slot].target)
    guard rules[target].usesClient else { return nil }
    return sdkClients.client(
      kinds[target], row: requests[slot].instance, owner: 1, capacity: rules[target].quota.capacity, at: now)
  }
}

/// What a source's client reports besides what every source does.
struct ClientRecords: BitwiseCopyable {
  let attempts: CounterID
  let retries: CounterID
  let abandoned: CounterID
  let ends: RetryRecords
  let backoffSegment: SegmentID
  let abandonedSegment: SegmentID

  init(_ config: TrafficConfig, run: inout Run<Event>) {
    let own = "Windtunnel/Traffic"
    attempts = run.recorder.addCounter(resource: config.name, namespace: own, "Attempts")
    retries = run.recorder.addCounter(resource: config.name, namespace: own, "Retries")
    ends = RetryRecords(traffic: config.name, run: &run)
    abandoned = run.recorder.addCounter(resource: config.name, namespace: own, "Abandoned")
    backoffSegment = run.addSegment("\(config.name) backoff")
    abandonedSegment = run.addSegment("\(config.name) abandoned attempts")
  }

  /// What the client did in the recorded span.
  func figures(_ recorder: borrowing Recorder) -> [Figure] {
    [
      Figure("attempts", Double(recorder.total(attempts))),
      Figure("retries", Double(recorder.total(retries))),
      Figure("retriesExhausted", Double(recorder.total(ends.exhausted))),
      Figure("retryQuotaExceeded", Double(recorder.total(ends.overQuota))),
      Figure("abandonedAttempts", Double(recorder.total(abandoned))),
    ]
  }
}
