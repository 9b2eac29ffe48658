import Engine
import Units

/// All components of one world, in arrays by kind, and the run that moves them.
struct System: ~Copyable {
  private let config: SystemConfig
  private let memory = PlainMemory()
  private let pool = SamplerPool()
  private let sites: UnsafeMutablePointer<CallSite>
  private var run: Run<Event>
  private var account: Account
  private var traffic: Components<TrafficSource>
  private var functions: Components<Lambda>
  private var apis: Components<HTTPAPI>
  private var tables: Components<Table>

  /// Builds the components. Throws if a trace cannot be opened.
  init(_ config: SystemConfig, streams: StreamFactory, lane: Bool) throws(TraceError) {
    self.config = config
    run = Run(warmUp: config.warmUp, duration: config.duration, period: config.period, lane: lane)
    account = Account(config.account)
    traffic = Components(capacity: config.traffic.count)
    functions = Components(capacity: config.resources.count)
    apis = Components(capacity: config.resources.count)
    tables = Components(capacity: config.resources.count)
    var directory = Directory(config.resources)
    // Components read the sites during the run only, so the table is filled once all of them have asked for theirs.
    let nothing = CallSite(callee: Party(.traffic, 0), request: .invocation)
    sites = memory.copy(Array(repeating: nothing, count: config.callSiteCount))
    for (index, source) in config.traffic.enumerated() {
      traffic.append(
        try TrafficSource(
          source, index: UInt16(index), system: config, directory: &directory, sites: sites, pool: pool,
          memory: memory, streams: streams, run: &run))
    }
    for resource in config.resources {
      switch resource {
      case .function(let function):
        functions.append(
          Lambda(
            function, index: UInt16(functions.count), account: config.account, directory: &directory, pool: pool,
            memory: memory, streams: streams, run: &run))
      case .httpApi(let api):
        apis.append(
          HTTPAPI(
            api, index: UInt16(apis.count), directory: &directory, sites: sites, pool: pool, memory: memory,
            streams: streams, run: &run))
      case .table(let table):
        tables.append(
          Table(
            table, index: UInt16(tables.count), sites: sites, pool: pool, memory: memory, streams: streams,
            run: &run))
      }
    }
    precondition(directory.sites.count == config.callSiteCount, "every call site is counted before it is made")
    for (index, site) in directory.sites.enumerated() { sites[index] = site }
  }

  /// Runs to the end.
  mutating func simulate() {
    for source in 0..<traffic.count { traffic[UInt16(source)].pointee.begin(&run) }
    while let event = run.next() {
      switch event {
      case .called(let call): called(call)
      case .answered(let call): if run.isAnswered(call) { deliver(call) }
      case .arrival(let source):
        if traffic[source].pointee.client != nil {
          traffic[source].pointee.requested(&run)
          continue
        }
        let call = traffic[source].pointee.arrived(&run)
        if run.isQuiet() { called(call) } else { run.post(.called(call)) }
      case .traffic(let source, let event):
        guard let call = traffic[source].pointee.handle(event, &run) else { continue }
        if run.isQuiet() { called(call) } else { run.post(.called(call)) }
      case .lambda(let function, let event): functions[function].pointee.handle(event, &run, &account)
      case .httpApi(let api, let event): apis[api].pointee.handle(event, &run)
      case .table(let table, .done(let call)):
        guard tables[table].pointee.done(call, &run) else { continue }
        if run.isQuiet() { deliver(call) } else { run.post(.answered(call)) }
      }
    }
  }

  /// A call reaches its callee.
  private mutating func called(_ call: CallID) {
    let callee = run.calls[call.slot].callee
    switch sites[Int(run.calls[call.slot].site)].request {
    case .invocation: functions[callee.index].pointee.called(call, &run, &account)
    case .operation(let request): tables[callee.index].pointee.called(call, request, &run)
    case .route(_, let billedRequests):
      apis[callee.index].pointee.called(call, billedRequests: billedRequests, &run, &account)
    }
  }

  /// An answer reaches its caller, which has not given up.
  private mutating func deliver(_ call: CallID) {
    let caller = run.calls[call.slot].caller
    switch caller.component {
    case .traffic: traffic[caller.index].pointee.answered(call, &run)
    case .lambda: functions[caller.index].pointee.answered(call, &run, &account)
    case .httpApi: apis[caller.index].pointee.answered(call, &run)
    case .table: preconditionFailure("a table calls nobody")
    }
  }

  // MARK: Results

  /// What the run leaves behind.
  func result() -> RunResult {
    var inProgress = [Int64](repeating: 0, count: traffic.count)
    for slot in 0..<UInt32(run.calls.extent) where run.calls[slot].state != .free {
      let caller = run.calls[slot].caller
      if caller.component == .traffic { inProgress[Int(caller.index)] += 1 }
    }
    // A client's request may have no call at the moment, and abandoned calls are no requests.
    for source in 0..<traffic.count {
      if let client = traffic[UInt16(source)].pointee.client { inProgress[source] = client.pointee.inProgress }
    }
    let sources = (0..<traffic.count).map { index in
      traffic[UInt16(index)].pointee.result(run.recorder, segments: run.segments, inProgress: inProgress[index])
    }
    var resources: [ResourceResult] = []
    var usage: [UsageLine] = []
    var next: (function: UInt16, api: UInt16, table: UInt16) = (0, 0, 0)
    for resource in config.resources {
      switch resource {
      case .function:
        resources.append(functions[next.function].pointee.result(run.recorder, duration: config.duration))
        usage += functions[next.function].pointee.usage(run.recorder)
        next.function += 1
      case .httpApi:
        resources.append(apis[next.api].pointee.result(run.recorder, duration: config.duration))
        usage += apis[next.api].pointee.usage(run.recorder)
        next.api += 1
      case .table:
        resources.append(tables[next.table].pointee.result(run.recorder, duration: config.duration))
        usage += tables[next.table].pointee.usage(run.recorder, duration: config.duration)
        next.table += 1
      }
    }
    var digest = ResultDigest(run.digest)
    for source in sources { digest.add(source) }
    for resource in resources { for figure in resource.figures { digest.add(figure.value.bitPattern) } }
    for line in usage { digest.add(UInt64(truncatingIfNeeded: line.amount)) }
    return RunResult(
      duration: config.duration, period: config.period, events: run.events, digest: digest.value, traffic: sources,
      resources: resources, series: run.recorder.series(), usage: usage)
  }
}

/// Folds figures into a run's digest.
private struct ResultDigest {
  private(set) var value: UInt64
  init(_ value: UInt64) { self.value = value }

  mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x9E37_79B9_7F4A_7C15
    value ^= value >> 32
  }

  mutating func add(_ traffic: TrafficResult) {
    for count in [traffic.started, traffic.completed, traffic.errors] { add(UInt64(bitPattern: count)) }
    add(UInt64(truncatingIfNeeded: traffic.latency.sum))
  }
}

extension SystemConfig {
  /// Places that ask something of a resource: traffic targets, routes and calls of handlers.
  var callSiteCount: Int {
    var count = traffic.reduce(0) { $0 + $1.targets.count }
    for resource in resources {
      switch resource {
      case .function(let function): count += Self.callCount(function.handler)
      case .httpApi(let api): count += api.routes.count
      case .table: break
      }
    }
    return count
  }

  private static func callCount(_ steps: [Step]) -> Int {
    steps.reduce(0) { sum, step in
      switch step {
      case .call: sum + 1
      case .compute, .wait, .fail: sum
      case .parallel(let branches): sum + branches.reduce(0) { $0 + callCount($1) }
      case .choose(let choices): sum + choices.reduce(0) { $0 + callCount($1.steps) }
      case .repeat(_, let steps): sum + callCount(steps)
      }
    }
  }
}

/// One independent world: builds the components of `config` and runs them from time zero through the warm-up and
/// the recorded span.
///
/// Equal arguments give equal results, bit for bit, on every machine. `lane` false sends events of the current
/// instant through the heap, with the same results; for tests. Throws if a trace cannot be opened.
public func simulate(
  _ config: SystemConfig, seed: UInt64, replication: Int, lane: Bool = true
) throws(TraceError) -> RunResult {
  var system = try System(config, streams: StreamFactory(seed: seed, replication: replication), lane: lane)
  system.simulate()
  return system.result()
}
