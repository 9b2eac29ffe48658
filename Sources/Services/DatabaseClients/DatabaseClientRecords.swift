import Engine
import Units

/// The limits of a driver, worked out once: `.never` for none.
struct DriverTimes: BitwiseCopyable {
  let acquire: Time
  let idle: Time
  let lifetime: Time
  let connect: Time
  let retryPause: Time
  /// Whether unused connections are closed at the next use: nothing runs in a frozen environment.
  let prunes: Bool
  /// Whether they are closed when it is time.
  let hasIdleTimer: Bool

  init(_ plan: DatabaseClientPlan) {
    let config = plan.connection
    acquire = config.acquireTimeout
    idle = config.idleTimeout
    lifetime = config.maxLifetime
    connect = config.connectTimeout
    retryPause = config.retryPause
    prunes = plan.isFunction && config.idleTimeout < .never
    hasIdleTimer = !plan.isFunction && config.idleTimeout < .never
  }
}

/// What a driver draws: secrets, tokens and their checks, each from a stream of its own.
struct DriverSamplers: BitwiseCopyable {
  let secrets: Sampler
  let tokens: Sampler
  let checks: Sampler
  let streams: UnsafeMutablePointer<RandomStream>

  init(_ plan: DatabaseClientPlan, pool: SamplerPool, memory: PlainMemory, streams: StreamFactory) {
    let config = plan.connection
    secrets = pool.makeSampler(config.secretLatency)
    tokens = pool.makeSampler(config.tokenLatency)
    checks = pool.makeSampler(config.tokenCheckLatency)
    let driver = "\(plan.isFunction ? "function" : "traffic") driver of \(plan.label)"
    self.streams = memory.copy(
      ["secret", "token", "token check"].map {
        streams.stream(component: plan.owner, purpose: "\(driver): \($0)")
      })
  }
}

/// What a driver reports, on its owner's name.
struct DatabaseClientRecords: BitwiseCopyable {
  let attempts: CounterID
  let opened: CounterID
  /// Attempts that were refused for lack of connections, that found nobody to connect to, or that failed otherwise.
  let refused: CounterID
  let unreachable: CounterID
  let otherFailures: CounterID
  /// Openings that were given up.
  let connectTimeouts: CounterID
  let acquireTimeouts: CounterID
  let lost: CounterID
  let reconnects: CounterID
  let closedUnused: CounterID
  let closedOld: CounterID
  let secretRequests: CounterID
  /// Seconds with more new connections than IAM authentication should see.
  let crowdedSeconds: CounterID
  let open: LevelID
  let waiting: LevelID
  let acquire: TimingID
  let waitSegment: SegmentID
  let connectSegment: SegmentID
  let secretSegment: SegmentID
  let lostSegment: SegmentID

  init(_ plan: DatabaseClientPlan, run: inout Run<Event>) {
    let own = "Windtunnel/Connections"
    func counter(_ name: String) -> CounterID {
      run.recorder.addCounter(resource: plan.owner, namespace: own, "\(name) \(plan.label)")
    }
    attempts = counter("ConnectionAttempts")
    opened = counter("ConnectionsOpened")
    refused = counter("ConnectionsRefused")
    unreachable = counter("ConnectionsUnreachable")
    otherFailures = counter("ConnectionsFailed")
    connectTimeouts = counter("ConnectTimeouts")
    acquireTimeouts = counter("AcquireTimeouts")
    lost = counter("ConnectionsLost")
    reconnects = counter("Reconnects")
    closedUnused = counter("ConnectionsClosedUnused")
    closedOld = counter("ConnectionsClosedOld")
    secretRequests = counter("SecretRequests")
    crowdedSeconds = counter("IAMCrowdedSeconds")
    open = run.recorder.addLevel(resource: plan.owner, namespace: own, "Connections \(plan.label)")
    waiting = run.recorder.addLevel(resource: plan.owner, namespace: own, "Waiting \(plan.label)")
    acquire = run.recorder.addTiming(
      resource: plan.owner, namespace: own, "AcquireLatency \(plan.label)", keepsHistogram: true)
    let target = plan.connection.target
    waitSegment = run.addSegment("\(target) pool wait")
    connectSegment = run.addSegment("\(target) connect")
    secretSegment = run.addSegment("\(target) secret")
    lostSegment = run.addSegment("\(target) lost connection")
  }
}

extension DatabaseClient {
  /// What the driver did in the recorded span of `span`.
  func figures(_ recorder: borrowing Recorder, duration span: Time) -> [Figure] {
    let failures = [records.refused, records.unreachable, records.otherFailures, records.connectTimeouts]
    let acquire = recorder.histogram(records.acquire)
    var figures = [
      Figure("connectionAttempts", recorder.sum(records.attempts)),
      Figure("connectionsOpened", recorder.sum(records.opened)),
      Figure("connectionFailures", failures.reduce(0) { $0 + recorder.sum($1) }),
      Figure("connectionsRefused", recorder.sum(records.refused)),
      Figure("connectionsUnreachable", recorder.sum(records.unreachable)),
      Figure("connectTimeouts", recorder.sum(records.connectTimeouts)),
      Figure("connectionsLost", recorder.sum(records.lost)),
      Figure("reconnects", recorder.sum(records.reconnects)),
      Figure("connectionsClosedUnused", recorder.sum(records.closedUnused)),
      Figure("connectionsClosedOld", recorder.sum(records.closedOld)),
      Figure("meanConnections", recorder.mean(records.open, over: span)),
      Figure("peakConnections", Double(recorder.peak(records.open))),
      Figure("acquireTimeouts", recorder.sum(records.acquireTimeouts)),
      Figure("meanAcquireMs", acquire.mean / 1e6),
      Figure("p99AcquireMs", acquire.quantile(0.99) / 1e6),
      Figure("meanWaiting", recorder.mean(records.waiting, over: span)),
    ]
    switch config.connection.authentication {
    case .password: break
    case .secretsManager: figures.append(Figure("secretRequests", recorder.sum(records.secretRequests)))
    case .iam: figures.append(Figure("iamCrowdedSeconds", recorder.sum(records.crowdedSeconds)))
    }
    return figures
  }

  /// What the driver used in the recorded span: on its function's name, or on the target's for a traffic source.
  func usage(_ recorder: borrowing Recorder) -> [UsageLine] {
    guard config.connection.authentication == .secretsManager else { return [] }
    return [
      UsageLine(
        meter: SecretsManagerMeters.requests,
        resource: config.isFunction ? config.owner : config.connection.target,
        amount: recorder.total(records.secretRequests))
    ]
  }
}
