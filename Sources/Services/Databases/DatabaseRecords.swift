import Engine
import Units

/// What a database reports as a whole, under CloudWatch's names where they exist.
struct DatabaseRecords: BitwiseCopyable {
  let queries: CounterID
  let statements: CounterID
  let transactions: CounterID
  let latency: TimingID
  /// Counters of errors, in the order of `DatabaseError`.
  let errors: InlineArray<5, CounterID>
  let connectSegment: SegmentID
  let cpuSegment: SegmentID
  let storageSegment: SegmentID
  let roundTripSegment: SegmentID
  let functionSegment: SegmentID

  init(_ config: DatabaseConfig, run: inout Run<Event>) {
    let own = "Windtunnel/RDS"
    func counter(_ metric: String) -> CounterID {
      run.recorder.addCounter(resource: config.name, namespace: own, metric)
    }
    queries = counter("Queries")
    statements = counter("Statements")
    transactions = counter("Transactions")
    latency = run.recorder.addTiming(
      resource: config.name, namespace: own, "QueryLatency", keepsHistogram: true)
    errors = InlineArray { counter("ConnectionErrors.\(DatabaseError.allCases[$0].rawValue)") }
    connectSegment = run.addSegment("\(config.name) connect")
    cpuSegment = run.addSegment("\(config.name) CPU")
    storageSegment = run.addSegment("\(config.name) storage")
    roundTripSegment = run.addSegment("\(config.name) round trip")
    functionSegment = run.addSegment("\(config.name) function")
  }
}

/// What a node reports: the first one, the writer of time zero, under the database's own name, as an instance does; the
/// others under `name/reader-1` and so on, which no resource can be called.
struct DatabaseNodeRecords: BitwiseCopyable {
  let connections: LevelID
  let attempts: CounterID
  let aborted: CounterID
  /// Statements that run or wait inside the database: average active sessions.
  let load: LevelID
  /// Thousandths of vCPUs that are busy.
  let busy: LevelID
  let freeableMemory: GaugeID

  init(_ config: DatabaseConfig, node: Int, run: inout Run<Event>) {
    let name = node == 0 ? config.name : "\(config.name)/reader-\(node)"
    let (aws, own) = ("AWS/RDS", "Windtunnel/RDS")
    connections = run.recorder.addLevel(resource: name, namespace: aws, "DatabaseConnections")
    attempts = run.recorder.addCounter(resource: name, namespace: aws, "ConnectionAttempts")
    aborted = run.recorder.addCounter(resource: name, namespace: aws, "AbortedClients")
    load = run.recorder.addLevel(resource: name, namespace: aws, "DBLoad")
    busy = run.recorder.addLevel(resource: name, namespace: own, "BusyMilliVCPUs")
    run.recorder.addUtilization(
      resource: name, namespace: aws, "CPUUtilization", of: busy, capacity: config.milliVCPUsMax)
    freeableMemory = run.recorder.addGauge(resource: name, namespace: aws, "FreeableMemory", unit: "Bytes")
  }
}

extension DatabaseConfig {
  /// vCPUs of one node in thousandths at its largest, of which CloudWatch's utilization is a share.
  var milliVCPUsMax: Int64 {
    switch capacity {
    case .provisioned: milliVCPUs
    case .serverless(let scaling): Int64(scaling.maximum) * 125
    }
  }
}

extension Database {
  /// Counts an error that a client sees.
  mutating func count(_ error: DatabaseError, _ run: inout Run<Event>) {
    let number =
      switch error {
      case .tooManyConnections: 0
      case .outOfMemory: 1
      case .unreachable: 2
      case .connectionLost: 3
      case .functionFailed: 4
      }
    run.recorder.count(records.errors[number])
  }

  /// Writes down how busy a node's CPU is after a change.
  @inline(__always) mutating func recordLoad(of node: UInt16, _ run: inout Run<Event>) {
    let busy = nodes[node].pointee.busy
    run.recorder.change(nodeRecords[Int(node)].busy, by: busy &- members[Int(node)].busy, at: run.now)
    members[Int(node)].busy = busy
  }

  /// The database's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let latency = recorder.histogram(records.latency)
    var (connections, peak, load) = (0.0, Int64(0), 0.0)
    var (attempts, aborted) = (0.0, 0.0)
    for node in 0..<config.nodeCount {
      let own = nodeRecords[node]
      connections += recorder.mean(own.connections, over: span)
      peak = max(peak, recorder.peak(own.connections))
      load += recorder.mean(own.load, over: span)
      attempts += recorder.sum(own.attempts)
      aborted += recorder.sum(own.aborted)
    }
    var errors: [Figure] = []
    for (number, error) in DatabaseError.allCases.enumerated() {
      errors.append(Figure(error.figure, recorder.sum(records.errors[number])))
    }
    var utilizations = [Figure("cpuUtilization", utilization(of: 0, recorder, span))]
    if config.readers > 0 {
      var sum = 0.0
      for node in 1..<config.nodeCount { sum += utilization(of: node, recorder, span) }
      utilizations.append(Figure("readerCpuUtilization", sum / Double(config.readers)))
    }
    return ResourceResult(
      name: config.name, typeName: config.engine.isAurora ? "auroraCluster" : "dbInstance",
      figures: [
        Figure("queries", recorder.sum(records.queries)),
        Figure("transactions", recorder.sum(records.transactions)),
        Figure("statements", recorder.sum(records.statements)),
        Figure("meanLatencyMs", latency.mean / 1e6),
        Figure("p99LatencyMs", latency.quantile(0.99) / 1e6),
      ] + utilizations + [
        Figure("meanActiveSessions", load),
        Figure("meanConnections", connections),
        Figure("peakConnections", Double(peak)),
        Figure("connectionAttempts", attempts),
        Figure("refusedConnections", errors[0].value + errors[1].value + errors[2].value),
      ] + errors + [Figure("abortedClients", aborted)] + volume.figures(recorder)
        + storageFigures(recorder, duration: span) + creditFigures(recorder)
        + failoverFigures(recorder) + eventSubscribers.figures(recorder) + serverlessFigures(recorder, duration: span))
  }

  /// Mean share of a node's vCPUs that was busy.
  private func utilization(of node: Int, _ recorder: borrowing Recorder, _ span: Time) -> Double {
    recorder.mean(nodeRecords[node].busy, over: span) / Double(config.milliVCPUsMax)
  }

  /// What the database used over the recorded span of `span`.
  func usage(_ recorder: borrowing Recorder, duration span: Time) -> [UsageLine] {
    config.usage(
      DatabaseUsage(
        storage: volume.byteMilliseconds(duration: span),
        ioRequests: recorder.total(storage.records.reads) + recorder.total(storage.records.writes),
        serverless: Int128(acuHalfMilliseconds(recorder)), surplusCredits: surplusMilliseconds(recorder)),
      duration: span)
  }
}
