import Billing
import Engine
import Scenarios

/// All figures of one run as numbers with names: what `compare` pairs and sweeps write down.
enum RunFigures {
  /// Figures that are summed over all resources of a type; of a function with several drivers, over these too.
  private static let summed = [
    "throttles", "coldStarts", "retries", "meanEnvironments", "asyncEventsDropped", "failedBatches",
    "throttledBatches", "redriven", "droppedEvents", "readRequestUnits", "writeRequestUnits", "partitionSplits",
    "refusedConnections", "tooManyConnections", "outOfMemory", "unreachableNodes", "connectionFailures",
    "connectionsLost", "acquireTimeouts", "functionFailures", "storageFullErrors", "failovers", "acuHours", "pauses",
    "borrowTimeouts", "clientLimitErrors", "connectionRateErrors", "iamRateErrors", "lostTransactions", "pins",
    "failed", "natBytes", "endpointBytes",
  ]
  /// Figures of which the greatest over all resources of a type is taken.
  private static let greatest = [
    "p99ColdMs", "p99EventLatencyMs", "p99TimeMs", "peakAgeMs", "peakConcurrentBatches", "p99IteratorAgeMs",
    "p99AcquireMs", "p99BorrowMs", "cpuUtilization", "readerCpuUtilization", "peakConnections",
    "peakClientConnections", "peakDatabaseConnections", "peakPinnedSessions", "longestOutageMs",
    "firstQueryAfterFailoverMs", "pausedShare", "peakCapacityACU",
  ]

  /// All figures of one replication and its bill: traffic sources, resource types, the month's cost, then resource by
  /// resource, in the scenario's order. A figure without a value in this run is NaN. Without `sums`, those of resource
  /// types are left out.
  static func figures(
    of run: RunResult, _ bill: Bill, sums hasSums: Bool = true
  ) -> [(key: FigureKey, observation: Observation)] {
    var figures: [(key: FigureKey, observation: Observation)] = []
    for source in run.traffic {
      let scope = FigureScope.traffic(source.name)
      func add(_ name: String, _ unit: FigureUnit, _ observation: Observation) {
        figures.append((FigureKey(scope: scope, name: name, unit: unit), observation))
      }
      add("requests", .count, Observation(Double(source.started)))
      add("errorRate", .share, Observation(source.errors, of: source.completed))
      for name in LatencySummary.names {
        guard let statistic = Objective.Statistic(rawValue: name) else {
          preconditionFailure("\(name) is a statistic")
        }
        add(name, .milliseconds, Observation(statistic.figure(of: source.successLatency) / 1e6))
      }
      for (name, answered) in zip(LatencySummary.names, FigureKey.answered) {
        guard let statistic = Objective.Statistic(rawValue: name) else {
          preconditionFailure("\(name) is a statistic")
        }
        add(answered, .milliseconds, Observation(statistic.figure(of: source.latency) / 1e6))
      }
      for figure in source.figures { add(figure.name, FigureUnit(ofFigure: figure.name), Observation(figure)) }
    }
    if hasSums { figures += sums(of: run.resources) }
    figures.append((FigureKey(scope: .bill, name: "monthlyCost", unit: .dollars), Observation(bill.total.inDollars)))
    for resource in run.resources {
      let scope = FigureScope.resource(name: resource.name, type: resource.typeName)
      figures += resource.figures.map {
        (FigureKey(scope: scope, name: $0.name, unit: FigureUnit(ofFigure: $0.name)), Observation($0))
      }
      let cost = bill.perResource.first { $0.resource == resource.name }?.amount ?? .zero
      figures.append((FigureKey(scope: scope, name: "monthlyCost", unit: .dollars), Observation(cost.inDollars)))
    }
    return figures
  }

  /// A sum, or the greatest, a type and figure, in the order of the resources.
  private static func sums(of resources: [ResourceResult]) -> [(key: FigureKey, observation: Observation)] {
    var types: [String] = []
    for resource in resources where !types.contains(resource.typeName) { types.append(resource.typeName) }
    return types.flatMap { type -> [(key: FigureKey, observation: Observation)] in
      let figures = resources.filter { $0.typeName == type }.flatMap(\.figures)
      return summed.compactMap { name -> (key: FigureKey, observation: Observation)? in
        let values = figures.filter { $0.name.lastPart == name }.map(\.value)
        guard !values.isEmpty else { return nil }
        let key = FigureKey(scope: .type(type), name: name, unit: FigureUnit(ofFigure: name))
        return (key, Observation(values.reduce(0, +)))
      }
        + greatest.compactMap { name -> (key: FigureKey, observation: Observation)? in
          let values = figures.filter { $0.name.lastPart == name }.map(\.value)
          guard !values.isEmpty else { return nil }
          let value = values.filter { !$0.isNaN }.max() ?? .nan
          let key = FigureKey(scope: .type(type), name: name, unit: FigureUnit(ofFigure: name))
          return (key, Observation(value))
        } + hitRate(type, figures)
    }
  }

  /// Hits of all caches of a type, over hits and misses; nothing for other types.
  private static func hitRate(_ type: String, _ figures: [Figure]) -> [(key: FigureKey, observation: Observation)] {
    func sum(_ names: Set<String>) -> Double {
      figures.filter { names.contains($0.name) }.reduce(0) { $0 + $1.value }
    }
    guard figures.contains(where: { $0.name == "itemHitRate" }) else { return [] }
    let hits = sum(["hits", "itemHits", "queryHits"])
    let all = hits + sum(["misses", "itemMisses", "queryMisses"])
    let ratio = Ratio(numerator: hits, denominator: all)
    return [(FigureKey(scope: .type(type), name: "hitRate", unit: .share), Observation(ratio))]
  }
}
