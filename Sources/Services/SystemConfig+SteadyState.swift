import Units

extension SystemConfig {
  /// Why the system has no steady state, in words that go after "because": one for each thing that changes at times given
  /// beforehand, in the order of traffic and resources; empty when a steady state is plausible.
  ///
  /// Plausible is not certain: a queue that cannot keep up grows for ever whatever its arrivals are, and a table that is
  /// only written to does, too. Constant rates, bursts whose phases come at random, closed-loop users and failures at
  /// random moments settle; curves, spikes, schedules and recorded traffic do not, and neither does what changes its
  /// capacity, fails, is backed up, exported or restored at a given moment: a cut could leave that out unnoticed. Target
  /// tracking, caches that fill and items that expire take their time and settle.
  public var obstaclesToSteadyState: [String] {
    traffic.compactMap(\.obstacleToSteadyState) + resources.flatMap(\.obstaclesToSteadyState)
  }
}

extension TrafficConfig {
  fileprivate var obstacleToSteadyState: String? {
    switch arrivals {
    case .poisson, .bursts, .users: nil
    case .curve(let curve) where curve.ratesPerSecond.allSatisfy { $0 == curve.ratesPerSecond.first }: nil
    case .curve: "the traffic of \(name) follows a curve"
    case .spikes: "the traffic of \(name) has spikes"
    case .cron: "the traffic of \(name) follows a schedule"
    case .replay: "the traffic of \(name) is recorded"
    }
  }
}

extension ResourceConfig {
  fileprivate var obstaclesToSteadyState: [String] {
    switch self {
    case .function(let function):
      (function.provisionedConcurrency?.autoScaling?.scheduledActions.isEmpty ?? true)
        ? [] : ["the provisioned concurrency of \(name) follows a schedule"]
    case .table(let table):
      (table.capacityChanges.isEmpty ? [] : ["the capacity of \(name) changes at a given time"])
        + (table.hasScheduledScaling ? ["the capacity of \(name) follows a schedule"] : [])
        + table.backups.moments.map { "\(name) is \($0) at a given time" }
    case .dbInstance(let database), .auroraCluster(let database):
      database.failover.moments.isEmpty ? [] : ["\(name) fails over at a given time"]
    case .httpApi, .queue, .stream, .eventSourceMapping, .daxCluster, .cacheCluster, .dbProxy, .topic, .vpc: []
    }
  }
}

extension TableConfig {
  fileprivate var hasScheduledScaling: Bool {
    scalings.contains { !($0.read?.scheduledActions ?? []).isEmpty || !($0.write?.scheduledActions ?? []).isEmpty }
  }
}

extension BackupConfig {
  /// What happens to the table at given times, each once.
  fileprivate var moments: [String] {
    [("backed up", backups.isEmpty), ("exported", exports.isEmpty), ("restored", restores.isEmpty)]
      .filter { !$0.1 }.map(\.0)
  }
}
