import Engine
import Units

// One HTTP API. A request is refused by the account's throttle, or spends the API's overhead, is handed to the
// route's function, and is answered when the function answers or the integration timeout ends.
//
//   called -> (throttle) -> overhead -> integration -> answered
//                 |                         |
//                429                   5xx at the integration timeout

/// What happens inside an HTTP API.
@frozen
public enum HTTPAPIEvent: BitwiseCopyable, Sendable {
  /// A request has spent the API's overhead and goes to its integration.
  case admitted(CallID)
  /// An integration may have reached the timeout.
  case timeoutTimer
}

/// What API Gateway meters for HTTP APIs.
enum HTTPAPIMeters {
  /// Requests in steps of 512 KB of payload.
  static let requests = Meter(
    service: "APIGateway", key: "USE1-ApiGatewayHttpRequest", unitsPerPriced: 1, kind: .consumed)

  /// How many requests one request counts as: 512 KB each, at least one (documented: API Gateway pricing).
  static func billedRequests(payload: Size) -> Int64 { max(1, payload.blocks(of: .kilobytes(512))) }
}

/// An HTTP API's state, and how it reacts.
struct HTTPAPI: ~Copyable {
  let index: UInt16
  let config: HTTPAPIConfig
  let integrations: UnsafeMutablePointer<UInt32>
  let sites: UnsafeMutablePointer<CallSite>
  let timeout: Time
  var timeouts: DeadlineList
  let overhead: Sampler
  var overheadStream: RandomStream
  let records: HTTPAPIRecords

  /// `sites` is the system's table, which is complete only when every component is built.
  init(
    _ config: HTTPAPIConfig, index: UInt16, directory: inout Directory, sites: UnsafeMutablePointer<CallSite>,
    pool: SamplerPool, memory: PlainMemory, streams: StreamFactory, run: inout Run<Event>
  ) {
    self.index = index
    self.config = config
    self.sites = sites
    var integrations: [UInt32] = []
    for route in config.routes {
      integrations.append(directory.site(SiteRequest(resource: route.target)))
    }
    self.integrations = memory.copy(integrations)
    timeout = config.integrationTimeout
    timeouts = DeadlineList()
    overhead = pool.makeSampler(config.overhead)
    overheadStream = streams.stream(component: config.name, purpose: "overhead")
    records = HTTPAPIRecords(config, run: &run)
  }

  @inline(never) mutating func called(
    _ call: CallID, billedRequests: Int64, _ run: inout Run<Event>, _ account: inout Account
  ) {
    run.recorder.count(records.count)
    run.recorder.change(records.inFlight, by: 1, at: run.now)
    guard account.apiRequests.take(at: run.now) else {
      run.recorder.count(records.throttles)
      run.recorder.count(records.clientErrors)
      return answer(call, .throttled, &run)
    }
    run.recorder.count(records.billedRequests, by: billedRequests)
    let time = Time(nanoseconds: overhead.drawTime(&overheadStream))
    run.schedule(.httpApi(index, .admitted(call)), after: time)
  }

  @inline(never) mutating func handle(_ event: HTTPAPIEvent, _ run: inout Run<Event>) {
    switch event {
    case .admitted(let call): admitted(call, &run)
    case .timeoutTimer: timeoutTimer(&run)
    }
  }

  @inline(__always) private mutating func admitted(_ call: CallID, _ run: inout Run<Event>) {
    guard case .route(let route, _) = sites[Int(run.calls[call.slot].site)].request else {
      preconditionFailure("a call to an API names a route")
    }
    let ledger = run.calls[call.slot].ledger
    run.ledgers.attribute(ledger, to: records.overheadSegment, at: run.now)
    let site = integrations[Int(route)]
    let integration = run.place(
      from: Party(.httpApi, index, tag: call.slot), to: sites[Int(site)].callee, site: site,
      ledger: run.ledgers.deeper(than: ledger))
    let due = run.now + timeout
    if timeouts.enter(integration.slot, due: due, in: run.calls) {
      run.scheduleLimit(.httpApi(index, .timeoutTimer), at: due)
    }
  }

  /// The function has answered.
  @inline(never) mutating func answered(_ integration: CallID, _ run: inout Run<Event>) {
    timeouts.leave(integration.slot, in: run.calls)
    let slot = run.calls[integration.slot].caller.tag
    let outcome = run.calls[integration.slot].outcome
    run.recorder.record(
      records.integrationLatency, (run.now - run.calls[integration.slot].start).nanoseconds)
    run.finish(integration)
    let call = CallID(slot: slot, generation: run.calls[slot].generation)
    if outcome == .success { return answer(call, .success, &run) }
    run.recorder.count(records.serverErrors)
    answer(call, outcome == .failed || outcome == .timedOut ? outcome : .unavailable, &run)
  }

  private mutating func timeoutTimer(_ run: inout Run<Event>) {
    while true {
      switch timeouts.expire(at: run.now, in: run.calls) {
      case .idle: return
      case .rearm(let due): return run.scheduleLimit(.httpApi(index, .timeoutTimer), at: due)
      case .expired(let integration):
        let slot = run.calls[integration].caller.tag
        run.recorder.count(records.timeouts)
        run.recorder.count(records.serverErrors)
        run.recorder.record(records.integrationLatency, timeout.nanoseconds)
        run.abandon(CallID(slot: integration, generation: run.calls[integration].generation))
        let ledger = run.calls[slot].ledger
        run.ledgers.attribute(ledger, to: records.timeoutSegment, at: run.now)
        run.ledgers.cut(below: ledger)
        answer(CallID(slot: slot, generation: run.calls[slot].generation), .timedOut, &run)
      }
    }
  }

  @inline(__always) private func answer(_ call: CallID, _ outcome: Outcome, _ run: inout Run<Event>) {
    run.recorder.record(records.latency, (run.now - run.calls[call.slot].start).nanoseconds)
    run.recorder.change(records.inFlight, by: -1, at: run.now)
    run.answer(call, outcome)
  }
}
