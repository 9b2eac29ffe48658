import Engine
import Services
import Testing
import Units

/// What no world may break in which all parts of Lambda meet.
///
/// Nothing here is left to chance: a law that fails once is broken.
@Suite("Conservation laws where all parts meet")
struct RandomWorldTests {
  static let worlds = 0..<64

  @Test("requests, messages, records, events and usage: what went in came out or is still there", arguments: worlds)
  func laws(number: Int) throws {
    let config = RandomWorld.make(number)
    let run = try simulate(config, seed: 7, replication: 0)
    for traffic in run.traffic {
      #expect(traffic.started == traffic.completed + traffic.inProgress, "\(traffic.name)")
      #expect(traffic.breakdown.sums.reduce(0, +) == traffic.latency.sum, "\(traffic.name)")
    }
    let dead = Set(
      config.resources.compactMap { resource -> String? in
        if case .queue(let queue) = resource { return queue.redrive?.deadLetterTarget } else { return nil }
      })
    var concurrency = 0.0
    for resource in config.resources {
      let name: Comment = "\(resource.name)"
      let figure = { try run.figure($0, of: resource.name) }
      switch resource {
      case .function(let f):
        concurrency += try check(f, config, run)
      case .queue(let queue):
        let there = try figure("visibleAtEnd") + figure("inFlightAtEnd") + figure("delayedAtEnd")
        let gone = try figure("deleted") + figure("redriven") + figure("expired")
        #expect(try figure("sent") + figure("arrivedByRedrive") == gone + there, name)
        if let target = queue.redrive?.deadLetterTarget {
          #expect(try figure("redriven") == run.figure("arrivedByRedrive", of: target), name)
        } else {
          #expect(try figure("redriven") == 0, name)
          let arrived = try figure("arrivedByRedrive")
          #expect(dead.contains(queue.name) || arrived == 0, name)
        }
        #expect(try figure("peakInFlight") <= Double(queue.inFlightLimit), name)
      case .eventSourceMapping(let mapping):
        #expect(try figure("failedBatches") + figure("throttledBatches") <= figure("batches"), name)
        switch mapping.source {
        case .queue(let source):
          #expect(try figure("deletedEvents") == run.figure("deleted", of: source.queue), name)
          #expect(try figure("polledEvents") == run.figure("received", of: source.queue), name)
          if case .maximumConcurrency(let limit) = source.scaling {
            #expect(try figure("peakConcurrentBatches") <= Double(limit), name)
          }
        case .stream(let source):
          let gone = try figure("processedEvents") + figure("droppedEvents") + figure("lostEvents")
          #expect(
            try run.figure("incomingRecords", of: source.stream) == gone + figure("finalEventsBehind"), name)
        }
      case .httpApi, .table, .stream, .daxCluster, .cacheCluster, .dbInstance, .auroraCluster, .dbProxy, .topic, .vpc:
        break
      }
    }
    #expect(concurrency <= Double(config.account.concurrentExecutions))
  }

  /// The laws of one function; returns its mean concurrency.
  private func check(_ f: FunctionConfig, _ config: SystemConfig, _ run: RunResult) throws -> Double {
    let name: Comment = "\(f.name)"
    let figure = { try run.figure($0, of: f.name) }
    let invocations = try figure("invocations")
    #expect(try figure("errors") <= invocations, name)
    #expect(try figure("timeouts") <= figure("errors"), name)
    #expect(try figure("peakConcurrency") <= Double(config.account.concurrentExecutions), name)
    if let limit = f.reservedConcurrentExecutions { #expect(try figure("peakConcurrency") <= Double(limit), name) }
    #expect(try figure("peakEnvironments") >= figure("peakConcurrency"), name)
    #expect(try figure("meanEnvironments") >= figure("meanConcurrency") - 1e-9, name)
    let reasons = run.series.filter { $0.key.resource == f.name && $0.key.name.hasPrefix("Throttles.") }
    #expect(try figure("throttles") == reasons.reduce(0) { $0 + $1.values.reduce(0, +) }, name)
    let requests = run.usage.filter { $0.resource == f.name && $0.meter.key.hasPrefix("Request") }
    #expect(requests.reduce(0) { $0 + Double($1.amount) } == invocations, name)
    let published = f.snapStart == nil ? 0 : try figure("publishMilliseconds")
    let seconds = run.usage.filter { $0.resource == f.name && $0.meter.key.contains("GB-Second") }
    #expect(
      try seconds.reduce(0) { $0 + Double($1.amount) }
        == (figure("billedMilliseconds") + published) * Double(f.memorySize), name)
    if config.asynchronousFunctions.contains(where: { $0.name == f.name }) {
      let gone = try figure("asyncEventsSucceeded") + figure("asyncEventsDropped")
      #expect(try figure("asyncEventsReceived") == gone + figure("eventsInProgress"), name)
    }
    if config.invocationLog != nil {
      let lines = run.log.filter { $0.group == "/aws/lambda/\(f.name)" && $0.message.hasPrefix("REPORT") }
      // An invocation in progress at the end has no line yet.
      #expect(Double(lines.count) <= invocations, name)
      #expect(try Double(lines.count) >= invocations - figure("peakConcurrency"), name)
      // Lines bill what is billed, but for inits that no invocation paid for and those that do not come up.
      let billed = lines.reduce(0) { sum, line in
        let part = line.message.split(separator: "\t").first { $0.hasPrefix("Billed Duration: ") }
        return sum + (part.flatMap { Int($0.dropFirst(17).prefix { $0 != " " }) } ?? .max)
      }
      #expect(try Double(billed) <= figure("billedMilliseconds"), name)
      if f.provisionedConcurrency == nil && f.snapStart == nil {
        #expect(try Double(billed) == figure("billedMilliseconds"), name)
      }
    }
    return try figure("meanConcurrency")
  }

  @Test("the lane, the log and a second run change nothing", arguments: worlds)
  func digests(number: Int) throws {
    var config = RandomWorld.make(number)
    let first = try simulate(config, seed: 7, replication: 0)
    let heap = try simulate(config, seed: 7, replication: 0, lane: false)
    #expect(first.digest == heap.digest && first.events == heap.events)
    config.invocationLog = config.invocationLog == nil ? InvocationLogConfig(sample: 0.5) : nil
    let other = try simulate(config, seed: 7, replication: 0)
    #expect(first.digest == other.digest && first.usage == other.usage)
  }

  @Test("the worlds have something of everything")
  func variety() throws {
    var totals: [String: Double] = [:]
    for number in Self.worlds {
      for resource in try simulate(RandomWorld.make(number), seed: 7, replication: 0).resources {
        for figure in resource.figures where figure.value > 0 { totals["\(figure.name)", default: 0] += figure.value }
      }
    }
    for name in [
      "crashes", "outOfMemory", "initFailures", "proactiveInits", "restores", "restoreTimeouts", "suppressedInits",
      "redriven", "expired", "reportedItemFailures", "failedBatches", "throttledBatches", "staleDeletes",
      "processedEvents", "droppedEvents", "asyncEventsSucceeded", "asyncEventsDropped", "deadLettersSent",
      "provisionedInvocations", "spilloverInvocations", "throttlesReserved",
    ] { #expect(totals[name, default: 0] > 10, "\(name) \(totals[name, default: 0])") }
  }
}
