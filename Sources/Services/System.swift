import Engine
import Units

/// All components of one world, in arrays by kind, and the run that moves them.
struct System: ~Copyable {
  private let config: SystemConfig
  private let streams: StreamFactory
  private let memory = PlainMemory()
  private let pool = SamplerPool()
  private let sites: UnsafeMutablePointer<CallSite>
  private var run: Run<Event>
  private var account: Account
  private var traffic: Components<TrafficSource>
  private var functions: Components<Lambda>
  private var apis: Components<HTTPAPI>
  private var tables: Components<Table>
  private var invokers: Components<EventInvoker>
  private var queues: Components<Queue>
  private var eventStreams: Components<Stream>
  private var queueMappings: Components<QueueMapping>
  private var streamMappings: Components<StreamMapping>

  /// Builds the components. Throws if a trace cannot be opened.
  init(_ config: SystemConfig, streams: StreamFactory, lane: Bool) throws(TraceError) {
    self.config = config
    self.streams = streams
    run = Run(warmUp: config.warmUp, duration: config.duration, period: config.period, lane: lane)
    account = Account(config.account)
    traffic = Components(capacity: config.traffic.count)
    functions = Components(capacity: config.resources.count)
    apis = Components(capacity: config.resources.count)
    tables = Components(capacity: config.resources.count)
    let asynchronous = config.asynchronousFunctions
    invokers = Components(capacity: asynchronous.count)
    queues = Components(capacity: config.resources.count)
    eventStreams = Components(capacity: config.resources.count)
    queueMappings = Components(capacity: config.resources.count)
    streamMappings = Components(capacity: config.resources.count)
    var directory = Directory(config)
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
            function, index: UInt16(functions.count), system: config, directory: &directory, pool: pool, memory: memory,
            streams: streams, run: &run))
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
      case .queue(let queue):
        queues.append(
          Queue(
            queue, index: UInt16(queues.count), directory: &directory, sites: sites, pool: pool, memory: memory,
            streams: streams, run: &run))
      case .stream(let stream):
        eventStreams.append(
          Stream(
            stream, index: UInt16(eventStreams.count), sites: sites, pool: pool, memory: memory, streams: streams,
            run: &run))
      case .eventSourceMapping(let mapping):
        switch mapping.source {
        case .queue:
          queueMappings.append(
            QueueMapping(
              mapping, index: UInt16(queueMappings.count), directory: &directory, sites: sites, pool: pool,
              memory: memory, streams: streams, run: &run))
        case .stream:
          streamMappings.append(
            StreamMapping(
              mapping, index: UInt16(streamMappings.count), directory: &directory, sites: sites, pool: pool,
              memory: memory, streams: streams, run: &run))
        }
      }
    }
    for (index, function) in asynchronous.enumerated() {
      invokers.append(
        EventInvoker(
          function, index: UInt16(index), directory: &directory, sites: sites, pool: pool, memory: memory,
          streams: streams, run: &run))
    }
    precondition(directory.sites.count == config.callSiteCount, "every call site is counted before it is made")
    for (index, site) in directory.sites.enumerated() { sites[index] = site }
  }

  /// Runs to the end.
  mutating func simulate() {
    for index in 0..<UInt16(functions.count) { functions[index].pointee.begin(&run, &account) }
    for index in 0..<UInt16(queueMappings.count) {
      queueMappings[index].pointee.begin(&queues[queueMappings[index].pointee.source].pointee, &run)
    }
    for index in 0..<UInt16(streamMappings.count) {
      streamMappings[index].pointee.begin(&eventStreams[streamMappings[index].pointee.source].pointee, &run)
    }
    for source in 0..<traffic.count { traffic[UInt16(source)].pointee.begin(&run) }
    var event = Event.answered(.none)
    while run.advance(to: &event) {
      // Every message goes through one of two places at the end of the turn, so that each is there once. The components'
      // own paths are calls from here: the loop is too long for the compiler to inline them all, and it would choose.
      let call: CallID
      let isAnswer: Bool
      switch event {
      case .called(let due): (call, isAnswer) = (due, false)
      case .answered(let due):
        guard run.isAnswered(due) else { continue }
        (call, isAnswer) = (due, true)
      case .arrival(let source):
        if traffic[source].pointee.client != nil {
          traffic[source].pointee.requested(&run)
          continue
        }
        (call, isAnswer) = (traffic[source].pointee.arrived(&run), false)
        guard run.isQuiet() else {
          run.post(.called(call))
          continue
        }
      case .traffic(let source, let event):
        guard let sent = traffic[source].pointee.handle(event, &run) else { continue }
        (call, isAnswer) = (sent, false)
        guard run.isQuiet() else {
          run.post(.called(call))
          continue
        }
      case .lambda(let function, .resumed(let activity, let generation)):
        functions[function].pointee.resumed(activity, generation, &run, &account)
        continue
      case .lambda(let function, let event):
        functions[function].pointee.handle(event, &run, &account)
        continue
      case .httpApi(let api, let event):
        apis[api].pointee.handle(event, &run)
        continue
      case .table(let table, .done(let done)):
        guard tables[table].pointee.done(done, &run) else { continue }
        (call, isAnswer) = (done, true)
        guard run.isQuiet() else {
          run.post(.answered(call))
          continue
        }
      case .eventInvoker(let invoker, let event):
        invokers[invoker].pointee.handle(event, &run)
        continue
      case .queue(let queue, .sent(let sent)):
        guard queues[queue].pointee.sent(sent, &run) else { continue }
        (call, isAnswer) = (sent, true)
        guard run.isQuiet() else {
          run.post(.answered(call))
          continue
        }
      case .queue(let queue, let event):
        handle(event, of: queue)
        continue
      case .stream(let stream, let event):
        eventStreams[stream].pointee.handle(event, &run)
        continue
      case .queueMapping(let mapping, let event):
        queueMappings[mapping].pointee.handle(event, &queues[queueMappings[mapping].pointee.source].pointee, &run)
        continue
      case .streamMapping(let mapping, let event):
        streamMappings[mapping].pointee.handle(
          event, &eventStreams[streamMappings[mapping].pointee.source].pointee, &run)
        continue
      }
      if isAnswer { deliver(call) } else { called(call) }
    }
  }

  /// A queue's own event, of which the mapping that waits for messages may have to be told.
  @inline(never) private mutating func handle(_ event: QueueEvent, of queue: UInt16) {
    let waiting = queues[queue].pointee.handle(event, &run)
    guard waiting != .max else { return }
    if run.isQuiet() {
      queueMappings[waiting].pointee.handle(.available, &queues[queue].pointee, &run)
    } else {
      run.post(.queueMapping(waiting, .available))
    }
  }

  /// A call reaches its callee.
  @inline(__always) private mutating func called(_ call: CallID) {
    let callee = run.calls[call.slot].callee
    switch sites[Int(run.calls[call.slot].site)].request {
    case .invocation: functions[callee.index].pointee.called(call, &run, &account)
    case .operation(let request): tables[callee.index].pointee.called(call, request, &run)
    case .route(_, let billedRequests):
      apis[callee.index].pointee.called(call, billedRequests: billedRequests, &run, &account)
    case .event: invokers[callee.index].pointee.called(call, &run)
    case .message(let request): called(call, request)
    }
  }

  /// A message reaches its queue or stream.
  @inline(never) private mutating func called(_ call: CallID, _ request: MessageRequest) {
    let (caller, callee) = (run.calls[call.slot].caller, run.calls[call.slot].callee)
    if caller.component == .queue {
      let message = queues[caller.index].pointee.redrivenMessage(caller.tag)
      queues[callee.index].pointee.redriven(message, call, &run)
    } else if callee.component == .queue {
      queues[callee.index].pointee.called(call, request, &run)
    } else {
      eventStreams[callee.index].pointee.called(call, request, &run)
    }
  }

  /// An answer reaches its caller, which has not given up.
  @inline(__always) private mutating func deliver(_ call: CallID) {
    let caller = run.calls[call.slot].caller
    switch caller.component {
    case .traffic: traffic[caller.index].pointee.answered(call, &run)
    case .lambda: functions[caller.index].pointee.answered(call, &run, &account)
    case .httpApi: apis[caller.index].pointee.answered(call, &run)
    case .eventInvoker: invokers[caller.index].pointee.answered(call, &run)
    case .queue: queues[caller.index].pointee.answered(call, &run)
    case .queueMapping:
      queueMappings[caller.index].pointee.answered(
        call, &queues[queueMappings[caller.index].pointee.source].pointee, &run)
    case .streamMapping:
      streamMappings[caller.index].pointee.answered(
        call, &eventStreams[streamMappings[caller.index].pointee.source].pointee, &run)
    case .table: preconditionFailure("a table calls nobody")
    case .stream: preconditionFailure("a stream calls nobody")
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
    var counts = ComponentCounts()
    for resource in config.resources {
      let (result, lines) = self.result(of: resource, index: counts.next(resource.componentKind))
      resources.append(result)
      usage += lines
    }
    var digest = ResultDigest(run.digest)
    for source in sources { digest.add(source) }
    for resource in resources { for figure in resource.figures { digest.add(figure.value.bitPattern) } }
    for line in usage { digest.add(UInt64(truncatingIfNeeded: line.amount)) }
    return RunResult(
      duration: config.duration, period: config.period, events: run.events, digest: digest.value, traffic: sources,
      resources: resources, series: run.recorder.series(), usage: usage, log: logLines())
  }

  /// What the functions logged, in the order of time; within a millisecond in the scenario's order.
  private func logLines() -> [LogLine] {
    guard config.invocationLog != nil else { return [] }
    let lines = (0..<UInt16(functions.count)).flatMap { index in
      let function = functions[index]
      return function.pointee.log.lines(
        of: function.pointee.config, start: config.start,
        ids: streams.stream(component: function.pointee.config.name, purpose: "request ids"))
    }
    return lines.enumerated()
      .sorted { ($0.element.milliseconds, $0.offset) < ($1.element.milliseconds, $1.offset) }
      .map(\.element)
  }

  /// What one resource reports and used over the recorded span.
  private func result(of resource: ResourceConfig, index: UInt16) -> (ResourceResult, [UsageLine]) {
    let span = config.duration
    switch resource {
    case .function(let function):
      var result = functions[index].pointee.result(run.recorder, duration: span)
      if let invoker = config.asynchronousFunctions.firstIndex(where: { $0.name == function.name }) {
        result.figures += invokers[UInt16(invoker)].pointee.figures(run.recorder, duration: span)
      }
      return (result, functions[index].pointee.usage(run.recorder, duration: span))
    case .httpApi:
      return (apis[index].pointee.result(run.recorder, duration: span), apis[index].pointee.usage(run.recorder))
    case .table:
      return (
        tables[index].pointee.result(run.recorder, duration: span),
        tables[index].pointee.usage(run.recorder, duration: span)
      )
    case .queue:
      return (queues[index].pointee.result(run.recorder, duration: span), queues[index].pointee.usage(run.recorder))
    case .stream:
      return (
        eventStreams[index].pointee.result(run.recorder, duration: span),
        eventStreams[index].pointee.usage(run.recorder)
      )
    case .eventSourceMapping(let mapping):
      switch mapping.source {
      case .queue:
        return (
          queueMappings[index].pointee.result(run.recorder, duration: span),
          queueMappings[index].pointee.usage(run.recorder, duration: span)
        )
      case .stream:
        return (
          streamMappings[index].pointee.result(run.recorder, duration: span),
          streamMappings[index].pointee.usage(run.recorder)
        )
      }
    }
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
