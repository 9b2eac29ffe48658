import Engine
import Units

/// All components of one world, in arrays by kind, and the run that moves them.
struct System: ~Copyable {
  var config: SystemConfig
  let streams: StreamFactory
  let memory = PlainMemory()
  let pool = SamplerPool()
  let sites: UnsafeMutablePointer<CallSite>
  var run: Run<Event>
  var account: Account
  var traffic: Components<TrafficSource>
  var functions: Components<Lambda>
  var apis: Components<HTTPAPI>
  var tables: Components<Table>
  var invokers: Components<EventInvoker>
  var queues: Components<Queue>
  /// Streams, and behind them those of tables.
  var eventStreams: Components<Stream>
  /// Ways from tables to streams of Kinesis.
  var captures: Components<ChangeCapture>
  /// Per table: the index of its stream, and of its capture; `.max` for none.
  var followers: UnsafeMutablePointer<TableFollowers>
  var queueMappings: Components<QueueMapping>
  var streamMappings: Components<StreamMapping>
  var daxClusters: Components<DAXCluster>
  var cacheClusters: Components<CacheCluster>
  var databaseClients: Components<DatabaseClient>
  var databases: Components<Database>
  var dbProxies: Components<DBProxy>
  var topics: Components<Topic>
  var networks: Components<Network>

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
    captures = Components(capacity: config.resources.count)
    followers = memory.copy([])
    queueMappings = Components(capacity: config.resources.count)
    streamMappings = Components(capacity: config.resources.count)
    daxClusters = Components(capacity: config.resources.count)
    cacheClusters = Components(capacity: config.resources.count)
    databaseClients = Components(capacity: config.databaseClients.count)
    databases = Components(capacity: config.resources.count)
    dbProxies = Components(capacity: config.resources.count)
    topics = Components(capacity: config.resources.count)
    networks = Components(capacity: config.resources.count)
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
            table, index: UInt16(tables.count), system: config, sites: sites, pool: pool, memory: memory,
            streams: streams, run: &run))
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
      case .daxCluster(let cluster):
        daxClusters.append(
          DAXCluster(
            cluster, index: UInt16(daxClusters.count), directory: directory, sites: sites, pool: pool, memory: memory,
            streams: streams, run: &run))
      case .cacheCluster(let cluster):
        cacheClusters.append(
          CacheCluster(
            cluster, index: UInt16(cacheClusters.count), directory: directory, sites: sites, pool: pool,
            memory: memory, streams: streams, run: &run))
      case .dbInstance(let database), .auroraCluster(let database):
        databases.append(
          Database(
            database, index: UInt16(databases.count), directory: &directory, sites: sites, pool: pool, memory: memory,
            streams: streams, run: &run))
      case .dbProxy(let proxy):
        dbProxies.append(
          DBProxy(
            proxy, index: UInt16(dbProxies.count), system: config, directory: &directory, sites: sites, pool: pool,
            memory: memory, streams: streams, run: &run))
      case .topic(let topic):
        topics.append(
          Topic(
            topic, index: UInt16(topics.count), system: config, directory: &directory, sites: sites, pool: pool,
            memory: memory,
            streams: streams, run: &run))
      case .vpc(let vpc):
        networks.append(
          Network(vpc, index: UInt16(networks.count), pool: pool, streams: streams, run: &run))
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
    for (index, plan) in config.databaseClients.enumerated() {
      databaseClients.append(
        DatabaseClient(
          plan, index: UInt16(index), directory: &directory, sites: sites, pool: pool, memory: memory,
          streams: streams, run: &run))
    }
    for (index, function) in asynchronous.enumerated() {
      invokers.append(
        EventInvoker(
          function, index: UInt16(index), directory: &directory, sites: sites, pool: pool, memory: memory,
          streams: streams, run: &run))
    }
    precondition(directory.sites.count == config.callSiteCount, "every call site is counted before it is made")
    for (index, site) in directory.sites.enumerated() { sites[index] = site }
    prepareTables(directory)
    prepareDatabases(directory)
    prepareFunctions(directory, config.databaseClients)
    addFollowers(directory)
  }

  /// Tables and their caches learn what is asked of them.
  private mutating func prepareTables(_ directory: borrowing Directory) {
    for index in 0..<UInt16(tables.count) {
      let operations = directory.operations(of: tables[index].pointee.config.name)
      tables[index].pointee.prepare(
        operations, siteCount: directory.sites.count, memory: memory, streams: streams, run: &run)
    }
    for index in 0..<UInt16(daxClusters.count) {
      let name = daxClusters[index].pointee.config.table
      daxClusters[index].pointee.prepare(
        UnsafePointer(tables[directory.party(of: name).index].pointee.requests), directory.operations(of: name),
        memory: memory, streams: streams)
    }
    for index in 0..<UInt16(cacheClusters.count) {
      let name = cacheClusters[index].pointee.config.table
      cacheClusters[index].pointee.prepare(
        UnsafePointer(tables[directory.party(of: name).index].pointee.requests), directory.operations(of: name),
        memory: memory, streams: streams)
    }
  }

  /// Runs to the end.
  mutating func simulate() {
    begin()
    proceed()
  }

  /// Puts everything into its place at time zero.
  mutating func begin() {
    for index in 0..<UInt16(functions.count) { functions[index].pointee.begin(&run, &account) }
    for index in 0..<UInt16(tables.count) { tables[index].pointee.begin(&run, &account) }
    for index in 0..<UInt16(queueMappings.count) {
      queueMappings[index].pointee.begin(&queues[queueMappings[index].pointee.source].pointee, &run)
    }
    for index in 0..<UInt16(streamMappings.count) {
      streamMappings[index].pointee.begin(&eventStreams[streamMappings[index].pointee.source].pointee, &run)
    }
    for index in 0..<UInt16(databases.count) { databases[index].pointee.begin(&run) }
    for index in 0..<UInt16(dbProxies.count) { dbProxies[index].pointee.begin(&run) }
    for source in 0..<traffic.count { traffic[UInt16(source)].pointee.begin(&run) }
  }

  /// Runs to the end, or to the pause.
  mutating func proceed() {
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
      case .table(let table, let event):
        tables[table].pointee.handle(event, &run, &account)
        if tables[table].pointee.changes.hasNews { follow(table) }
        continue
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
      case .stream(let stream, .captured(let capture, let slot)):
        captures[capture].pointee.put(slot, &eventStreams[stream].pointee, &run)
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
      case .daxCluster(let cluster, let event):
        daxClusters[cluster].pointee.handle(event, &run)
        continue
      case .cacheCluster(let cluster, let event):
        cacheClusters[cluster].pointee.handle(event, &run)
        continue
      case .databaseClient, .database, .dbProxy, .topic:
        handleDatabases(event)
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
    case .operation(let operation):
      tables[callee.index].pointee.called(call, operation, keys(of: run.calls[call.slot].caller), &run)
      if tables[callee.index].pointee.changes.hasNews { follow(callee.index) }
    case .cached(let operation, let site): called(call, operation, site: site)
    case .route(_, let billedRequests):
      apis[callee.index].pointee.called(call, billedRequests: billedRequests, &run, &account)
    case .event: invokers[callee.index].pointee.called(call, &run)
    case .message(let request): called(call, request)
    case .query, .session, .publish: calledDatabases(call)
    }
  }

  /// The keys that a table's caller has drawn.
  @inline(__always) private func keys(of caller: Party) -> GivenKeys {
    // Two questions in place of a switch, which would look at all other kinds by a table.
    let component = caller.component
    if component == .daxCluster { return daxClusters[caller.index].pointee.keys(of: caller.tag) }
    if component == .cacheCluster { return cacheClusters[caller.index].pointee.keys(of: caller.tag) }
    return .none
  }

  /// An operation reaches a cache.
  @inline(never) private mutating func called(_ call: CallID, _ operation: UInt32, site: UInt32) {
    let callee = run.calls[call.slot].callee
    if callee.component == .daxCluster {
      daxClusters[callee.index].pointee.called(call, operation, site: site, &run)
    } else {
      cacheClusters[callee.index].pointee.called(call, operation, site: site, &run)
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
    case .daxCluster: daxClusters[caller.index].pointee.answered(call, &run)
    case .cacheCluster: cacheClusters[caller.index].pointee.answered(call, &run)
    case .databaseClient, .dbProxy, .database, .topic, .environmentStart: deliverDatabases(call)
    case .network: preconditionFailure("a VPC calls nobody")
    case .table: preconditionFailure("a table calls nobody")
    case .stream: preconditionFailure("a stream calls nobody")
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
