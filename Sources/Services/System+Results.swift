import Engine
import Units

// What a world leaves behind, as values.
extension System {
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
      var (result, lines) = self.result(of: resource, index: counts.next(resource.componentKind))
      addConnections(of: resource.name, to: &result, &lines)
      resources.append(result)
      usage += lines
    }
    usage = withReservedCapacity(usage) + config.secretUsage
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
      var result = tables[index].pointee.result(run.recorder, duration: span)
      var usage = tables[index].pointee.usage(run.recorder, duration: span)
      let own = followers[Int(index)]
      if own.stream != .max { result.figures += eventStreams[own.stream].pointee.tableFigures(run.recorder) }
      if own.capture != .max {
        result.figures += captures[own.capture].pointee.figures(run.recorder, duration: span)
        usage += captures[own.capture].pointee.usage(run.recorder)
      }
      return (result, usage)
    case .daxCluster:
      return (
        daxClusters[index].pointee.result(run.recorder, duration: span),
        daxClusters[index].pointee.usage(run.recorder, duration: span, end: run.end)
      )
    case .cacheCluster:
      return (
        cacheClusters[index].pointee.result(run.recorder, duration: span),
        cacheClusters[index].pointee.usage(run.recorder, duration: span)
      )
    case .dbInstance, .auroraCluster:
      return (
        databases[index].pointee.result(run.recorder, duration: span),
        databases[index].pointee.usage(run.recorder, duration: span)
      )
    case .dbProxy:
      return (
        dbProxies[index].pointee.result(run.recorder, duration: span),
        proxyUsage(index)
      )
    case .topic:
      return (topics[index].pointee.result(run.recorder, duration: span), topics[index].pointee.usage(run.recorder))
    case .vpc:
      return (
        networks[index].pointee.result(run.recorder, duration: span),
        networks[index].pointee.usage(run.recorder, duration: span)
      )
    case .queue:
      return (queues[index].pointee.result(run.recorder, duration: span), queues[index].pointee.usage(run.recorder))
    case .stream:
      return (
        eventStreams[index].pointee.result(run.recorder, duration: span),
        eventStreams[index].pointee.usage(run.recorder, duration: span)
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

extension System {
  /// What a proxy used; it is billed by the database behind it.
  private func proxyUsage(_ index: UInt16) -> [UsageLine] {
    let proxy = dbProxies[index]
    for position in 0..<UInt16(databases.count) {
      let database = databases[position]
      guard database.pointee.config.name == proxy.pointee.config.database else { continue }
      return proxy.pointee.usage(
        of: database.pointee.config, database.pointee.usage(run.recorder, duration: config.duration),
        duration: config.duration)
    }
    preconditionFailure("A proxy stands before a database.")
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
    if traffic.errors > 0 { add(UInt64(truncatingIfNeeded: traffic.successLatency.sum)) }
  }
}
