import Engine
import Units

/// What a proxy reports, under CloudWatch's names where they exist. Times that CloudWatch has in microseconds are series
/// in ms here, as all others.
struct DBProxyRecords: BitwiseCopyable {
  // Clients.
  let clients: LevelID
  let clientsInSetup: LevelID
  let clientsReceived: CounterID
  let setupSucceeded: CounterID
  let setupFailedAuth: CounterID
  let clientsClosed: CounterID
  let idleClientsClosed: CounterID
  let oldClientsClosed: CounterID
  // Requests.
  let requests: CounterID
  let latency: TimingID
  let databaseLatency: TimingID
  let borrowLatency: TimingID
  let borrowWaits: CounterID
  let abandonedInLine: CounterID
  private let clientLimitErrors: CounterID
  private let connectionRateErrors: CounterID
  private let iamRateErrors: CounterID
  private let borrowTimeouts: CounterID
  private let transactionsLost: CounterID
  let sessionsPinned: CounterID
  // Database connections.
  let connections: LevelID
  let borrowed: LevelID
  let inTransaction: LevelID
  let pinned: LevelID
  let connectionsAllowed: GaugeID
  let connectionRequests: CounterID
  let connectionsSucceeded: CounterID
  let connectionsFailed: CounterID
  let connectionsLost: CounterID
  let connectionsReplaced: CounterID
  let connectionsSwept: CounterID
  let openingSegment: SegmentID
  let borrowSegment: SegmentID
  let overheadSegment: SegmentID

  init(_ config: DBProxyConfig, run: inout Run<Event>) {
    let name = config.name
    func counter(_ metric: String, _ namespace: String = "AWS/RDS") -> CounterID {
      run.recorder.addCounter(resource: name, namespace: namespace, metric)
    }
    func level(_ metric: String) -> LevelID {
      run.recorder.addLevel(resource: name, namespace: "AWS/RDS", metric)
    }
    func timing(_ metric: String) -> TimingID {
      run.recorder.addTiming(resource: name, namespace: "AWS/RDS", metric, keepsHistogram: true)
    }
    let own = "Windtunnel/RDS"
    clients = level("ClientConnections")
    clientsInSetup = level("ClientConnectionsInSetup")
    clientsReceived = counter("ClientConnectionsReceived")
    setupSucceeded = counter("ClientConnectionsSetupSucceeded")
    setupFailedAuth = counter("ClientConnectionsSetupFailedAuth")
    clientsClosed = counter("ClientConnectionsClosed")
    idleClientsClosed = counter("ClientConnectionsIdleClosed", own)
    oldClientsClosed = counter("ClientConnectionsExpired", own)
    requests = counter("QueryRequests")
    latency = timing("QueryResponseLatency")
    databaseLatency = timing("QueryDatabaseResponseLatency")
    borrowLatency = timing("DatabaseConnectionsBorrowLatency")
    borrowWaits = counter("BorrowWaits", own)
    abandonedInLine = counter("RequestsAbandonedInLine", own)
    clientLimitErrors = counter("ClientLimitExceeded", own)
    connectionRateErrors = counter("ConnectionRateExceeded", own)
    iamRateErrors = counter("IAMAuthenticationRateExceeded", own)
    borrowTimeouts = counter("BorrowTimeouts", own)
    transactionsLost = counter("TransactionsLost", own)
    sessionsPinned = counter("SessionsPinned", own)
    connections = level("DatabaseConnections")
    borrowed = level("DatabaseConnectionsCurrentlyBorrowed")
    inTransaction = level("DatabaseConnectionsCurrentlyInTransaction")
    pinned = level("DatabaseConnectionsCurrentlySessionPinned")
    connectionsAllowed = run.recorder.addGauge(
      resource: name, namespace: "AWS/RDS", "MaxDatabaseConnectionsAllowed", unit: "Count")
    connectionRequests = counter("DatabaseConnectionRequests")
    connectionsSucceeded = counter("DatabaseConnectionsSetupSucceeded")
    connectionsFailed = counter("DatabaseConnectionsSetupFailed")
    connectionsLost = counter("DatabaseConnectionsLost", own)
    connectionsReplaced = counter("DatabaseConnectionsReplaced", own)
    connectionsSwept = counter("DatabaseConnectionsUnusedClosed", own)
    openingSegment = run.addSegment("\(name) connect")
    borrowSegment = run.addSegment("\(name) borrow")
    overheadSegment = run.addSegment("\(name) overhead")
  }

  /// Requests and connections that got an error.
  func errors(_ error: ProxyError) -> CounterID {
    switch error {
    case .clientLimit: clientLimitErrors
    case .connectionRate: connectionRateErrors
    case .iamRate: iamRateErrors
    case .borrowTimeout: borrowTimeouts
    case .transactionLost: transactionsLost
    }
  }
}

extension DBProxy {
  /// The proxy's figures over the recorded span.
  func result(_ recorder: borrowing Recorder, duration span: Time) -> ResourceResult {
    let borrow = recorder.histogram(records.borrowLatency)
    let latency = recorder.histogram(records.latency)
    let databaseLatency = recorder.histogram(records.databaseLatency)
    func ms(_ nanoseconds: Double) -> Double { nanoseconds / 1e6 }
    var figures = [
      Figure("requests", recorder.sum(records.requests)),
      Figure("peakClientConnections", Double(recorder.peak(records.clients))),
      Figure("meanClientConnections", recorder.mean(records.clients, over: span)),
      Figure("receivedClientConnections", recorder.sum(records.clientsReceived)),
      Figure("succeededClientConnections", recorder.sum(records.setupSucceeded)),
      Figure("closedClientConnections", recorder.sum(records.clientsClosed)),
      Figure("idleClientConnectionsClosed", recorder.sum(records.idleClientsClosed)),
      Figure("expiredClientConnections", recorder.sum(records.oldClientsClosed)),
      Figure("peakDatabaseConnections", Double(recorder.peak(records.connections))),
      Figure("meanDatabaseConnections", recorder.mean(records.connections, over: span)),
      Figure("meanBorrowedConnections", recorder.mean(records.borrowed, over: span)),
      Figure("peakPinnedSessions", Double(recorder.peak(records.pinned))),
      Figure("meanPinnedSessions", recorder.mean(records.pinned, over: span)),
      Figure("pins", recorder.sum(records.sessionsPinned)),
    ]
    for (cause, counter) in pinCounters {
      let name = cause.rawValue
      figures.append(Figure("pinsBy" + name.prefix(1).uppercased() + name.dropFirst(), recorder.sum(counter)))
    }
    figures += [
      Figure("borrowWaits", recorder.sum(records.borrowWaits)),
      Figure("meanBorrowMs", ms(borrow.mean)),
      Figure("p99BorrowMs", ms(borrow.quantile(0.99))),
      Figure("maxBorrowMs", ms(borrow.quantile(1))),
      Figure("borrowTimeouts", recorder.sum(records.errors(.borrowTimeout))),
      Figure("abandonedInLine", recorder.sum(records.abandonedInLine)),
      Figure("clientLimitErrors", recorder.sum(records.errors(.clientLimit))),
      Figure("connectionRateErrors", recorder.sum(records.errors(.connectionRate))),
      Figure("iamRateErrors", recorder.sum(records.errors(.iamRate))),
      Figure("lostTransactions", recorder.sum(records.errors(.transactionLost))),
      Figure("databaseConnectionRequests", recorder.sum(records.connectionRequests)),
      Figure("failedDatabaseConnections", recorder.sum(records.connectionsFailed)),
      Figure("lostDatabaseConnections", recorder.sum(records.connectionsLost)),
      Figure("replacedDatabaseConnections", recorder.sum(records.connectionsReplaced)),
      Figure("unusedConnectionsClosed", recorder.sum(records.connectionsSwept)),
      Figure("longestOutageMs", longestOutageMs),
      Figure("meanLatencyMs", ms(latency.mean)),
      Figure("p99LatencyMs", ms(latency.quantile(0.99))),
      Figure("meanDatabaseLatencyMs", ms(databaseLatency.mean)),
    ]
    return ResourceResult(name: config.name, typeName: "dbProxy", figures: figures)
  }

  /// What the proxy used over the recorded span of `span`, by what its database is and used.
  func usage(of database: DatabaseConfig, _ used: [UsageLine], duration span: Time) -> [UsageLine] {
    let isCapacity = [true, false].map { DatabaseMeters.serverlessACU(ioOptimized: $0) }
    let halves = used.filter { isCapacity.contains($0.meter) }.reduce(0) { $0 + $1.amount }
    return config.usage(of: database, halfACUMilliseconds: halves, duration: span)
  }
}
